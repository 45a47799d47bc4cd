"""Properties of requests that keep every rule: each is accepted and has its effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seqrkit import strategies
from seqrkit.strategies import Message
from seqrkit.suite.framework import Aspect, Case, CheckContext, Need, PropertyGroup
from seqrkit.suite.framework.example_steps import Expected
from seqrkit.suite.oracles.message_cases import cases_of
from seqrkit.suite.oracles.message_variants import with_long_texts, without_one_part
from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.replay.generated_requests import (
    SENDS,
    acceptable,
    boundaries,
    few,
    valid,
)
from seqrkit.suite.properties.replay.ledger import Ledger, settled
from seqrkit.suite.properties.replay.lexical_forms import FORMS, verify_forms
from seqrkit.suite.properties.replay.payment_receipts import (
    AMOUNTS,
    verify_amount,
    verify_payments,
    verify_polls,
    verify_terminal,
)
from seqrkit.suite.properties.replay.refunded_parts import PARTS, verify_parts
from seqrkit.suite.properties.replay.replayed_request import Replay
from seqrkit.suite.properties.replay.request_effects import (
    WITH_BUYER,
    WITHOUT_BUYER,
    Effect,
    update_of_open_invoice,
)
from seqrkit.suite.properties.replay.simultaneous import SIMULTANEOUS

ACCEPTED = PropertyGroup("replay")


# First: a valid request whose amount is lost can be refused, and that is a consequence.
@ACCEPTED.property(
    source="G1120-1170",
    cases=lambda interface: [Case(interface, "getPaymentStatus", name) for name in AMOUNTS],
    needs=(*SENDS, Need.BUYER),
)
def amounts(check: CheckContext) -> None:
    """The receipt of a payment has the totalAmount of its invoice.

    So it is if 32 bits cannot hold its hundredths, if its currency has no minor units or three
    decimals, and if the rows add up to another amount.
    """
    with checked_replies(check):
        verify_amount(Replay(check, Ledger(check)), AMOUNTS[check.case.name])


@ACCEPTED.property(source="G696-2465", cases=cases_of(*WITHOUT_BUYER), needs=SENDS)
def done(check: CheckContext) -> None:
    """A request that keeps every rule is answered with 0 and has its effect."""
    _verify_effect(check, WITHOUT_BUYER[check.case.operation])


@ACCEPTED.property(
    source="G1120-1170",
    cases=cases_of("getPaymentStatus"),
    needs=(*SENDS, Need.BUYER),
)
def payments(check: CheckContext) -> None:
    """Each payment has its own ersReference and receipt, in every reply, with its terminal."""
    replay = Replay(check, Ledger(check))
    for verify in (verify_payments, verify_terminal):
        with check.going_on(), checked_replies(check):
            verify(replay)


@ACCEPTED.property(
    source="vendor: guides (poll once a second, and offer to cancel after 30 seconds)",
    cases=cases_of("getPaymentStatus"),
    needs=SENDS,
    letter="V",
)
def polls(check: CheckContext) -> None:
    """An invoice that nobody pays is ISSUED as often as it is polled in 30 seconds."""
    with checked_replies(check):
        verify_polls(Replay(check, Ledger(check)))


@ACCEPTED.property(
    source="G696-2465; reports: vendor's developer manual",
    cases=cases_of(*WITH_BUYER),
    needs=(*SENDS, Need.BUYER),
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


@ACCEPTED.property(
    source="G2491",
    cases=cases_of("refundPayment"),
    needs=(*SENDS, Need.BUYER),
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


@ACCEPTED.property(
    source="Glase Merchant API v2.6.0: a text without a stated maximum is unlimited",
    cases=cases_of(*_WITHOUT_PAYMENT),
    needs=SENDS,
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


@ACCEPTED.property(
    source="wire: the types of the published schema (XML Schema, part 2)",
    cases=cases_of(*FORMS),
    needs=SENDS,
)
def forms(check: CheckContext) -> None:
    """Numbers and dates are accepted in every form that their types allow."""
    verify_forms(check)


@ACCEPTED.property(
    source="assumed: seqr-id.freed", cases=cases_of("unregisterTerminal"), needs=SENDS, letter="A"
)
def freed(check: CheckContext) -> None:
    """The seqrId of a terminal that is unregistered can be assigned to another one."""
    check.shop.require_registration()
    with checked_replies(check):
        (other, _), till = check.shop.witness, check.shop.leaver
        till.session.assign_seqr_id(till.seqr_id)
        till.session.unregister_terminal()
        ended = check.session.exchanges[-1]
        code = other.session.assign_seqr_id(till.seqr_id, check=False).result_code
        check.expect(
            code == 0,
            f"the seqrId of an unregistered terminal is refused at another one with resultCode "
            f"{code:d}, expected 0",
            exchange=check.session.exchanges[-1],
            deviation="unregisterTerminal: seqrId that is not freed",
            tested=ended,
            expects=Expected("resultCode", "0"),
        )


@ACCEPTED.property(source="G2488, G2491", cases=cases_of(*SIMULTANEOUS), needs=SENDS)
def at_once(check: CheckContext) -> None:
    """Of two requests at once that exclude each other, one succeeds.

    Neither invoices nor terminals mix.
    """
    with checked_replies(check):
        SIMULTANEOUS[check.case.operation](check)
