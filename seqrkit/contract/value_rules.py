"""Rules about the text of one element: the facets of its type, and advice.

xmlschema decides which facets a value breaks; it is imported when that is first asked. Advice is
judged here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from seqrkit import schemas
from seqrkit.contract.finding_messages import WHITE, empty, wording
from seqrkit.contract.findings import Rule, Severity
from seqrkit.contract.message_types import Field, MessageType
from seqrkit.contract.numbers import is_ean, number
from seqrkit.contract.schema_rules import KINDS, MAY_BE_EMPTY
from seqrkit.soap.values import date_time

if TYPE_CHECKING:
    import xmlschema

Remark = tuple[Rule, str]
"""A rule that a value breaks, and the message."""

_CACHED_LENGTH: Final = 64


_XMLSCHEMA: Final = threading.Lock()
"""Held while xmlschema works: it builds its parts on first use, and is not safe in threads."""


class Explainer:
    """The facets that values break, as xmlschema decides."""

    def __init__(self, documented: Path) -> None:
        self._path = documented
        self._loaded: xmlschema.XMLSchema | None = None
        self._short = lru_cache(maxsize=2048)(self._broken)

    def broken(self, type_name: str, field: str, text: str) -> frozenset[str]:
        """Return the kinds of the facets that a text breaks, ``type`` alone for a wrong type.

        Results for short texts are cached: most values are repeated, and xmlschema is slow.
        """
        ask = self._short if len(text) <= _CACHED_LENGTH else self._broken
        return ask(type_name, field, text)

    def _broken(self, type_name: str, field: str, text: str) -> frozenset[str]:
        with _XMLSCHEMA:
            errors = self._simple_type(type_name, field).iter_errors(text)
            try:
                tags = {getattr(getattr(e.validator, "elem", None), "tag", None) for e in errors}
            except OverflowError:  # a year of twenty digits, which libxml2 has refused
                return frozenset({"type"})
        if tags - KINDS.keys():
            return frozenset({"type"})
        return frozenset(KINDS[tag] for tag in tags if tag is not None)

    def _simple_type(self, type_name: str, field: str) -> xmlschema.validators.XsdSimpleType:
        import xmlschema
        from xmlschema.validators import XsdElement, XsdGroup, XsdSimpleType

        if self._loaded is None:
            self._loaded = xmlschema.XMLSchema(str(self._path))
        content = getattr(self._loaded.types[type_name], "content", None)
        elements = content.iter_elements() if isinstance(content, XsdGroup) else ()
        for element in elements:
            if isinstance(element, XsdElement) and element.local_name == field:
                kind = element.type
                if isinstance(kind, XsdSimpleType):
                    return kind
        raise LookupError(f"xmlschema finds no text in {field} of {type_name}")


def remarks(owner: MessageType, field: Field, text: str, explain: Explainer | None) -> list[Remark]:
    """Return what is wrong with the text of a field; without `explain`, its facets are kept."""
    blank = not text.strip(WHITE)
    if blank and (field.required or field.base not in MAY_BE_EMPTY):
        rule = field.rule("empty" if field.base in MAY_BE_EMPTY else "type")
        return [] if rule is None else [(rule, empty(field))]
    if field.base != "string" and not _FORMS.get(field.base, _PLAIN.fullmatch)(text):
        return [(rule, wording(rule, field, text)) for rule in _rules(field, _TYPE)]
    # Valid in XML Schema, but no program of this kind can represent it, such as the year 10000.
    if field.base == "dateTime" and not blank and date_time(text) is None:
        return [(rule, wording(rule, field, text)) for rule in _rules(field, _TYPE)]
    if explain is not None and (field.base != "string" or _has_facets(field)):
        broken = explain.broken(owner.name, field.name, text)
        if broken:
            return [(rule, wording(rule, field, text)) for rule in _rules(field, broken)]
    return list(_advice(field, text, blank=blank))


def doubt(field: Field) -> str:
    """Return the XPath predicate of valid values that advice may be about; empty for never.

    It may be true for a value without remarks, but is never false for one with a remark.
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
"""The characters of numbers, dates and base64: ASCII without the underscore.

xmlschema accepts Arabic digits, 1_000 and no-break spaces around a number.
"""
_NUMBER: Final = re.compile("[ \\t\\r\\n]*[^ \\t\\r\\n_\\x7f-\\U0010ffff]+[ \\t\\r\\n]*")
_BASE64: Final = re.compile("[A-Za-z0-9+/]*={0,2}")
_WITHOUT_WHITE: Final = dict.fromkeys(map(ord, WHITE))


