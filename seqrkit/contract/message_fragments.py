"""Fragments: parts of a message outside of one, such as `<invoice>` or `<tokens>`.

The types that a fragment can have come from the schema: those of the fields with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from seqrkit import soap
from seqrkit.contract import envelope_rules
from seqrkit.contract.findings import Finding, Severity, shorten
from seqrkit.contract.message_definitions import Field, MessageType, Operation
from seqrkit.errors import ConfigurationError

Compare = Callable[[_Element, MessageType], tuple[Finding, ...]]
"""Compares an element with a type; the linter's."""


class _Candidate(NamedTuple):
    """A field that a fragment can be, and the type that has it."""

    owner: MessageType
    field: Field

    @property
    def label(self) -> str:
        """The name of the candidate: the path of its type, or of the field if it has text."""
        return self.field.path if self.field.type is None else self.field.type.path


class Fragments:
    """Judges elements that are a part of a message."""

    def __init__(
        self,
        types: Mapping[str, MessageType],
        operations: Mapping[str, Operation],
        compare: Compare,
    ) -> None:
        self._compare = compare
        self._types = {kind.path: kind for kind in types.values()}
        self._types |= types
        self._sent = {kind.path for each in operations.values() for kind in each.request.parts()}
        self._by_name: dict[str, dict[str, _Candidate]] = {}
        for owner in types.values():
            for field in owner.fields:
                candidate = _Candidate(owner, field)
                self._by_name.setdefault(field.name, {}).setdefault(candidate.label, candidate)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the elements that a fragment can be."""
        return tuple(self._by_name)

    def is_one(self, element: _Element) -> bool:
        """Return whether an element is a part of a message, by its name or by its content."""
        return soap.local(element) in self._by_name or self._guess(element) is not None

    def _guess(self, element: _Element) -> MessageType | None:
        """Return the type that an element with another name has, by the names of its children.

        An element in a namespace is an operation with a wrong name, not a part of a message.
        """
        if soap.namespace(element):
            return None
        children = {soap.local(child) for child in element.iterchildren("*")}
        known = {kind: len(children & kind.by_name.keys()) for kind in self._types.values()}
        best = max(known, key=lambda kind: (known[kind], kind.path in self._sent))
        return best if known[best] and known[best] * 2 >= len(children) else None

    def lint(self, element: _Element) -> tuple[Finding, ...]:
        """Judge a fragment as what its name says; report if that is ambiguous.

        A part of requests comes before a part of replies, then the one with fewer errors; for a
        single value, the one that fits it comes first.
        """
        guess = None if soap.local(element) in self._by_name else self._guess(element)
        if guess is not None:
            name = shorten(soap.local(element))
            message = (
                f"the API has no element <{name}>; by its content it is judged as {guess.path}"
            )
            other = Finding(envelope_rules.EXCERPT, name, element.sourceline, message)
            return (other, *self._compare(element, guess))
        found = {
            label: self._as_field(element, each)
            for label, each in self._by_name[soap.local(element)].items()
        }
        best = min(found, key=lambda label: self._rank(element, label, found[label]))
        texts = {
            tuple((each.rule.kind, each.message) for each in every) for every in found.values()
        }
        if len(texts) == 1:
            return found[best]
        others = ", ".join(f"--as {label}" for label in found if label != best)
        message = (
            f"<{soap.local(element)}> is judged as {best}; if it is another part of a message, "
            f"use {others}"
        )
        rule = envelope_rules.EXCERPT
        ambiguous = Finding(rule, soap.local(element), element.sourceline, message)
        return (ambiguous, *found[best])

    def lint_as(self, element: _Element, name: str) -> tuple[Finding, ...]:
        """Judge an element as the type or field of that name, whatever its own name is.

        If the type has a field with the element's name, the element is judged as that field.
        Raises `ConfigurationError` for an unknown name.
        """
        kind, own = self._types.get(name), soap.local(element)
        candidates = {
            each.label: each for every in self._by_name.values() for each in every.values()
        }
        if kind is not None and own in kind.by_name:
            return self._as_field(element, _Candidate(kind, kind.by_name[own]))
        if kind is not None:
            return self._compare(element, kind)
        if name in candidates:
            return self._as_field(element, candidates[name])
        choices = ", ".join(sorted(self._by_name.get(own) or self._types))
        raise ConfigurationError(f"{name!r} is not a part of a message; use one of: {choices}")

    def _rank(
        self, element: _Element, label: str, findings: tuple[Finding, ...]
    ) -> tuple[bool, bool, bool, int]:
        owner = self._by_name[soap.local(element)][label].owner
        errors = [each for each in findings if each.severity is Severity.ERROR]
        is_leaf = not len(element)  # whose value tells more than where it is used
        other_type = is_leaf and any(each.rule.kind == "type" for each in errors)
        unsent = owner.path not in self._sent
        return other_type, is_leaf and bool(errors), unsent, len(errors)

    def _as_field(self, element: _Element, candidate: _Candidate) -> tuple[Finding, ...]:
        """Judge an element inside an otherwise empty parent, and drop what the parent lacks."""
        # Judged by the code that judges whole messages, so that both say the same.
        parent = etree.Element(candidate.owner.path)
        child = deepcopy(element)
        # The text after the element is not its parent's.
        child.tag, child.tail = candidate.field.name, None
        parent.append(child)
        place, of_parent = (
            f"{candidate.owner.path}/{candidate.field.name}",
            candidate.owner.path + ".",
        )
        return tuple(
            replace(each, path=each.path.partition("/")[2].replace("[1]", "", 1))
            for each in self._compare(parent, candidate.owner)
            if each.path.startswith(place)
            and (each.rule.path == candidate.field.path or not each.id.startswith(of_parent))
        )
