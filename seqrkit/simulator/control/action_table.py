"""Every action of the control API."""

from __future__ import annotations

from typing import Final

from seqrkit.simulator.control import (
    fault_actions,
    json_schemas,
    phone_actions,
    queries,
    state_actions,
)
from seqrkit.simulator.control.action import SNAPSHOT, Action, Query
from seqrkit.simulator.control.json_schemas import TEXT, WHOLE, listing, maybe, record
from seqrkit.simulator.phone import Bill

_INVOICES: Final = "/control/invoices"
_EXCHANGES: Final = "/control/exchanges"
_FAULTS: Final = "/control/faults"
_CARDS: Final = "/control/phone/cards"
_BILL: Final = "/control/phone/bills/{reference}"
_EMPTY: Final = record()
_LIMIT: Final = Query("limit", "How many, at most.", WHOLE)

_WHOLE: Final = (
    Action(
        "GET",
        "/control/state",
        "What there is, in numbers.",
        state_actions.state,
        json_schemas.STATE,
    ),
    Action(
        "POST",
        "/control/reset",
        "Back to the state at start: the published credentials, and nothing else.",
        state_actions.reset,
        json_schemas.DONE,
        _EMPTY,
    ),
    Action(
        "GET",
        "/control/snapshot",
        "All that is kept, but for passwords.",
        state_actions.snapshot,
        json_schemas.SNAPSHOT,
    ),
    Action(
        "POST",
        "/control/restore",
        "Put a snapshot in the place of all that is kept; passwords stay those of this endpoint.",
        state_actions.restore,
        json_schemas.RESTORED,
        json_schemas.SNAPSHOT,
        limit=SNAPSHOT,
    ),
    Action(
        "GET", "/control/clock", "What time it is here.", state_actions.clock, json_schemas.CLOCK
    ),
    Action(
        "POST",
        "/control/clock/advance",
        "Move a manual clock; what falls due on the way happens, in order.",
        state_actions.advance,
        json_schemas.CLOCK,
        record(seconds=json_schemas.NUMBER),
    ),
    Action(
        "GET",
        "/control/fidelity",
        "What the endpoint does, and how anybody knows that the service does so.",
        state_actions.fidelity,
        listing(json_schemas.BEHAVIOUR),
    ),
)
_LOOKING: Final = (
    Action(
        "GET",
        _INVOICES,
        "Invoices, newest first; of those in one status, among the newest 20,000.",
        queries.invoices,
        listing(json_schemas.INVOICE),
        query=(
            _LIMIT,
            Query("before", "Only invoices sent before this reference.", TEXT),
            Query("status", "Only invoices in this status.", json_schemas.STATUS),
        ),
    ),
    Action(
        "GET",
        _INVOICES + "/{reference}",
        "One invoice: rows, timeline, payments, receipts, notifications.",
        queries.invoice,
        json_schemas.WHOLE_INVOICE,
    ),
    Action(
        "GET",
        _EXCHANGES,
        "Requests and replies that are remembered, newest first.",
        queries.exchanges,
        listing(json_schemas.EXCHANGE),
        query=(_LIMIT, Query("after", "Only those with a higher number.", WHOLE)),
    ),
    Action(
        "GET",
        _EXCHANGES + "/{number}",
        "One exchange: both messages, passwords masked, and what is wrong with the request.",
        queries.exchange,
        json_schemas.WHOLE_EXCHANGE,
    ),
    Action(
        "GET",
        "/control/search",
        "Exchanges and invoices by clientReference, invoiceReference or ersReference.",
        queries.search,
        json_schemas.FOUND,
        query=(Query("q", "A reference; of exchanges also a part of one.", TEXT),),
    ),
    Action(
        "GET",
        "/control/terminals",
        "Terminals, newest first, at most 1000.",
        state_actions.terminals,
        listing(json_schemas.TERMINAL),
    ),
)
_FAILING: Final = (
    Action(
        "GET", _FAULTS, "The faults in force.", fault_actions.faults, listing(json_schemas.FAULT)
    ),
    Action(
        "POST",
        _FAULTS,
        "Put a fault in force.",
        fault_actions.add,
        json_schemas.FAULT,
        json_schemas.A_FAULT,
    ),
    Action("DELETE", _FAULTS, "Take all faults away.", fault_actions.clear, json_schemas.DONE),
    Action("DELETE", _FAULTS + "/{id}", "Take one away.", fault_actions.remove, json_schemas.FAULT),
)
_BUYING: Final = (
    Action(
        "POST",
        "/control/phone/scan",
        "Have the buyer scan a code.",
        phone_actions.scan,
        json_schemas.BILL,
        record(code=TEXT),
    ),
    Action(
        "GET",
        _BILL,
        'A bill, as the buyer\'s app shows it; "latest" is the one scanned last.',
        phone_actions.bill,
        json_schemas.BILL,
    ),
    Action(
        "POST",
        _BILL + "/pay",
        "Confirm with the PIN: all that is open, or a part of it.",
        phone_actions.pay,
        json_schemas.BILL,
        record({"amount": maybe(TEXT), "pin": maybe(TEXT)}),
    ),
    *(
        Action("POST", f"{_BILL}/{name}", summary, phone_actions.act(do), json_schemas.BILL, _EMPTY)
        for name, summary, do in (
            ("confirm", "Open the PIN dialog.", Bill.begin_confirmation),
            ("leave", "Close the PIN dialog without paying.", Bill.leave_confirmation),
            ("decline", "Have the buyer's bank decline.", Bill.decline),
            ("cancel", "Press cancel in the app.", Bill.cancel),
        )
    ),
    Action(
        "GET", _CARDS, "The cards on the phone.", phone_actions.cards, listing(json_schemas.CARD)
    ),
    Action(
        "POST",
        _CARDS,
        "Put a loyalty card on the phone; it is offered at the next scan.",
        phone_actions.add_card,
        listing(json_schemas.CARD),
        record({"id": maybe(TEXT), "description": maybe(TEXT)}, value=TEXT),
    ),
    Action(
        "DELETE",
        _CARDS,
        "Take all cards off the phone.",
        phone_actions.remove_cards,
        listing(json_schemas.CARD),
    ),
)

ACTIONS: Final[tuple[Action, ...]] = (*_WHOLE, *_LOOKING, *_FAILING, *_BUYING)
"""Every action, but for the description itself and the stream of events."""
PATHS: Final[tuple[str, ...]] = tuple(dict.fromkeys(action.path for action in ACTIONS))
"""Their paths."""
