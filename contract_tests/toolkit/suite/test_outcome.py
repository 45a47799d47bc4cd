"""What is told of a run: as lines, as plain data, and as a page."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from seqrkit.suite import Aspect, Coverage
from seqrkit.suite.reports.coverage_targets import universe
from seqrkit.suite.reports.failure_report import Failure
from seqrkit.suite.reports.outcome import Outcome, Result, Verdict
from seqrkit.suite.reports.outcome_page import outcome_page
from seqrkit.suite.runner.baseline import Baseline, Deviation
from seqrkit.vocabulary import Interface

FAILURE = Failure(
    check="wire.model-is-the-schema[cashregister-2]",
    statement="It holds.",
    source="here",
    sentence="<b>5</b> in place of 4",
    again="seqrkit verify",
    request="<x/>\n",
    file="x.xml",
    curl="curl",
    python="import seqrkit",
)
RESULTS = [
    Result(property="wire.a", case="cashregister-2", verdict=Verdict.FAILED, failure=FAILURE),
    Result(property="wire.b", case="cashregister-2", verdict=Verdict.LEFT_OUT, why="no clock"),
    Result(property="wire.c", case="cashregister-2", verdict=Verdict.CRASHED, why="Error: <i>"),
    Result(property="wire.d", case="cashregister-2", verdict=Verdict.HELD, seconds=1.5),
]


def outcome(**more: object) -> Outcome:
    """An outcome in which everything happens."""
    seen = Coverage({Aspect.CODE: ["0"]})
    whole = Coverage({Aspect.CODE: ["0", "11", "49", "51"]})
    told = {
        "endpoint": "https://shop.example",
        "profile": "quick",
        "seed": 7,
        "started_at": datetime(2026, 11, 21, 12, tzinfo=UTC),
        "seconds": 2.0,
        "results": RESULTS,
        "coverage": seen,
        "universe": whole,
    }
    return Outcome(**(told | more))  # type: ignore[arg-type]


def test_the_summary_counts_and_names_what_is_missing() -> None:
    lines = list(outcome().summary())
    assert lines[0] == (
        "https://shop.example, profile quick, seed 7: 1 held, 1 failed, 1 crashed, 1 left out"
    )
    assert "result codes      1 of 4, not 11, 49 and 1 more" in lines
    assert "1 left out: no clock" in lines
    assert "result codes      1 of 4" in list(outcome(whole=False).summary())


def test_a_result_comes_back_as_it_was() -> None:
    assert [Result.of(each.to_dict()) for each in RESULTS] == RESULTS


def test_json_has_all_of_it() -> None:
    told = outcome(interrupted=True).to_dict()
    assert told["counts"] == {"held": 1, "failed": 1, "crashed": 1, "left out": 1}
    assert told["coverage"]["result codes"] == {
        "seen": 1,
        "of": 4,
        "items": ["0"],
        "missing": ["11", "49", "51"],
    }
    assert told["interrupted"]


def test_the_page_says_what_is_wrong_and_escapes_it(tmp_path: Path) -> None:
    known = Deviation("wire.d", "ticket <1>", date(2027, 1, 1))
    made = outcome(interrupted=True, baseline=Baseline([known], date(2026, 11, 21)))
    made.write(None, str(tmp_path / "out.html"))
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page == outcome_page(made)
    for said in ("&lt;b&gt;5&lt;/b&gt; in place of 4", "Error: &lt;i&gt;", "ticket &lt;1&gt;"):
        assert said in page
    for said in ("interrupted", "2 not as it should be", "3 not seen", "x.xml"):
        assert said in page
    assert not [loading for loading in ("<link", "<img", "src=", "url(") if loading in page]


def test_an_entry_that_concerns_no_check_is_told_where_all_were_to_be_run() -> None:
    misspelt = Deviation("wire.misspelt", "ticket 5", date(2027, 1, 1))
    baseline = Baseline([misspelt], date(2026, 11, 21))
    said = "the baseline's entry concerns no check of this run: wire.misspelt[every case]"
    (remark,) = outcome(baseline=baseline).remarks
    assert remark.startswith(said)
    assert not list(outcome(baseline=baseline, whole=False).remarks)
    assert not list(outcome(baseline=baseline, interrupted=True).remarks)


def test_the_page_calls_well_only_what_has_come_to_its_end() -> None:
    held = [each for each in RESULTS if each.verdict is Verdict.HELD]
    assert "all as it should be" in outcome_page(outcome(results=held))
    assert "all as it should be" not in outcome_page(outcome(results=held, interrupted=True))


@pytest.mark.parametrize("aspect", Aspect)
def test_both_interfaces_have_something_of_every_aspect(aspect: Aspect) -> None:
    both = universe(Interface).seen(aspect)
    for interface in Interface:
        assert universe([interface]).seen(aspect) <= both
        assert universe([interface]).seen(aspect)
