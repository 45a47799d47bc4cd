"""Generates seqrkit/model.py from the contracts of all interfaces.

``nox -s model`` rewrites the file; a test compares it with what this module would write now.
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from attrs import frozen

from seqrkit import schemas
from seqrkit.contract import Contract, Field, MessageType, Operation
from seqrkit.model_base import camel_case
from seqrkit.schemas import SchemaSet
from seqrkit.vocabulary import Interface

TARGET = Path(__file__).resolve().parents[2] / "seqrkit" / "model.py"

CLASS_NAMES = {
    "paymentInvoiceRow": "InvoiceRow",
    "receiptInvoice": "Invoice",
    "receiptInvoiceRow": "InvoiceRow",
}
"""Where the class is not named for the wire type; `erswsXResponse` becomes `XReply`."""

ENUMERATIONS = {
    "PrincipalType": "principalId.type",
    "PaymentMode": "invoice.paymentMode",
    "AcknowledgmentMode": "invoice.acknowledgmentMode",
    "InvoiceStatus": "getPaymentStatusResponse.status",
    "ReceiptType": "receiptDocument.receiptType",
    "TokenStatus": "token.status",
    "ResultCode": "response.resultCode",
}
"""The classes of `seqrkit.vocabulary`, and the field that each lists the values of."""
MIXINS = {
    "Receipt": "base.PaymentReceipt",
    "ReceiptDocument": "base.HtmlDocument",
    "Report": "base.ReportTable",
    "SendInvoiceReply": "base.InvoiceCode",
}
"""What some classes can do besides holding fields."""
CLASS_OF = {path: name for name, path in ENUMERATIONS.items()}
REQUIRED = {"ResultCode"}
"""The classes of fields that an object cannot be without."""

BUILT_IN = {
    "string": "str",
    "decimal": "Decimal",
    "int": "int",
    "long": "int",
    "dateTime": "datetime",
    "base64Binary": "bytes",
}

HEADER = '''\
"""The messages of the API: requests, replies and their parts.

Generated from schemas/ by `nox -s model`: do not edit. Every field may be left out, because a
request that breaks the contract must be expressible; its docstring says whether it is required, and
the linter checks it. A field's name on the wire is its own in camelCase, unless its metadata has
another.
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
from seqrkit.vocabulary import {names}

