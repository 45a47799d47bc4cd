"""Requests from ``path=value``: the paths are wire names, the values are as they are on the wire.

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
from typing import Any, Final, NamedTuple

import attrs

from seqrkit.contract import Contract, MessageType
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.model import REQUESTS, ClientContext
from seqrkit.model_base import WIRE, Request, exact
from seqrkit.money import Amount

_SEGMENT: Final = re.compile(r"([^.\[\]]+)(?:\[(\d{1,4})\])?")
_CONTEXT: Final = "context"
_AMOUNT: Final[Mapping[str, Callable[[str], object]]] = {"currency": str, "value": exact}

Assignment = tuple[str, str]
"""A path and the value that goes there."""


class Assignments(NamedTuple):
    """What was assigned, as a tree by wire name; the items of a list by their number."""

    tree: dict[str, Any]
    operation: str

    def request(self, context: Callable[[], ClientContext]) -> Request:
        """The request; `context` gives the one to fill in where any part of it is assigned."""
        tree = dict(self.tree)
        given = tree.pop(_CONTEXT, None)
        values = _values(REQUESTS[self.operation], tree, "")
        if given is not None:
            values[_CONTEXT] = _merged(context(), given, f"{_CONTEXT}.")
        return typing.cast("Request", REQUESTS[self.operation](**values))


def read(operation: str, written: Iterable[str]) -> Assignments:
    """Read ``path=value`` texts; a later one overrules an earlier one of the same path.

    Raises `ConfigurationError` for a path that the operation does not have, with the nearest ones
    that it has.
    """
    return assign(operation, map(_split, written))


def assign(operation: str, assignments: Iterable[Assignment]) -> Assignments:
    """Put values at their paths; raises like `read`."""
    tree: dict[str, Any] = {}
    for path, value in assignments:
        place = tree
        steps = [step for step in _resolved(operation, path)]
        for step in steps[:-1]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ConfigurationError(f"{path}: {step} was given a value of its own already")
        place[steps[-1]] = value
    return Assignments(tree, operation)


def samples(contract: Contract, operation: str) -> Iterator[Assignment]:
    """The contract's sample of every required field, but for the context, which is filled in."""
    for field in contract.operations[operation].request.fields:
        if field.name != _CONTEXT and field.required:
            yield from _samples(field.name, field.type, field.sample)


def _samples(path: str, type_: MessageType | None, sample: str) -> Iterator[Assignment]:
    if sample or type_ is None:
        yield path, sample
        return
    for field in type_.fields:
        if field.required:
            yield from _samples(f"{path}.{field.name}", field.type, field.sample)


# Paths


def _split(written: str) -> Assignment:
    path, equals, value = written.partition("=")
    if not equals or not path.strip():
        raise ConfigurationError(
            f'"{written}" assigns nothing; write path=value, e.g. invoice.title=Shop'
        )
    return path.strip(), value


def _resolved(operation: str, path: str) -> Iterator[str | int]:
    """The steps of a path; raises `ConfigurationError` where it leads nowhere."""
    here: object = REQUESTS[operation]
    rest = path
    while rest:
        if here is Mapping:
            yield rest
            return
        segment = _SEGMENT.match(rest)
        name = segment[1] if segment else ""
        inner = _children(here).get(name)
        if segment is None or inner is None:
            raise ConfigurationError(_unknown(operation, path))
        yield name
        here, listed = inner
        if listed != (segment[2] is not None):
            raise ConfigurationError(_number_advice(path, name, listed=listed))
        if listed:
            yield int(segment[2])
        rest = rest[segment.end() :].removeprefix(".")
    if _children(here) and here is not Amount:
        raise ConfigurationError(f"{path} has fields of its own; assign those: {_first(here, path)}")


def _children(here: object) -> Mapping[str, tuple[object, bool]]:
    """What is inside: by wire name the type, and whether it is a list of these."""
    if here is Amount:
        return {name: (str, False) for name in _AMOUNT}
    if not isinstance(here, type) or not attrs.has(here):
        return {}
    hints = typing.get_type_hints(here)
    return {f.metadata[WIRE]: _kind(hints[f.name]) for f in attrs.fields(here)}


