"""Explore, check and rehearse SEQR (Glase) merchant payments.

::

    import seqrkit
    from seqrkit import Invoice, InvoiceRow

    seqr = seqrkit.connect()
    reply = seqr.send_invoice(Invoice(title="Grand Cinema", total_amount="149.99 SEK"))
    seqr.phone.scan(reply.qr).pay()
    seqr.wait_for_payment(reply)

The names below are the public ones. They are loaded when first used, so that ``import seqrkit``
costs next to nothing and nobody pays for a part that is not used.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from seqrkit._version import __version__

if TYPE_CHECKING:
    from seqrkit import contract, errors
    from seqrkit.client import Client, Credentials
    from seqrkit.clock import Clock, ManualClock, SystemClock
    from seqrkit.contract import Contract, Finding, Rule, Severity
    from seqrkit.errors import (
        ContractViolation,
        DeadlinePassed,
        InvalidAmount,
        PaymentNotCompleted,
        ResultError,
        SeqrError,
        SoapFault,
        TransportError,
    )
    from seqrkit.exchange import Exchange, Journal
    from seqrkit.model import (
        AssignSeqrId,
        CancelInvoice,
        ClientContext,
        CommitReservation,
        CreditUser,
        CreditUserReply,
        CreditUserRequest,
        CustomerToken,
        ExecuteReport,
        ExecuteReportReply,
        GetPaymentStatus,
        Invoice,
        InvoiceRow,
        MarkTransactionPeriod,
        MarkTransactionPeriodReply,
        PaymentStatusReply,
        PrincipalId,
        Receipt,
        ReceiptDocument,
        RefundPayment,
        RegisterTerminal,
        RegisterTerminalReply,
        Reply,
        Report,
        SendInvoice,
        SendInvoiceReply,
        SubmitPaymentReceipt,
        UnregisterTerminal,
        UpdateInvoice,
    )
    from seqrkit.model_base import Request
    from seqrkit.money import Amount
    from seqrkit.qr import QrCode
    from seqrkit.session import Session, connect
    from seqrkit.simulator import Bill, Endpoint, Phone
    from seqrkit.vocabulary import (
        AcknowledgmentMode,
        Interface,
        InvoiceStatus,
        PaymentMode,
        PrincipalType,
        ReceiptType,
        ResultCode,
        TokenStatus,
    )

__all__ = [
    "AcknowledgmentMode",
    "Amount",
    "AssignSeqrId",
    "Bill",
    "CancelInvoice",
    "Client",
    "ClientContext",
    "Clock",
    "CommitReservation",
    "Contract",
    "ContractViolation",
    "Credentials",
    "CreditUser",
    "CreditUserReply",
    "CreditUserRequest",
    "CustomerToken",
    "DeadlinePassed",
    "Endpoint",
    "Exchange",
    "ExecuteReport",
    "ExecuteReportReply",
    "Finding",
    "GetPaymentStatus",
    "Interface",
    "InvalidAmount",
    "Invoice",
    "InvoiceRow",
    "InvoiceStatus",
    "Journal",
    "ManualClock",
    "MarkTransactionPeriod",
    "MarkTransactionPeriodReply",
    "PaymentMode",
    "PaymentNotCompleted",
    "PaymentStatusReply",
    "Phone",
    "PrincipalId",
    "PrincipalType",
    "QrCode",
    "Receipt",
    "ReceiptDocument",
    "ReceiptType",
    "RefundPayment",
    "RegisterTerminal",
    "RegisterTerminalReply",
    "Reply",
    "Report",
    "Request",
    "ResultCode",
    "ResultError",
    "Rule",
    "SendInvoice",
    "SendInvoiceReply",
    "SeqrError",
    "Session",
    "Severity",
    "SoapFault",
    "SubmitPaymentReceipt",
    "SystemClock",
    "TokenStatus",
    "TransportError",
    "UnregisterTerminal",
    "UpdateInvoice",
    "__version__",
    "connect",
    "contract",
    "errors",
]

_MODULES = {"contract", "errors"}  # public as they are
# Where a name lives; what is not listed here is in the model.
_HOMES = {
    "client": "Client Credentials",
    "clock": "Clock ManualClock SystemClock",
    "contract": "Contract Finding Rule Severity",
    "errors": (
        "ContractViolation DeadlinePassed InvalidAmount PaymentNotCompleted ResultError SeqrError "
        "SoapFault TransportError"
    ),
    "exchange": "Exchange Journal",
    "model_base": "Request",
    "money": "Amount",
    "qr": "QrCode",
    "session": "Session connect",
    "simulator": "Bill Endpoint Phone",
    "vocabulary": (
        "AcknowledgmentMode Interface InvoiceStatus PaymentMode PrincipalType ReceiptType "
        "ResultCode TokenStatus"
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}


if not TYPE_CHECKING:  # a type checker sees the names above, and is to miss the others

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for."""
        if name not in __all__:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        if name in _MODULES:
            return import_module(f"seqrkit.{name}")
        value = getattr(import_module(f"seqrkit.{_HOME_OF.get(name, 'model')}"), name)
        globals()[name] = value  # so that this function is asked only once a name
        return value


_DRAWN_AS_WIDGETS = {"ManualClock", "Phone", "SystemClock"}


def load_views(kind: type) -> None:
    """Load what draws objects of that kind in a notebook; `seqrkit.notebook_repr` asks for it.

    Without ipywidgets, what would be a widget shows its representation.
    """
    if kind.__name__ not in _DRAWN_AS_WIDGETS:
        import_module("seqrkit.display.notebook_views")
    elif find_spec("ipywidgets") is not None:
        import_module("seqrkit.widgets.notebook_views")


def __dir__() -> list[str]:
    """The public names, for completion."""
    return sorted(__all__)
