"""A report that cannot be read fails a check, with the exchange that returned it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.suite.sample_checks import EXCHANGE, check, row_of
from seqrkit.errors import ReportNotReady
from seqrkit.session import Session
from seqrkit.suite import CheckEnvironment, CheckFailure
from seqrkit.suite.framework import CheckContext
from seqrkit.suite.framework.shop import Shop
from seqrkit.suite.framework.shop_report import Report, UnreadableReport
from seqrkit.suite.properties.replay.ledger import settled
from seqrkit.suite.properties.replay.terminal_reports import verify_terminal_reports
from seqrkit.vocabulary import ReportId

UNREADABLE = "executeReport: UnreadableReport"


def failure_of(test: Callable[[CheckContext], None]) -> CheckFailure:
    """Return the failure of a check at the embedded endpoint."""
    with CheckEnvironment() as environment, pytest.raises(CheckFailure) as failed:
        check(test).run(environment)
    return failed.value


def with_content(content: bytes, *report_ids: str) -> Any:
    """Replace the content of these reports."""
    read = Shop.report

    def report(shop: Shop, report_id: str, period: str) -> Report:
        found = read(shop, report_id, period)
        return evolve(found, content=content) if report_id in report_ids else found

    return patch.object(Shop, "report", report)


@given(st.just(b"") | st.binary().map(b"&".__add__))
def test_content_that_is_not_xml_is_refused_with_its_exchange(content: bytes) -> None:
    with pytest.raises(UnreadableReport, match="the report R is not XML: ") as refused:
        Report("R", content, EXCHANGE).rows  # noqa: B018 - it is read
    assert refused.value.exchange is EXCHANGE


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=5)
    | st.sampled_from(["8,00", "NaN", "-Infinity", "1_0", "1E2", "8.00 SEK", "\u0668"])
)
def test_any_amount_is_a_number_or_refused_with_its_exchange(amount: Decimal | str) -> None:
    report = Report("R", row_of(f"{amount:f}" if isinstance(amount, Decimal) else amount), EXCHANGE)
    if isinstance(amount, Decimal):
        assert [row.amount for row in report.rows] == [amount]
    else:
        with pytest.raises(UnreadableReport, match="which is not a number") as refused:
            report.rows  # noqa: B018 - it is read
        assert refused.value.exchange is EXCHANGE


@pytest.mark.parametrize("content", [b"", b"<a>", b"1;8,00", row_of("8,00"), row_of("NaN")])
def test_an_unreadable_report_of_transactions_is_a_failure(content: bytes) -> None:
    with with_content(content, ReportId.TERMINAL_DETAILS):
        failure = failure_of(verify_terminal_reports)
    assert failure.deviation == UNREADABLE
    assert failure.exchange is not None
    assert failure.expects is not None
    assert ReportId.TERMINAL_DETAILS.encode() in failure.exchange.request


@pytest.mark.parametrize("total", ["8,00", "NaN", "eight"])
def test_an_unreadable_sum_is_a_failure(total: str) -> None:
    content = f"<Report><Row><SalesTotal>{total}</SalesTotal></Row></Report>".encode()
    with with_content(content, ReportId.TERMINAL):
        failure = failure_of(verify_terminal_reports)
    assert failure.deviation == UNREADABLE
    assert total in failure.message


def test_an_unreadable_amount_is_a_failure_of_the_books() -> None:
    with with_content(row_of("8,00"), ReportId.DETAILS):
        failure = failure_of(lambda context: settled(context, lambda _: None))
    assert failure.deviation == UNREADABLE


def test_the_report_that_is_wrong_is_shown_even_if_the_next_is_not_ready_at_first() -> None:
    read, refused = Session.execute_report, list[str]()

    def execute(session: Session, report_id: str, **about: Any) -> Any:
        if report_id == ReportId.TERMINAL and not refused:
            refused.append(report_id)
            period = session.mark_transaction_period().transaction_period_id
            with pytest.raises(ReportNotReady):
                read(session, report_id, parameters={"transactionPeriodId": period})
        return read(session, report_id, **about)

    empty = with_content(b"<Report/>", ReportId.TERMINAL_DETAILS)
    with empty, patch.object(Session, "execute_report", execute):
        failure = failure_of(verify_terminal_reports)
    assert refused
    assert failure.deviation == "executeReport: transactions of a terminal"
    assert failure.exchange is not None
    assert ReportId.TERMINAL_DETAILS.encode() in failure.exchange.request
