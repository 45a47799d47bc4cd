"""The routes of the control API, made of its table of actions."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from seqrkit.simulator.control.dispatch import route
from seqrkit.simulator.control.events import PATH as EVENTS
from seqrkit.simulator.control.events import stream
from seqrkit.simulator.control.openapi import PATH as DESCRIPTION
from seqrkit.simulator.control.openapi import describe
from seqrkit.simulator.control.panel import Panel
from seqrkit.simulator.control.table import ACTIONS, PATHS


def routes(panel: Panel) -> list[BaseRoute]:
    """The routes of the control API, all below ``/control/``."""
    return [
        Route(DESCRIPTION, describe(panel, ACTIONS)),
        Route(EVENTS, stream(panel)),
        *(route(panel, path, [a for a in ACTIONS if a.path == path]) for path in PATHS),
    ]
