"""Values of messages: compared without regard to how emptiness is written, shown in wire terms."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from seqrkit.contract.findings import shorten
from seqrkit.model_base import WIRE
from seqrkit.money import Amount

if TYPE_CHECKING:
    from attrs import AttrsInstance

_LENGTH: Final = 200


def tree(value: object) -> object:
    """Return a message as nested dicts and lists, by the names of its elements."""
    if isinstance(value, Amount) or value is None:
        return value
    if attrs.has(type(value)):
        fields = attrs.fields(cast("type[AttrsInstance]", type(value)))
        return {each.metadata.get(WIRE, each.name): getattr(value, each.name) for each in fields}
    return list(value) if isinstance(value, tuple) else value


def normalized(value: object) -> object:
    """Return a value without empty parts: an empty element and none at all mean the same."""
    if isinstance(value, Amount):
        return (value.value, value.currency or None)
    inside = tree(value)
    if isinstance(inside, Mapping):
        # A parameter is there even if its value is empty.
        keeps_all = isinstance(value, Mapping)
        parts = {name: normalized(each) for name, each in inside.items()}
        return {name: each for name, each in parts.items() if keeps_all or each is not None} or None
    if isinstance(inside, list):
        return [normalized(each) for each in inside] or None
    return None if inside in {"", b""} else inside


def tolerant(value: object) -> object:
    """Return a normalized value without what common SOAP stacks lose.

    They trim texts and keep milliseconds.
    """
    if isinstance(value, Mapping):
        inside = {name: tolerant(each) for name, each in value.items()}
        return {name: each for name, each in inside.items() if each is not None} or None
    if isinstance(value, list):
        return [tolerant(each) for each in value]
    if type(value) is str:
        return value.strip() or None
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def first_difference(found: object, expected: object, path: str = "") -> str:
    """Describe the first difference of two messages that are not equal."""
    ours, theirs = _parts(found), _parts(expected)
    for name in ours if ours.keys() == theirs.keys() else ():
        if ours[name] != theirs[name]:
            return first_difference(ours[name], theirs[name], f"{path}.{name}".lstrip("."))
    return f"{path or 'the message'} is {shown(found)}, expected {shown(expected)}"


def _parts(value: object) -> Mapping[str, object]:
    inside = tree(value)
    if isinstance(inside, list):
        return {str(number): each for number, each in enumerate(inside, start=1)}
    return inside if isinstance(inside, Mapping) else {}


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    return shorten(_shown(value), _LENGTH)


def _shown(value: Any) -> str:  # noqa: ANN401 - any value of the model
    inside = tree(value)
    if isinstance(inside, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(each)}" for name, each in inside.items()) + "}"
    if isinstance(inside, Sequence) and not isinstance(inside, str | bytes):
        return "[" + ", ".join(map(_shown, inside)) + "]"
    if type(inside) is str:
        return f'"{inside}"'
    if isinstance(inside, datetime):
        return inside.isoformat()
    if isinstance(inside, bytes):
        return b64encode(inside).decode() or '""'
    inside = inside.value if isinstance(inside, Enum) else inside
    return "absent" if inside is None else str(inside)


def wire_text(value: object) -> str | None:
    """Return a value as the text of an element; `None` if it is absent or has parts."""
    if value is None or isinstance(value, bool | bytes) or tree(value) is not value:
        return None
    if isinstance(value, Enum):
        return str(value.value)
    return str(value) if isinstance(value, str | int) else None


def outcome(found: object, expected: object) -> str:
    """Return what was found where the values are few, so that it names a deviation."""
    if isinstance(found, Enum | bool) or isinstance(expected, Enum | bool):
        texts = [str(each.value if isinstance(each, Enum) else each) for each in (found, expected)]
        return f" {texts[0]} instead of {texts[1]}"
    return ""
