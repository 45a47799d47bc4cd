"""Actions of the buyer's phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from seqrkit.simulator.control import invoice_json, views
from seqrkit.simulator.control.action import ActionRequest, Problem, action
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.phone import Bill

LATEST: Final = "latest"
"""Stands for the reference of the bill that was scanned last."""
DEFAULT_CARD: Final = "LOYALTY_CARD"
"""The id of a card that is added without one."""
_PIN: Final = re.compile(r"[0-9]{4}")
_BILL: Final = "/phone/bills/{reference}"
_CARDS: Final = views.array(views.CARD)


@action("POST", "/phone/scan", views.BILL.schema, body=views.record(code=views.TEXT))
def scan(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Let the buyer scan a code."""
    scanned = control.service.phone.scan(request.required_text("code"))
    return _view(control, control.keep_bill(scanned))


@action("GET", _BILL, views.BILL.schema)
def bill(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Show a bill as the buyer's app does; "latest" is the one scanned last."""
    return _view(control, _bill(control, request))


@action(
    "POST",
    f"{_BILL}/pay",
    views.BILL.schema,
    body=views.record({"amount": views.optional(views.TEXT), "pin": views.optional(views.TEXT)}),
)
def pay(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Confirm with the PIN, any four digits: all that is open, or a part of it."""
    pin = request.text("pin")
    if pin is not None and _PIN.fullmatch(pin) is None:
        raise Problem(400, "the PIN is invalid; this phone accepts any four digits")
    return _view(control, _bill(control, request).pay(request.text("amount")))


def _bill_action(name: str, summary: str, perform: Callable[[Bill], Bill]) -> None:
    def handler(control: ControlledEndpoint, request: ActionRequest) -> object:
        return _view(control, perform(_bill(control, request)))

    # The API's description takes its summaries from docstrings.
    handler.__doc__ = summary
    action("POST", f"{_BILL}/{name}", views.BILL.schema, body=views.record())(handler)


_bill_action("confirm", "Open the PIN dialog.", Bill.begin_confirmation)
_bill_action("leave", "Close the PIN dialog without paying.", Bill.leave_confirmation)
_bill_action("decline", "Let the buyer's bank decline.", Bill.decline)
_bill_action("cancel", "Press cancel in the app.", Bill.cancel)


@action(
    "POST",
    "/phone/address",
    views.DONE,
    body=views.record({"address": views.optional(views.TEXT)}),
)
def address(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Set the delivery address, which extclientproxy-v2 returns after a scan; null for none."""
    control.service.phone.deliver_to(request.text("address") or None)
    return {"done": "the delivery address was set"}


@action("GET", "/phone/cards", _CARDS)
def cards(control: ControlledEndpoint, _request: ActionRequest) -> object:
    """List the cards on the phone."""
    return [
        {"value": card.value or "", "id": card.id or "", "description": card.description or ""}
        for card in control.service.phone.cards
    ]


@action(
    "POST",
    "/phone/cards",
    _CARDS,
    body=views.record(
        {"id": views.optional(views.TEXT), "description": views.optional(views.TEXT)},
        value=views.TEXT,
    ),
)
def add_card(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Put a loyalty card on the phone; it is offered at the next scan."""
    control.service.phone.add_card(
        request.required_text("value"),
        request.text("id") or DEFAULT_CARD,
        request.text("description") or "",
    )
    return cards(control, request)


@action("DELETE", "/phone/cards", _CARDS)
def remove_cards(control: ControlledEndpoint, request: ActionRequest) -> object:
    """Remove all cards from the phone."""
    control.service.phone.remove_cards()
    return cards(control, request)


def _bill(control: ControlledEndpoint, request: ActionRequest) -> Bill:
    reference = request.path["reference"]
    if reference == LATEST:
        latest = control.bill()
        if latest is None:
            raise Problem(409, "the phone has no bill: scan a code first", "/help/no-bill")
        return latest
    return control.bill(reference) or control.service.phone.bill(reference)


def _view(control: ControlledEndpoint, bill: Bill) -> dict[str, Any]:
    return control.read(lambda ledger: invoice_json.bill(bill, ledger))
