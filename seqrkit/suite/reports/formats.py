"""The outcome of a run in the formats of continuous integration: JUnit, SARIF, GitHub.

Failures of one cause are one failure: the checks that it fails besides are skipped in JUnit, and
counted in the message of the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from seqrkit._version import __version__
from seqrkit.suite.reports.outcome import Outcome, Result, Verdict

if TYPE_CHECKING:
    from seqrkit.suite.reports.failure_report import FailureReport

_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_INFORMATION: Final = "https://pypi.org/project/seqrkit/"


def junit(outcome: Outcome) -> bytes:
    """Return the outcome as JUnit XML; a run that was interrupted has an error that says so."""
    first = {(str(several[0][0]), cause) for cause, several in outcome.causes.items()}
    suite = etree.Element("testsuite", name="seqrkit verify")
    suite.set("timestamp", outcome.started_at.isoformat())
    suite.set("time", f"{outcome.seconds:.3f}")
    properties = etree.SubElement(suite, "properties")
    for name, value in (
        ("endpoint", outcome.endpoint),
        ("profile", outcome.profile),
        ("seed", outcome.seed),
        ("run id", outcome.run_id),
        ("interrupted", str(outcome.interrupted).lower()),
    ):
        if value not in {None, ""}:
            etree.SubElement(properties, "property", name=name, value=str(value))
    for result in outcome.results:
        case = etree.SubElement(suite, "testcase", name=result.case)
        case.set("classname", result.property)
        case.set("time", f"{result.seconds:.3f}")
        for kind, message, text in _outcomes(result, first):
            etree.SubElement(case, kind, message=_plain(message)).text = _plain(text)
    if outcome.interrupted:
        case = etree.SubElement(suite, "testcase", name="run", classname="seqrkit.verify")
        etree.SubElement(case, "error", message="the run was interrupted: later checks are missing")
    cases = list(suite.iter("testcase"))
    suite.set("tests", str(len(cases)))
    for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(kind) is not None for case in cases)))
    root = etree.Element("testsuites")
    root.append(suite)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _outcomes(result: Result, first: set[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the elements of a test case: kind, message and text."""
    if result.verdict is Verdict.ERROR:
        yield "error", result.why, result.why
    elif result.verdict in {Verdict.SKIPPED, Verdict.KNOWN}:
        yield "skipped", f"{result.verdict}: {result.why}", ""
    wrong = [each for each in result.failures if not each.excused]
    shown = [each for each in wrong if (str(result), each.cause) in first]
    for each in shown:
        yield "failure", each.sentence, str(each)
    if wrong and not shown:
        yield "skipped", f"the same cause as in another check: {wrong[0].cause}", ""


def _plain(text: str) -> str:
    """Return a text without the characters that XML does not allow."""
    unknown = "\N{REPLACEMENT CHARACTER}"
    return "".join(each if each.isprintable() or each in "\n\t" else unknown for each in text)


def sarif(outcome: Outcome) -> str:
    """Return the failures as SARIF 2.1.0: a rule for each cause."""
    found = list(_failures(outcome))
    rules = [
        {
            "id": cause,
            "shortDescription": {"text": failure.statement},
            "help": {"text": f"Source: {failure.source} ({failure.letter})"},
        }
        for cause, failure, _ in found
    ]
    results = [
        {
            "ruleId": cause,
            "level": "error",
            "message": {"text": f"{failure.sentence} ({number} checks)"},
            "locations": [
                {
                    "logicalLocations": [{"fullyQualifiedName": failure.check}],
                    "physicalLocation": {"artifactLocation": {"uri": outcome.endpoint}},
                }
            ],
            "partialFingerprints": {"deviation": failure.deviation},
        }
        for cause, failure, number in found
    ]
    driver: dict[str, Any] = {
        "name": "seqrkit verify",
        "version": __version__,
        "informationUri": _INFORMATION,
        "rules": rules,
    }
    invocation = {"executionSuccessful": not outcome.interrupted}
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": results}
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def github(outcome: Outcome) -> Iterator[str]:
    """Yield an annotation of GitHub's workflows for each cause."""
    for cause, failure, number in _failures(outcome):
        text = f"{failure.sentence} ({number} checks; repeat: {failure.again})"
        yield f"::error title={_escaped(cause, ':,')}::{_escaped(text)}"
    if outcome.interrupted:
        yield "::warning title=seqrkit verify::the run was interrupted"


def _failures(outcome: Outcome) -> Iterator[tuple[str, FailureReport, int]]:
    for cause, several in outcome.causes.items():
        yield cause, several[0][1], len(several)


def _escaped(text: str, more: str = "") -> str:
    for each in f"%\r\n{more}":
        text = text.replace(each, f"%{ord(each):02X}")
    return text