def _kind(hint: object) -> tuple[object, bool]:
    """The type that matters in an annotation like `tuple[InvoiceRow, ...] | None`."""
    for part in (hint, *typing.get_args(hint)):
        origin = typing.get_origin(part)
        if origin is tuple:
            return typing.get_args(part)[0], True
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return Mapping, False
        if isinstance(part, type) and (
            attrs.has(part) or part in {Amount, bytes, datetime, Decimal, int}
        ):
            return part, False
    return str, False


def _unknown(operation: str, path: str) -> str:
    known = [each for each in _paths(REQUESTS[operation], "") if not each.startswith(_CONTEXT)]
    last = path.rpartition(".")[2].lower()
    near = [each for each in known if each.rpartition(".")[2].lower() == last]
    near += [each for each in get_close_matches(path, known, n=3) if each not in near]
    advice = f"did you mean {' or '.join(near[:3])}?" if near else f"it has {', '.join(known)}"
    return f"{operation} has no {path}; {advice}"


def _paths(here: object, path: str) -> Iterator[str]:
    for name, (inner, listed) in _children(here).items():
        whole = f"{path}{name}[0]" if listed else f"{path}{name}"
        if inner is Mapping:
            yield f"{whole}.KEY"
        elif inner is Amount or not _children(inner):
            yield whole
        else:
            yield from _paths(inner, f"{whole}.")


def _number_advice(path: str, name: str, *, listed: bool) -> str:
    if listed:
        return f"{path}: there can be several {name}; say which, from 0 on: {name}[0]"
    return f"{path}: there is one {name} only; leave out its number"


def _first(here: object, path: str) -> str:
    return ", ".join(f"{path}.{name}" for name in list(_children(here))[:3])


# Values


def _values(cls: type, tree: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The arguments of a class of the model, from the tree of what was assigned to it."""
    children = _children(cls)
    names = {field.metadata[WIRE]: field.name for field in attrs.fields(cls)}
    return {
        names[wire]: _value(children[wire], given, f"{path}{wire}") for wire, given in tree.items()
    }


def _value(child: tuple[object, bool], given: Any, path: str) -> object:
    kind, listed = child
    if listed:
        return tuple(_value((kind, False), given[n], f"{path}[{n}]") for n in sorted(given))
    try:
        if isinstance(given, str):
            return _CONVERT.get(kind, str)(given)
        if kind is Mapping:
            return given
        if kind is Amount:
            parts = {name: _AMOUNT[name](value) for name, value in given.items()}
            return Amount(**{name: parts.get(name) for name in _AMOUNT})
        return kind(**_values(kind, given, f"{path}."))
    except (SeqrError, ValueError) as error:
        reason = str(error) if isinstance(error, SeqrError) else f'"{given}" {_REFUSALS[kind]}'
        raise ConfigurationError(reason if reason.startswith(path) else f"{path}: {reason}") from error


def _merged(context: ClientContext, given: Mapping[str, Any], path: str) -> ClientContext:
    principal = given.get("initiatorPrincipalId")
    values = _values(ClientContext, given, path)
    if principal and context.initiator_principal_id is not None:
        inner = _values(type(context.initiator_principal_id), principal, path)
        values["initiator_principal_id"] = attrs.evolve(context.initiator_principal_id, **inner)
    return attrs.evolve(context, **values)


def _binary(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


_CONVERT: Final[Mapping[object, Callable[[str], object]]] = {
    Amount: Amount.of,
    Decimal: exact,
    bytes: _binary,
    datetime: datetime.fromisoformat,
    int: int,
}
_REFUSALS: Final[Mapping[object, str]] = {
    bytes: "is not base64",
    datetime: "is no date; write it like 2026-01-31T12:00:00Z",
    int: "is no whole number",
    Decimal: "is no number",
    str: "is no text",
}
