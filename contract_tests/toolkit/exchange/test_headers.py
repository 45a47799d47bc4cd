"""Dates in HTTP headers, which any service may write in any way."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit.exchange import date_in

DATES = st.integers(0, 4_000_000_000).map(lambda each: datetime.fromtimestamp(each, UTC))


@given(DATES, st.sampled_from(["Date", "date", "DATE"]))
def test_a_date_is_read_as_it_was_written(date: datetime, name: str) -> None:
    assert date_in({name: format_datetime(date, usegmt=True)}, "Date") == date
    assert date_in({name: format_datetime(date.replace(tzinfo=None))}, "Date") == date


@given(st.text(max_size=40))
def test_no_text_of_a_header_is_an_error(text: str) -> None:
    found = date_in({"Date": text}, "Date")
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize(
    "text", ["", "soon", "Fri, 99 Nov 2026 14:00:00 GMT", "Fri, 27 Nov 2026 14:00:00 +9999"]
)
def test_what_is_not_a_valid_date_is_none(text: str) -> None:
    assert date_in({"Date": text}, "Date") is None
    assert date_in({}, "Date") is None
