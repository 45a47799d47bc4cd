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
from seqrkit.suite.framework.example_steps import WELL_FORMED, Expected, literal


class UnreadableReport(TransportError):
    """The content of a report is not XML, or an amount in it is not a number."""

    def __init__(self, sentence: str, *, exchange: Exchange, expects: Expected) -> None:
        super().__init__(sentence, exchange=exchange)
        self.expects = expects


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
            expects = Expected(f"{WELL_FORMED}contentString", "yes")
            raise self._unreadable(f"is not XML: {error.msg}", expects) from error

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
            name = path.rpartition("/")[-1]
            element = literal(f"<{name}>{found}</{name}>")
            expects = Expected("contentString", f".*{element}.*", matches=False)
            raise self._unreadable(f'has {path} "{found}", which is not a number', expects)
        return number

    def _row(self, row: etree._Element) -> Row:
        return Row(
            row.findtext("ErsReference") or "",
            self.number("SalesAmount", row),
            row.findtext("TerminalId") or "",
            row.findtext("CashierId") or "",
        )

    def _unreadable(self, what: str, expects: Expected) -> UnreadableReport:
        said = f"the report {self.id} {what}"
        return UnreadableReport(said, exchange=self.exchange, expects=expects)
