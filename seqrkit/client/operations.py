"""A method for each operation, with the names and parameters of the reference.

Each sends one request and returns its reply. Each raises the `ResultError` named for the reply's
code if that is not 0 (with ``check=False`` the reply is returned instead), and what `Sender.send`
raises. The exceptions named below are those of the codes documented for the operation.
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
        """Send an invoice for a buyer to pay; the reply has its invoiceReference and QR code.

        Missing fields of a standard payment are filled in: paymentMode IMMEDIATE_DEBIT,
        acknowledgmentMode NO_ACKNOWLEDGMENT, issueDate now. `tokens` are the loyalty tokens already
        applied. Raises `InvalidInvoiceData`, `InvalidNotificationUrl`,
        `AccessDenied`. Source: Glase Merchant API v2.6.0, sendInvoice.
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
        """Change an invoice that was sent: its rows, its total, the tokens applied to it.

        A missing issueDate becomes now. Missing modes are not filled in, because that could turn a
        reservation into a payment. Raises `InvalidInvoiceData`,
        `InvalidNotificationUrl`, `PaymentInProgress`.
        Source: Glase Merchant API v2.6.0, updateInvoice.
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
        """Return the status of an invoice; a payment is final once PAID was returned.

        `invoice_version` is 0 at first and then the latest version received. Without a reference, a
        cash register gets its current invoice. Poll once a second, as `wait_for_payment` does: a
        payment that is not polled within 20 s is reversed. Raises
        `InvalidInvoiceReference`, `AccessDenied`.
        Source: Glase Merchant API v2.6.0, getPaymentStatus.
        """
        request = GetPaymentStatus(
            invoice_reference=reference_of(invoice_reference),
            invoice_version=invoice_version,
        )
        return self.send(request, check=check)

    def cancel_invoice(
        self, invoice_reference: str | SendInvoiceReply, *, check: bool = True
    ) -> Reply:
        """Cancel an invoice that is not paid.

        Raises `CannotCancelPaidInvoice`, `CannotCancelInvoiceInProgress`,
        `InvoiceAlreadyCanceled`. Source: Glase Merchant API v2.6.0, cancelInvoice.
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
        """Charge a RESERVED invoice, completely or by `amount`.

        `extclientproxy-v2` has no amount and charges all. Raises `InvoiceStateNotReserved`,
        `RejectedAmount`. Source: Glase Merchant API v2.6.0, commitReservation.
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
        """Submit the shop's receipt for a payment or a refund.

        Raises `InvalidErsReference`. Source: Glase Merchant API v2.6.0, submitPaymentReceipt.
        """
        request = SubmitPaymentReceipt(
            ers_reference=_ers_reference(ers_reference), receipt_document=receipt_document
        )
        return self.send(request, check=check)

    def refund_payment(
        self, ers_reference: str | PaymentStatusReply, invoice: Invoice, *, check: bool = True
    ) -> Reply:
        """Refund a payment, or part of it: the totalAmount of `invoice` is refunded.

        The reply's ersReference is that of the refund. Missing fields of the invoice are filled in
        as by `send_invoice`. Do not repeat a refund whose reply was lost before you have reconciled
        it. Raises `InvalidErsReference`, `ResellerNotAllowedToDoRefund`,
        `ReceiverAccountDoesNotAllowRefunds`, `SumOfRefundsCanNotBeMoreThanOriginalTransaction`.
        Source: Glase Merchant API v2.6.0, refundPayment.
        """
        request = RefundPayment(
            ers_reference=_ers_reference(ers_reference), invoice=self._standard(invoice)
        )
        return self.send(request, check=check)

    def credit_user(
        self, credit_user_request: CreditUserRequest, *, check: bool = True
    ) -> CreditUserReply:
        """Pay money to a user known by the opaque userId of a token (v2.6.0 only).

        Do not repeat a credit whose reply was lost before you have reconciled it. Raises
        `InvalidCustomer`, `RejectedAmount`. Source: Glase Merchant API v2.6.0, creditUser.
        """
        return self.send(CreditUser(credit_user_request=credit_user_request), check=check)

    def register_terminal(
        self, external_terminal_id: str, password: str, name: str, *, check: bool = True
    ) -> RegisterTerminalReply:
        """Register a cash register with the reseller; the reply has its terminalId.

        `external_terminal_id` is the shop's own id, `password` (at least 4 characters) that of the
        new terminal, `name` what buyers see. Act as it with `as_terminal`.
        Source: Glase Merchant API v2.6.0, registerTerminal.
        """
        request = RegisterTerminal(
            external_terminal_id=external_terminal_id, password=password, name=name
        )
        return self.send(request, check=check)

    def unregister_terminal(self, *, check: bool = True) -> Reply:
        """Unregister this client's own terminal.

        Raises `AccessDenied`. Source: Glase Merchant API v2.6.0, unregisterTerminal.
        """
        return self.send(UnregisterTerminal(), check=check)

    def assign_seqr_id(self, seqr_id: str, *, check: bool = True) -> Reply:
        """Assign a static QR code, which buyers scan at the till, to this client's terminal.

        `seqr_id` is alphanumeric and belongs to one terminal; start it with a prefix of your own.
        Raises `InvalidSeqrId`. Source: Glase Merchant API v2.6.0, assignSeqrId.
        """
        return self.send(AssignSeqrId(seqr_id=seqr_id), check=check)

    def mark_transaction_period(
        self, parameters: Mapping[str, str | None] | None = None, *, check: bool = True
    ) -> MarkTransactionPeriodReply:
        """End a transaction period, as at closing time; the reply's id identifies its reports.

        ``{"TERMINALID": id}`` ends the period of that terminal instead of the shop's. The reports
        are ready about 3 s later. Source: Glase Merchant API v2.6.0, markTransactionPeriod.
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

        `parameters` name the period, ``{"transactionPeriodId": id}``, and for the reports of one
        terminal also ``TERMINALID``. Raises `ReportNotReady`.
        Source: Glase Merchant API v2.6.0, executeReport.
        """
        request = ExecuteReport(report_id=report_id, language=language, parameters=parameters)
        return self.send(request, check=check)

    def begun(self, operation: str, *, principal: PrincipalType | str | None = None) -> Request:
        """Return a request with only the fields that this client fills in, to build on.

        `principal` is as for `context`. Raises what `context` raises.
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
        """Return an invoice with the modes of a standard payment, if it has none."""
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
    """Return the invoiceReference that was given as such or as the reply with it."""
    return given.invoice_reference if isinstance(given, SendInvoiceReply) else given


def _ers_reference(given: str | Reply) -> str | None:
    return given.ers_reference if isinstance(given, Reply) else given
