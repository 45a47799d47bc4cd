"""The buyer's phone over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from seqrkit.simulator.control import serialization
from seqrkit.simulator.control.action import ActionRequest, Handler, Problem
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.phone import Bill
from seqrkit.simulator.store.records import Reseller
from seqrkit.simulator.transactions.ledger import Ledger

LATEST: Final = "latest"
"""Stands for the reference of the bill that was scanned last."""
CARD: Final = "LOYALTY_CARD"
"""The id of a card that is added without one."""
_PIN: Final = re.compile(r"[0-9]{4}")


def scan(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Scan a code."""
    return _shown(panel, panel.keep_bill(panel.service.phone.scan(ask.needed("code"))))


def bill(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """A bill, as the app shows it."""
    return _shown(panel, _bill(panel, ask))


def act(do: Callable[[Bill], Bill]) -> Handler:
    """Something that the buyer does with a bill."""
    return lambda panel, ask: _shown(panel, do(_bill(panel, ask)))


def pay(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Confirm with the PIN: all that is open, or a part. Any PIN of four digits is right here."""
    pin = ask.text("pin")
    if pin is not None and _PIN.fullmatch(pin) is None:
        raise Problem(400, "a PIN has four digits; any four are right on this phone")
    return _shown(panel, _bill(panel, ask).pay(ask.text("amount")))


def cards(panel: ControlledEndpoint, _ask: ActionRequest) -> object:
    """The cards on the phone."""
    return [
        {"value": card.value or "", "id": card.id or "", "description": card.description or ""}
        for card in panel.service.phone.cards
    ]


def add_card(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Put a card on the phone."""
    panel.service.phone.add_card(
        ask.needed("value"), ask.text("id") or CARD, ask.text("description") or ""
    )
    return cards(panel, ask)


def remove_cards(panel: ControlledEndpoint, ask: ActionRequest) -> object:
    """Take all cards off the phone."""
    panel.service.phone.remove_cards()
    return cards(panel, ask)


def _bill(panel: ControlledEndpoint, ask: ActionRequest) -> Bill:
    reference = ask.path["reference"]
    if reference == LATEST:
        latest = panel.bill()
        if latest is None:
            raise Problem(409, "the phone has no bill: scan a code first", "/help/no-bill")
        return latest
    return panel.bill(reference) or panel.service.phone.bill(reference)


def _shown(panel: ControlledEndpoint, of: Bill) -> dict[str, Any]:
    def work(ledger: Ledger) -> dict[str, Any]:
        stored = of.read(ledger)
        shop = ledger.terminal(stored.terminal)
        reseller = ledger.tx.get(Reseller, id=shop.reseller)
        receiver = shop.reseller if reseller is None else reseller.name
        return serialization.bill(stored.state, stored.invoice, receiver, shop)

    shown = panel.service.transactions.run(work, reading=True)
    return shown | {"opened_url": of.opened_url}
