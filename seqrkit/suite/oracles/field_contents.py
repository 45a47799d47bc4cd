"""What an element of a built-in type can hold, right and wrong, and requests to put it into."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hypothesis import strategies as st
from lxml import etree

from seqrkit import contract, soap
from seqrkit.contract.documented_schema import KINDS
from seqrkit.strategies.required_fields import every
from seqrkit.strategies.valid import simplest
from seqrkit.suite.oracles.message_cases import element_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

    from seqrkit.contract import Field, MessageType
    from seqrkit.vocabulary import Interface

SOUND: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("", "text"),
    "int": ("0", "-1", "2147483647"),
    "long": ("0", "-1", "9223372036854775807"),
    "decimal": ("1", "-0.5", ".5", "149.99"),
    "dateTime": ("2015-12-25T12:34:56", "2016-02-29T24:00:00Z", "-0001-01-01T00:00:00.5+14:00"),
    "base64Binary": ("", "QUJD", "QQ==", "QUI="),
}
"""Texts that are values, by each built-in type of the API."""

_STRANGE: Final = "0123456789+-.:,/=*_eENITZAQa \t\n\r\xa0\xb2\u0661\u2003\uff11\U0001d7d8"


class FieldLocation(NamedTuple):
    """A field to put values of a built-in type into, and the request that it is in."""

    operation: str
    field: Field
    steps: tuple[str, ...]


@cache
def location_for(interface: Interface, base: str) -> FieldLocation:
    """The field of a type that has the fewest limits besides."""
    places = [
        place
        for name, operation in contract.load(interface).operations.items()
        for place in _places(name, operation.request, ())
        if place.field.base == base
    ]
    return min(places, key=lambda each: _limits(each.field))


def _places(operation: str, kind: MessageType, steps: tuple[str, ...]) -> Iterator[FieldLocation]:
    for field in kind.fields:
        here = (*steps, field.name)
        if field.type is None:
            yield FieldLocation(operation, field, here)
        else:
            yield from _places(operation, field.type, here)


def _limits(field: Field) -> tuple[bool, int]:
    return bool(field.enumeration), sum(rule.kind in KINDS.values() for rule in field.rules)


def with_content(interface: Interface, place: FieldLocation, markup: str) -> bytes:
    """A request that is right, but for what stands in one field."""
    judge = contract.load(interface)
    message = simplest(judge, place.operation, every(judge, place.operation))
    element = element_of(interface, place.operation, message)
    (field, *_) = element.iterfind("/".join(place.steps))
    field.text = _HERE
    return soap.envelope(element).replace(_HERE.encode(), markup.encode())


_HERE: Final = "HERE-STANDS-THE-CONTENT"


def as_it_is(envelope: bytes) -> etree._Element:
    """The operation's element with all that stands in it, comments too."""
    return etree.fromstring(envelope)[0][0]


def texts(base: str) -> SearchStrategy[str]:
    """Texts that are values of a type, and others that are nearly."""
    some = st.text(st.sampled_from(_STRANGE), max_size=3)
    pieces = st.builds(_patched, st.sampled_from(SOUND[base]), st.integers(0, 30), some)
    return pieces | some | st.text(st.sampled_from("0123456789.-"), max_size=40)


def _patched(sound: str, place: int, patch: str) -> str:
    """A text with something in it, or in place of some of it."""
    at = place // 2 % (len(sound) + 1)
    return f"{sound[:at]}{patch}{sound[at + (place % 2) * len(patch) :]}"
