"""Actions that inject faults."""

from __future__ import annotations

from seqrkit.simulator.control import views
from seqrkit.simulator.control.action import ActionRequest, action, not_found
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.faults import Fault


@action("GET", "/faults", views.array(views.FAULT))
def faults(control: ControlledEndpoint, _request: ActionRequest) -> object:
    """List the active faults."""
    return [fault.to_dict() for fault in control.faults]


@action("POST", "/faults", views.FAULT, body=views.NEW_FAULT)
def add(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Add a fault."""
    return control.faults.add(Fault.from_dict(dict(request.body))).to_dict()


@action("DELETE", "/faults", views.DONE)
def clear(control: ControlledEndpoint, _request: ActionRequest) -> object:
    """Remove all faults."""
    return {"done": f"{control.faults.clear()} removed"}


@action("DELETE", "/faults/{id}", views.FAULT)
def remove(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Remove one fault."""
    id_ = request.path["id"]
    known = {str(fault.id): fault.id for fault in control.faults}
    if id_ not in known:
        raise not_found("fault", id_[:20])
    return control.faults.remove(known[id_]).to_dict()
