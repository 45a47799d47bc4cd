"""Judges the text of one element: the facets of its type, and the advice beside them.

Whether a facet is broken is for xmlschema to say; advice is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from seqrkit.contract.documented_schema import KINDS, MAY_BE_EMPTY
from seqrkit.contract.finding_messages import WHITE, empty, wording
from seqrkit.contract.findings import Rule, Severity
from seqrkit.contract.message_types import Field, MessageType
from seqrkit.contract.numbers import is_ean, number
from seqrkit.contract.value_explainer import Explainer
from seqrkit.soap.values import date_time

Remark = tuple[Rule, str]
"""A rule that a value breaks, and how."""


def remarks(owner: MessageType, field: Field, text: str, explain: Explainer | None) -> list[Remark]:
    """What is wrong with the text of a field. Without `explain` its facets are known to hold."""
    blank = not text.strip(WHITE)
    if blank and (field.required or field.base not in MAY_BE_EMPTY):
        rule = field.rule("empty" if field.base in MAY_BE_EMPTY else "type")
        return [] if rule is None else [(rule, empty(field))]
    if field.base != "string" and not _FORMS.get(field.base, _PLAIN).fullmatch(text):
        return [(rule, wording(rule, field, text)) for rule in _rules(field, _TYPE)]
    if field.base == "dateTime" and not blank and date_time(text) is None:
        return [(rule, wording(rule, field, text)) for rule in _rules(field, _TYPE)]
    if explain is not None and (field.base != "string" or _has_facets(field)):
        broken = explain.broken(owner.name, field.name, text)
        if broken:
            return [(rule, wording(rule, field, text)) for rule in _rules(field, broken)]
    return list(_advice(field, text, blank=blank))


def doubt(field: Field) -> str:
    """When to look at a value whose facets hold, as an XPath predicate; empty for never.

    It may be true for values that there is nothing to remark on, but never the reverse.
    """
    doubts: list[str] = []
    for rule in field.rules:
        if rule.kind in ADVICE and rule.severity == Severity.WARNING:
            predicate = _DOUBTS.get(rule.kind)
            doubts.append(predicate(rule.parameter) if predicate else "true()")
    if field.base in MAY_BE_EMPTY and field.required and not field.enumeration:
        doubts.append(_BLANK)
    if field.base == "dateTime":
        doubts.append(_FAR_DATE)
    if field.base == "base64Binary":  # of which libxml2 takes any character that is not ASCII
        doubts.append("true()")
    return " or ".join(dict.fromkeys(doubts))


_PLAIN: Final = re.compile("[\\t-^`-~]*")
"""What numbers, dates and base64 are written in: all of ASCII but the underscore.

xmlschema takes an Arabic digit, 1_000 or a no-break space around a number for numbers.
"""
_NUMBER: Final = re.compile("[ \\t\\r\\n]*[^ \\t\\r\\n_\\x7f-\\U0010ffff]+[ \\t\\r\\n]*")
_BASE64: Final = re.compile(
    r"\s*(?:(?:[A-Za-z0-9+/]\s*){4})*(?:(?:[A-Za-z0-9+/]\s*){2}(?:=\s*=|[A-Za-z0-9+/]\s*=)\s*)?",
    re.ASCII,
)
_FORMS: Final = {"decimal": _NUMBER, "int": _NUMBER, "long": _NUMBER, "base64Binary": _BASE64}
"""What is looked for besides: xmlschema takes 1 000 for a number, and libxml2 stray characters
for base64.
"""

_TYPE: Final = frozenset({"type"})
_FACETS: Final = frozenset(KINDS.values())


def _rules(field: Field, broken: frozenset[str]) -> Iterator[Rule]:
    for rule in field.rules:
        if rule.kind in broken and rule.severity == Severity.ERROR:
            yield rule


def _has_facets(field: Field) -> bool:
    return any(rule.kind in _FACETS and rule.severity == Severity.ERROR for rule in field.rules)


def _advice(field: Field, text: str, *, blank: bool) -> Iterator[Remark]:
    for rule in field.rules:
        judge = ADVICE.get(rule.kind)
        if judge is None or rule.severity == Severity.ERROR:
            continue
        if blank and rule.kind != "not-blank":
            continue  # an empty element says nothing that could be against advice
        if judge(text, rule.parameter):
            yield rule, wording(rule, field, text)


def _below(text: str, minimum: str) -> bool:
    value = number(text)
    return value is not None and value < Decimal(minimum)


ADVICE: Final[dict[str, Callable[[str, str], bool]]] = {
    "one-of": lambda text, values: text not in values.split(),
    "minimum": _below,
    "max-length": lambda text, limit: len(text) > int(limit),
    "not-blank": lambda text, _: not text.strip(WHITE),
    "ean": lambda text, _: not is_ean(text.strip(WHITE)),
    "pattern": lambda text, pattern: re.fullmatch(pattern, text, re.ASCII) is None,
}
"""Is a value against advice of this kind? Of value and parameter."""

_FAR_DATE: Final = (
    "substring(normalize-space(), 5, 1) != '-' or starts-with(normalize-space(), '000') "
    "or starts-with(normalize-space(), '9999')"
)
"""Years that the schema allows and Python's datetime may not hold."""
_BLANK: Final = "not(normalize-space())"
_DOUBTS: Final[dict[str, Callable[[str], str]]] = {
    "one-of": lambda values: " and ".join(f". != '{value}'" for value in values.split()),
    "minimum": lambda limit: f"not(. = '{limit}' or . > {limit})",
    "max-length": lambda limit: f"string-length() > {limit}",
    "not-blank": lambda _: _BLANK,
}
"""The XPath predicates of the kinds of advice that XPath can judge, or nearly; see `doubt`."""
