"""The reports of a terminal's period, which have its transactions and not those of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from seqrkit.errors import ResultError
from seqrkit.suite.framework import CheckContext, Inapplicable
from seqrkit.suite.framework.example_steps import Expected, literal
from seqrkit.suite.framework.periods import Transaction
from seqrkit.suite.properties.replay.ledger import expected_row
from seqrkit.vocabulary import ReportId

_NAME: Final = "Reports"
"""The name of a cash register."""
_OWN: Final = ("0.29", "0.57")
"""Amounts whose sum is not exact as binary floats, and has hundredths."""
_OTHER: Final = "7.00"


def verify_terminal_reports(check: CheckContext) -> None:
    """Have buyers pay at two terminals, and read the reports of one."""
    shop = check.shop
    shop.require_details()
    shop.require_registration()
    till = shop.register(_NAME)
    wanted = [(till.paid(f"{own} SEK").ers_reference, Decimal(own)) for own in _OWN]
    other = shop.till.paid(f"{_OTHER} SEK").ers_reference
    period = shop.mark(till)
    try:
        details = shop.report(ReportId.TERMINAL_DETAILS, period)
        sums = shop.report(ReportId.TERMINAL, period)
    except ResultError as error:
        raise Inapplicable(
            "needs the vendor's reports of terminals, which no document names"
        ) from error
    found = [(row.ers_reference, row.amount) for row in details.rows]
    is_other, missing = other in dict(found), Counter(wanted) - Counter(found)
    first = next(iter(missing or Counter(found) - Counter(wanted)), wanted[0])
    check.expect(
        Counter(found) == Counter(wanted),
        f"the report {ReportId.TERMINAL_DETAILS} of a terminal has "
        f"{_named(found) or 'no transaction'}, expected {_named(wanted)}",
        exchange=details.exchange,
        deviation="executeReport: transactions of a terminal",
        expects=Expected("contentString", f".*>{literal(other)}<.*", matches=False)
        if is_other
        else expected_row(*first, wanted, is_missing=bool(missing)),
    )
    total, own = sums.number("Row/SalesTotal"), sum(amount for _, amount in wanted)
    check.expect(
        total == own,
        f"SalesTotal in the report {ReportId.TERMINAL} of a terminal is {total}, expected {own}",
        exchange=sums.exchange,
        deviation="executeReport: sum of a terminal",
        expects=Expected("contentString", f".*<SalesTotal>{literal(str(own))}0*</SalesTotal>.*"),
    )


def _named(transactions: Sequence[Transaction]) -> str:
    return " and ".join(f"{amount} with ersReference {of}" for of, amount in transactions)
