"""The comparison of a message with the content model, which finds all differences at once.

A validator stops at the first unexpected child and cannot distinguish a missing element from a
displaced one. This comparison reports every missing, unknown, repeated and displaced element, and
judges each value.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lxml.etree import _Element

from seqrkit.contract import envelope_rules
from seqrkit.contract.cross_field_rules import judge_whole, judges_of
from seqrkit.contract.finding_messages import WHITE, alike, followed
from seqrkit.contract.findings import (
    LONGEST_VALUE,
    Finding,
    Rule,
    Severity,
    quote,
    shorten,
    stray,
)
from seqrkit.contract.message_definitions import Field, MessageType
from seqrkit.contract.misplaced_and_wrapped_elements import NUMBERED
from seqrkit.contract.placeholders import placeholder
from seqrkit.contract.value_rules import Explainer, remarks
from seqrkit.contract.xsi_types import XSI_NAMESPACE, XSI_TYPE, XsiTypes
from seqrkit.soap import MASK, local, namespace

XSI: Final = f"{{{XSI_NAMESPACE}}}"
_XSI_NIL: Final = f"{XSI}nil"
_XSI_LOCATIONS: Final = frozenset({f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation"})

Child = tuple[_Element, Field, str]
"""A child that the type has, its field, and its step in a path."""


class Comparison:
    """The comparison of one operation's element with its type `top`; `found` are the findings."""

    def __init__(
        self, explain: Explainer, xsi_types: XsiTypes, top: MessageType, *, of_request: bool
    ) -> None:
        self._explain = explain
        self._xsi_types = xsi_types
        self._top = top
        self._of_request = of_request
        self.found: list[tuple[_Element, Finding]] = []

    def compare(
        self,
        element: _Element,
        kind: MessageType,
        path: str,
        *,
        qualified: bool = False,
        requires: frozenset[str] = frozenset(),
    ) -> None:
        """Judge an element that contains elements; `qualified` ones are in its namespace.

        If it `requires` only some fields, the others that its type requires are advice.
        """
        start = len(self.found)
        if not len(element) and (element.text or "").lstrip().startswith("<"):
            message = (
                f"the elements of {local(element)} are written as text, escaped or in a CDATA "
                "section; write them as elements"
            )
            self._add(envelope_rules.TEXT, element, path, message)
            return
        unfilled = "" if len(element) else placeholder(element.text or "")
        if unfilled:
            message = f"{quote(element.text or '')} {unfilled}; write the elements of {kind.name}"
            self._add(envelope_rules.TEXT, element, path, message)
            return
        self._stray_text(element, kind, path)
        known, unknown = self._sort(element, kind, path, qualified=qualified)
        lookalikes = self._unknown(unknown, known, kind, path) if unknown else set[str]()
        present = {field.name for _, field, _ in known} | lookalikes
        absent = [field for field in kind.fields if field.name not in present]
        self._missing(element, absent, path, requires)
        self._repeated(known, path)
        self._displaced(known, kind, path)
        for child, field, step in known:
            self._child(child, kind, field, f"{path}/{step}")
        if not any(namespace(child) for child, _, _ in known):  # rules find unqualified names only
            judges = judges_of(kind, of_request=self._of_request)
            judge_whole(judges, element, path, self.found, start)

    def attributes(self, element: _Element, path: str, kind: MessageType | Field) -> bool:
        """Report the attributes of an element; return whether it is nil."""
        nil = False
        hidden = isinstance(kind, Field) and kind.secret
        for name in map(str, element.keys()[:_MOST_ATTRIBUTES]):
            said = element.get(name, "")
            value = MASK if hidden and not _is_type_name(name, said) else said
            place = f"{path}/@{local_name(name)}"
            if name == _XSI_NIL:
                nil = said.strip() in {"true", "1"}
                words = (
                    f"is nil; {_instead_of_nil(kind)}" if nil else "is not nillable; remove xsi:nil"
                )
                self._add(envelope_rules.NIL, element, path, f"<{local(element)}> {words}", value)
            elif name == XSI_TYPE:
                problem = self._xsi_types.problem(element, path)
                if problem and value == MASK:
                    problem = f"xsi:type is {MASK}, which is not the type of <{local(element)}>"
                if problem:
                    self._add(envelope_rules.XSI_TYPE, element, place, problem, value)
            elif name not in _XSI_LOCATIONS:
                given = f"{local_name(name)}={quote(value)}"
                message = f"<{local(element)}> has an unknown attribute {given}"
                inner = kind.type if isinstance(kind, Field) else kind
                if inner is not None and name in inner.by_name:
                    message += f"; write an element <{name}>"
                self._add(envelope_rules.ATTRIBUTE, element, place, message, value)
        return nil

    def _child(self, child: _Element, owner: MessageType, field: Field, path: str) -> None:
        if self.attributes(child, path, field):
            return
        if field.type is not None:
            qualified = bool(namespace(child))
            self.compare(child, field.type, path, qualified=qualified, requires=field.requires)
        else:
            self._leaf(child, owner, field, path)

    def _leaf(self, element: _Element, owner: MessageType, field: Field, path: str) -> None:
        inner = next(element.iterchildren("*"), None)
        if inner is not None:
            message = f"<{local(inner)}> is inside {field.name}, which contains text only"
            rule = owner.rule("unknown-element")
            self._add(rule, inner, f"{path}/{local(inner)}", message)
            return
        text = element.text or ""
        for rule, message in remarks(field, text, self._explain):
            self._add(rule, element, path, message, MASK if field.secret else text)

    def _stray_text(self, element: _Element, kind: MessageType, path: str) -> None:
        children = list(element)
        texts = [element.text, *(child.tail for child in children)]
        if not any(text and text.strip(WHITE) for text in texts):
            return
        followers = [*children, *children[-1:], element]
        strays = [
            (text.strip(WHITE), beside)
            for text, beside in zip(texts, followers, strict=False)
            if text and text.strip(WHITE)
        ]
        text, beside = " ".join(text for text, _ in strays), strays[0][1]
        if any(field.secret for field in kind.fields) and quote(text) in stray(text):
            text = MASK  # it may be a password without its element
        message = f"{stray(text)} is between the elements of {local(element)}"
        self._add(envelope_rules.TEXT, beside, path, message, text)

    def _sort(
        self, element: _Element, kind: MessageType, path: str, *, qualified: bool
    ) -> tuple[list[Child], list[_Element]]:
        """Separate the children that the type has from the others; report qualified names."""
        known: list[Child] = []
        unknown: list[_Element] = []
        astray: list[_Element] = []
        children = list(element.iterchildren("*"))
        times, seen = Counter(map(local, children)), Counter[str]()
        for child in children:
            name = local(child)
            field = kind.by_name.get(name)
            if field is None:
                unknown.append(child)
                continue
            seen[name] += 1
            several = field.repeated or times[name] > 1
            known.append((child, field, f"{name}[{seen[name]}]" if several else name))
            if namespace(child) and not qualified:
                astray.append(child)
        if astray:
            first = astray[0]
            more = f" (also {len(astray) - 1} more elements)" if len(astray) > 1 else ""
            message = (
                f"<{local(first)}> is in the namespace {quote(namespace(first))}; "
                f"elements inside an operation are unqualified, in no namespace{more}"
            )
            rule = kind.rule("unknown-element")
            self._add(rule, first, f"{path}/{local(first)}", message)
        return known, unknown

    def _unknown(
        self, unknown: list[_Element], known: list[Child], kind: MessageType, path: str
    ) -> set[str]:
        """Report the elements that the type does not have; return the names they may stand for."""
        present = {field.name for _, field, _ in known}
        absent = [field.name for field in kind.fields if field.name not in present]
        meant: set[str] = set()
        map_reported = False
        for number, child in enumerate(unknown):
            name = local(child)
            place = f"{path}/{name}"
            if kind.path == "parameterMap" and name == "entry":
                if not map_reported:
                    message = (
                        "<entry> is directly inside parameters, so the service reads an empty map; "
                        "put it into <parameter>"
                    )
                    message += followed(f"{kind.path}.{name}")
                    self._add(envelope_rules.PARAMETER_MAP, child, place, message)
                map_reported = True
                continue
            like = alike(name, absent) if number < _GUESSES else ""
            if like:
                meant.add(like)  # or it would be reported as missing, too
            hint = f"; did you mean <{like}>?" if like else ""
            said = followed(f"{kind.path}.{name}")
            if not hint and not said and number < _GUESSES:
                hint = self._home(name, kind)
            if kind.path == "parameterMap":
                hint = "; write it as the <key> of an <entry> inside <parameter>"
            if NUMBERED.fullmatch(name):
                hint = "; give parameters the names in the WSDL"
            message = f"{kind.path} has no element <{shorten(name)}>{hint}{said}"
            self._add(kind.rule("unknown-element"), child, place, message)
            if like:
                self._child(child, kind, kind.by_name[like], place)
        return meant

    def _home(self, name: str, kind: MessageType) -> str:
        homes = {part.path for part in self._top.parts() if name in part.by_name} - {kind.path}
        return f"; it belongs to {homes.pop()}" if len(homes) == 1 else ""

    def _missing(
        self, element: _Element, absent: Sequence[Field], path: str, requires: frozenset[str]
    ) -> None:
        for field in absent:
            rule = field.rule("required")
            if rule is None:
                continue
            if requires and field.name not in requires:
                rule = replace(rule, severity=Severity.WARNING)
            sample = (
                f", for example {quote(field.sample)}" if field.sample and not field.secret else ""
            )
            message = f"{field.name} is missing from {local(element)}{sample}"
            self._add(rule, element, f"{path}/{field.name}", message)

    def _repeated(self, known: list[Child], path: str) -> None:
        seen: set[str] = set()
        for child, field, step in known:
            rule = field.rule("repeated")
            if rule is not None and field.name in seen:
                message = f"<{field.name}> occurs again; the service reads the last one"
                self._add(rule, child, f"{path}/{step}", message)
            seen.add(field.name)

    def _displaced(self, known: list[Child], kind: MessageType, path: str) -> None:
        order = {field.name: place for place, field in enumerate(kind.fields)}
        judged: list[Child] = []
        met: set[str] = set()
        for each in known:  # repeated elements have been reported: only the first one counts
            if each[1].repeated or each[1].name not in met:
                judged.append(each)
            met.add(each[1].name)
        places = [order[field.name] for _, field, _ in judged]
        kept = longest_in_order(places)
        if len(kept) == len(judged):
            return
        names = [field.name for _, field, _ in judged]
        first = {places[number]: number for number in sorted(kept, reverse=True)}
        last = {places[number]: number for number in sorted(kept)}
        for number, (child, field, step) in enumerate(judged):
            if number in kept:
                continue
            before = next((n for p, n in first.items() if n < number and p > places[number]), None)
            after = next((n for p, n in last.items() if n > number and p < places[number]), None)
            if before is not None:
                where = f"after <{names[before]}>; the schema has it before"
            else:
                where = f"before <{names[after or 0]}>; the schema has it after"
            message = f"<{field.name}> is {where}"
            self._add(kind.rule("out-of-order"), child, f"{path}/{step}", message)

    def _add(
        self, rule: Rule, element: _Element, path: str, message: str, value: str | None = None
    ) -> None:
        shown = None if value is None else shorten(value, LONGEST_VALUE)
        self.found.append((element, Finding(rule, path, element.sourceline, message, shown)))


