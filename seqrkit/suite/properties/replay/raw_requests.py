"""Sends requests as bytes, and verifies that what was refused has changed nothing.

Broken and unusual requests cannot be written by the client. Their caller and the references in them
are replaced by existing ones, so that the endpoint gets beyond authentication; the rest stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from seqrkit.contract import Rule
from seqrkit.contract.message_identity import sender_of
from seqrkit.exchange import Exchange
from seqrkit.money import Amount
from seqrkit.suite.framework import CheckContext, Need
from seqrkit.suite.framework.example_steps import returned_anew
from seqrkit.suite.framework.periods import Transaction
from seqrkit.suite.framework.shop import Shop
from seqrkit.suite.framework.till import Payment, Till
from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.replay.ledger import Ledger
from seqrkit.vocabulary import ReportId

_HIGH: Final = "1000000.00 SEK"
"""More than most requests ask for."""


class Precondition(NamedTuple):
    """The caller, the texts of elements that refer to something, and the invoices concerned."""

    caller: Till
    texts: Mapping[str, str]
    invoices: tuple[str, ...] = ()
    moved: tuple[Transaction, ...] = ()
    """The payments that the state needs."""


class RawRequests:
    """Sends the messages of a case; a refused one leaves the precondition for the next."""

    def __init__(self, check: CheckContext, ledger: Ledger) -> None:
        self.check = check
        self.ledger = ledger
        self._given: Precondition | None = None

    def send_prepared(self, data: bytes, rule: Rule | None = None) -> Exchange:
        """Send a message with the caller and the references of its operation's precondition."""
        operation = self.check.case.operation
        renews = self._given is None or self.ledger.at_once
        with checked_replies(self.check, begins=renews):
            if self._given is None or renews:
                self._given = _precondition(self.check, operation)
                self.ledger.expect(*self._given.moved)
            given = self._given
            self.ledger.keeps(given.invoices)
            exchange = self._send(_prepared(self.check, data, operation, given), rule)
            # The state is used up: the next message needs another one.
            if _may_be_done(exchange):
                self._given = None
                ended = dict(returned_anew(exchange))
                self.ledger.accepted(ended.get("transactionPeriodId", ""))
        return exchange

    def send_unchanged(self, data: bytes) -> Exchange:
        """Send a message as it is."""
        with checked_replies(self.check):
            return self._send(data, None)

    def _send(self, data: bytes, rule: Rule | None) -> Exchange:
        exchange = self.check.session.send_raw(data)
        fault = exchange.fault
        if fault is not None and not fault.blames_the_message and self.check.requires("A"):
            self.check.fail(f"the endpoint failed: {fault}", rule=rule, exchange=exchange)
        if not _may_be_done(exchange):
            self.ledger.moves()
        return exchange


def _may_be_done(exchange: Exchange) -> bool:
    """Return whether a reply does not say that the request was refused."""
    return exchange.fault is None and not exchange.result_code


def _precondition(check: CheckContext, operation: str) -> Precondition:
    """Bring about a state in which an operation can succeed, as far as there is a buyer."""
    shop, prepare = check.shop, _WITHOUT_BUYER.get(operation)
    if operation in _WITH_BUYER and Need.BUYER not in check.environment.unmet:
        prepare = _WITH_BUYER[operation]
    return Precondition(shop.till, {}) if prepare is None else prepare(shop)


def _open(shop: Shop) -> Precondition:
    reference = shop.till.send()
    return Precondition(shop.till, {"invoiceReference": reference}, (reference,))


def _reserved(shop: Shop) -> Precondition:
    reference = shop.till.reserved(_HIGH)
    return Precondition(shop.till, {"invoiceReference": reference}, (reference,))


def _paid(shop: Shop) -> Precondition:
    payment = shop.till.paid(_HIGH)
    texts = {"ersReference": payment.ers_reference}
    return Precondition(shop.till, texts, (payment.reference,), (_transaction(payment),))


def _user(shop: Shop) -> Precondition:
    payment = shop.till.paid(_HIGH)
    texts = {"userId": payment.user_id}
    return Precondition(shop.till, texts, (payment.reference,), (_transaction(payment),))


def _transaction(payment: Payment) -> Transaction:
    return payment.ers_reference, Amount.of(_HIGH).value or Decimal(0)


_WITHOUT_BUYER: Final[Mapping[str, Callable[[Shop], Precondition]]] = {
    "updateInvoice": _open,
    "getPaymentStatus": _open,
    "cancelInvoice": _open,
    "unregisterTerminal": lambda shop: Precondition(shop.leaver, {}),
    "executeReport": lambda shop: Precondition(shop.till, {"reportId": ReportId.DETAILS}),
}
_WITH_BUYER: Final[Mapping[str, Callable[[Shop], Precondition]]] = {
    "commitReservation": _reserved,
    "submitPaymentReceipt": _paid,
    "refundPayment": _paid,
    "creditUser": _user,
}


def _prepared(check: CheckContext, data: bytes, operation: str, given: Precondition) -> bytes:
    session = given.caller.session
    sender = sender_of(data, operation, session.contract.operations)
    check.shop.require(sender)
    known = session.context(operation, principal=sender)
    principal = known.initiator_principal_id
    assert principal is not None  # noqa: S101 - the client has filled it in
    replacements = {
        # The references first: a principal has a userId, too, which is replaced after that.
        operation: given.texts,
        "initiatorPrincipalId": {"id": principal.id, "userId": principal.user_id},
        "context": {"password": known.password},
    }
    for outer, texts in replacements.items():
        for name, text in texts.items():
            if text is not None:
                # In the bytes, because a broken message need not be XML.
                data = _replaced(data, outer, name, text)
    return data


def _replaced(data: bytes, outer: str, name: str, text: str) -> bytes:
    """Replace the text of each nonempty element of a name inside another element."""
    inside = re.compile(rf"(?s)<(?:ext:)?{outer}>.*?</(?:ext:)?{outer}>".encode())
    element = re.compile(f"(?<=<{name}>)[^<]+(?=</{name}>)".encode())
    written = escape(text).encode()
    return inside.sub(lambda found: element.sub(lambda _: written, found[0]), data)
