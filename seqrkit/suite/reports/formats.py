"""The outcome of a run in each format of a report.

Failures of one cause are one failure: the checks that it fails besides are skipped in JUnit, and
counted in the message of the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from seqrkit import ci_formats
from seqrkit.ci_formats import JUnitCase, Problem
from seqrkit.recording.har import har_of_entries
from seqrkit.suite.reports.outcome_page import outcome_page
from seqrkit.suite.reports.run_outcome import Outcome, Result, Verdict

_TOOL: Final = "seqrkit verify"


def junit(outcome: Outcome) -> bytes:
    """Return the outcome as JUnit XML; a run that was interrupted has an error that says so."""
    first = {(str(several[0][0]), cause) for cause, several in outcome.causes.items()}
    cases = [
        JUnitCase(each.property, each.case, _outcomes(each, first), each.seconds)
        for each in outcome.results
    ]
    if outcome.interrupted:
        why = "the run was interrupted: later checks are missing"
        cases.append(JUnitCase("seqrkit.verify", "run", [("error", why, "")]))
    properties = {
        "endpoint": outcome.endpoint,
        "profile": outcome.profile,
        "seed": "" if outcome.seed is None else str(outcome.seed),
        "run id": outcome.run_id,
        "interrupted": str(outcome.interrupted).lower(),
    }
    attributes = {"timestamp": outcome.started_at.isoformat(), "time": f"{outcome.seconds:.3f}"}
    given = {name: value for name, value in properties.items() if value}
    return ci_formats.junit(_TOOL, cases, attributes, given)


def _outcomes(result: Result, first: set[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the elements of a test case: kind, message and text."""
    if result.verdict in {Verdict.ERROR, Verdict.PREVENTED}:
        yield "error", result.why, result.why
    elif result.verdict is Verdict.KNOWN or not result.verdict.was_tested:
        yield "skipped", f"{result.verdict}: {result.why}", ""
    wrong = [each for each in result.failures if not each.excused]
    shown = [each for each in wrong if (str(result), each.cause) in first]
    for each in shown:
        yield "failure", each.sentence, str(each)
    if wrong and not shown:
        # Failed, but counted once: a report with a hundred failures of one cause hides the others.
        yield "skipped", f"the same cause as in another check: {wrong[0].cause}", ""


def sarif(outcome: Outcome) -> str:
    """Return the failures as SARIF 2.1.0: a rule for each cause."""
    return ci_formats.sarif(_TOOL, _problems(outcome), was_completed=not outcome.interrupted)


def github(outcome: Outcome) -> Iterator[str]:
    """Yield an annotation of GitHub's workflows for each cause."""
    yield from ci_formats.github(_problems(outcome), with_files=False)
    if outcome.interrupted:
        yield f"::warning title={_TOOL}::the run was interrupted"


def _problems(outcome: Outcome) -> Iterator[Problem]:
    for cause, several in outcome.causes.items():
        failure = several[0][1]
        yield Problem(
            rule=cause,
            message=f"{failure.sentence} ({len(several)} checks; repeat: {failure.again})",
            statement=failure.statement,
            source=f"{failure.source} ({failure.letter})",
            uri=outcome.endpoint,
            name=failure.check,
            fingerprint=failure.deviation,
        )


def har(outcome: Outcome) -> str:
    """Return the exchanges of the shortest sequence of each failure as an HTTP Archive."""
    failures = (each for result in outcome.results for each in result.failures)
    entries = [entry for failure in failures for entry in failure.exchanges]
    return json.dumps(har_of_entries(entries), ensure_ascii=False, indent=1) + "\n"


def results_json(outcome: Outcome) -> str:
    """Return the outcome as JSON, which `results.schema.json` describes."""
    return f"{json.dumps(outcome.to_dict(), indent=2)}\n"


WRITERS: Final[Mapping[str, Callable[[Outcome], str | bytes]]] = {
    "json": results_json,
    "html": outcome_page,
    "junit": junit,
    "sarif": sarif,
    "har": har,
}
"""The writer of each report in `suite_options.REPORTS`."""
