"""How to bring about each result code on this endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from seqrkit.vocabulary import ResultCode as R

WAYS: Final[Mapping[R, tuple[str, ...]]] = MappingProxyType(
    {
        R.PENDING_APPROVAL: (
            (
                "On the buyer's phone only: send an invoice with acknowledgmentMode "
                "REQUIRE_ACKNOWLEDGMENT, scan it and pay before updateInvoice."
            ),
        ),
        R.REPORT_NOT_READY: (
            "Send markTransactionPeriod and at once executeReport; 3 s later it is ready.",
            "For ever: Reconciliation/STD_RECON_006.xml of a period marked without TERMINALID.",
        ),
        R.REJECTED_AMOUNT: (
            "Commit more than was reserved, or credit an amount of zero to a known user.",
        ),
        R.REJECTED_PAYMENT: ("On the buyer's phone only: pay a bill that is paid.",),
        R.REJECTED_BUSINESS_LOGIC: (
            "On the buyer's phone only: confirm a bill that was not scanned.",
        ),
        R.AUTHENTICATION_FAILED: (
            (
                "`seqrkit send getPaymentStatus --set context.password=wrong "
                "--set invoiceReference=1 --set invoiceVersion=0`"
            ),
        ),
        R.ACCESS_DENIED: (
            (
                "Register a terminal with a password of 3 characters and send an invoice as it, or "
                "call registerTerminal as a terminal."
            ),
        ),
        R.INVALID_ERS_REFERENCE: (
            '`seqrkit send refundPayment --set ersReference=1 --set invoice.totalAmount="1 SEK"`',
        ),
        R.INVALID_INITIATOR_PRINCIPAL_ID: (
            (
                "`seqrkit send getPaymentStatus --terminal-id nobody --set invoiceReference=1 "
                "--set invoiceVersion=0`"
            ),
        ),
        R.INVALID_INITIATOR_PRINCIPAL_STATE: (
            ("Block the terminal: `administration.block_terminal(terminal_id)` in Python."),
        ),
        R.INITIATOR_PRINCIPAL_NOT_FOUND: (
            (
                "`seqrkit send registerTerminal --reseller-id nobody --set externalTerminalId=1 "
                "--set password=secret --set name=Till`"
            ),
        ),
        R.PAYMENT_IN_PROGRESS: (
            "Have the buyer scan the code and open the PIN dialog, then send updateInvoice.",
        ),
        R.INVALID_INVOICE_DATA: (
            '`seqrkit send sendInvoice --sample --set invoice.totalAmount="0 SEK"`',
        ),
        R.CANNOT_CANCEL_PAID_INVOICE: (
            "Have the buyer pay, poll until PAID, then send cancelInvoice.",
        ),
        R.CANNOT_CANCEL_INVOICE_IN_PROGRESS: (
            "Have the buyer scan the code and open the PIN dialog, then send cancelInvoice.",
        ),
        R.INVALID_CUSTOMER: (
            (
                "`seqrkit send creditUser --set creditUserRequest.userId=nobody "
                '--set creditUserRequest.amount="1 SEK"`'
            ),
        ),
        R.INVALID_SEQR_ID: ("`seqrkit send assignSeqrId --set seqrId=not-alphanumeric`",),
        R.INVALID_INVOICE_REFERENCE: (
            "`seqrkit send getPaymentStatus --set invoiceReference=1 --set invoiceVersion=0`",
        ),
        R.PAYMENT_ALREADY_CANCELLED: ("On the buyer's phone only: pay a bill that is cancelled.",),
        R.PAYMENT_EXPIRED: (
            "Only as a fault: no invoice here is ever EXPIRED, a lapsed one is CANCELED.",
        ),
        R.INVALID_NOTIFICATION_URL: (
            "`seqrkit send sendInvoice --sample --set invoice.notificationUrl=ftp://shop.example`",
        ),
        R.SYSTEM_ERROR: (
            "`seqrkit send executeReport --set reportId=nothing`",
            "Or send updateInvoice after the buyer has paid.",
        ),
        R.UNSUPPORTED_OPERATION: (
            "Send creditUser on extclientproxy-v2, or an operation of the old service.",
        ),
        R.SERVICE_UNAVAILABLE: (
            "As a fault only: the bank behind the service is away when somebody says so.",
        ),
        R.INVOICE_ALREADY_CANCELED: ("Send cancelInvoice twice.",),
        R.INVOICE_STATE_NOT_RESERVED: (
            "Send commitReservation for an invoice that the buyer has not confirmed, or twice.",
        ),
        R.RESELLER_NOT_ALLOWED_TO_DO_REFUND: (
            ("`administration.change_reseller(may_refund=False)` in Python, then refund."),
        ),
        R.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: (
            "Refund a payment in whole, then once more.",
        ),
        R.RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS: (
            (
                "`administration.change_reseller(account_takes_refunds=False)` in "
                "Python (of endpoint.service), then refund."
            ),
        ),
    }
)
"""The ways without a fault; what stands between backticks and starts with seqrkit is a command."""


def ways(code: int) -> tuple[str, ...]:
    """How to provoke a code: by a request where there is one, and in any case by a fault."""
    if code == R.SUCCESS:
        return ()
    by_fault = f"On any request: `seqrkit faults add result-code --code {code} --count 1`"
    known = code in set(R)
    return (*(WAYS.get(R(code), ()) if known else ()), by_fault)
