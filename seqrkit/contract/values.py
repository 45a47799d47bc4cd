"""Judges the text of one element: the facets of its type, and the advice beside them.

Whether a facet is broken is for xmlschema to say (it is imported when a message first fails);
the words are ours, about the value at hand. Advice is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seqrkit.contract.facets import KINDS
from seqrkit.contract.fields import Field, MessageType
from seqrkit.contract.findings import Rule, Severity, quote, shorten
from seqrkit.contract.rules import count, in_words, number
from seqrkit.soap import MASK

if TYPE_CHECKING:
    import xmlschema

WHITE: Final = " \t\r\n"
"""White space as XML has it: a value of nothing else is as good as none."""

Remark = tuple[Rule, str]
"""A rule that a value breaks, and how."""

_CACHED_LENGTH: Final = 64
_TYPES: Final = {
    "decimal": "a decimal number such as 149.99",
    "int": "a whole number of at most 32 bits",
    "long": "a whole number of at most 64 bits",
    "dateTime": "a date and time such as 2015-12-25T12:34:56",
    "base64Binary": "base64",
}


class Explainer:
    """Asks xmlschema which facets a value breaks. Loads it, and the schema, when first asked."""

    def __init__(self, documented: Path) -> None:
        self._path = documented
        self._loaded: xmlschema.XMLSchema | None = None
        self._short = lru_cache(maxsize=2048)(self._broken)

    def broken(self, type_name: str, field: str, text: str) -> frozenset[str]:
        """The kinds of the facets that `text` breaks; ``type`` alone where it is not of the type.

        Short answers are kept: most values come again, and xmlschema takes its time.
        """
        ask = self._short if len(text) <= _CACHED_LENGTH else self._broken
        return ask(type_name, field, text)

    def _broken(self, type_name: str, field: str, text: str) -> frozenset[str]:
        errors = self._simple_type(type_name, field).iter_errors(text)
        tags = {getattr(getattr(e.validator, "elem", None), "tag", None) for e in errors}
        if tags - KINDS.keys():
            return frozenset({"type"})
        return frozenset(KINDS[tag] for tag in tags if tag is not None)

    def _simple_type(self, type_name: str, field: str) -> xmlschema.validators.XsdSimpleType:
        import xmlschema
        from xmlschema.validators import XsdElement, XsdGroup, XsdSimpleType

        if self._loaded is None:
            self._loaded = xmlschema.XMLSchema(str(self._path))
        content = self._loaded.types[type_name].content  # type: ignore[union-attr]
        assert isinstance(content, XsdGroup)
        for element in content.iter_elements():
            if isinstance(element, XsdElement) and element.local_name == field:
                assert isinstance(element.type, XsdSimpleType)
                return element.type
        raise LookupError(f"{type_name} has no {field}")  # pragma: no cover - one schema, read twice


def remarks(owner: MessageType, field: Field, text: str, explain: Explainer | None) -> list[Remark]:
    """What is wrong with the text of a field. Without `explain` its facets are known to hold."""
    blank = not text.strip(WHITE)
    if blank and field.base != "string":
        rule = field.rule("type")
        return [] if rule is None else [(rule, f"it is empty; {_of_type(field)} is expected")]
    if blank and field.required:
        rule = field.rule("empty")
        return [] if rule is None else [(rule, _empty(field))]
    if explain is not None and (field.base != "string" or _has_facets(field)):
        broken = explain.broken(owner.name, field.name, text)
        if broken:
            return [(rule, wording(rule, field, text)) for rule in _rules(field, broken)]
    return list(_advice(field, text, blank=blank))


def watcher(field: Field) -> Callable[[str], bool] | None:
    """A quick look at a value whose facets hold: is there anything to remark? `None`: never."""
    advised = any(rule.kind in ADVICE and rule.severity == Severity.WARNING for rule in field.rules)
    if advised:
        return lambda text: bool(remarks(_NOBODY, field, text, None))
    if field.base == "string" and field.required and not field.enumeration:
        return lambda text: not text.strip(WHITE)
    return None


_NOBODY = MessageType("", "", "", (), ())


def _rules(field: Field, broken: frozenset[str]) -> Iterator[Rule]:
    for rule in field.rules:
        if rule.kind in broken and rule.severity == Severity.ERROR:
            yield rule


def _has_facets(field: Field) -> bool:
    kinds = set(KINDS.values())
    return any(rule.kind in kinds and rule.severity == Severity.ERROR for rule in field.rules)


def _advice(field: Field, text: str, *, blank: bool) -> Iterator[Remark]:
    for rule in field.rules:
        judge = ADVICE.get(rule.kind)
        if judge is None or rule.severity == Severity.ERROR:
            continue
        if blank and rule.kind != "not-blank":
            continue  # an empty element says nothing that could be against advice
        if judge(text, rule.parameter):
            yield rule, wording(rule, field, text)


def _is_ean(text: str) -> bool:
    digits = text.strip(WHITE)
    if not re.fullmatch(r"[0-9]{8}|[0-9]{13}", digits, re.ASCII):
        return False
    return ean_check_digit(digits[:-1]) == digits[-1]


def ean_check_digit(digits: str) -> str:
    """The last digit of an EAN whose others are given: weights 3 and 1 from the right."""
    weighted = sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(digits)))
    return str(-weighted % 10)


def _below(text: str, minimum: str) -> bool:
    value = number(text)
    return value is not None and value < Decimal(minimum)


ADVICE: Final[dict[str, Callable[[str, str], bool]]] = {
    "one-of": lambda text, values: text not in values.split(),
    "minimum": _below,
    "max-length": lambda text, limit: len(text) > int(limit),
    "not-blank": lambda text, _: not text.strip(WHITE),
    "ean": lambda text, _: not _is_ean(text),
    "pattern": lambda text, pattern: re.fullmatch(pattern, text, re.ASCII) is None,
}
"""Is a value against advice of this kind? Of value and parameter."""


def wording(rule: Rule, field: Field, text: str) -> str:
    """What is wrong with the value at hand, in a sentence without a full stop."""
    shown = MASK if field.secret else quote(text)
    words = _WORDINGS.get(rule.kind)
    if words is not None:
        return words(rule, field, text, shown)
    return f"{shown} is not as asked: {rule.statement}"


def _too_long(rule: Rule, field: Field, text: str, shown: str) -> str:
    del field
    allowed = f"at most {rule.parameter} are allowed"
    if rule.severity == Severity.WARNING:
        allowed = f"more than {rule.parameter} are too many"
    return f"{shown} has {len(text)} characters; {allowed}"


def _too_short(rule: Rule, field: Field, text: str, shown: str) -> str:
    del field
    return f"{shown} has {count(len(text), 'character')}; at least {rule.parameter} are needed"


def _wrong_type(rule: Rule, field: Field, text: str, shown: str) -> str:
    del rule
    if field.base == "decimal" and re.fullmatch(r"\s*[-+]?[0-9]+,[0-9]+\s*", text, re.ASCII):
        return f"{shown} has a decimal comma; a decimal point is expected"
    return f"{shown} is not {_of_type(field)}"


def _no_match(rule: Rule, field: Field, text: str, shown: str) -> str:
    most = re.search(r"\\\.\[0-9\]\{1,([0-9])\}", rule.parameter)
    decimals = len(text.strip(WHITE).partition(".")[2])
    if most is not None and number(text) is not None and decimals > int(most[1]):
        allowed = in_words(int(most[1]))
        return f"{shown} has {count(decimals, 'decimal')}; at most {allowed} are allowed"
    if not text:
        return f"it is empty; expected is {rule.statement}"
    strange = _strangers(rule.parameter, text)
    if strange and not field.secret:
        return f"{shown} contains {strange}; allowed are {rule.statement}"
    return f"{shown} is not {rule.statement}"


def _strangers(pattern: str, text: str) -> str:
    """The characters that a pattern of one character class does not allow."""
    whole = re.fullmatch(r"(\[[^\]\[]+\])[*+]", pattern)
    if whole is None:
        return ""
    allowed = re.compile(whole[1])
    strange = dict.fromkeys(c for c in text if not allowed.fullmatch(c))
    named = [_named(c) for c in list(strange)[:5]]
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def _named(character: str) -> str:
    return "a space" if character == " " else shorten(character)


def _not_among(rule: Rule, field: Field, text: str, shown: str) -> str:
    values = rule.parameter.split()
    alike = [value for value in values if value.lower() == text.strip().lower()]
    alike = alike or get_close_matches(text.strip(), values, n=1, cutoff=0.8)
    if not text.strip(WHITE):
        return f"it is empty; it {_must(rule)}"
    if alike and field.base == "string":
        return f"{shown} {_must(rule)}; is {alike[0]} meant?"
    return f"{shown} {_must(rule)}"


def _must(rule: Rule) -> str:
    """A statement as the end of a sentence: `must be ...` as it is, a noun as what it is not."""
    verb = rule.statement.partition(" ")[0]
    return f"{rule.statement}" if verb in {"must", "should"} else f"is not {rule.statement}"


def _advised(rule: Rule, field: Field, text: str, shown: str) -> str:
    del field, text
    return f"{shown} is not advised: it {rule.statement}"


def _number_limit(relation: str) -> Callable[[Rule, Field, str, str], str]:
    def words(rule: Rule, field: Field, text: str, shown: str) -> str:
        del field, text
        return f"{shown} is {relation} {rule.parameter}: {rule.statement}"

    return words


def _ean(rule: Rule, field: Field, text: str, shown: str) -> str:
    del rule, field
    digits = text.strip(WHITE)
    if re.fullmatch(r"[0-9]{8}|[0-9]{13}", digits, re.ASCII):
        return f"{shown} ends in {digits[-1]}, but its check digit is {ean_check_digit(digits[:-1])}"
    return f"{shown} is neither an EAN-8 nor an EAN-13"


def _blank(rule: Rule, field: Field, text: str, shown: str) -> str:
    del rule, shown
    return f"{field.name} is {'blank' if text else 'empty'}; leave it out instead"


_WORDINGS: Final[dict[str, Callable[[Rule, Field, str, str], str]]] = {
    "max-length": _too_long,
    "min-length": _too_short,
    "type": _wrong_type,
    "pattern": _no_match,
    "enumeration": _not_among,
    "one-of": _advised,
    "minimum": _number_limit("less than"),
    "maximum": _number_limit("more than"),
    "exclusive-minimum": _number_limit("not more than"),
    "ean": _ean,
    "not-blank": _blank,
}


def _empty(field: Field) -> str:
    return f"{field.name} is required, and is empty"


def _of_type(field: Field) -> str:
    return _TYPES.get(field.base, f"a value of the type {field.base}")
