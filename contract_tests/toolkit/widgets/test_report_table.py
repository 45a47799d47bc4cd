"""A report is a table below its reply; other content is not shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import seqrkit
from seqrkit import Invoice, ManualClock, Report, Session
from seqrkit.simulator.operations.report_documents import KINDS, find
from seqrkit.vocabulary import ReportId
from seqrkit.widgets import Workbench
from seqrkit.widgets.report_table import ReportTable


@pytest.fixture
def seqr() -> Iterator[Session]:
    clock = ManualClock()
    with seqrkit.connect(clock=clock, quiet=True, seed=1) as session:
        for amount in ("10.50 SEK", "2.25 SEK"):
            reply = session.send_invoice(Invoice(title="Tea", total_amount=amount))
            session.phone.scan(reply.qr).pay()
            session.wait_for_payment(reply, progress=False)
        session.mark_transaction_period()
        clock.advance(5)
        yield session


def asked(bench: Workbench, report_id: str) -> None:
    bench.operation = "executeReport"
    form = bench.form("executeReport")
    form.update({"reportId": report_id})
    form.send()


def hidden(widget: ReportTable) -> bool:
    return "seqr-hidden" in widget._dom_classes


def test_a_report_is_shown_below_its_reply(seqr: Session) -> None:
    bench = seqr.workbench()
    assert hidden(bench.report)
    asked(bench, "Reconciliation/STD_RECON_003.xml")
    assert not hidden(bench.report)
    shown = bench.report.state["values"]
    amounts = [row[shown["columns"].index("SalesAmount")] for row in shown["rows"]]
    assert amounts == ["10.50", "2.25"]
    assert shown["numbers"][shown["columns"].index("SalesAmount")]
    assert dict(shown["facts"])["ResellerId"] == "public_test_shop"
    assert "2 rows" in repr(bench.report)
    bench.operation = "getPaymentStatus"
    bench.form("getPaymentStatus").send()
    assert hidden(bench.report)


def test_a_report_that_is_not_ready_has_no_table(seqr: Session) -> None:
    bench = seqr.workbench()
    asked(bench, "no such report")
    assert hidden(bench.report)


@pytest.mark.parametrize("content", [b"", b"plain text", b"<a/>", b"\xff", None])
def test_what_is_no_table_is_not_shown(content: bytes | None) -> None:
    table = ReportTable()
    table.show_report(Report(content=content))
    assert table.is_empty


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("220.00000", "220.00"),
        ("0.12300", "0.123"),
        ("5", "5"),
        ("1.5", "1.5"),
        ("2026010112000000", "2026010112000000"),
        ("1.00000 SEK", "1.00000 SEK"),
        ("", ""),
    ],
)
def test_amounts_lose_the_zeros_after_their_second_decimal(written: str, shown: str) -> None:
    content = f"<R><Row><SalesAmount>{written}</SalesAmount></Row></R>".encode()
    table = ReportTable()
    table.show_report(Report(content=content))
    assert table.state["values"]["rows"] == [[shown]]


def test_the_known_reports_are_offered(seqr: Session) -> None:
    nodes = seqr.form("executeReport").body.structure
    (node,) = [each for each in nodes if each.get("name") == "reportId"]
    offered = dict(node["offers"])
    assert tuple(offered) == tuple(node["options"]) == tuple(ReportId)
    assert offered[ReportId.TERMINAL_DETAILS] == "terminal details"
    assert [find(each) for each in tuple(ReportId)] == list(KINDS)
