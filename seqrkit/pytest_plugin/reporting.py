"""Attaches the result of each check to pytest's reports, and makes the outcome of the run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from seqrkit.suite import GROUPS, Check, CheckFailure
from seqrkit.suite.framework import Coverage
from seqrkit.suite.reports.coverage_targets import coverage_targets
from seqrkit.suite.reports.failure_report import failure_report
from seqrkit.suite.reports.outcome import Outcome, Result, Verdict
from seqrkit.suite.runner.run import Run


def attach_result(
    run: Run, check: Check, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Attach the result of a check to its report; show a failure as text."""
    if report.when != "call" and report.passed:
        return
    result = Result(
        property=check.property.id,
        case=str(check.case),
        seconds=report.duration,
        **_verdict(run, check, call, report),
    )
    report.__dict__["seqr"] = result.to_dict()
    if result.verdict is Verdict.KNOWN:
        report.outcome = "skipped"
        report.wasxfail = result.why
    elif result.failure is not None:
        report.longrepr = str(result.failure)


def _verdict(
    run: Run, check: Check, call: pytest.CallInfo[None], report: pytest.TestReport
) -> dict[str, Any]:
    """Return the verdict of a check, with its reason or failure report."""
    if report.passed:
        return {"verdict": Verdict.PASSED}
    if report.skipped:
        reason = run.target.skip_reason(check.property.needs) or "skipped"
        return {"verdict": Verdict.SKIPPED, "why": reason}
    failure = call.excinfo.value if call.excinfo else None
    if not isinstance(failure, CheckFailure):
        return {"verdict": Verdict.ERROR, "why": call.excinfo.exconly() if call.excinfo else ""}
    known = run.known(check)
    if known is not None:
        return {"verdict": Verdict.KNOWN, "why": known.reason}
    described = failure_report(
        check,
        failure,
        endpoint=run.target.address(check.case.interface),
        again=run.command(check),
        directory=run.failures,
        start="" if run.target.endpoint else "seqrkit serve",
    )
    return {"verdict": Verdict.FAILED, "failure": described}


def outcome_of(
    run: Run,
    results: Iterable[Mapping[str, Any]],
    coverages: Sequence[Mapping[str, Sequence[str]]],
    began: float,
    *,
    interrupted: bool,
) -> Outcome:
    """Return the outcome of the run, from the results and coverage of all processes."""
    coverage = Coverage()
    for each in coverages:
        coverage.add(Coverage(each))
    restored = [Result.from_dict(each) for each in results]
    groups = {result.property.partition(".")[0] for result in restored}
    profile = run.profile
    return Outcome(
        endpoint=run.target.name,
        profile=profile.name,
        seed=profile.seed,
        started_at=datetime.fromtimestamp(began, UTC),
        seconds=time.time() - began,
        results=restored,
        coverage=coverage,
        targets=coverage_targets(run.target.interfaces),
        baseline=run.baseline,
        interrupted=interrupted,
        is_complete=not run.is_selection and groups >= set(GROUPS),
    )
