"""What to do after a reply: the code to scan, and the operations that usually follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ipywidgets

from seqrkit.client import Client
from seqrkit.clock import ManualClock
from seqrkit.display import summary_html
from seqrkit.exchange import Exchange
from seqrkit.html import html, joined
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
from seqrkit.widgets.basic_widgets import Closing, HBox, classed, see
from seqrkit.widgets.browser_view import HtmlView, button
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
_SCAN: Final = "Scan the code as the buyer"
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


class NextSteps(HBox, Closing):
    """The QR code of an invoice, a button for each operation that may follow, phone and clock.

    `go` opens the form of an operation; the workbench sends getPaymentStatus at once, since it
    changes nothing. `phone` is the simulated buyer's, if there is one, `page` the address of its
    page if it is elsewhere.
    """

    def __init__(
        self,
        client: Client,
        go: Callable[[str], Any],
        phone: Phone | None,
        page: str | None = None,
    ) -> None:
        self.go: Callable[[str], Any] = go
        self._phone = phone
        self._page = page
        self._reference: str | None = None
        self._scanned: QrCode | None = None
        self._follow: tuple[str, ...] = ()
        self.view: HtmlView = HtmlView({"scan": self.use_phone, "go": go})
        """The code and the buttons."""
        self.view.add_class("seqr-next-view")
        clocks = [ClockWidget(client.clock)] if isinstance(client.clock, ManualClock) else []
        self._dock = classed(ipywidgets.VBox(clocks), "seqr-dock")
        self._buyer: PhoneWidget | None = None
        self._known = client.contract.operations
        self._draw()
        super().__init__([self.view, self._dock])
        self.add_class("seqr-next")
        see(self, seen=False)

    @property
    def offered(self) -> tuple[str, ...]:
        """The operations that have a visible button."""
        return tuple(name for name in _STEPS if name in self._follow and name in self._known)

    def show(self, exchange: Exchange) -> None:
        """Offer what may follow an exchange; what was offered stays if that failed."""
        told = texts_of_exchange(exchange)
        after = told.get("status") or exchange.operation
        # A registration in between does not end the payment that the user is in.
        if not exchange.succeeded or (after not in _AFTER and "status" not in told):
            return
        before, self._follow = self._follow, _AFTER.get(after, ())
        self._reference = reference = told.get("invoiceReference")
        is_open = reference is not None and GetPaymentStatus.OPERATION in self._follow
        self._scanned = QrCode(invoice_code(reference)) if reference and is_open else None
        self._draw()
        see(self, seen=bool(self._follow or self._buyer))
        if self.offered and self._follow != before:  # else users know where they are
            self.view.reveal(".seqr-next-view")

    def _draw(self) -> None:
        scan = button("Scan with the phone", "scan", look="seqr-primary", tooltip=_SCAN)
        only = "seqr-primary" if len(self.offered) == 1 else ""
        steps = (
            button(_STEPS[name], "go", name, look=only, tooltip=f"Open {name}")
            for name in self.offered
        )
        buttons = joined((scan if self._scanned and self._phone else "", *steps))
        self.view.show(
            {
                "code": self._code_body(self._scanned) if self._scanned else "",
                "buttons": html('<div class="seqr-stack">{}</div>', buttons),
            }
        )

    def _code_body(self, code: QrCode) -> str:
        scan = '<p><a href="{}?code={}" target="_blank">Scan with the phone</a></p>'
        link = html(scan, self._page, code) if self._page else ""
        return html('<div class="seqr-next-code">{}{}</div>', summary_html.code_body(code), link)

    def use_phone(self) -> None:
        """Open the phone and scan the code."""
        if self._buyer is None and self._phone is not None:
            self._buyer = PhoneWidget(self._phone)
            self._buyer.observe(self._turned, "screen")
            self._dock.children = (self._buyer, *self._dock.children)
        if self._buyer is not None:
            self._buyer.scan(self._scanned)
            self.view.reveal(".seqr-phone")

    def _turned(self, change: Mapping[str, Any]) -> None:
        """Offer only the status once the buyer has paid or refused: the rest is too late."""
        buyer, status = self._buyer, GetPaymentStatus.OPERATION
        is_this = buyer is not None and buyer.reference == self._reference
        if change["new"] == "end" and is_this and status in self._follow:
            self._follow, self._scanned = (status,), None
            self._draw()
            self.view.reveal(".seqr-next-view")  # without the code it moves up
