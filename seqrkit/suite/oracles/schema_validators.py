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
    both = compiled(schema)
    return Verdicts(both.libxml2.validate(element), _accepts(both.xmlschema, element))


def _accepts(schema: xmlschema.XMLSchema, element: etree._Element) -> bool:
    try:
        return bool(schema.is_valid(element))  # type: ignore[arg-type]
    except (xmlschema.XMLSchemaException, OverflowError):
        return False  # its way to refuse an xsi:type that it does not know, and a far year


class Validators(NamedTuple):
    """One schema, as both read it."""

    libxml2: etree.XMLSchema
    xmlschema: xmlschema.XMLSchema


@cache
def compiled(schema: Path) -> Validators:
    """The validators of a schema file, made once."""
    return Validators(etree.XMLSchema(etree.parse(schema)), xmlschema.XMLSchema(str(schema)))
