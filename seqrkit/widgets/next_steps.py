"""What to do after a reply: the code to scan, and the operations that usually follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import ipywidgets

from seqrkit.client import Client
from seqrkit.clock import ManualClock
from seqrkit.display import summary_html
from seqrkit.exchange import Exchange
from seqrkit.html import html
from seqrkit.model import (
    CancelInvoice,
    CommitReservation,
    ExecuteReport,
    GetPaymentStatus,
    MarkTransactionPeriod,
    RefundPayment,
    SendInvoice,
    SubmitPaymentReceipt,
    UpdateInvoice,
)
from seqrkit.qr import QrCode, invoice_code
from seqrkit.simulator.phone import Phone
from seqrkit.vocabulary import InvoiceStatus
from seqrkit.widgets.background_work import button
from seqrkit.widgets.basic_widgets import HBox, classed, see
from seqrkit.widgets.clock_widget import ClockWidget
from seqrkit.widgets.phone_widget import PhoneWidget
from seqrkit.widgets.reference_suggestions import texts_of_exchange

_STEPS: Final[Mapping[str, str]] = {
    GetPaymentStatus.OPERATION: "Ask for the status",
    UpdateInvoice.OPERATION: "Update the invoice",
    CommitReservation.OPERATION: "Commit the reservation",
    CancelInvoice.OPERATION: "Cancel the invoice",
    SubmitPaymentReceipt.OPERATION: "Submit a receipt",
    RefundPayment.OPERATION: "Refund the payment",
    ExecuteReport.OPERATION: "Fetch a report",
}
"""Operations that follow a reply, in the order of their buttons."""
_OPEN: Final = (GetPaymentStatus.OPERATION, CancelInvoice.OPERATION)
_AFTER: Final[Mapping[str, tuple[str, ...]]] = {
    InvoiceStatus.ISSUED: _OPEN,
    InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE: (*_OPEN, UpdateInvoice.OPERATION),
    InvoiceStatus.PARTIALLY_PAID: _OPEN,
    InvoiceStatus.RESERVED: (*_OPEN, CommitReservation.OPERATION),
    InvoiceStatus.PAID: (SubmitPaymentReceipt.OPERATION, RefundPayment.OPERATION),
    SendInvoice.OPERATION: _OPEN,
    UpdateInvoice.OPERATION: _OPEN,
    CommitReservation.OPERATION: (GetPaymentStatus.OPERATION,),
    CancelInvoice.OPERATION: (),
    MarkTransactionPeriod.OPERATION: (ExecuteReport.OPERATION,),
}
"""The operations that make sense in a status, or after an operation whose reply has none."""


class NextSteps(HBox):
    """The QR code of an invoice, a button for each operation that may follow, phone and clock.

    `go` opens the form of an operation; the workbench sends getPaymentStatus at once, since it
    changes nothing. `phone` is the simulated buyer's, if there is one, `page` the address of its
    page if it is elsewhere; `look` shows the phone to the user.
    """

    def __init__(
        self,
        client: Client,
        go: Callable[[str], Any],
        phone: Phone | None,
        page: str | None = None,
        look: Callable[[], object] = lambda: None,
        **options: Any,
    ) -> None:
        self.go: Callable[[str], Any] = go
        self._phone = phone
        self._page = page
        self._look = look
        self._code = classed(ipywidgets.HTML(), "seqr-next-code")
        self._scanned: QrCode | None = None
        self._follow: tuple[str, ...] = ()
        self.scan: ipywidgets.Button = button(
            "Scan with the phone", self.use_phone, "Scan the code as the buyer", primary=True
        )
        self._steps = {
            operation: button(label, partial(go, operation), f"Open {operation}")
            for operation, label in _STEPS.items()
            if operation in client.contract.operations
        }
        self._buttons = classed(ipywidgets.VBox([self.scan, *self._steps.values()]), "seqr-stack")
        is_manual = isinstance(client.clock, ManualClock)
        clocks = [ClockWidget(client.clock)] if is_manual else []
        self._dock = classed(ipywidgets.VBox(clocks), "seqr-dock")
        self._buyer: PhoneWidget | None = None
        super().__init__([self._code, self._buttons, self._dock], **options)
        self.add_class("seqr-next")
        see(self, seen=False)

    @property
    def offered(self) -> tuple[str, ...]:
        """The operations that have a visible button."""
        return tuple(name for name in self._steps if name in self._follow)

    @property
    def code(self) -> str:
        """The visible QR code as HTML; empty if there is none."""
        return str(self._code.value)

    def show(self, exchange: Exchange) -> None:
        """Offer what may follow an exchange; what was offered stays if that failed."""
        told = texts_of_exchange(exchange)
        after = told.get("status") or exchange.operation
        # A registration in between does not end the payment that the user is in.
        if not exchange.succeeded or (after not in _AFTER and "status" not in told):
            return
        self._follow = _AFTER.get(after, ())
        reference = told.get("invoiceReference")
        is_open = reference is not None and GetPaymentStatus.OPERATION in self._follow
        self._scanned = QrCode(invoice_code(reference)) if reference and is_open else None
        self._code.value = self._code_body(self._scanned) if self._scanned else ""
        see(self._code, seen=is_open)
        see(self.scan, seen=is_open and self._phone is not None)
        for operation, made in self._steps.items():
            see(made, seen=operation in self._follow)
        see(self, seen=bool(self._follow or self._buyer))

    def _code_body(self, code: QrCode) -> str:
        body = summary_html.code_body(code)
        if self._page is None:
            return body
        link = '{}<p><a href="{}?code={}" target="_blank">Scan with the phone</a></p>'
        return html(link, body, self._page, code)

    def use_phone(self) -> None:
        """Open the phone and scan the code."""
        if self._buyer is None and self._phone is not None:
            self._buyer = PhoneWidget(self._phone)
            self._dock.children = (self._buyer, *self._dock.children)
        if self._buyer is not None:
            self._buyer.scan(self._scanned)
            self._look()

    def close(self) -> None:
        """Remove the widget, and the phone's and the clock's."""
        for each in self._dock.children:
            each.close()
        super().close()
