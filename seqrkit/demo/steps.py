"""What happens in each step of the cinema's stories: a call, the buyer's doing, or a wait.

None of these judges a result code; that is done for every step in the same way. They complain only
of what nobody else would notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from seqrkit import soap
from seqrkit.demo import invoices
from seqrkit.demo.player import Fact, Played, Stage
from seqrkit.errors import MessageError
from seqrkit.model import (
    CreditUserRequest,
    CustomerToken,
    ExecuteReportReply,
    Invoice,
    PaymentStatusReply,
    ReceiptDocument,
    SendInvoiceReply,
)
from seqrkit.money import Amount
from seqrkit.qr import QrCode, invoice_code, terminal_code
from seqrkit.vocabulary import ReceiptType, ResultCode, TokenStatus

Act = Callable[[Stage], Played]

CREDIT_TOKEN = "I_GAMING_INTEGRATION"  # noqa: S105 - the name of a token (001 creditUser)
TERMINAL_REPORT = "Reconciliation/STD_RECON_006.xml"
REPORT_SECONDS = 3
"""How long after markTransactionPeriod a report is ready (vendor: developer manual)."""
REPORT_TRIES = 10


def register(stage: Stage) -> Played:
    """Register a terminal; from here on the stage's till is the new terminal."""
    reply = stage.client.register_terminal(
        external_terminal_id=f"grand-till-{stage.tag}",
        password=invoices.TERMINAL_PASSWORD,
        name="Grand Cinema, till 1",
        check=False,
    )
    if not reply.terminal_id:
        return Played(reply=reply)
    stage.till = stage.client.as_terminal(reply.terminal_id, invoices.TERMINAL_PASSWORD)
    return Played(reply=reply, facts={Fact.TERMINAL: reply.terminal_id})


def assign(stage: Stage) -> Played:
    """Give the terminal a static code."""
    seqr_id = f"GRAND{stage.tag}"
    reply = stage.till.assign_seqr_id(seqr_id, check=False)
    return Played(reply=reply, qr=QrCode(terminal_code(seqr_id)))


def unregister(stage: Stage) -> Played:
    """Unregister the terminal; the buyer puts the card away."""
    if stage.phone is not None:
        stage.phone.remove_cards()
    return Played(reply=stage.till.unregister_terminal(check=False))


def sell(bill: Invoice) -> Act:
    """Send a bill."""
    return lambda stage: _sold(stage, stage.till.send_invoice(bill, check=False))


def sell_by_hand(stage: Stage) -> Played:
    """Send a bill as bytes that nobody built, checked by the linter alone."""
    reference = f"by-hand-{stage.tag}"
    message = invoices.by_hand(stage.facts[Fact.TERMINAL], reference)  # the till adds its password
    exchange = stage.till.send_raw(message, "sendInvoice")
    payload = soap.read_envelope(soap.parse(exchange.response or b"")).payload
    reply = SendInvoiceReply(
        result_code=-1 if exchange.result_code is None else exchange.result_code,
        result_description=exchange.result_description,
        invoice_reference=payload.findtext("return/invoiceReference"),
    )
    return _sold(stage, reply)


def _sold(stage: Stage, reply: SendInvoiceReply) -> Played:
    stage.version = 0
    facts = {Fact.BILL: reply.invoice_reference} if reply.invoice_reference else {}
    return Played(reply=reply, facts=facts, qr=reply.qr)


def scan_with_card(stage: Stage) -> Played:
    """Put a loyalty card on the buyer's phone and scan; more cannot be done yet."""
    stage.buyer.add_card(invoices.CARD_VALUE, id=invoices.CARD_ID, description=invoices.CARD_NAME)
    bill = stage.buyer.scan(invoice_code(stage.facts[Fact.BILL]))
    return Played(remarks=(f"The phone shows {bill.title}, {bill.total}, and waits.",))


def pay(stage: Stage) -> Played:
    """Scan and confirm with the PIN."""
    bill = stage.buyer.scan(invoice_code(stage.facts[Fact.BILL]))
    shown = f"{bill.title}, {bill.total}"
    bill.pay()
    return Played(remarks=(f"The phone shows {shown}. After the PIN it is {bill.status}.",))


def poll(stage: Stage) -> Played:
    """Ask for the status of the bill, with the version seen last."""
    reply = stage.till.get_payment_status(
        stage.facts[Fact.BILL], invoice_version=stage.version, check=False
    )
    stage.version = reply.version or 0
    said = [f"It is {reply.status}, version {reply.version}."]
    if reply.ers_reference:
        said.append(f"The payment is {reply.ers_reference} from now on.")
    said += (f"Token {token.id}: {token.value}." for token in reply.customer_tokens or ())
    return Played(reply=reply, facts=_learned(reply), remarks=(" ".join(said),))


