"""An assessment in each format of a report."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from seqrkit import ci_formats
from seqrkit.assessment.outcome import INTERRUPTED, Assessment, Item, Verdict
from seqrkit.ci_formats import JUnitCase, Problem
from seqrkit.display import exchange_html
from seqrkit.display.exchange_text import PLAIN_WIDTH
from seqrkit.display.summary_html import session_html
from seqrkit.display.summary_text import session_text
from seqrkit.recording.har import har_bytes
from seqrkit.terminal_text import visible

_SIGN: Final = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "FAILED",
    Verdict.NOT_FOLLOWED: "advice",
    Verdict.KNOWN: "known",
    Verdict.NOT_SEEN: "not yet",
}
_INDENT: Final = 9


def text(assessment: Assessment, width: int = PLAIN_WIDTH) -> str:
    """Return the assessment as text: a paragraph for each item, then the counts."""
    lines = []
    for group, items in assessment.groups.items():
        lines += ["", group]
        for each in items:
            lines += _paragraph(each, width)
    lines += ["", *assessment.remarks, assessment.summary()]
    return "\n".join(map(visible, lines)).lstrip("\n")


def _paragraph(item: Item, width: int) -> Iterator[str]:
    yield from _wrapped(f"{_SIGN[item.verdict]:<{_INDENT}}{item.title}", width, _INDENT)
    for each in item.failures:
        where = "" if each.exchange is None else f"exchange {each.exchange}: "
        excused = f" (excused: {each.excused})" if each.excused else ""
        yield from _wrapped(
            f"{' ' * _INDENT}{where}{each.sentence}{excused}", width, _INDENT + len(where)
        )
    if item.evidence:
        yield from _wrapped(f"{' ' * _INDENT}{item.evidence}", width, _INDENT)
    # Who requires it matters only to somebody who has to argue about it.
    if item.verdict is not Verdict.PASSED:
        yield from _wrapped(f"{' ' * _INDENT}{item.source} ({item.id})", width, _INDENT)
    if item.wrong:
        if item.exchanges:
            diagram = session_text(item.exchanges, "", width - _INDENT)
            yield textwrap.indent(diagram, " " * _INDENT)
        if item.repeat:
            yield f"{' ' * _INDENT}again: {item.repeat}"


def _wrapped(line: str, width: int, indent: int) -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent=" " * indent, break_on_hyphens=False)


def to_json(assessment: Assessment) -> str:
    """Return the assessment as JSON."""
    return json.dumps(assessment.to_dict(), indent=2) + "\n"


def html(assessment: Assessment) -> str:
    """Return the assessment as one self-contained page."""
    named = {failure.exchange for each in assessment.items for failure in each.failures}
    return exchange_html.page(
        "assessment/assessment_page.html",
        assessment=assessment,
        # A session of a day would make a page of many megabytes.
        shown=[each for each in assessment.exchanges if each.number in named],
        diagram=session_html,
    )


def junit(assessment: Assessment) -> bytes:
    """Return the assessment as JUnit XML: a test case for each item."""
    cases = [
        JUnitCase(each.group, f"{each.id}: {each.title}", _outcomes(each), each.seconds)
        for each in assessment.items
    ]
    if not assessment.is_complete:
        cases.append(JUnitCase(assessment.tool, "run", [("error", INTERRUPTED, "")]))
    attributes = {"timestamp": assessment.started_at.isoformat()}
    return ci_formats.junit(assessment.tool, cases, attributes, {"subject": assessment.subject})


def _outcomes(item: Item) -> Iterator[tuple[str, str, str]]:
    # JUnit knows no warnings: advice that is not followed is a skipped test with its reason.
    kind = "failure" if item.severity.value == "error" else "skipped"
    if item.wrong:
        reasons = "\n".join(each.sentence for each in item.wrong)
        yield kind, item.wrong[0].sentence, f"{reasons}\n{item.source}\n{item.repeat}".rstrip()
    elif item.verdict is Verdict.KNOWN:
        yield "skipped", f"{item.verdict}: {item.failures[0].excused}", ""
    elif item.verdict is Verdict.NOT_SEEN:
        yield "skipped", f"{item.verdict}: {item.evidence}", ""


def sarif(assessment: Assessment) -> str:
    """Return the failures as SARIF 2.1.0."""
    return ci_formats.sarif(
        assessment.tool, _problems(assessment), was_completed=assessment.is_complete
    )


def github(assessment: Assessment) -> Iterator[str]:
    """Yield an annotation of GitHub's workflows for each failure."""
    yield from ci_formats.github(_problems(assessment), with_files=False)


def _problems(assessment: Assessment) -> Iterator[Problem]:
    for item in assessment.items:
        for each in item.wrong:
            yield Problem(
                rule=item.id,
                message=visible(each.sentence),
                statement=item.title,
                source=item.source,
                uri=assessment.subject,
                level=item.severity.value,
                name="" if each.exchange is None else f"exchange {each.exchange}",
                # Names no exchange, so viewers can find the failure again in the next run.
                fingerprint=each.deviation,
            )


def har(assessment: Assessment) -> bytes:
    """Return the exchanges that show failures as an HTTP Archive."""
    named = {each.exchange for item in assessment.items for each in item.wrong}
    shown = [each for each in assessment.exchanges if each.number in named]
    return har_bytes(shown)


WRITERS: Final[Mapping[str, Callable[[Assessment], str | bytes]]] = {
    "json": to_json,
    "html": html,
    "junit": junit,
    "sarif": sarif,
    "har": har,
}
"""The writer of each report in `suite_options.REPORTS`."""
