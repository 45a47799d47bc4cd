"""Messages of the model made at random from the wire message_tables, and their way through zeep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

import attrs
import zeep
from hypothesis import strategies as st
from lxml import etree

from seqrkit import schemas, soap
from seqrkit.money import Amount
from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable, message_tables
from seqrkit.vocabulary import Interface

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
LINES = st.sampled_from(["", " ", "a\nb", "a\r\nb", "\t", "]]>", "<a>&amp;</a>", "\x85\u2028"])
ZONES: st.SearchStrategy[Any] = st.one_of(
    st.just(None),
    st.just(UTC),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "string": st.one_of(TEXT, LINES),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=3),
    "dateTime": st.datetimes(datetime(1000, 1, 1), timezones=ZONES),  # noqa: DTZ001 - either
    "base64Binary": st.binary(),
}
MAPS = st.dictionaries(TEXT, st.none() | TEXT, max_size=3)


@cache
def messages(part: TypeTable) -> st.SearchStrategy[Any]:
    """Anything that the model can say of a type and the wire can carry."""
    fields = {child.attribute: _values(child) for child in part.children}
    return st.builds(part.make, **fields)


def requests(interface: Interface, operation: str) -> st.SearchStrategy[Any]:
    """Requests of an operation."""
    return messages(message_tables(interface).requests[operation])


def replies(interface: Interface, operation: str) -> st.SearchStrategy[Any]:
    """Replies of an operation."""
    return messages(message_tables(interface).replies[operation])


def _values(child: ElementTable) -> st.SearchStrategy[Any]:
    if child.is_map:
        values: st.SearchStrategy[Any] = MAPS
    elif child.part is not None:
        values = messages(child.part)
        if child.repeated or child.wrapper:
            values = st.lists(values, max_size=3)
    elif child.values:
        values = st.sampled_from(sorted(child.values))
    else:
        values = SIMPLE[child.base]
    if child.required or child.repeated:
        return values
    return st.none() | values


@cache
def client(interface: Interface) -> zeep.Client:
    """A zeep client made of the bundled WSDL; it sends nothing."""
    return zeep.Client(str(schemas.schema_set(interface).wsdl))


def written(interface: Interface, operation: str, request: Any) -> bytes:
    """A request as zeep writes it."""
    part = message_tables(interface).requests[operation]
    message = client(interface).create_message(
        client(interface).service, operation, **_arguments(part, request)
    )
    return etree.tostring(message)


def _arguments(part: TypeTable, value: Any) -> dict[str, Any]:
    found = {}
    for child in part.children:
        inner = getattr(value, child.attribute)
        if inner is not None:
            found[child.name] = _argument(child, inner)
    return found


def _argument(child: ElementTable, value: Any) -> Any:
    if child.is_map:
        entries = [{"key": key, "value": each} for key, each in value.items()]
        return {"parameter": {"entry": entries}}
    if child.part is None:
        return value
    if child.wrapper:
        return {child.wrapper: [_arguments(child.part, each) for each in value]}
    if child.repeated:
        return [_arguments(child.part, each) for each in value]
    return _arguments(child.part, value)


def read(interface: Interface, operation: str, reply: bytes) -> Any:
    """A reply as zeep reads it, made into the model's."""
    binding = client(interface).service._binding
    decoded = binding._operations[operation].process_reply(soap.parse(reply))
    return _model(message_tables(interface).replies[operation], decoded)


def _model(part: TypeTable, decoded: Any) -> Any:
    if decoded is None:  # an element with nothing in it, among others
        return part.make()
    return part.make(**{child.attribute: _value(child, decoded) for child in part.children})


def _value(child: ElementTable, decoded: Any) -> Any:
    value = decoded[child.name]
    if value is None or child.part is None:
        return value
    if child.wrapper:
        return [_model(child.part, each) for each in value[child.wrapper]]
    return _model(child.part, value)


def told(value: Any) -> Any:
    """What a message says, without what zeep cannot tell apart: nothing, and an empty element."""
    if attrs.has(type(value)):
        inner = {each.name: told(getattr(value, each.name)) for each in attrs.fields(type(value))}
        return {name: each for name, each in inner.items() if each is not None} or None
    if isinstance(value, Amount):
        said = (value.value, value.currency or None)
        return None if said == (None, None) else said
    if isinstance(value, tuple):
        return [told(each) for each in value] or None
    return None if value in {"", b""} else value
