"""The exchanges that the endpoint remembers, read: what was asked, answered and found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from seqrkit import contract, soap
from seqrkit.contract import Finding, Severity
from seqrkit.errors import MessageError
from seqrkit.simulator.control.serialization import time
from seqrkit.simulator.exchange_log import (
    MAX_EXCHANGES,
    MAX_STORED_BYTES,
    ExchangeLog,
    ObservedExchange,
)

_FIELDS: Final = ("clientReference", "invoiceReference", "ersReference")
_ANYWHERE: Final = tuple(f"{{*}}{name}" for name in _FIELDS)
_FINDING: Final = ("rule", "severity", "path", "line", "message", "source", "note")
_LONGEST: Final = 200
"""Characters of a text that are shown in a list."""


@dataclass(frozen=True, slots=True)
class DecodedExchange:
    """What an exchange says, for lists and searches."""

    seen: ObservedExchange
    said: Mapping[str, str]
    """The texts of `_FIELDS`, those of the request before those of the answer.

    Of an answer that an injected fault replaced, the references are those of the original answer.
    """
    outcome: soap.Outcome
    findings: tuple[Finding, ...]

    @property
    def code(self) -> int | None:
        """The result code of the reply, if there is one."""
        return self.outcome.result_code

    @property
    def description(self) -> str | None:
        """The text that goes with the result code or the fault."""
        fault = self.outcome.fault
        text = self.outcome.result_description if fault is None else fault.reason
        return text[:_LONGEST] if text else None

    def mentions(self, text: str) -> bool:
        """Whether one of the references contains that."""
        return any(text in self.said.get(name, "").lower() for name in _FIELDS)

    def summary(self) -> dict[str, Any]:
        """A line of a list."""
        seen, said = self.seen, self.said
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        return {
            "number": seen.number,
            "at": time(seen.started_at),
            "ms": round(seen.duration * 1000, 3),
            "interface": seen.interface.value,
            "operation": seen.operation,
            "status": seen.status,
            "code": self.code,
            "description": self.description,
            "client_reference": said.get("clientReference"),
            "invoice_reference": said.get("invoiceReference"),
            "ers_reference": said.get("ersReference"),
            "fault": None if seen.injected is None else str(seen.injected.fault),
            "findings": {"errors": errors, "warnings": len(self.findings) - errors},
        }

    def whole(self) -> dict[str, Any]:
        """All of it: both messages, masked, and what is wrong with the request."""
        seen = self.seen
        return self.summary() | {
            "findings": [
                {name: value for name, value in finding.to_dict().items() if name in _FINDING}
                for finding in self.findings
            ],
            "request": _shown(seen.masked_request),
            "response": _shown(seen.masked_response),
            "notes": [
                {
                    "rule": note.rule,
                    "path": note.path,
                    "wrong": note.wrong,
                    "taken": note.taken,
                    "behaviour": note.behaviour.id,
                    "source": note.behaviour.source,
                }
                for note in seen.notes
            ],
        }


class RecentExchanges:
    """Reads exchanges of an endpoint's traffic, each once."""

    def __init__(self, traffic: ExchangeLog) -> None:
        self._traffic = traffic
        self._read: dict[int, DecodedExchange] = {}

    def __iter__(self) -> Iterator[DecodedExchange]:
        """The remembered exchanges, newest first."""
        return (self.read(seen) for seen in reversed(tuple(self._traffic)))

    def find(self, number: int) -> DecodedExchange | None:
        """The exchange of that number, while it is remembered."""
        return next((self.read(seen) for seen in self._traffic if seen.number == number), None)

    def read(self, seen: ObservedExchange) -> DecodedExchange:
        """What an exchange says."""
        known = self._read.get(seen.number)
        if known is None or known.seen.request is not seen.request:
            known = self._read[seen.number] = _read(seen)
            while len(self._read) > MAX_EXCHANGES:
                self._read.pop(next(iter(self._read)), None)
        return known


def _read(seen: ObservedExchange) -> DecodedExchange:
    whole = len(seen.request) < MAX_STORED_BYTES  # what was cut off cannot be judged
    judge = contract.load(seen.interface)
    findings = judge.lint_message(seen.request) if whole and seen.request else ()
    answered = _texts(seen.response)
    lost = _texts(seen.undamaged_response)  # the client was not told, but it was carried out
    said = {**lost, **answered, **_texts(seen.request)}
    return DecodedExchange(seen, said, _outcome(seen.response), findings)


def _outcome(response: bytes) -> soap.Outcome:
    try:
        return soap.read_outcome(response)
    except MessageError:
        return soap.Outcome()  # an injected fault can replace the answer by anything


def _texts(data: bytes) -> dict[str, str]:
    """The texts of `_FIELDS` anywhere in a message; empty for bytes that are not XML."""
    try:
        root = soap.parse(data)
    except MessageError:
        return {}
    found = {soap.local(each): (each.text or "").strip() for each in root.iter(*_ANYWHERE)}
    return {name: text[:_LONGEST] for name, text in found.items() if text}


def _shown(data: bytes) -> str:
    """A message for the eye: indented where it is XML."""
    try:
        return soap.indent(soap.parse(data)).decode()
    except MessageError:
        return data.decode("utf-8", "replace")
