"""A shop whose every action also happens in a model; the endpoint must agree with the model.

After each action the result code and the state of every invoice are compared, and at the end the
reports. An operation that the interface lacks is left out of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import wraps
from typing import Final, TypeVar, cast

from seqrkit import contract
from seqrkit.control_client.phone import RemoteBill
from seqrkit.errors import CannotPay
from seqrkit.model import CustomerToken, Invoice, ReceiptDocument, Reply, SendInvoice
from seqrkit.qr import invoice_code
from seqrkit.simulator.phone import Bill
from seqrkit.suite.framework import Aspect, CheckContext
from seqrkit.suite.framework.shop import READY
from seqrkit.suite.framework.till import Till, bill
from seqrkit.suite.properties.life.books import Books, Entry, report_discrepancies
from seqrkit.suite.properties.life.reference_model import Card, Sale, Terms
from seqrkit.suite.properties.life.status_verification import status_discrepancies
from seqrkit.vocabulary import InvoiceStatus, ResultCode

_Method = TypeVar("_Method", bound="Callable[..., None]")

CURRENCY: Final = "SEK"
COMMIT_AMOUNT: Final = "commitReservation.amount"
"""The field for a part of a reservation, which an older interface lacks."""
TIMEOUT: Final = "invoice.commitReservationTimeout"
"""The field for the time of a reservation, which an older interface lacks."""
AT_ONCE: Final = Terms()
CASHIER: Final = "Bob"
SETTLED: Final = timedelta(seconds=4000)
"""Longer than any time limit of the modelled invoices."""
_LAST_EVENTS: Final = 6
"""The number of preceding events that a failure names."""


def transition(before: InvoiceStatus, after: InvoiceStatus) -> str:
    """Return the name of a change of status, for example `ISSUED > PAID`."""
    return f"{before} > {after}"


def _calls(operation: str) -> Callable[[_Method], _Method]:
    """Make the decorated method do nothing at an interface that lacks its operation."""

    def decorate(method: _Method) -> _Method:
        @wraps(method)
        def call(shop: ModelledShop, *args: object, **more: object) -> None:
            if operation in contract.load(shop.check.interface).operations:
                method(shop, *args, **more)

        return cast("_Method", call)

    return decorate


class ModelledShop:
    """The shop of a check; its first till is a webshop, the others are cash registers."""

    def __init__(self, check: CheckContext) -> None:
        self.check = check
        self.tills: tuple[Till, ...] = check.shop.tills
        self.elapsed: timedelta = timedelta()
        self.has_failed: bool = False
        self.sales: dict[str, Sale] = {}
        self.transitions: set[str] = set()
        """The changes of status that were observed."""
        self._events: list[str] = []
        self._books = Books()
        self._unnamed: dict[str, Entry] = {}
        """The entry of each payment whose ersReference is not known yet, by invoice."""
        self._statuses: dict[str, InvoiceStatus] = {}
        check.session.phone.remove_cards()
        for till in (None, *range(len(self.tills))):
            self.mark(till)
        self._books = Books()  # without what moved before

    @property
    def payments(self) -> list[Sale]:
        """The sales whose ersReference is known."""
        return [sale for sale in self.sales.values() if sale.ers_reference]

    # Actions of the merchant

    def send(
        self, till: int, total: Decimal, terms: Terms = AT_ONCE, cashier: str = CASHIER
    ) -> Sale:
        """Call sendInvoice, which cancels the open invoice of a cash register."""
        invoice, session = _invoice(total, terms, cashier), self.tills[till].session
        if terms.acknowledgment is None:  # the client's send_invoice would fill it in
            reply = session.send(SendInvoice(invoice=invoice), check=False)
        else:
            reply = session.send_invoice(invoice, check=False)
        reference = reply.invoice_reference or ""
        if reference in self.sales:
            self._fail(f"invoiceReference {reference} is not unique")
        code = None if till else invoice_code(reference)
        if reply.invoice_qr_code != code:
            self._fail(f"invoiceQRCode is {reply.invoice_qr_code}, expected {code}")
        # The webshop, till 0, can have several open invoices.
        for other in self.sales.values():
            if till and other.till == till:
                other.superseded()
        sale = self.sales[reference] = Sale(reference, till, terms, total, cashier)
        self._expect(reply, ResultCode.SUCCESS)
        return sale

    @_calls("updateInvoice")
    def update(
        self, sale: Sale, total: Decimal, cashier: str, tokens: Mapping[Card, int] | None = None
    ) -> None:
        """Call updateInvoice, with the status of some tokens."""
        statuses = dict(tokens or {})
        reply = self.tills[sale.till].session.update_invoice(
            sale.reference,
            _invoice(total, sale.terms, cashier),
            [_token(card, status) for card, status in statuses.items()],
            check=False,
        )
        self._expect(reply, sale.update(total, cashier, statuses))

    @_calls("cancelInvoice")
    def cancel(self, sale: Sale) -> None:
        """Call cancelInvoice."""
        reply = self.tills[sale.till].session.cancel_invoice(sale.reference, check=False)
        self._expect(reply, sale.cancel())

    @_calls("getPaymentStatus")
    def poll(self, sale: Sale, version: int = 0, *, current: bool = False) -> None:
        """Call getPaymentStatus, which makes a payment final.

        With `current`, a cash register asks for its current invoice without naming it.
        """
        reference = None if current else sale.reference
        session = self.tills[sale.till].session
        reply = session.get_payment_status(reference, version, check=False)
        sent = self.check.session.exchanges[-1].request
        if f"<invoiceVersion>{version}<".encode() not in sent:
            self._fail(f"the client was given invoiceVersion {version} and sends another")
        sale.seen()
        self._expect(reply, ResultCode.SUCCESS)
        for discrepancy in status_discrepancies(sale, reply, self.check.interface):
            self._fail(discrepancy)
        if sale.status is InvoiceStatus.PAID:
            self._name(sale, reply.ers_reference or "")

    @_calls("commitReservation")
    def commit(self, sale: Sale, amount: Decimal | None = None) -> None:
        """Call commitReservation, of the whole reservation or of a part."""
        part = None if amount is None else f"{amount} {CURRENCY}"
        session = self.tills[sale.till].session
        reply = session.commit_reservation(sale.reference, part, check=False)
        code = sale.commit(amount)
        self._expect(reply, code)
        if code is ResultCode.SUCCESS:
            self._enter(sale, sale.paid)

    @_calls("refundPayment")
    def refund(self, sale: Sale, amount: Decimal, till: int, cashier: str) -> None:
        """Call refundPayment at any till, for a payment whose ersReference is known."""
        by, invoice = self.tills[till], _invoice(amount, AT_ONCE, cashier)
        reply = by.session.refund_payment(sale.ers_reference or "", invoice, check=False)
        code = sale.refund(amount)
        self._expect(reply, code)
        if code is ResultCode.SUCCESS:
            reference = reply.ers_reference or ""
            if any(each.reference == reference for each in self._books.entries):
                self._fail(f"the refund's ersReference {reference} is not unique")
            self._books.entries.append(Entry(by.terminal_id, cashier, -amount, reference))

    @_calls("submitPaymentReceipt")
    def receipt(self, sale: Sale) -> None:
        """Call submitPaymentReceipt, for a payment whose ersReference is known."""
        document = ReceiptDocument(
            mime_type="text/plain", receipt_data=b"Thank you", receipt_type="PAYMENT_RECEIPT"
        )
        reply = self.tills[sale.till].session.submit_payment_receipt(
            sale.ers_reference or "", document, check=False
        )
        sale.seen()
        self._expect(reply, ResultCode.SUCCESS)

    @_calls("markTransactionPeriod")
    def mark(self, till: int | None) -> None:
        """Call markTransactionPeriod, for the shop or for one till."""
        terminal = None if till is None else self.tills[till].terminal_id
        parameters = None if terminal is None else {"TERMINALID": terminal}
        reply = self.check.session.mark_transaction_period(parameters, check=False)
        self._expect(reply, ResultCode.SUCCESS)
        self._books.mark(reply.transaction_period_id or "", terminal)

    # Actions of the buyer, and time

    def scan(self, sale: Sale, cards: tuple[Card, ...] = (), code: str = "") -> None:
        """Scan the invoice's code, or another code for it, offering cards."""
        phone, code = self.check.session.phone, code or invoice_code(sale.reference)
        for id_, value in cards:
            phone.add_card(value, id_)
        try:
            self._buyer(sale, "scans", lambda _: phone.scan(code), sale.scan(cards))
        finally:
            phone.remove_cards()

    def pay(self, sale: Sale, amount: Decimal | None = None) -> None:
        """Confirm with the PIN, for the whole amount or for a part."""
        charged = sale.pay(amount, self.elapsed)
        if charged:
            self._enter(sale, charged)
        part = None if amount is None else f"{amount} {CURRENCY}"
        self._buyer(sale, "pays", lambda found: found.pay(part), charged is not None)

    def begin(self, sale: Sale) -> None:
        """Open the PIN dialog."""
        accepted = sale.begin()
        self._buyer(sale, "opens the PIN dialog", lambda it: it.begin_confirmation(), accepted)

    def leave(self, sale: Sale) -> None:
        """Close the PIN dialog."""
        accepted = sale.leave()
        self._buyer(sale, "closes the PIN dialog", lambda it: it.leave_confirmation(), accepted)

    def decline(self, sale: Sale) -> None:
        """Have the buyer's bank decline."""
        self._buyer(sale, "is declined", lambda found: found.decline(), sale.decline())

    def buyer_cancels(self, sale: Sale) -> None:
        """Cancel in the buyer's app."""
        self._buyer(sale, "cancels", lambda found: found.cancel(), sale.buyer_cancels())

    def wait(self, time: timedelta) -> None:
        """Let time pass; what becomes due happens in the order of its time."""
        self._events.append(f"{time.total_seconds():g} s pass")
        self.check.session.clock.sleep(time.total_seconds())
        self.elapsed += time
        due = [(sale.due, sale) for sale in self.sales.values() if sale.due is not None]
        for when, sale in sorted(due, key=lambda pair: pair[0]):
            if when <= self.elapsed:
                returned = sale.falls_due()
                if returned:
                    self._enter(sale, -returned, named_later=False)
        self._compare()

    def finish(self) -> None:
        """Let everything lapse, end the periods, and compare all reports with the books."""
        self.wait(SETTLED)
        for sale in self.sales.values():
            self.poll(sale)
        for till in (None, *range(len(self.tills))):
            self.mark(till)
        self.wait(timedelta(seconds=READY))
        for period in self._books.periods:
            for discrepancy in report_discrepancies(self.check.shop, period):
                self._fail(discrepancy)

    # Comparison with the model

    def _compare(self) -> None:
        """Compare every invoice, as the buyer's phone shows it, with the model."""
        for sale in self.sales.values():
            shown = self.check.session.phone.bill(sale.reference)
            status, total = shown.status, shown.total
            if status is not sale.status:
                self._fail(f"the invoice is {status}, expected {sale.status}")
            if (total.value, total.currency) != (sale.total, CURRENCY):
                self._fail(f"the buyer is shown {total}, expected {sale.total} {CURRENCY}")
            before = self._statuses.get(sale.reference, InvoiceStatus.ISSUED)
            if before is not status:
                self.transitions.add(transition(before, status))
            self._statuses[sale.reference] = status
        self.check.record(Aspect.TRANSITION, *self.transitions)

    def _expect(self, reply: Reply, code: ResultCode) -> None:
        """Compare the code of a reply, and every invoice, with the model."""
        operation = self.check.session.exchanges[-1].operation
        self._events.append(f"{operation} is answered with {reply.result_code:d}")
        if reply.result_code != code:
            self._fail(f"resultCode is {reply.result_code:d}, expected {code:d} {code.name}")
        self.check.record(Aspect.CODE, str(int(code)))
        self._compare()

    def _buyer(
        self,
        sale: Sale,
        event: str,
        act: Callable[[Bill | RemoteBill], object],
        accepted: bool,  # noqa: FBT001 - by the model
    ) -> None:
        """Act on the buyer's phone, which accepts or refuses it as the model does."""
        self._events.append(f"the buyer {event}")
        try:
            act(self.check.session.phone.bill(sale.reference))
        except CannotPay as error:
            if accepted:
                self._fail(f"the phone refuses it: {error}")
        else:
            if not accepted:
                self._fail("the phone accepts it, expected a refusal")
        self._compare()

    def _fail(self, message: str) -> None:
        self.has_failed = True
        exchanges = self.check.session.exchanges
        last = ", ".join(self._events[-_LAST_EVENTS:])
        self.check.fail(f"{message} (after: {last})", exchange=exchanges[-1] if exchanges else None)

    # The books

    def _enter(self, sale: Sale, amount: Decimal, *, named_later: bool = True) -> None:
        """Enter money that has moved into the books."""
        entry = Entry(self.tills[sale.till].terminal_id, sale.cashier, amount)
        self._books.entries.append(entry)
        if named_later:
            self._unnamed[sale.reference] = entry

    def _name(self, sale: Sale, reference: str) -> None:
        """Note the ersReference of a payment, or of its last part."""
        entry = self._unnamed.pop(sale.reference, None)
        if entry is not None:
            self._books.name(entry, reference)
        if sale.ers_reference not in {None, reference}:
            self._fail(f"ersReference is {reference}, and was {sale.ers_reference}")
        sale.ers_reference = reference


def _invoice(total: Decimal, terms: Terms, cashier: str) -> Invoice:
    return bill(
        f"{total} {CURRENCY}",
        payment_mode=terms.mode,
        acknowledgment_mode=terms.acknowledgment,
        commit_reservation_timeout=terms.seconds,
        cashier_id=cashier,
    )


def _token(card: Card, status: int) -> CustomerToken:
    id_, value = card
    return CustomerToken(id=id_, value=value, description=id_, status=status)
