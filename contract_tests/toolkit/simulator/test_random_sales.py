"""Random sales at the service, in any order: the sums are right."""

from collections import Counter
from contextlib import suppress
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from lxml import etree

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.simulator.postgresql_server import Server
from contract_tests.toolkit.simulator.shop import Shop, standard
from seqrkit.errors import CannotPay
from seqrkit.model import ClientContext
from seqrkit.money import NOTHING, Amount
from seqrkit.simulator.states.invoice_state import InvoiceState
from seqrkit.simulator.transactions import snapshots
from seqrkit.vocabulary import InvoiceStatus, PaymentMode

CLOSED = {InvoiceStatus.CANCELED, InvoiceStatus.FAILED}
cents = st.decimals("0.01", "120", places=2)


class Money(RuleBasedStateMachine):
    """A shop with a webshop and two cash registers, its buyers, and time."""

    references = Bundle("references")

    def __init__(self, db: str | None = None) -> None:
        super().__init__()
        self.shop = Shop(db=db)
        self.callers = [self.shop.caller, self.shop.register(), self.shop.register()]
        self.owner: dict[str, ClientContext] = {}
        self.last: dict[str, InvoiceState] = {}
        self.seen_in_time: set[str] = set()
        self.ended: set[str] = set()
        self.periods: list[tuple[str, str | None]] = []

    @rule(
        target=references,
        caller=st.integers(0, 2),
        total=cents,
        mode=st.sampled_from(PaymentMode),
        timeout=st.sampled_from([None, 5, 60]),
    )
    def send(self, caller: int, total: Decimal, mode: PaymentMode, timeout: int | None) -> str:
        reference = self.shop.send(
            f"{total} SEK",
            caller=self.callers[caller],
            payment_mode=mode,
            commit_reservation_timeout=timeout,
        )
        self.owner[reference] = self.callers[caller]
        return reference

    @rule(reference=references, part=st.none() | cents)
    def pay(self, reference: str, part: Decimal | None) -> None:
        before = self.state(reference)
        try:
            self.shop.scan(reference).pay(part)
        except CannotPay:
            assert self.state(reference).paid == before.paid
        else:
            assert before.status not in CLOSED

    @rule(reference=references)
    def decline(self, reference: str) -> None:
        with suppress(CannotPay):
            self.shop.scan(reference).decline()

    @rule(reference=references)
    def poll(self, reference: str) -> None:
        reply = self.shop.status(reference, caller=self.owner[reference])
        assert (reply.ers_reference is not None) == (reply.status == "PAID")
        if reply.status == "PAID":
            self.seen_in_time.add(reference)

    @rule(reference=references)
    def cancel(self, reference: str) -> None:
        self.shop.call("cancelInvoice", self.owner[reference], invoice_reference=reference)

    @rule(reference=references, total=cents)
    def update(self, reference: str, total: Decimal) -> None:
        self.shop.call(
            "updateInvoice",
            self.owner[reference],
            invoice_reference=reference,
            invoice=standard(f"{total} SEK"),
        )

    @rule(reference=references, amount=st.none() | cents)
    def commit(self, reference: str, amount: Decimal | None) -> None:
        given = None if amount is None else f"{amount} SEK"
        reply = self.shop.call(
            "commitReservation", self.owner[reference], invoice_reference=reference, amount=given
        )
        if reply.result_code == 0:
            self.seen_in_time.add(reference)

    @rule(reference=references, amount=cents)
    def refund(self, reference: str, amount: Decimal) -> None:
        before = self.state(reference)
        reply = self.shop.refund(before.ers_reference, f"{amount} SEK")
        fits = before.refunded + Amount(amount, "SEK") <= before.paid
        assert reply.result_code in ({0} if fits and before.status == "PAID" else {23, 98})

    @rule(seconds=st.sampled_from([0.001, 1, 5, 19.999, 20, 60]))
    def wait(self, seconds: float) -> None:
        self.shop.clock.advance(seconds)

    @rule(target=references, till=st.sampled_from([None, 1, 2]))
    def mark(self, till: int | None) -> object:
        principal = self.callers[till].initiator_principal_id if till else None
        id_ = principal.id if principal else None
        parameters = {"TERMINALID": id_} if id_ else {}
        self.periods.append((self.shop.mark(**parameters), id_))
        return multiple()

    @invariant()
    def money_adds_up_and_versions_only_rise(self) -> None:
        for reference in self.owner:
            state, last = self.state(reference), self.last.get(reference)
            assert NOTHING <= state.refunded <= state.paid
            assert (state.reserved > NOTHING) == (state.status is InvoiceStatus.RESERVED)
            if state.status is InvoiceStatus.PAID:
                assert state.paid == state.total
            if state.status in CLOSED:
                assert state.paid == state.refunded
            if last is not None:
                assert state.version >= last.version
                assert state.paid >= last.paid
                assert last.status not in CLOSED or state.status is last.status
            if reference in self.seen_in_time:
                assert state.status is InvoiceStatus.PAID
            self.last[reference] = state

    def teardown(self) -> None:
        """Restore a snapshot; then find each transaction in exactly one period of each kind."""
        taken = snapshots.snapshot(self.shop.service.transactions)
        snapshots.restore(self.shop.service.transactions, taken)
        assert snapshots.snapshot(self.shop.service.transactions) == taken
        for till in (None, 1, 2):
            self.mark(till)
        webshop = self.callers[0].initiator_principal_id
        assert webshop is not None
        self.periods.append((self.shop.mark(TERMINALID=str(webshop.id)), webshop.id))
        states = [self.state(reference) for reference in self.owner]
        self.shop.clock.advance(3)
        by_shop = self.transactions(period for period, till in self.periods if till is None)
        by_terminal = self.transactions(period for period, till in self.periods if till)
        assert by_shop == by_terminal
        assert all(count == 1 for count in Counter(reference for reference, _ in by_shop).values())
        net = sum((state.paid - state.refunded for state in states), NOTHING).value
        assert sum((Decimal(amount) for _, amount in by_shop), Decimal(0)) == net

    def transactions(self, periods: object) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for period in periods:  # type: ignore[attr-defined]
            details = etree.fromstring(self.report("STD_RECON_003", period))
            rows = [
                (row.findtext("ErsReference", ""), row.findtext("SalesAmount", ""))
                for row in details.iter("Row")
            ]
            found.update(rows)
            total = etree.fromstring(self.report("Shop.xml", period)).findtext("Row/SalesTotal", "")
            assert Decimal(total) == sum((Decimal(amount) for _, amount in rows), Decimal(0))
        return found

    def report(self, name: str, period: str) -> bytes:
        return bytes(self.shop.report(name, period).report.content)

    def state(self, reference: str) -> InvoiceState:
        with self.shop.service.transactions.store.read() as tx:
            stored = tx.invoice(reference)
        assert stored is not None
        return stored.state


TestMoney = Money.TestCase
TestMoney.settings = settings(max_examples=60, stateful_step_count=50)


def test_the_sums_are_right_in_postgresql(postgresql: Server) -> None:
    class InPostgresql(Money):
        def __init__(self) -> None:
            super().__init__(postgresql.new_database())

    examples = 60 if NIGHTLY else 4
    run_state_machine_as_test(
        InPostgresql,
        settings=settings(max_examples=examples, stateful_step_count=50, deadline=None),
    )
