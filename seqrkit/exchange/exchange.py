"""One request and its outcome: a response, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from datetime import datetime
from functools import cached_property
from typing import Final

import msgspec
from attrs import evolve, field, frozen
from lxml.etree import _Element

from seqrkit import contract, soap
from seqrkit.captures.packed_replies import payload_in
from seqrkit.captures.session_format import SavedExchange, to_bytes, to_text
from seqrkit.contract import Finding, SessionRules
from seqrkit.errors import LOGIN_REFUSALS, ConfigurationError
from seqrkit.exchange.headers import charset_in
from seqrkit.exchange.reply_findings import reply_findings
from seqrkit.notebook_repr import Shown
from seqrkit.terminal_text import visible
from seqrkit.vocabulary import Interface

REFERENCES: Final = frozenset(
    {
        "clientReference",
        "ersReference",
        "invoiceReference",
        "paymentReference",
        "transactionPeriodId",
    }
)
"""Elements whose values name an invoice, a payment, a period or a request."""


# Without slots, because cached properties need a __dict__; two exchanges with the same content are
# still two.
@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Exchange(Shown):
    """One request and its outcome.

    `number` is the position in the journal, from 1, in the order in which outcomes were known.
    `operation` is the wire name, empty if the bytes sent contain none. `duration` is in seconds; a
    service that answers sooner than the request is judged seems to take as long. `request` and
    `response` are the bytes of the wire, passwords included: show `masked_request` and
    `masked_response`. Everything else is masked already. `status` is the HTTP status, `None`
    without a response; `failure` then says why in a sentence, and `failure_kind` is the name of the
    exception. `findings` are the linter's about the request, `reply_findings` those about the
    response. `known_secrets` are further passwords to mask, and are not saved.
    """

    number: int = 0
    operation: str
    interface: Interface
    endpoint: str
    started_at: datetime
    duration: float
    request: bytes
    request_headers: Mapping[str, str] = field(factory=dict)
    status: int | None = None
    response: bytes | None = None
    response_headers: Mapping[str, str] = field(factory=dict)
    failure: str | None = None
    failure_kind: str | None = None
    findings: tuple[Finding, ...] = ()
    reply_findings: tuple[Finding, ...] = ()
    known_secrets: soap.Secrets = soap.NO_SECRETS

    def __attrs_post_init__(self) -> None:
        mask = self.secrets.mask
        masked: dict[str, object] = {
            "endpoint": mask(self.endpoint),
            "request_headers": self.secrets.mask_headers(self.request_headers),
            "response_headers": self.secrets.mask_headers(self.response_headers),
            "failure": None if self.failure is None else mask(self.failure),
            "findings": tuple(each.masked(mask) for each in self.findings),
            "reply_findings": tuple(each.masked(mask) for each in self.reply_findings),
        }
        for name, value in masked.items():
            # Masked once here, so that no display can forget it; only the messages keep their
            # secrets.
            object.__setattr__(self, name, value)  # as attrs advises for frozen classes

    @cached_property
    def secrets(self) -> soap.Secrets:
        """The passwords of both messages and of the client, masked wherever they appear."""
        known = soap.Secrets.of(self.request) | self.known_secrets
        return known if self.response is None else known.with_those_of(self.response)

    @property
    def name(self) -> str:
        """The operation, or ``raw bytes`` if the bytes sent name none."""
        return self.operation or "raw bytes"

    @property
    def masked_request(self) -> bytes:
        """The request with its passwords masked."""
        return self.secrets.mask_bytes(self.request)

    @cached_property
    def masked_response(self) -> bytes | None:
        """The body of the response with all passwords masked."""
        return None if self.response is None else self.secrets.mask_bytes(self.response)

    @property
    def result_code(self) -> int | None:
        """The reply's resultCode; `None` without a readable reply."""
        return self._outcome.result_code

    @property
    def result_description(self) -> str | None:
        """The reply's resultDescription."""
        return self._outcome.result_description

    @property
    def fault(self) -> soap.Fault | None:
        """The SOAP fault; `None` if the response is something else."""
        return self._outcome.fault

    @property
    def succeeded(self) -> bool:
        """Whether the service answered with result code 0."""
        return self.result_code == 0

    @property
    def reached_service(self) -> bool:
        """Whether a SOAP service has answered, and not refused the principal or its password."""
        return self.fault is not None or self.result_code not in {None, *LOGIN_REFUSALS}

    @property
    def charset(self) -> str | None:
        """The charset in the Content-Type of the response."""
        return charset_in(self.response_headers)

    @cached_property
    def _outcome(self) -> soap.Outcome:
        payload = payload_in(self.response, self.charset)
        # If it is not SOAP, the reply's findings say what is wrong with it.
        return soap.Outcome() if payload is None else self._outcome_of(payload)

    def _outcome_of(self, payload: _Element) -> soap.Outcome:
        outcome = soap.outcome_of(payload, self.secrets)
        another = self.operation and outcome.name.lower() != f"{self.operation}response".lower()
        return soap.Outcome() if another and outcome.fault is None else outcome

    def read_from(self, payload: _Element) -> None:
        """Take the outcome from the element in the Body, which was read from the response."""
        self.__dict__["_outcome"] = self._outcome_of(payload)

    @cached_property
    def client_reference(self) -> str | None:
        """The request's clientReference, by which the service and its operator know it."""
        return next(iter(_texts(self.request, {"clientReference"})), None)

    def mentions(self, reference: str) -> bool:
        """Return whether request or response contains a reference, such as an invoiceReference."""
        return reference in _texts(self.request, REFERENCES) or (
            self.response is not None
            and reference in _texts(self.response, REFERENCES, self.charset)
        )

    def seconds_after(self, earlier: Exchange) -> float:
        """Return the time between two requests; 0 if the recording does not say it."""
        try:
            return max((self.started_at - earlier.started_at).total_seconds(), 0.0)
        except TypeError:  # only one of them has a time zone
            return 0.0

    def numbered(self, number: int) -> Exchange:
        """Return a copy with another number."""
        other = copy(self)  # unlike `evolve` it masks nothing again
        object.__setattr__(other, "number", number)
        return other

    def masked(self, *, personal_data: bool = False) -> Exchange:
        """Return a copy whose messages are masked, optionally with the personal data in them.

        Personal data are the values of cards and tokens, the cashierId, and the user of a credit.
        """
        request, response = self.masked_request, self.masked_response
        if not personal_data:
            return evolve(self, request=request, response=response)
        values = soap.personal_values(request) | soap.personal_values(response or b"")
        known = soap.Secrets.of(b"", *values)
        request = known.mask_bytes(soap.mask_personal_data(request))
        response = response and known.mask_bytes(soap.mask_personal_data(response))
        return evolve(
            # Judged again, because the findings quote the messages and could repeat personal data.
            evolve(self, request=request, response=response).judged(),
            response_headers=known.mask_headers(self.response_headers),
            failure=self.failure and known.mask(self.failure),
        )

    def judged(self, session: SessionRules | None = None) -> Exchange:
        """Return a copy with the linter's findings about its messages.

        `session` has judged the earlier exchanges; its findings are added.
        """
        judge = contract.load(self.interface)
        about = (judge, self.response, self.status, self.response_headers)
        of_request, of_reply = (
            ((), ())
            if session is None
            else session.exchange(self.request, self.response, self.charset)
        )
        return evolve(
            self,
            findings=(*judge.lint_message(self.request), *of_request),
            reply_findings=(*reply_findings(*about), *of_reply),
        )

    def to_dict(self, *, keep_secrets: bool = False) -> SavedExchange:
        """Return the exchange in the session format, passwords masked unless they are kept."""
        response = self.response if keep_secrets else self.masked_response
        request = self.request if keep_secrets else self.masked_request
        return {
            "number": self.number,
            "operation": self.operation,
            "interface": str(self.interface),
            "endpoint": self.endpoint,
            "started_at": self.started_at.isoformat(),
            "duration": self.duration,
            "request": to_text(request),
            "request_headers": dict(self.request_headers),
            "status": self.status,
            "response": None if response is None else to_text(response),
            "response_headers": dict(self.response_headers),
            "failure": self.failure,
            "failure_kind": self.failure_kind,
            "result_code": self.result_code,
            "findings": [dict(each.to_dict()) for each in self.findings],
            "reply_findings": [dict(each.to_dict()) for each in self.reply_findings],
        }

    @classmethod
    def from_dict(
        cls, saved: Mapping[str, object], session: SessionRules | None = None
    ) -> Exchange:
        """Return the exchange that `to_dict` saved; its passwords stay masked.

        The messages are linted again, by the contract of this version and after the earlier
        exchanges of `session`. Raises `ConfigurationError` for a mapping that is not in the session
        format.
        """
        try:
            # Rules change between releases: findings are those of the version that shows them.
            return _restored(saved).judged(session)
        except (KeyError, TypeError, ValueError) as error:
            msg = f"not a saved exchange: {type(error).__name__} {error}"
            raise ConfigurationError(msg) from error

    def __str__(self) -> str:
        """Return both messages with the findings about each, passwords masked."""
        request = _shown(self.masked_request, self.findings)
        if self.response is None:
            return f"{self!r}\n\n{request}\n{visible(self.failure or '')}\n"
        response = _shown(self.masked_response or b"", self.reply_findings)
        return f"{self!r}\n\n{request}\nHTTP {self.status}\n\n{response}"

    def __repr__(self) -> str:
        outcome = self.failure_kind or (
            f"resultCode {self.result_code}"
            if self.result_code is not None
            else f"fault {self.fault.code}"
            if self.fault
            else f"HTTP {self.status}"
        )
        return visible(f"<Exchange {self.number}: {self.name} -> {outcome}>")


