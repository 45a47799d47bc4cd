"""Results of checks, attached to pytest's reports and combined at the end of the run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from seqrkit.suite import CHAPTERS, Check, Coverage, Violation
from seqrkit.suite.reports.coverage_targets import universe
from seqrkit.suite.reports.failure_report import Failure, failure
from seqrkit.suite.reports.outcome import Outcome, Result, Verdict
from seqrkit.suite.runner.run import Run


def tell(run: Run, check: Check, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Attach the result of a check to its report; show a failure as text."""
    if report.when != "call" and report.passed:
        return
    verdict, why, shown = _judged(run, check, call, report)
    result = Result(
        property=check.property.id,
        case=str(check.case),
        verdict=verdict,
        seconds=report.duration,
        why=why,
        failure=shown,
    )
    report.__dict__["seqr"] = result.to_dict()
    if verdict is Verdict.KNOWN:
        report.outcome = "skipped"
        report.wasxfail = why
    elif shown is not None:
        report.longrepr = str(shown)


def _judged(
    run: Run, check: Check, call: pytest.CallInfo[None], report: pytest.TestReport
) -> tuple[Verdict, str, Failure | None]:
    if report.passed:
        return Verdict.HELD, "", None
    if report.skipped:
        return Verdict.LEFT_OUT, run.target.why_not(check.property.needs) or "skipped", None
    violation = call.excinfo.value if call.excinfo else None
    if not isinstance(violation, Violation):
        return Verdict.CRASHED, call.excinfo.exconly() if call.excinfo else "", None
    known = run.known(check)
    if known is not None:
        return Verdict.KNOWN, known.reason, None
    told = failure(
        check,
        violation,
        endpoint=run.target.address(check.case.interface),
        again=run.again(check),
        directory=run.failures,
        start="" if run.target.endpoint else "seqrkit serve",
    )
    return Verdict.FAILED, "", told


def conclude(
    run: Run,
    told: Iterable[Mapping[str, Any]],
    seen: Sequence[Mapping[str, Sequence[str]]],
    began: float,
    *,
    interrupted: bool,
) -> Outcome:
    """Return the outcome of the run, from the results and coverage of all processes."""
    coverage = Coverage()
    for each in seen:
        coverage.add(Coverage(each))
    results = [Result.of(each) for each in told]
    chapters = {result.property.partition(".")[0] for result in results}
    profile = run.bench.profile
    return Outcome(
        endpoint=run.target.name,
        profile=profile.name,
        seed=profile.seed,
        started_at=datetime.fromtimestamp(began, UTC),
        seconds=time.time() - began,
        results=results,
        coverage=coverage,
        universe=universe(run.target.interfaces),
        baseline=run.baseline,
        interrupted=interrupted,
        whole=not run.chosen and chapters >= set(CHAPTERS),
    )
