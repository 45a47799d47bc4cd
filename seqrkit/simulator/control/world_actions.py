"""Actions on the other worlds of an endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqrkit.simulator.control import views
from seqrkit.simulator.control.action import ActionRequest, Problem, action, not_found
from seqrkit.simulator.control.controlled_endpoint import (
    ControlledEndpoint,
    OtherWorld,
    OtherWorlds,
)
from seqrkit.simulator.control.state_actions import clock_of
from seqrkit.simulator.http.own_address import WORLDS
from seqrkit.vocabulary import PATHS


@action("GET", "/worlds", views.array(views.WORLD))
def worlds(control: ControlledEndpoint, request: ActionRequest) -> object:
    """List the other worlds, which share nothing with this one."""
    return [_shown(name, world, request) for name, world in _worlds(control)]


@action("POST", "/worlds", views.WORLD, body=views.NEW_WORLD)
def new_world(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Make a world, or return the one of that name; without a name it gets a random one."""
    others = _worlds(control)
    name = request.text("name") or others.new_name()
    manual = request.body.get("manual_clock")
    if manual is not None and not isinstance(manual, bool):
        raise Problem(400, '"manual_clock" must be true or false')
    return _shown(name, others.get(name, manual_clock=manual), request)


@action("DELETE", "/worlds/{name}", views.DONE)
def remove_world(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Remove a world with everything in it."""
    name = request.path["name"]
    if not _worlds(control).remove(name):
        raise not_found("world", name[:50])
    return {"done": f"the world {name} was removed"}


def _worlds(control: ControlledEndpoint) -> OtherWorlds:
    if control.worlds is None:
        raise Problem(404, "a world has no other worlds; ask the endpoint that serves it")
    return control.worlds


def _shown(name: str, world: OtherWorld, request: ActionRequest) -> Mapping[str, Any]:
    base = f"{request.base_url}{WORLDS}{name}"
    return {
        "name": name,
        "base_url": base,
        "interfaces": {each.value: base + path for each, path in PATHS.items()},
        "clock": clock_of(world.control),
    }
