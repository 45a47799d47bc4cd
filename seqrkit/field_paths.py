"""Requests as assignments, ``path=value``: paths of wire names, values as they are on the wire.

::

    invoice.title=Shop invoice.totalAmount="149.99 SEK" invoice.invoiceRows[0].itemQuantity=1
    tokens[0].status=1 parameters.TERMINALID=...
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final, NamedTuple

from seqrkit.contract import Contract
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.model import ClientContext
from seqrkit.model_base import Request, exact, leaves
from seqrkit.model_fields import Kind, ModelField, ModelType, request_fields
from seqrkit.money import Amount
from seqrkit.soap.xsd_values import READERS

Assignment = tuple[str, str]
"""A path and the value that goes there."""
Tree = dict[str | int, "str | Tree"]
"""The assigned values by wire name; the items of a list by their number."""

_SINGLE: Final = (str, int, Decimal, datetime, bytes, Enum)
_SEGMENT: Final = re.compile(r"([^.\[\]]+)(?:\[(\d{1,4})\])?")
_CONTEXT: Final = "context"


class Assigned(NamedTuple):
    """What was assigned to the fields of an operation's request."""

    operation: str
    fields: ModelType
    tree: Tree

    def request(self, context: Callable[[], ClientContext] = ClientContext) -> Request:
        """Return the request; `context` returns the one whose parts were assigned, if any was.

        Raises `ConfigurationError` for a value that its field cannot hold.
        """
        given = {_CONTEXT: context()} if _CONTEXT in self.tree else {}
        request: Request = _built(self.fields, self.tree, "", given)
        return request


def pairs(written: Iterable[str]) -> Iterator[Assignment]:
    """Split ``path=value`` texts; raise `ConfigurationError` for one without a path."""
    for text in written:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise ConfigurationError(
                f'"{text}" assigns nothing; write path=value, e.g. invoice.title=Shop'
            )
        yield path.strip(), value


def samples(contract: Contract, operation: str) -> Iterator[Assignment]:
    """Return the contract's sample of each required field, except for the context."""
    for field in request_fields(contract, operation).fields:
        if field.name != _CONTEXT:
            yield from _samples(field, field.name)


def _samples(field: ModelField, path: str) -> Iterator[Assignment]:
    if not field.required:
        return
    if field.kind is Kind.TEXT:
        yield path, field.field.sample
    elif field.kind is Kind.AMOUNT:  # in two parts, so that one of them can be overruled
        value, currency = field.field.sample.split()
        yield from ((f"{path}.value", value), (f"{path}.currency", currency))
    else:
        for each in field.inside:
            yield from _samples(each, f"{path}.{each.name}")


def assign(contract: Contract, operation: str, assignments: Iterable[Assignment]) -> Assigned:
    """Put values at their paths; a later one overrules an earlier one of the same path.

    Raises `ConfigurationError` for an operation that the interface does not have, and for a path
    that the operation does not have; the message names the nearest ones.
    """
    fields = request_fields(contract, operation)
    message = f"{operation} of {contract.interface}"
    tree: Tree = {}
    for path, value in assignments:
        *steps, last = _steps(message, fields, path)
        place = tree
        for step in steps:
            # Dictionaries instead of lists: rows may be assigned in any order and with gaps.
            inner = place.setdefault(step, {})
            if isinstance(inner, str):
                inner = place[step] = {}  # a part of an amount that was given as a whole before
            place = inner
        place[last] = value
    return Assigned(operation, fields, tree)


def assignments_of(request: Request) -> Iterator[Assignment]:
    """Return the assignments that make a request, amounts in their parts: the inverse of `assign`.

    An empty list or map has no assignment.
    """
    for path, value in leaves(request):
        if not isinstance(value, Amount):
            yield path, as_text(value)
            continue
        if value.currency is not None:
            yield f"{path}.currency", value.currency
        if value.value is not None:
            yield f"{path}.value", as_text(value.value)


def as_text(value: object) -> str:
    """Return a value as XML writes it."""
    if type(value) is str:
        return value
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
    """Return a Python value for a path as `as_text` does.

    Raises `ConfigurationError` for a float, which is not exact, and for anything but single values.
    """
    if isinstance(value, Amount):
        return str(value)
    if isinstance(value, _SINGLE) and not isinstance(value, bool):
        return as_text(value)
    kind = type(value).__name__
    raise ConfigurationError(
        f"{path}: {value!r} is of the type {kind}; write it as a text, as it is on the wire"
    )


# Paths


