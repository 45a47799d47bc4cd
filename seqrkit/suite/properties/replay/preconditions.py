"""What a message is sent into: who calls, and what there is that it can name.

Messages that are broken or odd are bytes. What they say of the caller and of invoices is replaced
in them, so that they get past the door; whatever is wrong with them stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape

from seqrkit.contract.message_identity import sender_of
from seqrkit.errors import ConfigurationError
from seqrkit.suite.framework.shop import DETAILS

if TYPE_CHECKING:
    from seqrkit.suite.framework.shop import Shop, Till


_MUCH: Final = "1000000.00 SEK"
"""More than most requests ask for."""


class Scene(NamedTuple):
    """Who calls, the texts of elements that name something, and the invoices it is about."""

    caller: Till
    texts: Mapping[str, str]
    invoices: tuple[str, ...] = ()


def scene(shop: Shop, operation: str) -> Scene:
    """A scene in which an operation has something to do, as far as a buyer can be had."""
    make = _SCENES.get(operation)
    if make is None and operation in _WITH_BUYER and _has_buyer(shop):
        make = _WITH_BUYER[operation]
    return Scene(shop.till, {}) if make is None else make(shop)


def _open(shop: Shop) -> Scene:
    reference = shop.till.send()
    return Scene(shop.till, {"invoiceReference": reference}, (reference,))


def _reserved(shop: Shop) -> Scene:
    reference = shop.till.reserved(_MUCH)
    return Scene(shop.till, {"invoiceReference": reference}, (reference,))


def _paid(shop: Shop) -> Scene:
    payment = shop.till.paid(_MUCH)
    return Scene(shop.till, {"ersReference": payment.ers_reference}, (payment.reference,))


def _credited(shop: Shop) -> Scene:
    payment = shop.till.paid(_MUCH)
    return Scene(shop.till, {"userId": payment.user_id}, (payment.reference,))


def _leaving(shop: Shop) -> Scene:
    return Scene(shop.leaver, {})


def _reported(shop: Shop) -> Scene:
    return Scene(shop.till, {"reportId": DETAILS})


_SCENES: Final[Mapping[str, Callable[[Shop], Scene]]] = {
    "updateInvoice": _open,
    "getPaymentStatus": _open,
    "cancelInvoice": _open,
    "unregisterTerminal": _leaving,
    "executeReport": _reported,
}
_WITH_BUYER: Final[Mapping[str, Callable[[Shop], Scene]]] = {
    "commitReservation": _reserved,
    "submitPaymentReceipt": _paid,
    "refundPayment": _paid,
    "creditUser": _credited,
}


def _has_buyer(shop: Shop) -> bool:
    try:
        return shop.session.phone is not None
    except ConfigurationError:
        return False


def dressed(data: bytes, operation: str, into: Scene) -> bytes:
    """A message as the scene's caller would send it, about what there is in the scene."""
    session = into.caller.session
    who = sender_of(data, operation, session.contract.operations)
    known = session.context(operation, principal=who)
    principal = known.initiator_principal_id
    assert principal is not None  # noqa: S101 - it says who calls
    within = {
        "initiatorPrincipalId": {"id": principal.id, "userId": principal.user_id},
        "context": {"password": known.password},
        operation: into.texts,
    }
    for outer, texts in within.items():
        for name, text in texts.items():
            if text is not None:
                data = _replaced(data, outer, name, text)
    return data


def _replaced(data: bytes, outer: str, name: str, text: str) -> bytes:
    """The message with the text of each element of a name that says something, inside another."""
    inside = re.compile(rf"(?s)<(?:ext:)?{outer}>.*?</(?:ext:)?{outer}>".encode())
    element = re.compile(f"(?<=<{name}>)[^<]+(?=</{name}>)".encode())
    written = escape(text).encode()
    return inside.sub(lambda found: element.sub(lambda _: written, found[0]), data)