'''


@frozen
class Attribute:
    """How one field is written: its annotation, and what stands in its `field(...)`."""

    annotation: str
    default: str = "None"
    converter: str | None = None


def source() -> str:
    """The text of seqrkit/model.py as the contract has it now."""
    operations = _merged_operations()
    written = [*map(_enumeration_converter, ENUMERATIONS), *_classes(operations)]
    written.append(_table("REQUESTS", "base.Request", _requests(operations)))
    written.append(_table("REPLIES", "Reply", _replies(operations)))
    header = HEADER.replace("{names}", ", ".join(sorted(ENUMERATIONS)))
    return formatted(header + "\n\n".join(written) + "\n")


def contracts() -> tuple[Contract, ...]:
    """Return the contract of each folder in schemas/, the newest version first.

    The folders are read, not `Interface`, which does not have a new folder before it is generated.
    """
    folders = (path.parent for path in schemas.bundled().glob("*/documented.xsd"))
    known = [Contract(SchemaSet(each.parent, cast("Interface", each.name))) for each in folders]
    return tuple(sorted(known, key=lambda each: (_version(each), each.interface), reverse=True))


def _version(known: Contract) -> list[int]:
    version = schemas.read(known.schemas.documented).get("version") or "0"
    return [int(part) for part in version.split(".")]


def in_order(lists: Iterable[Iterable[str]]) -> list[str]:
    """Return all names of several lists: those of the first, each other one after its neighbour."""
    merged: list[str] = []
    for names in lists:
        after = 0
        for name in names:
            if name not in merged:
                merged.insert(after, name)
            after = merged.index(name) + 1
    return merged


def _merged_operations() -> tuple[Operation, ...]:
    """The operations of all interfaces, each with every field that one of them has."""
    known = contracts()
    merged = []
    for name in in_order(each.operations for each in known):
        versions = [each.operations[name] for each in known if name in each.operations]
        request = _merged_type([each.request for each in versions])
        reply = _merged_type([each.reply for each in versions])
        merged.append(replace(versions[0], request=request, reply=reply))
    return tuple(merged)


def _merged_type(versions: Sequence[MessageType]) -> MessageType:
    names = in_order(each.by_name for each in versions)
    found = ([each.by_name.get(name) for each in versions] for name in names)
    fields = (_merged_field([each for each in same if each is not None]) for same in found)
    return replace(versions[0], fields=tuple(fields))


def _merged_field(versions: Sequence[Field]) -> Field:
    types = [each.type for each in versions if each.type is not None]
    return replace(versions[0], type=_merged_type(types) if types else None)


def snake(wire: str) -> str:
    """The reference's spelling in Python's: totalAmount -> total_amount, backURL -> back_url."""
    spaced = re.sub(r"QRCode", "QrCode", wire)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", spaced).lower()


def class_name(wire_type: str) -> str:
    """The name of the class of a wire type."""
    reply = re.fullmatch(r"ersws(.*)Response", wire_type)
    if reply:
        return f"{reply[1]}Reply"
    return CLASS_NAMES.get(wire_type, wire_type[0].upper() + wire_type[1:])


def _classes(operations: tuple[Operation, ...]) -> Iterator[str]:
    replies = tuple(_reply_types(operations))
    every_field = [each for op in operations for each in op.request.fields]
    every_field += [each for reply in replies for each in reply.fields]
    lists = set(_lists(every_field))
    seen: set[str] = set()

    def parts(fields: Iterable[Field]) -> Iterator[str]:
        for part in _parts(fields):
            if class_name(part.name) not in seen:
                seen.add(class_name(part.name))
                yield _part(part, lists)

    for operation in operations:
        yield from parts(operation.request.fields)
    yield from map(_request, operations)
    for reply in replies:
        yield from parts(reply.fields)
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


def _part(part: MessageType, lists: set[tuple[str, bool]]) -> str:
    """The class of a part, and the converters of the lists that it is in.

    They are functions, because a type checker reads no generic converter.
    """
    name = class_name(part.name)
    written = _class(name, "base.Message", part.meaning, part.fields)
    converters = [_converter_source(*each) for each in sorted(lists) if each[0] == name]
    return "\n\n".join([written, *converters])


def _lists(fields: Iterable[Field]) -> Iterator[tuple[str, bool]]:
    """The classes of list items, and whether the element around the list may be left out."""
    for each in fields:
        if each.type is None or each.type.name == "parameterMap":
            continue
        wrapped = _is_list(each.type)
        item = each.type.fields[0].type if wrapped else each.type
        if item is not None:
            yield from _lists(item.fields)
            if wrapped or each.repeated:
                yield class_name(item.name), wrapped


def _converter(item: str, *, optional: bool) -> str:
    return f"_{'optional_' if optional else ''}{snake(item)}s"


def _converter_source(item: str, optional: bool) -> str:  # noqa: FBT001 - one of `_lists`
    none = " | None" if optional else ""
    name = _converter(item, optional=optional)
    given = "base.optional_items" if optional else "tuple"
    return (
        f"def {name}(given: Sequence[{item}]{none}) -> tuple[{item}, ...]{none}:\n"
        f"    return {given}(given)\n"
    )


def _request(operation: Operation) -> str:
    constant = f'OPERATION: ClassVar[str] = "{operation.name}"\n\n'
    name = class_name(operation.name)
    base = f'base.RequestFor["{class_name(_returned(operation).name)}"]'
    return _class(name, base, operation.meaning, operation.request.fields, constant)


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
    return _class(name, "Reply", reply.meaning, own)


def _class(name: str, bases: str, meaning: str, fields: Iterable[Field], constant: str = "") -> str:
    bases = ", ".join(filter(None, (bases, MIXINS.get(name))))
    head = f"@frozen(kw_only=True)\nclass {name}({bases}):\n"
    body = constant + "\n".join(map(_field, fields))
    return head + textwrap.indent(_docstring(meaning) + "\n\n" + body, "    ")


def _field(each: Field) -> str:
    how = _attribute(each)
    name = snake(each.name)
    arguments = [] if how.default == "" else [f"default={how.default}"]
    if how.converter:
        arguments.append(f"converter={how.converter}")
    if each.secret:
        arguments.append("repr=base.masked")
    if each.name != camel_case(name):
        arguments.append(f'metadata={{base.WIRE: "{each.name}"}}')
    is_plain = arguments == [f"default={how.default}"]
    value = how.default if is_plain else f"field({', '.join(arguments)})"
    line = f"{name}: {how.annotation} = {value}"
    return f"{line}\n{_docstring(_described(each))}\n"


def _attribute(each: Field) -> Attribute:
    enumeration = CLASS_OF.get(each.path)
    if enumeration is not None:
        none, default = ("", "") if enumeration in REQUIRED else (" | None", "None")
        plain = BUILT_IN[each.base]
        return Attribute(f"{enumeration} | {plain}{none}", default, f"_{snake(enumeration)}")
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


def _enumeration_converter(name: str) -> str:
    """A function that makes a member of a value: a type checker reads no generic converter."""
    plain = "int" if name in {"ResultCode", "TokenStatus"} else "str"
    none = "" if name in REQUIRED else " | None"
    return (
        f"def _{snake(name)}(value: {plain}{none}) -> {name} | {plain}{none}:\n"
        f"    return base.member({name}, value)\n"
    )


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
