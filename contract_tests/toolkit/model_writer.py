"""Writes seqrkit/model.py from the contract, so that names, order and meanings stand once.

``python -m contract_tests.toolkit.model_writer`` rewrites the file; a test compares it with what
this module would write now.
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import frozen

from seqrkit import contract
from seqrkit.contract import Field, MessageType, Operation

TARGET = Path(__file__).resolve().parents[2] / "seqrkit" / "model.py"

CLASS_NAMES = {
    "clientContext": "ClientContext",
    "principalId": "PrincipalId",
    "erswsResponse": "Reply",
    "erswsSendInvoiceResponse": "SendInvoiceReply",
    "erswsPaymentStatusResponse": "PaymentStatusReply",
    "erswsRegisterTerminalResponse": "RegisterTerminalReply",
    "erswsMarkTransactionPeriodResponse": "MarkTransactionPeriodReply",
    "erswsExecuteReportResponse": "ExecuteReportReply",
    "erswsCreditUserResponse": "CreditUserReply",
    "paymentInvoiceRow": "InvoiceRow",
    "receiptInvoice": "Invoice",
    "receiptInvoiceRow": "InvoiceRow",
}
"""Where the Python name is not the wire type's with a capital letter."""

ENUMERATIONS = {
    "invoice.paymentMode": "PaymentMode",
    "invoice.acknowledgmentMode": "AcknowledgmentMode",
    "principalId.type": "PrincipalType",
    "receiptDocument.receiptType": "ReceiptType",
    "token.status": "TokenStatus",
    "response.resultCode": "ResultCode",
    "getPaymentStatusResponse.status": "InvoiceStatus",
}
"""Fields whose values `seqrkit.vocabulary` names."""

BUILT_IN = {
    "string": "str",
    "decimal": "Decimal",
    "int": "int",
    "long": "int",
    "dateTime": "datetime",
    "base64Binary": "bytes",
}

HEADER = '''\
"""The messages of the API: thirteen requests, their replies and the parts both are made of.

Written from schemas/ by contract_tests/toolkit/model_writer.py (`nox -s model`): do not edit.
Every field may be left out, because a request that breaks the contract must be expressible;
what is required is said in its docstring and judged by the linter. A field's name on the wire is
in its attrs metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, Final

from attrs import field, frozen

from seqrkit import model_base as base
from seqrkit.money import Amount, optional_amount
from seqrkit.vocabulary import (
    AcknowledgmentMode,
    InvoiceStatus,
    PaymentMode,
    PrincipalType,
    ReceiptType,
    ResultCode,
    TokenStatus,
)

'''


@frozen
class Attribute:
    """How one field is written: its annotation, and what stands in its `field(...)`."""

    annotation: str
    default: str = "None"
    converter: str | None = None


def source() -> str:
    """The text of seqrkit/model.py as the contract has it now."""
    loaded = contract.load()
    operations = tuple(loaded.operations.values())
    written = [*_classes(operations), _table("REQUESTS", "base.Request", _requests(operations))]
    written.append(_table("REPLIES", "Reply", _replies(operations)))
    return formatted(HEADER + "\n\n".join(written) + "\n")


def snake(wire: str) -> str:
    """The reference's spelling in Python's: totalAmount -> total_amount, backURL -> back_url."""
    spaced = re.sub(r"QRCode", "QrCode", wire)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", spaced).lower()


def class_name(wire_type: str) -> str:
    """The name of the class of a wire type."""
    return CLASS_NAMES.get(wire_type, wire_type[0].upper() + wire_type[1:])


