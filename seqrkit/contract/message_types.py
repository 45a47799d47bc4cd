"""The shape of messages as the documents demand it: types, their fields, the operations.

Everything here is read from documented.xsd by `facets`; a facet deleted there is gone here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from seqrkit.contract.findings import Rule, Severity
from seqrkit.vocabulary import PrincipalType


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """An element inside a message.

    `path` is what its rules' ids begin with (``invoice.title``). `type` is there for an element
    with elements inside; `base` (``string``, ``decimal``, ``dateTime`` ...) for one with text.
    `repeated` means any number of times. The limits are those whose breach is an error; advice is
    among the `rules` as a warning.
    """

    name: str
    path: str
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
    """What each of the values of an enumeration means, where that is said."""

    def rule(self, kind: str) -> Rule | None:
        """The rule of that kind, an error before a warning; `None` where there is none."""
        of_kind = [rule for rule in self.rules if rule.kind == kind]
        return min(of_kind, key=lambda rule: rule.severity == Severity.WARNING, default=None)

    @property
    def max_length(self) -> int | None:
        """The most characters it may have."""
        return self._whole("max-length")

    @property
    def min_length(self) -> int | None:
        """The fewest characters it may have."""
        return self._whole("min-length")

    @property
    def enumeration(self) -> tuple[str, ...]:
        """The only values it may have; empty where any will do."""
        return tuple((self._limit("enumeration") or "").split())

    @property
    def pattern(self) -> str | None:
        """The regular expression that the whole value must match (XSD's dialect)."""
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
        """What the value must be greater than."""
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
class MessageType:
    """The content of an element: its fields in the schema's order.

    `rules` are those of the whole: no unknown elements; the order, where there is one.
    """

    name: str
    path: str
    meaning: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    by_name: dict[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.fields})

    def rule(self, kind: str) -> Rule:
        """The type's own rule of that kind (``unknown-element``, ``out-of-order``)."""
        return next(rule for rule in self.rules if rule.kind == kind)


Repeat = Literal["yes", "no", "ask-first"]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One of the service's operations.

    `principals` may call it; the first is what the client uses. `repeat` says whether a request
    whose reply was lost may be sent again, `repeat_sentence` what that does.
    """

    name: str
    meaning: str
    source: str
    note: str
    group: str
    principals: tuple[str, ...]
    principal_source: str
    principal_severity: Severity
    principal_note: str
    repeat: Repeat
    repeat_sentence: str
    repeat_source: str
    request: MessageType
    reply: MessageType

    @property
    def admitted(self) -> frozenset[str]:
        """Whose calls are carried out: anybody's, where another's is only advised against."""
        others = PrincipalType if self.principal_severity == Severity.WARNING else ()
        return frozenset(self.principals).union(others)
