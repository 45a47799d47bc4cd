"""A generated request on its way to the endpoint, with the caller that it needs."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any, Final

from attrs import evolve

from seqrkit import strategies
from seqrkit.exchange import Exchange
from seqrkit.model import PaymentStatusReply, PrincipalId, Reply
from seqrkit.money import Amount
from seqrkit.strategies import Message
from seqrkit.suite.framework import CheckContext, LeftOut
from seqrkit.suite.framework.example_steps import Expected
from seqrkit.suite.framework.failure_causes import (
    CONSEQUENCES,
    OF_AMOUNTS,
    OF_INVOICES,
    OF_PAYMENTS,
    OF_VERSIONS,
    UNSTABLE,
    unreadable,
)
from seqrkit.suite.framework.shop import Shop
from seqrkit.suite.framework.till import TOTAL, Payment, Till
from seqrkit.suite.oracles.message_values import (
    Difference,
    expected_text,
    first_difference,
    normalized,
    outcome,
    shown,
    tolerant,
)
from seqrkit.suite.oracles.reply_checks import OF_RECEIPT
from seqrkit.suite.properties.replay.ledger import Ledger
from seqrkit.vocabulary import InvoiceStatus, PrincipalType, ResultCode

_OF_STATUS: Final = (
    OF_VERSIONS,
    "paymentReference",
)
OF_RECEIPTS: Final = "receipt of another payment"
"""The cause of failures that concern receipts, if one was that of another payment."""
_OF_PAYMENTS: Final = ("commitReservation", "submitPaymentReceipt", "refundPayment")
"""The operations that name a payment, or answer with its reference."""


def _letters(text: object) -> str:
    """Return what of a text survives a wrong encoding or escape; empty if it is not a text."""
    return re.sub("[^0-9A-Za-z]", "", html.unescape(text)) if isinstance(text, str) else ""


def _lost_status(found: object, expected: object) -> InvoiceStatus | None:
    """Return the status that was expected, if another one was found."""
    if isinstance(found, PaymentStatusReply) and isinstance(expected, PaymentStatusReply):
        found, expected = found.status, expected.status
    return expected if isinstance(expected, InvoiceStatus) and found != expected else None


def _of_replies(path: str, cause: str) -> str:
    """Return the cause of two replies that differ at a path, which is otherwise another one."""
    if path.startswith("receipt."):
        return UNSTABLE
    return OF_VERSIONS if path == OF_VERSIONS else cause


def called_by(shop: Shop, till: Till, request: Any, **changes: object) -> Any:  # noqa: ANN401
    """Return a request with the credentials of a till or its reseller, and other changes.

    Of the principals that may call the operation, one whose credentials are known is used. Raises
    `LeftOut` if there is none.
    """
    principal = request.context.initiator_principal_id
    assert isinstance(principal, PrincipalId)  # noqa: S101 - it is required
    kind = PrincipalType(str(principal.type))
    admitted = [*map(PrincipalType, till.session.contract.operations[request.OPERATION].principals)]
    # A service may admit only the principal of the references' examples, which is the first one.
    may_call = [kind, *admitted] if shop.session.simulator else admitted
    usable = [each for each in may_call if each in shop.principals]
    if not usable:
        shop.require(may_call[0])
    known = till.session.context(request.OPERATION, principal=usable[0])
    unique = known.client_reference or ""
    # A service may refuse what another terminal has, also one that is not the suite's.
    if name := getattr(request, "external_terminal_id", None):
        changes |= {"external_terminal_id": f"{name} {unique}"}
    if (code := getattr(request, "seqr_id", None)) and code.isalnum():
        changes |= {"seqr_id": f"{code}{unique}"}
    context = evolve(
        request.context,
        initiator_principal_id=known.initiator_principal_id,
        password=known.password,
    )
    return evolve(request, context=context, **changes)


class Replay:
    """A generated request on its way to the endpoint, and what the effect is verified with."""

    def __init__(self, check: CheckContext, ledger: Ledger, request: Message | None = None) -> None:
        self.check = check
        self.shop: Shop = check.shop
        self.till: Till = check.shop.till
        self.ledger = ledger
        self.request: Any = request
        self.sent: Exchange | None = None
        """The exchange of the request, once it was sent."""

    def send(self, till: Till | None = None, **changes: object) -> Any:  # noqa: ANN401 - the reply
        """Send the request with some fields changed; fail unless its result code is 0."""
        self.request = called_by(self.shop, till or self.till, self.request, **changes)
        # zeep, which writes the client's requests, would take longer than the endpoint's reply.
        envelope = strategies.envelope(self.request, self.check.interface)
        reply = self.check.session.send(self.request, check=False, envelope=envelope)
        exchange = self.sent = self.check.session.exchanges[-1]
        self._require_admitted(reply.result_code)
        said = f': "{reply.result_description}"' if reply.result_description else ""
        self.check.expect(
            reply.result_code == 0,
            f"a request that keeps every rule is answered with resultCode {reply.result_code:d}"
            f"{said}, expected 0",
            exchange=exchange,
            deviation=f"{exchange.operation}: resultCode {reply.result_code:d}",
            cause=self._of_payments(self.check.cause_of_code(reply.result_code)),
            expects=Expected("resultCode", "0"),
        )
        return reply

    def _require_admitted(self, code: int) -> None:
        """Raise `LeftOut` if a service admits only the principal of the references' examples."""
        usual, *others = self.check.contract.operations[self.request.OPERATION].principals
        sender = self.request.context.initiator_principal_id.type
        if code == ResultCode.ACCESS_DENIED and sender in others and not self.check.requires("A"):
            raise LeftOut(
                f"needs the credentials of a {usual}; the service admits no {sender} to "
                f"{self.request.OPERATION}"
            )

    def _of_payments(self, cause: str) -> str:
        """Return the cause of a failure that names a payment, if a reference was found wrong."""
        named = self.check.case.operation in _OF_PAYMENTS
        return self.check.environment.causes.get(OF_PAYMENTS, cause) if named else cause

    def paid(self, total: Amount | str = TOTAL) -> Payment:
        """Have an invoice paid at the till."""
        payment = self.till.paid(total)
        self.ledger.expect((payment.ers_reference, Amount.of(total).value or Decimal(0)))
        return payment

    def expect(
        self,
        name: str,
        found: object,
        expected: object,
        *,
        cause: str = "",
        expects: Expected | None = None,
        of: str = "",
    ) -> None:
        """Fail unless a value that the request has caused is as expected.

        `name` is the element's; the last reply has it, or `expects` says what a script verifies.
        `of` is the operation that is to blame, by default that of the case.
        """
        ours, theirs = normalized(found), (whole := normalized(expected))
        if not self.check.requires("C"):
            ours, theirs = tolerant(ours, whole), tolerant(whole, whole)
        if ours == theirs:
            return
        path, space, rest = ("", "", "") if isinstance(expected, Reply) else name.partition(" ")
        difference = first_difference(ours, theirs, path)
        deviation = f"{of or self.check.case.operation}: {name}{outcome(found, expected)}"
        if lost := _lost_status(found, expected):
            self.check.environment.causes.setdefault(lost, deviation)
        causes, cause = self.check.environment.causes, self._of_earlier(name, cause)
        if name == "paymentReference":
            cause = causes.get(OF_RECEIPTS) or causes.get(OF_PAYMENTS, cause)
        elif name.endswith(OF_RECEIPT):
            cause = causes.get(OF_RECEIPTS, cause or self._of_receipt(difference))
        expects = expects or expected_text(difference.untrimmed(whole, path), whole)
        if isinstance(expected, Reply):
            cause, expects = _of_replies(difference.path, cause), self._as_before(expects)
        if name.startswith("resultCode") and isinstance(found, int) and found and not cause:
            instead = f"resultCode {found:d} instead of {expected:d}"
            cause = instead if expected else self.check.cause_of_code(found)
            if not expected and found in CONSEQUENCES:
                causes.setdefault(cause, cause)
        text = f"{difference.path}{space}{rest}" if path else f"{difference.path} of {name}"
        self._fail(
            deviation,
            f"{text} is {shown(difference.found)}, expected {shown(difference.expected)}",
            cause or (name if name in _OF_STATUS or name.endswith(OF_RECEIPT) else ""),
            expects,
            of,
        )

    def _of_earlier(self, name: str, cause: str) -> str:
        """Return the cause of an earlier failure which this one follows from, and record this one.

        Without an earlier one, return the given cause.
        """
        causes = self.check.environment.causes
        if name == f"totalAmount{OF_RECEIPT}":
            causes.setdefault(OF_AMOUNTS, name)
        if cause == OF_RECEIPTS:  # a wrong reference of the payment differs from the receipt's
            cause = causes.get(OF_PAYMENTS, cause)
        if cause in {OF_PAYMENTS, OF_RECEIPTS}:
            causes.setdefault(cause, cause)
        return causes.get(OF_INVOICES) or self._of_payments(cause)

    def _of_receipt(self, difference: Difference) -> str:
        """Return the cause of a receipt that is not readable, or whose characters differ."""
        reply = self.check.session.exchanges[-1]
        if cause := unreadable(reply.reply_findings if difference.found is None else ()):
            return cause
        is_garbled = _letters(difference.found) == _letters(difference.expected) != ""
        return f"characters{OF_RECEIPT}" if is_garbled else ""

    def _as_before(self, expects: Expected | None) -> Expected | None:
        """Return what the last reply should have as the reply before it to the same operation."""
        *earlier, last = self.check.session.exchanges
        same = (each.number for each in earlier if each.operation == last.operation)
        return expects and expects._replace(since=max(same, default=0))

    def require(
        self, name: str, condition: object, said: str, expects: Expected, *, cause: str = ""
    ) -> None:
        """Fail unless a condition holds that no single value shows; `said` says what is wrong."""
        if condition:
            return
        deviation = f"{self.check.case.operation}: {name}"
        of = OF_INVOICES if name == OF_INVOICES else expects.element
        if of in {OF_INVOICES, OF_PAYMENTS}:
            self.check.environment.causes.setdefault(of, cause or deviation)
        self._fail(deviation, said, cause, expects)

    def require_element(self, name: str, value: object) -> None:
        """Fail unless the last reply has an element."""
        said = f"{name} is absent"
        self.require(said, value, said, Expected(name, ".+"), cause=said)

    def _fail(
        self, deviation: str, said: str, cause: str, expects: Expected | None, of: str = ""
    ) -> None:
        exchanges = self.check.session.exchanges
        sent = (each for each in reversed(exchanges) if each.operation == of)
        self.check.fail(
            f"after {of or self.check.case.operation}: {said}",
            exchange=exchanges[-1],
            deviation=deviation,
            cause=cause,
            tested=next(sent, self.sent),
            expects=expects,
        )
