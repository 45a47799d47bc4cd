"""The exception classes that are written by hand; `seqrkit.errors` draws their tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from seqrkit.errors.notebook_traceback import ShortTraceback
from seqrkit.terminal_text import WORDING, visible
from seqrkit.vocabulary import InvoiceStatus, ResultCode

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    from seqrkit.contract import Finding
    from seqrkit.exchange import Exchange
    from seqrkit.model import Reply

    class About(TypedDict, total=False):
        """The arguments of every `SeqrError`."""

        exchange: Exchange | None
        may_be_repeated: bool
        repeat_advice: str


# One name a line would be a page.
# fmt: off
__all__ = [
    "CannotPay", "ConfigurationError", "ConnectionLost", "ContractViolation",
    "DeadlinePassed", "DtdRefused", "EmptyBody", "EndpointError", "EndpointUnreachable",
    "HttpError", "InvalidAmount", "InvalidCode", "InvalidDecimal", "MessageError",
    "MustUnderstand", "NotAReply", "NotSoap", "NotXml", "PaymentNotCompleted", "PortInUse",
    "ResultError", "SchemaError", "SeqrError", "SoapFault", "StoreError", "TimedOut",
    "TlsError", "TooLarge", "TransportError", "UnknownOperation", "UnknownStatus",
    "UnwritableRequest", "WrongSoapVersion",
]
# fmt: on


class SeqrError(ShortTraceback, Exception):
    """The base class of every exception that seqrkit raises on purpose.

    `may_be_repeated` says whether the request can be sent again without the risk of doing it twice;
    `repeat_advice` explains it in a sentence. It is false for errors that are not about a request.
    """

    topic: str = ""
    """The argument of `seqrkit explain` that says more; empty if there is none."""

    def __init__(
        self,
        sentence: str,
        *,
        exchange: Exchange | None = None,
        may_be_repeated: bool = False,
        repeat_advice: str = "",
    ) -> None:
        super().__init__(sentence)
        self.exchange = exchange
        self.may_be_repeated = may_be_repeated
        self.repeat_advice = repeat_advice

    @property
    def sentence(self) -> str:
        """What went wrong, without advice and pointer; quoted control characters are escaped."""
        return visible(WORDING.get()(str(self.args[0])))

    @property
    def pointer(self) -> str:
        """The command that explains the error: its meaning, its causes, whether to repeat."""
        return f"seqrkit explain {self.topic}" if self.topic else ""

    def __str__(self) -> str:
        pointer = f"(More: {self.pointer})" if self.pointer else ""
        return " ".join(filter(None, (self.sentence, self.repeat_advice, pointer)))


class InvalidAmount(SeqrError, ValueError):
    """An amount cannot be read: a float, a decimal comma, no currency, not a number."""

    topic = "amounts"


class InvalidDecimal(SeqrError, ValueError):
    """A quantity or rate cannot be read exactly: a float, a decimal comma, not a number."""

    topic = "amounts"


class InvalidCode(SeqrError, ValueError):
    """A text is neither the code of an invoice nor that of a terminal."""

    topic = "code-does-not-scan"


class ConfigurationError(SeqrError, ValueError):
    """An argument, an option or an environment variable is not valid."""


class SchemaError(SeqrError):
    """A file of schemas/ is missing or cannot be read as a schema."""


class ContractViolation(SeqrError):
    """The request breaks the contract and `strict=True` was given; nothing was sent."""

    def __init__(self, sentence: str, *, findings: Sequence[Finding] = ()) -> None:
        super().__init__(sentence)
        self.findings: tuple[Finding, ...] = tuple(findings)
        self.topic: str = self.findings[0].id if self.findings else ""


class UnwritableRequest(SeqrError, ValueError):
    """The interface's wire types cannot carry the request; nothing was sent."""


