"""Read replies field by field, by the tables of contract and model.

A detail must not cost a payment: a field that cannot be read becomes `None`, and a finding of the
exchange (`reply_findings`) shows its raw text. Only the operation and the result code can make a
reply unreadable. `xsi:type` is ignored, because the schema defines the type of each field, and no
schema is ever fetched.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Final

import attrs
from lxml.etree import _Element

from seqrkit import contract, soap
from seqrkit.contract import Field, MessageType
from seqrkit.errors import NotAReply
from seqrkit.model import REPLIES, Reply
from seqrkit.model_base import WIRE
from seqrkit.money import Amount
from seqrkit.soap.elements import child_of, is_nil, resolved, text_of
from seqrkit.soap.outcome import content_of
from seqrkit.soap.values import READERS, decimal
from seqrkit.vocabulary import NAMESPACE, Interface

_Reader = Callable[[_Element], object]


def read_reply(
    payload: _Element,
    operation: str,
    interface: Interface,
    secrets: soap.Secrets = soap.NO_SECRETS,
) -> Reply:
    """Read the reply of an operation from the element in the Body; texts have `secrets` masked.

    Raises `NotAReply` for another element, and for one without a readable result code.
    """
    expected = f"{operation}Response"
    if payload.tag != f"{{{NAMESPACE}}}{expected}":
        raise NotAReply(_not_expected(payload, expected))
    outcome = soap.outcome_of(payload, secrets)
    content = content_of(payload)
    if content is None or outcome.result_code is None:
        raw = "is missing" if outcome.raw_code is None else f'is "{outcome.raw_code}"'
        raise NotAReply(f"<{expected}> cannot be read: its resultCode {raw}.")
    parts = _fields(interface, operation)
    values = _values(parts, content) | {"result_code": outcome.result_code}
    if "status" in parts:
        values["status"] = outcome.status
    for part in parts.values():
        if part.is_list:  # a reply without the element has none
            values[part.attribute] = values.get(part.attribute) or ()
    # A number may be a part of an amount or a report by coincidence.
    words = soap.Secrets(tuple(each for each in secrets.values if not each.isdecimal()))
    reply: Reply = _masked(REPLIES[operation](**values), words)
    return attrs.evolve(reply, result_description=outcome.result_description)


_EXACT: Final = frozenset(
    {
        "clientInvoiceId",
        "correlationId",
        "ersReference",
        "id",
        "invoiceQRCode",
        "invoiceReference",
        "payerTerminalId",
        "paymentReference",
        "terminalId",
        "transactionPeriodId",
        "value",
    }
)
"""Fields that programs send back or look up; masking one could break a payment."""


def _masked(part: Any, secrets: soap.Secrets) -> Any:  # noqa: ANN401 - any part of any reply
    """Return a part of a reply with the secrets in its texts masked, but for exact fields."""
    if type(part) is str:
        return secrets.mask(part)
    if isinstance(part, tuple):
        return tuple(_masked(each, secrets) for each in part)
    if not secrets.values or not attrs.has(type(part)) or isinstance(part, Amount):
        return part
    values = {
        field.name: _masked(getattr(part, field.name), secrets)
        for field in attrs.fields(type(part))
        if field.metadata[WIRE] not in _EXACT
    }
    return attrs.evolve(part, **values)


def _not_expected(payload: _Element, expected: str) -> str:
    if soap.local(payload) == expected:
        space = soap.namespace(payload)
        where = f"in the namespace {space}" if space else "in no namespace"
        return (
            f"The answer is <{expected}> {where}, but the service's namespace is {NAMESPACE}: "
            "check the path of the endpoint, and the targetNamespace of the service."
        )
    return (
        f"The answer is <{soap.local(payload)}>, but the reply to "
        f"{expected.removesuffix('Response')} is <{expected}>: check the path of the endpoint."
    )


class _Part(typing.NamedTuple):
    """A field of a type: its attribute in the model and its reader."""

    attribute: str
    read: _Reader
    is_list: bool


@cache
def _fields(interface: Interface, operation: str) -> Mapping[str, _Part]:
    kind = contract.load(interface).operations[operation].reply
    (returned,) = kind.fields
    if returned.type is None:
        raise NotAReply(f"the schema of {operation} gives its reply no fields")
    return _parts(returned.type, REPLIES[operation])


def _parts(kind: MessageType, cls: type) -> Mapping[str, _Part]:
    """Return the readers of a type's fields, by wire name, except for those the model lacks."""
    hints = typing.get_type_hints(cls)
    attributes = {each.metadata[WIRE]: each.name for each in attrs.fields(cls)}
    return {
        field.name: _Part(attribute, *_reader(field, hints[attribute]))
        for field in kind.fields
        if (attribute := attributes.get(field.name)) is not None
    }


def _reader(field: Field, hint: object) -> tuple[_Reader, bool]:
    """Return the reader of a field, and whether its value is a list."""
    if field.type is None:
        return _text_reader(field), False
    cls = _message_class(hint)
    if cls is Amount:
        return _amount, False
    inner = field.type.fields
    if len(inner) == 1 and inner[0].repeated and inner[0].type is not None:  # invoiceRows
        return partial(_items, _part_reader(inner[0].type, cls)), True
    return _part_reader(field.type, cls), False


def _message_class(hint: object) -> type:
    """Return the class of the model in an annotation, which may be a union or tuple."""
    if isinstance(hint, type) and (hint is Amount or attrs.has(hint)):
        return hint
    found = (_message_class(each) for each in typing.get_args(hint) if each not in _NO_MESSAGES)
    return next(found)


_NO_MESSAGES = (type(None), ...)


def _values(parts: Mapping[str, _Part], element: _Element) -> dict[str, Any]:
    """Return the fields of an element; of several with one name, the last readable one."""
    values = {}
    for child in element.iterchildren("*"):
        part = parts.get(soap.local(child))
        if part is None:
            continue  # the linter reports unknown elements
        value = None if is_nil(resolved(child)) else part.read(resolved(child))
        if value is not None:
            values[part.attribute] = value
    return values


def _text_reader(field: Field) -> _Reader:
    convert = READERS.get(field.base)

    def read(element: _Element) -> object:
        text = text_of(element)
        if not text or convert is not None:
            return convert(text) if text and convert else None
        return text.strip() if field.enumeration else text

    return read


def _amount(element: _Element) -> Amount | None:
    """Return the amount, or `None` if it has a value that cannot be read."""
    value, currency = child_of(element, "value"), text_of(child_of(element, "currency"))
    exact = decimal(text_of(value) or "")
    if value is not None and exact is None:
        return None
    return Amount(exact, currency or None) if len(element) else None


def _part_reader(kind: MessageType, cls: type) -> _Reader:
    parts = _parts(kind, cls)

    def read(element: _Element) -> object:
        return cls(**_values(parts, element)) if len(element) else None

    return read


def _items(read_item: _Reader, element: _Element) -> object:
    items = [resolved(each) for each in element.iterchildren("*")]
    found = [read_item(each) for each in items if not is_nil(each)]
    return tuple(each for each in found if each is not None) or None
