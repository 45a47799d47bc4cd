"""A message of the model as an element and as an envelope: the writer of what is generated.

It is a third one, besides the client's (zeep) and the endpoint's, so that what is generated can be
judged without either of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from lxml import etree
from lxml.etree import _Element

from seqrkit import soap
from seqrkit.contract import Contract, load
from seqrkit.field_paths import as_text
from seqrkit.model_base import Request
from seqrkit.money import Amount
from seqrkit.strategies.message_shapes import Kind, Message, Root, Shape, Slot, root
from seqrkit.vocabulary import NAMESPACE, NEWEST

_PREFIXES: Final = {"ext": NAMESPACE}


def envelope(
    message: Request, interface: str = NEWEST, *, contract: Contract | None = None
) -> bytes:
    """A request as an indented SOAP envelope, ready to be posted.

    It is written as the contract orders it, whatever is wrong with its values. Raises `ValueError`
    for a character that XML does not allow.
    """
    judge = load(interface) if contract is None else contract
    return soap.envelope(written(message, root(judge, message.OPERATION)))


def written(message: Message, shape: Root) -> _Element:
    """A message as the element of its operation, or of its reply."""
    element = etree.Element(f"{{{NAMESPACE}}}{shape.name}", nsmap=_PREFIXES)
    inside = element if shape.around is None else etree.SubElement(element, shape.around.name)
    _fill(inside, message, shape.shape)
    return element


_SHOWN: Final = 4_000


class Printer(Protocol):
    """What IPython and Hypothesis print with."""

    def text(self, obj: str, /) -> None:
        """Print a text."""


class Shown:
    """Something that both print as its `repr`, and not field by field."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: FBT001 - their protocol
        del cycle
        printer.text(repr(self))


def shown(data: bytes) -> str:
    """An envelope as text, for a report: all of it where it is not very long."""
    more = "" if len(data) <= _SHOWN else f" ... ({len(data):,} bytes)"
    return data[:_SHOWN].decode("utf-8", "backslashreplace") + more


def _fill(element: _Element, part: object, shape: Shape) -> None:
    for slot in shape.slots:
        value = getattr(part, slot.name)
        if value is not None:
            _write(element, value, slot)


def _write(parent: _Element, value: Any, slot: Slot) -> None:  # noqa: ANN401 - as the model has it
    name = slot.field.name
    if slot.kind is Kind.ITEMS:
        _items(parent, name, value, slot)
        return
    element = etree.SubElement(parent, name)
    if slot.kind is Kind.VALUE:
        element.text = as_text(value)
    elif slot.kind is Kind.AMOUNT:
        _amount(element, value)
    elif slot.kind is Kind.WRAPPED:
        _items(element, slot.inner.name, value, slot)
    elif slot.kind is Kind.MAP:
        _map(element, value)
    elif slot.shape is not None:
        _fill(element, value, slot.shape)


def _items(parent: _Element, name: str, items: Iterable[object], slot: Slot) -> None:
    assert slot.shape is not None  # noqa: S101 - items are elements with elements inside
    for item in items:
        _fill(etree.SubElement(parent, name), item, slot.shape)


def _amount(element: _Element, amount: Amount) -> None:
    if amount.currency is not None:
        etree.SubElement(element, "currency").text = amount.currency
    if amount.value is not None:
        etree.SubElement(element, "value").text = as_text(amount.value)


def _map(element: _Element, parameters: Mapping[str, str | None]) -> None:
    holder = etree.SubElement(element, "parameter")
    for key, value in parameters.items():
        entry = etree.SubElement(holder, "entry")
        etree.SubElement(entry, "key").text = key
        if value is not None:
            etree.SubElement(entry, "value").text = value
