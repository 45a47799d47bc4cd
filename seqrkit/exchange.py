"""Exchanges: a request as it was posted, and what came of it; and the journal that keeps them.

An exchange is made once, in the transport, when its outcome is known: an answer of any kind, or
the reason why there is none. What it shows and saves is masked; the bytes themselves are kept as
they went over the wire.
"""

from __future__ import annotations

import errno
import json
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from io import FileIO
from os import PathLike
from pathlib import Path
from typing import Final, overload

from attrs import evolve, field, frozen
from lxml import etree

from seqrkit import contract, soap
from seqrkit.contract import Finding
from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.showing import Shown
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


@frozen(kw_only=True)
class _Outcome:
    """What an answer says, as far as it can be read."""

    result_code: int | None = None
    result_description: str | None = None
    fault: soap.Fault | None = None


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

    @cached_property
    def _outcome(self) -> _Outcome:
        if not self.response:
            return _Outcome()
        try:
            payload = soap.read_envelope(soap.parse(self.response, limit=REPLY_LIMIT)).payload
        except MessageError:
            return _Outcome()  # not SOAP: the reply's findings say what is wrong with it
        code = (payload.findtext("return/resultCode") or "").strip()
        return _Outcome(
            result_code=int(code) if code.isascii() and code.removeprefix("-").isdigit() else None,
            result_description=payload.findtext("return/resultDescription"),
            fault=soap.read_fault(payload),
        )

    def mentions(self, reference: str) -> bool:
        """Whether request or answer carries this reference, or the same clientReference."""
        return any(reference in _references(data) for data in (self.request, self.response))

    def to_dict(self) -> dict[str, object]:
        """Everything, ready for JSON, passwords hidden."""
        response = self.masked_response
        return {
            "number": self.number,
            "operation": self.operation,
            "interface": str(self.interface),
            "endpoint": self.endpoint,
            "started_at": self.started_at.isoformat(),
            "duration": self.duration,
            "request": _text(self.masked_request),
            "request_headers": dict(self.request_headers),
            "status": self.status,
            "response": None if response is None else _text(response),
            "response_headers": dict(self.response_headers),
            "failure": self.failure,
            "failure_kind": self.failure_kind,
            "result_code": self.result_code,
            "findings": [each.to_dict() for each in self.findings],
            "reply_findings": [each.to_dict() for each in self.reply_findings],
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, object]) -> Exchange:
        """The exchange that `to_dict` saved, with its password hidden for good.

        The messages are judged anew, by the contract of this version. Raises `ConfigurationError`
        for a mapping that no exchange was saved as.
        """
        try:
            return _restored(saved)
        except (KeyError, TypeError, ValueError) as error:
            msg = f"this is no saved exchange: {type(error).__name__} {error}"
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


class Journal(Sequence[Exchange], Shown):
    """The exchanges of a session, in the order in which their outcomes were known.

    With a `path` each is written there at once as a line of JSON, appended and flushed, so that
    what happened before a crash is on disk. Threads may share a journal.

    Raises `ConfigurationError` where the file cannot be written.
    """

    def __init__(self, path: str | PathLike[str] | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._exchanges: list[Exchange] = []
        self._forgotten = 0
        self._subscribers: list[Callable[[Exchange], None]] = []
        self._lock = threading.Lock()
        self._file: FileIO | None = None if self.path is None else _opened(self.path)

    def record(self, exchange: Exchange) -> Exchange:
        """Keep an exchange, and give it back with its number."""
        with self._lock:
            kept = evolve(exchange, number=self._forgotten + len(self._exchanges) + 1)
            self._exchanges.append(kept)
            if self._file is not None:
                self._write(self._file, kept)
        for callback in tuple(self._subscribers):
            _told(callback, kept)
        return kept

    def subscribe(self, callback: Callable[[Exchange], None]) -> Callable[[], None]:
        """Have `callback` called with each exchange once it is kept; returns the way out.

        It is called in the thread that made the exchange. What it raises becomes a warning.
        """
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def find(self, reference: str) -> tuple[Exchange, ...]:
        """Every exchange in which a reference occurs, the caller's own clientReference included.

        Looks at clientReference, invoiceReference, ersReference, paymentReference and
        transactionPeriodId of requests and replies; this is how a payment is found again whose
        reply was lost.
        """
        return tuple(exchange for exchange in self if exchange.mentions(reference))

    def forget(self) -> None:
        """Let go of every exchange so far; the file keeps them, and numbers go on."""
        with self._lock:
            self._forgotten += len(self._exchanges)
            self._exchanges.clear()

    def close(self) -> None:
        """Close the file; what was recorded can still be read here, and more still be added."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, file: FileIO, exchange: Exchange) -> None:
        try:
            _append(file, json.dumps(exchange.to_dict()).encode() + b"\n")
        except OSError as error:
            # The exchange has happened: losing its reply as well would help nobody.
            self._file = None
            file.close()
            warnings.warn(
                f"{self.path} holds no exchange after number {exchange.number - 1}: "
                f"{error.strerror or error}; the session goes on unrecorded",
                RuntimeWarning,
                stacklevel=4,
            )

    def __len__(self) -> int:
        return len(self._exchanges)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | Sequence[Exchange]:
        return self._exchanges[index]

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    def __repr__(self) -> str:
        saved = f", saved in {self.path}" if self.path else ""
        return f"<Journal of {len(self)} exchanges{saved}>"


def _opened(path: Path) -> FileIO:
    try:
        return path.open("ab", buffering=0)
    except OSError as error:
        msg = (
            f"the session cannot be recorded in {path}: {error.strerror or error}; "
            "name a file in a directory that exists and that you may write to"
        )
        raise ConfigurationError(msg) from error


def _told(callback: Callable[[Exchange], None], exchange: Exchange) -> None:
    try:
        callback(exchange)
    except Exception as error:  # noqa: BLE001 - a payment is not lost over somebody who looks on
        warnings.warn(
            f"exchange {exchange.number} was kept, and somebody who was told of it failed: "
            f"{type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=4,
        )


def _append(file: FileIO, line: bytes) -> None:
    """Write a whole line, past every buffer; raises `OSError` where the disk takes part of it."""
    if file.write(line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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
    request = _bytes(saved["request"])
    response = None if saved["response"] is None else _bytes(saved["response"])
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
        response_headers=_headers(saved["response_headers"]),
        failure=_optional(saved["failure"]),
        failure_kind=_optional(saved["failure_kind"]),
        findings=judge.lint(request),
        reply_findings=() if response is None else judge.lint(response, limit=REPLY_LIMIT),
    )


def _shown(message: bytes, findings: Sequence[Finding]) -> str:
    text = message.decode("utf-8", "replace")
    return "".join([text, "" if text.endswith("\n") else "\n", *(f"{each}\n" for each in findings)])


# Surrogates keep bytes that are not UTF-8, and JSON escapes them: whatever was sent comes back.
def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: object) -> bytes:
    return str(text).encode("utf-8", "surrogateescape")


def _number(value: object) -> int:
    return int(str(value))


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        msg = f"headers are a mapping, not {value!r}"
        raise TypeError(msg)
    return {str(name): str(content) for name, content in value.items()}
