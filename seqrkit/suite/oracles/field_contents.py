"""Valid and invalid contents of each built-in type, and requests to put them into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from hypothesis import strategies as st
from lxml import etree

from seqrkit import contract
from seqrkit.contract import Field, MessageType
from seqrkit.contract.schema_rules import KINDS
from seqrkit.strategies.required_fields import every
from seqrkit.strategies.valid_messages import simplest
from seqrkit.suite.oracles.message_cases import envelope_of
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

VALID: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("", "text"),
    "int": ("0", "-1", "2147483647"),
    "long": ("0", "-1", "9223372036854775807"),
    "decimal": ("1", "-0.5", ".5", "149.99"),
    "dateTime": ("2015-12-25T12:34:56", "2016-02-29T24:00:00Z", "-0001-01-01T00:00:00.5+14:00"),
    "base64Binary": ("", "QUJD", "QQ==", "QUI="),
}
"""Valid texts of each built-in type that the API uses."""

_CHARACTERS: Final = "0123456789+-.:,/=*_eENITZAQa \t\n\r\xa0\xb2\u0661\u2003\uff11\U0001d7d8"


class FieldLocation(NamedTuple):
    """A field of a request, with the names of the elements that lead to it."""

    operation: str
    field: Field
    steps: tuple[str, ...]

    def envelope(self, interface: Interface, markup: str) -> bytes:
        """Return a request that is valid except for the markup in this field."""
        judge = contract.load(interface)
        message = simplest(judge, self.operation, every(judge, self.operation))
        document = etree.fromstring(envelope_of(interface, self.operation, message))
        (field, *_) = payload_with_comments(document).iterfind("/".join(self.steps))
        # Put in as text of the file, because lxml would escape the markup.
        field.text = "CONTENT"
        return etree.tostring(document).replace(b">CONTENT<", f">{markup}<".encode())


def payload_with_comments(document: etree._Element) -> etree._Element:
    """Return the operation's element of an envelope as it is, comments included."""
    return document[0][0]


@cache
def location_for(interface: Interface, base: str) -> FieldLocation:
    """Return the field of a built-in type that has the fewest other limits."""
    locations = [
        location
        for name, operation in contract.load(interface).operations.items()
        for location in _locations(name, operation.request, ())
        if location.field.base == base
    ]
    return min(locations, key=lambda each: _limits(each.field))


def _locations(
    operation: str, kind: MessageType, steps: tuple[str, ...]
) -> Iterator[FieldLocation]:
    for field in kind.fields:
        here = (*steps, field.name)
        if field.type is None:
            yield FieldLocation(operation, field, here)
        else:
            yield from _locations(operation, field.type, here)


def _limits(field: Field) -> tuple[bool, int]:
    return bool(field.enumeration), sum(rule.kind in KINDS.values() for rule in field.rules)


def contents(base: str) -> SearchStrategy[str]:
    """Return a strategy of texts that are valid for a type, or nearly."""
    some = st.text(st.sampled_from(_CHARACTERS), max_size=3)
    patched = st.builds(_patched, st.sampled_from(VALID[base]), st.integers(0, 30), some)
    return patched | some | st.text(st.sampled_from("0123456789.-"), max_size=40)


def _patched(valid: str, position: int, patch: str) -> str:
    """Insert a patch into a text (even positions) or replace a part of it (odd ones)."""
    at = position // 2 % (len(valid) + 1)
    return f"{valid[:at]}{patch}{valid[at + (position % 2) * len(patch) :]}"
