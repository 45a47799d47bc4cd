"""The outcome of a run as JSON and as one self-contained HTML page."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from seqrkit import contract
from seqrkit._version import __version__
from seqrkit.display import exchange_html
from seqrkit.display.demo_page import POLICY
from seqrkit.html import Markup, render
from seqrkit.suite.framework.contract_coverage import Aspect
from seqrkit.suite.framework.property import Property
from seqrkit.suite.properties import GROUPS, group
from seqrkit.suite.reports.outcome import Outcome, Result, Verdict

_SIGNAL: Final = {
    Verdict.PASSED: "fine",
    Verdict.FAILED: "wrong",
    Verdict.ERROR: "wrong",
    Verdict.KNOWN: "look",
    Verdict.SKIPPED: "",
}


class PropertyRow(NamedTuple):
    """A property in the page, with the results of its cases summed up."""

    property: Property
    seconds: float
    verdicts: list[tuple[str, int, Verdict]]
    reasons: list[str]


def write_reports(outcome: Outcome, json_file: str | None, html_file: str | None) -> None:
    """Write the outcome to the files that are given; raises `OSError`."""
    if json_file:
        text = json.dumps(outcome.to_dict(), indent=2)
        Path(json_file).write_text(f"{text}\n", encoding="utf-8")
    if html_file:
        Path(html_file).write_text(outcome_page(outcome), encoding="utf-8")


def outcome_page(outcome: Outcome) -> str:
    """Return the page; it depends on the outcome only."""
    return render(
        "suite/reports/outcome_page.html",
        outcome=outcome,
        policy=POLICY,
        style=Markup(exchange_html.style()),
        version=__version__,
        wrong=[result for result in outcome.results if result.verdict.is_wrong],
        figures=_figures(outcome),
        messages=_messages,
        groups={name: rows for name in GROUPS if (rows := _rows(name, outcome))},
    )


def _figures(outcome: Outcome) -> list[tuple[str, str, str]]:
    counts = outcome.counts
    others = ", ".join(f"{n} {v}" for v, n in counts.items() if v is not Verdict.PASSED)
    seed = "" if outcome.seed is None else f"seed {outcome.seed}"
    (broken,) = (each for each in outcome.aspects if each.aspect is Aspect.BROKEN)
    return [
        ("checks", f"{len(outcome.results):,}", f"of profile {outcome.profile}"),
        ("passed", f"{counts.get(Verdict.PASSED, 0):,}", others),
        ("rules broken", f"{broken.covered:,}", f"of {broken.total:,}"),
        ("seconds", f"{outcome.seconds:.0f}", seed),
    ]


def _messages(result: Result) -> list[Markup]:
    """Return the request and the reply of a failure, the request with the linter's findings."""
    report = result.failure
    if report is None:
        return []
    judge = contract.load(result.case.partition("/")[0])
    return [
        Markup(exchange_html.envelope_body(title, data, judge.lint(data) if report.curl else ()))
        for title, text in (("Request", report.request), ("Reply", report.reply))
        if (data := text.encode())
    ]


def _rows(name: str, outcome: Outcome) -> list[PropertyRow]:
    results: dict[str, list[Result]] = {}
    for result in outcome.results:
        results.setdefault(result.property, []).append(result)
    return [_row(each, results[each.id]) for each in group(name) if each.id in results]


def _row(property_: Property, results: list[Result]) -> PropertyRow:
    counted = Counter(result.verdict for result in results)
    return PropertyRow(
        property_,
        sum(result.seconds for result in results),
        [(_SIGNAL[each], counted[each], each) for each in Verdict if counted[each]],
        list(dict.fromkeys(result.why for result in results if result.why)),
    )
