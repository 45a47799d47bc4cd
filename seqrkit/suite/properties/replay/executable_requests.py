"""Requests in a fitting state: what a request needs so that it is carried out, and its effect.

A generated request keeps every rule, but it names no invoice that there is. Here it gets one, in
the state that its operation is for, and the credentials of a till; whatever else it says stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from attrs import evolve

from seqrkit.model import (
    AssignSeqrId,
    CancelInvoice,
    CommitReservation,
    CreditUser,
    CreditUserReply,
    ExecuteReport,
    ExecuteReportReply,
    GetPaymentStatus,
    MarkTransactionPeriod,
    MarkTransactionPeriodReply,
    PaymentStatusReply,
    PrincipalId,
    RefundPayment,
    RegisterTerminal,
    RegisterTerminalReply,
    Reply,
    SendInvoice,
    SendInvoiceReply,
    SubmitPaymentReceipt,
    UnregisterTerminal,
    UpdateInvoice,
)
from seqrkit.money import Amount
from seqrkit.suite.framework.shop import DETAILS, TOTAL
from seqrkit.suite.properties.replay.sale import as_sold, sells, told
from seqrkit.vocabulary import InvoiceStatus, ResultCode

if TYPE_CHECKING:
    from seqrkit.model_base import Request
    from seqrkit.strategies import Message
    from seqrkit.suite.framework.shop import Shop, Till

Complaints = Iterator[str]
"""What of an effect is not as it should be, a sentence each."""
_TWICE: Final = 2


class Fitted(NamedTuple):
    """A request that is to be answered 0, and what is then to be seen."""

    request: Request
    seen: Callable[[Any], Complaints]


Fitting = Callable[["Shop", Any], Fitted]


def principal_of(request: Message) -> PrincipalId:
    """Who makes a generated request: each has a context that says so."""
    principal = cast("Any", request).context.initiator_principal_id
    assert isinstance(principal, PrincipalId)  # noqa: S101 - it is required
    return principal


def called_by(till: Till, request: Message) -> Any:  # noqa: ANN401 - a request of the same class
    """The same request, with the till's credentials or those of its reseller."""
    whole = cast("Any", request)
    who = principal_of(request).type
    known = till.session.context(whole.OPERATION, principal=who)
    context = evolve(
        whole.context,
        initiator_principal_id=known.initiator_principal_id,
        password=known.password,
    )
    return evolve(whole, context=context)


def says(what: str, found: object, wanted: object) -> Complaints:
    """The complaint that something is not what it should be."""
    if told(found) != told(wanted):
        yield f"{what} is {found!r}, not {wanted!r}"


# What needs no buyer


def _send_invoice(shop: Shop, request: SendInvoice) -> Fitted:
    def seen(reply: SendInvoiceReply) -> Complaints:
        status = shop.till.status(reply.invoice_reference or "")
        yield from says("the new invoice's status", status.status, InvoiceStatus.ISSUED)
        yield from says("its ersReference", status.ers_reference, None)
        yield from says("its receipt", status.receipt, None)
        yield from says("its customerTokens", status.customer_tokens, request.tokens)

    return Fitted(called_by(shop.till, request), seen)


def _get_payment_status(shop: Shop, request: GetPaymentStatus) -> Fitted:
    reference = shop.till.send()
    before = shop.till.status(reference)

    def seen(reply: PaymentStatusReply) -> Complaints:
        yield from says("what it says", reply, before)
        yield from says("what is said after it", shop.till.status(reference), before)

    return Fitted(evolve(called_by(shop.till, request), invoice_reference=reference), seen)


def _cancel_invoice(shop: Shop, request: CancelInvoice) -> Fitted:
    reference = shop.till.send()
    before = shop.till.status(reference)

    def seen(_reply: Reply) -> Complaints:
        after = shop.till.status(reference)
        yield from says("the status", after.status, InvoiceStatus.CANCELED)
        yield from says("the version", after.version, (before.version or 0) + 1)

    return Fitted(evolve(called_by(shop.till, request), invoice_reference=reference), seen)


