"""What the steps of the demo scenario do: a request, an act of the buyer, or a wait.

The player checks result codes, statuses and findings for all of them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.client.reply_reader import read_reply
from seqrkit.contract import Example
from seqrkit.demo.player import Fact, Run
from seqrkit.errors import MessageError
from seqrkit.model import (
    CreditUserRequest,
    CustomerToken,
    ExecuteReportReply,
    Invoice,
    PaymentStatusReply,
    ReceiptDocument,
    Reply,
    SendInvoiceReply,
)
from seqrkit.money import Amount
from seqrkit.qr import QrCode, invoice_code, terminal_code
from seqrkit.vocabulary import USER_TOKEN, ReportId, ResultCode, TokenStatus

REPORT_SECONDS: Final = 3
"""Seconds after markTransactionPeriod until a report is ready (vendor: developer manual)."""
# A service may take longer than the manual says, but a demo must not hang.
REPORT_ATTEMPTS: Final = 10
NOTHING: Final = Amount.of("0.00 SEK")
TERMINAL_PASSWORD: Final = "popcorn-2026"  # noqa: S105 - of a terminal that the demo unregisters
BAR_TAB_SPENT: Final = Amount.of("387.00 SEK")
PRIZE: Final = Amount.of("25.00 SEK")
CARD: Final = CustomerToken(
    id="GRAND_MEMBER",
    description="Grand Cinema member",
    value="2610411111110",
    status=TokenStatus.USED,
)
RECEIPT: Final = ReceiptDocument.html(
    "<html><body><h1>Grand Cinema</h1><p>305.50 SEK</p></body></html>"
)


def register(run: Run) -> Reply:
    """Register a terminal; the run's till becomes this terminal."""
    reply = run.client.register_terminal(
        external_terminal_id=f"grand-till-{run.tag}",
        password=TERMINAL_PASSWORD,
        name="Grand Cinema, till 1",
        check=False,
    )
    if reply.terminal_id:
        run.till = run.client.as_terminal(reply.terminal_id, TERMINAL_PASSWORD)
        run.facts[Fact.TERMINAL] = reply.terminal_id
    return reply


def assign(run: Run) -> Reply:
    """Assign a static QR code to the terminal."""
    seqr_id = f"GRAND{run.tag}"
    run.qr = QrCode(terminal_code(seqr_id))
    return run.till.assign_seqr_id(seqr_id, check=False)


def unregister(run: Run) -> Reply:
    """Unregister the terminal; remove the buyer's loyalty cards."""
    if run.phone is not None:
        run.phone.remove_cards()
    return run.till.unregister_terminal(check=False)


def sell(run: Run, invoice: Invoice) -> Reply:
    """Send an invoice."""
    return _sold(run, run.till.send_invoice(invoice, check=False))


def send_example(run: Run, example: Example) -> Reply:
    """Send an example of the reference from this terminal, byte for byte except its context."""
    message = soap.parse(example.envelope)
    for path, text in {
        "initiatorPrincipalId/id": run.facts[Fact.TERMINAL],
        "clientReference": f"example-{run.tag}",
        "password": soap.MASK,  # the client replaces it with the terminal's password
    }.items():
        element = message.find(f".//context/{path}")
        if element is not None:
            element.text = text
    # Raw, so that it stays the vendor's own text, with the rules it breaks.
    exchange = run.till.send_raw(etree.tostring(message), "sendInvoice")
    payload = soap.read_envelope(soap.parse(exchange.response or b"")).payload
    return _sold(run, read_reply(payload, "sendInvoice", exchange.interface))


def _sold(run: Run, reply: Reply) -> Reply:
    run.version = 0
    if isinstance(reply, SendInvoiceReply) and reply.invoice_reference:
        run.facts[Fact.INVOICE], run.qr = reply.invoice_reference, reply.qr
    return reply


def scan_with_card(run: Run) -> None:
    """Add a loyalty card to the buyer's phone and scan."""
    card = CARD
    run.buyer.add_card(card.value or "", id=card.id or "", description=card.description or "")
    bill = run.buyer.scan(invoice_code(run.facts[Fact.INVOICE]))
    run.remarks.append(f"The phone shows {bill.title}, {bill.total}, and waits.")


def pay(run: Run, invoice: Invoice | None = None) -> None:
    """Scan and pay; the total of the invoice is what the payment adds to the takings."""
    bill = run.buyer.scan(invoice_code(run.facts[Fact.INVOICE]))
    shown = f"{bill.title}, {bill.total}"
    bill.pay()
    run.takings += (invoice and invoice.total_amount) or NOTHING
    run.remarks.append(f"The phone shows {shown}. After the PIN the status is {bill.status}.")


