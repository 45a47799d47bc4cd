"""The six reports of a transaction period, as XML documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Final

from seqrkit.model import Report
from seqrkit.simulator.behaviours import ALL, Active, Behaviour, money
from seqrkit.simulator.invoice import EXACT, NOTHING
from seqrkit.simulator.store import Movement, MovementKind, Period

MIME_TYPE: Final = "text/html"
"""What the service says of it, though it is XML."""
Cells = Sequence[tuple[str, str]]
"""Element names and texts of a Row."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the six: its number, its root element, and what its rows are of."""

    number: str
    root: str
    behaviour: Behaviour
    """By which there is such a report."""
    key: str | None = None
    """What a sum is made for, None for one sum of all."""
    details: bool = False
    of_terminal: bool = False
    file: str = ""
    """The file it is asked for by, where that is not made of the number."""

    @property
    def name(self) -> str:
        """The short name, e.g. STD_RECON_002."""
        return f"STD_RECON_{self.number}"


KINDS: Final = (
    Kind("001", "ResellerTransactionSummary", money.SHOP_SUM, file="Shop.xml"),
    Kind("002", "TerminalTransactionSummary", money.TERMINAL_SUMS, key="TerminalId"),
    Kind("003", "TransactionDetails", money.DETAILS, details=True),
    Kind("004", "CashierTransactionSummary", money.CASHIER_SUMS, key="CashierId"),
    Kind("006", "TerminalTransactionSummary", money.SUM_OF_TERMINAL, of_terminal=True),
    Kind("007", "TransactionDetails", money.DETAILS_OF_TERMINAL, details=True, of_terminal=True),
)
FOLDER: Final = "Reconciliation/"


def find(report_id: str, active: Active = ALL) -> Kind | None:
    """The report of that reportId."""
    for kind in KINDS:
        file = kind.file or f"{kind.name}.xml"
        names = {FOLDER + file}
        if money.OLD_REPORT_NAMES in active:
            names |= {file, kind.name, FOLDER + kind.name, f"{kind.name}.xml"}
        if report_id in names and kind.behaviour in active:
            return kind
    return None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes reports of one period; `terminals` are the terminalIds by their numbers."""

    period: Period
    movements: Sequence[Movement]
    terminals: Mapping[int, str]
    now: datetime
    active: Active = ALL

    def write(self, kind: Kind) -> Report:
        """The report as executeReport replies it."""
        text = "\n".join(
            (
                '<?xml version="1.0" encoding="UTF-8"?>',
                f"<{kind.root}>",
                *([_element("Meta", self._meta(kind))] if money.META in self.active else []),
                *(_element("Row", row) for row in self._rows(kind)),
                f"</{kind.root}>",
                "",
            )
        )
        title = "" if kind.file else f"{kind.name}_{self.period.id}.xml"
        titled, typed = money.REPORT_TITLE in self.active, money.REPORT_TYPE in self.active
        return Report(
            title=title if titled else kind.name,
            mime_type=MIME_TYPE if typed else "text/xml",
            content=text.encode(),
            content_string=text,
        )

    def _meta(self, kind: Kind) -> Cells:
        terminal = self.terminals.get(self.period.terminal or 0, "")
        return (
            ("ResellerId", self.period.reseller),
            *([("TerminalId", terminal)] if kind.of_terminal else []),
            ("TransactionPeriodId", self.period.id),
            ("GeneratedAt", f"{self.now:%Y-%m-%d %H:%M}"),
        )

    def _rows(self, kind: Kind) -> Iterator[Cells]:
        with_refunds = money.REFUNDS_ARE_NEGATIVE in self.active
        moved = [m for m in self.movements if m.kind is MovementKind.SALE or with_refunds]
        currencies = sorted({m.amount.currency or "" for m in moved})
        apart = len(currencies) > 1 and money.CURRENCIES_APART in self.active
        if kind.details:
            return (self._detail(kind, movement, apart=apart) for movement in moved)
        return self._sums(kind, moved, currencies if apart else [None])

    def _detail(self, kind: Kind, movement: Movement, *, apart: bool) -> Cells:
        amount = ("SalesAmount", self._number(_signed(movement)))
        reference = ("ErsReference", movement.reference)
        currency = [("Currency", movement.amount.currency or "")] if apart else []
        if kind.of_terminal:
            return (reference, amount, *currency)
        return (
            ("TerminalId", self.terminals[movement.terminal]),
            ("CashierId", self._cashier(movement)),
            amount,
            reference,
            *currency,
        )

    def _sums(
        self, kind: Kind, moved: Iterable[Movement], currencies: Iterable[str | None]
    ) -> Iterator[Cells]:
        groups: dict[str, list[Movement]] = {} if kind.key else {"": []}
        for movement in moved:
            groups.setdefault(self._group(kind, movement), []).append(movement)
        for group in sorted(groups):
            for currency in currencies:
                of_both = [
                    m for m in groups[group] if currency is None or m.amount.currency == currency
                ]
                if currency is None or of_both:
                    yield self._sum(kind, group, of_both, currency)

    def _sum(
        self, kind: Kind, group: str, moved: Sequence[Movement], currency: str | None
    ) -> Cells:
        total = NOTHING
        for movement in moved:
            total = EXACT.add(total, _signed(movement))
        return (
            *([(kind.key, group)] if kind.key else []),
            ("SalesCount", str(sum(m.kind is MovementKind.SALE for m in moved))),
            ("SalesTotal", self._number(total)),
            *([("Currency", currency)] if currency else []),
        )

    def _group(self, kind: Kind, movement: Movement) -> str:
        match kind.key:
            case "TerminalId":
                return self.terminals[movement.terminal]
            case "CashierId":
                return self._cashier(movement)
            case _:
                return ""

    def _cashier(self, movement: Movement) -> str:
        return movement.cashier or ("NULL" if money.NO_CASHIER in self.active else "")

    def _number(self, value: Decimal) -> str:
        return f"{value:.5f}" if money.FIVE_DECIMALS in self.active else f"{value:f}"


def _signed(movement: Movement) -> Decimal:
    """What the merchant gained: less than nothing where it gave back."""
    value = movement.amount.value or NOTHING
    return value if movement.kind is MovementKind.SALE else -value


def _element(name: str, cells: Cells) -> str:
    inner = "".join(f"\n    <{cell}>{escape(text, quote=False)}</{cell}>" for cell, text in cells)
    return f"  <{name}>{inner}\n  </{name}>"
