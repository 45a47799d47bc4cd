"""A verdict on a client says the same in each format, and a baseline excuses what is known."""

import json
from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from lxml import etree, html

from contract_tests.toolkit.exchanges import ANSWERED
from seqrkit.assessment import Assessment, Failure, Item, Verdict
from seqrkit.assessment.formats import WRITERS, github, text
from seqrkit.assessment.outcome import INTERRUPTED
from seqrkit.baseline import Baseline, Deviation
from seqrkit.contract import Severity

FAILURE = Failure(
    deviation="drill.lost: charged twice",
    sentence="the buyer <paid> twice after the reply to commitReservation was lost",
    exchange=1,
)
ITEMS = (
    Item(id="pos.register", group="Tests", title="registerTerminal succeeds", source="vendor"),
    Item(
        id="drill.lost",
        group="Tests",
        title="the client recovers",
        source="reference",
        failures=(FAILURE,),
        exchanges=(ANSWERED,),
        repeat="seqrkit drill --case lost -- register",
    ),
    Item(
        id="advice.poll",
        group="Advice",
        title="poll once a second",
        source="guide",
        was_seen=False,
        evidence="no invoice was polled",
        severity=Severity.WARNING,
    ),
)
ASSESSMENT = Assessment(
    tool="seqrkit certify",
    subject="session.jsonl",
    items=ITEMS,
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    exchanges=(ANSWERED,),
)


def known(day: date) -> Baseline:
    entry = Deviation(FAILURE.deviation, "ticket 4711", date(2026, 2, 1))
    return Baseline([entry], day)


def test_each_item_has_a_verdict() -> None:
    assert [each.verdict for each in ITEMS] == [Verdict.PASSED, Verdict.FAILED, Verdict.NOT_SEEN]
    assert ASSESSMENT.was_tested
    assert ASSESSMENT.failed(frozenset(Severity)) == [ITEMS[1]]


def test_advice_is_not_followed_rather_than_failed() -> None:
    advice = evolve(ITEMS[1], severity=Severity.WARNING)
    assert advice.verdict is Verdict.NOT_FOLLOWED
    assessment = evolve(ASSESSMENT, items=(advice,))
    assert not assessment.failed(frozenset({Severity.ERROR}))
    assert assessment.failed(frozenset(Severity)) == [advice]


def test_a_baseline_excuses_a_failure_until_it_expires() -> None:
    excused = ASSESSMENT.with_baseline(known(date(2026, 2, 1)))
    assert excused.items[1].verdict is Verdict.KNOWN
    assert not excused.failed(frozenset(Severity))
    assert not list(excused.remarks)
    expired = ASSESSMENT.with_baseline(known(date(2026, 2, 2)))
    assert expired.items[1].verdict is Verdict.FAILED
    assert "has expired" in "".join(expired.remarks)


def test_an_entry_of_the_baseline_that_excuses_nothing_is_named() -> None:
    fine = evolve(ASSESSMENT, items=ITEMS[:1]).with_baseline(known(date(2026, 2, 1)))
    assert "no longer needed" in "".join(fine.remarks)
    assert list(evolve(fine, is_complete=False).remarks) == [INTERRUPTED]


@pytest.mark.parametrize("name", WRITERS)
def test_a_report_names_the_failure(name: str) -> None:
    made = WRITERS[name](ASSESSMENT)
    read = made if isinstance(made, str) else made.decode()
    assert ("cancelInvoice" if name == "har" else "was lost") in read


def test_text_fits_its_width_and_escapes_controls() -> None:
    bold = evolve(FAILURE, sentence="\x1b[31m and many more words " * 9)
    item = evolve(ITEMS[1], failures=(bold,))
    lines = text(evolve(ASSESSMENT, items=(item,)), 80).splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in "".join(lines)


def test_the_page_links_a_failure_to_its_exchange() -> None:
    page = html.fromstring(WRITERS["html"](ASSESSMENT))
    (link,) = page.xpath("//a[starts-with(@href, '#exchange')]/@href")
    assert page.xpath(f"//*[@id='{link[1:]}']")
    assert "<paid>" in page.text_content()


def test_junit_counts_failures_and_what_was_not_seen() -> None:
    (suite,) = etree.fromstring(WRITERS["junit"](ASSESSMENT))
    assert [suite.get(n) for n in ("tests", "failures", "skipped")] == ["3", "1", "1"]


def test_sarif_and_json_have_the_same_stable_id() -> None:
    (run,) = json.loads(WRITERS["sarif"](ASSESSMENT))["runs"]
    (result,) = run["results"]
    items = json.loads(WRITERS["json"](ASSESSMENT))["items"]
    assert list(result["partialFingerprints"].values()) == [FAILURE.deviation]
    assert [f["id"] for each in items for f in each["failures"]] == [FAILURE.deviation]


def test_github_has_a_line_for_each_failure() -> None:
    (line,) = github(ASSESSMENT)
    assert line.startswith("::error title=drill.lost::")
