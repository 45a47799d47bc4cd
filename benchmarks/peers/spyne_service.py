"""sendInvoice as a Spyne service: the same message, no store, no rules, a constant reply.

It is hosted as fast as Spyne goes in one process: its WSGI application called inline under
uvicorn (httptools, uvloop), which is faster than it is in waitress, gunicorn and cheroot; its own
validation is off.
"""

from __future__ import annotations

from typing import Any

from spyne import (
    AnyUri,
    Application,
    Array,
    ComplexModel,
    DateTime,
    Decimal,
    Integer32,
    Long,
    ServiceBase,
    Unicode,
    rpc,
)
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from benchmarks.peers.hosting import inline, serve
from seqrkit.vocabulary import NAMESPACE


class _Part(ComplexModel):  # type: ignore[misc]  # spyne ships no types
    __namespace__ = NAMESPACE
    __abstract__ = True


class PrincipalId(_Part):
    """Who asks."""

    _type_info = (("id", Unicode), ("type", Unicode), ("userId", Unicode))


class ClientContext(_Part):
    """What every request begins with."""

    _type_info = (
        ("channel", Unicode),
        ("clientComment", Unicode),
        ("clientId", Unicode),
        ("clientReference", Unicode),
        ("clientRequestTimeout", Long),
        ("initiatorPrincipalId", PrincipalId),
        ("password", Unicode),
    )


class Amount(_Part):
    """Money."""

    _type_info = (("currency", Unicode), ("value", Decimal))


class InvoiceRow(_Part):
    """A thing sold."""

    _type_info = (
        ("itemDescription", Unicode),
        ("itemDiscount", Amount),
        ("itemEAN", Unicode),
        ("itemQuantity", Decimal),
        ("itemSKU", Unicode),
        ("itemTaxRate", Decimal),
        ("itemTotalAmount", Amount),
        ("itemUnit", Unicode),
        ("itemUnitPrice", Amount),
    )


class Invoice(_Part):
    """What is to be paid."""

    _type_info = (
        ("paymentMode", Unicode),
        ("acknowledgmentMode", Unicode),
        ("issueDate", DateTime),
        ("title", Unicode),
        ("clientInvoiceId", Unicode),
        ("invoiceRows", Array(InvoiceRow, member_name="invoiceRow")),
        ("totalAmount", Amount),
        ("cashierId", Unicode),
        ("footer", Unicode),
        ("backURL", AnyUri),
        ("notificationUrl", AnyUri),
        ("commitReservationTimeout", Long),
    )


class CustomerToken(_Part):
    """A loyalty token."""

    _type_info = (
        ("description", Unicode),
        ("id", Unicode),
        ("status", Integer32),
        ("value", Unicode),
    )


class SendInvoiceResponse(_Part):
    """The reply."""

    _type_info = (
        ("ersReference", Unicode),
        ("resultCode", Integer32),
        ("resultDescription", Unicode),
        ("invoiceQRCode", Unicode),
        ("invoiceReference", Unicode),
    )


class Service(ServiceBase):  # type: ignore[misc]  # spyne ships no types
    """The one operation."""

    @rpc(
        ClientContext,
        Invoice,
        CustomerToken.customize(max_occurs="unbounded"),
        _returns=SendInvoiceResponse,
        _out_variable_name="return",
    )
    def sendInvoice(  # noqa: N802  # named as on the wire
        ctx: Any,  # noqa: N805  # Spyne's first parameter is its context
        context: ClientContext,  # noqa: ARG002
        invoice: Invoice,
        tokens: list[CustomerToken],  # noqa: ARG002
    ) -> SendInvoiceResponse:
        """Take an invoice and forget it."""
        assert invoice.totalAmount.value > 0
        return SendInvoiceResponse(
            resultCode=0,
            resultDescription="SUCCESS",
            invoiceQRCode="HTTP://SEQR.SE/R1397222701693",
            invoiceReference="1397222701693",
        )


application = Application([Service], NAMESPACE, in_protocol=Soap11(), out_protocol=Soap11())
wsgi = WsgiApplication(application)

if __name__ == "__main__":
    serve(inline(wsgi))
