"""The routes of the control API, made of its table of actions."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from seqrkit.simulator.control.action_table import ACTIONS, PATHS
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.control.dispatch import BaseUrl, route
from seqrkit.simulator.control.event_stream import PATH as EVENTS
from seqrkit.simulator.control.event_stream import stream
from seqrkit.simulator.control.openapi import PATH as DESCRIPTION
from seqrkit.simulator.control.openapi import describe


def routes(panel: ControlledEndpoint, base_url: BaseUrl) -> list[BaseRoute]:
    """The routes of the control API, all below ``/control/``.

    `base_url` says under which scheme, host and port the client sees this endpoint.
    """
    return [
        Route(DESCRIPTION, describe(panel, ACTIONS)),
        Route(EVENTS, stream(panel)),
        *(
            route(panel, path, [each for each in ACTIONS if each.path == path], base_url)
            for path in PATHS
        ),
    ]
