"""The two validators, libxml2 and xmlschema, each with the published and the documented schema."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import xmlschema
from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path


class Verdicts(NamedTuple):
    """Who accepts an element."""

    libxml2: bool
    xmlschema: bool

    @property
    def differ(self) -> bool:
        """Whether they disagree."""
        return self.libxml2 != self.xmlschema

    def __str__(self) -> str:
        if not self.differ:
            return f"both validators {'accept' if self.libxml2 else 'refuse'} it"
        who, other = ("libxml2", "xmlschema")[:: 1 if self.libxml2 else -1]
        return f"{who} accepts it, {other} refuses it"


def verdicts(schema: Path, element: etree._Element) -> Verdicts:
    """What both validators say of an element, by the schema of that file."""
    fast, slow = _compiled(schema)
    return Verdicts(fast.validate(element), _accepts(slow, element))


def _accepts(schema: xmlschema.XMLSchema, element: etree._Element) -> bool:
    try:
        return bool(schema.is_valid(element))  # type: ignore[arg-type]
    except (xmlschema.XMLSchemaException, OverflowError):
        return False  # its way to refuse an xsi:type that it does not know, and a far year


@cache
def _compiled(schema: Path) -> tuple[etree.XMLSchema, xmlschema.XMLSchema]:
    return etree.XMLSchema(etree.parse(schema)), xmlschema.XMLSchema(str(schema))
