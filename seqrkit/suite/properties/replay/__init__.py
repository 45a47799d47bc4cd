"""Replay: generated requests are sent, and every reply and effect is verified.

In: a `CheckContext` with a session whose endpoint may be written to. Out: the checks of the group
``replay``. Imports framework, oracles and strategies; it uses only the API, so that it works with
any endpoint: effects are seen through getPaymentStatus and reports.
"""

from __future__ import annotations

from typing import Final

from seqrkit.suite.framework import CheckContext, Inapplicable, Need, PropertyGroup
from seqrkit.suite.oracles.message_cases import cases_of
from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.replay.accepted_requests import ACCEPTED
from seqrkit.suite.properties.replay.generated_requests import SENDS
from seqrkit.suite.properties.replay.ledger import compare_periods
from seqrkit.suite.properties.replay.refused_requests import REFUSED
from seqrkit.suite.properties.replay.terminal_reports import verify_terminal_reports

GROUP = PropertyGroup("replay")
GROUP.properties += (*ACCEPTED, *REFUSED)

_LEAVE_PERIODS: Final = (
    *("replay.done", "replay.paid", "replay.parts", "replay.long-texts", "replay.unknown-callers"),
    *("replay.unknown-references", "replay.broken", "replay.unusual"),
)
"""The properties whose transactions are compared by the last one."""


@GROUP.property(
    source="reports: vendor's developer manual",
    cases=cases_of("executeReport"),
    needs=(*SENDS, Need.BUYER),
    letter="V",
)
def terminal_reports(check: CheckContext) -> None:
    """The reports of a terminal's period have its transactions, and no others."""
    with checked_replies(check):
        verify_terminal_reports(check)


@GROUP.property(
    source="reports: vendor's developer manual",
    cases=cases_of("executeReport"),
    needs=SENDS,
    letter="V",
    concludes=_LEAVE_PERIODS,
)
def books(check: CheckContext) -> None:
    """The shop's reports have the transactions of all checks before, and no others."""
    check.shop.require_details()
    check.shop.require_registration()
    if not compare_periods(check):
        raise Inapplicable("the checks before it have left no transactions to compare")
