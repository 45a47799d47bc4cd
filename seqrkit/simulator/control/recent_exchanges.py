"""The exchanges of the log, decoded: references, outcome and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from time import perf_counter, sleep
from typing import Final, NamedTuple

from seqrkit import contract, soap
from seqrkit.contract import Finding, SessionRules, Severity
from seqrkit.contract.envelope_rules import MEDIA_TYPE
from seqrkit.errors import MessageError
from seqrkit.simulator.exchange_log import (
    MAX_EXCHANGES,
    MAX_STORED_BYTES,
    ExchangeLog,
    ObservedExchange,
)

_REFERENCES: Final = ("clientReference", "invoiceReference", "ersReference")
_ANYWHERE: Final = tuple(f"{{*}}{name}" for name in _REFERENCES)
_CHECKED_IN_LISTS: Final = 8192
"""Bytes of a request whose findings a list counts; most have 1,000 to 4,000."""
_MAX_TEXT: Final = 200
"""Characters of a text that a list shows."""
_WORK_SECONDS, _PAUSE_SECONDS = 0.002, 0.02
"""While requests are answered, decoding pauses after so much work: both need the interpreter."""


class References(NamedTuple):
    """The clientReference, the invoiceReference and the ersReference of an exchange."""

    client: str | None
    invoice: str | None
    ers: str | None


@dataclass(frozen=True)
class DecodedExchange:
    """An observed exchange with the values that lists and searches need.

    `references` are those of the request, completed by those of the response. If a fault damaged
    the response, they are those of the undamaged one. `of_session` are the findings about its
    place in the session.
    """

    observed: ObservedExchange
    references: References
    outcome: soap.Outcome
    of_session: tuple[Finding, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the request, and those of the session."""
        request = self.observed.request
        is_complete = 0 < len(request) < MAX_STORED_BYTES  # a truncated request cannot be checked
        judge = contract.load(self.observed.interface)
        charset = self.observed.charset
        findings = judge.lint_message(request, charset=charset) if is_complete else ()
        return (*_http_findings(self.observed), *findings, *self.of_session)

    @property
    def milliseconds(self) -> float:
        """The time from the complete request to the complete response."""
        return round(self.observed.duration * 1000, 3)

    @property
    def description(self) -> str | None:
        """The text of the result code or the fault."""
        fault = self.outcome.fault
        text = self.outcome.result_description if fault is None else fault.reason
        return self.observed.secrets.mask(text)[:_MAX_TEXT] if text else None

    @property
    def fault(self) -> str | None:
        """The injected fault, if there is one."""
        injected = self.observed.injected
        return None if injected is None else str(injected.fault)

    @property
    def finding_counts(self) -> dict[str, int] | None:
        """The number of errors and of warnings in the request; `None` for a long one.

        Clients choose how much there is to be checked: a list must not wait for it.
        """
        if len(self.observed.request) > _CHECKED_IN_LISTS:
            return None
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        return {"errors": errors, "warnings": len(self.findings) - errors}

    @property
    def request(self) -> str:
        """The request to show: indented, with its passwords masked."""
        return _indented(self.observed.masked_request)

    @property
    def response(self) -> str:
        """The response to show: indented, with any password masked."""
        return _indented(self.observed.masked_response)

    def mentions(self, text: str) -> bool:
        """Return whether one of the references contains the text, in lower case."""
        return any(text in each.lower() for each in self.references if each)


class RecentExchanges:
    """Decodes the exchanges of an endpoint's log, each once.

    `knows_token` returns whether the settings list a token's id, and `is_busy` whether requests
    are being answered.
    """

    def __init__(
        self,
        log: ExchangeLog,
        knows_token: Callable[[str], bool],
        is_busy: Callable[[], bool],
    ) -> None:
        self._log = log
        self._is_busy = is_busy
        self._paused_at = 0.0
        self._decoded: dict[int, DecodedExchange] = {}
        self._session = SessionRules(knows_token)
        self._of_session: dict[int, tuple[Finding, ...]] = {}
        self._lock = Lock()

    def __iter__(self) -> Iterator[DecodedExchange]:
        """The exchanges in the log, newest first."""
        return (self.decode(observed) for observed in reversed(tuple(self._log)))

    def find(self, number: int) -> DecodedExchange | None:
        """Return the exchange with that number, if it is still in the log."""
        return next((self.decode(each) for each in self._log if each.number == number), None)

    def decode(self, observed: ObservedExchange) -> DecodedExchange:
        """Return an exchange decoded."""
        with self._lock:
            self._let_requests_pass()
            known = self._decoded.get(observed.number)
            if known is None or known.observed.request is not observed.request:
                for each in (*self._log, observed):
                    # Session rules depend on the order, and not on what comes later: under load,
                    # that would be much more than anybody looks at.
                    if each.number <= observed.number:
                        self._judge(each)
                known = _decode(observed, self._of_session[observed.number])
                self._decoded[observed.number] = known
                for latest in (self._decoded, self._of_session):
                    while len(latest) > 2 * MAX_EXCHANGES:
                        latest.pop(next(iter(latest)))
        return known

    def _judge(self, observed: ObservedExchange) -> None:
        if observed.number in self._of_session:
            return
        found: tuple[Finding, ...] = ()
        # What the service could not read has no place in a session, and can take long to unpack.
        if observed.operation:
            self._let_requests_pass()
            of_request, of_reply = self._session.exchange(observed.request, observed.response)
            mask = observed.secrets.mask
            found = tuple(each.masked(mask) for each in (*of_request, *of_reply))
        self._of_session[observed.number] = found

    def _let_requests_pass(self) -> None:
        if perf_counter() - self._paused_at > _WORK_SECONDS and self._is_busy():
            sleep(_PAUSE_SECONDS)
            self._paused_at = perf_counter()


def _decode(observed: ObservedExchange, of_session: tuple[Finding, ...]) -> DecodedExchange:
    found = {
        **_references(observed.undamaged_response),
        **_references(observed.response),
        **_references(observed.request),
    }
    references = References(*map(found.get, _REFERENCES))
    return DecodedExchange(observed, references, _outcome(observed.response), of_session)


def _http_findings(observed: ObservedExchange) -> Iterator[Finding]:
    """Yield the findings about HTTP, whose headers are not stored with the exchange."""
    for note in observed.notes:
        if note.rule == MEDIA_TYPE.id:
            yield Finding(MEDIA_TYPE, "", 1, note.wrong)


def _outcome(response: bytes) -> soap.Outcome:
    try:
        return soap.outcome_of(soap.read_payload(response))
    except MessageError:
        return soap.Outcome()  # an injected fault can replace the response by anything


def _references(data: bytes) -> dict[str, str]:
    """Return the references anywhere in a message; none for bytes that are not XML."""
    try:
        root = soap.parse(data)
    except MessageError:
        return {}
    found = {soap.local(each): (each.text or "").strip() for each in root.iter(*_ANYWHERE)}
    return {name: text[:_MAX_TEXT] for name, text in found.items() if text}


def _indented(data: bytes) -> str:
    try:
        return soap.indent(soap.parse(data)).decode()
    except MessageError:
        return data.decode("utf-8", "replace")
