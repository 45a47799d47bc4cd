"""Random sales over SOAP: clients, lost replies, faults of every kind, and time.

`test_money.py` holds the service to its sums; here the requests go through client, HTTP, both wire
layers and the faults in between, and what a client never hears of has to add up all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from lxml import etree

import seqrkit
from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.simulator.shop import standard
from seqrkit.client import Client
from seqrkit.clock import ManualClock
from seqrkit.errors import CannotPay, TransportError
from seqrkit.model import CustomerToken, ReceiptDocument, Reply
from seqrkit.money import NOTHING, Amount
from seqrkit.simulator import PUBLISHED
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.store.records import Movement, MovementKind, Period
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode

TILL_PASSWORD = "at the till"
TILLS = 3
CLOSED = {InvoiceStatus.CANCELED, InvoiceStatus.FAILED}
Trouble = dict[str, Any]
Answer = TypeVar("Answer", bound=Reply)

cents = st.decimals("0.01", "120", places=2)
tills = st.integers(0, TILLS - 1)
terms = st.fixed_dictionaries(
    {
        "payment_mode": st.sampled_from(PaymentMode),
        "acknowledgment_mode": st.sampled_from(
            [AcknowledgmentMode.NO_ACKNOWLEDGMENT] * 3 + list(AcknowledgmentMode)
        ),
        "commit_reservation_timeout": st.sampled_from([None, 5, 60]),
    }
)
TROUBLES: list[Trouble] = [
    {"kind": Kind.DROP_BEFORE},
    {"kind": Kind.DROP_AFTER},
    {"kind": Kind.HALF_REPLY},
    *(
        {"kind": kind, "carried_out": carried_out}
        for kind in (Kind.GARBAGE, Kind.HTTP_500, Kind.HTTP_503)
        for carried_out in (True, False)
    ),
    {"kind": Kind.RESULT_CODE, "code": 90, "carried_out": True},
    {"kind": Kind.RESULT_CODE, "code": 94, "carried_out": False},
    {"kind": Kind.SLOW, "delay": 1},
    {"kind": Kind.SLOW, "delay": 25},
]
troubles = st.just(None) | st.just(None) | st.sampled_from(TROUBLES)


class MoneyOverSoap(RuleBasedStateMachine):
    """A webshop and two cash registers of one shop, their buyer, time, and a bad network."""

    references = Bundle("references")

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.seqr = seqrkit.connect(clock=self.clock, seed=0, quiet=True)
        assert self.seqr.simulator is not None
        self.endpoint = self.seqr.simulator
        self.endpoint.service.transactions.passwords.cost = (
            4  # how slow a hash is, is not what is tested
        )
        ids = [
            str(self.seqr.register_terminal(name, TILL_PASSWORD, name).terminal_id)
            for name in ("Till 1", "Till 2")
        ]
        self.ids = [PUBLISHED.terminal_id, *ids]
        self.clients = [self.seqr, *(self.seqr.as_terminal(id_, TILL_PASSWORD) for id_ in ids)]
        self.owner: dict[str, int] = {}
        self.last: dict[str, InvoiceState] = {}
        self.final: set[str] = set()
        """Payments that the service has committed to: polled, receipted, refunded, or taken."""
        self.periods: list[tuple[str, int | None]] = []

    # What merchants do

    @rule(target=references, till=tills, total=cents, terms=terms, trouble=troubles)
    def send(
        self, till: int, total: Decimal, terms: dict[str, Any], trouble: Trouble | None
    ) -> object:
        invoice = standard(f"{total} SEK", **terms)
        reply, carried_out = self.ask(
            trouble, lambda: self.clients[till].send_invoice(invoice, check=False)
        )
        if not carried_out:
            return multiple()
        with self.endpoint.service.transactions.store.read() as tx:
            (newest,) = tx.latest_invoices(1)
        reference = newest.state.reference
        assert reference not in self.owner
        assert reply is None or reply.invoice_reference == reference
        self.owner[reference] = till
        return reference

    @rule(
        target=references,
        till=tills,
        total=cents,
        mode=st.sampled_from([PaymentMode.IMMEDIATE_DEBIT, PaymentMode.RESERVATION_REQUIRED]),
    )
    def sell(self, till: int, total: Decimal, mode: PaymentMode) -> object:
        """Quickly to where most of the others have something to do."""
        reference = self.send(till, total, {"payment_mode": mode}, None)
        self.pay(str(reference), None)
        assert self.state(str(reference)).status in {InvoiceStatus.PAID, InvoiceStatus.RESERVED}
        return reference

    @rule(reference=references, trouble=troubles)
    def poll(self, reference: str, trouble: Trouble | None) -> None:
        before = self.state(reference)
        reply, carried_out = self.ask(
            trouble, lambda: self.client(reference).get_payment_status(reference, 0, check=False)
        )
        if carried_out and before.status is InvoiceStatus.PAID:
            self.final.add(reference)
        if reply is not None:
            assert (reply.status, reply.version) == (before.status, before.version)
            paid = before.status is InvoiceStatus.PAID
            assert reply.ers_reference == (before.ers_reference if paid else None)

    @rule(reference=references, trouble=troubles)
    def cancel(self, reference: str, trouble: Trouble | None) -> None:
        self.ask(trouble, lambda: self.client(reference).cancel_invoice(reference, check=False))

    @rule(reference=references, total=cents, acknowledge=st.booleans(), trouble=troubles)
    def update(
        self,
        reference: str,
        total: Decimal,
        acknowledge: bool,  # noqa: FBT001
        trouble: Trouble | None,
    ) -> None:
        accepted = (CustomerToken(id="CARD", description="Card", value="7", status=1),)
        self.ask(
            trouble,
            lambda: self.client(reference).update_invoice(
                reference, standard(f"{total} SEK"), accepted if acknowledge else (), check=False
            ),
        )

    @rule(reference=references, amount=st.none() | cents, trouble=troubles)
    def commit(self, reference: str, amount: Decimal | None, trouble: Trouble | None) -> None:
        before = self.state(reference)
        given = None if amount is None else f"{amount} SEK"
        _, carried_out = self.ask(
            trouble,
            lambda: self.client(reference).commit_reservation(reference, given, check=False),
        )
        after = self.state(reference)
        if before.status is InvoiceStatus.RESERVED and after.status is InvoiceStatus.PAID:
            assert carried_out
            assert after.paid <= before.reserved
            self.final.add(reference)

    @rule(reference=references, amount=cents, trouble=troubles)
    def refund(self, reference: str, amount: Decimal, trouble: Trouble | None) -> None:
        before = self.state(reference)
        if before.ers_reference is None:
            return
        back = standard(f"{amount} SEK")
        reply, carried_out = self.ask(
            trouble,
            lambda: self.client(reference).refund_payment(
                str(before.ers_reference), back, check=False
            ),
        )
        refunded = before.refunded + kronor(amount)
        fits = before.status is InvoiceStatus.PAID and refunded <= before.paid
        after = self.state(reference)
        if fits and carried_out:
            self.final.add(reference)
            assert after.refunded == refunded
        elif after.status is before.status:
            assert after.refunded == before.refunded
        if reply is not None:
            assert (reply.result_code == 0) == fits

    @rule(reference=references, trouble=troubles)
    def receipt(self, reference: str, trouble: Trouble | None) -> None:
        before = self.state(reference)
        if before.ers_reference is None:
            return
        _, carried_out = self.ask(
            trouble,
            lambda: self.client(reference).submit_payment_receipt(
                str(before.ers_reference), ReceiptDocument(mime_type="text/plain"), check=False
            ),
        )
        if carried_out and before.status is InvoiceStatus.PAID:
            self.final.add(reference)

    @rule(till=st.none() | tills, trouble=troubles)
    def mark(self, till: int | None, trouble: Trouble | None) -> None:
        named = None if till is None else {"TERMINALID": self.ids[till]}
        reply, carried_out = self.ask(
            trouble, lambda: self.seqr.mark_transaction_period(named, check=False)
        )
        if not carried_out:
            return
        with self.endpoint.service.transactions.store.read() as tx:
            (period,) = tx.find(Period, newest=1, reseller=PUBLISHED.reseller_id)
        assert period is not None
        assert reply is None or reply.transaction_period_id == period.id
        self.periods.append((period.id, till))

    # What the buyer does, and time

    @rule(reference=references, part=st.none() | cents)
    def pay(self, reference: str, part: Decimal | None) -> None:
        before = self.state(reference)
        try:
            self.seqr.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay(part)
        except CannotPay:
            after = self.state(reference)
            assert (after.paid, after.reserved) == (before.paid, before.reserved)
        else:
            assert before.status not in CLOSED

    @rule(reference=references, does=st.sampled_from(["decline", "cancel"]))
    def refuse(self, reference: str, does: str) -> None:
        bill = self.seqr.phone.scan(f"HTTP://SEQR.SE/R{reference}")
        with suppress(CannotPay):
            getattr(bill, does)()

    @rule(reference=references, opens=st.booleans())
    def dialog(self, reference: str, opens: bool) -> None:  # noqa: FBT001
        bill = self.seqr.phone.scan(f"HTTP://SEQR.SE/R{reference}")
        with suppress(CannotPay):
            bill.begin_confirmation() if opens else bill.leave_confirmation()

    @rule(has_card=st.booleans())
    def card(self, has_card: bool) -> None:  # noqa: FBT001
        self.seqr.phone.remove_cards()
        if has_card:
            self.seqr.phone.add_card("7", "CARD")

    @rule(seconds=st.sampled_from([0.001, 1, 5, 19.999, 20, 60]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    # What must hold

    @invariant()
    def money_adds_up_and_nothing_goes_back(self) -> None:
        for reference in self.owner:
            state, last = self.state(reference), self.last.get(reference)
            self.adds_up(state)
            if last is not None:
                assert state.version >= last.version
                assert state.version > last.version or state.status is last.status
                assert state.paid >= last.paid
                if last.status in CLOSED:
                    assert (state.status, state.paid) == (last.status, last.paid)
            if reference in self.final:
                assert state.status is InvoiceStatus.PAID
            elif state.status is InvoiceStatus.PAID:
                assert state.due is not None
                assert self.clock.now() < state.due
            self.last[reference] = state

    def adds_up(self, state: InvoiceState) -> None:
        """Within an invoice, and with what moved for it."""
        total = state.total
        assert NOTHING <= state.refunded <= state.paid <= total
        assert (state.reserved > NOTHING) == (state.status is InvoiceStatus.RESERVED)
        if state.status is InvoiceStatus.PAID:
            assert state.paid == total
        if state.status in CLOSED:
            assert state.paid == state.refunded
        if state.status is InvoiceStatus.PARTIALLY_PAID:
            assert NOTHING < state.paid < total
        with self.endpoint.service.transactions.store.read() as tx:
            moved = tx.find(Movement, invoice=state.reference)
        sales = [each for each in moved if each.kind is MovementKind.SALE]
        assert sum((each.amount for each in sales), NOTHING) == state.paid
        assert sum((each.amount for each in moved), NOTHING) == state.paid + state.refunded

    def teardown(self) -> None:
        """Close the last periods, and find each transaction in exactly one of each kind."""
        try:
            for till in (None, *range(TILLS)):
                self.mark(till, None)
            states = [self.state(reference) for reference in self.owner]
            net = sum((each.paid - each.refunded for each in states), NOTHING).value
            self.clock.advance(3)  # what is reversed now is in no period yet
            by_shop = self.transactions(id_ for id_, till in self.periods if till is None)
            by_terminal = self.transactions(id_ for id_, till in self.periods if till is not None)
            assert by_shop == by_terminal
            assert all(count == 1 for count in Counter(each for each, _ in by_shop).values())
            assert sum((Decimal(amount) for _, amount in by_shop), Decimal(0)) == net
        finally:
            self.seqr.close()

    def transactions(self, periods: Iterable[str]) -> Counter[tuple[str, str]]:
        """What the reports of periods hold: reference and amount."""
        found: Counter[tuple[str, str]] = Counter()
        for period in periods:
            reply = self.seqr.execute_report(
                "STD_RECON_003", parameters={"transactionPeriodId": period}
            )
            assert reply.report is not None
            document = etree.fromstring(reply.report.content or b"")
            found.update(
                (row.findtext("ErsReference", ""), row.findtext("SalesAmount", ""))
                for row in document.iter("Row")
            )
        return found

    def ask(
        self, trouble: Trouble | None, send: Callable[[], Answer]
    ) -> tuple[Answer | None, bool]:
        """The true reply, if it arrives, and whether the request was carried out."""
        faults = self.endpoint.faults
        standing = faults.add(**trouble, count=1) if trouble else None
        try:
            reply: Answer | None = send()
        except TransportError:
            reply = None
        finally:
            faults.clear()
        if standing is None:
            assert reply is not None
            return reply, True
        if standing.fault.kind is Kind.RESULT_CODE:
            assert reply is not None
            assert reply.result_code == standing.fault.code
            reply = None
        assert (reply is not None) == (standing.fault.kind is Kind.SLOW)
        return reply, standing.fault.executes_request

    def client(self, reference: str) -> Client:
        return self.clients[self.owner[reference]]

    def state(self, reference: str) -> InvoiceState:
        with self.endpoint.service.transactions.store.read() as tx:
            stored = tx.invoice(reference)
        assert stored is not None
        return stored.state


def kronor(value: Decimal) -> Amount:
    """An amount of that value."""
    return Amount(value, "SEK")


TestMoneyOverSoap = MoneyOverSoap.TestCase
TestMoneyOverSoap.settings = settings(
    max_examples=500 if NIGHTLY else 20, stateful_step_count=50 if NIGHTLY else 30
)
