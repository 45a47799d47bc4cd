"""The effect of each operation: a state in which a generated request succeeds, and what follows.

A generated request keeps every rule but names no existing invoice or payment. An effect brings one
about, puts it and the credentials of a till into the request, sends it, and verifies the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from attrs import evolve

from seqrkit.errors import InvalidInvoiceReference
from seqrkit.model import CustomerToken, Invoice, PaymentStatusReply
from seqrkit.model_base import wire_names
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.suite.framework import Inapplicable, Need
from seqrkit.suite.framework.example_steps import Expected, literal
from seqrkit.suite.framework.failure_causes import OF_CALLERS, OF_INVOICES, UNREGISTERED
from seqrkit.suite.framework.till import TOTAL, bill
from seqrkit.suite.properties.replay.payment_receipts import not_printed
from seqrkit.suite.properties.replay.refunded_parts import expect_beyond_refused
from seqrkit.suite.properties.replay.replayed_request import Replay
from seqrkit.vocabulary import USER_TOKEN, AcknowledgmentMode, InvoiceStatus, ReportId, ResultCode

Effect = Callable[[Replay], None]
_TOKEN: Final = CustomerToken(description="Bonus", id="BONUS", status=0, value="1")
_LARGEST: Final = 2**53 - 1
"""The largest integer that JavaScript and JSON keep exactly."""
_NOT_TERMINAL_ID: Final = re.compile("[0-9a-fA-F]{26,31}|[0-9a-fA-F]{33,35}")
"""A terminalId like that of the reference (registerTerminal), of 32 digits, cut or padded."""


def is_terminal_id(text: str) -> bool:
    """Return whether it can be a terminalId, as UUIDs with hyphens, numbers and short ids can."""
    return text.isdecimal() or not _NOT_TERMINAL_ID.fullmatch(text)


def _send_invoice(replay: Replay) -> None:
    reply = replay.send()
    reference = reply.invoice_reference or ""
    replay.require_element("invoiceReference", reference)
    if reply.invoice_qr_code:
        replay.expect("invoiceQRCode", reply.invoice_qr_code, invoice_code(reference))
    status = _status_of_known(replay, reference)
    replay.expect("status", status.status, InvoiceStatus.ISSUED)
    replay.expect("ersReference", status.ers_reference, None)
    replay.expect("receipt", status.receipt, None)
    if status.customer_tokens or replay.check.requires("C"):
        replay.expect("customerTokens", status.customer_tokens, replay.request.tokens)


def _status_of_known(replay: Replay, reference: str) -> PaymentStatusReply:
    """Return the status of an invoice that the service must know after the request."""
    try:
        return replay.till.status(reference)
    except InvalidInvoiceReference as error:
        said = f"getPaymentStatus does not know invoiceReference {reference}"
        known = Expected("resultCode", f"{error.code:d}", matches=False)
        replay.require(OF_INVOICES, None, said, known)
        raise


def _get_payment_status(replay: Replay) -> None:
    reply = replay.till.session.send_invoice(bill(), tokens=[_TOKEN])
    reference = reply.invoice_reference or ""
    before = replay.till.status(reference)
    replay.expect("the reply", replay.send(invoice_reference=reference), before)
    replay.expect("the next reply", replay.till.status(reference, before.version), before)


def _cancel_invoice(replay: Replay) -> None:
    others = [replay.till.send() for _ in range(2)]
    reference = replay.till.send()
    kept = [replay.till.status(each).status for each in others]
    before = replay.till.status(reference)
    replay.send(invoice_reference=reference)
    after = _status_of_known(replay, reference)
    replay.expect("status", after.status, InvoiceStatus.CANCELED)
    replay.expect("version", after.version, (before.version or 0) + 1)
    replay.expect("the next reply", replay.till.status(reference, after.version), after)
    for other, status in zip(others, kept, strict=True):
        replay.expect("status of another invoice", replay.till.status(other).status, status)


def _register_terminal(replay: Replay) -> None:
    reply = replay.send()
    found = reply.terminal_id or ""
    replay.check.expect(
        is_terminal_id(found),
        f'terminalId "{found}" has {len(found)} hexadecimal characters, expected 32',
        exchange=replay.check.session.exchanges[-1],
        deviation="registerTerminal: form of terminalId",
        expects=Expected("terminalId", _NOT_TERMINAL_ID.pattern, matches=False),
    )
    known = replay.shop.code_of_unknown
    terminal = replay.shop.session.as_terminal(found, replay.request.password or "")
    code = terminal.get_payment_status("0", check=False).result_code
    cause = replay.check.cause_of_code(code) if code in OF_CALLERS else ""
    replay.expect("resultCode at the new terminal", code, known, cause=cause)


def _unregister_terminal(replay: Replay) -> None:
    (other, _), till = replay.shop.witness, replay.shop.leaver
    replay.send(till)
    for each, ends, deviation, said in (
        (till, True, "no effect", "the terminal can still call"),
        (other, False, "effect on another terminal", "another terminal can no longer call"),
    ):
        is_right = replay.shop.is_unregistered(each) is ends
        causes = replay.check.environment.causes
        deviation = f"unregisterTerminal: {deviation}"  # noqa: PLW2901
        if not is_right:
            causes[UNREGISTERED] = deviation
        replay.check.expect(
            is_right,
            f"{said} getPaymentStatus after unregisterTerminal",
            exchange=replay.check.session.exchanges[-1],
            deviation=deviation,
            expects=Expected("resultCode", "0|54", matches=not ends),
            tested=replay.sent,
        )


def _assign_seqr_id(replay: Replay) -> None:
    replay.send()
    other, _ = replay.shop.witness
    code = other.session.assign_seqr_id(replay.request.seqr_id or "", check=False).result_code
    cause = "" if code else "seqr-id.taken"
    if code in OF_CALLERS:
        cause = replay.check.cause_of_code(code)
    name = "resultCode at another terminal"
    replay.expect(name, code, ResultCode.INVALID_SEQR_ID, cause=cause)


def _mark_transaction_period(replay: Replay) -> None:
    reply = replay.send(parameters=_own_terminal(replay))
    period = reply.transaction_period_id or ""
    replay.require_element("transactionPeriodId", period)
    replay.ledger.marked(period)


def _execute_report(replay: Replay) -> None:
    replay.shop.require_details()
    period = replay.shop.ready_period
    parameters = {**(_own_terminal(replay) or {}), "transactionPeriodId": period}
    report = replay.send(report_id=ReportId.DETAILS, parameters=parameters).report
    content = (report.content if report else None) or b""
    text = (report.content_string if report else None) or ""
    replay.expect("contentString", text.encode(), content)
    said, named = "the report names another period", Expected("contentString", f".*{period}.*")
    replay.require("period of the report", period.encode() in content, said, named)


def _own_terminal(replay: Replay) -> Mapping[str, str | None] | None:
    """Return the parameters of a request, with the till as the TERMINALID if there is one."""
    given: Mapping[str, str | None] | None = replay.request.parameters
    if given is None or "TERMINALID" not in given:
        return given
    return {**given, "TERMINALID": replay.till.terminal_id}


WITHOUT_BUYER: Final[Mapping[str, Effect]] = {
    "sendInvoice": _send_invoice,
    "getPaymentStatus": _get_payment_status,
    "cancelInvoice": _cancel_invoice,
    "registerTerminal": _register_terminal,
    "unregisterTerminal": _unregister_terminal,
    "assignSeqrId": _assign_seqr_id,
    "markTransactionPeriod": _mark_transaction_period,
    "executeReport": _execute_report,
}
"""The effect of each operation that can be verified without a buyer."""


def _sell(replay: Replay) -> None:
    replay.request = _payable(replay)
    _verify_sale(replay, replay.send().invoice_reference or "")


def update_of_open_invoice(replay: Replay) -> None:
    """Update an invoice that the buyer has not scanned."""
    reference = replay.till.send()
    replay.send(invoice_reference=reference)
    _still_open(replay, reference)


def _update_invoice(replay: Replay) -> None:
    replay.request = _payable(replay)
    reference = replay.till.send()
    replay.send(invoice_reference=reference)
    _verify_sale(replay, reference)


def _payable(replay: Replay) -> Any:  # noqa: ANN401 - a request with an invoice
    """Return the request, which any buyer can pay at once if there is no simulated phone."""
    if Need.PHONE not in replay.check.environment.unmet:
        return replay.request
    mode, invoice = AcknowledgmentMode.NO_ACKNOWLEDGMENT, replay.request.invoice
    seconds = invoice.commit_reservation_timeout
    if seconds is not None:
        seconds = min(seconds, _LARGEST)
    changed = evolve(invoice, acknowledgment_mode=mode, commit_reservation_timeout=seconds)
    return evolve(replay.request, invoice=changed)


def _verify_sale(replay: Replay, reference: str) -> None:
    """Have the buyer pay, and compare status, receipt and transaction with the invoice."""
    invoice: Invoice = replay.request.invoice
    reply = _pay(replay, reference, invoice)
    replay.expect("status", reply.status, InvoiceStatus.PAID)
    replay.require_element("ersReference", reply.ers_reference)
    replay.require_element("receipt", reply.receipt)
    assert reply.receipt is not None  # noqa: S101 - as just verified
    replay.expect("the next reply", replay.till.status(reference, reply.version), reply)
    replay.expect("paymentReference", reply.receipt.payment_reference, reply.ers_reference)
    printed = reply.receipt.invoice
    for name, wire_name in wire_names(Invoice).items():
        sent, kept = getattr(invoice, name), getattr(printed, name, None)
        if name == "issue_date" and sent is not None and kept is not None:
            kept = kept if sent.tzinfo else kept.replace(tzinfo=None)
        is_lax = kept is None and not replay.check.requires("C")
        if sent is not None and not (is_lax and wire_name in not_printed(replay, reference)):
            replay.expect(f"{wire_name} of the receipt", kept, sent)
    assert invoice.total_amount is not None  # noqa: S101 - it is required
    replay.ledger.moves((reply.ers_reference, _value(invoice.total_amount)))


def _still_open(replay: Replay, reference: str) -> int:
    """Return the version of an invoice that can be paid; fail if it has another status."""
    status = _status_of_known(replay, reference)
    replay.expect("status", status.status, InvoiceStatus.ISSUED)
    return status.version or 0


def _pay(replay: Replay, reference: str, invoice: Invoice) -> PaymentStatusReply:
    """Have the buyer pay; acknowledge tokens and commit a reservation. Return the final status."""
    till = replay.till
    before = _still_open(replay, reference)
    has_phone = Need.PHONE not in replay.check.environment.unmet
    if has_phone and till.session.phone.scan(invoice_code(reference)).waiting:
        till.session.update_invoice(reference, invoice)
        before = till.status(reference).version or 0
    till.buyer_pays(reference)
    reply = till.status(reference, before)
    replay.expect("version", reply.version, before + 1)
    if reply.status is not InvoiceStatus.RESERVED:
        return reply
    replay.shop.require_operation("commitReservation")
    till.session.commit_reservation(reference)
    reply = till.status(reference)
    replay.expect("status", reply.status, InvoiceStatus.PAID, of="commitReservation")
    return reply


def _commit_reservation(replay: Replay) -> None:
    # A generated amount keeps the rules, which allow a negative one; money cannot be committed so.
    part = replay.request.amount and _positive(replay.request.amount)
    amount = part or Amount.of(TOTAL)
    reference = replay.till.reserved(_twice(amount) if part else amount)
    reply = replay.send(invoice_reference=reference, amount=part)
    status = replay.till.status(reference)
    replay.expect("status", status.status, InvoiceStatus.PAID)
    if reply.ers_reference:
        replay.expect("ersReference", status.ers_reference, reply.ers_reference)
    replay.require_element("receipt", status.receipt)
    printed = status.receipt and status.receipt.invoice
    replay.expect("totalAmount of the receipt", printed and printed.total_amount, amount)
    replay.ledger.moves((status.ers_reference, _value(amount)))


def _submit_payment_receipt(replay: Replay) -> None:
    payment = replay.paid()
    before = replay.till.status(payment.reference)
    replay.send(ers_reference=payment.ers_reference)
    if replay.check.requires("V"):  # which says that a payment can have several
        second = replay.till.session.send(replay.request, check=False).result_code
        replay.expect("resultCode of a second receipt", int(second), 0)
    after = replay.till.status(payment.reference)
    replay.expect("status", after.status, before.status)
    replay.expect("status after a receipt", after, before)
    replay.ledger.moves()


def _refund_payment(replay: Replay) -> None:
    amount: Amount = replay.request.invoice.total_amount
    payment = replay.paid(_twice(amount))
    before = replay.till.status(payment.reference)
    first = replay.send(ers_reference=payment.ers_reference)
    _verify_reference(replay, first.ers_reference, {payment.ers_reference: "payment"})
    # The payment was twice the amount, so this is all that is left.
    rest = replay.till.session.send(replay.request, check=False)
    replay.expect("resultCode of a refund of the rest", rest.result_code, 0)
    _verify_reference(replay, rest.ers_reference, {first.ers_reference: "first refund"})
    code = replay.till.session.send(replay.request, check=False).result_code
    expect_beyond_refused(replay, int(code))
    after = replay.till.status(payment.reference)
    replay.expect("status", after.status, before.status)
    replay.expect("status after a refund", after, before)
    replay.ledger.moves(*((each.ers_reference, -_value(amount)) for each in (first, rest)))


def _verify_reference(replay: Replay, found: str | None, others: Mapping[str, str]) -> None:
    """Fail unless a refund has an ersReference of its own; `others` are known references."""
    if replay.check.requires("V"):
        replay.require_element("ersReference", found)
        said = f"ersReference is {found}, the reference of the {others.get(found or '')}"
        own = Expected("ersReference", literal(found or ""), matches=False)
        replay.require("ersReference of the refund", found not in others, said, own)


def _credit_user(replay: Replay) -> None:
    credit = replay.request.credit_user_request
    user_id = replay.paid().user_id
    if not user_id:
        raise Inapplicable(f"needs a payment with the token {USER_TOKEN}")
    amount = credit.amount and _positive(credit.amount)
    reply = replay.send(credit_user_request=evolve(credit, user_id=user_id, amount=amount))
    replay.expect("correlationId", reply.correlation_id, credit.correlation_id)
    replay.require_element("ersReference", reply.ers_reference)
    replay.ledger.moves()


def _value(amount: Amount) -> Decimal:
    return amount.value or Decimal(0)


def _positive(amount: Amount) -> Amount:
    """Return an amount that can be committed or credited: more than 0 (assumed)."""
    return Amount(abs(_value(amount)) or Decimal(1), amount.currency)


def _twice(amount: Amount) -> Amount:
    return Amount(2 * _value(amount), amount.currency)


WITH_BUYER: Final[Mapping[str, Effect]] = {
    "sendInvoice": _sell,
    "updateInvoice": _update_invoice,
    "commitReservation": _commit_reservation,
    "submitPaymentReceipt": _submit_payment_receipt,
    "refundPayment": _refund_payment,
    "creditUser": _credit_user,
}
"""The effect of each operation that can be verified only if a buyer pays."""
