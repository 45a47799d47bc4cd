"""The forms of a message that are taken as they come, and leave no note.

Each is a behaviour, by which a form that nobody has to take is taken. As long as all of them are in
force nothing here is asked; a message is only looked at for those that are switched off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from seqrkit import soap
from seqrkit.simulator.behaviours import Active, Behaviour, reading
from seqrkit.simulator.wire_tables import Part, tables
from seqrkit.soap import local

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.vocabulary import Interface

_MARKUP = (b"<!--", b"<![CDATA[")
_NAMES = ("channel", "clientId", "clientReference")
_PLAIN_DATE = re.compile(r"[0-9-]{10}T[0-9:]{8}(?:Z|[+-][0-9:]{5})")
_TWO_DECIMALS = re.compile(r"[0-9]+\.[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Looked:
    """A message that can be read: its bytes, its envelope and the operation in it."""

    data: bytes
    root: _Element
    payload: _Element
    interface: Interface


def switched_off(active: Active) -> tuple[Behaviour, ...]:
    """The forms that are not taken."""
    return tuple(behaviour for behaviour in _FORMS if behaviour not in active)


def first_of(
    behaviours: Iterable[Behaviour], data: bytes, root: _Element, interface: Interface
) -> Behaviour | None:
    """The first of these behaviours that the message needs, if it needs any."""
    message = Looked(data, root, soap.read_envelope(root).payload, interface)
    return next((each for each in behaviours if _FORMS[each](message)), None)


def _header(message: Looked) -> bool:
    return any(local(each) == "Header" for each in message.root)


def _prefixes(message: Looked) -> bool:
    return any(each.prefix != message.root.prefix for each in message.root)


def _markup(message: Looked) -> bool:
    text = message.data.replace(b"\0", b"")  # as it may be UTF-16
    return any(mark in text for mark in _MARKUP)


def _out_of_order(message: Looked) -> bool:
    part = tables(message.interface).requests.get(local(message.payload))
    return part is not None and any(_unordered(part, message.payload))


def _unordered(part: Part, element: _Element) -> Iterator[bool]:
    children = {child.name: (place, child) for place, child in enumerate(part.children)}
    found = [(children[local(each)], each) for each in element if local(each) in children]
    places = [place for (place, _), _ in found]
    yield places != sorted(places)
    for (_, child), each in found:
        if child.part is not None:
            for inner in each if child.wrapper else (each,):
                yield from _unordered(child.part, inner)


def _empty(message: Looked) -> bool:
    return any(not len(each) and not each.text for each in message.payload.iterdescendants())


def _nameless(message: Looked) -> bool:
    return any(message.payload.find(f"context/{name}") is None for name in _NAMES)


def _modeless(message: Looked) -> bool:
    invoice = message.payload.find("invoice")
    is_new = local(message.payload) == "sendInvoice"
    return is_new and invoice is not None and invoice.find("paymentMode") is None


def _terminal_with_user(message: Looked) -> bool:
    caller = message.payload.find("context/initiatorPrincipalId")
    if caller is None or caller.findtext("type") != "TERMINALID":
        return False
    return caller.find("userId") is not None


def _amounts(message: Looked) -> bool:
    values = message.payload.iterfind(".//itemTotalAmount/value")
    return any(not _TWO_DECIMALS.fullmatch(each.text or "") for each in values)


def _numbers(message: Looked) -> bool:
    rows = message.payload.iterfind("invoice/invoiceRows/invoiceRow")
    said = [each.findtext(name) for each in rows for name in ("itemTaxRate", "itemQuantity")]
    return any(not text.isdigit() for text in said if text)


def _dates(message: Looked) -> bool:
    said = [each.text for each in message.payload.iter("issueDate")]
    return any(not _PLAIN_DATE.fullmatch(text) for text in said if text)


_FORMS: Final[dict[Behaviour, Callable[[Looked], bool]]] = {
    reading.ORDER: _out_of_order,
    reading.HEADER: _header,
    reading.PREFIXES: _prefixes,
    reading.COMMENTS: _markup,
    reading.EMPTY: _empty,
    reading.NO_NAMES: _nameless,
    reading.NO_PAYMENT_MODE: _modeless,
    reading.TERMINAL_WITH_USER: _terminal_with_user,
    reading.AMOUNTS: _amounts,
    reading.NUMBERS: _numbers,
    reading.DATES: _dates,
}
