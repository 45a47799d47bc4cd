"""The report of a failure: what was required and found, and how to reproduce it.

Passwords are masked everywhere; commands read them from the environment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from seqrkit import soap
from seqrkit.contract.findings import shorten
from seqrkit.exchange import Exchange
from seqrkit.html import render_text
from seqrkit.recording.har import har_bytes
from seqrkit.suite.framework import Check, CheckFailure
from seqrkit.suite.framework.example_steps import BuyerPays, Step, needed, outcome_of, returned
from seqrkit.suite.reports.reproduction_script import Script, scripts

_LINES: Final = 120
"""The maximum number of lines of a message in a report; the saved file has all of them."""
_WIDTH: Final = 500
_STATUS: Final = re.compile(rb"<status>([A-Z_]+)<")
_NAME: Final = re.compile(r"[^A-Za-z0-9.-]+")


@frozen(kw_only=True)
class FailureReport:
    """A failure as texts, which are empty if they do not apply.

    `deviation` is what failures of one cause share; `excused` is the baseline's reason. `again` is
    the command that repeats the check; `file` is where the request was saved, `unsaved`
    why it could not be; `exchanges` are those of the shortest sequence, as entries of an HTTP
    Archive, and `reached_service` says whether one of them has reached a service; `start`
    starts the endpoint that the commands of `curl` and `python` need.
    """

    check: str
    statement: str
    source: str
    sentence: str
    again: str
    letter: str = ""
    deviation: str = ""
    cause: str = ""
    excused: str = ""
    case_operation: str = ""
    rule: str = ""
    request: str = ""
    reply: str = ""
    steps: str = ""
    curl: str = ""
    python: str = ""
    start: str = ""
    file: str = ""
    unsaved: str = ""
    exchanges: Sequence[Mapping[str, object]] = ()
    reached_service: bool = False

    def __str__(self) -> str:
        return render_text("suite/reports/failure_report.txt", report=self)


def failure_report(
    check: Check,
    failure: CheckFailure,
    *,
    endpoint: str,
    again: str,
    directory: Path | None,
    start: str = "",
    excused: str = "",
    registrations: Sequence[Exchange] = (),
    buyer: str = "",
    credentials: Mapping[str, str] = MappingProxyType({}),
) -> FailureReport:
    """Return the report of a failure, and save its request in the directory, if one is given.

    `endpoint` is the address to which the commands send the request; `credentials` are those that
    it was sent with, by name.
    """
    envelope, exchange = failure.envelope, failure.exchange
    more: dict[str, Any] = {}
    payment = failure.trace[-1] if failure.trace and envelope is None else None
    if isinstance(payment, BuyerPays):
        steps = needed(failure.trace, payment, registrations)
        script = Script(steps, endpoint, check.case.interface, None, buyer, credentials)
        more = {"steps": "".join(map(_step, steps)), "start": start, **scripts(script)}
    if envelope is not None:
        more = {"request": _shown(envelope), "start": start}
        if directory is not None:
            more |= _saved(directory, str(check), soap.mask(envelope))
        if exchange is not None and exchange.request == envelope:
            tested, expects = failure.tested, failure.expects
            steps = needed(failure.trace, exchange, registrations, tested, expects)
            sent = [each for each in steps if isinstance(each, Exchange)]
            more["exchanges"] = json.loads(har_bytes(sent))["log"]["entries"]
            more["reached_service"] = any(each.reached_service for each in sent)
        else:
            steps = (_unsent(envelope, check),)
        # A script with a huge message would be of no use to paste.
        if all(_is_short(step) for step in steps):
            expects = failure.expects
            script = Script(steps, endpoint, check.case.interface, expects, buyer, credentials)
            more |= scripts(script)
        more["steps"] = "".join(map(_step, steps)) if len(steps) > 1 else ""
    source, letter = check.property.source, check.property.letter
    if stated := failure.behaviour:
        source, letter = stated.place or "assumed (seqrkit fidelity)", stated.source
    return FailureReport(
        check=str(check),
        statement=check.property.statement,
        source=str(source),  # exactly a str, which pytest-xdist can send
        sentence=failure.message,
        again=again,
        letter=letter,
        deviation=failure.deviation,
        cause=failure.cause,
        excused=excused,
        case_operation=check.case.operation,
        rule=str(failure.rule or ""),
        reply=_shown(exchange.response) if exchange and exchange.response else "",
        **more,
    )


def _unsent(envelope: bytes, check: Check) -> Exchange:
    """Return an envelope that was not sent, as a step of a script."""
    return Exchange(
        operation=check.case.operation,
        interface=check.case.interface,
        endpoint="",
        started_at=datetime.now(UTC),
        duration=0,
        request=envelope,
    )


def _is_short(step: Step) -> bool:
    if not isinstance(step, Exchange):
        return True
    return step.request.count(b"\n") <= _LINES and len(step.request) <= _LINES * _WIDTH


def _step(step: Step) -> str:
    if not isinstance(step, Exchange):
        return f"  the buyer pays {step.reference}\n"
    named = "".join(f", {name} {value}" for value, name in returned(step).items())
    found = _STATUS.search(step.response or b"")
    status = f", status {found[1].decode()}" if found else ""
    return f"  {step.operation}: {outcome_of(step)}{status}{named}\n"


def _saved(directory: Path, name: str, content: bytes) -> dict[str, str]:
    path = directory / f"{_NAME.sub('-', name).strip('-')}.xml"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:  # the failure itself must still be reported
        return {"unsaved": f"cannot write {path}: {error.strerror or error}"}
    return {"file": str(path)}


def _shown(message: bytes) -> str:
    """Return a message for display: masked, without control characters, long ones cut."""
    lines = soap.mask(message).decode("utf-8", "replace").split("\n")
    more = len(lines) - _LINES
    text = "\n".join(shorten(line, _WIDTH) for line in lines[:_LINES]).rstrip("\n")
    return f"{text}\n" + (f"... and {more} more lines\n" if more > 0 else "")
