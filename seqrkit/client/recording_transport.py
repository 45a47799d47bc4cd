"""The transport: lints, posts and records each message, whatever its outcome.

The facts of a call are local to it until they become an exchange in the journal. A shared "last
call" would file the reply of one thread under the request of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple, NoReturn

from attrs import frozen
from lxml.etree import _Element

from seqrkit import contract, soap
from seqrkit._version import __version__
from seqrkit.captures.packed_replies import read_reply
from seqrkit.client.http import Http
from seqrkit.client.rate_limit import Pace
from seqrkit.client.reply_classification import NEVER_SENT, Repetition
from seqrkit.clock import Clock
from seqrkit.contract import Finding, SessionRules, Severity
from seqrkit.contract.http_rules import framing_findings
from seqrkit.errors import (
    ConfigurationError,
    ContractViolation,
    EndpointUnreachable,
    MessageError,
    SeqrError,
    TlsError,
)
from seqrkit.exchange import REPLY_LIMIT, Exchange, Journal, charset_in, reply_findings
from seqrkit.http_client import Response
from seqrkit.vocabulary import Interface

HEADERS: Final[Mapping[str, str]] = {**soap.HEADERS, "User-Agent": f"seqrkit/{__version__}"}


class Answered(NamedTuple):
    """An exchange with a response, and the element in its Body or why there is none."""

    exchange: Exchange
    payload: _Element | MessageError


class _Judged(NamedTuple):
    """What is known of a request: the element in its Body or why there is none, and findings."""

    payload: _Element | MessageError
    findings: tuple[Finding, ...]
    secrets: soap.Secrets


@frozen(kw_only=True)
class _Call:
    """A call before its outcome is known; `judged` is what is known of its request."""

    operation: str
    request: bytes
    judged: Callable[[], _Judged]
    started_at: datetime
    start: float


class Transport:
    """Posts to an endpoint and records exchanges in its journal; threads may share it.

    `endpoint` is the address that exchanges show, `address` the real one, `timeout` the seconds for
    a complete answer, `pace` the rate limit.
    """

    def __init__(
        self,
        http: Http,
        *,
        endpoint: str,
        interface: Interface,
        journal: Journal,
        clock: Clock,
        timeout: float,
        pace: Pace | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.address: str = http.url
        self.interface = interface
        self.journal = journal
        self.timeout = timeout
        self.contract: contract.Contract = contract.load(interface)
        self._http = http
        self._clock = clock
        self._pace = pace
        self._session = SessionRules(knows_token=lambda _: False)
        self._closed = False

    def post(
        self,
        request: bytes,
        operation: str,
        *,
        strict: bool = False,
        timeout: float | None = None,
        secrets: soap.Secrets = soap.NO_SECRETS,
    ) -> Answered:
        """Post a request; the exchange is in the journal, whatever its outcome.

        `secrets` are masked besides the passwords of the messages. With `strict` a request that
        breaks the contract is not sent: `ContractViolation`. Without an answer, raises the
        `TransportError` that says why, with the exchange; after `close`, `ConfigurationError`.
        """
        # Reopening silently would write to a journal that the user believes complete.
        if self._closed:
            raise ConfigurationError(f"the session with {self.endpoint} is closed: connect() again")

        @cache
        def judged() -> _Judged:
            document, payload = _read(request, soap.MAX_BYTES)
            own = soap.Secrets.of(request)
            found = self.contract.lint_message(request, secrets=own, document=document)
            # Rules about several messages, such as a refund that is sent twice.
            of_session = () if isinstance(payload, MessageError) else self._session.request(payload)
            return _Judged(payload, (*found, *of_session), own | secrets)

        if strict:
            _refuse(operation, judged().findings)
        if self._pace is not None:
            self._pace.wait()
        call = _Call(
            operation=operation,
            request=request,
            judged=judged,
            started_at=self._clock.now(),
            start=self._clock.monotonic(),
        )
        try:
            answer = self._http.post(
                request,
                HEADERS,
                timeout=self.timeout if timeout is None else timeout,
                limit=REPLY_LIMIT,
                # The request is judged while the service works.
                while_waiting=judged,
            )
        except BaseException as error:  # noqa: BLE001 - every failure is recorded
            self._failed(call, error)
        return self._answered(call, answer)

    def close(self) -> None:
        """Close the idle connections and the journal's file."""
        self._closed = True
        self._http.close()
        self.journal.close()

    def _answered(self, call: _Call, answer: Response) -> Answered:
        duration = self._clock.monotonic() - call.start  # without the judging of the reply
        cut_off = (
            f"The answer of {self.endpoint} has more than {REPLY_LIMIT:,} bytes; "
            "the rest was not read."
        )
        document, payload = _read(answer.body, REPLY_LIMIT, charset_in(answer.headers))
        request = call.judged()
        of_session: tuple[Finding, ...] = ()
        if not isinstance(payload, MessageError) and not isinstance(request.payload, MessageError):
            of_session = self._session.reply(payload, request.payload)
        exchange = self._exchange(
            call,
            duration,
            status=answer.status,
            response=answer.body,
            response_headers=answer.headers,
            failure=None if answer.complete else cut_off,
            failure_kind=None if answer.complete else "TooLarge",
            reply_findings=(
                *framing_findings(answer.headers, len(answer.body), answer.damage),
                *reply_findings(
                    self.contract,
                    answer.body,
                    answer.status,
                    answer.headers,
                    request.secrets.with_those_of(answer.body),
                    document=document,
                ),
                *of_session,
            ),
        )
        if not isinstance(payload, MessageError):
            exchange.read_from(payload)
        return Answered(self.journal.record(exchange), payload)

    def _failed(self, call: _Call, error: BaseException) -> NoReturn:
        """Record that there is no answer, and raise the error."""
        duration = self._clock.monotonic() - call.start
        known = isinstance(error, SeqrError)
        sentence = str(error) if known else f"interrupted: {error!r}"
        exchange = self.journal.record(
            self._exchange(call, duration, failure=sentence, failure_kind=type(error).__name__)
        )
        _mask_texts(error, exchange.secrets)
        if isinstance(error, SeqrError):
            never_sent = isinstance(error, EndpointUnreachable | TlsError)
            repetition = NEVER_SENT if never_sent else self.repetition(call.operation)
            error.exchange = exchange
            # Only a failure before the first byte is safe for every operation.
            error.may_be_repeated, error.repeat_advice = repetition
        raise error

    def repetition(self, operation: str) -> Repetition:
        """Return whether a request of this operation may be repeated if its reply was lost."""
        known = self.contract.operations.get(operation)
        if known is None:
            return Repetition(allowed=False)
        return Repetition(known.repeat == "yes", known.repeat_sentence)

    def _exchange(self, call: _Call, duration: float, **outcome: Any) -> Exchange:
        request = call.judged()
        return Exchange(
            operation=call.operation,
            interface=self.interface,
            endpoint=self.endpoint,
            started_at=call.started_at,
            duration=duration,
            request=call.request,
            request_headers=HEADERS,
            findings=request.findings,
            known_secrets=request.secrets,
            **outcome,
        )


def _mask_texts(error: BaseException | None, secrets: soap.Secrets) -> None:
    """Mask the secrets in an error and its causes, which quote what the peer sent."""
    while error is not None:
        error.args = tuple(
            secrets.mask(each) if isinstance(each, str) else each for each in error.args
        )
        # A traceback prints the causes as well.
        error = error.__cause__ or error.__context__


def _refuse(operation: str, findings: Sequence[Finding]) -> None:
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if errors:
        rest = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise ContractViolation(
            f"{operation or 'the message'} was not sent, it breaks the contract: {errors[0]}{rest}",
            findings=errors,
        )


def _read(
    data: bytes, limit: int, charset: str | None = None
) -> tuple[soap.Document | None, _Element | MessageError]:
    """Parse a message once; return the document, and the element in its Body or the error."""
    document = None
    try:
        document = read_reply(data, limit=limit, charset=charset)
        return document, soap.payload_of(document.root)
    except MessageError as error:
        return document, error
