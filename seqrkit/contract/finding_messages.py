"""The messages of findings about one value: a sentence without a full stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Final

from seqrkit.contract.documented_schema import MAY_BE_EMPTY
from seqrkit.contract.findings import Rule, Severity, quote, shorten
from seqrkit.contract.message_types import Field
from seqrkit.contract.numbers import count, ean_check_digit, in_words, is_ean_length, number
from seqrkit.soap import MASK

WHITE: Final = " \t\r\n"
"""White space in XML; a value of nothing else counts as empty."""

_TYPES: Final = {
    "decimal": "a decimal number such as 149.99",
    "int": "a whole number of at most 32 bits",
    "long": "a whole number of at most 64 bits",
    "dateTime": "a date and time such as 2015-12-25T12:34:56",
    "base64Binary": "base64",
}


def wording(rule: Rule, field: Field, text: str) -> str:
    """Return how a value breaks a rule of its field. Passwords are masked."""
    shown = MASK if field.secret else quote(text)
    words = _WORDINGS.get(rule.kind)
    if words is not None:
        return words(rule, field, text, shown)
    return f"{shown} is invalid: {rule.statement}"


def _too_long(rule: Rule, field: Field, text: str, shown: str) -> str:
    del field
    allowed = f"at most {rule.parameter} are allowed"
    if rule.severity == Severity.WARNING:
        allowed = f"at most {rule.parameter} are recommended"
    return f"{shown} has {len(text)} characters; {allowed}"


def _too_short(rule: Rule, field: Field, text: str, shown: str) -> str:
    del field
    return f"{shown} has {count(len(text), 'character')}; at least {rule.parameter} are required"


def _wrong_type(rule: Rule, field: Field, text: str, shown: str) -> str:
    del rule
    if field.base == "decimal" and re.fullmatch(r"\s*[-+]?[0-9]+,[0-9]+\s*", text, re.ASCII):
        return f"{shown} has a decimal comma; write a decimal point"
    return f"{shown} is not {_of_type(field)}"


def _no_match(rule: Rule, field: Field, text: str, shown: str) -> str:
    most = re.search(r"\\\.\[0-9\]\{1,([0-9])\}", rule.parameter)
    decimals = len(text.strip(WHITE).partition(".")[2])
    if most is not None and number(text) is not None and decimals > int(most[1]):
        allowed = in_words(int(most[1]))
        return f"{shown} has {count(decimals, 'decimal')}; at most {allowed} are allowed"
    if not text:
        return f"{field.name} is empty: {rule.statement}"
    strange = _forbidden_characters(rule.parameter, text)
    if strange and not field.secret:
        return f"{shown} contains {strange}: {rule.statement}"
    return f"{shown} is invalid: {rule.statement}"


def _forbidden_characters(pattern: str, text: str) -> str:
    """Name the characters that a pattern of one character class does not allow."""
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
        return f"{field.name} is empty: {rule.statement}"
    if alike and field.base == "string":
        return f"{shown} is not allowed: {rule.statement}; did you mean {alike[0]}?"
    return f"{shown} is not allowed: {rule.statement}"


def _advised(rule: Rule, field: Field, text: str, shown: str) -> str:
    del field, text
    return f"{shown} is not recommended: {rule.statement}"


def _number_limit(relation: str) -> Callable[[Rule, Field, str, str], str]:
    def words(rule: Rule, field: Field, text: str, shown: str) -> str:
        del field, text
        return f"{shown} is {relation} {rule.parameter}: {rule.statement}"

    return words


def _ean(rule: Rule, field: Field, text: str, shown: str) -> str:
    del rule, field
    digits = text.strip(WHITE)
    if is_ean_length(digits):
        right = ean_check_digit(digits[:-1])
        return f"{shown} ends in {digits[-1]}, but its check digit is {right}"
    return f"{shown} is neither an EAN-8 nor an EAN-13"


def _blank(rule: Rule, field: Field, text: str, shown: str) -> str:
    del rule, shown
    return f"{field.name} is {'blank' if text else 'empty'}; omit the element"


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


def empty(field: Field) -> str:
    """Return how an element without content is wrong."""
    if field.base in MAY_BE_EMPTY:
        return f"{field.name} is required, but empty"
    return f"{field.name} is empty; write {_of_type(field)}"


def _of_type(field: Field) -> str:
    return _TYPES.get(field.base, f"a value of the type {field.base}")
