"""Every action of the control API."""

from __future__ import annotations

from typing import Final

from seqrkit.simulator.control import buying, failing, looking, shapes, whole
from seqrkit.simulator.control.actions import SNAPSHOT, Action, Query
from seqrkit.simulator.control.shapes import TEXT, WHOLE, listing, maybe, record
from seqrkit.simulator.phone import Bill

_INVOICES: Final = "/control/invoices"
_EXCHANGES: Final = "/control/exchanges"
_FAULTS: Final = "/control/faults"
_CARDS: Final = "/control/phone/cards"
_BILL: Final = "/control/phone/bills/{reference}"
_EMPTY: Final = record()
_LIMIT: Final = Query("limit", "How many, at most.", WHOLE)

_WHOLE: Final = (
    Action("GET", "/control/state", "What there is, in numbers.", whole.state, shapes.STATE),
    Action(
        "POST",
        "/control/reset",
        "Back to the state at start: the published credentials, and nothing else.",
        whole.reset,
        shapes.DONE,
        _EMPTY,
    ),
    Action(
        "GET",
        "/control/snapshot",
        "All that is kept, but for passwords.",
        whole.snapshot,
        shapes.SNAPSHOT,
    ),
    Action(
        "POST",
        "/control/restore",
        "Put a snapshot in the place of all that is kept; passwords stay those of this endpoint.",
        whole.restore,
        shapes.RESTORED,
        shapes.SNAPSHOT,
        limit=SNAPSHOT,
    ),
    Action("GET", "/control/clock", "What time it is here.", whole.clock, shapes.CLOCK),
    Action(
        "POST",
        "/control/clock/advance",
        "Move a manual clock; what falls due on the way happens, in order.",
        whole.advance,
        shapes.CLOCK,
        record(seconds=shapes.NUMBER),
    ),
    Action(
        "GET",
        "/control/fidelity",
        "What the endpoint does, and how anybody knows that the service does so.",
        whole.fidelity,
        listing(shapes.BEHAVIOUR),
    ),
)
_LOOKING: Final = (
    Action(
        "GET",
        _INVOICES,
        "Invoices, newest first; of those in one status, among the newest 20,000.",
        looking.invoices,
        listing(shapes.INVOICE),
        query=(
            _LIMIT,
            Query("before", "Only invoices sent before this reference.", TEXT),
            Query("status", "Only invoices in this status.", shapes.STATUS),
        ),
    ),
    Action(
        "GET",
        _INVOICES + "/{reference}",
        "One invoice: rows, timeline, payments, receipts, notifications.",
        looking.invoice,
        shapes.WHOLE_INVOICE,
    ),
    Action(
        "GET",
        _EXCHANGES,
        "Requests and replies that are remembered, newest first.",
        looking.exchanges,
        listing(shapes.EXCHANGE),
        query=(_LIMIT, Query("after", "Only those with a higher number.", WHOLE)),
    ),
    Action(
        "GET",
        _EXCHANGES + "/{number}",
        "One exchange: both messages, passwords masked, and what is wrong with the request.",
        looking.exchange,
        shapes.WHOLE_EXCHANGE,
    ),
    Action(
        "GET",
        "/control/search",
        "Exchanges and invoices by clientReference, invoiceReference or ersReference.",
        looking.search,
        shapes.FOUND,
        query=(Query("q", "A reference; of exchanges also a part of one.", TEXT),),
    ),
    Action(
        "GET",
        "/control/terminals",
        "Terminals, newest first, at most 1000.",
        whole.terminals,
        listing(shapes.TERMINAL),
    ),
)
_FAILING: Final = (
    Action("GET", _FAULTS, "The faults in force.", failing.faults, listing(shapes.FAULT)),
    Action("POST", _FAULTS, "Put a fault in force.", failing.add, shapes.FAULT, shapes.A_FAULT),
    Action("DELETE", _FAULTS, "Take all faults away.", failing.clear, shapes.DONE),
    Action("DELETE", _FAULTS + "/{id}", "Take one away.", failing.remove, shapes.FAULT),
)
_BUYING: Final = (
    Action(
        "POST",
        "/control/phone/scan",
        "Have the buyer scan a code.",
        buying.scan,
        shapes.BILL,
        record(code=TEXT),
    ),
    Action(
        "GET",
        _BILL,
        'A bill, as the buyer\'s app shows it; "latest" is the one scanned last.',
        buying.bill,
        shapes.BILL,
    ),
    Action(
        "POST",
        _BILL + "/pay",
        "Confirm with the PIN: all that is open, or a part of it.",
        buying.pay,
        shapes.BILL,
        record({"amount": maybe(TEXT), "pin": maybe(TEXT)}),
    ),
    *(
        Action("POST", f"{_BILL}/{name}", summary, buying.act(do), shapes.BILL, _EMPTY)
        for name, summary, do in (
            ("confirm", "Open the PIN dialog.", Bill.begin_confirmation),
            ("leave", "Close the PIN dialog without paying.", Bill.leave_confirmation),
            ("decline", "Have the buyer's bank decline.", Bill.decline),
            ("cancel", "Press cancel in the app.", Bill.cancel),
        )
    ),
    Action("GET", _CARDS, "The cards on the phone.", buying.cards, listing(shapes.CARD)),
    Action(
        "POST",
        _CARDS,
        "Put a loyalty card on the phone; it is offered at the next scan.",
        buying.add_card,
        listing(shapes.CARD),
        record({"id": maybe(TEXT), "description": maybe(TEXT)}, value=TEXT),
    ),
    Action(
        "DELETE", _CARDS, "Take all cards off the phone.", buying.remove_cards, listing(shapes.CARD)
    ),
)

ACTIONS: Final[tuple[Action, ...]] = (*_WHOLE, *_LOOKING, *_FAILING, *_BUYING)
"""Every action, but for the description itself and the stream of events."""
PATHS: Final[tuple[str, ...]] = tuple(dict.fromkeys(action.path for action in ACTIONS))
"""Their paths."""