_MOST_ATTRIBUTES: Final = 50
"""The most attributes of one element that are read: lxml takes quadratic time."""
_GUESSES: Final = 20
"""The most unknown elements of one parent whose name is guessed: difflib is slow."""


def in_document_order(found: list[tuple[_Element, Finding]], top: _Element) -> tuple[Finding, ...]:
    """Return the findings in document order; those about missing elements are at their parent."""
    if len(found) > 1:
        places = {element: place for place, element in enumerate(top.iter())}
        found = sorted(found, key=lambda each: places.get(each[0], 0))
    return tuple(finding for _, finding in found)


def longest_in_order(places: Sequence[int]) -> set[int]:
    """Return the positions of a longest subsequence that never descends."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, place in enumerate(places):
        # right, because equal places are repetitions and in order
        length = bisect_right(tails, place)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [position]
    kept: set[int] = set()
    position = ends[-1] if ends else -1
    while position >= 0:
        kept.add(position)
        position = before[position]
    return kept


def local_name(name: str) -> str:
    """Return an attribute's name without its namespace."""
    return name.rpartition("}")[2]


def _is_type_name(name: str, value: str) -> bool:
    """Return whether an attribute of a secret element cannot contain the secret."""
    return name == _XSI_NIL or (name == XSI_TYPE and ":" in value)


def _instead_of_nil(kind: MessageType | Field) -> str:
    if isinstance(kind, MessageType):
        return "give it its elements"
    return "give it a value" if kind.required else "omit the element"
