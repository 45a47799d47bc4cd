"""The transactions of the payment service, their periods, and the vendor's report of transactions.

It imports nothing of seqrkit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

DETAILS = "Reconciliation/STD_RECON_003.xml"
WITH_REPORTS = {
    "reports",
    "reports of the shop alone",
    "reports are empty",
    "reports lack refunds",
    "reports lack the first",
    "reports lack the last",
    "reports repeat the last",
    "reports go on",
    "reports round",
    "receipts are booked",
    "refused refunds are booked",
}
"""The mistakes, and the choices, of services that have the vendor's reports."""


class Entry(NamedTuple):
    """A transaction: a payment, or a refund with a negative amount."""

    terminal: str
    reference: str
    amount: Decimal


class Books:
    """All transactions, and the periods that were ended."""

    def __init__(self, mistake: str) -> None:
        self.mistake = mistake
        self.entries: list[Entry] = []
        self.marks: dict[str, int] = {}
        self.periods: dict[str, list[Entry]] = {}

    def end(self, period: str, terminal: str) -> None:
        """End a period of the shop, or of a terminal."""
        if self.mistake == "reports of the shop alone":
            terminal = ""
        since = 0 if self.mistake == "reports go on" else self.marks.get(terminal, 0)
        of_period = self.entries[since:]
        self.marks[terminal] = len(self.entries)
        self.periods[period] = [each for each in of_period if terminal in {"", each.terminal}]

    def refused(self, refund: Entry) -> None:
        """Book a refund that was refused, which is a mistake."""
        if self.mistake == "refused refunds are booked":
            self.entries.append(refund)

    def report(self, period: str) -> str | None:
        """Return the report of transactions of a period; `None` if there is no such period."""
        if period not in self.periods:
            return None
        rows = "".join(
            f"<Row><TerminalId>{each.terminal}</TerminalId><SalesAmount>{each.amount:.5f}"
            f"</SalesAmount><ErsReference>{each.reference}</ErsReference></Row>"
            for each in self.spoiled(self.periods[period])
        )
        about = f"<Meta><TransactionPeriodId>{period}</TransactionPeriodId></Meta>"
        return f"<TransactionDetails>{about}{rows}</TransactionDetails>"

    def spoiled(self, entries: list[Entry]) -> list[Entry]:
        """Return the rows of a report with the planted mistake."""
        return {
            "reports are empty": [],
            "reports lack refunds": [each for each in entries if each.amount > 0],
            "reports lack the first": entries[1:],
            "reports lack the last": entries[:-1],
            "reports repeat the last": entries + entries[-1:],
            "reports round": [e._replace(amount=Decimal(round(e.amount))) for e in entries],
        }.get(self.mistake, entries)
