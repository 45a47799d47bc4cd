"""Reconciliation: own sales against the rows of a report, judged by counting and by pandas."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.display.balance import Balance
from seqrkit import Amount, Invoice, ManualClock, Session
from seqrkit.errors import ConfigurationError, InvalidAmount, MessageError, ReportNotReady
from seqrkit.notebook_repr import Bundle
from seqrkit.reconciliation import Columns, DiscrepancyKind, Reconciliation, reconcile
from seqrkit.reports import ReportRow

REFERENCES = st.sampled_from(["1", "2", "3", "4"])
AMOUNTS = st.decimals(-(10**20), 10**20, places=2)
SALES = st.lists(st.tuples(REFERENCES, st.sampled_from([Decimal("-5.00"), Decimal(5), Decimal(7)])))
DAYS = st.dictionaries(st.text("0123456789", min_size=1), AMOUNTS)
KIND = DiscrepancyKind
Pairs = Iterable[tuple[str | None, Any]]


def compared(own: Pairs, reported: Pairs, currency: str | None = "SEK") -> Reconciliation:
    """Compare (reference, amount) pairs of both sides."""
    records = [{"ers_reference": ref, "amount": amount, "currency": "SEK"} for ref, amount in own]
    rows = [
        ReportRow(ers_reference=ref, sales_amount=Amount(amount, currency))
        for ref, amount in reported
    ]
    return reconcile(records, rows, "p1", Columns())


@given(SALES, SALES)
def test_every_sale_matches_or_is_a_discrepancy_exactly_once(
    own: list[tuple[str, Decimal]], reported: list[tuple[str, Decimal]]
) -> None:
    result = compared(own, reported)
    common = Counter(own) & Counter(reported)
    assert result.matched == common.total()
    recorded = Counter(
        (each.ers_reference, each.recorded.value)
        for each in result.discrepancies
        if each.recorded is not None
    )
    in_report = Counter(
        (each.ers_reference, each.reported.value)
        for each in result.discrepancies
        if each.reported is not None
    )
    assert recorded == Counter(own) - common
    assert in_report == Counter(reported) - common
    assert result.agrees == (Counter(own) == Counter(reported))


@given(DAYS, DAYS)
def test_unique_references_are_compared_as_by_an_outer_join_of_pandas(
    own: dict[str, Decimal], reported: dict[str, Decimal]
) -> None:
    result = compared(own.items(), reported.items())
    left = pd.DataFrame(list(own.items()), columns=["reference", "recorded"], dtype=object)
    right = pd.DataFrame(list(reported.items()), columns=["reference", "reported"], dtype=object)
    joined = left.merge(right, on="reference", how="outer", indicator=True)
    for kind, side in (
        (KIND.MISSING_IN_REPORT, "left_only"),
        (KIND.MISSING_IN_RECORDS, "right_only"),
    ):
        expected = set(joined[joined["_merge"] == side]["reference"])
        assert {each.ers_reference for each in result.of(kind)} == expected
    both = joined[joined["_merge"] == "both"]
    different = set(both[both["recorded"] != both["reported"]]["reference"])
    assert {each.ers_reference for each in result.of(KIND.DIFFERENT_AMOUNT)} == different
    assert result.matched == len(both) - len(different)


@given(SALES, SALES)
def test_exchanging_both_sides_mirrors_the_result(
    own: list[tuple[str, Decimal]], reported: list[tuple[str, Decimal]]
) -> None:
    mirror = {
        KIND.MISSING_IN_REPORT: KIND.MISSING_IN_RECORDS,
        KIND.MISSING_IN_RECORDS: KIND.MISSING_IN_REPORT,
        KIND.REPEATED_RECORD: KIND.REPEATED_ROW,
        KIND.REPEATED_ROW: KIND.REPEATED_RECORD,
        KIND.DIFFERENT_AMOUNT: KIND.DIFFERENT_AMOUNT,
    }
    there, back = compared(own, reported), compared(reported, own)
    assert (there.recorded, there.reported) == (back.reported, back.recorded)
    assert Counter((each.kind, each.ers_reference) for each in there.discrepancies) == Counter(
        (mirror[each.kind], each.ers_reference) for each in back.discrepancies
    )


@pytest.mark.parametrize(
    ("own", "reported", "kinds"),
    [
        ([("1", 5)], [], [KIND.MISSING_IN_REPORT]),
        ([], [("1", 5)], [KIND.MISSING_IN_RECORDS]),
        ([("1", 5)], [("1", 7)], [KIND.DIFFERENT_AMOUNT]),
        ([("1", 5), ("1", 5)], [("1", 5)], [KIND.REPEATED_RECORD]),
        ([("1", 5)], [("1", 5), ("1", 5)], [KIND.REPEATED_ROW]),
        ([("1", 5), ("2", -5)], [("1", 5), ("2", -5)], []),
        ([(None, 5)], [], [KIND.MISSING_IN_REPORT]),
        ([(None, 5)], [(None, 5)], [KIND.MISSING_IN_REPORT, KIND.MISSING_IN_RECORDS]),
    ],
)
def test_each_kind_of_discrepancy(
    own: list[tuple[str | None, int]],
    reported: list[tuple[str | None, int]],
    kinds: list[DiscrepancyKind],
) -> None:
    assert [each.kind for each in compared(own, reported).discrepancies] == kinds


@pytest.mark.parametrize(("currency", "matched"), [("SEK", 1), (None, 1), ("EUR", 0)])
def test_a_currency_is_compared_if_both_sides_name_one(currency: str | None, matched: int) -> None:
    assert compared([("1", 5)], [("1", 5)], currency).matched == matched


@dataclass
class Sale:
    ers_reference: str
    amount: str


@pytest.mark.parametrize(
    "record",
    [
        {"ers_reference": "1", "amount": "149.99 SEK"},
        {"ers_reference": 1, "amount": Decimal("149.99"), "currency": "SEK"},
        {"ers_reference": "1", "amount": "149.990", "currency": None},
        {"ers_reference": " 1 ", "amount": Amount.of("149.99 SEK")},
        Sale("1", "149.99 SEK"),
        SimpleNamespace(ers_reference="1", amount="149.99"),
    ],
    ids=repr,
)
def test_a_record_is_a_mapping_or_an_object(record: object) -> None:
    rows = [ReportRow(ers_reference="1", sales_amount=Amount.of("149.99 SEK"))]
    assert reconcile([record], rows, "p1", Columns()).agrees


def test_records_are_rows_of_a_data_frame_with_columns_of_any_name() -> None:
    frame = pd.DataFrame(
        {"ref": ["1", None, "3"], "sum": ["149.99", "5", "7"], "cur": ["SEK", None, "EUR"]}
    )
    rows = [ReportRow(ers_reference="1", sales_amount=Amount.of("149.99 SEK"))]
    result = reconcile(frame, rows, "p1", Columns("ref", "sum", "cur"))
    assert result.matched == 1
    assert [(each.ers_reference, each.recorded) for each in result.discrepancies] == [
        (None, Amount(Decimal(5), None)),
        ("3", Amount.of("7 EUR")),
    ]
    assert result.discrepancies[1].record == {"ref": "3", "sum": "7", "cur": "EUR"}


def test_whole_numbers_of_numpy_are_exact() -> None:
    frame = pd.DataFrame({"ers_reference": [1], "amount": [5]})
    rows = [ReportRow(ers_reference="1", sales_amount=Amount.of("5 SEK"))]
    assert reconcile(frame, rows, "p1", Columns()).agrees


@pytest.mark.parametrize(
    ("record", "error", "message"),
    [
        ({"reference": "1", "amount": "5 SEK"}, ConfigurationError, "record 1 has no ers_ref"),
        ({"ers_reference": "1", "amount": None}, ConfigurationError, "no value in amount"),
        ({"ers_reference": 2e24, "amount": 1}, ConfigurationError, "cannot hold its 25 digits"),
        ({"ers_reference": "1", "amount": 149.99}, InvalidAmount, "record 1: 149.99 is a float"),
        ({"ers_reference": "1", "amount": "1,50 SEK"}, InvalidAmount, "record 1: .*comma"),
    ],
)
def test_a_record_that_cannot_be_read_exactly_is_an_error(
    record: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        reconcile([record], [], "p1", Columns())


@pytest.mark.parametrize("records", ["sales.csv", {"ers_reference": "1", "amount": "5 SEK"}])
def test_one_value_instead_of_a_list_is_an_error(records: object) -> None:
    with pytest.raises(ConfigurationError, match="records are a list of sales"):
        reconcile(records, [], "p1", Columns())  # type: ignore[arg-type]


def test_a_report_of_sums_cannot_be_compared() -> None:
    with pytest.raises(MessageError, match="row 1 of the report has no SalesAmount"):
        reconcile([], [ReportRow(sales_count=1)], "p1", Columns())


@pytest.fixture
def seqr() -> Iterator[Session]:
    with seqrkit.connect(clock=ManualClock(), seed=1, quiet=True) as session:
        yield session


def sell(seqr: Session, amount: str) -> seqrkit.PaymentStatusReply:
    reply = seqr.send_invoice(Invoice(title="x", cashier_id="Bob", total_amount=amount))
    seqr.phone.scan(reply.qr).pay()
    return seqr.wait_for_payment(reply, progress=False)


def test_a_day_with_a_refund_agrees(seqr: Session) -> None:
    paid = [sell(seqr, "149.99 SEK"), sell(seqr, "20 SEK")]
    refund = seqr.refund_payment(paid[0], Invoice(total_amount="49.99 SEK"))
    own = [*paid, {"ers_reference": refund.ers_reference, "amount": "-49.99 SEK"}]
    result = seqr.reconcile(own, seqr.mark_transaction_period())
    assert result.agrees
    assert result.matched == 3
    assert str(result).splitlines() == [
        f"Reconciliation of period {result.period}: agrees",
        "  matched   3",
        "  recorded  120.00 SEK",
        "  reported  120.00",
    ]


def test_a_payment_without_a_record_is_found(seqr: Session) -> None:
    kept, lost = sell(seqr, "149.99 SEK"), sell(seqr, "20 SEK")
    period = seqr.mark_transaction_period().transaction_period_id
    (found,) = seqr.reconcile([kept], str(period)).discrepancies
    assert found.kind is KIND.MISSING_IN_RECORDS
    assert found.ers_reference == lost.ers_reference
    assert found.reported == Amount(Decimal(20), None)
    assert found.cashier_id == "Bob"


def test_the_period_of_a_terminal_is_compared_with_its_own_report(seqr: Session) -> None:
    till = seqr.register_terminal("till-1", "secret", "Till 1").terminal_id or ""
    sell(seqr, "20 SEK")
    register = seqr.as_terminal(till, "secret")
    reply = register.send_invoice(Invoice(title="x", total_amount="5 SEK"))
    seqr.phone.scan(reply.qr).pay()
    paid = register.wait_for_payment(reply, progress=False)
    period = register.mark_transaction_period({"TERMINALID": till})
    assert register.reconcile([paid], period, terminal_id=till).agrees


def test_a_report_that_is_never_ready_is_an_error_after_30_seconds(seqr: Session) -> None:
    sell(seqr, "20 SEK")
    period = seqr.mark_transaction_period()
    start = seqr.clock.monotonic()
    with pytest.raises(ReportNotReady):
        seqr.reconcile([], period, terminal_id="public_test_shop_terminal")
    assert seqr.clock.monotonic() - start == 30


def test_a_result_is_displayed_with_sums_and_discrepancies() -> None:
    result = compared([("1", 5), ("<b>", 2)], [("1", 7)])
    bundle: Bundle = result._repr_mimebundle_()
    assert bundle["text/plain"] == str(result)
    assert str(result).splitlines() == [
        "Reconciliation of period p1: 2 discrepancies",
        "  matched   0",
        "  recorded  7 SEK",
        "  reported  7 SEK",
        "  kind               ers_reference  recorded  reported",
        "  ─────────────────  ─────────────  ────────  ────────",
        "  different amount   1                 5 SEK     7 SEK",
        "  missing in report  <b>               2 SEK",
    ]
    page = Balance(str(bundle["text/html"]))
    assert page.open == []
    text = " ".join(" ".join(page.text).split())
    assert "2 discrepancies matched 0 recorded 7 SEK reported 7 SEK kind ers_reference" in text
    assert "missing in report <b> 2 SEK" in text


@pytest.mark.parametrize("records", [None, 5, "abc", {"1": "2 SEK"}])
def test_records_that_are_not_a_list_are_refused(records: Any) -> None:
    with pytest.raises(ConfigurationError, match="records are a list of sales, or a DataFrame"):
        reconcile(records, [], "p1", Columns())


def test_a_missing_period_is_refused(seqr: Session) -> None:
    with pytest.raises(ConfigurationError, match="call mark_transaction_period first"):
        seqr.reconcile([], "")
