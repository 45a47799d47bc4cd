"""The contract suite: how long a whole run takes, and what an example costs beside its sending."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from benchmarks.exploring import exploring
from benchmarks.figures import Figure, alternate, millis, ratio
from benchmarks.load import request as request_bytes
from benchmarks.load import seconds_each
from seqrkit import strategies
from seqrkit.suite import CheckEnvironment
from seqrkit.suite.framework import Case, CheckContext
from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.replay.replayed_request import called_by
from seqrkit.vocabulary import NEWEST, PATHS

OPERATION = "sendInvoice"
A_RUN = 25
"""Examples of one run of Hypothesis, as many as the default profile has."""
WORKERS = 2


def measure(seconds: float) -> Iterator[Figure]:
    """Examples beside bare sendings; then one run of the whole suite, whatever `seconds` says."""
    sides = ([each / A_RUN for each in side] for side in _examples(seconds))
    whole, sent, posted, looped, share = sides
    what = "a sendInvoice generated, built, judged, sent, its reply judged"
    yield _figure(what, "the client's sending in the same loop", looped, share)
    yield _figure("the same", "the client's sending of many at a stretch", whole, sent)
    yield _figure("the same", "the posting of its bytes, by a load generator", whole, posted)
    spent = _whole_run()
    yield Figure(
        what=f"seqrkit verify, the default profile, {WORKERS} workers",
        against="-",
        ours=f"{spent:,.0f} s",
        theirs="-",
        measured=spent,
        asked=120,
        unit="s",
    )


def _examples(seconds: float) -> list[list[float]]:
    case = Case(NEWEST, OPERATION)
    with CheckEnvironment() as environment:
        check = CheckContext(environment, "benchmark", case)
        requests: list[Any] = []
        # Between two sendings that are far apart endpoint and processor fall asleep: that is a cost
        # of sending, which many at a stretch do not have.
        looped: list[float] = []
        share: list[float] = []

        def look(generated: Any) -> None:  # noqa: ANN401 - a request
            request = called_by(check.shop, check.shop.till, generated)
            with checked_replies(check):
                start = perf_counter()
                reply = check.session.send(request)
                share[-1] += perf_counter() - start
                assert reply.result_code == 0
            requests.append(request)

        def whole() -> None:
            share.append(0.0)
            start = perf_counter()
            explore()
            looped.append(perf_counter() - start)

        def send() -> None:
            for request in requests[:A_RUN]:
                check.session.send(request)
            check.session.exchanges.forget()

        def post() -> None:
            seconds_each(port, messages, b"<resultCode>0<")

        assert check.session.simulator is not None
        port = check.session.simulator.port
        explore = exploring(strategies.valid(OPERATION), A_RUN, look)
        whole()
        path = PATHS[check.interface]
        written = (strategies.envelope(request) for request in requests[:A_RUN])
        messages = [request_bytes(port, path, each) for each in written]
        return [*alternate([whole, send, post], seconds), looped, share]


def _figure(what: str, against: str, ours: list[float], theirs: list[float]) -> Figure:
    return Figure(
        what=what,
        against=against,
        ours=millis(ours),
        theirs=millis(theirs),
        measured=ratio(ours, theirs),
        asked=3,
    )


def _whole_run() -> float:
    start = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "seqrkit", "verify", "--workers", str(WORKERS)], check=True
    )
    return perf_counter() - start
