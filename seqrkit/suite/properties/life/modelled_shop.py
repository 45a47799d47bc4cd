"""A world of tills, buyers and time: everything that happens in it happens in a model as well.

Each action is one event at the endpoint. What is answered, where every invoice is then, and in the
end what the reports say, must be what the model says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from seqrkit.errors import CannotPay
from seqrkit.model import (
    CustomerToken,
    Invoice,
    ReceiptDocument,
    Reply,
    SendInvoice,
)
from seqrkit.qr import invoice_code
from seqrkit.suite.framework.contract_coverage import Aspect
from seqrkit.suite.framework.shop import READY, bill
from seqrkit.suite.properties.life.books import Books, Entry, complaints
from seqrkit.suite.properties.life.reachable_transitions import transition
from seqrkit.suite.properties.life.reference_model import Card, Sale, Terms
from seqrkit.suite.properties.life.status_verification import untrue
from seqrkit.vocabulary import InvoiceStatus, ResultCode

if TYPE_CHECKING:
    from seqrkit.control_client.phone import RemoteBill
    from seqrkit.simulator.phone import Bill
    from seqrkit.suite.framework.check_context import CheckContext
    from seqrkit.suite.framework.shop import Till

CURRENCY: Final = "SEK"
COMMITTED: Final = "commitReservation.amount"
"""What the older interface has not: it commits all."""
LASTS: Final = "invoice.commitReservationTimeout"
"""The same: its reservations hold for one time."""
_LAST: Final = 6
"""How much of its story a failure tells."""
SETTLED: Final = timedelta(seconds=4000)
"""Longer than anything waits that happens in here."""


class World:
    """Tills of the shop of a check: the first is a webshop's terminal, the others registers."""

    def __init__(self, check: CheckContext) -> None:
        self.check = check
        self.shop = check.shop
        self.tills = self.shop.tills
        self.now = timedelta()
        self.has_failed = False
        self.story: list[str] = []
        """What has happened so far, in words."""
        self.sales: dict[str, Sale] = {}
        self.books = Books()
        self._unnamed: dict[str, Entry] = {}
        """The sale of each payment whose ersReference is not known yet, by invoice."""
        self._seen: dict[str, InvoiceStatus] = {}
        self.happened: set[str] = set()
        """The changes of status that were seen."""
        check.session.phone.remove_cards()
        for each in (None, *self.tills):
            self._end_period(each)
        self.books = Books()  # what moved before is nobody's business here

    @property
    def payments(self) -> list[Sale]:
        """Those whose ersReference the shop knows."""
        return [sale for sale in self.sales.values() if sale.ers_reference]

    # What merchants do

    def send(self, till: int, total: Decimal, terms: Terms, cashier: str) -> str:
        """SendInvoice; on a register the open one is over."""
        invoice, session = _invoice(total, terms, cashier), self.tills[till].session
        if terms.acknowledgment is None:  # which the client would fill in
            reply = session.send(SendInvoice(invoice=invoice), check=False)
        else:
            reply = session.send_invoice(invoice, check=False)
        self._answered(reply, ResultCode.SUCCESS)
        reference = reply.invoice_reference or ""
        if reference in self.sales:
            self._fail(f"{reference} was given out before")
        shown = None if till else invoice_code(reference)
        if reply.invoice_qr_code != shown:
            self._fail(f"its invoiceQRCode is {reply.invoice_qr_code}, not {shown}")
        for sale in self.sales.values():
            if till and sale.till == till:
                sale.superseded()
        self.sales[reference] = Sale(reference, till, terms, total, cashier)
        self._look()
        return reference

    def update(self, sale: Sale, total: Decimal, cashier: str, said: Mapping[Card, int]) -> None:
        """UpdateInvoice, with the merchant's word on some tokens."""
        tokens = [_token(card, status) for card, status in said.items()]
        invoice = _invoice(total, sale.terms, cashier)
        reply = self._till(sale).session.update_invoice(
            sale.reference, invoice, tokens, check=False
        )
        self._answered(reply, sale.update(total, cashier, dict(said)))
        self._look()

    def cancel(self, sale: Sale) -> None:
        """CancelInvoice."""
        reply = self._till(sale).session.cancel_invoice(sale.reference, check=False)
        self._answered(reply, sale.cancel())
        self._look()

    def poll(self, sale: Sale, version: int = 0, *, current: bool = False) -> None:
        """GetPaymentStatus, which says where the invoice is; a payment is final after it.

        A cash register may ask for its `current` invoice, without naming it.
        """
        reference = None if current else sale.reference
        reply = self._till(sale).session.get_payment_status(reference, version, check=False)
        self._answered(reply, ResultCode.SUCCESS)
        if f"<invoiceVersion>{version}<".encode() not in self.check.session.exchanges[-1].request:
            self._fail(f"the client was given version {version}, and sends another")
        sale.seen()
        for complaint in untrue(sale, reply, self.check.interface):
            self._fail(complaint)
        if sale.status is InvoiceStatus.PAID:
            self._named(sale, reply.ers_reference or "")
        self._look()

    def commit(self, sale: Sale, amount: Decimal | None) -> None:
        """CommitReservation, of all or of a part."""
        given = None if amount is None else f"{amount} {CURRENCY}"
        reply = self._till(sale).session.commit_reservation(sale.reference, given, check=False)
        code = sale.commit(amount)
        self._answered(reply, code)
        if code is ResultCode.SUCCESS:
            self._moved(sale, sale.paid)
            self._named(sale, reply.ers_reference or "")
        self._look()

    def refund(self, sale: Sale, amount: Decimal, by: int, cashier: str) -> None:
        """RefundPayment, by any till, of a payment whose ersReference is known."""
        till = self.tills[by]
        invoice = _invoice(amount, Terms(), cashier)
        reply = till.session.refund_payment(sale.ers_reference or "", invoice, check=False)
        code = sale.refund(amount)
        self._answered(reply, code)
        if code is ResultCode.SUCCESS:
            reference = reply.ers_reference or ""
            taken = {each.reference for each in self.books.entries}
            if reference in taken:
                self._fail(f"the refund's ersReference {reference} is not a new one")
            self.books.entries.append(Entry(till.terminal_id, cashier, -amount, reference))
        self._look()

    def receipt(self, sale: Sale) -> None:
        """SubmitPaymentReceipt, of a payment whose ersReference is known."""
        document = ReceiptDocument(
            mime_type="text/plain", receipt_data=b"Thank you", receipt_type="PAYMENT_RECEIPT"
        )
        reply = self._till(sale).session.submit_payment_receipt(
            sale.ers_reference or "", document, check=False
        )
        self._answered(reply, ResultCode.SUCCESS)
        sale.seen()
        self._look()

    def mark(self, till: int | None) -> None:
        """MarkTransactionPeriod, of the shop or of one till."""
        self._end_period(None if till is None else self.tills[till])

    # What the buyer does, and time

    def scan(self, sale: Sale, cards: tuple[Card, ...] = (), code: str = "") -> None:
        """The buyer scans the invoice's code, or another that leads to it, and offers cards."""
        phone, code = self.check.session.phone, code or invoice_code(sale.reference)
        for id_, value in cards:
            phone.add_card(value, id_)
        try:
            self._buys(sale, "scans", lambda _: phone.scan(code), sale.scan(cards))
        finally:
            phone.remove_cards()

    def pay(self, sale: Sale, amount: Decimal | None = None) -> None:
        """The buyer confirms with the PIN, for all or for a part."""
        charged = sale.pay(amount, self.now)
        if charged:
            self._moved(sale, charged)
        given = None if amount is None else f"{amount} {CURRENCY}"
        self._buys(sale, "pays", lambda found: found.pay(given), charged is not None)

    def begin(self, sale: Sale) -> None:
        """The PIN dialog opens."""
        self._buys(
            sale, "opens the PIN dialog", lambda found: found.begin_confirmation(), sale.begin()
        )

    def leave(self, sale: Sale) -> None:
        """The PIN dialog closes."""
        self._buys(
            sale, "closes the PIN dialog", lambda found: found.leave_confirmation(), sale.leave()
        )

    def decline(self, sale: Sale) -> None:
        """The buyer's bank declines."""
        self._buys(sale, "is declined", lambda found: found.decline(), sale.decline())

    def buyer_cancels(self, sale: Sale) -> None:
        """The buyer cancels in the app."""
        self._buys(sale, "cancels", lambda found: found.cancel(), sale.buyer_cancels())

    def wait(self, time: timedelta) -> None:
        """Time passes, and what falls due on the way happens, in its order."""
        self.story.append(f"{time.total_seconds():g} s pass")
        self.check.session.clock.sleep(time.total_seconds())
        self.now += time
        due = [(sale.due, sale) for sale in self.sales.values() if sale.due is not None]
        for when, sale in sorted(due, key=lambda pair: pair[0]):
            if when <= self.now:
                back = sale.falls_due()
                if back:
                    self._moved(sale, -back, known_later=False)
        self._look()

    def finish(self) -> None:
        """Let everything lapse, close the last periods, and hold all reports against the books."""
        self.wait(SETTLED)
        for sale in self.sales.values():
            self.poll(sale)
        for till in (None, *range(len(self.tills))):
            self.mark(till)
        self.wait(timedelta(seconds=READY))
        for period in self.books.periods:
            for complaint in complaints(self.shop, period):
                self._fail(complaint)

    # What must then be

    def _look(self) -> None:
        """Every invoice is where the model says, as the buyer's phone shows it."""
        for sale in self.sales.values():
            shown = self._bill(sale)
            status, total = shown.status, shown.total
            if status is not sale.status:
                self._fail(f"the invoice is {status}, not {sale.status}")
            if (total.value, total.currency) != (sale.total, CURRENCY):
                self._fail(f"the buyer is shown {total}, not {sale.total} {CURRENCY}")
            before = self._seen.get(sale.reference, InvoiceStatus.ISSUED)
            if before is not status:
                self.happened.add(transition(before, status))
            self._seen[sale.reference] = status
        self.check.record(Aspect.TRANSITION, *self.happened)

    def _answered(self, reply: Reply, code: ResultCode) -> None:
        operation = self.check.session.exchanges[-1].operation
        self.story.append(f"{operation} is answered {reply.result_code}")
        if reply.result_code != code:
            self._fail(f"it is answered {reply.result_code}, not {code} {code.name}")
        self.check.record(Aspect.CODE, str(int(code)))

    def _buys(
        self,
        sale: Sale,
        does: str,
        act: Callable[[Bill | RemoteBill], object],
        taken: bool,  # noqa: FBT001 - as the model says
    ) -> None:
        """Something that the buyer does: the phone takes it, or refuses."""
        self.story.append(f"the buyer {does}")
        try:
            act(self._bill(sale))
        except CannotPay as error:
            if taken:
                self._fail(f"the phone refuses it: {error}")
        else:
            if not taken:
                self._fail("the phone takes it, and the bill cannot be paid like that")
        self._look()

    def _fail(self, sentence: str) -> None:
        self.has_failed = True
        exchanges = self.check.session.exchanges
        last = ", ".join(self.story[-_LAST:])
        self.check.fail(f"{sentence} (when {last})", exchange=exchanges[-1] if exchanges else None)

    def _bill(self, sale: Sale) -> Bill | RemoteBill:
        return self.check.session.phone.bill(sale.reference)

    def _till(self, sale: Sale) -> Till:
        return self.tills[sale.till]

    # The books

    def _moved(self, sale: Sale, amount: Decimal, *, known_later: bool = True) -> None:
        entry = Entry(self._till(sale).terminal_id, sale.cashier, amount)
        self.books.entries.append(entry)
        if known_later:
            self._unnamed[sale.reference] = entry

    def _named(self, sale: Sale, reference: str) -> None:
        """The shop is told the ersReference of a payment, or of its last part."""
        entry = self._unnamed.pop(sale.reference, None)
        if entry is not None:
            self.books.told(entry, reference)
        if sale.ers_reference not in {None, reference}:
            self._fail(f"the ersReference is {reference}, and was {sale.ers_reference}")
        sale.ers_reference = reference

    def _end_period(self, till: Till | None) -> None:
        named = None if till is None else {"TERMINALID": till.terminal_id}
        reply = self.check.session.mark_transaction_period(named, check=False)
        self._answered(reply, ResultCode.SUCCESS)
        self.books.mark(
            reply.transaction_period_id or "", None if till is None else till.terminal_id
        )


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