def _register_terminal(shop: Shop, request: RegisterTerminal) -> Fitted:
    def seen(reply: RegisterTerminalReply) -> Complaints:
        terminal = shop.session.as_terminal(reply.terminal_id or "", request.password or "")
        code = terminal.get_payment_status("0", check=False).result_code
        yield from says(
            "what the new terminal is told of an invoice it does not have",
            code,
            ResultCode.INVALID_INVOICE_REFERENCE,
        )

    return Fitted(called_by(shop.till, request), seen)


def _unregister_terminal(shop: Shop, request: UnregisterTerminal) -> Fitted:
    till = shop.leaver

    def seen(_reply: Reply) -> Complaints:
        yield from says("whether the terminal is gone", till.is_unregistered, True)  # noqa: FBT003

    return Fitted(called_by(till, request), seen)


def _assign_seqr_id(shop: Shop, request: AssignSeqrId) -> Fitted:
    def seen(_reply: Reply) -> Complaints:
        other, _ = shop.witness
        code = other.session.assign_seqr_id(request.seqr_id or "", check=False).result_code
        yield from says(
            "what another terminal is told of the same seqrId", code, ResultCode.INVALID_SEQR_ID
        )

    return Fitted(called_by(shop.till, request), seen)


def _mark_transaction_period(shop: Shop, request: MarkTransactionPeriod) -> Fitted:
    for marked in (None, shop.till):
        shop.mark(marked)

    def seen(reply: MarkTransactionPeriodReply) -> Complaints:
        yield from says(
            "what has moved in the period",
            shop.transactions_of(reply.transaction_period_id or ""),
            (),
        )

    return Fitted(called_by(shop.till, _known_parameters(shop, request)), seen)


def _execute_report(shop: Shop, request: ExecuteReport) -> Fitted:
    period = shop.mark()
    shop.transactions_of(period)

    def seen(reply: ExecuteReportReply) -> Complaints:
        report = reply.report
        content = (report.content if report else None) or b""
        text = (report.content_string if report else None) or ""
        yield from says("contentString, beside content,", text.encode(), content)
        yield from says("the id of its period", period.encode() in content, True)  # noqa: FBT003

    fitted = _known_parameters(shop, request)
    parameters = {**(fitted.parameters or {}), "transactionPeriodId": period}
    return Fitted(
        evolve(called_by(shop.till, fitted), report_id=DETAILS, parameters=parameters), seen
    )


def _known_parameters(shop: Shop, request: Any) -> Any:  # noqa: ANN401 - of the same class
    """The same request, whose TERMINALID is the till's where it has one."""
    given = dict(request.parameters or {})
    if "TERMINALID" in given:
        given["TERMINALID"] = shop.till.terminal_id
    return evolve(request, parameters=given if request.parameters is not None else None)


WITHOUT_BUYER: Final[Mapping[str, Fitting]] = {
    "sendInvoice": _send_invoice,
    "getPaymentStatus": _get_payment_status,
    "cancelInvoice": _cancel_invoice,
    "registerTerminal": _register_terminal,
    "unregisterTerminal": _unregister_terminal,
    "assignSeqrId": _assign_seqr_id,
    "markTransactionPeriod": _mark_transaction_period,
    "executeReport": _execute_report,
}
"""The fitting of each operation for which no buyer has to pay."""


# What needs one


def _sell(shop: Shop, request: SendInvoice) -> Fitted:
    shop.mark()

    def seen(reply: SendInvoiceReply) -> Complaints:
        assert request.invoice is not None  # noqa: S101 - it is required
        reference = reply.invoice_reference or ""
        sells(shop.till, reference, request.invoice)
        yield from as_sold(shop, reference, request.invoice)

    return Fitted(called_by(shop.till, request), seen)


def _update_invoice(shop: Shop, request: UpdateInvoice) -> Fitted:
    reference = shop.till.send()
    shop.mark()

    def seen(_reply: Reply) -> Complaints:
        assert request.invoice is not None  # noqa: S101 - it is required
        sells(shop.till, reference, request.invoice)
        yield from as_sold(shop, reference, request.invoice)

    return Fitted(evolve(called_by(shop.till, request), invoice_reference=reference), seen)


