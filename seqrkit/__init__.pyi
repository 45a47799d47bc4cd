# The public names, for type checkers and for lazy loading in __init__.py.
from . import contract as contract, errors as errors
from ._version import __version__ as __version__
from .client import (
    Client as Client,
    Credentials as Credentials,
)
from .client.progress_bar import track as track
from .clock import (
    Clock as Clock,
    ManualClock as ManualClock,
    SystemClock as SystemClock,
)
from .contract import (
    Contract as Contract,
    Finding as Finding,
    Rule as Rule,
    Severity as Severity,
)
from .errors import (
    ContractViolation as ContractViolation,
    DeadlinePassed as DeadlinePassed,
    InvalidAmount as InvalidAmount,
    PaymentNotCompleted as PaymentNotCompleted,
    ResultError as ResultError,
    SeqrError as SeqrError,
    SoapFault as SoapFault,
    TransportError as TransportError,
)
from .exchange import (
    Exchange as Exchange,
    Journal as Journal,
)
from .model import (
    AssignSeqrId as AssignSeqrId,
    CancelInvoice as CancelInvoice,
    ClientContext as ClientContext,
    CommitReservation as CommitReservation,
    CreditUser as CreditUser,
    CreditUserReply as CreditUserReply,
    CreditUserRequest as CreditUserRequest,
    CustomerToken as CustomerToken,
    ExecuteReport as ExecuteReport,
    ExecuteReportReply as ExecuteReportReply,
    GetPaymentStatus as GetPaymentStatus,
    Invoice as Invoice,
    InvoiceRow as InvoiceRow,
    MarkTransactionPeriod as MarkTransactionPeriod,
    MarkTransactionPeriodReply as MarkTransactionPeriodReply,
    PaymentStatusReply as PaymentStatusReply,
    PrincipalId as PrincipalId,
    Receipt as Receipt,
    ReceiptDocument as ReceiptDocument,
    RefundPayment as RefundPayment,
    RegisterTerminal as RegisterTerminal,
    RegisterTerminalReply as RegisterTerminalReply,
    Reply as Reply,
    Report as Report,
    SendInvoice as SendInvoice,
    SendInvoiceReply as SendInvoiceReply,
    SubmitPaymentReceipt as SubmitPaymentReceipt,
    UnregisterTerminal as UnregisterTerminal,
    UpdateInvoice as UpdateInvoice,
)
from .model_base import Request as Request
from .money import Amount as Amount
from .notification_receiver import (
    NotificationReceiver as NotificationReceiver,
    receiver as receiver,
)
from .qr import QrCode as QrCode
from .session import (
    Session as Session,
    connect as connect,
)
from .simulator import (
    Bill as Bill,
    Endpoint as Endpoint,
    Phone as Phone,
)
from .vocabulary import (
    AcknowledgmentMode as AcknowledgmentMode,
    Interface as Interface,
    InvoiceStatus as InvoiceStatus,
    PaymentMode as PaymentMode,
    PrincipalType as PrincipalType,
    ReceiptType as ReceiptType,
    ResultCode as ResultCode,
    TokenStatus as TokenStatus,
)
