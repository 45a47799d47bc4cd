"""Reader for documented.xsd: types, fields and rules from elements, facets and annotations.

No fact about a field is in this module. Deleting a facet from the schema deletes its rule, and so
its findings, the hints of forms and the limits of strategies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from lxml.etree import _Element

from seqrkit import schemas
from seqrkit.contract.findings import Rule, Severity
from seqrkit.contract.message_types import Check, Field, MessageType, Operation, Repeat
from seqrkit.errors import SchemaError
from seqrkit.schemas import CONTRACT, XS

KINDS: Final = {
    f"{XS}maxLength": "max-length",
    f"{XS}minLength": "min-length",
    f"{XS}length": "length",
    f"{XS}pattern": "pattern",
    f"{XS}enumeration": "enumeration",
    f"{XS}minInclusive": "minimum",
    f"{XS}maxInclusive": "maximum",
    f"{XS}minExclusive": "exclusive-minimum",
    f"{XS}maxExclusive": "exclusive-maximum",
    f"{XS}totalDigits": "total-digits",
    f"{XS}fractionDigits": "fraction-digits",
}
"""The facets that become rules, and the kind of each rule."""

MAY_BE_EMPTY: Final = frozenset({"string", "base64Binary"})
"""The built-in types that have the empty text as a value."""

_DEFINITIONS = (f"{XS}complexType", f"{XS}simpleType", f"{XS}group", f"{XS}element")


@dataclass(frozen=True, slots=True)
class Shape:
    """The content of a documented.xsd. `elements` are what a SOAP Body may contain, by name."""

    types: Mapping[str, MessageType]
    elements: Mapping[str, MessageType]
    operations: Mapping[str, Operation]
    rules: Mapping[str, Rule]


def read(path: Path) -> Shape:
    """Read a documented.xsd and the files that it includes.

    Raises `SchemaError` for a schema that cannot be read or understood.
    """
    return _Reader(path).shape()


class _Reader:
    """A reading of one schema."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.definitions: dict[tuple[str, str], _Element] = {}
        self.rules: dict[str, Rule] = {}
        self.types: dict[str, MessageType] = {}
        self._include(path, set())

    def shape(self) -> Shape:
        elements = [e for (tag, _), e in self.definitions.items() if tag == f"{XS}element"]
        shapes = {e.get("name", ""): self._type(_bare(e.get("type"))) for e in elements}
        operations = {
            e.get("name", ""): self._operation(e, shapes)
            for e in elements
            if e.get(f"{CONTRACT}group") is not None
        }
        return Shape(
            MappingProxyType(self.types),
            MappingProxyType(shapes),
            MappingProxyType(operations),
            MappingProxyType(self.rules),
        )

    def _include(self, path: Path, seen: set[Path]) -> None:
        if path in seen:
            return
        seen.add(path)
        for child in schemas.read(path).iterchildren(f"{XS}include", *_DEFINITIONS):
            location = child.get("schemaLocation")
            if location is not None:
                self._include((path.parent / location).resolve(), seen)
            else:
                self.definitions[str(child.tag), child.get("name", "")] = child

    def _defined(self, tag: str, name: str) -> _Element:
        try:
            return self.definitions[f"{XS}{tag}", name]
        except KeyError:
            raise SchemaError(f"{self.path} has no {tag} named {name!r}") from None

    def _operation(self, element: _Element, shapes: Mapping[str, MessageType]) -> Operation:
        name = element.get("name", "")
        severity = _note(element, "principalSeverity")
        repeat = element.find(f".//{CONTRACT}repeat")
        return Operation(
            name=name,
            meaning=_documentation(element),
            source=_note(element, "source"),
            note=_note(element, "note"),
            group=_note(element, "group"),
            principals=tuple(_note(element, "principal").split()),
            principal_source=_note(element, "principalSource"),
            principal_severity=Severity(severity) if severity else Severity.ERROR,
            principal_note=_note(element, "principalNote"),
            repeat=cast("Repeat", _note(element, "repeat")),
            repeat_sentence="" if repeat is None else _words(repeat.text),
            repeat_source="" if repeat is None else repeat.get("source", ""),
            request=shapes[name],
            reply=shapes[f"{name}Response"],
        )

    def _type(self, name: str) -> MessageType:
        if name not in self.types:
            element = self._defined("complexType", name)
            path = _note(element, "path")
            fields = tuple(self._fields(element, path))
            checks = tuple(self._checks(element, path, fields))
            rules = (*_type_rules(path, fields), *(check.rule for check in checks))
            rules = tuple(map(self._register, rules))
            self.types[name] = MessageType(
                name, path, _documentation(element), fields, rules, checks
            )
        return self.types[name]

    def _checks(self, element: _Element, path: str, fields: Sequence[Field]) -> Iterator[Check]:
        shared = _note(element, "checksOf")
        sources = [self._defined("complexType", shared) if shared else element]
        groups = element.iter(f"{XS}group")
        sources += [self._defined("group", _bare(group.get("ref"))) for group in groups]
        by_name = {field.name: field for field in fields}
        for source in sources:
            for said in source.iterfind(f"{XS}annotation/{XS}appinfo/{CONTRACT}check"):
                yield _check(said, path, by_name)
        operation = self.definitions.get((f"{XS}element", path))
        principals = [] if operation is None else _note(operation, "principal").split()
        if operation is not None and len(principals) == 1:
            yield _principal_check(operation, path, principals[0], by_name)

    def _fields(self, parent: _Element, path: str) -> Iterator[Field]:
        """Yield the fields in the order of the schema, with those of groups and base types."""
        for child in parent.iterchildren("*"):
            if child.tag == f"{XS}element":
                yield self._field(child, path)
            elif child.tag == f"{XS}group":
                yield from self._fields(self._defined("group", _bare(child.get("ref"))), path)
            elif child.tag == f"{XS}extension":
                yield from self._type(_bare(child.get("base"))).fields
                yield from self._fields(child, path)
            elif child.tag in {f"{XS}sequence", f"{XS}complexContent"}:
                yield from self._fields(child, path)

    def _field(self, element: _Element, parent: str) -> Field:
        path = f"{parent}.{element.get('name')}"
        base, facets = self._simple(element)
        inner = None if base else self._type(_bare(element.get("type")))
        required = element.get("minOccurs", "1") != "0"
        repeated = element.get("maxOccurs", "1") != "1"
        rules = [*_wire_rules(path, base, required=required, repeated=repeated)]
        if required:
            rules.append(_required(element, path))
        if _note(element, "trimmed"):
            rules.append(_trimmed(path))
        hard = [_facet_rule(facet, element, path) for facet in facets]
        held = tuple(rule.id for rule in hard)
        rules += [*hard, *(_advice(should, path, held) for should in _shoulds(element))]
        return Field(
            name=element.get("name", ""),
            path=path,
            type=inner,
            base=base,
            required=required,
            repeated=repeated,
            meaning=_documentation(element),
            source=_note(element, "source"),
            sample=_note(element, "sample"),
            note=_note(element, "note"),
            secret=_note(element, "secret") == "true",
            rules=tuple(map(self._register, rules)),
            value_meanings={
                value.get("value", ""): _documentation(value)
                for value in chain(*facets)
                if value.tag == f"{XS}enumeration" and _documentation(value)
            },
        )

    def _simple(self, element: _Element) -> tuple[str, list[list[_Element]]]:
        """Return the built-in type of an element's text, and its facets, grouped by kind.

        The built-in type is empty for an element that contains elements.
        """
        kind = element.get("type") or element.get("base") or ""
        if kind.startswith("xs:"):
            return _bare(kind), []
        simple = element.find(f"{XS}simpleType")
        if simple is None:
            if (f"{XS}simpleType", _bare(kind)) not in self.definitions:
                return "", []
            simple = self._defined("simpleType", _bare(kind))
        restriction = simple.find(f"{XS}restriction")
        if restriction is None:
            raise SchemaError(
                f"{self.path}: a simple type that is not a restriction is not supported"
            )
        base, inherited = self._simple(restriction)
        own: dict[str, list[_Element]] = {}
        for facet in restriction.iterchildren(*KINDS):
            own.setdefault(str(facet.tag), []).append(facet)
        return base, [*(f for f in inherited if f[0].tag not in own), *own.values()]

    def _register(self, rule: Rule) -> Rule:
        """Return the rule of this id, one object for all types that use it."""
        known = self.rules.setdefault(rule.id, rule)
        if (known.statement, known.severity) != (rule.statement, rule.severity):
            raise SchemaError(f"{self.path} has two rules with the id {rule.id}")
        return known


