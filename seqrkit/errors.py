"""Everything that seqrkit raises on purpose.

::

    SeqrError
    ├── InvalidAmount               an amount that cannot be read (a ValueError too)
    ├── InvalidDecimal              a quantity or rate that cannot be read (a ValueError too)
    ├── InvalidCode                 a text that is no SEQR code (a ValueError too)
    ├── ConfigurationError          an argument or an environment variable that cannot be right
    ├── SchemaError                 schemas/ is missing or unreadable
    ├── ContractViolation           strict=True, and the request breaks the contract: not sent
    ├── UnwritableRequest           a request that cannot be written as XML of the interface
    ├── MessageError                bytes that are no message of this API
    │   ├── TooLarge                past the size limit
    │   ├── NotXml                  not well-formed XML
    │   ├── DtdRefused              a DTD or an entity declaration
    │   └── NotSoap                 XML, but neither envelope nor operation
    │       ├── WrongSoapVersion    a SOAP 1.2 (or other) envelope
    │       ├── EmptyBody           an envelope without an operation
    │       ├── UnknownOperation    an operation that the interface does not have
    │       └── MustUnderstand      a header that demands what nobody here understands
    ├── TransportError              no reply that could be read came back
    │   ├── EndpointUnreachable     refused, no such host, no route: the request was not sent
    │   ├── TlsError                the certificate was not accepted: the request was not sent
    │   ├── TimedOut                no reply in time: the request may have been carried out
    │   ├── ConnectionLost          broken off halfway: the request may have been carried out
    │   ├── HttpError               an HTTP status other than 200, and no SOAP fault in it
    │   ├── NotAReply               an answer that is HTML, or no reply of this operation
    │   └── SoapFault               the service refused the message itself, or failed over it
    ├── ResultError                 a reply with a result code other than 0: a class per code
    ├── PaymentNotCompleted         waiting for a payment ended otherwise than in payment
    │   └── DeadlinePassed          ... because the deadline passed first
    └── EndpointError               the embedded endpoint cannot do what it was asked
        ├── PortInUse               another program listens there
        ├── CannotPay               the buyer's phone cannot do that with this bill
        └── StoreError              the database file is not one, or cannot be opened

Each carries one sentence that says what, where and what to do; those that come from a call carry
its `exchange`, whether the request `may_be_repeated`, and a `pointer` to where more is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from typing import Protocol

    class FindingLike(Protocol):
        """A finding, as far as an error shows it."""

        @property
        def id(self) -> str:
            """The id of the rule that is broken."""

        @property
        def path(self) -> str:
            """Where in the message."""

        @property
        def line(self) -> int | None:
            """In which line of it."""

        @property
        def message(self) -> str:
            """What is wrong with the value at hand."""

        @property
        def source(self) -> str:
            """Where the rule is written."""

    class ExchangeLike(Protocol):
        """An exchange, as far as an error shows it; `seqrkit.Exchange` has the rest."""

        @property
        def number(self) -> int:
            """Its place in its journal."""

        @property
        def operation(self) -> str:
            """The wire name."""

        @property
        def duration(self) -> float:
            """In seconds."""

        @property
        def masked_request(self) -> bytes:
            """The request with its passwords hidden."""

        @property
        def status(self) -> int | None:
            """The HTTP status, where there was an answer."""

        @property
        def response(self) -> bytes | None:
            """The answer, byte for byte."""

        @property
        def failure(self) -> str | None:
            """Why there was no answer."""

        @property
        def failure_kind(self) -> str | None:
            """The name of the exception that said so."""

        @property
        def findings(self) -> Sequence[FindingLike]:
            """The linter's about the request."""

        @property
        def reply_findings(self) -> Sequence[FindingLike]:
            """The linter's about the answer."""

    class ReplyLike(Protocol):
        """A reply, as far as an error shows it; the operation's own class has the rest."""

        @property
        def ers_reference(self) -> str | None:
            """The service's reference, where there is one."""

        @property
        def result_code(self) -> int:
            """The number that is not 0."""

        @property
        def result_description(self) -> str | None:
            """The service's words for it."""


_KNOWN = frozenset(ResultCode)


