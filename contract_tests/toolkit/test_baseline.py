"""Known deviations: which failures they excuse, until when, and errors in their file."""

from datetime import date
from pathlib import Path

import pytest

from seqrkit.baseline import Baseline, Deviation, read_baseline, write_baseline
from seqrkit.errors import ConfigurationError

TODAY = date(2026, 11, 21)
ENTRY = """
[[deviation]]
id = "cancelInvoice: status FAILED instead of CANCELED"
reason = "ticket 4711"
expires = 2026-12-31
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "known.toml"


KNOWN = "cancelInvoice: status FAILED instead of CANCELED"


def test_a_file_is_read(file: Path) -> None:
    file.write_text(ENTRY)
    known = read_baseline(file, TODAY)
    assert known.known(KNOWN) == Deviation(KNOWN, "ticket 4711", date(2026, 12, 31))
    assert known.known("cancelInvoice: status PAID instead of CANCELED") is None


def test_a_baseline_that_was_written_excuses_what_was_found(file: Path) -> None:
    write_baseline(file, [KNOWN, 'sendInvoice: "quoted"'], TODAY)
    known = read_baseline(file, TODAY)
    assert [each.id for each in known.deviations] == [KNOWN, 'sendInvoice: "quoted"']
    assert known.known(KNOWN)


@pytest.mark.parametrize(("today", "excused"), [(30, True), (31, True), (1, False)])
def test_an_entry_excuses_through_its_last_day(file: Path, today: int, excused: bool) -> None:  # noqa: FBT001
    file.write_text(ENTRY)
    day = date(2026, 12, today) if excused else date(2027, 1, today)
    known = read_baseline(file, day)
    assert bool(known.known(KNOWN)) is excused
    assert bool(known.expired) is not excused


def test_an_entry_is_needed_while_its_deviation_is_found() -> None:
    entry = Deviation(KNOWN, "because", date(2027, 1, 1))
    baseline = Baseline([entry], TODAY)
    assert baseline.unneeded([KNOWN]) == ()
    assert baseline.unneeded(["another"]) == (entry,)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[deviation]]\nid = 'a'", "deviation 1: reason is required and must be a text"),
        (
            ENTRY.replace("2026-12-31", "'soon'"),
            "must be a date like 2026-12-31",
        ),
        (
            ENTRY.replace("2026-12-31", "2026-12-31T00:00:00"),
            "must be a date like 2026-12-31",
        ),
        (ENTRY.replace("ticket 4711", ""), "reason is required and must be a text"),
        (ENTRY + "rule = 'b'", "unknown key rule; the keys are id, reason, expires"),
        ("deviation = [1]", "id is required and must be a text"),
        ("deviation = 1", "may contain only [[deviation]] entries"),
        ("[other]", "may contain only [[deviation]] entries"),
        ("[[deviation]", "cannot read the baseline "),
        ("\0", "cannot read the baseline "),
    ],
)
def test_an_invalid_file_is_a_configuration_error(file: Path, content: str, message: str) -> None:
    file.write_text(content)
    with pytest.raises(ConfigurationError) as caught:
        read_baseline(file, TODAY)
    assert message in str(caught.value)
    assert "known.toml" in str(caught.value)
