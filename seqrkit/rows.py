"""Typed rows that are displayed as a table and can become a pandas DataFrame."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeVar

from seqrkit.errors import ConfigurationError
from seqrkit.money import Amount
from seqrkit.notebook_repr import Shown
from seqrkit.terminal_text import one_line

if TYPE_CHECKING:
    from pandas import DataFrame

_Row = TypeVar("_Row")
_NUMBER: Final = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)( [A-Z]{3})?", re.ASCII)
# An ersReference has 25 digits; aligned as a number it would look like a sum.
_LONGEST_NUMBER: Final = 19
"""Characters of a number or an amount; longer ones are references."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts: its kind, the facts above it, the column names and the rows."""

    kind: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def is_number(self, column: int) -> bool:
        """Whether a column holds only short decimal numbers, such as amounts and counts."""
        cells = [row[column] for row in self.rows if row[column]]
        return bool(cells) and all(map(_is_number, cells))

    def shown(self) -> Sheet:
        """Return the table with each text on one line, without control characters."""
        return Sheet(
            self.kind,
            tuple((one_line(name), one_line(value)) for name, value in self.facts),
            tuple(map(one_line, self.columns)),
            tuple(tuple(map(one_line, row)) for row in self.rows),
        )

    def __str__(self) -> str:
        return "\n".join(_lines(self.shown()))


class Rows(tuple[_Row, ...], Shown):
    """Rows of one dataclass: a tuple that is displayed as a table.

    A column is a field of the dataclass that is part of its ``repr`` and has a value in some row.
    """

    __slots__ = ()

    def to_pandas(self) -> DataFrame:
        """Return the rows as a DataFrame with a column for each field.

        The values of amounts stay exact decimals, with their currencies in a column of their
        own. Raises `ConfigurationError` if pandas is not installed.
        """
        if find_spec("pandas") is None:
            raise ConfigurationError("pandas is not installed; run: pip install pandas")
        from pandas import DataFrame

        columns = _columns(self)
        frame = DataFrame([dict(_values(row, columns)) for row in self])
        return frame.dropna(axis="columns", how="all")  # such as currencies that no row names

    def sheet(self) -> Sheet:
        """Return the rows as texts."""
        columns = _columns(self)
        texts = tuple(tuple(as_text(getattr(row, name)) for name in columns) for row in self)
        return Sheet("", (), columns, texts)

    def __str__(self) -> str:
        return str(self.sheet())


def _lines(table: Sheet) -> Iterator[str]:
    if not table.columns:
        yield "  no rows"
        return
    rows = (table.columns, *table.rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in (rows[0], ["─" * width for width in widths], *rows[1:]):
        cells = (
            f"{cell:>{width}}" if table.is_number(i) else f"{cell:<{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {'  '.join(cells)}".rstrip()


def as_text(value: object) -> str:
    """Return the text of a value in a table, empty for `None`."""
    if value is None:
        return ""
    if isinstance(value, Amount) and value.value is not None and value.currency is None:
        return f"{value.value:f}"  # a report may not say its currency
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value.value) if isinstance(value, Enum) else str(value)


def _columns(rows: Sequence[Any]) -> tuple[str, ...]:
    known = dataclasses.fields(rows[0]) if rows else ()
    names = (field.name for field in known if field.repr)
    return tuple(name for name in names if any(getattr(row, name) is not None for row in rows))


def _values(row: object, columns: Sequence[str]) -> Iterator[tuple[str, object]]:
    for name in columns:
        value = getattr(row, name)
        if isinstance(value, Amount):
            yield name, value.value
            yield f"{name}_currency", value.currency
        else:
            yield name, value.value if isinstance(value, Enum) else value


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None
