"""All operations of a terminal's life, called through a given SOAP client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from seqrkit.clock import ManualClock
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import Interface

Parts = dict[str, Any]
Call = Callable[..., Any]
PASSWORD = "at the till"


def endpoint() -> Endpoint:
    """Return an endpoint with a manual clock."""
    return Endpoint(clock=ManualClock())


def context(principal: Parts, password: str) -> Parts:
    """Return the context of a call."""
    return {
        "channel": "WS",
        "clientId": "example client 1.0",
        "clientReference": "0001",
        "clientRequestTimeout": 0,
        "initiatorPrincipalId": principal,
        "password": password,
    }


RESELLER = context(
    {
        "id": PUBLISHED.reseller_id,
        "type": "RESELLERUSER",
        "userId": PUBLISHED.reseller_user,
    },
    PUBLISHED.reseller_password,
)


def terminal(terminal_id: str) -> Parts:
    """The context of a registered terminal."""
    return context({"id": terminal_id, "type": "TERMINALID"}, PASSWORD)


def amount(value: str) -> Parts:
    """An amount in Swedish kronor."""
    return {"currency": "SEK", "value": Decimal(value)}


def invoice(value: str, mode: str = "IMMEDIATE_DEBIT") -> Parts:
    """An invoice of one row."""
    row = {
        "itemDescription": "Blåbärspaj & <mjölk>",
        "itemQuantity": Decimal(1),
        "itemTotalAmount": amount(value),
    }
    return {
        "paymentMode": mode,
        "acknowledgmentMode": "NO_ACKNOWLEDGMENT",
        "issueDate": datetime(2026, 1, 1, 12, tzinfo=UTC),
        "title": "Café",
        "clientInvoiceId": "42",
        "invoiceRows": {"invoiceRow": [row]},
        "totalAmount": amount(value),
        "cashierId": "Bob",
        "footer": "Tack!",
    }


def parameters(**entries: str) -> Parts:
    """A parameter map."""
    return {"parameter": {"entry": [{"key": key, "value": entries[key]} for key in entries]}}


def live(there: Endpoint, call: Call, interface: Interface) -> None:
    """Register, assign, sell, refund, reserve, cancel, close the day, unregister."""
    registered = call(
        "registerTerminal",
        context=RESELLER,
        externalTerminalId="till 1",
        password=PASSWORD,
        name="Till 1",
    )
    assert registered.resultCode == 0
    me = terminal(str(registered.terminalId))
    assert call("assignSeqrId", context=me, seqrId="TILL1").resultCode == 0
    payment = _sell(there, call, me)
    _reserve(there, call, me, interface)
    _cancel(call, me)
    if interface == Interface.CASHREGISTER_2:
        _credit(there, call, me)
    _close(there, call, me, payment)
    assert call("unregisterTerminal", context=me).resultCode == 0
    assert call("unregisterTerminal", context=me).resultCode != 0


def _sell(there: Endpoint, call: Call, me: Parts) -> str:
    sent = call("sendInvoice", context=me, invoice=invoice("149.99"), tokens=[])
    assert sent.resultCode == 0
    assert sent.resultDescription == "SUCCESS"
    reference = str(sent.invoiceReference)
    first = _status(call, me, reference)
    assert (first.status, first.version) == ("ISSUED", 0)
    there.phone.scan("HTTP://SEQR.SE/QTILL1").pay()
    paid = _status(call, me, reference)
    assert (paid.status, paid.version) == ("PAID", 1)
    assert paid.receipt.paymentReference == paid.ersReference
    assert paid.receipt.invoice.title == "Café"
    (row,) = paid.receipt.invoice.invoiceRows.invoiceRow
    assert row.itemDescription == "Blåbärspaj & <mjölk>"
    assert row.itemTotalAmount.value == Decimal("149.99")
    document = {"mimeType": "text/plain", "receiptType": "PAYMENT_RECEIPT"}
    receipt = call(
        "submitPaymentReceipt",
        context=me,
        ersReference=paid.ersReference,
        receiptDocument=document,
    )
    assert receipt.resultCode == 0
    refunded = call(
        "refundPayment", context=me, ersReference=paid.ersReference, invoice=invoice("49.99")
    )
    assert refunded.resultCode == 0
    assert refunded.ersReference != paid.ersReference
    again = call(
        "refundPayment", context=me, ersReference=paid.ersReference, invoice=invoice("100.01")
    )
    assert again.resultCode == 98
    return str(paid.ersReference)


def _status(call: Call, me: Parts, reference: str) -> Any:
    status = call("getPaymentStatus", context=me, invoiceReference=reference, invoiceVersion=0)
    assert status.resultCode == 0
    return status


def _reserve(there: Endpoint, call: Call, me: Parts, interface: Interface) -> None:
    wanted = invoice("80", "RESERVATION_REQUIRED")
    reference = str(call("sendInvoice", context=me, invoice=wanted).invoiceReference)
    there.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay()
    assert _status(call, me, reference).status == "RESERVED"
    less = {"amount": amount("50")} if interface == Interface.CASHREGISTER_2 else {}
    commit = call("commitReservation", context=me, invoiceReference=reference, **less)
    assert commit.resultCode == 0
    assert _status(call, me, reference).status == "PAID"


def _cancel(call: Call, me: Parts) -> None:
    reference = str(call("sendInvoice", context=me, invoice=invoice("10")).invoiceReference)
    update = call(
        "updateInvoice", context=me, invoiceReference=reference, invoice=invoice("11"), tokens=[]
    )
    assert update.resultCode == 0
    assert call("cancelInvoice", context=me, invoiceReference=reference).resultCode == 0
    assert _status(call, me, reference).status == "CANCELED"
    assert call("cancelInvoice", context=me, invoiceReference=reference).resultCode == 95


def _credit(there: Endpoint, call: Call, me: Parts) -> None:
    request = {
        "userId": there.phone.user_id,
        "amount": amount("25"),
        "description": "winnings",
        "correlationId": "c-1",
    }
    credited = call("creditUser", context=me, creditUserRequest=request)
    assert credited.resultCode == 0
    assert credited.correlationId == "c-1"


def _close(there: Endpoint, call: Call, me: Parts, payment: str) -> None:
    mark = call("markTransactionPeriod", context=RESELLER, parameters=parameters())
    assert mark.resultCode == 0
    report = "Reconciliation/STD_RECON_003.xml"
    asked = {
        "context": RESELLER,
        "reportId": report,
        "language": "en",
        "parameters": parameters(transactionPeriodId=str(mark.transactionPeriodId)),
    }
    assert call("executeReport", **asked).resultCode == 2
    assert isinstance(there.clock, ManualClock)
    there.clock.advance(seconds=5)
    ready = call("executeReport", **asked)
    assert ready.resultCode == 0
    for word in (payment, "149.99000", "-49.99000", me["initiatorPrincipalId"]["id"]):
        assert word in ready.report.contentString