def _is_base64(text: str) -> bool:
    # One pattern with white space in it would take seconds for a report of 12 MB.
    packed = text.translate(_WITHOUT_WHITE)
    return len(packed) % 4 == 0 and _BASE64.fullmatch(packed) is not None


_FORMS: Final[Mapping[str, Callable[[str], object]]] = {
    **dict.fromkeys(("decimal", "int", "long"), _NUMBER.fullmatch),
    "base64Binary": _is_base64,
}
"""Stricter forms: xmlschema accepts 1 000 as a number, and libxml2 stray characters in base64."""

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
            continue  # advice is about values
        if judge(text, rule.parameter):
            yield rule, wording(rule, field, text)


def _below(text: str, minimum: str) -> bool:
    value = number(text)
    return value is not None and value < Decimal(minimum)


def _is_private(url: str) -> bool:
    """Return whether a URL names this machine, a private network or a host without a domain."""
    found = _HOST.match(url)
    # As IDNA does: full-width digits are an IP address, too.
    host = "" if found is None else normalize("NFKC", found[1]).strip("[].").casefold()
    address = _address(host)
    if address is not None:
        return not address.is_global
    return "." not in host or host.endswith(_PRIVATE_DOMAINS)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a host is, in any spelling that `inet_aton` accepts: 127.1."""
    with suppress(ValueError):
        address = ip_address(host)
        # ::ffff:127.0.0.1 is loopback, although is_global of an older Python says otherwise.
        return getattr(address, "ipv4_mapped", None) or address
    parts = host.split(".")
    if len(parts) > _BYTES or not all(map(_PART.fullmatch, parts)):
        return None
    *first, rest = (int(each, _BASES.get(each[:2], 8 if each[0] == "0" else 10)) for each in parts)
    with suppress(ValueError, OverflowError):
        return IPv4Address(bytes(first) + rest.to_bytes(_BYTES - len(first)))
    return None


_BYTES: Final = 4
_PART = re.compile(r"0x[0-9a-f]{1,16}|0[0-7]{0,16}|[1-9][0-9]{0,16}")
_BASES: Final = {"0x": 16}
_HOST: Final = re.compile(r"[^:]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)")
_PRIVATE_DOMAINS: Final = (
    *(".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp"),
    *(".test", ".invalid"),
)

ADVICE: Final[dict[str, Callable[[str, str], bool]]] = {
    "one-of": lambda text, values: text not in values.split(),
    "minimum": _below,
    "not-blank": lambda text, _: not text.strip(WHITE),
    "ean": lambda text, _: not is_ean(text.strip(WHITE)),
    "unit": lambda text, _: text not in schemas.unit_codes(),
    "public-host": lambda text, _: _is_private(text),
    "trimmed": lambda text, _: text.strip(WHITE) != text,
    "starts-with": lambda text, start: not text.lower().startswith(start),
}
"""Does a value break advice of this kind? By value and parameter."""

_FAR_DATE: Final = (
    "substring(normalize-space(), 5, 1) != '-' or starts-with(normalize-space(), '000') "
    "or starts-with(normalize-space(), '9999')"
)
"""Years that the schema allows and Python's datetime may not represent."""
_BLANK: Final = "not(normalize-space())"
_DOUBTS: Final[dict[str, Callable[[str], str]]] = {
    "one-of": lambda values: " and ".join(f". != '{value}'" for value in values.split()),
    "minimum": lambda limit: f"not(. = '{limit}' or . > {limit})",
    "not-blank": lambda _: _BLANK,
    "trimmed": lambda _: "normalize-space() != .",
    "starts-with": lambda start: f"not(starts-with(., '{start}'))",
}
"""The XPath predicates of the kinds of advice that XPath can judge; see `doubt`."""
