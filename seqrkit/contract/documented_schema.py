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
from typing import cast

from lxml.etree import _Element

from seqrkit import schemas
from seqrkit.contract.findings import Rule, Severity
from seqrkit.contract.message_definitions import Check, Field, MessageType, Operation, Repeat
from seqrkit.contract.schema_rules import (
    KINDS,
    check_of,
    field_rules,
    note,
    principal_check,
    type_rules,
)
from seqrkit.errors import SchemaError
from seqrkit.schemas import CONTRACT, XS, Source

_DEFINITIONS = (f"{XS}complexType", f"{XS}simpleType", f"{XS}group", f"{XS}element")


@dataclass(frozen=True, slots=True)
class Shape:
    """The content of a documented.xsd. `elements` are what a SOAP Body may contain, by name.

    `document` is the letter of the reference document that describes the interface. `declarations`
    are the elements of the schema that contain text, by `Field.declaration`.
    """

    types: Mapping[str, MessageType]
    elements: Mapping[str, MessageType]
    operations: Mapping[str, Operation]
    rules: Mapping[str, Rule]
    document: str
    declarations: Mapping[str, _Element]


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
        self.declarations: dict[str, _Element] = {}
        self._document = ""
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
            self._document,
            MappingProxyType(self.declarations),
        )

    def _include(self, path: Path, seen: set[Path]) -> None:
        if path in seen:
            return
        seen.add(path)
        root = schemas.read(path)
        self._document = self._document or note(root, "document")
        for each in root.iter("*"):
            for name in ("source", f"{CONTRACT}source", f"{CONTRACT}requiredSource"):
                # Files that both interfaces include state a source for each of the two documents.
                older = each.get(f"{name}.{self._document}")
                if older is not None:
                    each.set(name, older)
        for child in root.iterchildren(f"{XS}include", *_DEFINITIONS):
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
        severity = note(element, "principalSeverity")
        repeat = element.find(f".//{CONTRACT}repeat")
        return Operation(
            name=name,
            meaning=_documentation(element),
            source=Source(note(element, "source")),
            note=Source(note(element, "note")),
            group=note(element, "group"),
            principals=tuple(note(element, "principal").split()),
            principal_source=Source(note(element, "principalSource")),
            principal_severity=Severity(severity or Severity.ERROR),
            repeat=cast("Repeat", note(element, "repeat")),
            repeat_sentence="" if repeat is None else _words(repeat.text),
            repeat_source=Source("" if repeat is None else repeat.get("source", "")),
            request=shapes[name],
            reply=shapes[f"{name}Response"],
        )

    def _type(self, name: str) -> MessageType:
        if name not in self.types:
            element = self._defined("complexType", name)
            path = note(element, "path")
            fields = tuple(self._fields(element, path))
            checks = tuple(self._checks(element, path, fields))
            rules = (*type_rules(path, fields), *(check.rule for check in checks))
            rules = tuple(map(self._register, rules))
            self.types[name] = MessageType(
                name, path, _documentation(element), fields, rules, checks
            )
        return self.types[name]

    def _checks(self, element: _Element, path: str, fields: Sequence[Field]) -> Iterator[Check]:
        # A reply's invoice has the checks of a request's, although it is another type.
        shared = note(element, "checksOf")
        sources = [self._defined("complexType", shared) if shared else element]
        groups = element.iter(f"{XS}group")
        sources += [self._defined("group", _bare(group.get("ref"))) for group in groups]
        by_name = {field.name: field for field in fields}
        for source in sources:
            for said in source.iterfind(f"{XS}annotation/{XS}appinfo/{CONTRACT}check"):
                yield check_of(said, path, by_name)
        operation = self.definitions.get((f"{XS}element", path))
        if operation is not None:
            yield from principal_check(operation, path, by_name)

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
        rules = field_rules(element, path, base, facets, required=required, repeated=repeated)
        owner = next(each.get("name", "") for each in element.iterancestors() if each.get("name"))
        declaration = f"{owner}.{element.get('name')}"
        if inner is None:
            self.declarations[declaration] = element
        return Field(
            name=element.get("name", ""),
            path=path,
            declaration=declaration,
            type=inner,
            base=base,
            required=required,
            repeated=repeated,
            meaning=_documentation(element),
            source=Source(note(element, "source")),
            sample=note(element, "sample"),
            note=Source(note(element, "note")),
            secret=note(element, "secret") == "true",
            rules=tuple(map(self._register, rules)),
            value_meanings={
                value.get("value", ""): _documentation(value)
                for value in chain(*facets)
                if value.tag == f"{XS}enumeration" and _documentation(value)
            },
            requires=frozenset(note(element, "requires").split()),
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
        # A facet that is given again replaces the inherited one, as XML Schema defines it.
        return base, [*(f for f in inherited if f[0].tag not in own), *own.values()]

    def _register(self, rule: Rule) -> Rule:
        """Return the rule of this id, one object for all types that use it."""
        known = self.rules.setdefault(rule.id, rule)
        if (known.statement, known.severity) != (rule.statement, rule.severity):
            raise SchemaError(f"{self.path} has two rules with the id {rule.id}")
        return known


def _documentation(element: _Element) -> str:
    return _words(element.findtext(f"{XS}annotation/{XS}documentation"))


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _bare(name: str | None) -> str:
    """Return a name without its prefix: ``amount`` for ``tns:amount``."""
    return (name or "").rpartition(":")[2]
