"""Replay: generated requests are sent, and every reply and effect is verified.

In: a `CheckContext` with a session whose endpoint may be written to. Out: the checks of the group
``replay``. Imports framework, oracles and strategies; it uses only the API, so that it works with
any endpoint: effects are seen through getPaymentStatus and reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from itertools import islice
from math import ceil
from typing import Any, Final, cast

from seqrkit import strategies
from seqrkit.exchange import Exchange
from seqrkit.model_base import Request
from seqrkit.simulator.behaviours import refusal
from seqrkit.strategies import Message
from seqrkit.suite.framework import Aspect, Case, CheckContext, Inapplicable, Need, PropertyGroup
from seqrkit.suite.oracles.message_cases import cases_of, first_message_by_rule, request_cases
from seqrkit.suite.oracles.message_variants import with_long_texts, without_one_part
from seqrkit.suite.oracles.reply_checks import (
    UNKNOWN_CALLER,
    checked_replies,
    expect_code,
)
from seqrkit.suite.properties.replay.generated_requests import (
    EXAMPLES_PER_WAY,
    acceptable,
    boundaries,
    few,
    is_thorough,
    valid,
)
from seqrkit.suite.properties.replay.ledger import Ledger, compare_periods, settled
from seqrkit.suite.properties.replay.payment_receipts import (
    AMOUNTS,
    verify_amount,
    verify_payments,
    verify_polls,
    verify_terminal,
)
from seqrkit.suite.properties.replay.raw_requests import RawRequests
from seqrkit.suite.properties.replay.refunded_parts import PARTS, verify_parts
from seqrkit.suite.properties.replay.replayed_request import Replay, called_by
from seqrkit.suite.properties.replay.request_effects import (
    WITH_BUYER,
    WITHOUT_BUYER,
    Effect,
    update_of_open_invoice,
)
from seqrkit.suite.properties.replay.simultaneous import SIMULTANEOUS
from seqrkit.suite.properties.replay.terminal_reports import verify_terminal_reports
from seqrkit.vocabulary import PrincipalType

GROUP = PropertyGroup("replay")

_SENDS: Final = (Need.ENDPOINT, Need.WRITES)
_LEAVE_PERIODS: Final = (
    *("replay.done", "replay.paid", "replay.parts", "replay.long-texts", "replay.unknown-callers"),
    *("replay.unknown-references", "replay.broken", "replay.unusual"),
)
"""The properties whose transactions are compared by the last one."""
_UNKNOWN: Final = {
    operation: refusal(behaviour)
    for behaviour, operations in {
        "invoice.reference": ("getPaymentStatus",),
        "invoice.reference-elsewhere": ("updateInvoice", "cancelInvoice", "commitReservation"),
        "refund.reference": ("refundPayment",),
        "receipt.reference": ("submitPaymentReceipt",),
        "credit.user": ("creditUser",),
        "report.unknown": ("executeReport",),
    }.items()
    for operation in operations
}
"""By operation, the refusal of an unknown invoice, payment, user or report."""


@GROUP.property(source="G696-2465", cases=cases_of(*WITHOUT_BUYER), needs=_SENDS)
def done(check: CheckContext) -> None:
    """A request that keeps every rule is answered with 0 and has its effect."""
    _verify_effect(check, WITHOUT_BUYER[check.case.operation])


@GROUP.property(
    source="G1120-1170",
    cases=cases_of("getPaymentStatus"),
    needs=(*_SENDS, Need.BUYER),
)
def payments(check: CheckContext) -> None:
    """Each payment has its own ersReference and receipt, in every reply, with its terminal."""
    replay = Replay(check, Ledger(check))
    for verify in (verify_payments, verify_terminal):
        with check.going_on(), checked_replies(check):
            verify(replay)


@GROUP.property(
    source="vendor: guides (poll once a second, and offer to cancel after 30 seconds)",
    cases=cases_of("getPaymentStatus"),
    needs=_SENDS,
    letter="V",
)
def polls(check: CheckContext) -> None:
    """An invoice that nobody pays is ISSUED as often as it is polled in 30 seconds."""
    with checked_replies(check):
        verify_polls(Replay(check, Ledger(check)))


@GROUP.property(
    source="G1120-1170",
    cases=lambda interface: [Case(interface, "getPaymentStatus", name) for name in AMOUNTS],
    needs=(*_SENDS, Need.BUYER),
)
def amounts(check: CheckContext) -> None:
    """The receipt of a payment has the totalAmount of its invoice.

    So it is if 32 bits cannot hold its hundredths, if its currency has no minor units or three
    decimals, and if the rows add up to another amount.
    """
    with checked_replies(check):
        verify_amount(Replay(check, Ledger(check)), AMOUNTS[check.case.name])


@GROUP.property(
    source="G696-2465; reports: vendor's developer manual",
    cases=cases_of(*WITH_BUYER),
    needs=(*_SENDS, Need.BUYER),
)
def paid(check: CheckContext) -> None:
    """A request about a payment that keeps every rule is answered with 0 and has its effect.

    Receipt and report contain what was sent and paid.
    """
    _verify_effect(check, WITH_BUYER[check.case.operation])


def _verify_effect(check: CheckContext, effect: Effect) -> None:
    def run(ledger: Ledger) -> None:
        def test(request: Message) -> None:
            with checked_replies(check):
                effect(Replay(check, ledger, acceptable(check, request)))
            check.record(Aspect.OPERATION, f"{check.interface} {check.case.operation}")

        # The limits first: they are few, certain, and find most mistakes.
        check.examine(boundaries(check), test, without_one_part(check.interface))
        check.explore(valid(check), test)

    settled(check, run)


@GROUP.property(
    source="G2491",
    cases=cases_of("refundPayment"),
    needs=(*_SENDS, Need.BUYER),
)
def parts(check: CheckContext) -> None:
    """Refunds of all parts of a payment are accepted, and one of a hundredth more is not."""
    from hypothesis import strategies as st

    def run(ledger: Ledger) -> None:
        def test(hundredths: Sequence[int]) -> None:
            with checked_replies(check):
                verify_parts(Replay(check, ledger), hundredths)

        check.examine(PARTS, test, lambda *_: ())
        several = st.lists(st.integers(1, 999), min_size=2, max_size=4)
        check.explore(several, test, examples=few(check))

    settled(check, run)


_WITHOUT_PAYMENT: Final = {**WITHOUT_BUYER, "updateInvoice": update_of_open_invoice}


@GROUP.property(
    source="Glase Merchant API v2.6.0: a text without a stated maximum is unlimited",
    cases=cases_of(*_WITHOUT_PAYMENT),
    needs=_SENDS,
)
def long_texts(check: CheckContext) -> None:
    """A text without a documented maximum may have 300 characters, and an invoice 30 rows.

    They are in the receipt, too.
    """
    operation, has_buyer = check.case.operation, Need.BUYER not in check.environment.unmet
    effect = WITH_BUYER.get(operation) if has_buyer else None
    effect = effect or _WITHOUT_PAYMENT[operation]

    def run(ledger: Ledger) -> None:
        def test(request: Message) -> None:
            with checked_replies(check):
                effect(Replay(check, ledger, acceptable(check, request)))

        complete = strategies.boundary(check.case.operation, check.interface)[-1].message
        check.examine(
            [with_long_texts(check.interface, check.case.operation, complete)],
            test,
            without_one_part(check.interface),
        )

    settled(check, run)


@GROUP.property(source="G2488, G2491", cases=cases_of(*SIMULTANEOUS), needs=_SENDS)
def at_once(check: CheckContext) -> None:
    """Of two requests at once that exclude each other, one succeeds.

    Neither invoices nor terminals mix.
    """
    with checked_replies(check):
        SIMULTANEOUS[check.case.operation](check)


@GROUP.property(source="G2471-2492", cases=request_cases, needs=_SENDS)
def unknown_callers(check: CheckContext) -> None:
    """A request of an unknown caller is answered with 29 or 37 and changes nothing."""

    def run(ledger: Ledger) -> None:
        def test(request: Any) -> None:  # noqa: ANN401 - a request of the operation
            kind = PrincipalType(str(request.context.initiator_principal_id.type))
            exchange = _sent(check, ledger, request)
            refused = UNKNOWN_CALLER[kind]
            reason = f"unknown id of a {kind}"
            expect_code(check, exchange, reason, refused)

        check.explore(valid(check), test, examples=few(check))

    settled(check, run)


@GROUP.property(
    source="G2471-2492; assumed where that names another operation only",
    cases=cases_of(*_UNKNOWN),
    needs=_SENDS,
)
def unknown_references(check: CheckContext) -> None:
    """A request about an unknown invoice, payment, user or report is refused with its code.

    It changes nothing.
    """
    unknown = _UNKNOWN[check.case.operation]

    def run(ledger: Ledger) -> None:
        def test(request: Message) -> None:
            own = called_by(check.shop, check.shop.till, request)
            exchange = _sent(check, ledger, own)
            expect_code(check, exchange, "unknown reference", unknown, unknown.source)

        check.explore(valid(check), test, examples=few(check))

    settled(check, run)


def _sent(check: CheckContext, ledger: Ledger, request: Message) -> Exchange:
    envelope = strategies.envelope(cast("Request", request), check.interface)
    return RawRequests(check, ledger).send_unchanged(envelope)


@GROUP.property(source="G2471-2492", cases=request_cases, needs=_SENDS)
def broken(check: CheckContext) -> None:
    """A request that breaks a rule is answered with a code of its operation, or a fault.

    The fault blames the request. Unless the code is 0, nothing changes.
    """
    name, interface = check.case.operation, check.interface
    ways = ceil(check.environment.profile.examples / EXAMPLES_PER_WAY)

    def run(ledger: Ledger) -> None:
        requests = RawRequests(check, ledger)
        for rule in strategies.broken_rules(name, interface):
            if first_message_by_rule(interface)[rule.id] == name or is_thorough(check):
                for each in islice(strategies.broken_examples(name, interface, rule=rule.id), ways):
                    with check.going_on():
                        requests.send_prepared(each.envelope, rule)
        check.explore(
            strategies.broken(name, interface),
            lambda each: requests.send_prepared(each.envelope, each.rule),
            examples=few(check),
        )

    settled(check, run)


@GROUP.property(
    source="wire: the published schema limits no text", cases=request_cases, needs=_SENDS
)
def unusual(check: CheckContext) -> None:
    """An unusual request that the published schema allows is answered as a broken one is."""
    strategy = strategies.wild(check.case.operation, check.interface)

    def run(ledger: Ledger) -> None:
        requests = RawRequests(check, ledger)
        check.explore(
            strategy, lambda each: requests.send_prepared(each.envelope), examples=few(check)
        )

    settled(check, run)


@GROUP.property(
    source="assumed: refuse.too-large",
    cases=request_cases,
    needs=(*_SENDS, Need.INSIDE),
    letter="A",
)
def size(check: CheckContext) -> None:
    """A request of the maximum size is answered; one byte more gets a fault."""
    endpoint = check.session.simulator
    assert endpoint is not None  # noqa: S101 - by Need.INSIDE
    limit = endpoint.limits.message_bytes
    request = strategies.boundary(check.case.operation, check.interface)[0].message
    data = strategies.envelope(cast("Request", request), check.interface)
    requests = RawRequests(check, Ledger(check))
    for size, status in ((limit, HTTPStatus.OK), (limit + 1, HTTPStatus.INTERNAL_SERVER_ERROR)):
        # White space after the envelope changes the size and nothing else.
        exchange = requests.send_unchanged(data.ljust(size))
        check.expect(
            exchange.status == status,
            f"the reply to {size:,} bytes is HTTP {exchange.status}, expected {status:d}",
            exchange=exchange,
        )


@GROUP.property(
    source="reports: vendor's developer manual",
    cases=cases_of("executeReport"),
    needs=(*_SENDS, Need.BUYER),
    letter="V",
)
def terminal_reports(check: CheckContext) -> None:
    """The reports of a terminal's period have its transactions, and no others."""
    with checked_replies(check):
        verify_terminal_reports(check)


@GROUP.property(
    source="reports: vendor's developer manual",
    cases=cases_of("executeReport"),
    needs=_SENDS,
    letter="V",
    concludes=_LEAVE_PERIODS,
)
def books(check: CheckContext) -> None:
    """The shop's reports have the transactions of all checks before, and no others."""
    check.shop.require_details()
    if not compare_periods(check):
        raise Inapplicable("the checks before it have left no transactions to compare")
