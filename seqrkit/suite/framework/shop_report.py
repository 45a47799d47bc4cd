"""A report of a shop: its XML, and the transactions and numbers in it."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from attrs import frozen
from lxml import etree

from seqrkit.errors import TransportError
from seqrkit.exchange import Exchange
from seqrkit.money import decimal_of


class UnreadableReport(TransportError):
    """The content of a report is not XML, or an amount in it is not a number."""


class Row(NamedTuple):
    """A transaction in a report."""

    ers_reference: str
    amount: Decimal
    terminal_id: str
    cashier_id: str


@frozen(slots=False)
class Report:
    """A report as the service has answered it in an exchange."""

    id: str
    content: bytes
    exchange: Exchange

    @cached_property
    def document(self) -> etree._Element:
        """The root of the content; raises `UnreadableReport` if that is not XML."""
        try:
            return etree.fromstring(self.content)
        except etree.XMLSyntaxError as error:
            raise self._unreadable(f"is not XML: {error.msg}") from error

    @property
    def rows(self) -> tuple[Row, ...]:
        """The transactions."""
        return tuple(map(self._row, self.document.iter("Row")))

    def number(self, path: str, inside: etree._Element | None = None) -> Decimal:
        """Return a number in the report, or in an element of it; 0 if it is absent or empty.

        Raises `UnreadableReport` for another text.
        """
        found = (self.document if inside is None else inside).findtext(path) or "0"
        number = decimal_of(found.strip())
        if number is None:
            raise self._unreadable(f'has {path} "{found}", which is not a number')
        return number

    def _row(self, row: etree._Element) -> Row:
        return Row(
            row.findtext("ErsReference") or "",
            self.number("SalesAmount", row),
            row.findtext("TerminalId") or "",
            row.findtext("CashierId") or "",
        )

    def _unreadable(self, what: str) -> UnreadableReport:
        return UnreadableReport(f"the report {self.id} {what}", exchange=self.exchange)
