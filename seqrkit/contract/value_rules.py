"""Rules about the text of one element: the facets of its type, and advice.

libxml2 decides which facets a value breaks. Advice is judged here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from decimal import Decimal
from functools import cached_property, lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final
from unicodedata import normalize

from lxml import etree
from lxml.etree import _Element

from seqrkit import schemas
from seqrkit.contract.finding_messages import WHITE, empty, wording
from seqrkit.contract.findings import Rule, Severity
from seqrkit.contract.message_definitions import Field
from seqrkit.contract.numbers_and_check_digits import is_ean, number
from seqrkit.contract.schema_rules import KINDS, MAY_BE_EMPTY
from seqrkit.schemas import XS
from seqrkit.soap.xsd_values import date_time
from seqrkit.vocabulary import NAMESPACE

Remark = tuple[Rule, str]
"""A rule that a value breaks, and the message."""

_CACHED_LENGTH: Final = 64


class Explainer:
    """The facets that values break, as libxml2 decides.

    `documented` is the schema that defines the types, `declarations` its elements with text.
    """

    def __init__(self, documented: Path, declarations: Mapping[str, _Element]) -> None:
        self._path = documented
        self._declarations = declarations
        self._lock = threading.Lock()  # a libxml2 schema has one error log for all threads
        self._short = lru_cache(maxsize=2048)(self._broken)

    def broken(self, field: Field, text: str) -> frozenset[str]:
        """Return the kinds of the facets that a text breaks, ``type`` alone for a wrong type.

        Results for short texts are cached, since most values are repeated.
        """
        ask = self._short if len(text) <= _CACHED_LENGTH else self._broken
        # libxml2 refuses white space after a date, which is harmless.
        return ask(field.declaration, text if field.base == "string" else text.strip(WHITE))

    def _broken(self, declaration: str, text: str) -> frozenset[str]:
        element = etree.Element(f"{{{NAMESPACE}}}{declaration}")
        element.text = text
        with self._lock:
            if self._schema.validate(element):
                return frozenset()
            names = {error.type_name for error in self._schema.error_log}
        # After a broken facet libxml2 reports the type as well.
        return frozenset(_BROKEN[name] for name in names & _BROKEN.keys()) or _TYPE

    @cached_property
    def _schema(self) -> etree.XMLSchema:
        """A schema with a global element for each declaration, to judge its text alone."""
        root = etree.Element(f"{XS}schema", nsmap=schemas.read(self._path).nsmap)
        root.set("targetNamespace", NAMESPACE)
        etree.SubElement(root, f"{XS}include", schemaLocation=self._path.as_uri())
        for name, element in self._declarations.items():
            root.append(made := deepcopy(element))
            made.set("name", name)
            for limit in ("minOccurs", "maxOccurs"):  # of local elements only
                made.attrib.pop(limit, None)
        return etree.XMLSchema(root)


def remarks(field: Field, text: str, explain: Explainer | None) -> list[Remark]:
    """Return what is wrong with the text of a field; without `explain`, its facets are kept."""
    blank = not text.strip(WHITE)
    if blank and (field.required or field.base not in MAY_BE_EMPTY):
        rule = field.rule("empty" if field.base in MAY_BE_EMPTY else "type")
        return [] if rule is None else [(rule, empty(field))]
    if field.base == "base64Binary" and not _is_base64(text):
        return [(rule, wording(rule, field, text)) for rule in _rules(field, _TYPE)]
    # Valid in XML Schema, but no program of this kind can represent it, such as the year 10000.
    if field.base == "dateTime" and not blank and date_time(text) is None:
        return [(rule, wording(rule, field, text)) for rule in _rules(field, _TYPE)]
    if explain is not None and (field.base != "string" or _has_facets(field)):
        broken = explain.broken(field, text)
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


_BASE64: Final = re.compile("[A-Za-z0-9+/]*={0,2}")
_WITHOUT_WHITE: Final = dict.fromkeys(map(ord, WHITE))


def _is_base64(text: str) -> bool:
    # libxml2 accepts stray characters.
    # One pattern with white space in it would take seconds for a report of 12 MB.
    packed = text.translate(_WITHOUT_WHITE)
    return len(packed) % 4 == 0 and _BASE64.fullmatch(packed) is not None


_TYPE: Final = frozenset({"type"})
_FACETS: Final = frozenset(KINDS.values())
_BROKEN: Final = {
    f"SCHEMAV_CVC_{etree.QName(tag).localname.upper()}_VALID": kind for tag, kind in KINDS.items()
}
"""The kinds of facets by libxml2's name of the error."""


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
