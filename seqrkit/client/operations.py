"""The operations, each a method named and parameterized as the reference names them.

Each sends one request and returns its reply. Each raises the `ResultError` named for the reply's
code where that is not 0 (with ``check=False`` the reply is returned instead), and what
`Sender.send` raises. The codes named below are those documented for the operation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve

from seqrkit.client.request_sender import Sender
from seqrkit.model import (
    REQUESTS,
    AssignSeqrId,
    CancelInvoice,
    CommitReservation,
    CreditUser,
    CreditUserReply,
    CreditUserRequest,
    CustomerToken,
    ExecuteReport,
    ExecuteReportReply,
    GetPaymentStatus,
    Invoice,
    MarkTransactionPeriod,
    MarkTransactionPeriodReply,
    PaymentStatusReply,
    ReceiptDocument,
    RefundPayment,
    RegisterTerminal,
    RegisterTerminalReply,
    Reply,
    SendInvoice,
    SendInvoiceReply,
    SubmitPaymentReceipt,
    UnregisterTerminal,
    UpdateInvoice,
)
from seqrkit.model_base import Request
from seqrkit.money import Amount, optional_amount
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode, PrincipalType


class Operations(Sender):
    """A method for each operation."""

    def send_invoice(
        self, invoice: Invoice, tokens: Sequence[CustomerToken] = (), *, check: bool = True
    ) -> SendInvoiceReply:
        """Ask the buyer for a payment; the reply has its invoiceReference and its QR code.

        What the invoice leaves out of a standard payment is filled in: paymentMode
        IMMEDIATE_DEBIT, acknowledgmentMode NO_ACKNOWLEDGMENT, issueDate now. `tokens` are those
        already applied (loyalty). Raises `InvalidInvoiceData`, `InvalidNotificationUrl`,
        `AccessDenied`. Source: 001 sendInvoice.
        """
        return self.send(SendInvoice(invoice=self._standard(invoice), tokens=tokens), check=check)

    def update_invoice(
        self,
        invoice_reference: str | SendInvoiceReply,
        invoice: Invoice,
        tokens: Sequence[CustomerToken] = (),
        *,
        check: bool = True,
    ) -> Reply:
        """Change an invoice that was sent: its rows and total, the tokens applied to it.

        issueDate is now where it is left out; the modes stay as they are given, since filling
        them in could turn a reservation into a payment. Raises `InvalidInvoiceData`,
        `InvalidNotificationUrl`, `PaymentInProgress`. Source: 001 updateInvoice.
        """
        request = UpdateInvoice(
            invoice_reference=reference_of(invoice_reference),
            invoice=self._dated(invoice),
            tokens=tokens,
        )
        return self.send(request, check=check)

    def get_payment_status(
        self,
        invoice_reference: str | SendInvoiceReply | None,
        invoice_version: int = 0,
        *,
        check: bool = True,
    ) -> PaymentStatusReply:
        """Ask where an invoice is in its life; once PAID is seen the payment is final.

        `invoice_version` is 0 the first time and the latest version seen after that. Without a
        reference a cash register asks for its current invoice. To be asked once a second, see
        `wait_for_payment`; a payment that is not asked for within 20 s is reversed. Raises
        `InvalidInvoiceReference`, `AccessDenied`. Source: 001 getPaymentStatus.
        """
        request = GetPaymentStatus(
            invoice_reference=reference_of(invoice_reference),
            invoice_version=invoice_version,
        )
        return self.send(request, check=check)

    def cancel_invoice(
        self, invoice_reference: str | SendInvoiceReply, *, check: bool = True
    ) -> Reply:
        """Withdraw an invoice that is not paid.

        Raises `CannotCancelPaidInvoice`, `CannotCancelInvoiceInProgress`,
        `InvoiceAlreadyCanceled`. Source: 001 cancelInvoice.
        """
        request = CancelInvoice(invoice_reference=reference_of(invoice_reference))
        return self.send(request, check=check)

    def commit_reservation(
        self,
        invoice_reference: str | SendInvoiceReply,
        amount: Amount | str | None = None,
        *,
        check: bool = True,
    ) -> Reply:
        """Take the money of a RESERVED invoice, or the part of it that `amount` says.

        `extclientproxy-v2` has no amount and takes all. Raises `InvoiceStateNotReserved`,
        `RejectedAmount`. Source: 001 commitReservation.
        """
        request = CommitReservation(
            invoice_reference=reference_of(invoice_reference),
            amount=None if amount is None else optional_amount(amount),
        )
        return self.send(request, check=check)

    def submit_payment_receipt(
        self,
        ers_reference: str | PaymentStatusReply,
        receipt_document: ReceiptDocument,
        *,
        check: bool = True,
    ) -> Reply:
        """Hand in the shop's receipt for a payment or a refund; confirms that it was received.

        Raises `InvalidErsReference`. Source: 001 submitPaymentReceipt.
        """
        request = SubmitPaymentReceipt(
            ers_reference=_ers_reference(ers_reference), receipt_document=receipt_document
        )
        return self.send(request, check=check)

    def refund_payment(
        self, ers_reference: str | PaymentStatusReply, invoice: Invoice, *, check: bool = True
    ) -> Reply:
        """Pay back a payment, or part of it: the totalAmount of `invoice` is what is refunded.

        The reply's ersReference is the refund's own. What the invoice leaves out is filled in as
        by `send_invoice`. A refund whose reply was lost is not to be repeated before it was
        reconciled. Raises `InvalidErsReference`, `ResellerNotAllowedToDoRefund`,
        `ReceiverAccountDoesNotAllowRefunds`, `SumOfRefundsCanNotBeMoreThanOriginalTransaction`.
        Source: 001 refundPayment.
        """
        request = RefundPayment(
            ers_reference=_ers_reference(ers_reference), invoice=self._standard(invoice)
        )
        return self.send(request, check=check)

    def credit_user(
        self, credit_user_request: CreditUserRequest, *, check: bool = True
    ) -> CreditUserReply:
        """Pay money to a user known by the opaque userId of a token (v2.6.0 only).

        A credit whose reply was lost is not to be repeated before it was reconciled. Raises
        `InvalidCustomer`, `RejectedAmount`. Source: 001 creditUser.
        """
        return self.send(CreditUser(credit_user_request=credit_user_request), check=check)

    def register_terminal(
        self, external_terminal_id: str, password: str, name: str, *, check: bool = True
    ) -> RegisterTerminalReply:
        """Register a cash register with the reseller; the reply has the terminalId it is to use.

        `external_terminal_id` is the shop's own id, `password` (at least 4 characters) what the
        terminal will send, `name` what buyers see. Act as it with `as_terminal`. Source: 001
        registerTerminal.
        """
        request = RegisterTerminal(
            external_terminal_id=external_terminal_id, password=password, name=name
        )
        return self.send(request, check=check)

    def unregister_terminal(self, *, check: bool = True) -> Reply:
        """Retire the terminal that asks for it, which is this client's own.

        Raises `AccessDenied`. Source: 001 unregisterTerminal.
        """
        return self.send(UnregisterTerminal(), check=check)

    def assign_seqr_id(self, seqr_id: str, *, check: bool = True) -> Reply:
        """Give this client's terminal a static QR code, which buyers scan at the till.

        `seqr_id` is alphanumeric and belongs to one terminal; begin it with a prefix of your own.
        Raises `InvalidSeqrId`. Source: 001 assignSeqrId.
        """
        return self.send(AssignSeqrId(seqr_id=seqr_id), check=check)

    def mark_transaction_period(
        self, parameters: Mapping[str, str | None] | None = None, *, check: bool = True
    ) -> MarkTransactionPeriodReply:
        """End a transaction period, as at closing time; reports are fetched by the reply's id.

        ``{"TERMINALID": id}`` ends the period of that terminal instead of the shop's. The reports
        are ready some 3 s later. Source: 001 markTransactionPeriod.
        """
        return self.send(MarkTransactionPeriod(parameters=parameters), check=check)

    def execute_report(
        self,
        report_id: str,
        language: str | None = None,
        parameters: Mapping[str, str | None] | None = None,
        *,
        check: bool = True,
    ) -> ExecuteReportReply:
        """Fetch a report, e.g. ``Reconciliation/Shop.xml`` or ``STD_RECON_001``.

        `parameters` say of which period, ``{"transactionPeriodId": id}``, and for the reports of
        one terminal also ``TERMINALID``. Raises `ReportNotReady`. Source: 001 executeReport.
        """
        request = ExecuteReport(report_id=report_id, language=language, parameters=parameters)
        return self.send(request, check=check)

    def begun(self, operation: str, *, principal: PrincipalType | str | None = None) -> Request:
        """A request with what this client fills in by itself, and nothing else: where to begin.

        `principal` is who sends it, where the operation leaves a choice. Raises what `context`
        raises.
        """
        standard = self._standard(Invoice())
        filled: Mapping[str, Mapping[str, object]] = {
            SendInvoice.OPERATION: {"invoice": standard},
            RefundPayment.OPERATION: {"invoice": standard},
            UpdateInvoice.OPERATION: {"invoice": self._dated(Invoice())},
            GetPaymentStatus.OPERATION: {"invoice_version": 0},
        }
        values = {"context": self.context(operation, principal=principal)}
        return REQUESTS[operation](**values, **filled.get(operation, {}))

    def _standard(self, invoice: Invoice) -> Invoice:
        """An invoice with what makes a standard payment where it says nothing else."""
        return evolve(
            self._dated(invoice),
            payment_mode=invoice.payment_mode or PaymentMode.IMMEDIATE_DEBIT,
            acknowledgment_mode=invoice.acknowledgment_mode or AcknowledgmentMode.NO_ACKNOWLEDGMENT,
        )

    def _dated(self, invoice: Invoice) -> Invoice:
        if invoice.issue_date is not None:
            return invoice
        return evolve(invoice, issue_date=self.clock.now().replace(microsecond=0))


def reference_of(given: str | SendInvoiceReply | None) -> str | None:
    """The invoiceReference that was given, by itself or in the reply that brought it."""
    return given.invoice_reference if isinstance(given, SendInvoiceReply) else given


def _ers_reference(given: str | Reply) -> str | None:
    return given.ers_reference if isinstance(given, Reply) else given