def _steps(message: str, fields: ModelType, path: str) -> Iterator[str | int]:
    """The steps of a path; raises `ConfigurationError` for one that leads nowhere."""
    here: ModelType | None = fields
    field: ModelField | None = None
    rest = path
    while rest:
        # A key of a map may have dots and brackets of its own, so the rest is the key.
        if field is not None and field.kind is Kind.MAP:
            yield rest
            return
        segment = _SEGMENT.match(rest)
        field = here.by_name.get(segment[1]) if here is not None and segment else None
        if segment is None or field is None:
            raise ConfigurationError(_unknown(message, fields, path))
        name, number = segment[1], segment[2]
        if (field.kind is Kind.LIST) is (number is None):
            raise ConfigurationError(number_advice(path, name, repeated=field.repeated))
        yield name
        if number is not None:
            yield int(number)
        here, rest = field.type, rest[segment.end() :].removeprefix(".")
    if field is None:
        raise ConfigurationError("the path is empty; write the names of a field")
    if field.kind not in {Kind.TEXT, Kind.AMOUNT}:
        names = ["KEY"] if field.kind is Kind.MAP else [each.name for each in field.inside]
        inside = ", ".join(f"{path}.{name}" for name in names)
        raise ConfigurationError(f"{path} has fields of its own; assign to those: {inside}")


def _unknown(message: str, fields: ModelType, path: str) -> str:
    # The client fills in the context, whose paths would hide the others.
    known = [each for each in _paths(fields, "") if not each.startswith(_CONTEXT)]
    # By the last name: users know "totalAmount", and not where it stands.
    ends = {each.rpartition(".")[2].lower() for each in known}
    last = path.rpartition(".")[2].lower()
    close = [last] if last in ends else get_close_matches(last, ends, n=2)
    near = [each for end in close for each in known if each.rpartition(".")[2].lower() == end]
    all_of_them = f"it has {', '.join(known)}" if known else "it has only its context"
    advice = f"did you mean {' or '.join(near[:3])}?" if near else all_of_them
    return f"{message} has no {path}; {advice}"


def _paths(fields: ModelType, path: str) -> Iterator[str]:
    for field in fields.fields:
        whole = f"{path}{field.name}"
        if field.kind is Kind.MAP:
            yield f"{whole}.KEY"
        elif field.type is None or field.kind is Kind.AMOUNT:
            yield whole
        else:
            number = "[0]" if field.kind is Kind.LIST else ""
            yield from _paths(field.type, f"{whole}{number}.")


def number_advice(path: str, name: str, *, repeated: bool) -> str:
    """Return what is wrong with a path that has a number too many, or lacks one."""
    if repeated:
        return f"{path}: there can be several {name}; give the number, from 0: {name}[0]"
    return f"{path}: there is only one {name}; leave out its number"


# Values


def _built(kind: ModelType, tree: Tree, path: str, given: Mapping[str, object]) -> Any:  # noqa: ANN401 - an object of the type's class
    """An object of a type, from given attributes and from what was assigned."""
    values = dict(given)
    for step, value in tree.items():
        field = kind.by_name.get(str(step))
        if field is not None:  # `_steps` has refused all others
            before = values.get(field.attribute)
            values[field.attribute] = _value(field, value, f"{path}{step}", before)
    return kind.cls(**values)


def _value(field: ModelField, given: str | Tree, path: str, before: object) -> object:
    if isinstance(given, str):
        return _converted(field, given, path)
    if field.type is None or field.kind is Kind.MAP:
        return given
    if field.kind is Kind.LIST:
        items = sorted(given.items(), key=lambda numbered: int(numbered[0]))
        return tuple(
            _built(field.type, item, f"{path}[{number}].", {})
            for number, item in items
            if isinstance(item, dict)  # `_steps` refuses a value for a whole item
        )
    # One assigned part of the context must not empty the others.
    kept = field.inside if before is not None or field.kind is Kind.AMOUNT else ()
    attributes = {each.attribute: getattr(before, each.attribute, None) for each in kept}
    return _built(field.type, given, f"{path}.", attributes)


def _converted(field: ModelField, text: str, path: str) -> object:
    convert = Amount.of if field.kind is Kind.AMOUNT else _CONVERT.get(field.field.base, str)
    try:
        value = convert(text)
    except SeqrError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    if value is None:
        raise ConfigurationError(f'{path}: "{text}" {_REFUSALS[field.field.base]}')
    return value


_CONVERT: Final[Mapping[str, Callable[[str], object]]] = {**READERS, "decimal": exact}
_REFUSALS: Final = {
    "base64Binary": "is not base64",
    "dateTime": "is not a date; write it like 2026-01-31T12:00:00Z",
    "int": "is not a whole number of 32 bits",
    "long": "is not a whole number of 64 bits",
}
"""What is wrong with a text that a field of that type cannot hold."""
