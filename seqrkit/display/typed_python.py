"""A request as the Python call that sends it: ``seqr.send_invoice(Invoice(...))``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from textwrap import indent
from typing import Final, NamedTuple, cast

import attrs

from seqrkit import contract
from seqrkit.display.copy_as_code import NEW_PASSWORD, quoted
from seqrkit.environment_variables import variable
from seqrkit.model_base import Message, Request, wire_names
from seqrkit.money import Amount

_WIDTH: Final = 88
_INDENT: Final = 4
_CONTEXT: Final = "context"
_IMPORTS: Final = {"datetime": "from datetime import datetime", "os": "import os"}
"""Names of the standard library and the lines that import them; other names are seqrkit's."""


class _Call(NamedTuple):
    """An expression with parts, which are on a line each if one line is too short for them."""

    opened: str
    parts: tuple[tuple[str, str | _Call], ...]
    closed: str


def program(request: Request, endpoint: str, interface: str) -> str:
    """Return a program that connects to an endpoint, sends the request and prints the reply."""
    names: set[str] = set()
    where = (("", quoted(endpoint)), ("interface=", quoted(str(interface))))
    connected = _layout(_Call("seqrkit.connect(", where, ")"), len("with  as seqr:"))
    written = _layout(_call(request, interface, names), _INDENT + len("reply = "))
    block = indent(f"reply = {written}\nprint(reply)\n", " " * _INDENT)
    return f"{_imports(names, 'import seqrkit')}\n\nwith {connected} as seqr:\n{block}"


def cell(request: Request, interface: str) -> str:
    """Return a notebook's cell that sends the request with its session `seqr`."""
    names: set[str] = set()
    written = _layout(_call(request, interface, names), len("reply = "))
    return "\n\n".join(filter(None, (_imports(names), f"reply = {written}\nreply\n")))


def _call(request: Request, interface: str, names: set[str]) -> _Call:
    """Return the call of the client's method, which has the parameters of the request's fields.

    `send` takes a request that lacks a required field, and one of a principal that the method would
    not choose.
    """
    known, operation = contract.load(interface), request.OPERATION
    arguments = _arguments(request, names, {_CONTEXT})
    required = {each.name for each in known.elements[operation].fields if each.required}
    lacks = any(
        name != _CONTEXT and wire_name in required and getattr(request, name) is None
        for name, wire_name in wire_names(type(request)).items()
    )
    context = getattr(request, _CONTEXT, None)
    sender = getattr(getattr(context, "initiator_principal_id", None), "type", None)
    # The client chooses the first principal by itself.
    is_usual = sender not in known.operations[operation].principals[1:]
    if is_usual and not lacks:
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        return _Call(f"seqr.{method}(", arguments, ")")
    if not is_usual:
        options = (("", quoted(operation)), ("principal=", quoted(str(sender))))
        arguments = ((f"{_CONTEXT}=", _Call("seqr.context(", options, ")")), *arguments)
    names.add(type(request).__name__)
    return _Call("seqr.send(", (("", _Call(f"{type(request).__name__}(", arguments, ")")),), ")")


def _arguments(
    message: Message, names: set[str], left_out: Iterable[str] = ()
) -> tuple[tuple[str, str | _Call], ...]:
    fields = attrs.fields(cast("type[attrs.AttrsInstance]", type(message)))
    given = ((field, getattr(message, field.name)) for field in fields)
    return tuple(
        (f"{field.name}=", _secret(names) if callable(field.repr) else _expression(value, names))
        for field, value in given
        if field.name not in left_out and value not in (None, ())
    )


def _secret(names: set[str]) -> str:
    names.add("os")
    return f'os.environ["{variable(NEW_PASSWORD)}"]'


def _expression(value: object, names: set[str]) -> str | _Call:
    name = type(value).__name__
    if isinstance(value, Message | Enum | datetime):
        names.add(name)
    match value:
        case Message():
            written: str | _Call = _Call(f"{name}(", _arguments(value, names), ")")
        case Enum():
            written = f"{name}.{value.name}"
        case datetime():
            written = f"{name}.fromisoformat({quoted(value.isoformat())})"
        case tuple():
            written = _Call("[", tuple(("", _expression(each, names)) for each in value), "]")
        case Mapping():
            entries = (
                (f"{quoted(key)}: ", _expression(each, names)) for key, each in value.items()
            )
            written = _Call("{", tuple(entries), "}")
        case Amount() | Decimal() | str():
            written = quoted(str(value))
        case _:
            written = re.sub("""^b'([^'"]*)'$""", r'b"\1"', repr(value))
    return written


def _layout(node: str | _Call, column: int, depth: int = 0) -> str:
    """Return an expression that begins at a column; its parts are indented below `depth`."""
    flat = _flat(node)
    if isinstance(node, str) or column + len(flat) <= _WIDTH:
        return flat
    inner = depth + _INDENT
    lines = (
        f"{' ' * inner}{name}{_layout(part, inner + len(name), inner)},\n"
        for name, part in node.parts
    )
    return f"{node.opened}\n{''.join(lines)}{' ' * depth}{node.closed}"


def _flat(node: str | _Call) -> str:
    if isinstance(node, str):
        return node
    parts = ", ".join(f"{name}{_flat(part)}" for name, part in node.parts)
    return f"{node.opened}{parts}{node.closed}"


def _imports(names: set[str], *lines: str) -> str:
    standard = [_IMPORTS[name] for name in sorted(names & _IMPORTS.keys(), reverse=True)]
    own = ", ".join(sorted(names - _IMPORTS.keys()))
    ours = [*lines, *([f"from seqrkit import {own}"] if own else [])]
    return "\n\n".join("\n".join(block) for block in (standard, ours) if block)