def _learned(reply: PaymentStatusReply) -> Mapping[Fact, str]:
    facts = {Fact.PAYMENT: reply.ers_reference} if reply.ers_reference else {}
    for token in reply.customer_tokens or ():
        if token.id == CREDIT_TOKEN:
            facts[Fact.USER] = token.value or ""
        elif token.id == invoices.CARD_ID:
            facts[Fact.CARD] = token.value or ""
    return facts


def take(amount: Amount | None) -> Act:
    """Ask for the status of a bill that was paid: so much more is in the till."""

    def run(stage: Stage) -> Played:
        played = poll(stage)
        stage.takings += amount or Amount.of("0.00 SEK")
        return played

    return run


def hand_over_receipt(stage: Stage) -> Played:
    """Submit a receipt for the payment."""
    receipt = ReceiptDocument(
        mime_type="text/html",
        receipt_data=invoices.RECEIPT.encode(),
        receipt_type=ReceiptType.PAYMENT_RECEIPT,
    )
    reply = stage.till.submit_payment_receipt(stage.facts[Fact.PAYMENT], receipt, check=False)
    return Played(reply=reply)


def refund(stage: Stage) -> Played:
    """Refund a part of the payment."""
    reply = stage.till.refund_payment(stage.facts[Fact.PAYMENT], invoices.POPCORN_BACK, check=False)
    stage.takings -= invoices.POPCORN_BACK.total_amount or Amount.of("0.00 SEK")
    return Played(reply=reply, remarks=(f"The refund is {reply.ers_reference}.",))


def apply_card(stage: Stage) -> Played:
    """Update the bill: the member's price, and the card marked as used."""
    card = CustomerToken(
        id=invoices.CARD_ID,
        description=invoices.CARD_NAME,
        value=stage.facts[Fact.CARD],
        status=TokenStatus.USED,
    )
    reply = stage.till.update_invoice(
        stage.facts[Fact.BILL], invoices.MEMBER_PRICE, tokens=[card], check=False
    )
    return Played(reply=reply)


def change(bill: Invoice) -> Act:
    """Put another bill in the place of the open one."""
    return lambda stage: Played(
        reply=stage.till.update_invoice(stage.facts[Fact.BILL], bill, check=False)
    )


def commit(amount: Amount | None) -> Act:
    """Commit the reservation: that amount, or all of it where none is given."""
    return lambda stage: Played(
        reply=stage.till.commit_reservation(stage.facts[Fact.BILL], amount, check=False)
    )


def cancel(stage: Stage) -> Played:
    """Cancel the bill."""
    return Played(reply=stage.till.cancel_invoice(stage.facts[Fact.BILL], check=False))


def credit(stage: Stage) -> Played:
    """Pay out a prize."""
    request = CreditUserRequest(
        user_id=stage.facts[Fact.USER],
        amount=invoices.PRIZE,
        description="Prize of the quiz night",
        correlation_id=f"quiz-{stage.tag}",
    )
    return Played(reply=stage.till.credit_user(request, check=False))


def close_period(stage: Stage) -> Played:
    """Mark the end of this terminal's period."""
    reply = stage.client.mark_transaction_period(
        {"TERMINALID": stage.facts[Fact.TERMINAL]}, check=False
    )
    period = reply.transaction_period_id
    return Played(reply=reply, facts={Fact.PERIOD: period} if period else {})


def ask_for_report(stage: Stage) -> Played:
    """Ask for the report once."""
    return Played(reply=_report(stage))


def wait_for_report(stage: Stage) -> Played:
    """Time passes until a report is ready."""
    stage.clock.sleep(REPORT_SECONDS)
    return Played(remarks=(f"It is {stage.clock.now():%H:%M:%S} now.",))


def fetch_report(stage: Stage) -> Played:
    """Ask for the report until it is ready, and compare its total with what was sold."""
    reply = _report(stage)
    for _ in range(REPORT_TRIES):
        if reply.result_code != ResultCode.REPORT_NOT_READY:
            break
        stage.clock.sleep(1)
        reply = _report(stage)
    text = (reply.report and reply.report.content_string) or ""
    if stage.phone is None or reply.result_code != ResultCode.SUCCESS:
        return Played(reply=reply)  # what other registers sold elsewhere is not known here
    total = _sales_total(text)
    if total != stage.takings.value:
        problem = f"The report's SalesTotal is {total}, and {stage.takings} was taken."
        return Played(reply=reply, problems=(problem,))
    remark = f"SalesTotal {total} is what was taken: {stage.takings}, refunds subtracted."
    return Played(reply=reply, remarks=(remark,))


def _sales_total(report: str) -> Decimal | None:
    try:
        found = soap.parse(report.encode()).findtext(".//SalesTotal")
        return None if found is None else Decimal(found.strip())
    except (MessageError, ArithmeticError):
        return None  # no such report: the sum is missed, and that is said


def _report(stage: Stage) -> ExecuteReportReply:
    return stage.client.execute_report(
        TERMINAL_REPORT,
        parameters={
            "transactionPeriodId": stage.facts[Fact.PERIOD],
            "TERMINALID": stage.facts[Fact.TERMINAL],
        },
        check=False,
    )
