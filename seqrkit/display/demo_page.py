"""The demo as one self-contained page: steps, envelopes side by side, and a summary table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from seqrkit.display import exchange_html, highlight
from seqrkit.display.demo_step import PlayedStep, Verdict, by_interface
from seqrkit.html import Markup


def demo_page(
    steps: Sequence[PlayedStep], *, title: str, lead: str, endpoint: str, at: datetime
) -> Markup:
    """Return the page; the same steps always give the same page.

    `lead` is the introduction, `endpoint` names where the requests went, `at` is the time of the
    run.
    """
    return exchange_html.page(
        "display/demo_page.html",
        steps=steps,
        interfaces=by_interface(steps),
        figures=_figures(steps),
        title=title,
        lead=lead,
        endpoint=endpoint,
        at=at,
    )


def _figures(steps: Sequence[PlayedStep]) -> list[tuple[str, int, str]]:
    """Return the figures at the top: name, number and remark."""
    exchanges = [exchange for step in steps for exchange in step.exchanges]
    operations = {(e.interface, e.operation) for e in exchanges}
    findings = [finding for step in steps for finding in step.findings]
    left_out = sum(step.verdict is Verdict.LEFT_OUT for step in steps)
    spent = sum(exchange.duration for exchange in exchanges) * 1000
    expected = all(step.verdict is Verdict.OK for step in steps if step.findings)
    purpose = ", on purpose" if findings and expected else ""
    return [
        ("steps", len(steps), f"{left_out} left out" if left_out else ""),
        ("operations", len(operations), f"of {len(by_interface(steps))} interfaces"),
        ("exchanges", len(exchanges), f"{spent:.0f} ms in total"),
        ("findings", len(findings), highlight.count(findings) + purpose),
    ]
