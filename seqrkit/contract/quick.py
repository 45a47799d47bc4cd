"""Judges a message that libxml2 has found valid: advice, empty values, the cross-field rules.

This is what nearly every message goes through, so it looks only at what can still be remarked on,
and builds a path only where something is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lxml.etree import _Element

from seqrkit.contract.fields import Field, MessageType
from seqrkit.contract.findings import Finding, shorten
from seqrkit.contract.rules import Judge
from seqrkit.contract.values import remarks, watcher
from seqrkit.soap import MASK


@dataclass(slots=True)
class Step:
    """What to do with one child: look at its text, or go on below it."""

    field: Field
    suspicious: Callable[[str], bool] | None
    plan: Plan | None


@dataclass(slots=True)
class Plan:
    """What to look at in an element of one type."""

    type: MessageType
    steps: dict[object, Step]
    judges: Sequence[Judge]


def plan_of(kind: MessageType, judges: Mapping[str, Sequence[Judge]]) -> Plan:
    """What there is to look at in a type; parts without anything to look at are left out."""
    steps: dict[object, Step] = {}
    for field in kind.fields:
        inner = None if field.type is None else plan_of(field.type, judges)
        suspicious = watcher(field) if field.type is None else None
        if suspicious is not None or (inner is not None and (inner.steps or inner.judges)):
            steps[field.name] = Step(field, suspicious, inner)
    return Plan(kind, steps, judges.get(kind.path, ()))


def judge_valid(
    element: _Element, plan: Plan, path: str, found: list[tuple[_Element, Finding]]
) -> None:
    """Add to `found` what is to be remarked on a valid element."""
    start = len(found)
    number = 0
    step_of = plan.steps.get
    for child in element if plan.steps else ():
        step = step_of(child.tag)
        if step is None:
            continue
        if step.suspicious is not None:
            if step.suspicious(child.text or ""):
                _remark(child, plan.type, step.field, path, found)
        elif step.plan is not None:
            number = number + 1 if step.field.repeated else 0
            name = f"{step.field.name}[{number}]" if number else step.field.name
            judge_valid(child, step.plan, f"{path}/{name}", found)
    for judge in plan.judges:
        for problem in judge(element):
            broken = {finding.id for _, finding in found[start:]}
            if broken.isdisjoint(problem.rule.presupposes):
                at, place = problem.element, f"{path}/{problem.place}"
                finding = Finding(
                    problem.rule, place, at.sourceline, problem.message, problem.value
                )
                found.append((at, finding))


def _remark(
    element: _Element,
    owner: MessageType,
    field: Field,
    path: str,
    found: list[tuple[_Element, Finding]],
) -> None:
    text = element.text or ""
    shown = MASK if field.secret else shorten(text, 200)
    for rule, message in remarks(owner, field, text, None):
        place = f"{path}/{field.name}"
        found.append((element, Finding(rule, place, element.sourceline, message, shown)))