def _type_rules(path: str, fields: Sequence[Field]) -> Iterator[Rule]:
    """Yield the rules of a type as a whole; a type of one field has no order."""
    yield Rule(
        f"{path}.unknown-element",
        path,
        "unknown-element",
        f"{path} contains only the elements of its schema",
        Severity.ERROR,
        "wire",
        "the service ignores unknown elements (vendor's interface)",
    )
    if len(fields) > 1:
        yield Rule(
            f"{path}.out-of-order",
            path,
            "out-of-order",
            f"the elements of {path} are in the schema's order",
            Severity.WARNING,
            "wire",
            "the service accepts any order, and the reference's own examples use other orders",
        )


def _wire_rules(path: str, base: str, *, required: bool, repeated: bool) -> Iterator[Rule]:
    """Yield the rules that follow from the published schema and the service's reading."""

    def rule(kind: str, statement: str, severity: Severity = Severity.ERROR) -> Rule:
        return Rule(f"{path}.{kind}", path, kind, statement, severity, "wire")

    name = path.rpartition(".")[2]
    if not repeated:
        yield rule("repeated", f"{name} occurs at most once; the service reads the last of several")
    if base and base != "string":
        yield rule("type", f"{name} is a value of the type {base}")
    if base in MAY_BE_EMPTY and required:
        yield rule("empty", f"{name} is required and should not be empty", Severity.WARNING)


