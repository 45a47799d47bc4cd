"""Random lives of payments: Hypothesis draws the actions at a modelled shop."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule

from seqrkit import contract
from seqrkit.suite.framework import CheckContext
from seqrkit.suite.oracles.message_cases import has_field
from seqrkit.suite.oracles.reply_checks import check_reply
from seqrkit.suite.properties.life.modelled_shop import COMMIT_AMOUNT, TIMEOUT, ModelledShop
from seqrkit.suite.properties.life.reference_model import Sale, Terms
from seqrkit.vocabulary import AcknowledgmentMode, Interface, PaymentMode

_cents = st.integers(1, 12_000).map(lambda number: Decimal(number) / 100)
_tills = st.integers(0, 2)
_cashiers = st.sampled_from(("Bob", "Eve"))
_cards = st.sampled_from(((), (("CARD", "7"),), (("CARD", "7"), ("COUPON", "8"))))
_tokens = st.dictionaries(
    st.sampled_from((("CARD", "7"), ("COUPON", "8"), ("COUPON", "9"))),
    st.sampled_from((1, 90, 99)),
    max_size=2,
)
_FREE = AcknowledgmentMode.NO_ACKNOWLEDGMENT
# Most invoices need no acknowledgment, so that more of them are paid.
_acknowledgments = st.sampled_from((_FREE, _FREE, _FREE, *AcknowledgmentMode, None))
# The limits of 20 s and 3600 s, and what is just below them.
_times = st.sampled_from((0.001, 1.0, 5.0, 19.999, 20.0, 60.0, 3599.0, 3600.0)).map(
    lambda seconds: timedelta(seconds=seconds)
)


def _terms(interface: Interface) -> st.SearchStrategy[Terms]:
    """Return a strategy of the terms that an interface can express."""
    modes = map(PaymentMode, contract.load(interface).field("invoice.paymentMode").enumeration)
    seconds = st.sampled_from((None, 5, 60)) if has_field(interface, TIMEOUT) else st.none()
    return st.builds(Terms, st.sampled_from([*modes]), _acknowledgments, seconds)


class RandomLife(ModelledShop, RuleBasedStateMachine):
    """A webshop and two cash registers of one shop, their buyer, and time."""

    sold: Bundle[Sale] = Bundle("sold")

    def __init__(self, check: CheckContext) -> None:
        RuleBasedStateMachine.__init__(self)
        check.session.exchanges.forget()
        ModelledShop.__init__(self, check)

    @rule(target=sold, till=_tills, total=_cents, cashier=_cashiers, data=st.data())
    def sell(self, till: int, total: Decimal, cashier: str, data: st.DataObject) -> Sale:
        """Send an invoice of any terms."""
        return self.send(till, total, data.draw(_terms(self.check.interface), "terms"), cashier)

    @rule(target=sold, till=_tills, total=_cents, reserves=st.booleans())
    def sell_and_pay(self, *, till: int, total: Decimal, reserves: bool) -> Sale:
        """Send an invoice and have it paid or reserved, which most other actions require."""
        mode = PaymentMode.RESERVATION_REQUIRED if reserves else PaymentMode.IMMEDIATE_DEBIT
        sale = self.send(till, total, Terms(mode))
        self.scan(sale)
        self.pay(sale)
        return sale

    @rule(sale=sold, latest=st.booleans())
    def poll_any_version(self, *, sale: Sale, latest: bool) -> None:
        """Call getPaymentStatus; the version in the request changes nothing."""
        self.poll(sale, sale.version if latest else 0)

    @rule(sale=sold, amount=st.none() | _cents)
    def commit_any(self, sale: Sale, amount: Decimal | None) -> None:
        """Call commitReservation, of a part if the interface can express it."""
        self.commit(sale, amount if has_field(self.check.interface, COMMIT_AMOUNT) else None)

    @precondition(lambda self: self.payments)
    @rule(amount=st.none() | _cents, till=_tills, cashier=_cashiers, data=st.data())
    def refund_any(
        self, amount: Decimal | None, till: int, cashier: str, data: st.DataObject
    ) -> None:
        """Call refundPayment, of the rest or of some amount."""
        sale = data.draw(st.sampled_from(self.payments), "sale")
        rest = sale.paid - sale.refunded
        self.refund(sale, amount or rest or Decimal("0.01"), till, cashier)

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def receipt_of_any(self, data: st.DataObject) -> None:
        """Call submitPaymentReceipt."""
        self.receipt(data.draw(st.sampled_from(self.payments), "sale"))

    update = rule(sale=sold, total=_cents, cashier=_cashiers, tokens=_tokens)(ModelledShop.update)
    cancel = rule(sale=sold)(ModelledShop.cancel)
    mark = rule(till=st.none() | _tills)(ModelledShop.mark)
    scan = rule(sale=sold, cards=_cards)(ModelledShop.scan)
    pay = rule(sale=sold, amount=st.none() | _cents)(ModelledShop.pay)
    begin = rule(sale=sold)(ModelledShop.begin)
    leave = rule(sale=sold)(ModelledShop.leave)
    decline = rule(sale=sold)(ModelledShop.decline)
    buyer_cancels = rule(sale=sold)(ModelledShop.buyer_cancels)
    wait = rule(time=_times)(ModelledShop.wait)

    def teardown(self) -> None:
        """Compare the reports with the books, and check every reply."""
        if self.has_failed:
            return  # the state after a failure proves nothing
        self.finish()
        for exchange in self.check.session.exchanges:
            check_reply(self.check, exchange)
