"""The rules that a documented.xsd states: by facets, annotations, and by what the wire requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lxml.etree import _Element

from seqrkit import schemas
from seqrkit.contract.findings import Rule, Severity
from seqrkit.contract.message_definitions import Check, Field
from seqrkit.schemas import CONTRACT, XS, Source

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

_READABLE: Final = frozenset(
    {"required", "empty", "type", "repeated", "enumeration", "pattern", "exclusive-minimum"}
)
"""The kinds of the rules that a value must keep before a check reads it."""


def note(element: _Element, name: str) -> str:
    """Return an attribute of the annotation vocabulary; empty if the element does not have it."""
    return element.get(f"{CONTRACT}{name}") or ""


def _of_wire(path: str, kind: str, statement: str, severity: Severity, note: str = "") -> Rule:
    return Rule(f"{path}.{kind}", path, kind, statement, severity, "wire", note)


def type_rules(path: str, fields: Sequence[Field]) -> Iterator[Rule]:
    """Yield the rules of a type as a whole; a type of one field has no order."""
    statement = f"{path} contains only the elements of its schema"
    remark = "the service ignores unknown elements (vendor's interface)"
    yield _of_wire(path, "unknown-element", statement, Severity.ERROR, remark)
    if len(fields) > 1:
        statement = f"the elements of {path} are in the schema's order"
        remark = "the service accepts any order, and the reference's own examples use other orders"
        yield _of_wire(path, "out-of-order", statement, Severity.WARNING, remark)


def field_rules(
    element: _Element,
    path: str,
    base: str,
    facets: Sequence[Sequence[_Element]],
    *,
    required: bool,
    repeated: bool,
) -> Iterator[Rule]:
    """Yield the rules of a field, whose facets are grouped by kind."""
    yield from _wire_rules(path, base, required=required, repeated=repeated)
    name, source = str(element.get("name")), note(element, "source")
    if required:
        source, remark = note(element, "requiredSource") or source, note(element, "requiredNote")
        statement = f"{name} is required"
        yield Rule(
            f"{path}.required", path, "required", statement, Severity.ERROR, Source(source), remark
        )
    if note(element, "trimmed"):
        yield Rule(
            f"{path}.trimmed",
            path,
            "trimmed",
            f"{name} should not begin or end with white space",
            Severity.WARNING,
            "assumed: the service compares it character by character",
            presupposes=(f"{path}.empty",),
        )
    hard = [_facet_rule(each, element, path) for each in facets]
    yield from hard
    held = (f"{path}.type", f"{path}.empty", *(rule.id for rule in hard))
    for should in element.iterfind(f"{XS}annotation/{XS}appinfo/{CONTRACT}should"):
        yield _advice(should, path, held)


def _wire_rules(path: str, base: str, *, required: bool, repeated: bool) -> Iterator[Rule]:
    """Yield the rules that follow from the published schema and the service's reading."""
    name = path.rpartition(".")[2]
    if not repeated:
        statement = f"{name} occurs at most once; the service reads the last of several"
        yield _of_wire(path, "repeated", statement, Severity.ERROR)
    if base and base != "string":
        yield _of_wire(path, "type", f"{name} is a value of the type {base}", Severity.ERROR)
    if base in MAY_BE_EMPTY and required:
        statement = f"{name} is required and should not be empty"
        yield _of_wire(path, "empty", statement, Severity.WARNING)


def _facet_rule(facets: Sequence[_Element], element: _Element, path: str) -> Rule:
    """Return the rule of a facet; the values of an enumeration are one rule, patterns too."""
    first = facets[0]
    kind = KINDS[str(first.tag)]
    parent = first.getparent()
    said = parent if kind == "enumeration" and parent is not None else first
    return Rule(
        id=note(said, "rule") or f"{path}.{kind}",
        path=path,
        kind=kind,
        statement=note(said, "says"),
        severity=Severity.ERROR,
        source=Source(note(said, "source") or note(element, "source")),
        note=Source(note(said, "note") or note(element, "note")),
        presupposes=(f"{path}.type", f"{path}.empty"),
        parameter=(" " if kind == "enumeration" else "|").join(
            # the linter accepts an unpublished value, but nothing should generate one
            facet.get("value", "")
            for facet in facets
            if not note(facet, "unpublished")
        ),
    )


def _advice(should: _Element, path: str, presupposes: tuple[str, ...]) -> Rule:
    kind = should.get("kind", "")
    values = should.get("values") or should.get("value") or ""
    return _annotated(
        should,
        path,
        "recommended" if kind == "one-of" else kind,
        presupposes,
        " ".join(schemas.unit_codes()) if kind == "unit" else values,
    )


def _annotated(
    said: _Element, path: str, name: str, presupposes: Sequence[str], parameter: str
) -> Rule:
    """Return the rule that a ``c:should`` or ``c:check`` states; a warning unless it says error."""
    return Rule(
        id=f"{path}.{said.get('id') or name}",
        path=path,
        kind=said.get("kind", ""),
        statement=said.get("says", ""),
        severity=Severity(said.get("severity", Severity.WARNING)),
        source=Source(said.get("source", "")),
        note=said.get("note", ""),
        presupposes=tuple(dict.fromkeys(presupposes)),
        parameter=parameter,
    )


def check_of(said: _Element, path: str, by_name: Mapping[str, Field]) -> Check:
    """Return the check that a ``c:check`` of a type states."""
    element, condition = said.get("element", ""), said.get("field", "")
    reads = (*filter(None, (condition,)), *said.get("reads", "").split())
    # Derived from what the check reads, so that no schema has to repeat it.
    presupposes = (*_presupposed(reads, path, by_name), *said.get("presupposes", "").split())
    about, values = f"{path}.{element.rpartition('/')[2]}", said.get("values", "")
    return Check(
        _annotated(said, about, said.get("kind", ""), presupposes, values),
        element,
        condition,
        tuple(values.split()),
        reads,
        said.get("only") == "requests",
    )


def principal_check(
    operation: _Element, path: str, by_name: Mapping[str, Field]
) -> Iterator[Check]:
    """Yield the check that one type of principal calls an operation, if only one may."""
    allowed = note(operation, "principal")
    if len(allowed.split()) != 1:
        return
    element = "context/initiatorPrincipalId/type"
    rule = Rule(
        f"{path}.principal",
        f"{path}.principal",
        "principal",
        f"{path} must be called with principal type {allowed}",
        Severity(note(operation, "principalSeverity") or Severity.ERROR),
        Source(note(operation, "principalSource")),
        note(operation, "principalNote"),
        tuple(dict.fromkeys(_presupposed([element], path, by_name))),
        allowed,
    )
    yield Check(rule, element, values=(allowed,), reads=(element,))


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
