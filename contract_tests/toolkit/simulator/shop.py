"""A shop at the service, without the wire: requests in one line each."""

from __future__ import annotations

from os import PathLike
from typing import Any

from seqrkit.clock import ManualClock
from seqrkit.model import REQUESTS, ClientContext, Invoice, PrincipalId
from seqrkit.simulator.authentication.passwords import Passwords
from seqrkit.simulator.authentication.principals import PUBLISHED
from seqrkit.simulator.phone import Bill
from seqrkit.simulator.service import Service
from seqrkit.simulator.store.database_url import open_store
from seqrkit.simulator.store.settings import SettingsSource
from seqrkit.vocabulary import Interface, PrincipalType

PASSWORD = "secret"


def context(id: str, password: str, user_id: str | None = None) -> ClientContext:
    """A context by which a terminal introduces itself, or with a userId a reseller."""
    type_ = PrincipalType.TERMINALID if user_id is None else PrincipalType.RESELLERUSER
    principal = PrincipalId(id=id, type=type_, user_id=user_id)
    return ClientContext(
        channel="WS", client_id="test", initiator_principal_id=principal, password=password
    )


WEBSHOP = context(PUBLISHED.terminal_id, PUBLISHED.terminal_password)
RESELLER = context(
    PUBLISHED.reseller_id, PUBLISHED.reseller_password, user_id=PUBLISHED.reseller_user
)


class Shop:
    """A service in memory with a manual clock, and one terminal to call from."""

    def __init__(
        self,
        caller: ClientContext = WEBSHOP,
        db: str | PathLike[str] | None = None,
        clock: ManualClock | None = None,
        settings: SettingsSource | None = None,
    ) -> None:
        self.clock = clock or ManualClock()
        self.posted: list[tuple[str, str]] = []
        self.service = Service(
            open_store(db),
            self.clock,
            notify=lambda each: self.posted.append((each.url, each.invoice)),
            passwords=Passwords(cost=4),
            settings=settings,
        )
        self.phone = self.service.phone
        self.caller = caller

    def call(
        self,
        operation: str,
        caller: ClientContext | None = None,
        interface: Interface = Interface.CASHREGISTER_2,
        **fields: object,
    ) -> Any:
        request = REQUESTS[operation](**{"context": caller or self.caller, **fields})
        return self.service.handle(operation, request, interface)

    def add_shop(self, id: str, user: str, password: str, terminal: str, secret: str) -> None:
        """Add another reseller with a webshop terminal."""
        reseller = {"id": id, "user": user, "passwords": [password]}
        webshop = {"id": terminal, "reseller": id, "passwords": [secret]}
        self.service.configure({"resellers": [reseller], "terminals": [webshop]})

    def change_reseller(self, **settings: bool) -> None:
        """Change settings of the published reseller."""
        self.service.configure({"resellers": [{"id": PUBLISHED.reseller_id, **settings}]})

    def register(self, name: str = "Till", password: str = PASSWORD) -> ClientContext:
        reply = self.call(
            "registerTerminal", RESELLER, external_terminal_id=name, password=password, name=name
        )
        return context(reply.terminal_id, password)

    def send(
        self, total: str | None = "100 SEK", caller: ClientContext | None = None, **fields: Any
    ) -> str:
        reply = self.call("sendInvoice", caller, invoice=standard(total, **fields))
        assert reply.result_code == 0, reply
        assert reply.invoice_reference is not None
        return str(reply.invoice_reference)

    def scan(self, reference: str) -> Bill:
        return self.phone.scan(f"HTTP://SEQR.SE/R{reference}")

    def status(self, reference: str | None, version: int | None = 0, **options: Any) -> Any:
        return self.call(
            "getPaymentStatus", invoice_reference=reference, invoice_version=version, **options
        )

    def sell(self, total: str = "100 SEK", **fields: Any) -> str:
        """A payment that was seen; its ersReference."""
        reference = self.send(total, **fields)
        self.scan(reference).pay()
        return str(self.status(reference, caller=fields.get("caller")).ers_reference)

    def refund(self, ers_reference: str | None, total: str, **fields: Any) -> Any:
        return self.call(
            "refundPayment",
            ers_reference=ers_reference,
            invoice=Invoice(total_amount=total, **fields),
        )

    def mark(self, **parameters: str) -> str:
        reply = self.call("markTransactionPeriod", RESELLER, parameters=parameters or None)
        assert reply.result_code == 0, reply
        return str(reply.transaction_period_id)

    def report(self, name: str, period: str | None = None, **parameters: str) -> Any:
        given = {**({"transactionPeriodId": period} if period else {}), **parameters}
        return self.call("executeReport", RESELLER, report_id=name, parameters=given or None)


def standard(total: str | None = "100 SEK", **fields: Any) -> Invoice:
    """An invoice that is paid at once."""
    usual = {
        "payment_mode": "IMMEDIATE_DEBIT",
        "acknowledgment_mode": "NO_ACKNOWLEDGMENT",
        "title": "Grand Cinema",
        "cashier_id": "Bob",
        "total_amount": total,
    }
    return Invoice(**{**usual, **fields})
