"""Sends requests as bytes, and verifies that what was refused has changed nothing.

Broken and unusual requests cannot be written by the client. Their caller and the references in them
are replaced by existing ones, so that the endpoint gets beyond authentication; the rest stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape

from seqrkit.contract.message_identity import sender_of
from seqrkit.errors import ConfigurationError
from seqrkit.suite.framework.shop import DETAILS
from seqrkit.suite.oracles.reply_checks import checked_replies

if TYPE_CHECKING:
    from seqrkit.contract import Rule
    from seqrkit.exchange import Exchange
    from seqrkit.suite.framework import CheckContext
    from seqrkit.suite.framework.shop import Shop, Till

_HIGH: Final = "1000000.00 SEK"
"""More than most requests ask for."""


class Precondition(NamedTuple):
    """The caller, the texts of elements that refer to something, and the invoices concerned."""

    caller: Till
    texts: Mapping[str, str]
    invoices: tuple[str, ...] = ()


def send_prepared(check: CheckContext, data: bytes, *, rule: Rule | None = None) -> Exchange:
    """Send a message with the caller and the references of its operation's precondition."""
    operation = check.case.operation
    given = _precondition(check.shop, operation)
    return _send(check, _prepared(data, operation, given), given.invoices, rule)


def send_unchanged(check: CheckContext, data: bytes) -> Exchange:
    """Send a message as it is."""
    return _send(check, data, (), None)


def _send(
    check: CheckContext, data: bytes, invoices: tuple[str, ...], rule: Rule | None
) -> Exchange:
    shop = check.shop
    with checked_replies(check):
        before = shop.statuses(*invoices)
        shop.mark()  # so that transactions() lists only what this request moves
        exchange = check.session.send_raw(data)
        fail = partial(check.fail, rule=rule, exchange=exchange)
        if exchange.fault is not None and not exchange.fault.blames_the_message:
            fail(f"the endpoint failed: {exchange.fault}")
        if exchange.result_code != 0:
            if shop.statuses(*invoices) != before:
                fail("the request was refused, and still the status of an invoice changed")
            for row in shop.transactions():
                fail(f"the request was refused, and still {row.amount} moved: {row.ers_reference}")
    return exchange


def _precondition(shop: Shop, operation: str) -> Precondition:
    """Bring about a state in which an operation can succeed, as far as there is a buyer."""
    prepare = _WITHOUT_BUYER.get(operation)
    if operation in _WITH_BUYER and _has_buyer(shop):
        prepare = _WITH_BUYER[operation]
    return Precondition(shop.till, {}) if prepare is None else prepare(shop)


def _has_buyer(shop: Shop) -> bool:
    try:
        return shop.session.phone is not None
    except ConfigurationError:
        return False


def _open(shop: Shop) -> Precondition:
    reference = shop.till.send()
    return Precondition(shop.till, {"invoiceReference": reference}, (reference,))


def _reserved(shop: Shop) -> Precondition:
    reference = shop.till.reserved(_HIGH)
    return Precondition(shop.till, {"invoiceReference": reference}, (reference,))


def _paid(shop: Shop) -> Precondition:
    payment = shop.till.paid(_HIGH)
    texts = {"ersReference": payment.ers_reference}
    return Precondition(shop.till, texts, (payment.reference,))


def _user(shop: Shop) -> Precondition:
    payment = shop.till.paid(_HIGH)
    return Precondition(shop.till, {"userId": payment.user_id}, (payment.reference,))


_WITHOUT_BUYER: Final[Mapping[str, Callable[[Shop], Precondition]]] = {
    "updateInvoice": _open,
    "getPaymentStatus": _open,
    "cancelInvoice": _open,
    "unregisterTerminal": lambda shop: Precondition(shop.leaver, {}),
    "executeReport": lambda shop: Precondition(shop.till, {"reportId": DETAILS}),
}
_WITH_BUYER: Final[Mapping[str, Callable[[Shop], Precondition]]] = {
    "commitReservation": _reserved,
    "submitPaymentReceipt": _paid,
    "refundPayment": _paid,
    "creditUser": _user,
}


def _prepared(data: bytes, operation: str, given: Precondition) -> bytes:
    session = given.caller.session
    sender = sender_of(data, operation, session.contract.operations)
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
                data = _replaced(data, outer, name, text)
    return data


def _replaced(data: bytes, outer: str, name: str, text: str) -> bytes:
    """Replace the text of each nonempty element of a name inside another element."""
    inside = re.compile(rf"(?s)<(?:ext:)?{outer}>.*?</(?:ext:)?{outer}>".encode())
    element = re.compile(f"(?<=<{name}>)[^<]+(?=</{name}>)".encode())
    written = escape(text).encode()
    return inside.sub(lambda found: element.sub(lambda _: written, found[0]), data)