def _classes(operations: tuple[Operation, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for operation in operations:
        for part in _parts(operation.request.fields):
            if class_name(part.name) not in seen:
                seen.add(class_name(part.name))
                yield _part(part)
    for operation in operations:
        yield _request(operation)
    for reply in _reply_types(operations):
        for part in _parts(reply.fields):
            if class_name(part.name) not in seen:
                seen.add(class_name(part.name))
                yield _part(part)
        yield _reply(reply)


def _parts(fields: Iterable[Field]) -> Iterator[MessageType]:
    """The types that need a class, each after those it is made of."""
    for each in fields:
        if each.type is None or _is_money(each.type) or each.type.name == "parameterMap":
            continue
        yield from _parts(each.type.fields)
        if not _is_list(each.type):
            yield each.type


def _is_money(part: MessageType) -> bool:
    return {each.name for each in part.fields} == {"currency", "value"}


def _is_list(part: MessageType) -> bool:
    return len(part.fields) == 1 and part.fields[0].repeated


def _part(part: MessageType) -> str:
    written = _class(class_name(part.name), "base.Message", part.meaning, part.fields)
    return "\n\n".join(filter(None, (written, _converters(part))))


def _converters(part: MessageType) -> str:
    """Functions that make a tuple of a sequence: a type checker reads no generic converter."""
    item, known = class_name(part.name), _LISTS.get(class_name(part.name), ())
    made = [_converter_source(item, optional=optional) for optional in known]
    return "\n\n".join(made)


_LISTS = {"InvoiceRow": (True,), "CustomerToken": (False, True)}
"""The parts that come in lists; True where the list may be left out as a whole."""


def _converter(item: str, *, optional: bool) -> str:
    return f"_{'optional_' if optional else ''}{snake(item)}s"


def _converter_source(item: str, *, optional: bool) -> str:
    none = " | None" if optional else ""
    name, given = (
        _converter(item, optional=optional),
        "base.optional_items" if optional else "tuple",
    )
    return (
        f"def {name}(given: Sequence[{item}]{none}) -> tuple[{item}, ...]{none}:\n"
        f"    return {given}(given)\n"
    )


def _request(operation: Operation) -> str:
    constant = f'OPERATION: ClassVar[str] = "{operation.name}"\n\n'
    name = class_name(operation.name)
    return _class(name, "base.Request", operation.meaning, operation.request.fields, constant)


def _reply_types(operations: tuple[Operation, ...]) -> Iterator[MessageType]:
    named = {reply.name: reply for reply in map(_returned, operations)}
    yield named.pop("erswsResponse")
    yield from named.values()


def _returned(operation: Operation) -> MessageType:
    """The type inside the response's `return`."""
    returned = operation.reply.by_name["return"].type
    assert returned is not None
    return returned


def _reply(reply: MessageType) -> str:
    name = class_name(reply.name)
    if name == "Reply":
        return _class(name, "base.Message", reply.meaning, reply.fields)
    own = [each for each in reply.fields if not each.path.startswith("response.")]
    bases = "Reply, base.InvoiceCode" if name == "SendInvoiceReply" else "Reply"
    return _class(name, bases, reply.meaning, own)


def _class(name: str, bases: str, meaning: str, fields: Iterable[Field], constant: str = "") -> str:
    head = f"@frozen(kw_only=True)\nclass {name}({bases}):\n"
    body = constant + "\n".join(map(_field, fields))
    return head + textwrap.indent(_docstring(meaning) + "\n\n" + body, "    ")


def _field(each: Field) -> str:
    how = _attribute(each)
    arguments = [] if how.default == "" else [f"default={how.default}"]
    if how.converter:
        arguments.append(f"converter={how.converter}")
    if each.secret:
        arguments.append("repr=base.masked")
    arguments.append(f'metadata={{base.WIRE: "{each.name}"}}')
    line = f"{snake(each.name)}: {how.annotation} = field({', '.join(arguments)})"
    return f"{line}\n{_docstring(_described(each))}\n"


def _attribute(each: Field) -> Attribute:
    enumeration = ENUMERATIONS.get(each.path)
    if enumeration == "ResultCode":
        return Attribute("ResultCode | int", "", "base.result_code")
    if enumeration is not None:
        plain = BUILT_IN[each.base]
        return Attribute(f"{enumeration} | {plain} | None", "None", f"base.{snake(enumeration)}")
    return _built_in(each) if each.type is None else _structured(each, each.type)


def _structured(each: Field, part: MessageType) -> Attribute:
    name = class_name(part.name)
    if _is_money(part):
        return Attribute("Amount | None", "None", "optional_amount")
    if part.name == "parameterMap":
        return Attribute("Mapping[str, str | None] | None", "None", "base.pairs")
    if _is_list(part) and part.fields[0].type is not None:
        item = class_name(part.fields[0].type.name)
        return Attribute(f"tuple[{item}, ...] | None", "None", _converter(item, optional=True))
    if each.repeated:
        return Attribute(f"tuple[{name}, ...]", "()", _converter(name, optional=False))
    return Attribute(f"{name} | None")


def _built_in(each: Field) -> Attribute:
    python = BUILT_IN[each.base]
    if python == "Decimal":
        return Attribute("Decimal | None", "None", "base.exact")
    return Attribute(f"{python} | None")


def _described(each: Field) -> str:
    """Meaning, limits, what makes it required, and the source, as one docstring."""
    said = [each.meaning]
    if each.required:
        said.append("Required.")
    if each.max_length is not None:
        said.append(f"At most {each.max_length} characters.")
    said.append(f"[{each.source}]")
    return " ".join(filter(None, said))


def _docstring(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    if escaped.endswith('"'):
        escaped += " "
    if len(escaped) <= 88:
        return f'"""{escaped}"""'
    first, *rest = re.split(r"(?<=\.) ", escaped, maxsplit=1)
    if len(first) > 88 or not rest:
        return f'"""{textwrap.fill(escaped, 92)}\n"""'
    return f'"""{first}\n\n{textwrap.fill(" ".join(rest), 92)}\n"""'


def _requests(operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
    return ((each.name, class_name(each.name)) for each in operations)


def _replies(operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
    return ((each.name, class_name(_returned(each).name)) for each in operations)


def _table(name: str, values: str, rows: Iterable[tuple[str, str]]) -> str:
    body = "".join(f'"{wire}": {cls},' for wire, cls in rows)
    which = "request" if name == "REQUESTS" else "reply"
    return (
        f"{name}: Final[Mapping[str, type[{values}]]] = MappingProxyType({{{body}}})\n"
        f'"""The class of each operation\'s {which}, by the operation\'s wire name."""\n'
    )


def formatted(text: str, path: Path = TARGET) -> str:
    """Return the text of a Python file as ruff formats it."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(path), "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8")
