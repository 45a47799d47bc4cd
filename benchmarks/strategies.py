"""Valid sendInvoice requests a second: ours, by hand, and Schemathesis's."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import schemathesis

from benchmarks.by_hand import SEND_INVOICE
from benchmarks.exploring import exploring
from benchmarks.figures import Figure, alternate, ratio
from benchmarks.openapi import DOCUMENT, PATH
from seqrkit import contract, strategies
from seqrkit.strategies import envelope

A_RUN = 100
"""Requests of one run of Hypothesis, the length of a usual test."""


def measure(seconds: float) -> Iterator[Figure]:
    """Runs beside each other; both of the first two lint clean."""
    rules = contract.load()
    ours = strategies.valid("sendInvoice")
    for each in (ours, SEND_INVOICE):
        exploring(each, A_RUN, lambda request: _assert_clean(rules, request))()
    theirs: Any = schemathesis.openapi.from_dict(DOCUMENT)
    bodies = theirs[PATH]["POST"].as_strategy().map(lambda case: case.body)
    our_times, hand_times, their_times = alternate(
        [exploring(each, A_RUN) for each in (ours, SEND_INVOICE, bodies)], seconds
    )
    yield _figure("valid sendInvoice requests generated", "st.builds", our_times, hand_times, 0.8)
    yield _figure("the same", "Schemathesis, the same body", our_times, their_times, 3)


def _assert_clean(rules: contract.Contract, request: Any) -> None:  # noqa: ANN401 - either's
    assert rules.lint(envelope(request)) == ()


def _figure(
    what: str, against: str, ours: list[float], theirs: list[float], asked: float
) -> Figure:
    return Figure(
        what=what,
        against=against,
        ours=_rate(ours),
        theirs=_rate(theirs),
        measured=ratio(theirs, ours),
        asked=asked,
        at_least=True,
    )


def _rate(times: list[float]) -> str:
    return f"{A_RUN / median(times):,.0f} /s"
