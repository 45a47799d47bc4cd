"""One request as it was posted, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from attrs import field, frozen
from lxml import etree

from seqrkit import contract, soap
from seqrkit.captures.session_format import SavedExchange, to_bytes, to_text
from seqrkit.contract import Finding
from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.notebook_repr import Shown
from seqrkit.vocabulary import Interface

REPLY_LIMIT: Final = 16 * 1024 * 1024
"""The most bytes of an answer that are read (16 MiB): a report holds its document twice."""

_REFERENCES: Final = frozenset(
    {
        "clientReference",
        "ersReference",
        "invoiceReference",
        "paymentReference",
        "transactionPeriodId",
    }
)


def header(headers: Mapping[str, str], name: str) -> str | None:
    """Return the value of an HTTP header, whatever the case of its name."""
    wanted = name.lower()
    return next((value for each, value in headers.items() if each.lower() == wanted), None)


def charset_in(headers: Mapping[str, str]) -> str | None:
    """Return the charset that the Content-Type of HTTP headers names."""
    return soap.charset_of(header(headers, "Content-Type"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Exchange(Shown):
    """One request and its outcome.

    `number` counts from 1 in the journal that keeps it, in the order in which outcomes were known.
    `operation` is the wire name, empty where bytes were sent that name none. `duration` is in
    seconds. `request` and `response` are the bytes of the wire, password included: show
    `masked_request` and `masked_response`. `status` is the HTTP status, `None` where no answer
    came; `failure` then says why in a sentence, and `failure_kind` is the name of the exception.
    `findings` are the linter's about the request, `reply_findings` those about the answer.
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

    @property
    def masked_request(self) -> bytes:
        """The request with its passwords hidden."""
        return soap.mask(self.request)

    @property
    def masked_response(self) -> bytes | None:
        """The answer with whatever password it repeats hidden."""
        return None if self.response is None else soap.mask(self.response)

    @property
    def result_code(self) -> int | None:
        """The reply's resultCode; `None` where there is no reply."""
        return self._outcome.result_code

    @property
    def result_description(self) -> str | None:
        """The reply's resultDescription."""
        return self._outcome.result_description

    @property
    def fault(self) -> soap.Fault | None:
        """The SOAP fault, where the answer is one."""
        return self._outcome.fault

    @property
    def succeeded(self) -> bool:
        """Whether the service answered with result code 0."""
        return self.result_code == 0

    @property
    def charset(self) -> str | None:
        """The charset that HTTP named for the answer."""
        return charset_in(self.response_headers)

    @cached_property
    def _outcome(self) -> soap.Outcome:
        if not self.response:
            return soap.Outcome()
        try:
            return soap.read_outcome(self.response, limit=REPLY_LIMIT, charset=self.charset)
        except MessageError:
            return soap.Outcome()  # not SOAP: the reply's findings say what is wrong with it

    def mentions(self, reference: str) -> bool:
        """Whether request or answer carries this reference, or the same clientReference."""
        return any(reference in _references(data) for data in (self.request, self.response))

    def to_dict(self) -> SavedExchange:
        """Return the exchange as the session format has it, passwords masked."""
        response = self.masked_response
        return {
            "number": self.number,
            "operation": self.operation,
            "interface": str(self.interface),
            "endpoint": self.endpoint,
            "started_at": self.started_at.isoformat(),
            "duration": self.duration,
            "request": to_text(self.masked_request),
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
    def from_dict(cls, saved: Mapping[str, object]) -> Exchange:
        """Return the exchange that `to_dict` saved; its passwords stay masked.

        The messages are linted again, by the contract of this version. Raises `ConfigurationError`
        for a mapping that is not in the session format.
        """
        try:
            return _restored(saved)
        except (KeyError, TypeError, ValueError) as error:
            msg = f"not a saved exchange: {type(error).__name__} {error}"
            raise ConfigurationError(msg) from error

    def __str__(self) -> str:
        """Both messages with the findings about each, passwords hidden."""
        request = _shown(self.masked_request, self.findings)
        if self.response is None:
            return f"{self!r}\n\n{request}\n{self.failure}\n"
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
        name = self.operation or "raw bytes"
        return f"<Exchange {self.number}: {name} -> {outcome}>"


def _references(data: bytes | None) -> frozenset[str]:
    if not data:
        return frozenset()
    try:
        root = soap.parse(data, limit=REPLY_LIMIT)
    except MessageError:
        return frozenset()  # nothing in it can be told from anything else
    found = {
        (element.text or "").strip()
        for element in root.iter(etree.Element)
        if soap.local(element) in _REFERENCES
    }
    return frozenset(found - {""})


def _restored(saved: Mapping[str, object]) -> Exchange:
    interface = Interface(str(saved["interface"]))
    judge = contract.load(interface)
    request = to_bytes(str(saved["request"]))
    response = None if saved["response"] is None else to_bytes(str(saved["response"]))
    response_headers = _headers(saved["response_headers"])
    return Exchange(
        number=_number(saved["number"]),
        operation=str(saved["operation"]),
        interface=interface,
        endpoint=str(saved["endpoint"]),
        started_at=datetime.fromisoformat(str(saved["started_at"])),
        duration=float(str(saved["duration"])),
        request=request,
        request_headers=_headers(saved["request_headers"]),
        status=None if saved["status"] is None else _number(saved["status"]),
        response=response,
        response_headers=response_headers,
        failure=_optional(saved.get("failure")),
        failure_kind=_optional(saved.get("failure_kind")),
        findings=judge.lint_message(request),
        reply_findings=()
        if response is None
        else judge.lint_message(response, limit=REPLY_LIMIT, charset=charset_in(response_headers)),
    )


def _shown(message: bytes, findings: Sequence[Finding]) -> str:
    text = message.decode("utf-8", "replace")
    return "".join([text, "" if text.endswith("\n") else "\n", *(f"{each}\n" for each in findings)])


def _number(value: object) -> int:
    return int(str(value))


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        msg = f"headers are a mapping, not {value!r}"
        raise TypeError(msg)
    return {str(name): str(content) for name, content in value.items()}