class SeqrError(Exception):
    """The root: whatever seqrkit raises on purpose is one of these."""

    topic: ClassVar[str] = ""
    """What `seqrkit explain` says more about it under, if it does."""

    def __init__(
        self,
        sentence: str,
        *,
        exchange: ExchangeLike | None = None,
        may_be_repeated: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exchange = exchange
        self.may_be_repeated = may_be_repeated

    @property
    def pointer(self) -> str:
        """The command that says more: what it means, its causes, whether to repeat."""
        return f"seqrkit explain {self.topic}" if self.topic else ""

    def __str__(self) -> str:
        pointer = f"(More: {self.pointer})" if self.pointer else ""
        return " ".join(filter(None, (self.sentence, self.may_be_repeated, pointer)))


class InvalidAmount(SeqrError, ValueError):
    """An amount that cannot be read: a float, a decimal comma, no currency, not a number."""


class InvalidDecimal(SeqrError, ValueError):
    """A quantity or rate that cannot be read exactly: a float, a decimal comma, not a number."""


class InvalidCode(SeqrError, ValueError):
    """A text that is neither an invoice's nor a terminal's code."""


class ConfigurationError(SeqrError, ValueError):
    """An argument, an option or an environment variable that cannot be right."""


class SchemaError(SeqrError):
    """A file of schemas/ is missing or cannot be read as one."""


class ContractViolation(SeqrError):
    """The request breaks the contract and `strict=True` was asked for; nothing was sent."""

    def __init__(self, sentence: str, *, findings: Sequence[FindingLike] = ()) -> None:
        super().__init__(sentence)
        self.findings = tuple(findings)


class UnwritableRequest(SeqrError, ValueError):
    """A request that the interface's wire types cannot carry; nothing was sent."""


class MessageError(SeqrError, ValueError):
    """Bytes that are no message of this API. `line` is where, when that is known."""

    rule: ClassVar[str] = "soap.not-soap"

    def __init__(self, sentence: str, *, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


class TooLarge(MessageError):
    """More bytes than the limit allows."""

    rule = "soap.too-large"


class NotXml(MessageError):
    """Not well-formed XML."""

    rule = "soap.not-xml"


class DtdRefused(MessageError):
    """A document type or entity declaration, which SOAP forbids and which attacks parsers."""

    rule = "soap.dtd"


class NotSoap(MessageError):
    """Well-formed XML that is neither a SOAP 1.1 envelope nor an operation of this API."""


class WrongSoapVersion(NotSoap):
    """An envelope of another SOAP version; this API speaks SOAP 1.1."""

    rule = "soap.version"


class EmptyBody(NotSoap):
    """An envelope with no operation in its Body, or with no Body."""

    rule = "soap.empty-body"


class UnknownOperation(NotSoap):
    """An operation that the interface does not have, or one in another namespace."""

    rule = "soap.unknown-operation"


class MustUnderstand(NotSoap):
    """A header block marked mustUnderstand: this API defines no headers."""

    rule = "soap.must-understand"


class TransportError(SeqrError):
    """No reply that could be read came back."""


class EndpointUnreachable(TransportError):
    """Refused, no such host, no route: the request was never sent."""

    topic = "unreachable"


class TlsError(TransportError):
    """The TLS handshake failed, mostly over the certificate; the request was never sent."""

    topic = "unreachable"


class TimedOut(TransportError):
    """No reply within the timeout. The service may have carried the request out all the same."""

    topic = "no-reply"


class ConnectionLost(TransportError):
    """The connection broke before the reply was complete. The request may have been carried out."""

    topic = "no-reply"


class HttpError(TransportError):
    """An HTTP status other than 200 with no SOAP fault in it; `status` is the number."""

    topic = "http-error"

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        exchange: ExchangeLike | None = None,
        may_be_repeated: str | None = None,
    ) -> None:
        super().__init__(sentence, exchange=exchange, may_be_repeated=may_be_repeated)
        self.status = status


class NotAReply(TransportError):
    """An answer that is HTML, not XML, or not the reply of the operation that was called."""

    topic = "http-error"


class SoapFault(TransportError):
    """The service answered with a SOAP fault: it refused the message itself, or failed over it.

    `nothing_was_done` tells the one from the other; a service that failed may have got far.
    """

    topic = "soap-fault"

    def __init__(
        self,
        sentence: str,
        *,
        fault_code: str = "",
        fault_string: str = "",
        nothing_was_done: bool = False,
        exchange: ExchangeLike | None = None,
        may_be_repeated: str | None = None,
    ) -> None:
        super().__init__(sentence, exchange=exchange, may_be_repeated=may_be_repeated)
        self.fault_code = fault_code
        self.fault_string = fault_string
        self.nothing_was_done = nothing_was_done


class ResultError(SeqrError):
    """A reply whose result code is not 0.

    `code` is the number, `meaning` and `source` come from the contract, `reply` is what came back.
    There is a subclass for each code in `ResultCode`, named for it.
    """

    result_code: ClassVar[ResultCode | None] = None

    def __init__(
        self,
        sentence: str,
        *,
        code: int,
        meaning: str = "",
        source: str = "",
        reply: ReplyLike | None = None,
        exchange: ExchangeLike | None = None,
        may_be_repeated: str | None = None,
    ) -> None:
        super().__init__(sentence, exchange=exchange, may_be_repeated=may_be_repeated)
        self.code = code
        self.meaning = meaning
        self.source = source
        self.reply = reply

    @property
    def pointer(self) -> str:
        """The command that says more; there is none for a code that no document knows."""
        return f"seqrkit explain {int(self.code)}" if self.code in _KNOWN else ""


class PaymentNotCompleted(SeqrError):
    """Waiting for a payment ended, and not in payment; `status` is the invoice's last status."""

    def __init__(
        self, sentence: str, *, status: str | None = None, exchange: ExchangeLike | None = None
    ) -> None:
        super().__init__(sentence, exchange=exchange)
        self.status = status


class DeadlinePassed(PaymentNotCompleted):
    """The deadline passed before the buyer paid; the invoice is still open, unless cancelled."""


class EndpointError(SeqrError):
    """The embedded endpoint cannot do what it was asked."""


class PortInUse(EndpointError):
    """Another program listens at that address."""


class CannotPay(EndpointError):
    """The buyer's phone cannot do that with this bill: it waits, is paid, cancelled or unknown.

    `code` is the result code that says why, where the service gave one.
    """

    def __init__(self, sentence: str, *, code: ResultCode | None = None) -> None:
        super().__init__(sentence)
        self.code = code

    @property
    def pointer(self) -> str:
        """The command that says more, where there is a code."""
        return "" if self.code is None else f"seqrkit explain {int(self.code)}"


class StoreError(EndpointError):
    """The database file is not one, is of another version, or cannot be opened or written."""


# Generated from schemas/ by `nox -s model`: do not edit.


class PendingApproval(ResultError):
    """Result code 1.

    The request was taken but somebody has to approve it before it has an effect.
    """

    result_code = ResultCode.PENDING_APPROVAL


class ReportNotReady(ResultError):
    """Result code 2: The report asked for has not been produced yet."""

    result_code = ResultCode.REPORT_NOT_READY


class RejectedBusinessLogic(ResultError):
    """Result code 10.

    A rule of the service stands against the request, though its form is right.
    """

    result_code = ResultCode.REJECTED_BUSINESS_LOGIC


class RejectedAmount(ResultError):
    """Result code 11: The amount is not acceptable, for instance more than was reserved."""

    result_code = ResultCode.REJECTED_AMOUNT


class RejectedPayment(ResultError):
    """Result code 12: The payment was turned down on the buyer's side."""

    result_code = ResultCode.REJECTED_PAYMENT


class RejectedTopup(ResultError):
    """Result code 13: A top-up of an account was turned down."""

    result_code = ResultCode.REJECTED_TOPUP


class AuthenticationFailed(ResultError):
    """Result code 20: The password is not the one of the principal in the context."""

    result_code = ResultCode.AUTHENTICATION_FAILED


class AccessDenied(ResultError):
    """Result code 21.

    The terminal's own password has fewer than four characters, or (assumed) the principal may not
    call this operation.
    """

    result_code = ResultCode.ACCESS_DENIED


class InvalidNewPassword(ResultError):
    """Result code 22: A new password does not satisfy the service's rules."""

    result_code = ResultCode.INVALID_NEW_PASSWORD


class InvalidErsReference(ResultError):
    """Result code 23: No payment has the given ersReference."""

    result_code = ResultCode.INVALID_ERS_REFERENCE


class InvalidInitiatorPrincipalId(ResultError):
    """Result code 29: No terminal has the id given with TERMINALID."""

    result_code = ResultCode.INVALID_INITIATOR_PRINCIPAL_ID


class InvalidInitiatorPrincipalState(ResultError):
    """Result code 33: The principal exists but is blocked or not active."""

    result_code = ResultCode.INVALID_INITIATOR_PRINCIPAL_STATE


class InitiatorPrincipalNotFound(ResultError):
    """Result code 37.

    No reseller has the id, or no user of it has the userId, given with RESELLERUSER.
    """

    result_code = ResultCode.INITIATOR_PRINCIPAL_NOT_FOUND


class PaymentInProgress(ResultError):
    """Result code 48.

    The buyer is confirming the payment at this moment, so the invoice cannot change.
    """

    result_code = ResultCode.PAYMENT_IN_PROGRESS


class InvalidInvoiceData(ResultError):
    """Result code 49.

    Something in the invoice cannot be right, such as a currency that does not exist or (assumed) a
    total that is not above zero.
    """

    result_code = ResultCode.INVALID_INVOICE_DATA


class CannotCancelPaidInvoice(ResultError):
    """Result code 50: The invoice has been paid, so it can no longer be cancelled."""

    result_code = ResultCode.CANNOT_CANCEL_PAID_INVOICE


class CannotCancelInvoiceInProgress(ResultError):
    """Result code 51.

    A payment of the invoice is under way (assumed: the reference leaves the description blank).
    """

    result_code = ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS


class InvalidCustomer(ResultError):
    """Result code 52: The user to be credited is not known."""

    result_code = ResultCode.INVALID_CUSTOMER


class InvalidSeqrId(ResultError):
    """Result code 53: The seqrId is not alphanumeric, or another terminal already has it."""

    result_code = ResultCode.INVALID_SEQR_ID


class InvalidInvoiceReference(ResultError):
    """Result code 54: This terminal has no invoice with the given invoiceReference."""

    result_code = ResultCode.INVALID_INVOICE_REFERENCE


class PaymentAlreadyCancelled(ResultError):
    """Result code 55: The payment has been cancelled before."""

    result_code = ResultCode.PAYMENT_ALREADY_CANCELLED


class RegistrationNotPossible(ResultError):
    """Result code 56: The service cannot register what was asked for."""

    result_code = ResultCode.REGISTRATION_NOT_POSSIBLE


class RegistrationPrincipalAlreadyExists(ResultError):
    """Result code 57: What should be registered is registered already."""

    result_code = ResultCode.REGISTRATION_PRINCIPAL_ALREADY_EXISTS


class PaymentExpired(ResultError):
    """Result code 58: The time in which the invoice could be paid is over."""

    result_code = ResultCode.PAYMENT_EXPIRED


class InvalidNotificationUrl(ResultError):
    """Result code 64: The notificationUrl is not one the service can post to."""

    result_code = ResultCode.INVALID_NOTIFICATION_URL


class SystemError(ResultError):  # noqa: A001 - named for its code
    """Result code 90.

    Something went wrong that no other code stands for, such as updating an invoice after it was
    paid, or (assumed) asking for an unknown report.
    """

    result_code = ResultCode.SYSTEM_ERROR


class UnsupportedOperation(ResultError):
    """Result code 91: The service does not have this operation."""

    result_code = ResultCode.UNSUPPORTED_OPERATION


class LicenseRejection(ResultError):
    """Result code 92: The service's licence does not cover the request."""

    result_code = ResultCode.LICENSE_REJECTION


class SystemBusy(ResultError):
    """Result code 93: The service is overloaded."""

    result_code = ResultCode.SYSTEM_BUSY


class ServiceUnavailable(ResultError):
    """Result code 94: A system behind the service, a bank for instance, cannot be reached."""

    result_code = ResultCode.SERVICE_UNAVAILABLE


class InvoiceAlreadyCanceled(ResultError):
    """Result code 95: The invoice has been cancelled before."""

    result_code = ResultCode.INVOICE_ALREADY_CANCELED


class InvoiceStateNotReserved(ResultError):
    """Result code 96: The invoice is not in status RESERVED, so there is nothing to commit."""

    result_code = ResultCode.INVOICE_STATE_NOT_RESERVED


class ResellerNotAllowedToDoRefund(ResultError):
    """Result code 97: This reseller has no right to refund payments."""

    result_code = ResultCode.RESELLER_NOT_ALLOWED_TO_DO_REFUND


class SumOfRefundsCanNotBeMoreThanOriginalTransaction(ResultError):
    """Result code 98: With this refund, more would be paid back than the buyer paid."""

    result_code = ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION


class ReceiverAccountDoesNotAllowRefunds(ResultError):
    """Result code 99.

    The system that holds the receiver's account, a bank for instance, does not allow refunds.
    """

    result_code = ResultCode.RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS


# End of the generated part.


def _by_code() -> dict[int, type[ResultError]]:
    classes = (cls for cls in globals().values() if isinstance(cls, type))
    return {
        int(cls.result_code): cls
        for cls in classes
        if issubclass(cls, ResultError) and cls.result_code is not None
    }


BY_CODE: Mapping[int, type[ResultError]] = MappingProxyType(_by_code())


def for_code(code: int) -> type[ResultError]:
    """The exception class of a result code; `ResultError` itself for a code without a name."""
    return BY_CODE.get(code, ResultError)
