"""The books of a case are judged unless an example ended early; replies are judged to their end."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from attrs import evolve

from contract_tests.toolkit.suite.sample_checks import check
from seqrkit.exchange import Exchange, reply_findings
from seqrkit.money import Amount
from seqrkit.suite import CheckEnvironment, CheckFailure
from seqrkit.suite.framework import CheckContext
from seqrkit.suite.framework.example_steps import CONTENT_TYPE
from seqrkit.suite.framework.shop import TOTAL, Row, Shop
from seqrkit.suite.oracles.reply_checks import check_reply, checked_replies
from seqrkit.suite.properties.replay.ledger import Ledger, settled
from seqrkit.suite.properties.replay.payment_receipts import not_printed
from seqrkit.suite.properties.replay.replayed_request import Replay

UNEXPECTED = "sendInvoice: unexpected transaction"
AMOUNT = Amount.of(TOTAL).value or Decimal(0)
HTML = f"reply: {CONTENT_TYPE}"


def deviations(test: Callable[[CheckContext], None]) -> list[str]:
    """Return the deviations that a check finds at the embedded endpoint."""
    with CheckEnvironment() as environment:
        try:
            check(test).run(environment)
        except CheckFailure as failure:
            return [each.deviation for each in (failure, *failure.others)]
    return []


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
        assert not_printed(Replay(ledger.check, ledger)) == {
            "backURL",
            "notificationUrl",
            "commitReservationTimeout",
        }

    assert deviations(lambda context: settled(context, run)) == []


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
        payment = context.shop.till.paid()
        ledger = Ledger(context)
        ledger.expect((payment.ers_reference, AMOUNT))
        row = Row(payment.ers_reference, AMOUNT, "", "")
        with patch.object(Shop, "transactions_of", lambda *_: (row,)):
            ledger.settle()
            ledger.settle()

    assert deviations(run) == ["executeReport: unexpected transaction"]


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
        changed = evolve(status, **change)
        ledger = Ledger(context)
        with (
            patch.object(Shop, "statuses", return_value=[status]),
            patch.object(Shop, "readers", return_value=[lambda: changed]),
        ):
            ledger.keeps(("1",))
            ledger.compare()

    assert deviations(run) == found


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
        context.shop.till.status(context.shop.till.paid().reference)
        last = context.session.exchanges[-1]
        body = (last.response or b"").replace(b".00</value>", b",00</value>")
        found_in = reply_findings(context.contract, body, last.status, last.response_headers)
        context.session.exchanges.record(evolve(last, response=body, reply_findings=found_in))
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