def poll(run: Run) -> PaymentStatusReply:
    """Poll with the version seen last, and remember the payment and the buyer's tokens."""
    reference = run.facts[Fact.INVOICE]
    reply = run.till.get_payment_status(reference, invoice_version=run.version, check=False)
    run.version = reply.version or 0
    run.remarks.append(f"Status {reply.status}, version {reply.version}.")
    if reply.ers_reference:
        run.facts[Fact.PAYMENT] = reply.ers_reference
        run.remarks.append(f"The ersReference of the payment is {reply.ers_reference}.")
    facts = {USER_TOKEN: Fact.USER, CARD.id: Fact.CARD}
    for token in reply.customer_tokens or ():
        run.remarks.append(f"Token {token.id}: {token.value}.")
        if token.id in facts:
            run.facts[facts[token.id]] = token.value or ""
    return reply


def submit_receipt(run: Run) -> Reply:
    """Submit a receipt for the payment."""
    payment = run.facts[Fact.PAYMENT]
    return run.till.submit_payment_receipt(payment, RECEIPT, check=False)


def refund(run: Run, invoice: Invoice) -> Reply:
    """Refund a part of the payment."""
    reply = run.till.refund_payment(run.facts[Fact.PAYMENT], invoice, check=False)
    run.takings -= invoice.total_amount or NOTHING
    run.remarks.append(f"The ersReference of the refund is {reply.ers_reference}.")
    return reply


def apply_card(run: Run, invoice: Invoice) -> Reply:
    """Update the invoice to the member price, with the card as used."""
    run.facts[Fact.MEMBER_PRICE] = run.facts[Fact.CARD]
    reference = run.facts[Fact.INVOICE]
    return run.till.update_invoice(reference, invoice, tokens=[CARD], check=False)


def update(run: Run, invoice: Invoice) -> Reply:
    """Replace the open invoice."""
    return run.till.update_invoice(run.facts[Fact.INVOICE], invoice, check=False)


def commit(run: Run, invoice: Invoice) -> Reply:
    """Commit a part of the reservation, or all of it if the interface has no amount here."""
    request = run.till.contract.operations["commitReservation"].request
    # Where the interface has no amount here, a reservation is committed as a whole.
    spent = BAR_TAB_SPENT if "amount" in request.by_name else None
    run.takings += spent or invoice.total_amount or NOTHING
    run.facts[Fact.COMMITTED] = run.facts[Fact.INVOICE]
    return run.till.commit_reservation(run.facts[Fact.INVOICE], spent, check=False)


def cancel(run: Run) -> Reply:
    """Cancel the open invoice."""
    return run.till.cancel_invoice(run.facts[Fact.INVOICE], check=False)


def credit(run: Run) -> Reply:
    """Pay out a prize with creditUser."""
    request = CreditUserRequest(
        user_id=run.facts[Fact.USER],
        amount=PRIZE,
        description="Prize of the quiz night",
        correlation_id=f"quiz-{run.tag}",
    )
    return run.till.credit_user(request, check=False)


def close_period(run: Run) -> Reply:
    """Close the terminal's transaction period."""
    parameters = {"TERMINALID": run.facts[Fact.TERMINAL]}
    reply = run.client.mark_transaction_period(parameters, check=False)
    if reply.transaction_period_id:
        run.facts[Fact.PERIOD] = reply.transaction_period_id
    return reply


def wait(run: Run) -> None:
    """Wait until a report is ready."""
    run.clock.sleep(REPORT_SECONDS)
    run.remarks.append(f"It is {run.clock.now():%H:%M:%S} now.")


def report(run: Run) -> ExecuteReportReply:
    """Request the report once."""
    parameters = {
        "transactionPeriodId": run.facts[Fact.PERIOD],
        "TERMINALID": run.facts[Fact.TERMINAL],
    }
    return run.client.execute_report(ReportId.TERMINAL, parameters=parameters, check=False)


def fetch_report(run: Run) -> Reply:
    """Request the report until it is ready; compare its total with the takings."""
    reply = report(run)
    for _ in range(REPORT_ATTEMPTS):
        if reply.result_code != ResultCode.REPORT_NOT_READY:
            break
        run.clock.sleep(1)
        reply = report(run)
    if run.phone is not None and reply.result_code == ResultCode.SUCCESS:
        total = _sales_total((reply.report and reply.report.content_string) or "")
        sentence = f"SalesTotal of the report is {total}; payments minus refunds: {run.takings}."
        (run.remarks if total == run.takings.value else run.problems).append(sentence)
    return reply


def _sales_total(report: str) -> Decimal | None:
    try:
        found = soap.parse(report.encode()).findtext(".//SalesTotal")
        return None if found is None else Decimal(found.strip())
    except (MessageError, ArithmeticError):
        return None  # not the expected report: the comparison fails and says so
