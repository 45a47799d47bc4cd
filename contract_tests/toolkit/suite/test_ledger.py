"""The books of a case are judged unless an example ended early; replies are judged to their end."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum, auto
from functools import partial
from typing import Any, cast
from unittest.mock import patch

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.suite.sample_checks import CASE, check
from seqrkit import strategies
from seqrkit.exchange import Exchange, reply_findings
from seqrkit.model import PaymentStatusReply
from seqrkit.model_base import Request
from seqrkit.money import Amount
from seqrkit.suite import Check, CheckEnvironment, CheckFailure
from seqrkit.suite.framework import Case, CheckContext, Need
from seqrkit.suite.framework.example_steps import CONTENT_TYPE
from seqrkit.suite.framework.shop import READY, Shop
from seqrkit.suite.framework.shop_report import Row
from seqrkit.suite.framework.till import TOTAL, Till
from seqrkit.suite.oracles.reply_checks import check_reply, checked_replies
from seqrkit.suite.properties.replay.ledger import Ledger, compare_periods, settled
from seqrkit.suite.properties.replay.payment_receipts import not_printed
from seqrkit.suite.properties.replay.raw_requests import RawRequests
from seqrkit.suite.properties.replay.replayed_request import Replay

UNEXPECTED = "sendInvoice: unexpected transaction"
AMOUNT = Amount.of(TOTAL).value or Decimal(0)
HTML = f"reply: {CONTENT_TYPE}"


def failures(check_: Check, environment: CheckEnvironment) -> list[CheckFailure]:
    """Return the failures of a check."""
    try:
        check_.run(environment)
    except CheckFailure as failure:
        return [failure, *failure.others]
    return []


def deviations(test: Callable[[CheckContext], None]) -> list[str]:
    """Return the deviations that a check finds at the embedded endpoint."""
    with CheckEnvironment() as environment:
        return [each.deviation for each in failures(check(test), environment)]


def of_settled(run: Callable[[CheckContext], None]) -> list[str]:
    """Return those of a case whose books are judged at the end."""
    return deviations(lambda context: settled(context, lambda _: run(context)))


def test_books_are_judged_after_a_failure_that_ends_no_example() -> None:
    def run(context: CheckContext) -> None:
        context.shop.till.paid()
        with context.going_on():
            context.fail("a wrong part of a reply", deviation="part")

    assert of_settled(run) == ["part", UNEXPECTED]


def test_books_are_judged_after_a_failure_that_ends_the_check() -> None:
    def run(context: CheckContext) -> None:
        context.shop.till.paid()
        context.fail("a wrong part of a reply", deviation="part")

    assert of_settled(run) == ["part", UNEXPECTED]


def test_books_are_not_judged_if_an_example_ended_early() -> None:
    def run(context: CheckContext) -> None:
        with checked_replies(context):
            context.shop.till.paid()
            context.fail("a refused request", deviation="refused")

    assert of_settled(run) == ["refused"]


def test_the_payment_that_shows_which_fields_are_printed_is_expected() -> None:
    def run(ledger: Ledger) -> None:
        replay = Replay(ledger.check, ledger)
        reference = replay.till.send()
        assert not_printed(replay, reference) == {
            "backURL",
            "notificationUrl",
            "commitReservationTimeout",
        }
        assert ledger.check.session.exchanges[-1].mentions(reference)

    assert deviations(lambda context: settled(context, run)) == []


def without_receipt(status: PaymentStatusReply, _: CheckContext) -> PaymentStatusReply:
    """Return the status of a service that has not printed a receipt yet."""
    return evolve(status, receipt=None)


def with_comma(status: PaymentStatusReply, context: CheckContext) -> PaymentStatusReply:
    """Record the last reply with amounts that cannot be read, which look absent."""
    last = context.session.exchanges[-1]
    body = (last.response or b"").replace(b".00</value>", b",00</value>")
    found = reply_findings(context.contract, body, last.status, last.response_headers)
    context.session.exchanges.record(evolve(last, response=body, reply_findings=found))
    return status


@pytest.mark.parametrize("spoil", [without_receipt, with_comma])
def test_a_receipt_that_cannot_be_read_shows_nothing_about_the_next(
    spoil: Callable[[PaymentStatusReply, CheckContext], PaymentStatusReply],
) -> None:
    def run(context: CheckContext) -> None:
        replay, status = Replay(context, Ledger(context)), Till.status
        reference = replay.till.send()
        with patch.object(Till, "status", lambda *call: spoil(status(*call), context)):
            not_printed(replay, reference)
        assert context.shop.not_printed is None
        assert "title" not in not_printed(replay, reference)
        assert context.shop.not_printed is not None

    assert deviations(run) == []


@pytest.mark.parametrize(
    ("amount", "blamed"), [(AMOUNT, "executeReport"), (-AMOUNT, "sendInvoice")]
)
def test_a_report_is_blamed_for_a_payment_that_it_lacks(amount: Decimal, blamed: str) -> None:
    """The status has shown that the payment was made; nothing has shown a refund."""

    def run(ledger: Ledger) -> None:
        ledger.expect(("1", amount))

    found = deviations(lambda context: settled(context, run))
    assert found == [f"{blamed}: missing transaction"]


def test_a_report_is_blamed_for_a_payment_that_an_earlier_one_had() -> None:
    def run(context: CheckContext) -> None:
        row = Row("1", AMOUNT, "", "")
        with patch.object(Shop, "transactions_of", lambda *_: (row,)):
            settled(context, lambda ledger: ledger.expect(("1", AMOUNT)))
            settled(context, lambda _: None)

    assert deviations(run) == ["executeReport: unexpected transaction"]


def test_a_period_that_an_accepted_request_has_ended_is_read() -> None:
    interface = CASE.interface
    ends = Case(interface, "markTransactionPeriod")
    request = cast("Request", strategies.boundary(ends.operation, interface)[0].message)

    def run(ledger: Ledger) -> None:
        Replay(ledger.check, ledger).paid()
        RawRequests(ledger.check, ledger).send_prepared(strategies.envelope(request, interface))

    with CheckEnvironment() as environment:
        check(lambda context: settled(context, run), ends).run(environment)


class Does(StrEnum):
    """What the case of a check does, whose transactions are compared at the end of a run."""

    READS = auto()
    PAYS = auto()
    ENDS_EARLY = auto()
    PAYS_AND_ENDS_EARLY = auto()
    MOVES_AND_ENDS_EARLY = auto()
    IS_ACCEPTED = auto()
    MOVES_AND_IS_ACCEPTED = auto()
    PAYS_UNEXPECTEDLY = auto()
    MOVES = "moves money unexpectedly, though nobody pays"

    @property
    def ends_early(self) -> bool:
        """Whether an example of the case fails before its end."""
        return self.name.endswith("ENDS_EARLY")

    @property
    def is_wrong(self) -> bool:
        """Whether reports show that the case has moved what it must not."""
        return self in {Does.PAYS_UNEXPECTEDLY, Does.MOVES}


def pay(context: CheckContext, *, shared: bool) -> str:
    """Have an invoice paid, unknown to the periods if they are `shared`; return the reference."""
    known = patch.object(context.shop.periods, "before_payment") if shared else nullcontext()
    with known:
        return context.shop.till.paid().ers_reference


def case_of(does: Does) -> Callable[[CheckContext], None]:
    """Return the test of a check with one such case."""

    def run(context: CheckContext, ledger: Ledger) -> None:
        with checked_replies(context):
            context.shop.till.send()
            if does.name.startswith("PAYS"):
                reference = pay(context, shared=False)
                if does is Does.PAYS:
                    ledger.expect((reference, AMOUNT))
            if does.name.startswith("MOVES"):
                pay(context, shared=True)
            if does.name.endswith("IS_ACCEPTED"):
                ledger.accepted()
            if does.ends_early:
                context.fail("an example ends early", deviation="early")
        ledger.moves()

    return lambda context: settled(context, partial(run, context))


@given(st.lists(st.sampled_from(Does), max_size=6))
def test_cases_that_wait_for_reports_are_compared_at_the_end_and_blamed(does: list[Does]) -> None:
    checks = [
        check(case_of(each), Case(CASE.interface, "sendInvoice", str(number)))
        for number, each in enumerate(does)
    ]
    with CheckEnvironment(unmet=lambda: {Need.CLOCK}) as environment:
        clock = environment.session(CASE.interface).clock
        assert environment.shop(CASE.interface).offers_details
        began = clock.now()
        for case, each in zip(checks, does, strict=True):
            early = ["early"] * each.ends_early
            assert [found.deviation for found in failures(case, environment)] == early
        assert clock.now() == began
        found = failures(check(compare_periods), environment)
        waited = clock.now() - began
    wrong = [str(case) for case, each in zip(checks, does, strict=True) if each.is_wrong]
    # The others have the same cause.
    assert [(each.check, each.deviation) for each in found] == [
        (each, UNEXPECTED) for each in wrong[:1]
    ]
    # If cases run again: which periods the service has, all cases together, one step by step.
    moving = any(each.name.startswith("MOVES") for each in does)
    assert waited <= (1 + 2 * bool(wrong or moving) + bool(wrong)) * timedelta(seconds=READY)


def test_cases_without_a_payment_share_a_report() -> None:
    count = patch.object(Shop, "transactions_of", autospec=True, side_effect=Shop.transactions_of)
    with CheckEnvironment(unmet=lambda: {Need.CLOCK}) as environment:
        unpaid = [Does.READS, Does.ENDS_EARLY] * 3
        for each in (*unpaid, *[Does.PAYS] * 2, Does.READS):
            failures(check(case_of(each)), environment)
        with count as read:
            check(compare_periods).run(environment)
    assert read.call_count == 4


def test_a_case_that_ends_early_when_it_runs_again_is_not_compared() -> None:
    runs = []

    def run(context: CheckContext, _: Ledger) -> None:
        runs.append(context)
        with checked_replies(context):
            if len(runs) > 1:
                pay(context, shared=False)
                context.fail("an example ends early", deviation="early")

    tests = [lambda context: settled(context, partial(run, context)), case_of(Does.MOVES)]
    checks = [
        check(test, Case(CASE.interface, "sendInvoice", f"{n}")) for n, test in enumerate(tests)
    ]
    with CheckEnvironment(unmet=lambda: {Need.CLOCK}) as environment:
        for each in checks:
            each.run(environment)
        found = failures(check(compare_periods), environment)
    assert [(each.check, each.deviation) for each in found] == [
        (str(checks[0]), "early"),
        (str(checks[1]), UNEXPECTED),
    ]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"ers_reference": ""}, []),
        ({"version": 7}, ["sendInvoice: a refused request changes an invoice"]),
    ],
    ids=["an empty element in place of none", "another version"],
)
def test_a_refused_request_must_not_change_what_a_status_means(
    change: dict[str, Any], found: list[str]
) -> None:
    def run(context: CheckContext) -> None:
        status = context.shop.till.status(context.shop.till.send())
        read = iter([status, evolve(status, **change)])
        ledger = Ledger(context)
        with patch.object(Shop, "readers", return_value={"1": lambda: next(read)}):
            ledger.keeps(("1",))
            assert context.shop.till.code_of_unknown
            ledger.moves()
            ledger.compare()

    assert deviations(run) == found


@pytest.mark.parametrize(
    ("accepted", "at_once", "times", "found"),
    [
        ([True, True, True], False, 1, []),
        ([True, True, False], False, 2, ["sendInvoice: a refused request changes an invoice"]),
        ([True, True, True], True, 2, ["sendInvoice: a refused request changes an invoice"]),
        ([False, False, False], True, 2, ["sendInvoice: a refused request changes an invoice"]),
    ],
)
def test_an_invoice_of_another_terminal_may_never_change(
    accepted: list[bool],
    at_once: bool,  # noqa: FBT001 - a parameter
    times: int,
    found: list[str],
) -> None:
    """It is read once before all requests, and again only after one that was refused."""
    reads: list[str] = []

    def run(context: CheckContext) -> None:
        till, witness = context.shop.witness
        status = till.status(witness)
        ledger = Ledger(context, at_once=at_once)

        def read(name: str) -> PaymentStatusReply:
            reads.append("own" if name == "own" else "witness")
            return evolve(status, version=7) if reads.count("witness") > 1 else status

        def readers(_: Shop, *names: str) -> dict[str, Callable[[], PaymentStatusReply]]:
            return {name: partial(read, name) for name in (*names, witness)}

        with patch.object(Shop, "readers", readers):
            for is_accepted in accepted:
                ledger.keeps(("own",))
                if is_accepted:
                    till.status(witness)
                    ledger.accepted()
                else:
                    assert till.code_of_unknown
                    ledger.moves()
            ledger.compare()

    assert deviations(run) == found
    assert reads.count("witness") == times


def test_what_is_wrong_around_a_reply_does_not_hide_its_content() -> None:
    def run(context: CheckContext) -> None:
        wrong = html_reply(context)
        assert wrong.response is not None
        content = wrong.response.replace(b"resultCode>0<", b"resultCode>none<")
        for _ in range(2):
            check_reply(context, evolve(wrong, response=content))

    around, *others = deviations(run)
    assert around == HTML
    assert others == ["sendInvoice reply: schema"]


def test_a_page_in_place_of_a_reply_is_one_failure() -> None:
    def run(context: CheckContext) -> None:
        page = evolve(html_reply(context), response=b"<p>Not authorized<br></p>")
        found = reply_findings(context.contract, page.response, page.status, page.response_headers)
        for _ in range(2):
            check_reply(context, evolve(page, reply_findings=found))

    assert deviations(run) == ["sendInvoice reply: soap.not-xml"]


@pytest.mark.parametrize(
    ("name", "found", "expected", "cause"),
    [
        ("totalAmount of the receipt", None, Amount.of("11 SEK"), "reply: amount.value.type"),
        ("title of the receipt", "Grand", "Grand Cinema", "title of the receipt"),
    ],
)
def test_an_unreadable_value_explains_only_what_looks_absent(
    name: str, found: object, expected: object, cause: str
) -> None:
    def run(context: CheckContext) -> None:
        replay = Replay(context, Ledger(context))
        status = context.shop.till.status(context.shop.till.paid().reference)
        with_comma(status, context)
        with pytest.raises(CheckFailure) as failed:
            replay.expect(name, found, expected)
        assert failed.value.cause == cause

    assert deviations(run) == []


def test_replies_before_an_endpoint_became_unreachable_are_judged() -> None:
    def run(context: CheckContext) -> None:
        with checked_replies(context):
            context.session.exchanges.record(html_reply(context))
            endpoint = context.session.simulator
            assert endpoint is not None
            endpoint.stop()
            context.shop.till.send()

    assert HTML in deviations(run)


def html_reply(context: CheckContext) -> Exchange:
    """Return an exchange whose reply is said to be HTML."""
    context.shop.till.send()
    return evolve(context.session.exchanges[-1], response_headers={CONTENT_TYPE: "text/html"})
