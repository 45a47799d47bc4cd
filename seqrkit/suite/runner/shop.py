"""A shop at an endpoint, as properties need one: tills, sales in every state, books.

It uses nothing but the API, and the buyer's phone and the clock of the session. What is answered
otherwise than a shop can go on with is raised by the client, and a violation.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

from seqrkit.errors import ReportNotReady
from seqrkit.model import Invoice, InvoiceRow, PaymentStatusReply
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode, ResultCode

if TYPE_CHECKING:
    from seqrkit.session import Session
    from seqrkit.simulator.authentication.administration import Administration

PASSWORD: Final = "at the till"  # noqa: S105 - of terminals that the suite registers itself
TOTAL: Final = "100.00 SEK"
READY: Final = 3.0
"""Seconds from a mark until the report of its period is ready (vendor's developer manual)."""
_TRIES: Final = 10
SHOP: Final = "Reconciliation/Shop.xml"
"""The report with the sums of a shop (vendor's developer manual)."""
DETAILS: Final = "Reconciliation/STD_RECON_003.xml"
"""The report with a row for each transaction of a shop (the same)."""
USER_TOKEN: Final = "I_GAMING_INTEGRATION"  # noqa: S105 - the id of a token (001 creditUser)


class Payment(NamedTuple):
    """A payment that the shop has seen."""

    reference: str
    ers_reference: str
    user_id: str
    """Of the buyer, for creditUser."""


class Row(NamedTuple):
    """A transaction in the books."""

    ers_reference: str
    amount: Decimal
    terminal_id: str
    cashier_id: str


class Till:
    """A cash register that the suite has registered, or the terminal of the session."""

    def __init__(self, session: Session, terminal_id: str) -> None:
        self.session = session
        self.terminal_id = terminal_id

    @property
    def seqr_id(self) -> str:
        """A seqrId that no other terminal has, whoever else the suite has registered here."""
        return "SUITE" + "".join(filter(str.isalnum, self.terminal_id))

    @property
    def is_gone(self) -> bool:
        """Whether it was unregistered."""
        code = self.session.get_payment_status("0", check=False).result_code
        return code == ResultCode.INVALID_INITIATOR_PRINCIPAL_ID

    def send(self, total: Amount | str = TOTAL, **terms: Any) -> str:
        """Send an invoice that is paid at once unless `terms` say otherwise; its reference."""
        reply = self.session.send_invoice(bill(total, **terms))
        return reply.invoice_reference or ""

    def buyer_pays(self, reference: str) -> None:
        """The buyer scans an invoice that does not wait for the merchant, and confirms it."""
        self.session.phone.scan(invoice_code(reference)).pay()

    def status(self, reference: str) -> PaymentStatusReply:
        """Where an invoice is; a payment is final after that."""
        return self.session.get_payment_status(reference)

    def reserved(self, total: Amount | str = TOTAL) -> str:
        """A reservation of that total."""
        reference = self.send(total, payment_mode=PaymentMode.RESERVATION_REQUIRED)
        self.buyer_pays(reference)
        return reference

    def paid(self, total: Amount | str = TOTAL) -> Payment:
        """A payment of that total, which is final."""
        reference = self.send(total)
        self.buyer_pays(reference)
        reply = self.status(reference)
        users = (each.value for each in reply.customer_tokens or () if each.id == USER_TOKEN)
        return Payment(reference, reply.ers_reference or "", next(users, None) or "")


class Shop:
    """The reseller of a session: its tills, and what its reports say."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._leaver: Till | None = None

    @cached_property
    def till(self) -> Till:
        """The cash register at which things are tried: the terminal of the session.

        Whoever sends a message again that shows a failure has its password.
        """
        own = self.session.context("sendInvoice").initiator_principal_id
        return Till(self.session, (own and own.id) or "")

    @cached_property
    def tills(self) -> tuple[Till, ...]:
        """The session's own terminal, and two cash registers, for whole lives of payments."""
        return self.till, self.register("Life 1"), self.register("Life 2")

    @cached_property
    def witness(self) -> tuple[Till, str]:
        """Another cash register, and its open invoice, to which nothing ever happens."""
        till = self.register("Witness")
        return till, till.send()

    @cached_property
    def careless(self) -> Till:
        """A cash register whose password is too short for some operations."""
        return self.register("Careless", "123")

    @property
    def staff(self) -> Administration:
        """The service's own staff, where the endpoint is in this process."""
        assert self.session.simulator is not None  # noqa: S101 - what needs it says so
        return self.session.simulator.service.administration

    def register(self, name: str, password: str = PASSWORD) -> Till:
        """A new cash register."""
        reply = self.session.register_terminal(name, password, name)
        id_ = reply.terminal_id or ""
        return Till(self.session.as_terminal(id_, password), id_)

    @property
    def leaver(self) -> Till:
        """A cash register that may be unregistered; another one once it was."""
        if self._leaver is None or self._leaver.is_gone:
            self._leaver = self.register("Leaver")
        return self._leaver

    def mark(self, till: Till | None = None) -> str:
        """End a period of the shop, or of one till; its id."""
        named = None if till is None else {"TERMINALID": till.terminal_id}
        return self.session.mark_transaction_period(named).transaction_period_id or ""

    def books(self) -> tuple[Row, ...]:
        """What has moved since the last mark, as reported."""
        return self.rows(self.mark())

    def rows(self, period: str) -> tuple[Row, ...]:
        """The transactions of a period that was just marked, as reported."""
        self.session.clock.sleep(READY)
        document = etree.fromstring(self.report(DETAILS, period))
        return tuple(map(_row, document.iter("Row")))

    def report(self, report_id: str, period: str) -> bytes:
        """A report's document, once it is ready."""
        asked = {"transactionPeriodId": period}
        for _ in range(_TRIES):
            try:
                reply = self.session.execute_report(report_id, parameters=asked)
            except ReportNotReady:
                self.session.clock.sleep(1)
            else:
                return (reply.report.content if reply.report else None) or b""
        return b""

    def look(self, *references: str) -> tuple[PaymentStatusReply, ...]:
        """Where the witness's invoice is, and some of the till's."""
        till, reference = self.witness
        return (till.status(reference), *map(self.till.status, references))


def bill(total: Amount | str = TOTAL, **terms: Any) -> Invoice:
    """An invoice that keeps every rule, and is paid at once unless `terms` say otherwise."""
    amount = Amount.of(total)
    row = InvoiceRow(item_description="Ticket", item_quantity=1, item_total_amount=amount)
    usual: dict[str, Any] = {
        "payment_mode": PaymentMode.IMMEDIATE_DEBIT,
        "acknowledgment_mode": AcknowledgmentMode.NO_ACKNOWLEDGMENT,
        "title": "Grand Cinema",
        "client_invoice_id": "42",
        "cashier_id": "Bob",
        "footer": "Enjoy the film",
        "invoice_rows": (row,),
        "total_amount": amount,
    }
    return Invoice(**(usual | terms))


def _row(row: etree._Element) -> Row:
    return Row(
        row.findtext("ErsReference") or "",
        Decimal(row.findtext("SalesAmount") or "0"),
        row.findtext("TerminalId") or "",
        row.findtext("CashierId") or "",
    )
