"""The six reports of a transaction period, as XML documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import PurePosixPath
from typing import Final

from seqrkit.model import Report
from seqrkit.money import NOTHING, Amount
from seqrkit.simulator.behaviours import Behaviour, behaviour
from seqrkit.simulator.store.records import Movement, MovementKind, Period
from seqrkit.vocabulary import ReportId

MIME_TYPE: Final = "text/html"
"""The type that the service states, although reports are XML."""
Cells = Sequence[tuple[str, str]]
"""Element names and texts of a Row."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report: its id, its root element and the content of its rows."""

    id: ReportId
    root: str
    behaviour: Behaviour
    """The behaviour that describes this report."""
    key: str | None = None
    """The element that sums are grouped by; `None` for one sum of everything."""
    details: bool = False
    of_terminal: bool = False

    @property
    def name(self) -> str:
        """The short name, e.g. STD_RECON_002; that of the shop's report is Shop."""
        return PurePosixPath(self.id).stem


KINDS: Final = (
    Kind(ReportId.SHOP, "ResellerTransactionSummary", behaviour("report.shop-sum")),
    Kind(
        ReportId.TERMINALS,
        "TerminalTransactionSummary",
        behaviour("report.terminal-sums"),
        key="TerminalId",
    ),
    Kind(ReportId.DETAILS, "TransactionDetails", behaviour("report.details"), details=True),
    Kind(
        ReportId.CASHIERS,
        "CashierTransactionSummary",
        behaviour("report.cashier-sums"),
        key="CashierId",
    ),
    Kind(
        ReportId.TERMINAL,
        "TerminalTransactionSummary",
        behaviour("report.sum-of-terminal"),
        of_terminal=True,
    ),
    Kind(
        ReportId.TERMINAL_DETAILS,
        "TransactionDetails",
        behaviour("report.details-of-terminal"),
        details=True,
        of_terminal=True,
    ),
)
_SHORT_NAMES: Final = {"STD_RECON_001": "Shop"}


def find(report_id: str, *, strict: bool = False) -> Kind | None:
    """Return the kind of report of a reportId; only its full name if `strict`."""
    for kind in KINDS:
        if report_id == kind.id:
            return kind
        name = report_id.removeprefix(f"{PurePosixPath(kind.id).parent}/").removesuffix(".xml")
        if not strict and _SHORT_NAMES.get(name, name) == kind.name:  # report.names
            return kind
    return None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes reports of one period; `terminals` maps numbers to terminalIds."""

    period: Period
    movements: Sequence[Movement]
    terminals: Mapping[int, str]
    now: datetime

    def write(self, kind: Kind) -> Report:
        """Return a report as executeReport returns it."""
        text = "\n".join(
            (
                '<?xml version="1.0" encoding="UTF-8"?>',
                f"<{kind.root}>",
                _element("Meta", self._meta(kind)),
                *(_element("Row", row) for row in self._rows(kind)),
                f"</{kind.root}>",
                "",
            )
        )
        title = "" if kind.id == ReportId.SHOP else f"{kind.name}_{self.period.id}.xml"
        return Report(title=title, mime_type=MIME_TYPE, content=text.encode(), content_string=text)

    def _meta(self, kind: Kind) -> Cells:
        terminal = self.terminals.get(self.period.terminal or 0, "")
        return (
            ("ResellerId", self.period.reseller),
            *([("TerminalId", terminal)] if kind.of_terminal else []),
            ("TransactionPeriodId", self.period.id),
            ("GeneratedAt", f"{self.now:%Y-%m-%d %H:%M}"),
        )

    def _rows(self, kind: Kind) -> Iterator[Cells]:
        moved = self.movements
        currencies = sorted({m.amount.currency or "" for m in moved})
        # The vendor's reports have no currency; only amounts that must not be added are told apart.
        apart = len(currencies) > 1
        if kind.details:
            return (self._detail(kind, movement, apart=apart) for movement in moved)
        return self._sums(kind, moved, currencies if apart else [None])

    def _detail(self, kind: Kind, movement: Movement, *, apart: bool) -> Cells:
        amount = ("SalesAmount", _number(_signed(movement)))
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
        # The shop's sum has a row even without sales: zero is an answer.
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
        total = sum(map(_signed, moved), NOTHING)
        return (
            *([(kind.key, group)] if kind.key else []),
            ("SalesCount", str(sum(m.kind is MovementKind.SALE for m in moved))),
            ("SalesTotal", _number(total)),
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
        return movement.cashier or "NULL"


def _signed(movement: Movement) -> Amount:
    """Return what the merchant gained: a negative number for a refund or reversal."""
    return movement.amount if movement.kind is MovementKind.SALE else -movement.amount


def _number(amount: Amount) -> str:
    # Five decimals, as in the vendor's reports, also for SEK.
    return f"{amount.value:.5f}"


def _element(name: str, cells: Cells) -> str:
    inner = "".join(f"\n    <{cell}>{escape(text, quote=False)}</{cell}>" for cell, text in cells)
    return f"  <{name}>{inner}\n  </{name}>"
