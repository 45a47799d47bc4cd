"""Unusual but valid messages: the schema allows them, but few programs expect them.

They break no rule with the severity error, but advice: hostile text from all Unicode planes, very
long numbers, dates in each legal form, thousands of rows, and bodies at the size limit of an
endpoint or above it. Large parts repeat a short draw, so that they cost little and shrink well.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from lxml import etree
from lxml.etree import _Element

from seqrkit import soap
from seqrkit.contract import Contract, Field, MessageType, Severity
from seqrkit.model_fields import message_fields
from seqrkit.strategies.characters import ANY, PLAIN, matching
from seqrkit.strategies.drawn_choices import strategy
from seqrkit.strategies.envelope_writer import Shown, owners, shown, written
from seqrkit.strategies.valid_messages import messages
from seqrkit.strategies.valid_values import WHOLE

_BIDI: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_COMBINING: Final = "".join(map(chr, range(0x300, 0x370))) + "\u20dd\u200d\ufe0f\U000e0101"
_MARKUP: Final = ("]]>", "&amp;", "<b>", "</title>", "<!--", "<?x?>", "%s", "\\", "'\"", "\u0130")
_SPACES: Final = " \t\n\r\u00a0\u2003\u200b\u2028\u3000\ufeff"
_REPEATS: Final = (1, 2, 10, 100, 1_000, 10_000)
_DIGITS: Final = 300  # beyond the 308 of a float, xmlschema refuses what libxml2 takes
_ROWS: Final = (2, 10, 1_000, 3_000)


@dataclass(frozen=True, slots=True)
class Wild(Shown):
    """An unusual but valid message as the bytes to send.

    `message` is the name of its element. The only error that the linter can find is
    `soap.too-large`, in a message above the endpoint's limit.
    """

    message: str
    envelope: bytes

    def __repr__(self) -> str:
        return f"Wild({self.message}:\n{shown(self.envelope)})"


@lru_cache(maxsize=256)
def unusual_messages(contract: Contract, name: str, limit: int) -> SearchStrategy[Wild]:
    """Return a strategy of unusual messages for an endpoint that accepts `limit` bytes."""
    # Seldom large: a body at the limit takes as long as a hundred others.
    sizes = st.sampled_from((0, *[0] * 12, limit - 1, limit, limit + 1, 2 * limit))

    @st.composite
    def message(draw: DrawFn) -> Wild:
        element = written(draw(messages(contract, name)), message_fields(contract, name))
        fields = [
            (child, kind.by_name[str(child.tag)])
            for owner, kind in owners(element, contract.elements[name])
            for child in owner
        ]
        leaves = [(child, field) for child, field in fields if field.type is None]
        decisive = _decisive(contract.elements[name])
        for leaf, field in leaves:
            if field.path not in decisive and draw(st.booleans()):
                leaf.text = draw(hostile(field))
        for child, field in fields:
            if field.repeated and _is_last(child) and draw(_SELDOM):
                _multiply(child, draw(st.sampled_from(_ROWS)), 2 * limit)
        data = soap.envelope(element)
        size = draw(sizes)
        free = [leaf for leaf, field in leaves if _is_free(field) and field.path not in decisive]
        if size > len(data) and free:
            _grow(draw(st.sampled_from(free)), size - len(data), draw(_unit))
            data = soap.envelope(element)
        return Wild(name, data)

    return message()


@lru_cache(maxsize=1024)
def hostile(field: Field) -> SearchStrategy[str]:
    """Return a strategy of unusual texts within the limits of a field."""
    if field.enumeration:
        return _spaced(field) if field.base in WHOLE else st.sampled_from(field.enumeration)
    if field.base in WHOLE:
        return _whole(field)
    if field.base == "decimal":
        return _decimal(field)
    if field.base == "dateTime":
        return _date()
    if field.base == "base64Binary":
        return st.integers(1, 50_000).map(lambda count: "QUJD" * count + "\n RA==\n")
    return _text(field)


def _text(field: Field) -> SearchStrategy[str]:
    least, most = field.min_length or 0, field.max_length
    if field.pattern is not None:
        # a dot in a pattern stands for anything but the end of a line
        return _matching(field.pattern, least, most)
    alphabets = (ANY, st.sampled_from(_BIDI), st.sampled_from(_COMBINING), st.sampled_from(_SPACES))
    short = st.one_of(*(st.text(each, max_size=20) for each in alphabets), st.sampled_from(_MARKUP))
    if most is None and not least:
        return st.builds(lambda text, times: text * times, short, st.sampled_from(_REPEATS))
    return short.map(lambda text: text.ljust(least, "\u0301")[:most])


def _whole(field: Field) -> SearchStrategy[str]:
    if field.pattern is not None:
        return _matching(field.pattern)
    beyond = WHOLE[field.base]
    low = -beyond if field.minimum is None else int(field.minimum)
    high = beyond - 1 if field.maximum is None else int(field.maximum)
    number = st.integers(low, high) | st.sampled_from((low, high))
    return st.builds(lambda n, form: form.format(n), number, st.sampled_from(_FORMS))


def _matching(pattern: str, least: int = 0, most: int | None = None) -> SearchStrategy[str]:
    return strategy(matching(pattern, least, most)).map(str)


_FORMS: Final = ("{}", " {} ", "\n{}", "\t{}\r\n")
_SELDOM: Final = st.integers(0, 9).map(lambda number: number == 9)  # noqa: PLR2004 - one in ten


def _spaced(field: Field) -> SearchStrategy[str]:
    """Whole numbers of an enumeration, in every notation with the same value."""
    forms = (*_FORMS, "+{}", "000{}", f"{'0' * 300}{{}}")
    values, written_as = st.sampled_from(field.enumeration), st.sampled_from(forms)
    return st.builds(lambda value, form: form.format(value), values, written_as)


def _decimal(field: Field) -> SearchStrategy[str]:
    digits = st.builds(
        lambda few, times: (few * times)[:_DIGITS],
        st.text("0123456789", min_size=1, max_size=5),
        st.sampled_from(_REPEATS),
    )
    if field.pattern is not None:
        return _patterned(field, field.pattern, digits)
    signs, forms = st.sampled_from(("", "-", "+")), st.sampled_from(("{}", "{}.", ".{}", "0.{}"))
    return st.builds(lambda sign, form, few: sign + form.format(few), signs, forms, digits)


def _patterned(field: Field, pattern: str, digits: SearchStrategy[str]) -> SearchStrategy[str]:
    """Numbers that match a pattern, very long ones if the pattern has no limit."""
    fits = re.compile(pattern, re.ASCII).fullmatch
    if not fits("1" * _DIGITS):
        return _matching(pattern)
    above = field.rule("exclusive-minimum") is not None or field.rule("minimum") is not None
    signs = [sign for sign in ("", "-") if fits(f"{sign}1") and not (sign and above)]
    decimals = [end for end in ("", ".0", ".99") if fits(f"1{end}")]
    last = "1" if above else ""  # leading zeros are fine, nothing but zeros may not be
    return st.builds(
        lambda sign, few, end: f"{sign}{few}{last}{end}",
        st.sampled_from(signs),
        digits,
        st.sampled_from(decimals),
    )


def _date() -> SearchStrategy[str]:
    """Dates in every form of XML Schema that both validators accept and `datetime` can hold."""
    years = st.integers(2, 9998).map("{:04}".format) | st.sampled_from(
        ("0044", "1900", "2038", "9998")  # not 1 or 9999: zone and hour 24 may move the day
    )
    zones = st.sampled_from(("", "Z", "+00:00", "-00:00", "+14:00", "-14:00", "+05:45"))
    times = st.sampled_from(
        ("00:00:00", "24:00:00", "23:59:59.999", "12:34:56." + "123456789" * 20, "12:00:00.0")
    )
    days = st.sampled_from(("01-01", "12-31", "02-28", "06-30"))
    return st.builds(lambda y, d, t, z: f"{y}-{d}T{t}{z}", years, days, times, zones)


def _is_free(field: Field) -> bool:
    """Whether a text has no limit of length."""
    limited = field.enumeration or field.pattern or field.max_length
    return field.base == "string" and not limited


_unit: Final = st.text(PLAIN, min_size=1, max_size=5)


def _grow(leaf: _Element, missing: int, unit: str) -> None:
    """Make a text longer by a number of bytes in UTF-8, by repeating a unit."""
    size = len(unit.encode())
    # Characters that are escaped would take more bytes than are missing.
    safe = unit if not set(unit) & set("<>&\r") else "0" * size
    leaf.text = f"{leaf.text or ''}{safe * (missing // size)}{'0' * (missing % size)}"


@cache
def _decisive(kind: MessageType) -> frozenset[str]:
    """Return the paths of the fields that rules across fields with the severity error are about.

    Their values are not changed: a change of one alone would break such a rule.
    """
    found: set[str] = set()
    for check in kind.checks:
        if check.rule.severity is Severity.ERROR:
            for path in {check.element, *check.reads}:
                found.add(_field_at(kind, path).path)
    inner = (_decisive(field.type) for field in kind.fields if field.type is not None)
    return frozenset(found).union(*inner)


def _field_at(kind: MessageType, path: str) -> Field:
    first, _, rest = path.partition("/")
    field = kind.by_name[first]
    return _field_at(field.type, rest) if rest and field.type is not None else field


def _is_last(element: _Element) -> bool:
    following = element.getnext()
    return following is None or following.tag != element.tag


def _multiply(element: _Element, times: int, most: int) -> None:
    """Repeat an element, up to a number of bytes, because one row may be long already."""
    size = len(etree.tostring(element))
    # Without the limit, three thousand long rows would need gigabytes.
    for _ in range(min(times, most // size)):
        element.addnext(deepcopy(element))
