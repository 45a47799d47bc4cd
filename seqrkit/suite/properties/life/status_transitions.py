"""Every change of status that an invoice can undergo, each with a shortest path that shows it.

The paths are found in the endpoint's own state machine and replayed at a modelled shop, so that a
change of status or a code that the endpoint gains must be covered by the suite, or it is a gap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from seqrkit import contract, schemas
from seqrkit.clock import DEFAULT_START
from seqrkit.model import CustomerToken
from seqrkit.money import Amount
from seqrkit.simulator import behaviours
from seqrkit.simulator.states import HANDLERS, step
from seqrkit.simulator.states import invoice_state as events
from seqrkit.simulator.states.invoice_state import Event, InvoiceState
from seqrkit.suite.properties.life.modelled_shop import CASHIER, SETTLED, ModelledShop, transition
from seqrkit.suite.properties.life.reference_model import Sale, Terms
from seqrkit.vocabulary import AcknowledgmentMode, Interface, PaymentMode

_TOTAL: Final = Amount(Decimal(2), "SEK")
_PART: Final = Amount(Decimal(1), "SEK")
_LATER: Final = DEFAULT_START + timedelta(days=1)
_REGISTER: Final = 1
"""The till: at a cash register a newer invoice cancels the open one."""
_EVENTS: Final[tuple[Event, ...]] = (
    events.Scan("buyer"),
    events.Scan("buyer", (CustomerToken(id="CARD", value="1", status=0),)),
    events.BeginConfirmation(),
    events.LeaveConfirmation(),
    events.Confirm("1"),
    events.Confirm("1", _PART),
    events.Confirm("1", bank_reserves=False),
    events.Decline(),
    events.BuyerCancel(),
    events.Update(_TOTAL),
    events.Cancel(),
    events.Poll(),
    events.Commit("2"),
    events.Refund("3", _PART),
    events.SubmitReceipt(),
    events.Supersede(),
    events.Lapse("4"),
)
"""Every kind of event, in the forms that lead to different statuses."""
_OPERATIONS: Final[Mapping[type[Event], str]] = {
    events.Update: "updateInvoice",
    events.Cancel: "cancelInvoice",
    events.Commit: "commitReservation",
    events.Refund: "refundPayment",
    events.SubmitReceipt: "submitPaymentReceipt",
}
"""The operations that cause events and that an interface may lack."""
_INVOICES: Final = tuple(
    InvoiceState("1", _TOTAL, mode=mode, acknowledgment=acknowledgment)
    for mode, acknowledgment in product((*PaymentMode, None), (*AcknowledgmentMode, None))
)
"""New invoices of all terms."""


class Path(NamedTuple):
    """A path to a change of status: a new invoice, and the events that happen to it."""

    invoice: InvoiceState
    events: tuple[Event, ...] = ()


@cache
def paths(interface: Interface) -> Mapping[str, Path]:
    """Return a shortest path to every change of status that an interface allows."""
    missing = set(HANDLERS) - set(map(type, _EVENTS))
    if missing:
        names = ", ".join(sorted(each.__name__ for each in missing))
        raise NotImplementedError(f"no path includes these events of the state machine: {names}")
    operations = contract.load(interface).operations
    possible = [e for e in _EVENTS if _OPERATIONS.get(type(e), "sendInvoice") in operations]
    found: dict[str, Path] = {}
    # Breadth first, so that the first path found is a shortest one.
    known = set(_INVOICES)
    waiting = deque((invoice, Path(invoice)) for invoice in _INVOICES)
    while waiting:
        before, path = waiting.popleft()
        for event in possible:
            # Only the passing of time needs another time.
            now = _LATER if isinstance(event, events.Lapse) else DEFAULT_START
            # Without versions, which only grow, the number of states is finite.
            after = replace(step(before, event, now).invoice, version=0)
            longer = Path(path.invoice, (*path.events, event))
            if after.status is not before.status:
                found.setdefault(transition(before.status, after.status), longer)
            if after not in known:
                known.add(after)
                waiting.append((after, longer))
    return MappingProxyType(found)


def possible_codes(interface: Interface) -> frozenset[str]:
    """Return every result code that the endpoint can answer at an interface."""
    known, operations = schemas.result_codes(), contract.load(interface).operations
    return frozenset(
        str(int(code))
        for code in behaviours.answered()
        if any(known[code].fits(operation) for operation in operations)
    )


def replay(shop: ModelledShop, path: Path) -> None:
    """Send the invoice of a path, and cause its events."""
    invoice = path.invoice
    assert invoice.mode is not None  # noqa: S101 - no shortest path needs an invoice without mode
    terms = Terms(invoice.mode, invoice.acknowledgment)
    sale = shop.send(_REGISTER, invoice.total.value or Decimal(0), terms)
    for event in path.events:
        ACTIONS[type(event)](shop, sale, event)


ACTIONS: Final[Mapping[type[Event], Callable[[ModelledShop, Sale, Any], object]]] = {
    events.Scan: lambda shop, sale, event: shop.scan(
        sale, tuple((each.id or "", each.value or "") for each in event.tokens)
    ),
    events.BeginConfirmation: lambda shop, sale, _: shop.begin(sale),
    events.LeaveConfirmation: lambda shop, sale, _: shop.leave(sale),
    events.Confirm: lambda shop, sale, event: shop.pay(sale, event.amount and event.amount.value),
    events.Decline: lambda shop, sale, _: shop.decline(sale),
    events.BuyerCancel: lambda shop, sale, _: shop.buyer_cancels(sale),
    events.Update: lambda shop, sale, event: shop.update(sale, event.total.value, CASHIER),
    events.Cancel: lambda shop, sale, _: shop.cancel(sale),
    events.Poll: lambda shop, sale, _: shop.poll(sale),
    events.Commit: lambda shop, sale, event: shop.commit(sale, event.amount and event.amount.value),
    events.Refund: lambda shop, sale, event: shop.refund(
        sale, event.amount.value, _REGISTER, CASHIER
    ),
    events.SubmitReceipt: lambda shop, sale, _: shop.receipt(sale),
    events.Supersede: lambda shop, sale, _: shop.send(sale.till, sale.total, sale.terms),
    events.Lapse: lambda shop, _sale, _event: shop.wait(SETTLED),
}
"""The action that causes each event of the state machine."""
