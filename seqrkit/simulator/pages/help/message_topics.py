"""The pages of operations, fields and values, from the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import attrs

from seqrkit import contract, model, schemas
from seqrkit.contract import Field, MessageType, Operation, Severity
from seqrkit.model_base import Message, wire_names
from seqrkit.schemas import Document, Source
from seqrkit.simulator.pages.help.topic import REPEAT, Section, Topic, sentence, topic
from seqrkit.vocabulary import PATHS, Interface, TokenStatus

_HEAD = ("Field", "Type", "Required", "Limit", "Sample", "Lines")
_CONTEXT = "clientContext"
_LONGEST = 24


@cache
def operations() -> Mapping[str, Operation]:
    """Return the operations of all interfaces, as the newest interface has them."""
    return {
        name: operation
        # The newest last, so that its text counts where both interfaces have the operation.
        for interface in reversed(Interface)
        for name, operation in contract.load(interface).operations.items()
    }


def operation_topics() -> Iterator[Topic]:
    """Yield the page of each operation, with the fields of its request and its reply."""
    codes = schemas.result_codes().values()
    for name, operation in operations().items():
        own = [each for each in codes if name in each.named]
        loaded = {each: contract.load(each).operations for each in Interface}
        having = [each for each in Interface if name in loaded[each]]
        sources = dict.fromkeys(loaded[each][name].source for each in having)
        means = {
            "What it does": [
                operation.meaning,
                f"Called by {' or '.join(operation.principals)}. Part of {' and '.join(having)}.",
                f"[{'; '.join(sources)}]",
                sentence(operation.note),
            ]
        }
        tables = (
            _table("Fields of the request", operation.request),
            _table("Fields of the reply", operation.reply),
        )
        rest = {
            REPEAT: [operation.repeat_sentence],
            "Its own result codes": [f"{each.code} {each.name}: {each.meaning}" for each in own],
        }
        first, *others = topic(name, name, means | rest).sections
        see = tuple(str(each.code) for each in own)
        yield Topic(name, name, (first, *tables, *others), see, (f"{name}Response",))


def field_topics() -> Iterator[Topic]:
    """Yield the page of each name of a field, with what the field means in each type."""
    named: dict[str, dict[str, Field]] = {}
    inside: dict[str, list[MessageType]] = {}
    for kind in _types():
        for field in kind.fields:
            named.setdefault(field.name, {}).setdefault(field.path, field)
            if field.type is not None and field.type not in inside.setdefault(field.name, []):
                inside[field.name].append(field.type)
    attributes = _attributes()
    for name, fields in named.items():
        if name == "return":
            continue
        sections: dict[tuple[str, ...], list[str]] = {}
        for path, field in fields.items():
            sections.setdefault(_said(field), []).append(path)
        parts = [
            Section(", ".join(paths), (*said, _sources(fields[each].source for each in paths)))
            for said, paths in sections.items()
        ]
        parts += [_table(f"Fields of {each.path}", each) for each in inside.get(name, ())[:1]]
        python = attributes.get(name, name)
        title = f"{name}, in Python {python}" if python != name else name
        rules = [rule.id for field in fields.values() for rule in field.rules if _own(rule.source)]
        yield Topic(name, title, tuple(parts), tuple(dict.fromkeys(rules)), (python, *fields))


def value_topics() -> Iterator[Topic]:
    """Yield the page of each value of an enumeration, and of each interface."""
    found: dict[str, list[Field]] = {}
    for kind in _types():
        for field in kind.fields:
            for value in (*field.value_meanings, *_recommended(field)):
                found.setdefault(value, []).append(field)
    rules = [rule for each in Interface for rule in contract.load(each).rules.values()]
    for value, fields in found.items():
        number = value.isdecimal()
        id_ = TokenStatus(int(value)).name if number else value
        also = [f"token status {value}"] if number else []
        meanings = dict.fromkeys(each.value_meanings.get(value, each.meaning) for each in fields)
        paths = dict.fromkeys(each.path for each in fields)
        sources = dict.fromkeys(_value_source(each) for each in fields)
        sections = {
            "What it means": [*meanings, f"A value of {', '.join(paths)}. [{'; '.join(sources)}]"]
        }
        see = (
            *dict.fromkeys(each.name for each in fields),
            *dict.fromkeys(rule.id for rule in rules if value in rule.parameter.split()),
        )
        title = id_ if id_ == value else f"{id_} ({value})"
        yield topic(id_, title, sections, see, also)
    for interface in Interface:
        names = ", ".join(contract.load(interface).operations)
        said = [f"An interface of the service, at the path {PATHS[interface]}.", f"Has {names}."]
        yield topic(interface.value, interface.value, {"What it is": said})


def _types() -> Iterable[MessageType]:
    """Return the types of all interfaces, those of the newest first."""
    return [kind for each in Interface for kind in contract.load(each).types.values()]


def _table(heading: str, kind: MessageType) -> Section:
    lines = f"Lines are those of the {_newest_document().title}."
    return Section(heading, (lines,), (_HEAD, *_rows(kind)))


def _newest_document() -> Document:
    """Return the newest reference document; the table lists the oldest one first."""
    *_, newest = schemas.documents().values()
    return newest


def _rows(kind: MessageType, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield a row for each field of a type and of the types inside it, except the context's."""
    newest = _newest_document()
    for field in kind.fields:
        if field.name == "return" and field.type is not None:
            yield from _rows(field.type, depth)
            continue
        source = field.source
        if isinstance(source, Source) and source.citations:
            cited = source.citations[0]
            same = cited.document is newest
            source = cited.lines.split()[1] if same else f"{cited.document.title}, {cited.lines}"
        yield (
            f"{'  ' * depth}{field.name}",
            "" if field.type else field.base,
            "yes" if field.required else "",
            _limit(field),
            field.sample,
            source,
        )
        if field.type is not None and field.type.name != _CONTEXT:
            yield from _rows(field.type, depth + 1)


