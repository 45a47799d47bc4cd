"""Judges a message that libxml2 has found valid: advice, empty values, the cross-field rules.

This is what nearly every message goes through. One XPath asks, in libxml2, whether there is any
doubt; only then is the message walked, the judges called and paths built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml.etree import XPath, _Element

from seqrkit.contract.cross_field_rules import Judge, judge_whole
from seqrkit.contract.findings import LONGEST_VALUE, Finding, shorten
from seqrkit.contract.message_types import Field, MessageType
from seqrkit.contract.value_rules import doubt, remarks
from seqrkit.soap import MASK


@dataclass(frozen=True)
class Plan:
    """What to look at in an element of one type: fields, the plans of those with elements inside.

    `doubt` is the XPath predicate that tells when.
    """

    type: MessageType
    fields: Mapping[object, tuple[Field, Plan | None]]
    judges: Sequence[Judge]
    doubt: str

    @cached_property
    def doubtful(self) -> XPath:
        """Whether there may be something to remark on in an element."""
        return XPath(f"boolean(self::node()[{self.doubt or 'false()'}])")


def plan_of(kind: MessageType, judges: Mapping[str, Sequence[Judge]]) -> Plan:
    """What there is to look at in a type; parts without anything to look at are left out."""
    fields: dict[object, tuple[Field, Plan | None]] = {}
    doubts: list[str] = []
    for field in kind.fields:
        inner = None if field.type is None else plan_of(field.type, judges)
        about = doubt(field) if inner is None else inner.doubt
        if about:
            fields[field.name] = (field, inner)
            doubts.append(f"{field.name}[{about}]")
    own = judges.get(kind.path, ())
    doubts += [judge.doubt for judge in own]
    return Plan(kind, fields, own, " or ".join(doubts))


def judge_valid(
    element: _Element, plan: Plan, path: str, found: list[tuple[_Element, Finding]]
) -> None:
    """Add to `found` what is to be remarked on a valid element."""
    start = len(found)
    number = 0
    for child in element:
        field, inner = plan.fields.get(child.tag, (None, None))
        if field is None:
            continue
        if inner is None:
            _remark(child, plan.type, field, path, found)
            continue
        number = number + 1 if field.repeated else 0
        name = f"{field.name}[{number}]" if number else field.name
        judge_valid(child, inner, f"{path}/{name}", found)
    judge_whole(plan.judges, element, path, found, start)


def _remark(
    element: _Element,
    owner: MessageType,
    field: Field,
    path: str,
    found: list[tuple[_Element, Finding]],
) -> None:
    text = element.text or ""
    shown = MASK if field.secret else shorten(text, LONGEST_VALUE)
    for rule, message in remarks(owner, field, text, None):
        place = f"{path}/{field.name}"
        found.append((element, Finding(rule, place, element.sourceline, message, shown)))
