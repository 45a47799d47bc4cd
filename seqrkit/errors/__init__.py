"""The exceptions that seqrkit raises on purpose.

::

    SeqrError
    ├── InvalidAmount               an amount cannot be read (a ValueError too)
    ├── InvalidDecimal              a quantity or rate cannot be read (a ValueError too)
    ├── InvalidCode                 a text is not a SEQR code (a ValueError too)
    ├── ConfigurationError          an argument, option or environment variable is not valid
    ├── SchemaError                 a file of schemas/ is missing or unreadable
    ├── ContractViolation           strict=True, and the request breaks the contract: not sent
    ├── UnwritableRequest           the request cannot be written as XML of the interface: not sent
    ├── MessageError                the bytes are not a message of this API
    │   ├── TooLarge                larger than the limit
    │   ├── NotXml                  not well-formed XML
    │   ├── DtdRefused              contains a DTD or an entity declaration
    │   └── NotSoap                 XML, but neither an envelope nor an operation
    │       ├── WrongSoapVersion    an envelope of SOAP 1.2 or another version
    │       ├── EmptyBody           an envelope without an operation
    │       ├── UnknownOperation    an operation that the interface does not have
    │       └── MustUnderstand      a mandatory header block; this API defines none
    ├── TransportError              no readable reply came back
    │   ├── EndpointUnreachable     refused, unknown host, no route: the request was not sent
    │   ├── TlsError                the TLS handshake failed: the request was not sent
    │   ├── TimedOut                no reply in time: the request may have been carried out
    │   ├── ConnectionLost          the connection broke: the request may have been carried out
    │   ├── HttpError               an HTTP error status without a SOAP message
    │   ├── NotAReply               HTML, or something else that is not this operation's reply
    │   └── SoapFault               the service rejected the message, or failed to process it
    ├── ResultError                 a reply with a result code other than 0: a subclass per code
    ├── PaymentNotCompleted         the invoice was cancelled, failed or expired
    │   ├── DeadlinePassed          the deadline passed before the buyer paid
    │   └── UnknownStatus           the invoice has a status that the documents do not define
    └── EndpointError               the embedded endpoint cannot do what was requested
        ├── PortInUse               another program listens at the address
        ├── CannotPay               the buyer's phone cannot do that with this bill
        └── StoreError              the database file is not valid or cannot be opened

`str` of an error is one message: what is wrong, where, and what to do. Errors of a call also have
its `exchange`, whether the request `may_be_repeated` with the `repeat_advice` behind it, and a
`pointer` to the command that explains more.

The classes are written by hand in `exceptions`, and generated from schemas/ in `result_errors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from seqrkit.errors import result_errors
from seqrkit.errors.exceptions import *  # noqa: F403 - all classes are public
from seqrkit.errors.exceptions import ResultError
from seqrkit.errors.result_errors import *  # noqa: F403 - the same

BY_CODE: Final[Mapping[int, type[ResultError]]] = MappingProxyType(
    {
        int(cls.result_code): cls
        for cls in vars(result_errors).values()
        if isinstance(cls, type) and issubclass(cls, ResultError) and cls.result_code is not None
    }
)
"""The exception class of each result code."""

LOGIN_REFUSALS: Final = frozenset(
    cls.result_code
    for cls in (
        result_errors.AuthenticationFailed,
        result_errors.InvalidInitiatorPrincipalId,
        result_errors.InvalidInitiatorPrincipalState,
        result_errors.InitiatorPrincipalNotFound,
    )
)
"""The result codes that refuse the principal or its password."""


def for_code(code: int) -> type[ResultError]:
    """Return the exception class of a result code, `ResultError` for a code without a name."""
    return BY_CODE.get(code, ResultError)
