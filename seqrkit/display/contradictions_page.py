"""A self-contained page with the contradictions of the reference documents.

Its content comes from the contract: the contradictions it knows, and the documents' examples with
the linter's findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from seqrkit import contract, soap
from seqrkit.contract import CONTRADICTIONS, Contradiction, Example, Finding, examples
from seqrkit.display import exchange_html, highlight
from seqrkit.html import Markup, joined

_CONTEXT: Final = 1
"""Lines shown before and after each line with a finding."""


def contradictions_page() -> Markup:
    """Return the page; the same contract always gives the same page."""
    findings = {each: contract.load(each.interface).lint(each.envelope) for each in examples()}
    topics: dict[str, list[Contradiction]] = {}
    for each in CONTRADICTIONS:
        topics.setdefault(each.topic, []).append(each)
    return exchange_html.page(
        "display/contradictions_page.html",
        topics=topics,
        findings=findings,
        examples_of=lambda shown: [each for each in findings if shown.id in each.shows],
        excerpt=lambda shown, example: _excerpt(shown, example, findings),
        mask=soap.mask,
    )


def _excerpt(
    shown: Contradiction, example: Example, findings: Mapping[Example, tuple[Finding, ...]]
) -> Markup:
    """Return the lines of an example that break the contradiction's rules."""
    about = [each for each in findings[example] if each.id in shown.rules]
    lines = highlight.listing(soap.mask(example.envelope), about).lines
    near = {
        number + offset
        for number in (line.number for line in lines if line.findings)
        for offset in range(-_CONTEXT, _CONTEXT + 1)
    }
    return joined(exchange_html.line_body(line) for line in lines if line.number in near)
