"""A day at the till of a cinema, for each interface: the demo.

Between them the steps call every operation; a test sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from seqrkit.demo import invoices, steps
from seqrkit.demo.player import Fact, Step
from seqrkit.vocabulary import Interface, InvoiceStatus, ResultCode

REGISTER = Step(
    title="A new till says hello",
    why="Only the reseller's user may register a terminal; the terminalId in the reply is the "
    "name under which this till does everything else.",
    operation="registerTerminal",
    run=steps.register,
    gives=(Fact.TERMINAL,),
)
ASSIGN = Step(
    title="It gets its sticker",
    why="The static code on the counter always leads to the bill that is open on this till.",
    operation="assignSeqrId",
    run=steps.assign,
    needs=(Fact.TERMINAL,),
)
SELL = Step(
    title="Two tickets and popcorn",
    why="The bill goes to the service; its invoiceReference is what every later call refers to, "
    "and what the buyer scans.",
    operation="sendInvoice",
    run=steps.sell(invoices.TICKETS),
    needs=(Fact.TERMINAL,),
    gives=(Fact.BILL,),
)
POLL_ISSUED = Step(
    title="Has anybody paid?",
    why="A till asks once a second; nobody has scanned yet.",
    operation="getPaymentStatus",
    run=steps.poll,
    needs=(Fact.BILL,),
    status=InvoiceStatus.ISSUED,
)
PAY = Step(
    title="The buyer scans and pays",
    why="The app shows the bill, and the PIN confirms it.",
    run=steps.pay,
    needs=(Fact.BUYER, Fact.BILL),
)
POLL_PAID = Step(
    title="Paid",
    why="This answer makes the payment final: had nobody asked within 20 seconds, the money would "
    "have gone back to the buyer.",
    operation="getPaymentStatus",
    run=steps.take(invoices.TICKETS.total_amount),
    needs=(Fact.BUYER, Fact.BILL),
    gives=(Fact.PAYMENT, Fact.USER),
    status=InvoiceStatus.PAID,
)
RECEIPT = Step(
    title="The receipt",
    why="It is kept with the payment, and tells the service that the till has seen it.",
    operation="submitPaymentReceipt",
    run=steps.hand_over_receipt,
    needs=(Fact.PAYMENT,),
)
REFUND = Step(
    title="The popcorn comes back",
    why="A part of the payment is refunded; the reply's ersReference is the refund's own.",
    operation="refundPayment",
    run=steps.refund,
    needs=(Fact.PAYMENT,),
)
SELL_TO_MEMBER = Step(
    title="A ticket for a member",
    why="REQUIRE_ACKNOWLEDGMENT lets the till look at the buyer's loyalty card before there is "
    "anything to pay.",
    operation="sendInvoice",
    run=steps.sell(invoices.MEMBER),
    needs=(Fact.TERMINAL,),
    gives=(Fact.BILL,),
)
SCAN = Step(
    title="The buyer scans",
    why="The app offers the card, and waits for the till.",
    run=steps.scan_with_card,
    needs=(Fact.BUYER, Fact.BILL),
)
POLL_CARD = Step(
    title="A card is offered",
    why="Now it is the till's turn: the invoice waits for its acknowledgement.",
    operation="getPaymentStatus",
    run=steps.poll,
    needs=(Fact.BUYER, Fact.BILL),
    gives=(Fact.CARD,),
    status=InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE,
)
APPLY_CARD = Step(
    title="The member's price",
    why="The invoice is updated with the discount, and the card marked as used (status 1).",
    operation="updateInvoice",
    run=steps.apply_card,
    needs=(Fact.CARD, Fact.BILL),
)
POLL_MEMBER_PAID = Step(
    title="Paid, at the lower price",
    why="The buyer saw the new amount and confirmed that.",
    operation="getPaymentStatus",
    run=steps.take(invoices.MEMBER_PRICE.total_amount),
    needs=(Fact.BUYER, Fact.BILL),
    status=InvoiceStatus.PAID,
)
OPEN_TAB = Step(
    title="A tab at the bar",
    why="With RESERVATION_REQUIRED the money is set aside until it is known how much is spent.",
    operation="sendInvoice",
    run=steps.sell(invoices.TAB),
    needs=(Fact.TERMINAL,),
    gives=(Fact.BILL,),
)
RESERVE = Step(
    title="The buyer scans and agrees",
    why="To a reservation, not yet to a payment.",
    run=steps.pay,
    needs=(Fact.BUYER, Fact.BILL),
)
POLL_RESERVED = Step(
    title="Reserved",
    why="The till can count on the money; nothing has moved yet.",
    operation="getPaymentStatus",
    run=steps.poll,
    needs=(Fact.BUYER, Fact.BILL),
    status=InvoiceStatus.RESERVED,
)
COMMIT = Step(
    title="What was spent",
    why="Less than was reserved: only this is taken, the rest is released.",
    operation="commitReservation",
    run=steps.commit(invoices.TAB_SPENT),
    needs=(Fact.BUYER, Fact.BILL),
)
POLL_TAB_PAID = Step(
    title="The tab is paid",
    why="A committed reservation is a payment like any other.",
    operation="getPaymentStatus",
    run=steps.take(invoices.TAB_SPENT),
    needs=(Fact.BUYER, Fact.BILL),
    status=InvoiceStatus.PAID,
)
COMMIT_ALL = replace(
    COMMIT,
    title="All of it was spent",
    why="This older interface has no amount here: what was reserved is taken.",
    run=steps.commit(None),
)
POLL_ALL_PAID = replace(POLL_TAB_PAID, run=steps.take(invoices.TAB.total_amount))
SELL_BY_HAND = Step(
    title="A bill written by hand",
    why="With the omissions, the order and the channel of the reference's own example: the service "
    "takes it, and the linter says what the text asks for.",
    operation="sendInvoice",
    run=steps.sell_by_hand,
    needs=(Fact.TERMINAL,),
    gives=(Fact.BILL,),
    findings=invoices.BY_HAND_BREAKS,
)
CHANGE = Step(
    title="And a lemonade",
    why="Before the buyer scans, an update simply replaces the bill.",
    operation="updateInvoice",
    run=steps.change(invoices.SWEETS_AND_DRINK),
    needs=(Fact.BILL,),
)
CANCEL = Step(
    title="On second thought, no",
    why="What is given up is cancelled, or somebody could still pay it.",
    operation="cancelInvoice",
    run=steps.cancel,
    needs=(Fact.BILL,),
)
CREDIT = Step(
    title="A prize is paid out",
    why="A buyer who has paid is known by an opaque id, and money can go the other way.",
    operation="creditUser",
    run=steps.credit,
    needs=(Fact.USER,),
)
CLOSE = Step(
    title="The day is over",
    why="The mark ends this till's period; every payment and refund falls in exactly one.",
    operation="markTransactionPeriod",
    run=steps.close_period,
    needs=(Fact.TERMINAL,),
    gives=(Fact.PERIOD,),
)
ASK_TOO_SOON = Step(
    title="The report, at once",
    why="It takes about three seconds to make; until then the answer is no.",
    operation="executeReport",
    run=steps.ask_for_report,
    needs=(Fact.STILL_CLOCK, Fact.PERIOD),
    code=ResultCode.REPORT_NOT_READY,
)
WAIT = Step(
    title="Three seconds pass",
    why="On the embedded endpoint by moving its clock, elsewhere by waiting.",
    run=steps.wait_for_report,
    needs=(Fact.PERIOD,),
)
REPORT = Step(
    title="The report",
    why="Its total is compared with what this till sold and refunded.",
    operation="executeReport",
    run=steps.fetch_report,
    needs=(Fact.PERIOD,),
)
UNREGISTER = Step(
    title="The till retires",
    why="Its terminalId is worth nothing from now on, and its sticker is free again.",
    operation="unregisterTerminal",
    run=steps.unregister,
    needs=(Fact.TERMINAL,),
)

STORIES: Final[Mapping[Interface, tuple[Step, ...]]] = {
    Interface.CASHREGISTER_2: (
        *(REGISTER, ASSIGN),
        *(SELL, POLL_ISSUED, PAY, POLL_PAID, RECEIPT, REFUND),
        *(SELL_TO_MEMBER, SCAN, POLL_CARD, APPLY_CARD, PAY, POLL_MEMBER_PAID),
        *(OPEN_TAB, RESERVE, POLL_RESERVED, COMMIT, POLL_TAB_PAID),
        *(SELL_BY_HAND, CHANGE, CANCEL, CREDIT),
        *(CLOSE, ASK_TOO_SOON, WAIT, REPORT, UNREGISTER),
    ),
    Interface.EXTCLIENTPROXY_V2: (
        *(REGISTER, ASSIGN),
        *(SELL, POLL_ISSUED, PAY, POLL_PAID, RECEIPT, REFUND),
        *(OPEN_TAB, RESERVE, POLL_RESERVED, COMMIT_ALL, POLL_ALL_PAID),
        *(SELL_BY_HAND, CHANGE, CANCEL),
        *(CLOSE, WAIT, REPORT, UNREGISTER),
    ),
}
"""The steps of each interface's story, in order."""
