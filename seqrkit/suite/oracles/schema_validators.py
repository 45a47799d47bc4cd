"""The two validators, libxml2 and xmlschema, and the contents about which they disagree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import xmlschema
from lxml import etree

from seqrkit import schemas


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


class Disagreement(NamedTuple):
    """A kind of content that only one validator accepts.

    `contents` are examples as markup, by built-in type; `pattern` is a regular expression of all
    texts of the kind, `None` if it is more than text; `is_found` is whether the linter objects.
    """

    name: str
    verdicts: Verdicts
    is_found: bool
    contents: Mapping[str, tuple[str, ...]]
    why: str
    pattern: str | None = None


def _disagreement(entry: dict[str, Any]) -> Disagreement:
    accepts, more = entry.pop("accepted_by"), entry.pop("repeated", 1) - 1
    contents = {
        base: tuple(text + text[-1] * more for text in texts)
        for base, texts in entry.pop("contents").items()
    }
    verdicts = BY_LIBXML2 if accepts == "libxml2" else BY_XMLSCHEMA
    return Disagreement(verdicts=verdicts, contents=contents, **entry)


DISAGREEMENTS: Final = tuple(
    _disagreement(dict(each))
    for each in schemas.read_toml("validator-disagreements.toml")["disagreement"]
)


def is_known(base: str, text: str) -> bool:
    """Return whether a text of a built-in type is one about which the validators disagree."""
    return any(
        base in each.contents and each.pattern and re.fullmatch(each.pattern, text, re.DOTALL)
        for each in DISAGREEMENTS
    )
