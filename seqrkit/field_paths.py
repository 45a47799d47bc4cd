"""Requests as ``path=value``, both ways: paths are wire names, values as they are on the wire.

::

    invoice.title=Shop invoice.totalAmount="149.99 SEK" invoice.invoiceRows[0].itemQuantity=1
    tokens[0].status=1 parameters.TERMINALID=...
"""

from __future__ import annotations

import base64
import binascii
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from typing import Final, NamedTuple, cast

import attrs

from seqrkit.contract import Contract, MessageType
from seqrkit.errors import ConfigurationError, InvalidDecimal, SeqrError
from seqrkit.model import REQUESTS, ClientContext, PrincipalId
from seqrkit.model_base import WIRE, Request, exact, item_class
from seqrkit.money import Amount

Assignment = tuple[str, str]
"""A path and the value that goes there."""
Tree = dict[str | int, "str | Tree"]
"""What was assigned, by wire name; the items of a list by their number."""

_SINGLE: Final = (str, int, Decimal, datetime, bytes, Enum)
_SEGMENT: Final = re.compile(r"([^.\[\]]+)(?:\[(\d{1,4})\])?")
_CONTEXT: Final = "context"
_PRINCIPAL: Final = "initiatorPrincipalId"
_AMOUNT: Final = ("currency", "value")


class Assigned(NamedTuple):
    """An operation, and what was assigned to its fields."""

    operation: str
    tree: Tree

    def request(self, context: Callable[[], ClientContext] = ClientContext) -> Request:
        """The request; `context` gives the one to fill in where a part of it was assigned.

        Raises `ConfigurationError` for a value that its field cannot hold.
        """
        cls = REQUESTS[self.operation]
        given = self.tree.get(_CONTEXT)
        rest = {name: value for name, value in self.tree.items() if name != _CONTEXT}
        values = _values(cls, rest, "")
        if isinstance(given, dict):
            values[_CONTEXT] = _merged(context(), given)
        return cls(**values)


def pairs(written: Iterable[str]) -> Iterator[Assignment]:
    """Split ``path=value`` texts; raises `ConfigurationError` for one without a path."""
    for text in written:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise ConfigurationError(
                f'"{text}" assigns nothing; write path=value, e.g. invoice.title=Shop'
            )
        yield path.strip(), value


def samples(contract: Contract, operation: str) -> Iterator[Assignment]:
    """The contract's sample of every required field, but for the context, which is filled in."""
    for field in contract.operations[operation].request.fields:
        if field.name != _CONTEXT and field.required:
            yield from _samples(field.name, field.type, field.sample)


def _samples(path: str, type_: MessageType | None, sample: str) -> Iterator[Assignment]:
    if type_ is None:
        yield path, sample
    elif sample:  # an amount; in parts, so that one of them can be overruled
        value, currency = sample.split()
        yield from ((f"{path}.value", value), (f"{path}.currency", currency))
    else:
        for field in type_.fields:
            if field.required:
                yield from _samples(f"{path}.{field.name}", field.type, field.sample)


def assign(operation: str, assignments: Iterable[Assignment]) -> Assigned:
    """Put values at their paths; a later one overrules an earlier one of the same path.

    Raises `ConfigurationError` for a path that the operation does not have, with the nearest ones
    that it has.
    """
    tree: Tree = {}
    for path, value in assignments:
        *steps, last = _resolved(operation, path)
        place = tree
        for step in steps:
            inner = place.setdefault(step, {})
            if isinstance(inner, str):
                inner = place[step] = {}  # a part of what was given as a whole before
            place = inner
        place[last] = value
    return Assigned(operation, tree)


def assignments_of(request: Request) -> Iterator[Assignment]:
    """The assignments that make a request, amounts in their parts: `assign` gives it back.

    What is there but empty, such as a map without entries, has no assignment.
    """
    yield from _given(request, "")


