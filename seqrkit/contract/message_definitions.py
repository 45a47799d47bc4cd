"""The types of messages, their fields and rules, and the operations, as the documents have them.

`documented_schema` reads all of them from documented.xsd; what is deleted there is gone here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from seqrkit.contract.findings import Rule, Severity
from seqrkit.vocabulary import PrincipalType


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """An element inside a message.

    `path` begins the ids of its rules (``invoice.title``); `declaration` is its name in the schema,
    where two types may have the same path and other facets. An element that contains elements has a
    `type`; an element that contains text has a `base` (``string``, ``decimal``, ``dateTime`` ...).
    A `repeated` element may occur any number of times. The limits below are those of error rules;
    advice is among the `rules`, with the severity warning.
    """

    name: str
    path: str
    declaration: str
    type: MessageType | None
    base: str
    required: bool
    repeated: bool
    meaning: str
    source: str
    sample: str
    note: str
    secret: bool
    rules: tuple[Rule, ...]
    value_meanings: Mapping[str, str] = field(default_factory=dict)
    """The meanings of the values of an enumeration, if the schema states them."""
    requires: frozenset[str] = frozenset()
    """The names of the fields inside that are required; empty for all that its type requires."""

    def rule(self, kind: str) -> Rule | None:
        """Return the field's rule of a kind, an error rather than a warning, or `None`."""
        of_kind = [rule for rule in self.rules if rule.kind == kind]
        return min(of_kind, key=lambda rule: rule.severity == Severity.WARNING, default=None)

    @property
    def max_length(self) -> int | None:
        """The maximum number of characters."""
        return self._whole("max-length")

    @property
    def min_length(self) -> int | None:
        """The minimum number of characters."""
        return self._whole("min-length")

    @property
    def enumeration(self) -> tuple[str, ...]:
        """The allowed values; empty if there is no enumeration."""
        return tuple((self._limit("enumeration") or "").split())

    @property
    def pattern(self) -> str | None:
        """The regular expression that the whole value must match, in the syntax of XSD."""
        return self._limit("pattern")

    @property
    def minimum(self) -> Decimal | None:
        """The smallest value allowed."""
        return self._number("minimum")

    @property
    def maximum(self) -> Decimal | None:
        """The greatest value allowed."""
        return self._number("maximum")

    @property
    def exclusive_minimum(self) -> Decimal | None:
        """The number that the value must be greater than."""
        return self._number("exclusive-minimum")

    def _limit(self, kind: str) -> str | None:
        rule = self.rule(kind)
        return rule.parameter if rule is not None and rule.severity == Severity.ERROR else None

    def _whole(self, kind: str) -> int | None:
        limit = self._limit(kind)
        return None if limit is None else int(limit)

    def _number(self, kind: str) -> Decimal | None:
        limit = self._limit(kind)
        return None if limit is None else Decimal(limit)


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A rule across the fields of a type, as a ``c:check`` of the schema has it.

    `element` is the path of the element that the rule is about. `field` and `values` are the
    condition of the rule: that the text at the path `field` is one of the `values`. `reads` are
    the paths of all values that it needs. A check with `requests_only` does not apply to replies.
    """

    rule: Rule
    element: str
    field: str = ""
    values: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    requests_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class MessageType:
    """The content of an element: its fields in the order of the schema.

    `rules` are those about the type as a whole (no unknown elements, the order), with those of
    its `checks`.
    """

    name: str
    path: str
    meaning: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...] = ()
    by_name: dict[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.fields})

    def parts(self) -> Iterator[MessageType]:
        """Yield this type and the types inside it, some of them several times."""
        yield self
        for each in self.fields:
            if each.type is not None:
                yield from each.type.parts()

    def rule(self, kind: str) -> Rule:
        """Return the type's own rule of a kind (``unknown-element``, ``out-of-order``)."""
        return next(rule for rule in self.rules if rule.kind == kind)


Repeat = Literal["yes", "no", "ask-first"]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operation of the service.

    `principals` are the principal types that may call it, first the one that the client uses.
    `repeat` is whether a request whose reply was lost may be sent again, `repeat_sentence` what
    happens then.
    """

    name: str
    meaning: str
    source: str
    note: str
    group: str
    principals: tuple[str, ...]
    principal_source: str
    principal_severity: Severity
    repeat: Repeat
    repeat_sentence: str
    repeat_source: str
    request: MessageType
    reply: MessageType

    @property
    def admitted(self) -> frozenset[str]:
        """The principal types whose calls the service carries out.

        These are all of them if the rule about principals is only advice.
        """
        others = PrincipalType if self.principal_severity == Severity.WARNING else ()
        return frozenset(self.principals).union(others)
