"""A reconciliation report as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.display.message_fields import Field, plain
from seqrkit.errors import MessageError
from seqrkit.model import Report

_META: Final = "Meta"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as a table: its kind, its metadata, the column names and the rows."""

    kind: str
    facts: Sequence[Field]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def is_number(self, column: int) -> bool:
        """Whether a column holds only short decimal numbers, such as amounts and counts."""
        return bool(self.rows) and all(_is_number(row[column]) for row in self.rows)


def sheet(report: Report) -> Sheet | None:
    """Return the report as a table; `None` if its document is not XML with rows."""
    document = report.content or (report.content_string or "").encode(errors="replace")
    try:
        root = soap.parse(document)
    except MessageError:
        return None
    facts: list[Field] = []
    rows: list[dict[str, str]] = []
    for part in root.iterchildren(etree.Element):
        cells = {
            soap.local(c): plain((c.text or "").strip()) for c in part.iterchildren(etree.Element)
        }
        if soap.local(part) == _META:
            facts.extend(cells.items())
        elif cells:
            rows.append(cells)
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if not facts and not rows:
        return None
    body = tuple(tuple(row.get(name, "") for name in columns) for row in rows)
    return Sheet(soap.local(root), tuple(facts), columns, body)


_LONGEST_NUMBER: Final = 15
"""Characters of a number; longer ones are references."""


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(text) <= _LONGEST_NUMBER