def _texts(data: bytes, names: AbstractSet[str], charset: str | None = None) -> list[str]:
    """Return the texts of the elements with these names, in document order."""
    payload = payload_in(data, charset)
    if payload is None:
        return []  # without elements there is nothing to find
    found = (soap.text_of(each) for each in payload.iter("*") if soap.local(each) in names)
    return [text.strip() for text in found if text and text.strip()]


def _restored(saved: Mapping[str, object]) -> Exchange:
    # Not strict, because programs that filter a recording may write numbers as texts.
    known = msgspec.convert(saved, SavedExchange, strict=False)
    response = known["response"]
    return Exchange(
        number=known["number"],
        operation=known["operation"],
        interface=Interface(known["interface"]),
        endpoint=known["endpoint"],
        started_at=datetime.fromisoformat(known["started_at"]),
        duration=known["duration"],
        request=to_bytes(known["request"]),
        request_headers=known["request_headers"],
        status=known["status"],
        response=None if response is None else to_bytes(response),
        response_headers=known["response_headers"],
        failure=known.get("failure"),
        failure_kind=known.get("failure_kind"),
    )


def _shown(message: bytes, findings: Sequence[Finding]) -> str:
    text = visible(message.decode("utf-8", "replace"))
    return "".join([text, "" if text.endswith("\n") else "\n", *(f"{each}\n" for each in findings)])
