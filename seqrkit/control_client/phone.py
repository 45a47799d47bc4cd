"""The simulated phone of a standalone endpoint, with the interface of the embedded one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import attrs

from seqrkit.control_client.client import Remote
from seqrkit.errors import InvalidCode
from seqrkit.html import html
from seqrkit.model import CustomerToken, InvoiceRow, ReceiptDocument
from seqrkit.money import Amount
from seqrkit.qr import QrCode
from seqrkit.vocabulary import InvoiceStatus


class RemotePhone:
    """A buyer's phone, over HTTP.

    Raises `CannotPay` for what the phone cannot do, and `EndpointError` for any other refusal.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def scan(self, code: QrCode | str | None) -> RemoteBill:
        """Scan the code of an invoice or a terminal, and return its bill."""
        if code is None:
            raise InvalidCode(
                "this reply has no code to scan: only a reply with result code 0 has one"
            )
        shown = self._remote.post("phone", "scan", body={"code": str(code)})
        return RemoteBill(self._remote, shown["reference"])

    def bill(self, reference: str) -> RemoteBill:
        """Return the bill of an invoiceReference without scanning it."""
        found = RemoteBill(self._remote, reference)
        _ = found.status  # raises if there is no such invoice
        return found

    def add_card(self, value: str, id: str = "LOYALTY_CARD", description: str = "") -> None:
        """Add a loyalty card or coupon to the phone; it is offered as a token with status 0."""
        card = {"value": value, "id": id, "description": description}
        self._remote.post("phone", "cards", body=card)

    def remove_cards(self) -> None:
        """Remove all cards from the phone."""
        self._remote.delete("phone", "cards")

    def deliver_to(self, address: str | None) -> None:
        """Set the deliveryAddress that extclientproxy-v2 returns after a scan; `None` for none."""
        self._remote.post("phone", "address", body={"address": address})

    def __repr__(self) -> str:
        return f"<RemotePhone at {self._remote.base_url}>"

    def _repr_html_(self) -> str:
        """Return a link to the page of the phone, for notebooks."""
        page = f"{self._remote.base_url}/phone"
        return html(
            '<p>The buyer\'s phone: <a href="{page}" target="_blank">{page}</a></p>', page=page
        )


class RemoteBill:
    """The bill in the app after a scan. Each property requests its current value."""

    def __init__(self, remote: Remote, reference: str) -> None:
        self._remote = remote
        self.reference = reference
        """The invoiceReference."""

    @property
    def status(self) -> InvoiceStatus:
        """The current status of the invoice."""
        return InvoiceStatus(self._shown["status"])

    @property
    def total(self) -> Amount:
        """The total of the bill."""
        return cast("Amount", _value(self._shown["total"]))

    @property
    def title(self) -> str:
        """The title of the bill."""
        return str(self._shown["title"])

    @property
    def terminal(self) -> str:
        """The name of the terminal that sent the bill."""
        return str(self._shown["terminal"])

    @property
    def rows(self) -> tuple[InvoiceRow, ...]:
        """The rows of the bill."""
        names = {field.name.removeprefix("item_"): field.name for field in attrs.fields(InvoiceRow)}
        # The phone shows "total", as a buyer reads it; the model has the name of the wire.
        names["total"] = names.pop("total_amount")
        return tuple(
            InvoiceRow(**{names[key]: _value(value) for key, value in row.items()})
            for row in self._shown["rows"]
        )

    @property
    def tokens(self) -> tuple[CustomerToken, ...]:
        """The customer tokens of the bill, with the descriptions that buyers see."""
        return tuple(CustomerToken(**token) for token in self._shown["tokens"])

    @property
    def receipts(self) -> tuple[ReceiptDocument, ...]:
        """The receipts that the merchant submitted, in order, each up to 20,000 bytes of text."""
        return tuple(
            ReceiptDocument(
                mime_type=each["mime_type"],
                receipt_type=each["type"],
                receipt_data=each["text"].encode(),
            )
            for each in self._shown["receipts"]
        )

    @property
    def waiting(self) -> bool:
        """Whether the phone waits for the merchant's updateInvoice with the amount."""
        return bool(self._shown["waiting"])

    def pay(self, amount: Amount | Decimal | str | None = None) -> RemoteBill:
        """Confirm with the PIN and pay the open amount, or part of it ("50 SEK")."""
        # As the embedded phone takes it: a number alone is in the bill's currency.
        if isinstance(amount, Decimal):
            amount = Amount(amount, self.total.currency)
        return self._act("pay", amount=None if amount is None else str(amount))

    def decline(self) -> RemoteBill:
        """Let the buyer's bank decline the payment."""
        return self._act("decline")

    def cancel(self) -> RemoteBill:
        """Press cancel in the app."""
        return self._act("cancel")

    def begin_confirmation(self) -> RemoteBill:
        """Open the PIN dialog."""
        return self._act("confirm")

    def leave_confirmation(self) -> RemoteBill:
        """Close the PIN dialog without paying."""
        return self._act("leave")

    @property
    def _shown(self) -> Any:  # noqa: ANN401 - JSON
        return self._remote.get("phone", "bills", self.reference)

    def _act(self, action: str, **body: str | None) -> RemoteBill:
        self._remote.post("phone", "bills", self.reference, action, body=body)
        return self

    def __repr__(self) -> str:
        return f"<RemoteBill {self.reference}>"


def _value(shown: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value of JSON; an object is an amount."""
    is_amount = isinstance(shown, dict)
    return Amount.of(f"{shown['value']} {shown['currency']}") if is_amount else shown
