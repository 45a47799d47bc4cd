"""Any message of the model goes over the wire and comes back, by two readers that share no code."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from seqrkit import model, soap
from seqrkit.client.reply_reader import read_reply
from seqrkit.client.zeep_envelopes import envelopes
from seqrkit.model_base import Request
from seqrkit.money import Amount
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.vocabulary import Interface

# What the endpoint's reader takes as absent, and XML cannot carry, is left out here.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=12,
)
VALUES: Mapping[type, st.SearchStrategy[object]] = {
    str: TEXT,
    int: st.integers(0, 2**31 - 1),
    bytes: st.binary(min_size=1, max_size=40),
    Decimal: st.decimals(-(10**9), 10**9, places=3),
    datetime: st.datetimes(
        datetime(1970, 1, 1),  # noqa: DTZ001 - the zone is the next argument
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
    ),
    Amount: st.builds(
        Amount, st.decimals(-(10**6), 10**6, places=2), st.sampled_from(["SEK", "EUR", "XXX"])
    ),
}
ON_THE_WIRE_ALWAYS = {
    "client_request_timeout",
    "invoice_version",
    "status",
    "version",
    "customer_tokens",
}


def any_message(cls: type) -> st.SearchStrategy[object]:
    """Any value of a class of the model, whatever is left out of it."""
    hints = typing.get_type_hints(cls)
    given = {field.name: any_value(field.name, hints[field.name]) for field in attrs.fields(cls)}
    return st.builds(cls, **given)


def any_value(name: str, hint: object) -> st.SearchStrategy[object]:
    """Any value of a field."""
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    named = [part for part in parts if isinstance(part, type) and issubclass(part, enum.Enum)]
    found = [strategy for part in named or parts if (strategy := of_part(part)) is not None]
    absent = [] if name in ON_THE_WIRE_ALWAYS or type(None) not in parts else [st.none()]
    return st.one_of(*absent, *found)


def of_part(part: object) -> st.SearchStrategy[object] | None:
    """Any value of one alternative of an annotation; `None` for those another one covers."""
    origin = typing.get_origin(part)
    if origin is tuple:
        return st.lists(any_message(typing.get_args(part)[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(TEXT, TEXT, max_size=3)
    if isinstance(part, type) and issubclass(part, enum.Enum):
        return st.sampled_from(part)
    if isinstance(part, type) and attrs.has(part):
        return any_message(part)
    return VALUES.get(part) if isinstance(part, type) else None


@given(st.data())
def test_any_request_that_can_be_written_is_read_as_it_was_meant(data: st.DataObject):
    interface = Interface.CASHREGISTER_2
    cls = data.draw(st.sampled_from(sorted(model.REQUESTS.values(), key=str)))
    request = data.draw(any_message(cls))
    assert isinstance(request, Request)
    written = envelopes(interface).write(request)
    assert wire_codec(interface).read(written).request == request


@given(st.data())
def test_any_reply_that_is_written_is_read_as_it_was_meant(data: st.DataObject):
    interface = Interface.CASHREGISTER_2
    operation = data.draw(st.sampled_from(sorted(model.REPLIES)))
    reply = data.draw(any_message(model.REPLIES[operation]))
    assert isinstance(reply, model.Reply)
    written = soap.read_envelope(soap.parse(wire_codec(interface).write(operation, reply))).payload
    assert read_reply(written, operation, interface) == without_empty_parts(reply)


def without_empty_parts(part: model.Reply) -> model.Reply:
    """A reply as zeep reads it: an element with nothing in it, below the reply, is not there."""
    inner: dict[str, Any] = {name: filled(value) for name, value in own(part).items()}
    return attrs.evolve(part, **inner)


def filled(value: object) -> object:
    if not attrs.has(type(value)) or isinstance(value, Amount):
        return value
    inner = {name: None if each == () else filled(each) for name, each in own(value).items()}
    return attrs.evolve(value, **inner) if {*map(type, inner.values())} - {type(None)} else None  # type: ignore[misc]


def own(part: object) -> dict[str, object]:
    return {field.name: getattr(part, field.name) for field in attrs.fields(type(part))}  # type: ignore[arg-type]
