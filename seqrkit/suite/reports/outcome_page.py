"""The outcome of a run as one self-contained HTML page."""

from __future__ import annotations

from seqrkit import contract
from seqrkit.contract import Finding
from seqrkit.display import exchange_html
from seqrkit.suite.framework import Property
from seqrkit.suite.properties import GROUPS, group
from seqrkit.suite.reports.failure_report import FailureReport
from seqrkit.suite.reports.run_outcome import Outcome, Result, Verdict


def outcome_page(outcome: Outcome) -> str:
    """Return the page; it depends on the outcome only."""
    return exchange_html.page(
        "suite/reports/outcome_page.html",
        outcome=outcome,
        wrong=[result for result in outcome.results if result.verdict.is_wrong],
        figures=_figures(outcome),
        groups={name: found for name in GROUPS if (found := _properties(name, outcome))},
        findings=_findings,
    )


def _figures(outcome: Outcome) -> list[tuple[str, str, str]]:
    counts = outcome.counts
    others = ", ".join(f"{n} {v}" for v, n in counts.items() if v is not Verdict.PASSED)
    seed = "" if outcome.seed is None else f"seed {outcome.seed}"
    first = outcome.aspects[0]
    return [
        ("checks", f"{len(outcome.results):,}", f"of profile {outcome.profile}"),
        ("passed", f"{counts.get(Verdict.PASSED, 0):,}", others),
        (first.aspect, f"{first.covered:,}", f"of {first.total:,}"),
        ("seconds", f"{outcome.seconds:.0f}", seed),
    ]


def _findings(result: Result, failure: FailureReport) -> tuple[Finding, ...]:
    """Return the findings of a failing request, unless it was too long to be shown whole."""
    if not failure.curl:
        return ()
    return contract.load(result.case.partition("/")[0]).lint(failure.request.encode())


def _properties(name: str, outcome: Outcome) -> list[tuple[Property, list[Result]]]:
    results: dict[str, list[Result]] = {}
    for result in outcome.results:
        results.setdefault(result.property, []).append(result)
    return [(each, results[each.id]) for each in group(name) if each.id in results]