class MessageError(SeqrError, ValueError):
    """The bytes are not a message of this API; `line` is the location, if it is known."""

    rule: ClassVar[str] = "soap.not-soap"

    def __init__(self, sentence: str, *, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line
        self.topic: str = self.rule


class TooLarge(MessageError):
    """The message is larger than the limit."""

    rule = "soap.too-large"


class NotXml(MessageError):
    """The message is not well-formed XML."""

    rule = "soap.not-xml"


class DtdRefused(MessageError):
    """A document type or entity declaration, which SOAP forbids and which attacks parsers."""

    rule = "soap.dtd"


class NotSoap(MessageError):
    """Well-formed XML that is neither a SOAP 1.1 envelope nor an operation of this API."""


class WrongSoapVersion(NotSoap):
    """An envelope of another SOAP version; this API uses SOAP 1.1."""

    rule = "soap.version"


class EmptyBody(NotSoap):
    """An envelope without a Body, or with an empty one."""

    rule = "soap.empty-body"


class UnknownOperation(NotSoap):
    """An operation that the interface does not have, or one in another namespace."""

    rule = "soap.unknown-operation"


class MustUnderstand(NotSoap):
    """A header block marked mustUnderstand; this API defines no headers."""

    rule = "soap.must-understand"


class TransportError(SeqrError):
    """No readable reply came back."""


class EndpointUnreachable(TransportError):
    """No connection: refused, unknown host, no route, no TLS handshake. Nothing was sent."""

    topic = "unreachable"


class TlsError(TransportError):
    """The TLS handshake failed, usually because of a certificate. Nothing was sent."""

    topic = "unreachable"


class TimedOut(TransportError):
    """No complete reply within the timeout. The service may have carried the request out."""

    topic = "no-reply"


class ConnectionLost(TransportError):
    """The connection broke before the reply was complete. The request may have been carried out."""

    topic = "no-reply"


class HttpError(TransportError):
    """An HTTP error without a SOAP message.

    `status` is the HTTP status; `retry_after` is how many seconds the server asks to wait before
    the next request, `None` if it does not say.
    """

    topic = "http-error"

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        retry_after: float | None = None,
        **about: Unpack[About],
    ) -> None:
        super().__init__(sentence, **about)
        self.status = status
        self.retry_after = retry_after


class NotAReply(TransportError):
    """The answer is HTML, is not XML, or is not the reply of the operation."""

    topic = "http-error"


class SoapFault(TransportError):
    """The service answered with a SOAP fault.

    `nothing_was_done` is true if the service rejected the message itself. Otherwise it failed while
    processing the message, and may have carried it out.
    """

    topic = "soap-fault"

    def __init__(
        self,
        sentence: str,
        *,
        fault_code: str = "",
        fault_string: str = "",
        nothing_was_done: bool = False,
        **about: Unpack[About],
    ) -> None:
        super().__init__(sentence, **about)
        self.fault_code = fault_code
        self.fault_string = fault_string
        self.nothing_was_done = nothing_was_done


class ResultError(SeqrError):
    """A reply with a result code other than 0.

    `code` is the number, `meaning` and `source` come from the contract, `reply` is the reply.
    Each code in `ResultCode` has a subclass named for it.
    """

    result_code: ClassVar[ResultCode | None] = None

    def __init__(
        self,
        sentence: str,
        *,
        code: int,
        meaning: str = "",
        source: str = "",
        reply: Reply | None = None,
        **about: Unpack[About],
    ) -> None:
        super().__init__(sentence, **about)
        self.code = code
        self.meaning = meaning
        self.source = source
        self.reply = reply
        if code in set(ResultCode):
            self.topic: str = str(int(code))


class PaymentNotCompleted(SeqrError):
    """The wait for a payment ended without one; `status` is the invoice's last known status."""

    def __init__(
        self, sentence: str, *, status: str | None = None, exchange: Exchange | None = None
    ) -> None:
        super().__init__(sentence, exchange=exchange)
        self.status = status
        if status is not None:
            self.topic: str = status if status in set(InvoiceStatus) else "status"


class DeadlinePassed(PaymentNotCompleted):
    """The deadline passed before the buyer paid; the invoice is still open unless cancelled.

    `last_error` is why the last poll has no reply, `None` if it has one.
    """

    def __init__(
        self, sentence: str, *, status: str | None = None, last_error: SeqrError | None = None
    ) -> None:
        super().__init__(sentence, status=status, exchange=getattr(last_error, "exchange", None))
        self.last_error = last_error


class UnknownStatus(PaymentNotCompleted):
    """The invoice has a status that the documents do not define; `status` is its raw text."""


class EndpointError(SeqrError):
    """The embedded endpoint cannot do what was requested."""


class PortInUse(EndpointError):
    """Another program listens at the address."""


class CannotPay(EndpointError):
    """The buyer's phone cannot do that: the bill is paid, cancelled, unknown, or not ready.

    `code` is the service's result code, `None` if it gave none; `topic` is the behaviour or symptom
    that explains it.
    """

    def __init__(self, sentence: str, *, code: ResultCode | None = None, topic: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.topic = topic


class StoreError(EndpointError):
    """The database file is not valid, is of another version, or cannot be opened or written."""

    topic = "store"
