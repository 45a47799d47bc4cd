"""Random lives: Hypothesis draws what happens next in a world."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule

from seqrkit import contract
from seqrkit.suite.oracles.message_cases import has
from seqrkit.suite.oracles.reply_checks import check_reply
from seqrkit.suite.properties.life.modelled_shop import COMMITTED, LASTS, World
from seqrkit.suite.properties.life.reference_model import Card, Sale, Terms
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

if TYPE_CHECKING:
    from seqrkit.suite.framework.check_context import CheckContext
    from seqrkit.vocabulary import Interface

_cents = st.integers(1, 12_000).map(lambda number: Decimal(number) / 100)
_tills = st.integers(0, 2)
_cashiers = st.sampled_from(("Bob", "Eve"))
_cards = st.sampled_from(((), (("CARD", "7"),), (("CARD", "7"), ("COUPON", "8"))))
_words = st.dictionaries(
    st.sampled_from((("CARD", "7"), ("COUPON", "8"), ("COUPON", "9"))),
    st.sampled_from((1, 90, 99)),
    max_size=2,
)
_FREE = AcknowledgmentMode.NO_ACKNOWLEDGMENT
_acknowledgments = st.sampled_from((_FREE, _FREE, _FREE, *AcknowledgmentMode, None))
_times = st.sampled_from((0.001, 1.0, 5.0, 19.999, 20.0, 60.0, 3599.0, 3600.0)).map(
    lambda seconds: timedelta(seconds=seconds)
)


def _terms(interface: Interface) -> st.SearchStrategy[Terms]:
    """Terms that an interface can say."""
    modes = map(PaymentMode, contract.load(interface).field("invoice.paymentMode").enumeration)
    seconds = st.sampled_from((None, 5, 60)) if has(interface, LASTS) else st.none()
    return st.builds(Terms, st.sampled_from([*modes]), _acknowledgments, seconds)


class Life(RuleBasedStateMachine):
    """A webshop and two cash registers of one shop, their buyer, and time."""

    sales = Bundle("sales")

    def __init__(self, check: CheckContext) -> None:
        super().__init__()
        check.session.exchanges.forget()
        self.check = check
        self.world = World(check)

    @rule(target=sales, till=_tills, total=_cents, cashier=_cashiers, data=st.data())
    def send(self, till: int, total: Decimal, cashier: str, data: st.DataObject) -> str:
        """A new invoice, of any terms."""
        terms = data.draw(_terms(self.check.interface), "terms")
        return self.world.send(till, total, terms, cashier)

    @rule(target=sales, till=_tills, total=_cents, reserves=st.booleans())
    def sell(self, *, till: int, total: Decimal, reserves: bool) -> str:
        """Quickly to where most of the others have something to do."""
        mode = PaymentMode.RESERVATION_REQUIRED if reserves else PaymentMode.IMMEDIATE_DEBIT
        reference = self.world.send(till, total, Terms(mode), "Bob")
        sale = self.world.sales[reference]
        self.world.scan(sale)
        self.world.pay(sale)
        return reference

    @rule(reference=sales, total=_cents, cashier=_cashiers, said=_words)
    def update(self, reference: str, total: Decimal, cashier: str, said: dict[Card, int]) -> None:
        """The merchant calls updateInvoice."""
        self.world.update(self._sale(reference), total, cashier, said)

    @rule(reference=sales)
    def cancel(self, reference: str) -> None:
        """The merchant calls cancelInvoice."""
        self.world.cancel(self._sale(reference))

    @rule(reference=sales, latest=st.booleans())
    def poll(self, *, reference: str, latest: bool) -> None:
        """The merchant calls getPaymentStatus; the version that a client sends is no filter."""
        sale = self._sale(reference)
        self.world.poll(sale, sale.version if latest else 0)

    @rule(reference=sales, amount=st.none() | _cents)
    def commit(self, reference: str, amount: Decimal | None) -> None:
        """The merchant calls commitReservation; the older interface has no amount."""
        sayable = has(self.check.interface, COMMITTED)
        self.world.commit(self._sale(reference), amount if sayable else None)

    @precondition(lambda self: self.world.payments)
    @rule(amount=st.none() | _cents, by=_tills, cashier=_cashiers, data=st.data())
    def refund(self, amount: Decimal | None, by: int, cashier: str, data: st.DataObject) -> None:
        """The merchant calls refundPayment, of all that is left or of some amount."""
        sale = data.draw(st.sampled_from(self.world.payments), "sale")
        left = sale.paid - sale.refunded
        self.world.refund(sale, amount or left or Decimal("0.01"), by, cashier)

    @precondition(lambda self: self.world.payments)
    @rule(data=st.data())
    def receipt(self, data: st.DataObject) -> None:
        """The merchant calls submitPaymentReceipt."""
        self.world.receipt(data.draw(st.sampled_from(self.world.payments), "sale"))

    @rule(till=st.none() | _tills)
    def mark(self, till: int | None) -> None:
        """The merchant calls markTransactionPeriod."""
        self.world.mark(till)

    @rule(reference=sales, cards=_cards)
    def scan(self, reference: str, cards: tuple[Card, ...]) -> None:
        """The buyer scans, and offers cards."""
        self.world.scan(self._sale(reference), cards)

    @rule(reference=sales, amount=st.none() | _cents)
    def pay(self, reference: str, amount: Decimal | None) -> None:
        """The buyer confirms with the PIN."""
        self.world.pay(self._sale(reference), amount)

    @rule(reference=sales, opens=st.booleans())
    def dialog(self, *, reference: str, opens: bool) -> None:
        """The PIN dialog opens or closes."""
        sale = self._sale(reference)
        self.world.begin(sale) if opens else self.world.leave(sale)

    @rule(reference=sales, declines=st.booleans())
    def refuse(self, *, reference: str, declines: bool) -> None:
        """The bank declines, or the buyer cancels."""
        sale = self._sale(reference)
        self.world.decline(sale) if declines else self.world.buyer_cancels(sale)

    @rule(time=_times)
    def wait(self, time: timedelta) -> None:
        """Time passes."""
        self.world.wait(time)

    def teardown(self) -> None:
        """Close the books; every reply so far was as a reply must be."""
        if self.world.has_failed:
            return  # what comes after that says nothing
        self.world.finish()
        for exchange in self.check.session.exchanges:
            check_reply(self.check, exchange)

    def _sale(self, reference: str) -> Sale:
        return self.world.sales[reference]
