"""Faults on purpose over HTTP."""

from __future__ import annotations

from seqrkit.simulator.control.action import ActionRequest, missing
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.faults import Fault


def faults(panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """The faults in force."""
    return [standing.to_dict() for standing in panel.faults]


def add(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Put a fault in force."""
    return panel.faults.add(Fault.from_dict(dict(ask.body))).to_dict()


def remove(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Take one away."""
    id_ = ask.path["id"]
    known = {str(standing.id): standing.id for standing in panel.faults}
    if id_ not in known:
        raise missing("fault", id_[:20])
    return panel.faults.remove(known[id_]).to_dict()


def clear(panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """Take all of them away."""
    return {"done": f"{panel.faults.clear()} removed"}
