"""The reports of a terminal's period, which have its transactions and not those of others."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from seqrkit.errors import ResultError
from seqrkit.suite.framework import CheckContext, Inapplicable
from seqrkit.suite.framework.example_steps import Expected, literal
from seqrkit.suite.properties.replay.ledger import expected_row
from seqrkit.vocabulary import ReportId

_NAME: Final = "Reports"
"""The name of a cash register."""
_OWN: Final = "8.00"
_OTHER: Final = "7.00"


def verify_terminal_reports(check: CheckContext) -> None:
    """Have buyers pay at two terminals, and read the reports of one."""
    shop = check.shop
    shop.require_details()
    shop.require_registration()
    till = shop.register(_NAME)
    own = till.paid(f"{_OWN} SEK").ers_reference
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
    wanted = (own, Decimal(_OWN))
    has_other = other in dict(found)
    check.expect(
        found == [wanted],
        f"the report {ReportId.TERMINAL_DETAILS} of a terminal has the ersReferences "
        f"{', '.join(name for name, _ in found) or 'of no transaction'}, expected {own} alone",
        exchange=details.exchange,
        deviation="executeReport: transactions of a terminal",
        expects=Expected("contentString", f".*>{literal(other)}<.*", matches=False)
        if has_other
        else expected_row(*wanted, [wanted], is_missing=True),
    )
    total = sums.number("Row/SalesTotal")
    check.expect(
        total == Decimal(_OWN),
        f"SalesTotal in the report {ReportId.TERMINAL} of a terminal is {total}, expected {_OWN}",
        exchange=sums.exchange,
        deviation="executeReport: sum of a terminal",
        expects=Expected("contentString", f".*<SalesTotal>{literal(_OWN)}0*</SalesTotal>.*"),
    )
