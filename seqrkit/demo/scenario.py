"""The steps of the demo scenario: one working day of a cinema's cash register."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from seqrkit.contract import Contract
from seqrkit.demo import actions, invoices
from seqrkit.demo.player import Fact, Step
from seqrkit.vocabulary import InvoiceStatus, ResultCode

PAY: Final = Step(
    "The buyer scans and pays",
    "The app shows the invoice; the buyer confirms with the PIN.",
    actions.pay(),
    needs=(Fact.BUYER, Fact.INVOICE),
)

STEPS: Final = (
    Step(
        "Register a terminal",
        "Only the reseller's user may do this. All later requests use the terminalId in the reply.",
        actions.register,
        "registerTerminal",
        gives=(Fact.TERMINAL,),
    ),
    Step(
        "Assign a QR code",
        "A static code on the counter always leads to this terminal's open invoice.",
        actions.assign,
        "assignSeqrId",
        needs=(Fact.TERMINAL,),
    ),
    Step(
        "Sell tickets and popcorn",
        "The reply's invoiceReference identifies the invoice in all later requests.",
        actions.sell(invoices.TICKETS),
        "sendInvoice",
        needs=(Fact.TERMINAL,),
        gives=(Fact.INVOICE,),
    ),
    Step(
        "Poll: not paid yet",
        "A register polls once a second until the buyer has paid.",
        actions.poll,
        "getPaymentStatus",
        needs=(Fact.INVOICE,),
        status=InvoiceStatus.ISSUED,
    ),
    replace(PAY, action=actions.pay(invoices.TICKETS.total_amount)),
    Step(
        "Poll: paid",
        "This poll makes the payment final; without it, the service reverses the payment after 20 "
        "seconds.",
        actions.poll,
        "getPaymentStatus",
        needs=(Fact.BUYER, Fact.INVOICE),
        gives=(Fact.PAYMENT, Fact.USER),
        status=InvoiceStatus.PAID,
    ),
    Step(
        "Submit the receipt",
        "The service keeps the receipt with the payment and shows it to the buyer.",
        actions.submit_receipt,
        "submitPaymentReceipt",
        needs=(Fact.PAYMENT,),
    ),
    Step(
        "Refund the popcorn",
        "A refund may be for a part of the payment; it has its own ersReference.",
        actions.refund,
        "refundPayment",
        needs=(Fact.PAYMENT,),
    ),
    Step(
        "Sell a ticket to a member",
        "With REQUIRE_ACKNOWLEDGMENT the register sees the buyer's loyalty card before the buyer "
        "can pay.",
        actions.sell(invoices.MEMBER),
        "sendInvoice",
        needs=(Fact.TERMINAL,),
        gives=(Fact.INVOICE,),
    ),
    Step(
        "The buyer scans",
        "The app sends the loyalty card and waits for the register.",
        actions.scan_with_card,
        needs=(Fact.BUYER, Fact.INVOICE),
    ),
    Step(
        "Poll: a card is offered",
        "The invoice waits until the register has acknowledged it with updateInvoice.",
        actions.poll,
        "getPaymentStatus",
        needs=(Fact.BUYER, Fact.INVOICE),
        gives=(Fact.CARD,),
        status=InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE,
    ),
    Step(
        "Apply the member price",
        "The update has the discount and the card with status 1 (used).",
        actions.apply_card,
        "updateInvoice",
        needs=(Fact.CARD, Fact.INVOICE),
        gives=(Fact.MEMBER_PRICE,),
    ),
    replace(
        PAY,
        action=actions.pay(invoices.MEMBER_PRICE.total_amount),
        needs=(*PAY.needs, Fact.MEMBER_PRICE),
    ),
    Step(
        "Poll: paid, lower price",
        "The buyer has confirmed the updated amount.",
        actions.poll,
        "getPaymentStatus",
        needs=(Fact.BUYER, Fact.INVOICE, Fact.MEMBER_PRICE),
        status=InvoiceStatus.PAID,
    ),
    Step(
        "Open a bar tab",
        "RESERVATION_REQUIRED reserves the amount until the final amount is known.",
        actions.sell(invoices.BAR_TAB),
        "sendInvoice",
        needs=(Fact.TERMINAL,),
        gives=(Fact.INVOICE,),
    ),
    replace(PAY, title="The buyer scans and agrees", why="This reserves the amount."),
    Step(
        "Poll: reserved",
        "The amount is reserved; no money has moved yet.",
        actions.poll,
        "getPaymentStatus",
        needs=(Fact.BUYER, Fact.INVOICE),
        status=InvoiceStatus.RESERVED,
    ),
    Step(
        "Commit what was spent",
        "A smaller amount releases the rest; an interface without an amount here takes all.",
        actions.commit,
        "commitReservation",
        needs=(Fact.BUYER, Fact.INVOICE),
        gives=(Fact.COMMITTED,),
    ),
    Step(
        "Poll: the tab is paid",
        "A committed reservation is an ordinary payment.",
        actions.poll,
        "getPaymentStatus",
        needs=(Fact.BUYER, Fact.INVOICE, Fact.COMMITTED),
        status=InvoiceStatus.PAID,
    ),
    Step(
        "The reference's example",
        "The service accepts it; the linter lists where it breaks the documented rules.",
        actions.send_example,
        "sendInvoice",
        needs=(Fact.TERMINAL,),
        gives=(Fact.INVOICE,),
        findings=frozenset(actions.example().findings),
    ),
    Step(
        "Update the invoice",
        "Before the buyer scans, an update replaces the whole invoice. After the scan it would "
        "have no effect, because the invoice was sent with NO_ACKNOWLEDGMENT.",
        actions.update,
        "updateInvoice",
        needs=(Fact.INVOICE,),
        findings=frozenset({"session.updateInvoice.before-scan"}),
    ),
    Step(
        "Cancel the invoice",
        "An invoice that is not cancelled can still be paid.",
        actions.cancel,
        "cancelInvoice",
        needs=(Fact.INVOICE,),
    ),
    Step(
        "Pay out a prize",
        "creditUser pays a user whose id came with an earlier payment.",
        actions.credit,
        "creditUser",
        needs=(Fact.USER,),
    ),
    Step(
        "Close the period",
        "Each payment and refund belongs to exactly one transaction period.",
        actions.close_period,
        "markTransactionPeriod",
        needs=(Fact.TERMINAL,),
        gives=(Fact.PERIOD,),
    ),
    Step(
        "Request the report at once",
        "A report takes about three seconds; until then the result code is 2.",
        actions.report,
        "executeReport",
        needs=(Fact.MANUAL_CLOCK, Fact.PERIOD),
        code=ResultCode.REPORT_NOT_READY,
    ),
    Step(
        "Wait three seconds",
        "The demo moves the embedded endpoint's clock; with --endpoint it waits.",
        actions.wait,
        needs=(Fact.PERIOD,),
    ),
    Step(
        "Request the report",
        "Its total must equal the payments minus the refunds of this terminal.",
        actions.fetch_report,
        "executeReport",
        needs=(Fact.PERIOD,),
    ),
    Step(
        "Unregister the terminal",
        "The terminalId becomes invalid and the QR code is free again.",
        actions.unregister,
        "unregisterTerminal",
        needs=(Fact.TERMINAL,),
    ),
)
"""All steps in order; between them they use every operation."""


def steps(contract: Contract) -> tuple[Step, ...]:
    """Return the steps for an interface: all whose operation it has."""
    return tuple(each for each in STEPS if each.operation in {None, *contract.operations})
