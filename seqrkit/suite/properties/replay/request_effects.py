"""The effect of each operation: a state in which a generated request succeeds, and what follows.

A generated request keeps every rule but names no existing invoice or payment. An effect brings one
about, puts it and the credentials of a till into the request, sends it, and verifies the result.
Everything else in the request stays as generated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import evolve

from seqrkit.model import Invoice, PrincipalId
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.suite.framework.shop import DETAILS, TOTAL
from seqrkit.suite.oracles.message_values import first_difference, normalized
from seqrkit.vocabulary import InvoiceStatus, ResultCode

if TYPE_CHECKING:
    from seqrkit.strategies import Message
    from seqrkit.suite.framework import CheckContext
    from seqrkit.suite.framework.shop import Till


def called_by(till: Till, request: Any, **changes: object) -> Any:  # noqa: ANN401 - of one class
    """Return a request with the credentials of a till or its reseller, and other changes."""
    principal = request.context.initiator_principal_id
    assert isinstance(principal, PrincipalId)  # noqa: S101 - it is required
    known = till.session.context(request.OPERATION, principal=principal.type)
    context = evolve(
        request.context,
        initiator_principal_id=known.initiator_principal_id,
        password=known.password,
    )
    return evolve(request, context=context, **changes)


class Replay:
    """A generated request on its way to the endpoint, and what the effect is verified with."""

    def __init__(self, check: CheckContext, request: Message) -> None:
        self.check = check
        self.shop = check.shop
        self.till = check.shop.till
        self.request: Any = request

    def send(self, till: Till | None = None, **changes: object) -> Any:  # noqa: ANN401 - the reply
        """Send the request with some fields changed; fail unless its result code is 0."""
        self.request = called_by(till or self.till, self.request, **changes)
        reply = self.check.session.send(self.request, check=False)
        self._exchange = self.check.session.exchanges[-1]
        self.expect("resultCode", reply.result_code, 0)
        return reply

    def expect(self, name: str, found: object, expected: object) -> None:
        """Fail unless a value that the request has caused is as expected."""
        ours, theirs = normalized(found), normalized(expected)
        self.check.expect(
            ours == theirs,
            lambda: first_difference(ours, theirs, name),
            exchange=self._exchange,
        )

    def expect_transactions(self, *expected: tuple[str | None, Decimal]) -> None:
        """Fail unless exactly these transactions (ersReference, amount) have been reported."""
        rows = [(row.ers_reference, row.amount) for row in self.shop.transactions()]
        self.expect("the transactions", rows, list(expected))


Effect = Callable[[Replay], None]


def _send_invoice(replay: Replay) -> None:
    status = replay.till.status(replay.send().invoice_reference or "")
    replay.expect("status", status.status, InvoiceStatus.ISSUED)
    replay.expect("ersReference", status.ers_reference, None)
    replay.expect("receipt", status.receipt, None)
    replay.expect("customerTokens", status.customer_tokens, replay.request.tokens)


def _get_payment_status(replay: Replay) -> None:
    reference = replay.till.send()
    before = replay.till.status(reference)
    replay.expect("the reply", replay.send(invoice_reference=reference), before)
    replay.expect("the next reply", replay.till.status(reference), before)


def _cancel_invoice(replay: Replay) -> None:
    reference = replay.till.send()
    before = replay.till.status(reference)
    replay.send(invoice_reference=reference)
    after = replay.till.status(reference)
    replay.expect("status", after.status, InvoiceStatus.CANCELED)
    replay.expect("version", after.version, (before.version or 0) + 1)


def _register_terminal(replay: Replay) -> None:
    reply = replay.send()
    terminal = replay.shop.session.as_terminal(
        reply.terminal_id or "", replay.request.password or ""
    )
    code = terminal.get_payment_status("0", check=False).result_code
    what = "resultCode for an unknown invoice, at the new terminal,"
    replay.expect(what, code, ResultCode.INVALID_INVOICE_REFERENCE)


def _unregister_terminal(replay: Replay) -> None:
    till = replay.shop.leaver
    replay.send(till)
    replay.expect("whether the terminal is unregistered", till.is_unregistered, expected=True)


def _assign_seqr_id(replay: Replay) -> None:
    replay.send()
    other, _ = replay.shop.witness
    code = other.session.assign_seqr_id(replay.request.seqr_id or "", check=False).result_code
    replay.expect("resultCode at another terminal", code, ResultCode.INVALID_SEQR_ID)


def _mark_transaction_period(replay: Replay) -> None:
    # Whichever period the request marks, shop or till, nothing has moved in it.
    for marked in (None, replay.till):
        replay.shop.mark(marked)
    reply = replay.send(parameters=_own_terminal(replay))
    rows = replay.shop.transactions_of(reply.transaction_period_id or "")
    replay.expect("the transactions of the period", list(rows), [])


def _execute_report(replay: Replay) -> None:
    period = replay.shop.mark()
    replay.shop.transactions_of(period)  # waits until the report is ready
    parameters = {**(_own_terminal(replay) or {}), "transactionPeriodId": period}
    report = replay.send(report_id=DETAILS, parameters=parameters).report
    content = (report.content if report else None) or b""
    text = (report.content_string if report else None) or ""
    replay.expect("contentString", text.encode(), content)
    replay.expect("whether it contains the period", period.encode() in content, expected=True)


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
    replay.shop.mark()
    _verify_sale(replay, replay.send().invoice_reference or "")


def _update_invoice(replay: Replay) -> None:
    reference = replay.till.send()
    replay.shop.mark()
    replay.send(invoice_reference=reference)
    _verify_sale(replay, reference)


def _verify_sale(replay: Replay, reference: str) -> None:
    """Have the buyer pay, and compare status, receipt and transaction with the invoice."""
    invoice: Invoice = replay.request.invoice
    _pay(replay.till, reference, invoice)
    reply = replay.till.status(reference)
    replay.expect("status", reply.status, InvoiceStatus.PAID)
    replay.expect("whether there is a receipt", reply.receipt is not None, expected=True)
    assert reply.receipt is not None  # noqa: S101 - as just verified
    replay.expect("paymentReference", reply.receipt.payment_reference, reply.ers_reference)
    printed = reply.receipt.invoice
    for field in attrs.fields(Invoice):
        sent, kept = getattr(invoice, field.name), getattr(printed, field.name, None)
        if field.name == "issue_date" and sent is not None and kept is not None:
            kept = kept if sent.tzinfo else kept.replace(tzinfo=None)
        if sent is not None:
            replay.expect(f"{field.metadata['wire']} of the receipt", kept, sent)
    assert invoice.total_amount is not None  # noqa: S101 - it is required
    moved = [(row.ers_reference, row.amount, row.terminal_id) for row in replay.shop.transactions()]
    expected = (reply.ers_reference, invoice.total_amount.value, replay.till.terminal_id)
    replay.expect("the transactions", moved, [expected])


def _pay(till: Till, reference: str, invoice: Invoice) -> None:
    """Have the buyer scan and pay; acknowledge tokens and commit a reservation."""
    scanned = till.session.phone.scan(invoice_code(reference))
    if scanned.waiting:
        till.session.update_invoice(reference, invoice)
    scanned.pay()
    if scanned.status is InvoiceStatus.RESERVED:
        till.session.commit_reservation(reference)


def _commit_reservation(replay: Replay) -> None:
    part = replay.request.amount and _positive(replay.request.amount)
    amount = part or Amount.of(TOTAL)
    reference = replay.till.reserved(_twice(amount) if part else amount)
    replay.shop.mark()
    reply = replay.send(invoice_reference=reference, amount=part)
    status = replay.till.status(reference)
    receipt = status.receipt.invoice if status.receipt else None
    replay.expect("status", status.status, InvoiceStatus.PAID)
    replay.expect("ersReference", status.ers_reference, reply.ers_reference)
    replay.expect("totalAmount of the receipt", receipt and receipt.total_amount, amount)
    replay.expect_transactions((reply.ers_reference, _value(amount)))


def _submit_payment_receipt(replay: Replay) -> None:
    payment = replay.till.paid()
    before = replay.till.status(payment.reference)
    replay.shop.mark()
    replay.send(ers_reference=payment.ers_reference)
    replay.expect("the payment", replay.till.status(payment.reference), before)
    replay.expect_transactions()


def _refund_payment(replay: Replay) -> None:
    amount: Amount = replay.request.invoice.total_amount
    payment = replay.till.paid(_twice(amount))
    before = replay.till.status(payment.reference)
    replay.shop.mark()
    first = replay.send(ers_reference=payment.ers_reference)
    rest, more = (replay.till.session.send(replay.request, check=False) for _ in range(2))
    replay.expect("resultCode of the refund of the rest", rest.result_code, 0)
    beyond = ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION
    replay.expect("resultCode of a refund beyond the payment", more.result_code, beyond)
    replay.expect("the payment", replay.till.status(payment.reference), before)
    replay.expect_transactions(*((each.ers_reference, -_value(amount)) for each in (first, rest)))


def _credit_user(replay: Replay) -> None:
    credit = replay.request.credit_user_request
    user_id = replay.till.paid().user_id
    replay.shop.mark()
    amount = credit.amount and _positive(credit.amount)
    reply = replay.send(credit_user_request=evolve(credit, user_id=user_id, amount=amount))
    replay.expect("correlationId", reply.correlation_id, credit.correlation_id)
    replay.expect("whether there is an ersReference", bool(reply.ers_reference), expected=True)
    replay.expect_transactions()


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
