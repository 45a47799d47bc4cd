"""The oracles of messages: differences, verdicts, repeated items and cases."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from seqrkit import contract, strategies
from seqrkit.model import Invoice, InvoiceRow, SendInvoice
from seqrkit.money import Amount
from seqrkit.suite.framework.check_context import Case
from seqrkit.suite.framework.example_steps import Expected
from seqrkit.suite.framework.failure_causes import cause_in_replies
from seqrkit.suite.oracles.message_cases import message_name, new_boundaries, with_repeated_items
from seqrkit.suite.oracles.message_values import (
    Difference,
    expected_text,
    first_difference,
    kept_dates,
    normalized,
    shown,
    tolerant,
)
from seqrkit.suite.oracles.message_variants import with_long_texts, without_one_part
from seqrkit.suite.oracles.schema_validators import DISAGREEMENTS, Verdicts, is_known
from seqrkit.vocabulary import NEWEST, Interface

ZONES = (None, UTC, timezone(timedelta(hours=5, minutes=45)))
DATES = st.datetimes(timezones=st.sampled_from(ZONES)).filter(
    lambda each: MINYEAR < each.year < MAXYEAR
)
REQUEST = SendInvoice(
    invoice=Invoice(
        title="Shop",
        invoice_rows=[InvoiceRow(item_description="Tea", item_total_amount="3.00 SEK")],
        total_amount="3.00 SEK",
    )
)


def test_a_difference_is_named_by_its_path_on_the_wire() -> None:
    assert REQUEST.invoice is not None
    other = evolve(REQUEST, invoice=evolve(REQUEST.invoice, title="Stall"))
    expected = 'invoice.title is "Stall", expected "Shop"'
    assert str(first_difference(other, REQUEST)) == expected
    assert str(first_difference(normalized(other), normalized(REQUEST))) == expected
    fewer = evolve(REQUEST, invoice=evolve(REQUEST.invoice, invoice_rows=()))
    assert str(first_difference(fewer, REQUEST)).startswith(
        "invoice.invoiceRows is [], expected [{"
    )
    assert str(first_difference(None, REQUEST)).startswith("the message is absent, expected {")


@given(strategies.valid("sendInvoice"), st.integers(0, 9))
def test_messages_without_a_part_keep_every_rule_and_their_positions(
    request_: SendInvoice, start: int
) -> None:
    smaller = without_one_part(NEWEST)
    found = [*smaller(request_, 0)]
    later = (each for each in found if each[0] >= start)
    assert next(smaller(request_, start), None) == next(later, None)
    for _, each in found:
        assert isinstance(each, SendInvoice)
        assert each != request_
        assert contract.load().lint(strategies.envelope(each)) == ()


def test_of_many_rows_half_are_left_out_at_once() -> None:
    complete = strategies.boundary("sendInvoice")[-1].message
    many = with_long_texts(NEWEST, "sendInvoice", complete)
    invoices = (getattr(each, "invoice", None) for _, each in without_one_part(NEWEST)(many, 0))
    assert any(len(each.invoice_rows) == 15 for each in invoices if each is not None)


def test_empty_parts_are_equal_to_absent_ones() -> None:
    assert normalized(Invoice(title="", footer="x")) == normalized(Invoice(footer="x"))
    assert normalized(Invoice()) is None
    assert normalized({"key": ""}) == {"key": None}


def test_white_space_is_trimmed_as_common_stacks_do() -> None:
    texts = ["\ufeff\u00a0\tone\u3000 two \ufeff\n", "\ufeff"]
    assert tolerant(texts, texts) == ["one\u3000 two", None]


@given(DATES, st.integers(0, 6), st.sampled_from([-2, -1, 0, 1, 2]))
def test_a_date_can_be_cut_or_rounded_to_any_number_of_digits(
    date: datetime, digits: int, steps: int
) -> None:
    unit = timedelta(microseconds=10 ** (6 - digits))
    rest = timedelta(microseconds=date.microsecond) % unit
    found = date - rest + steps * unit
    units = [timedelta(microseconds=10**number) for number in range(7)]
    micros = timedelta(microseconds=found.microsecond)
    is_cut = any(not micros % each and abs(found - date) < each for each in units)
    is_cut = is_cut or found in _datetimes(date)
    assert (_as_replied(found, date) == _as_replied(date, date)) is is_cut
    assert fullmatch(expected_text(Difference("issueDate", found, date), date), found) is is_cut


@given(DATES)
def test_a_date_can_be_rounded_as_a_datetime_of_sql_server(date: datetime) -> None:
    for found in _datetimes(date):
        assert _as_replied(found, date) == _as_replied(date, date)
        assert fullmatch(expected_text(Difference("issueDate", found, date), date), found)


def _datetimes(date: datetime) -> list[datetime]:
    """Return the dates with 0, 3 or 7 milliseconds, as their last digits, beside a date."""
    third = Fraction(1, 300)
    parts = [Fraction(ms, 1000) for ms in range(1001) if ms % 10 in {0, 3, 7}]
    part = Fraction(date.microsecond, 10**6)
    # What is shown as 0.003 is 0.00333...
    near = [each for each in parts if abs(round(each / third) * third - part) < third]
    whole = date.replace(microsecond=0)
    return [whole + timedelta(seconds=float(each)) for each in near] if part else [date]


@given(DATES, st.timedeltas(-timedelta(seconds=2), timedelta(seconds=2)))
def test_another_date_is_not_accepted(date: datetime, distance: timedelta) -> None:
    is_cut = date + distance in kept_dates(date)
    assert (_as_replied(date + distance, date) == _as_replied(date, date)) is is_cut
    assert is_cut <= (abs(distance) < timedelta(seconds=1))
    other = date.replace(tzinfo=UTC if date.tzinfo is None else None)
    assert _as_replied(other, date) == _form(other) != _as_replied(date, date)


@pytest.mark.parametrize("added", [0.5, 0.001, -0.25, 1])
def test_a_part_of_a_second_that_was_added_is_found(added: float) -> None:
    date = datetime(2026, 1, 1, 12, tzinfo=UTC)
    found = date + timedelta(seconds=added)
    assert _as_replied(found, date) != _as_replied(date, date)
    assert not fullmatch(expected_text(Difference("issueDate", found, date), date), found)


def _as_replied(found: datetime, expected: datetime) -> object:
    return tolerant(_form(found), _form(expected))


def _form(date: datetime) -> object:
    return normalized({"rows": [{"title": "Tea"}, {"issueDate": date}]})


def fullmatch(expects: Expected | None, found: datetime) -> bool:
    """Return whether a script accepts a date, in its own zone and in UTC."""
    assert expects is not None
    zones = [found] if found.tzinfo is None else [found, found.astimezone(UTC)]
    (same,) = {bool(re.fullmatch(expects.pattern, each.isoformat())) for each in zones}
    return same


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "absent"),
        ("Tea", '"Tea"'),
        (Decimal("1.50"), "1.50"),
        (Amount.of("3.00 SEK"), "3.00 SEK"),
        (b"QR", "UVI="),
        ([("1", Decimal(2))], '[["1", 2]]'),
        ({"key": None}, "{key: absent}"),
    ],
)
def test_a_value_is_shown_in_wire_terms(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_repeated_item_differs_and_adds_nothing_to_the_total() -> None:
    repeated = with_repeated_items(REQUEST)
    assert isinstance(repeated, SendInvoice)
    assert repeated.invoice is not None
    first, second = repeated.invoice.invoice_rows or ()
    assert (first.item_description, second.item_description) == ("Tea", "another")
    assert str(second.item_total_amount) == "0 SEK"


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        (Verdicts(libxml2=True, xmlschema=True), "both validators accept it"),
        (Verdicts(libxml2=False, xmlschema=False), "both validators reject it"),
        (Verdicts(libxml2=True, xmlschema=False), "libxml2 accepts it, xmlschema rejects it"),
        (Verdicts(libxml2=False, xmlschema=True), "xmlschema accepts it, libxml2 rejects it"),
    ],
)
def test_verdicts_are_shown_as_a_sentence(verdicts: Verdicts, text: str) -> None:
    assert str(verdicts) == text


def test_the_pattern_of_a_disagreement_matches_all_its_examples() -> None:
    for each in DISAGREEMENTS:
        for base, contents in each.contents.items():
            assert all(is_known(base, text) for text in contents if each.pattern), each.name
    assert not is_known("decimal", "149.99")


@pytest.mark.parametrize("interface", Interface)
def test_every_boundary_is_new_in_one_message(interface: Interface) -> None:
    own = {(b.path, b.value) for found in new_boundaries(interface).values() for b in found}
    for name in new_boundaries(interface):
        assert own >= {(b.path, b.value) for b in strategies.boundary(name, interface)}


def test_a_case_has_the_name_of_its_message() -> None:
    assert message_name(Case(NEWEST, "sendInvoice")) == "sendInvoice"
    assert message_name(Case(NEWEST, "sendInvoice", "reply")) == "sendInvoiceResponse"


@pytest.mark.parametrize("kind", ["unknown-element", "out-of-order"])
@pytest.mark.parametrize("interface", Interface)
def test_the_same_fault_of_every_operation_s_reply_is_one_cause(
    interface: Interface, kind: str
) -> None:
    rules = contract.load(interface).rules
    found = [each for each in rules if each.endswith((f"Response.{kind}", f"response.{kind}"))]
    assert len(found) > 2
    assert {cause_in_replies(each) for each in found} == {f"reply: {kind}"}
