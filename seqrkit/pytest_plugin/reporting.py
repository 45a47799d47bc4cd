"""Attaches the result of each check to pytest's reports, and makes the outcome of the run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import pytest

from seqrkit.errors import ConfigurationError, EndpointUnreachable, TlsError
from seqrkit.suite import Check, CheckFailure
from seqrkit.suite.framework import Coverage, Inapplicable
from seqrkit.suite.reports.coverage_targets import coverage_targets
from seqrkit.suite.reports.failure_report import FailureReport, failure_report
from seqrkit.suite.reports.run_outcome import Outcome, Result, Verdict
from seqrkit.suite.runner.run import NOT_RUN, Run


def attach_result(
    run: Run,
    check: Check,
    error: pytest.ExceptionInfo[BaseException] | None,
    report: pytest.TestReport,
) -> None:
    """Attach the result of a check, which an error may have ended, to its report.

    A failure is shown as text.
    """
    if report.when != "call" and report.passed:
        return
    result = Result(
        property=check.property.id,
        case=str(check.case),
        seconds=report.duration,
        of_service=check.property.of_service,
        **_verdict(run, check, error, report),
    )
    # As plain data: pytest-xdist sends reports between processes and takes nothing else.
    report.__dict__["seqr"] = result.to_dict()
    if result.verdict is Verdict.KNOWN:
        # What pytest's own xfail does; so any reporter shows it as expected to fail.
        report.outcome = "skipped"
        report.wasxfail = result.why
    elif result.failures:
        wrong = (each for each in result.failures if not each.excused)
        report.longrepr = "\n\n".join(map(str, wrong))


def conclude(run: Run, item: pytest.Item) -> None:
    """Run the checks that conclude those of this worker; `item` is the last one.

    pytest-xdist gives each test to one worker, and takes reports of the running test only.
    """
    for check in run.conclusions:
        test = partial(check.run, run.environment)
        call = pytest.CallInfo.from_call(test, "call", reraise=(KeyboardInterrupt, SystemExit))
        report = pytest.TestReport.from_item_and_call(item, call)
        attach_result(run, check, call.excinfo, report)
        item.ihook.pytest_runtest_logreport(report=report)


def _verdict(
    run: Run,
    check: Check,
    error: pytest.ExceptionInfo[BaseException] | None,
    report: pytest.TestReport,
) -> dict[str, Any]:
    """Return the verdict of a check, with its reason or failure report."""
    if report.passed:
        return {"verdict": Verdict.PASSED}
    failure = error.value if error else None
    if report.skipped:
        planned = run.target.skip_reason(check.property.needs)
        said = report.longrepr[-1] if isinstance(report.longrepr, tuple) else ""
        reason = planned or said.removeprefix("Skipped: ") or "skipped"
        is_applicable = run.is_applicable(check) and not isinstance(failure, Inapplicable)
        verdict = Verdict.SKIPPED if is_applicable else Verdict.INAPPLICABLE
        return {"verdict": verdict, "why": reason}
    if isinstance(failure, _PREVENTING):
        return {"verdict": Verdict.PREVENTED, "why": str(failure)}
    if not isinstance(failure, CheckFailure):
        return {"verdict": Verdict.ERROR, "why": error.exconly() if error else ""}
    failures = tuple(_described(run, check, each) for each in (failure, *failure.others))
    if all(each.excused for each in failures):
        why = "; ".join(dict.fromkeys(each.excused for each in failures))
        return {"verdict": Verdict.KNOWN, "why": why, "failures": failures}
    return {"verdict": Verdict.FAILED, "failures": failures}


_PREVENTING: Final = (EndpointUnreachable, TlsError, ConfigurationError)
"""The errors of checks that the user's arguments cause, such as a buyer's command that fails."""


def _described(run: Run, check: Check, failure: CheckFailure) -> FailureReport:
    known = run.known(failure.deviation)
    check = run.blamed(check, failure)
    return failure_report(
        check,
        failure,
        endpoint=run.target.address(check.case.interface),
        again=run.command(check),
        directory=run.failures,
        start="" if run.target.endpoint else "seqrkit serve",
        excused=known.reason if known else "",
        registrations=run.environment.registrations(check.case.interface),
        buyer=str(run.given.get("buyer-command") or ""),
        credentials=run.target.known_credentials,
    )


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
    planned = {check.property.id for check, _ in run.plan()}
    is_part = run.is_selection or not planned <= {result.property for result in restored}
    stopped = any(result.why == NOT_RUN for result in restored)
    profile = run.profile
    return Outcome(
        endpoint=run.target.name,
        profile=profile.name,
        seed=profile.seed,
        started_at=datetime.fromtimestamp(began, UTC),
        seconds=time.time() - began,
        results=restored,
        coverage=coverage,
        targets=coverage_targets(run.target.interfaces, run.aspects),
        baseline=run.baseline,
        run_id=run.run_id if run.target.endpoint else "",
        interrupted=interrupted,
        uncompared=run.environment.uncompared,
        # A part of the suite says nothing about gaps, nor about entries of the baseline without
        # use.
        is_complete=not (is_part or stopped),
    )
