"""The messages of findings about one value: a sentence without a full stop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Final, NamedTuple

from seqrkit import schemas
from seqrkit.contract.contradictions import followed_literally
from seqrkit.contract.findings import Rule, quote, shorten
from seqrkit.contract.message_definitions import Field
from seqrkit.contract.numbers_and_check_digits import (
    count,
    ean_check_digit,
    in_words,
    is_ean_length,
    number,
)
from seqrkit.contract.placeholders import placeholder
from seqrkit.contract.schema_rules import MAY_BE_EMPTY
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


class _Value(NamedTuple):
    """A value that breaks a rule of its field, and the value as messages show it."""

    rule: Rule
    field: Field
    text: str
    shown: str


def wording(rule: Rule, field: Field, text: str) -> str:
    """Return how a value breaks a rule of its field. Passwords are masked."""
    value = _Value(rule, field, text, MASK if field.secret else quote(text))
    return _WORDINGS.get(rule.kind, _invalid)(value) + followed(field.path, text)


def _invalid(value: _Value) -> str:
    return f"{value.shown} is invalid: {value.rule.statement}"


def followed(path: str, value: str | None = None) -> str:
    """Return what the documents say to a sender who followed one of them literally.

    `path` is that of an unknown element or of a field with a `value`, or the name of an operation.
    The result continues a message; it is empty if no document says so.
    """
    contradiction = followed_literally(path if value is None else f"{path}={value.strip(WHITE)}")
    return f" ({contradiction})" if contradiction else ""


def alike(name: str, known: Sequence[str]) -> str:
    """Return the known name that an unknown one resembles or contains, or the empty text."""
    lower = name.lower()
    same = [each for each in known if each.lower() == lower]
    close = same or get_close_matches(name, known, n=1, cutoff=0.8)
    longer = [each for each in known if len(each) >= _SHORTEST_PART and each.lower() in lower]
    return next(iter(close), max(longer, key=len, default=""))


_SHORTEST_PART: Final = 5
"""The fewest characters of a known name that another one contains not by chance."""


def _too_long(value: _Value) -> str:
    most = value.rule.parameter
    return f"{value.shown} has {len(value.text)} characters; at most {most} are allowed"


def _too_short(value: _Value) -> str:
    length, least = count(len(value.text), "character"), value.rule.parameter
    return f"{value.shown} has {length}; at least {least} are required"


def _wrong_type(value: _Value) -> str:
    hints = _hints().get(value.field.base, ())
    fitting = (hint for form, hint in hints if form.fullmatch(value.text))
    unfilled = placeholder(value.text)
    otherwise = f"{unfilled}; write" if unfilled else "is not"
    return f"{value.shown} {next(fitting, f'{otherwise} {_of_type(value.field)}')}"


@cache
def _hints() -> Mapping[str, Sequence[tuple[re.Pattern[str], str]]]:
    """Return frequent forms of values that a type does not have, and what to write instead."""
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    tables = schemas.read_toml("value-hints.toml")
    for hint in tables["hint"]:
        form = hint["form"]
        for name, part in tables["part"].items():
            form = form.replace(f"<{name}>", part)
        if not hint.get("exact"):
            form = rf"(?ai)\s*(?:{form})\s*"
        for kind in hint["types"]:
            found.setdefault(kind, []).append((re.compile(form), hint["says"]))
    return found


def _no_match(value: _Value) -> str:
    most = re.search(r"\\\.\[0-9\]\{1,([0-9])\}", value.rule.parameter)
    decimals = len(value.text.strip(WHITE).partition(".")[2])
    if most is not None and number(value.text) is not None and decimals > int(most[1]):
        allowed = in_words(int(most[1]))
        return f"{value.shown} has {count(decimals, 'decimal')}; at most {allowed} are allowed"
    if not value.text:
        return f"{value.field.name} is empty: {value.rule.statement}"
    strange = _forbidden_characters(value.rule.parameter, value.text)
    # Even a single character of a password is not shown.
    if strange and not value.field.secret:
        return f"{value.shown} contains {strange}: {value.rule.statement}"
    return _invalid(value)


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


def _not_among(value: _Value) -> str:
    if not value.text.strip(WHITE):
        return f"{value.field.name} is empty: {value.rule.statement}"
    known = value.rule.parameter.split() if value.field.base == "string" else ()
    like = alike(value.text.strip(), known)
    hint = f"; did you mean {like}?" if like else ""
    return f"{value.shown} is not allowed: {value.rule.statement}{hint}"


def _advised(value: _Value) -> str:
    return f"{value.shown} is not recommended: {value.rule.statement}"


def _unit(value: _Value) -> str:
    code = _codes_by_spelling().get(value.text.strip(WHITE).casefold(), "")
    hint = f"; did you mean {code}?" if code else ""
    return _advised(value) + hint


@cache
def _codes_by_spelling() -> dict[str, str]:
    codes = schemas.unit_codes().items()
    found = {code.casefold(): code for code, _ in codes}
    return found | {name.casefold(): code for code, names in codes for name in names}


def _number_limit(relation: str) -> Callable[[_Value], str]:
    def words(value: _Value) -> str:
        return f"{value.shown} is {relation} {value.rule.parameter}: {value.rule.statement}"

    return words


def _ean(value: _Value) -> str:
    digits = value.text.strip(WHITE)
    if is_ean_length(digits):
        right = ean_check_digit(digits[:-1])
        return f"{value.shown} ends in {digits[-1]}, but its check digit is {right}"
    return f"{value.shown} is neither an EAN-8 nor an EAN-13"


def _blank(value: _Value) -> str:
    return f"{value.field.name} is {'blank' if value.text else 'empty'}; omit the element"


def _private_host(value: _Value) -> str:
    return f"{value.shown} has a host that the service cannot reach: {value.rule.statement}"


def _surrounded(value: _Value) -> str:
    refused = "; the service answers 29" if value.field.path == "principalId.id" else ""
    return f"{value.shown} begins or ends with white space{refused}; remove it"


_WORDINGS: Final[dict[str, Callable[[_Value], str]]] = {
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
    "unit": _unit,
    "not-blank": _blank,
    "public-host": _private_host,
    "trimmed": _surrounded,
    "starts-with": _advised,
}


def empty(field: Field) -> str:
    """Return how an element without content is wrong."""
    if field.base in MAY_BE_EMPTY:
        return f"{field.name} is required, but empty"
    omit = "" if field.required else ", or omit the element"
    return f"{field.name} is empty; write {_of_type(field)}{omit}"


def _of_type(field: Field) -> str:
    return _TYPES.get(field.base, f"a value of the type {field.base}")