def as_text(value: object) -> str:
    """A value as XML writes it."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def written(value: object, path: str) -> str:
    """A value that somebody gives for a path, as `as_text` has it.

    Raises `ConfigurationError` for a float, which is not exact, and for what is no single value.
    """
    if isinstance(value, Amount):
        return str(value)
    if isinstance(value, _SINGLE) and not isinstance(value, bool):
        return as_text(value)
    kind = type(value).__name__
    raise ConfigurationError(
        f"{path}: {value!r} is of the type {kind}; write it as a text, as it is on the wire"
    )


def _given(part: object, path: str) -> Iterator[Assignment]:
    """What a class of the model holds, by wire path; what it leaves out is not there."""
    for field in attrs.fields(cast("type[attrs.AttrsInstance]", type(part))):
        yield from _texts(getattr(part, field.name), f"{path}{field.metadata[WIRE]}")


def _texts(value: object, path: str) -> Iterator[Assignment]:
    if value is None:
        return
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _given(item, f"{path}[{number}].")
    elif isinstance(value, Mapping):
        yield from ((f"{path}.{key}", text or "") for key, text in value.items())
    elif isinstance(value, Amount):
        for name in _AMOUNT:
            yield from _texts(getattr(value, name), f"{path}.{name}")
    elif attrs.has(type(value)):
        yield from _given(value, f"{path}.")
    else:
        yield path, as_text(value)


# Paths


class _Child(NamedTuple):
    """What is at a wire name: the type that matters, and whether there can be several of it."""

    kind: type
    several: bool


def _resolved(operation: str, path: str) -> Iterator[str | int]:
    """The steps of a path; raises `ConfigurationError` where it leads nowhere."""
    here: type = REQUESTS[operation]
    rest = path
    while rest:
        if here is Mapping:
            yield rest
            return
        segment = _SEGMENT.match(rest)
        child = _children(here).get(segment[1]) if segment else None
        if segment is None or child is None:
            raise ConfigurationError(_unknown(operation, path))
        name, number = segment[1], segment[2]
        if child.several is (number is None):
            raise ConfigurationError(_number_advice(path, name, several=child.several))
        yield name
        if number is not None:
            yield int(number)
        here, rest = child.kind, rest[segment.end() :].removeprefix(".")
    if here is not Amount and (here is Mapping or _children(here)):
        inside = ", ".join(f"{path}.{name}" for name in _children(here)) or f"{path}.KEY"
        raise ConfigurationError(f"{path} has fields of its own; give those a value: {inside}")


def _children(here: type) -> Mapping[str, _Child]:
    if here is Amount:
        return dict.fromkeys(_AMOUNT, _Child(str, several=False))
    if not attrs.has(here):
        return {}
    hints = typing.get_type_hints(here)
    return {field.metadata[WIRE]: _child(hints[field.name]) for field in attrs.fields(here)}


def _child(hint: object) -> _Child:
    """The type that matters in an annotation like `tuple[InvoiceRow, ...] | None`."""
    item = item_class(hint)
    if item is not None:
        return _Child(item, several=True)
    for part in (hint, *typing.get_args(hint)):
        if typing.get_origin(part) is Mapping:
            return _Child(Mapping, several=False)
        if isinstance(part, type) and (attrs.has(part) or part in _CONVERT):
            return _Child(part, several=False)
    return _Child(str, several=False)


def _unknown(operation: str, path: str) -> str:
    known = [each for each in _paths(REQUESTS[operation], "") if not each.startswith(_CONTEXT)]
    ends = {each.rpartition(".")[2].lower() for each in known}
    last = path.rpartition(".")[2].lower()
    close = [last] if last in ends else get_close_matches(last, ends, n=2)
    near = [each for end in close for each in known if each.rpartition(".")[2].lower() == end]
    all_of_them = f"it has {', '.join(known)}" if known else "it has nothing but its context"
    advice = f"did you mean {' or '.join(near[:3])}?" if near else all_of_them
    return f"{operation} has no {path}; {advice}"


def _paths(here: type, path: str) -> Iterator[str]:
    for name, child in _children(here).items():
        whole = f"{path}{name}[0]" if child.several else f"{path}{name}"
        if child.kind is Mapping:
            yield f"{whole}.KEY"
        elif child.kind is Amount or not _children(child.kind):
            yield whole
        else:
            yield from _paths(child.kind, f"{whole}.")


def _number_advice(path: str, name: str, *, several: bool) -> str:
    if several:
        return f"{path}: there can be several {name}; say which, from 0 on: {name}[0]"
    return f"{path}: there is one {name} only; leave out its number"


# Values


def _values(cls: type, tree: Tree, path: str) -> dict[str, object]:
    """The arguments of a class of the model, from what was assigned to it."""
    children = _children(cls)
    names = {field.metadata[WIRE]: field.name for field in attrs.fields(cls)}
    return {
        names[wire]: _value(children[wire], given, f"{path}{wire}")
        for wire, given in ((str(name), given) for name, given in tree.items())
    }


def _value(child: _Child, given: str | Tree, path: str) -> object:
    if isinstance(given, str):
        return _converted(child.kind, given, path)
    if child.several:
        item = _Child(child.kind, several=False)
        in_order = sorted(given.items(), key=lambda numbered: int(numbered[0]))
        return tuple(_value(item, each, f"{path}[{number}]") for number, each in in_order)
    if child.kind is Mapping:
        return given
    if child.kind is Amount:
        return _amount(given, path)
    return child.kind(**_values(child.kind, given, f"{path}."))


def _converted(kind: type, given: str, path: str) -> object:
    convert, refusal = _CONVERT.get(kind, (str, ""))
    try:
        return convert(given)
    except SeqrError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    except ValueError as error:
        raise ConfigurationError(f'{path}: "{given}" {refusal}') from error


def _amount(parts: Tree, path: str) -> Amount:
    value = parts.get("value")
    currency = parts.get("currency")
    try:
        number = exact(value) if isinstance(value, str) else None
    except InvalidDecimal as error:
        raise ConfigurationError(f"{path}.value: {error}") from error
    return Amount(number, currency if isinstance(currency, str) else None)


def _merged(context: ClientContext, given: Tree) -> object:
    parts = dict(given)
    principal = parts.pop(_PRINCIPAL, None)
    values = _values(ClientContext, parts, f"{_CONTEXT}.")
    if isinstance(principal, dict):
        inner = _values(PrincipalId, principal, f"{_CONTEXT}.{_PRINCIPAL}.")
        known = context.initiator_principal_id or PrincipalId()
        values["initiator_principal_id"] = _changed(known, inner)
    return _changed(context, values)


def _changed(part: attrs.AttrsInstance, values: dict[str, object]) -> object:
    cls: type = type(part)
    return cls(**{field.name: getattr(part, field.name) for field in attrs.fields(cls)} | values)


def _binary(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


_CONVERT: Final[Mapping[type, tuple[Callable[[str], object], str]]] = {
    Amount: (Amount.of, "is no amount"),
    Decimal: (exact, "is no number"),
    bytes: (_binary, "is not base64"),
    datetime: (datetime.fromisoformat, "is no date; write it like 2026-01-31T12:00:00Z"),
    int: (int, "is no whole number"),
}
"""How a field of that type is read, and what is said of a text that cannot be."""
