"""Other programs sell at the same shop and terminal, and end their periods, while a run goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum, auto
from itertools import chain, cycle
from typing import Final
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.suite.sample_checks import CASE, check
from contract_tests.toolkit.suite.test_ledger import AMOUNT, UNEXPECTED, failures
from seqrkit.client import Credentials
from seqrkit.exchange import Exchange
from seqrkit.qr import invoice_code
from seqrkit.session import Session, published
from seqrkit.suite import CheckEnvironment
from seqrkit.suite.framework import Case, CheckContext, Need
from seqrkit.suite.framework.shop import Shop
from seqrkit.suite.framework.shop_report import Row
from seqrkit.suite.framework.till import Till, bill
from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.replay.ledger import Ledger, compare_periods, settled

MISSING = "missing transaction"
REPEATED = "unexpected transaction"
Rows = tuple[Row, ...]


class Act(StrEnum):
    """What another program does after a request of the run."""

    WAITS = auto()
    SELLS_AT_THE_TERMINAL = auto()
    SELLS_ELSEWHERE = auto()
    ENDS_THE_SHOP_S_PERIOD = auto()
    ENDS_THE_TERMINAL_S_PERIOD = auto()


class Does(StrEnum):
    """What the case of a check does."""

    READS = auto()
    SELLS = auto()
    SELLS_TWICE = auto()
    REFUNDS = auto()
    MOVES_UNEXPECTEDLY = auto()


def acts(*without: str) -> st.SearchStrategy[Iterable[Act]]:
    """Return a strategy of acts that are repeated for ever."""
    left = [each for each in Act if not each.startswith(without)]
    return st.lists(st.sampled_from(left), min_size=1, max_size=10).map(cycle)


HONEST = st.lists(st.sampled_from([each for each in Does if "unexp" not in each]), max_size=4)
REPORTS: Final[dict[str, tuple[str, Callable[[Rows], Iterable[Row]]]]] = {
    "no rows": (MISSING, lambda _: ()),
    "without the first": (MISSING, lambda rows: rows[1:]),
    "without the last": (MISSING, lambda rows: rows[:-1]),
    "twice the first": (REPEATED, lambda rows: (*rows[:1], *rows)),
    "other amounts": (MISSING, lambda rows: [r._replace(amount=r.amount + 1) for r in rows]),
}
"""Mistakes of reports: what the suite must say, and the rows in place of the right ones."""


def case_of(does: Does) -> Callable[[CheckContext], None]:
    """Return the test of a check with such a case."""

    def run(ledger: Ledger) -> None:
        with checked_replies(ledger.check):
            till = ledger.check.shop.till
            till.send()
            for _ in range({Does.READS: 0, Does.SELLS_TWICE: 2}.get(does, 1)):
                paid = till.paid().ers_reference
                if does is not Does.MOVES_UNEXPECTEDLY:
                    ledger.expect((paid, AMOUNT))
                if does is Does.REFUNDS:
                    back = till.session.refund_payment(paid, bill()).ers_reference
                    ledger.expect((back, -AMOUNT))
        ledger.moves()

    return lambda context: settled(context, run)


def act(act: Act, shop: Shop, elsewhere: Till) -> None:
    """Do what another program does, which has the same credentials."""
    match act:
        case Act.SELLS_AT_THE_TERMINAL:
            shop.till.paid()
        case Act.SELLS_ELSEWHERE:
            elsewhere.paid()
        case Act.ENDS_THE_SHOP_S_PERIOD:
            shop.mark()
        case Act.ENDS_THE_TERMINAL_S_PERIOD:
            shop.mark(shop.till)


@contextmanager
def among_others(others: Iterable[Act], unmet: Sequence[Need]) -> Iterator[CheckEnvironment]:
    """Provide an environment at an endpoint where another program acts after each exchange."""
    with CheckEnvironment(unmet=lambda: unmet) as environment:
        session = environment.session(CASE.interface)
        endpoint = session.simulator
        assert endpoint is not None

        def pay(_: Session, reference: str) -> None:
            session.phone.scan(invoice_code(reference)).pay()

        with Session(endpoint.url(CASE.interface), Credentials(**published())) as other:
            shop = Shop(other, pay)
            elsewhere, left = shop.register("Elsewhere"), iter(others)

            def go_on(_: Exchange) -> None:
                act(next(left, Act.WAITS), shop, elsewhere)

            session.exchanges.subscribe(go_on)
            yield environment


def found(environment: CheckEnvironment, cases: Sequence[Does]) -> list[str]:
    """Return what checks with these cases find, and one that compares what they leave."""
    checks = [
        check(case_of(each), Case(CASE.interface, "sendInvoice", str(number)))
        for number, each in enumerate(cases)
    ]
    every = [failures(each, environment) for each in (*checks, check(compare_periods))]
    return [each.deviation for each in chain(*every)]


few = settings(max_examples=200 if NIGHTLY else 6)
when = pytest.mark.parametrize("unmet", [(), (Need.CLOCK,)], ids=["at once", "at the end"])


@when
@few
@given(HONEST, acts())
def test_an_honest_service_is_not_accused(
    unmet: Sequence[Need], cases: list[Does], others: Iterable[Act]
) -> None:
    with among_others(others, unmet) as environment:
        assert found(environment, cases) == []


@when
@few
# What moves in a period that another program ends is in that program's report.
@given(HONEST, HONEST, acts(Act.ENDS_THE_SHOP_S_PERIOD))
def test_what_moves_unexpectedly_is_found(
    unmet: Sequence[Need], before: list[Does], after: list[Does], others: Iterable[Act]
) -> None:
    with among_others(others, unmet) as environment:
        cases = [*before, Does.MOVES_UNEXPECTEDLY, *after]
        assert found(environment, cases) == [UNEXPECTED]


@when
@pytest.mark.parametrize("mistake", REPORTS)
@few
# The first row of a report can be another program's, about which the run says nothing.
@given(HONEST, acts("sells"))
def test_a_wrong_report_is_found(
    unmet: Sequence[Need], mistake: str, cases: list[Does], others: Iterable[Act]
) -> None:
    kind, change = REPORTS[mistake]
    read = Shop.transactions_of
    with (
        among_others(others, unmet) as environment,
        patch.object(Shop, "transactions_of", lambda *call: tuple(change(read(*call)))),
    ):
        first, *_ = found(environment, [*cases, Does.SELLS])
        assert first.endswith(kind)


@few
@given(HONEST, st.lists(st.sampled_from(Act), min_size=20, max_size=60))
def test_a_service_with_periods_of_the_shop_alone_is_not_accused(
    cases: list[Does], others: Iterable[Act]
) -> None:
    mark = Shop.mark
    with (
        among_others(others, ()) as environment,
        patch.object(Shop, "mark", lambda shop, _=None: mark(shop)),
    ):
        assert found(environment, cases) == []