def _limit(field: Field) -> str:
    if field.type is not None and field.type.name == _CONTEXT:
        return "see context"
    if field.max_length is not None:
        return f"at most {field.max_length} characters"
    values = " ".join(field.enumeration)
    if values:
        return values if len(values) <= _LONGEST else f"one of {len(field.enumeration)} values"
    return "repeated" if field.repeated else ""


def _said(field: Field) -> tuple[str, ...]:
    """Return the paragraphs about a field, without its source: meaning, type, limits, note."""
    limits = [rule.statement for rule in field.rules if rule.severity == Severity.ERROR]
    limits = [each for each in limits if not each.startswith(f"{field.name} occurs at most once")]
    values = [f"{value}: {meaning}" for value, meaning in field.value_meanings.items()]
    facts = [
        field.type.meaning if field.type else f"Type: {field.base}.",
        "Required." if field.required else "Optional.",
        *(f"{each}." for each in limits if not each.endswith((" is required", field.base))),
        f"Sample: {field.sample}." if field.sample else "",
    ]
    paragraphs = (field.meaning, " ".join(filter(None, facts)), *values, sentence(field.note))
    return tuple(filter(None, paragraphs))


def _sources(sources: Iterable[str]) -> str:
    """Return the first sources of several; the tables of operations have all of them."""
    first, *others = dict.fromkeys(sources)
    return f"[{first}{f'; and {len(others)} similar places' if others else ''}]"


def _recommended(field: Field) -> tuple[str, ...]:
    rule = field.rule("one-of")
    values = () if rule is None else rule.parameter.split()
    return tuple(each for each in values if each.isupper() and "/" not in each)


def _value_source(field: Field) -> str:
    rule = field.rule("enumeration") or field.rule("one-of")
    return field.source if rule is None else rule.source


def _own(source: str) -> bool:
    return source != "wire" and not source.startswith("assumed: the service compares")


@cache
def _attributes() -> Mapping[str, str]:
    """Return the Python name of each field, by its name on the wire."""
    return {
        wire_name: name
        for cls in vars(model).values()
        if isinstance(cls, type) and issubclass(cls, Message) and attrs.has(cls)
        for name, wire_name in wire_names(cls).items()
    }
