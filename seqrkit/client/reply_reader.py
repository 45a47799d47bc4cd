"""Read replies field by field, by the tables of contract and model.

A detail must not cost a payment: a field that cannot be read becomes `None`, and a finding of the
exchange (`reply_findings`) shows its raw text. Only the operation and the result code can make a
reply unreadable. `xsi:type` is ignored, because the schema defines the type of each field, and no
schema is ever fetched.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import attrs
from lxml.etree import _Element

from seqrkit import contract, soap
from seqrkit.contract import Field
from seqrkit.errors import NotAReply
from seqrkit.exchange import REFERENCES
from seqrkit.model import REPLIES, Reply
from seqrkit.model_base import wire_names
from seqrkit.model_fields import Kind, ModelField, ModelType, message_fields
from seqrkit.money import Amount
from seqrkit.soap.elements import child_of, is_nil, resolved, text_of
from seqrkit.soap.reply_outcome import content_of
from seqrkit.soap.xsd_values import READERS, decimal
from seqrkit.vocabulary import NAMESPACE, Interface


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
    # The letter case of unregisterTerminal differs between the reference's table and its examples.
    if str(payload.tag).lower() != f"{{{NAMESPACE}}}{expected}".lower():
        raise NotAReply(secrets.mask(_not_expected(payload, expected)))
    outcome = soap.outcome_of(payload, secrets)
    content = content_of(payload)
    if content is None or outcome.result_code is None:
        raw = "is missing" if outcome.raw_code is None else f'is "{outcome.raw_code}"'
        raise NotAReply(f"<{expected}> cannot be read: its resultCode {raw}.")
    # Above, nothing but the code is needed; below, no field can make the reply unreadable.
    kind = message_fields(contract.load(interface), expected).type
    values = _values(kind, content) | {"result_code": outcome.result_code}
    if "status" in kind.by_name:
        values["status"] = outcome.status
    for field in kind.fields:
        if field.kind is Kind.LIST:  # a reply without the element has none
            values[field.attribute] = values.get(field.attribute) or ()
    # A number may be a part of an amount or a report by coincidence.
    words = soap.Secrets(tuple(each for each in secrets.values if not each.isdecimal()))
    reply: Reply = _masked(REPLIES[operation](**values), words)
    return attrs.evolve(reply, result_description=outcome.result_description)


_EXACT: Final = REFERENCES | {
    "clientInvoiceId",
    "correlationId",
    "id",
    "invoiceQRCode",
    "payerTerminalId",
    "terminalId",
    "value",
}
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
        name: _masked(getattr(part, name), secrets)
        for name, wire_name in wire_names(type(part)).items()
        if wire_name not in _EXACT
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


def _values(kind: ModelType, element: _Element) -> dict[str, Any]:
    """Return the fields of an element; of several with one name, the last readable one.

    A name in another letter case is read if none is written as in the schema.
    """
    exact: dict[str, Any] = {}
    in_another_case: dict[str, Any] = {}
    for child in element.iterchildren("*"):
        name = soap.local(child)
        field = kind.by_name.get(name) or _by_lower_case(kind).get(name.lower())
        if field is None:
            continue  # unknown elements are the linter's to find
        value = None if is_nil(resolved(child)) else _value(field, resolved(child))
        if value is not None:
            values = exact if field.name == name else in_another_case
            values[field.attribute] = value
    return in_another_case | exact


@cache
def _by_lower_case(kind: ModelType) -> dict[str, ModelField]:
    return {name.lower(): field for name, field in kind.by_name.items()}


def _value(field: ModelField, element: _Element) -> object:
    """Return the value of a field, `None` if it is empty or cannot be read."""
    kind = field.type
    if kind is None:
        return _text(field.field, element)
    if field.kind is Kind.AMOUNT:
        return _amount(element)
    if not field.repeated:
        return _part(kind, element)
    items = [resolved(each) for each in element.iterchildren("*")]
    found = [_part(kind, each) for each in items if not is_nil(each)]
    return tuple(each for each in found if each is not None) or None


def _part(kind: ModelType, element: _Element) -> object:
    return kind.cls(**_values(kind, element)) if len(element) else None


def _text(field: Field, element: _Element) -> object:
    text = text_of(element)
    convert = READERS.get(field.base)
    if not text:
        return None
    if convert is not None:
        return convert(text)
    return text.strip() if field.enumeration else text


def _amount(element: _Element) -> Amount | None:
    """Return the amount, or `None` if it has a value that cannot be read."""
    value, currency = child_of(element, "value"), text_of(child_of(element, "currency"))
    exact = decimal(text_of(value) or "")
    # A wrong amount must not be shown as a zero or as an absent one with a currency.
    if value is not None and exact is None:
        return None
    return Amount(exact, currency or None) if len(element) else None
