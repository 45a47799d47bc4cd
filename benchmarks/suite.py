"""The contract suite: how long a whole run takes, and what an example costs beside its sending."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from benchmarks.exploring import exploring
from benchmarks.figures import Figure, alternate, millis, ratio
from benchmarks.load import request as request_bytes
from benchmarks.load import seconds_each
from contract_tests.toolkit.suite.services.processes import (
    CREDENTIALS,
    ENVIRONMENT,
    NODE,
    PHP,
    WSDL,
    missing,
    served,
)
from seqrkit import strategies
from seqrkit.client import Credentials
from seqrkit.session import Session
from seqrkit.suite import CheckEnvironment
from seqrkit.suite.framework import Case, CheckContext, embedded
from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.replay.ledger import Ledger
from seqrkit.suite.properties.replay.replayed_request import Replay
from seqrkit.vocabulary import NEWEST, Interface

OPERATION = "sendInvoice"
A_RUN = 25
"""Examples of one run of Hypothesis, as many as the default profile has."""
WORKERS = 2
SERVICES = {"node's soap": NODE, "PHP's SoapServer": PHP}
RUNS = {"quick": 60, "default": 300}
"""The seconds that a run may take at the service of another, by profile."""


def measure(seconds: float) -> Iterator[Figure]:
    """Examples beside bare sendings; then runs of the whole suite, whatever `seconds` says."""
    here = {name: command for name, command in SERVICES.items() if not missing(command)}
    for name in SERVICES.keys() - here:
        print(f"{name} is not installed: its rows are left out", file=sys.stderr)
    each = seconds / (1 + len(here))
    yield _figure("the embedded endpoint", *_examples(each, embedded, "DVCA"))
    for name, command in here.items():
        with served(WSDL, command) as url:

            def session(interface: Interface, url: str = url) -> Session:
                return Session(url, Credentials(**CREDENTIALS), interface=interface)

            yield _figure(name, *_examples(each, session))
    yield _run(f"the default profile, {WORKERS} workers", 120, "--workers", f"{WORKERS}")
    for name, command in here.items():
        for profile, asked in RUNS.items():
            with served(WSDL, command) as url:
                pay = f"curl --silent --fail {url}/pay/{{reference}}"
                options = ("--interface", NEWEST, "--profile", profile, "--buyer-command", pay)
                yield _run(f"the {profile} profile, at {name}", asked, url, *options, **ENVIRONMENT)


def _examples(
    seconds: float, session: Callable[[Interface], Session], sources: str = "DV"
) -> list[list[float]]:
    """Return seconds for an example, and for the posting of its bytes, in rounds side by side."""
    with CheckEnvironment(connect=session, sources=sources) as environment:
        check = CheckContext(environment, "benchmark", Case(NEWEST, OPERATION))
        ledger = Ledger(check)

        def look(request: Any) -> None:  # noqa: ANN401 - a request
            with checked_replies(check):
                Replay(check, ledger, request).send()
            messages[check.session.exchanges[-1].request] = None

        messages: dict[bytes, None] = {}
        whole = exploring(strategies.valid(OPERATION), A_RUN, look)
        whole()
        address = urlsplit(check.session.address)
        assert address.port is not None
        port = address.port
        posted = [request_bytes(port, address.path or "/", each) for each in messages]
        whole_run, posting = alternate(
            [whole, lambda: seconds_each(port, posted, b"<resultCode>0<")], seconds
        )
        return [[each / A_RUN for each in whole_run], [each / len(posted) for each in posting]]


def _figure(where: str, ours: list[float], theirs: list[float]) -> Figure:
    return Figure(
        what=f"a sendInvoice generated, built, judged, sent, its reply judged, at {where}",
        against="the posting of its bytes, by a load generator",
        ours=millis(ours),
        theirs=millis(theirs),
        measured=ratio(ours, theirs),
        asked=6,
    )


def _run(what: str, asked: float, *options: str, **environment: str) -> Figure:
    command = [sys.executable, "-m", "seqrkit", "verify", *options]
    start = perf_counter()
    subprocess.run(command, check=True, env=os.environ | environment)
    spent = perf_counter() - start
    return Figure(
        what=f"seqrkit verify, {what}",
        against="-",
        ours=f"{spent:,.0f} s",
        theirs="-",
        measured=spent,
        asked=asked,
        unit="s",
    )