def _commit_reservation(shop: Shop, request: CommitReservation) -> Fitted:
    asked = request.amount and _something(request.amount)
    amount = asked or Amount.of(TOTAL)
    reference = shop.till.reserved(_times(amount, _TWICE) if asked else amount)
    shop.mark()

    def seen(reply: Reply) -> Complaints:
        status = shop.till.status(reference)
        receipt = status.receipt.invoice if status.receipt else None
        yield from says("the status", status.status, InvoiceStatus.PAID)
        yield from says("the ersReference", status.ers_reference, reply.ers_reference)
        yield from says("the receipt's total", receipt and receipt.total_amount, amount)
        moved = [(row.ers_reference, row.amount) for row in shop.transactions()]
        yield from says("what has moved", moved, [(reply.ers_reference, amount.value)])

    fitted = evolve(called_by(shop.till, request), invoice_reference=reference, amount=asked)
    return Fitted(fitted, seen)


def _submit_payment_receipt(shop: Shop, request: SubmitPaymentReceipt) -> Fitted:
    payment = shop.till.paid()
    before = shop.till.status(payment.reference)
    shop.mark()

    def seen(_reply: Reply) -> Complaints:
        yield from says("the payment", shop.till.status(payment.reference), before)
        yield from says("what has moved", shop.transactions(), ())

    return Fitted(evolve(called_by(shop.till, request), ers_reference=payment.ers_reference), seen)


def _refund_payment(shop: Shop, request: RefundPayment) -> Fitted:
    assert request.invoice is not None  # noqa: S101 - it is required
    amount = request.invoice.total_amount
    assert amount is not None  # noqa: S101 - so is this
    payment = shop.till.paid(_times(amount, _TWICE))
    before = shop.till.status(payment.reference)
    shop.mark()
    fitted = evolve(called_by(shop.till, request), ers_reference=payment.ers_reference)

    def seen(reply: Reply) -> Complaints:
        again, beyond = (shop.till.session.send(fitted, check=False) for _ in range(_TWICE))
        yield from says("the code of a second refund, of the rest,", again.result_code, 0)
        yield from says(
            "the code of a third one",
            beyond.result_code,
            ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION,
        )
        yield from says("the payment", shop.till.status(payment.reference), before)
        back = -(amount.value or Decimal(0))
        wanted = [(each.ers_reference, back) for each in (reply, again)]
        moved = [(row.ers_reference, row.amount) for row in shop.transactions()]
        yield from says("what has moved", moved, wanted)

    return Fitted(fitted, seen)


def _credit_user(shop: Shop, request: CreditUser) -> Fitted:
    wanted = request.credit_user_request
    assert wanted is not None  # noqa: S101 - it is required
    user_id = shop.till.paid().user_id
    shop.mark()

    def seen(reply: CreditUserReply) -> Complaints:
        yield from says("the correlationId", reply.correlation_id, wanted.correlation_id)
        yield from says("whether it has an ersReference", bool(reply.ers_reference), True)  # noqa: FBT003
        yield from says("what has moved", shop.transactions(), ())

    amount = wanted.amount and _something(wanted.amount)
    credited = evolve(wanted, user_id=user_id, amount=amount)
    return Fitted(evolve(called_by(shop.till, request), credit_user_request=credited), seen)


def _something(amount: Amount) -> Amount:
    """More than nothing, which is all that can be committed or credited (assumed)."""
    return Amount(abs(amount.value or Decimal(0)) or Decimal(1), amount.currency)


def _times(amount: Amount, count: int) -> Amount:
    return Amount((amount.value or Decimal(0)) * count, amount.currency)


WITH_BUYER: Final[Mapping[str, Fitting]] = {
    "sendInvoice": _sell,
    "updateInvoice": _update_invoice,
    "commitReservation": _commit_reservation,
    "submitPaymentReceipt": _submit_payment_receipt,
    "refundPayment": _refund_payment,
    "creditUser": _credit_user,
}
"""The fitting of each operation whose effect shows only once a buyer pays."""
