"""Properties of requests that must or may be refused, and then change nothing."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from http import HTTPStatus
from itertools import islice
from math import ceil
from typing import Any, Final, cast

from seqrkit import strategies
from seqrkit.errors import SoapFault
from seqrkit.exchange import Exchange
from seqrkit.model_base import Request
from seqrkit.simulator.behaviours import refusal
from seqrkit.strategies import Message
from seqrkit.suite.framework import CheckContext, Inapplicable, Need, PropertyGroup
from seqrkit.suite.framework.till import bill
from seqrkit.suite.oracles.message_cases import cases_of, first_message_by_rule, request_cases
from seqrkit.suite.oracles.reply_checks import UNKNOWN_CALLER, checked_replies, expect_code
from seqrkit.suite.properties.replay.generated_requests import (
    EXAMPLES_PER_WAY,
    SENDS,
    few,
    is_thorough,
    valid,
)
from seqrkit.suite.properties.replay.ledger import Ledger, settled
from seqrkit.suite.properties.replay.raw_requests import RawRequests
from seqrkit.suite.properties.replay.replayed_request import called_by
from seqrkit.vocabulary import PrincipalType

REFUSED = PropertyGroup("replay")

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


@REFUSED.property(source="G2471-2492", cases=request_cases, needs=SENDS)
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


@REFUSED.property(
    source="G2471-2492; assumed where that names another operation only",
    cases=cases_of(*_UNKNOWN),
    needs=SENDS,
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


@REFUSED.property(
    source="G2471-2492",
    cases=cases_of("getPaymentStatus", "refundPayment"),
    needs=(*SENDS, Need.BUYER),
)
def mixed_references(check: CheckContext) -> None:
    """An ersReference is refused as an invoiceReference, and the other way round."""
    with checked_replies(check):
        payment, session = check.shop.till.paid(), check.shop.till.session
        name, behaviour, is_other = "ersReference", "invoice.reference", False
        earlier = len(session.exchanges)
        with suppress(SoapFault):  # which refuses, too
            if check.case.operation == "getPaymentStatus":
                status = session.get_payment_status(payment.ers_reference, check=False)
                is_other = not status.result_code and status.ers_reference != payment.ers_reference
            else:
                name, behaviour = "invoiceReference", "refund.reference"
                part = session.refund_payment(payment.reference, bill("1.00 SEK"), check=False)
                whole = partial(session.refund_payment, payment.ers_reference, bill(), check=False)
                code = part.result_code
                # Of another payment nothing may be left, or it has another currency. That an
                # unknown one has the right code is a property of its own.
                is_found = code not in {0, refusal(behaviour).code}
                is_other = is_found or not (code or whole().result_code)
        exchange = session.exchanges[earlier]
        if is_other or payment.reference == payment.ers_reference:
            raise Inapplicable(f"needs an {name} that does not name another payment as well")
        expect_code(check, exchange, name, refusal(behaviour))


def _sent(check: CheckContext, ledger: Ledger, request: Message) -> Exchange:
    envelope = strategies.envelope(cast("Request", request), check.interface)
    return RawRequests(check, ledger).send_unchanged(envelope)


@REFUSED.property(source="G2471-2492", cases=request_cases, needs=SENDS)
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


@REFUSED.property(
    source="wire: the published schema limits no text", cases=request_cases, needs=SENDS
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


@REFUSED.property(
    source="assumed: refuse.too-large",
    cases=request_cases,
    needs=(*SENDS, Need.INSIDE),
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
