"""The two validators, libxml2 and xmlschema, and the contents about which they disagree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import xmlschema
from lxml import etree


class Verdicts(NamedTuple):
    """Whether each validator accepts an element."""

    libxml2: bool
    xmlschema: bool

    @property
    def differ(self) -> bool:
        """Whether they disagree."""
        return self.libxml2 != self.xmlschema

    def __str__(self) -> str:
        if not self.differ:
            return f"both validators {'accept' if self.libxml2 else 'reject'} it"
        accepts, rejects = ("libxml2", "xmlschema")[:: 1 if self.libxml2 else -1]
        return f"{accepts} accepts it, {rejects} rejects it"


ACCEPTED: Final = Verdicts(libxml2=True, xmlschema=True)
BY_XMLSCHEMA: Final = Verdicts(libxml2=False, xmlschema=True)
BY_LIBXML2: Final = Verdicts(libxml2=True, xmlschema=False)


def verdicts(schema: Path, element: etree._Element) -> Verdicts:
    """Return the verdicts on an element by the schema of a file."""
    both = compiled(schema)
    try:
        accepted = bool(both.xmlschema.is_valid(element))  # type: ignore[arg-type]
    except (xmlschema.XMLSchemaException, OverflowError):
        accepted = False  # raised for an unknown xsi:type and for a year beyond 32 bits
    return Verdicts(both.libxml2.validate(element), accepted)


class Validators(NamedTuple):
    """One schema, as each validator reads it."""

    libxml2: etree.XMLSchema
    xmlschema: xmlschema.XMLSchema


@cache
def compiled(schema: Path) -> Validators:
    """Return the validators of a schema file."""
    return Validators(etree.XMLSchema(etree.parse(schema)), xmlschema.XMLSchema(str(schema)))


_WHOLE: Final = ("int", "long")
_ZEROS: Final = "0" * 4301
_DATE: Final = "2015-12-25T12:34:56"
_BEYOND_ASCII: Final = r".*[_\x7f-\U0010ffff].*"


class Disagreement(NamedTuple):
    """A kind of content that only one validator accepts.

    `contents` are examples as markup, by built-in type; `pattern` is a regular expression of all
    texts of the kind, `None` if it is more than text; `is_found` is whether the linter objects.
    """

    name: str
    verdicts: Verdicts
    is_found: bool
    contents: Mapping[str, tuple[str, ...]]
    pattern: str | None
    why: str


DISAGREEMENTS: Final = (
    Disagreement(
        name="comments",
        verdicts=BY_LIBXML2,
        is_found=False,
        contents={
            "string": ("a<!-- -->b", "<!-- -->b", "a<?p q?>b"),
            "int": ("0<!-- -->0", "<!-- -->0"),
            "long": ("0<?p q?>",),
            "decimal": ("1<!-- -->.5",),
            "dateTime": (f"{_DATE}<!-- -->", f"2015<!-- -->{_DATE[4:]}"),
            "base64Binary": ("PGI<!-- -->+",),
        },
        pattern=None,
        why="xmlschema reads comments and processing instructions as elements",
    ),
    Disagreement(
        name="digits-of-other-scripts",
        verdicts=BY_XMLSCHEMA,
        is_found=True,
        contents=dict.fromkeys(_WHOLE, ("\u0660", "\uff10", "0_0", "\u00a00", "\u20030", "0\x85")),
        pattern=_BEYOND_ASCII,
        why="xmlschema reads whole numbers as Python does: any digits, spaces, underscores",
    ),
    Disagreement(
        name="thousands-of-digits",
        verdicts=BY_LIBXML2,
        is_found=False,
        contents=dict.fromkeys(_WHOLE, (_ZEROS, f"+{_ZEROS}")),
        pattern=r"\s*[+-]?[0-9]{4301,}\s*",
        why="Python, which xmlschema uses, does not read whole numbers of more than 4300 digits",
    ),
    Disagreement(
        name="numbers-with-gaps",
        verdicts=BY_XMLSCHEMA,
        is_found=True,
        contents={"decimal": ("1 000", "1\n.5", "\u00a01", "1\u2028.5")},
        pattern=rf"{_BEYOND_ASCII}|\s*\S+\s+\S.*",
        why="xmlschema ignores white space of any script anywhere in a decimal number",
    ),
    Disagreement(
        name="hundreds-of-digits",
        verdicts=BY_LIBXML2,
        is_found=False,
        contents={"decimal": ("1" * 310, "9" * 5000)},
        pattern=r"\s*[+-]?[0-9.]{309,}\s*",
        why="xmlschema rejects a decimal number that is infinite as a float",
    ),
    Disagreement(
        name="space-around-dates",
        verdicts=BY_XMLSCHEMA,
        is_found=False,
        contents={"dateTime": (f" {_DATE}", f"{_DATE}\n", f"\t{_DATE} ")},
        pattern=r"[ \t\n\r].*|.*[ \t\n\r]",
        why="libxml2 keeps the white space around a dateTime; the standard removes it",
    ),
    Disagreement(
        name="far-years",
        verdicts=BY_LIBXML2,
        is_found=True,
        contents={"dateTime": ("9223372036854775807-01-01T00:00:00",)},
        pattern=r"-?[0-9]{10,19}-.*",
        why="xmlschema and the model cannot read years beyond 32 bits; libxml2 can",
    ),
    Disagreement(
        name="other-characters-in-base64",
        verdicts=BY_LIBXML2,
        is_found=True,
        contents={"base64Binary": ("*", "QUJD*", "\u00e5", "-_-_")},
        pattern=r".*[^A-Za-z0-9+/= \t\n\r].*",
        why="libxml2 skips characters that are not base64",
    ),
)


def is_known(base: str, text: str) -> bool:
    """Return whether a text of a built-in type is one about which the validators disagree."""
    return any(
        base in each.contents and each.pattern and re.fullmatch(each.pattern, text, re.DOTALL)
        for each in DISAGREEMENTS
    )