def _required(element: _Element, path: str) -> Rule:
    return Rule(
        id=f"{path}.required",
        path=path,
        kind="required",
        statement=f"{element.get('name')} is required",
        severity=Severity.ERROR,
        source=_note(element, "requiredSource") or _note(element, "source"),
        note=_note(element, "requiredNote"),
    )


def _trimmed(path: str) -> Rule:
    return Rule(
        f"{path}.trimmed",
        path,
        "trimmed",
        f"{path.rpartition('.')[2]} should not begin or end with white space",
        Severity.WARNING,
        "assumed: the service compares it character by character",
        presupposes=(f"{path}.empty",),
    )


_READABLE: Final = frozenset(
    {"required", "empty", "type", "repeated", "enumeration", "pattern", "exclusive-minimum"}
)
"""The kinds of the rules that a value must keep before a check reads it."""


def _presupposed(paths: Sequence[str], path: str, by_name: Mapping[str, Field]) -> Iterator[str]:
    """Yield the ids of the rules about the fields along some paths."""
    yield "wire.nil"
    yield f"{path}.unknown-element"
    for each in paths:
        inside: Mapping[str, Field] = by_name
        for step in each.split("/"):
            field = inside[step]
            yield from (rule.id for rule in field.rules if rule.kind in _READABLE)
            if field.type is not None:
                yield f"{field.type.path}.unknown-element"
                inside = field.type.by_name


def _check(said: _Element, path: str, by_name: Mapping[str, Field]) -> Check:
    kind, element, condition = said.get("kind", ""), said.get("element", ""), said.get("field", "")
    about = f"{path}.{element.rpartition('/')[2]}" if element else path
    reads = [*filter(None, (condition,)), *said.get("reads", "").split()]
    severity = said.get("severity")
    rule = Rule(
        id=f"{about}.{said.get('id') or kind}",
        path=about,
        kind=kind,
        statement=said.get("says", ""),
        severity=Severity(severity) if severity else Severity.WARNING,
        source=said.get("source", ""),
        note=said.get("note", ""),
        presupposes=(
            *dict.fromkeys(_presupposed(reads, path, by_name)),
            *said.get("presupposes", "").split(),
        ),
        parameter=said.get("values", ""),
    )
    values = tuple(said.get("values", "").split())
    return Check(rule, element, condition, values, tuple(reads), said.get("only") == "requests")


def _principal_check(
    operation: _Element, path: str, allowed: str, by_name: Mapping[str, Field]
) -> Check:
    """Return the check that only one type of principal calls an operation."""
    severity = _note(operation, "principalSeverity")
    element = "context/initiatorPrincipalId/type"
    rule = Rule(
        f"{path}.principal",
        f"{path}.principal",
        "principal",
        f"{path} must be called with principal type {allowed}",
        Severity(severity) if severity else Severity.ERROR,
        _note(operation, "principalSource"),
        _note(operation, "principalNote"),
        tuple(dict.fromkeys(_presupposed([element], path, by_name))),
        allowed,
    )
    return Check(rule, element, values=(allowed,), reads=(element,))


def _facet_rule(facets: list[_Element], element: _Element, path: str) -> Rule:
    """Return the rule of a facet; the values of an enumeration are one rule, patterns too."""
    first = facets[0]
    kind = KINDS[str(first.tag)]
    parent = first.getparent()
    said = parent if kind == "enumeration" and parent is not None else first
    return Rule(
        id=_note(said, "rule") or f"{path}.{kind}",
        path=path,
        kind=kind,
        statement=_note(said, "says"),
        severity=Severity.ERROR,
        source=_note(said, "source") or _note(element, "source"),
        note=_note(said, "note") or _note(element, "note"),
        presupposes=(f"{path}.type", f"{path}.empty"),
        parameter=(" " if kind == "enumeration" else "|").join(f.get("value", "") for f in facets),
    )


def _advice(should: _Element, path: str, presupposes: tuple[str, ...]) -> Rule:
    kind = should.get("kind", "")
    name = should.get("id") or ("recommended" if kind == "one-of" else kind)
    return Rule(
        id=f"{path}.{name}",
        path=path,
        kind=kind,
        statement=should.get("says", ""),
        severity=Severity.WARNING,
        source=should.get("source", ""),
        note=should.get("note", ""),
        presupposes=(f"{path}.type", f"{path}.empty", *presupposes),
        parameter=" ".join(schemas.unit_codes())
        if kind == "unit"
        else should.get("values") or should.get("value") or "",
    )


def _shoulds(element: _Element) -> list[_Element]:
    return element.findall(f"{XS}annotation/{XS}appinfo/{CONTRACT}should")


def _note(element: _Element, name: str) -> str:
    return element.get(f"{CONTRACT}{name}") or ""


def _documentation(element: _Element) -> str:
    return _words(element.findtext(f"{XS}annotation/{XS}documentation"))


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _bare(name: str | None) -> str:
    """Return a name without its prefix: ``amount`` for ``tns:amount``."""
    return (name or "").rpartition(":")[2]
