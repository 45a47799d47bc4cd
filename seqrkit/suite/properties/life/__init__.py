"""Life: whole payments, compared with a model; every result code and every change of status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from seqrkit import contract, strategies
from seqrkit.errors import InvalidInvoiceReference
from seqrkit.model import CreditUserRequest, Reply
from seqrkit.money import Amount
from seqrkit.suite.framework.check_context import Case
from seqrkit.suite.framework.contract_coverage import Aspect
from seqrkit.suite.framework.property import Need, PropertyGroup
from seqrkit.suite.framework.shop import DETAILS, READY, SHOP, bill
from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.life.modelled_shop import World
from seqrkit.suite.properties.life.reachable_transitions import codes, paths, transitions
from seqrkit.suite.properties.life.reference_model import NOTHING
from seqrkit.suite.properties.life.refusals import BUYER, INSIDE, NOBODY, SITUATIONS
from seqrkit.suite.properties.life.scripted_days import DAYS
from seqrkit.suite.properties.life.transition_path import walk
from seqrkit.suite.properties.life.unauthorized_callers import unauthorized_requests
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seqrkit.suite.framework.check_context import CheckContext
    from seqrkit.vocabulary import Interface

__all__ = ["GROUP", "codes", "transitions"]

GROUP = PropertyGroup("life")

_MODELLED: Final = "001; vendor's developer manual; assumed where neither says (seqrkit fidelity)"
_SENDS: Final = (Need.ENDPOINT, Need.WRITES)
_LIVES: Final = (Need.ENDPOINT, Need.WRITES, Need.BUYER, Need.CLOCK)


@GROUP.property(
    "days",
    "On days in a shop, as they must come up: codes, statuses, versions, receipts and reports are "
    "those of the model.",
    source=_MODELLED,
    cases=lambda interface: [Case(interface, name=each) for each in DAYS],
    needs=_LIVES,
)
def _days(check: CheckContext) -> None:
    with checked_replies(check):
        world = World(check)
        DAYS[check.case.name](world)
        world.finish()


@GROUP.property(
    "transitions",
    "Every change of status happens as in the model, and is seen.",
    source=_MODELLED,
    cases=lambda interface: [Case(interface, name=each) for each in paths()],
    needs=_LIVES,
)
def _transitions(check: CheckContext) -> None:
    with checked_replies(check):
        world = World(check)
        walk(world, paths()[check.case.name])
        check.expect(check.case.name in world.happened, f"{check.case.name} did not happen")
        world.finish()


@GROUP.property(
    "callers",
    "Whoever is unknown, has no right password or may not call the operation is refused by code.",
    source="001 Result codes, 20, 29 and 37; 21 for who may not: assumed",
    cases=lambda interface: [Case(interface, each) for each in contract.load(interface).operations],
    needs=_SENDS,
)
def _callers(check: CheckContext) -> None:
    with checked_replies(check):
        for why, request, code in unauthorized_requests(check):
            exchange = check.session.send_raw(strategies.envelope(request, check.interface))
            _has_code(check, f"{why}: it", exchange.result_code, code)


def _in(needs: frozenset[Need]) -> Callable[[Interface], Iterable[Case]]:
    """Cases: the situations that need something."""
    return lambda interface: (
        Case(interface, each.operation, each.name)
        for each in SITUATIONS.values()
        if each.needs == needs and each.fits(interface)
    )


_INSTANT: Final = 0.001
"""Seconds."""
_CREDIT: Final = "creditUser"
_CODES: Final = "Each situation in which a request is refused has the code that says so"
_SOURCE: Final = "001 Result codes; vendor's SDK; assumed (seqrkit fidelity)"


@GROUP.property("codes", f"{_CODES}.", source=_SOURCE, cases=_in(NOBODY), needs=_SENDS)
def _codes(check: CheckContext) -> None:
    with checked_replies(check):
        told = SITUATIONS[check.case.name].ask(check.shop)
        code = told.result_code if isinstance(told, Reply) else told
        _has_code(check, "it", code, SITUATIONS[check.case.name].code)


@GROUP.property(
    "codes-of-payments",
    f"{_CODES}: those of what a buyer has done.",
    source=_SOURCE,
    cases=_in(BUYER),
    needs=(*_SENDS, *BUYER),
)
def _codes_of_payments(check: CheckContext) -> None:
    _codes(check)


@GROUP.property(
    "codes-of-the-service",
    f"{_CODES}: those that only the service's own staff can bring about.",
    source=_SOURCE,
    cases=_in(INSIDE),
    needs=(*_SENDS, *INSIDE),
)
def _codes_of_the_service(check: CheckContext) -> None:
    _codes(check)


@GROUP.property(
    "raised",
    "A code other than 0 is raised as the exception named for it, unless asked otherwise.",
    source="seqrkit's own: README",
    cases=lambda interface: [Case(interface, "getPaymentStatus")],
    needs=_SENDS,
)
def _raised(check: CheckContext) -> None:
    shop = check.shop
    reference = shop.till.send()
    check.expect(shop.till.status(reference).result_code == 0, "what is answered 0 is not returned")
    code = ResultCode.INVALID_INVOICE_REFERENCE
    reply = shop.till.session.get_payment_status("0", check=False)
    check.expect(reply.result_code == code, f"{reply.result_code} is returned, not {code}")
    try:
        shop.till.session.get_payment_status("0")
    except InvalidInvoiceReference:
        return
    check.fail(f"nothing is raised for {code}", exchange=check.session.exchanges[-1])


@GROUP.property(
    "ready",
    "A report is ready 3 seconds after the mark, and not an instant before.",
    source="vendor's developer manual, which says some 3 seconds",
    cases=lambda interface: [Case(interface, "executeReport")],
    needs=_LIVES,
)
def _ready(check: CheckContext) -> None:
    with checked_replies(check):
        session, period = check.session, check.shop.mark()
        for wait, code in (
            (READY - _INSTANT, ResultCode.REPORT_NOT_READY),
            (_INSTANT, ResultCode.SUCCESS),
        ):
            session.clock.sleep(wait)
            reply = session.execute_report(
                DETAILS, parameters={"transactionPeriodId": period}, check=False
            )
            _has_code(check, f"{wait} s later it", reply.result_code, code)


@GROUP.property(
    "currencies",
    "Sums and transactions of several currencies are a row each, which names its currency.",
    source="assumed: report.currencies",
    cases=lambda interface: [Case(interface, "executeReport")],
    needs=_LIVES,
)
def _currencies(check: CheckContext) -> None:
    with checked_replies(check):
        shop = check.shop
        shop.mark()
        for total, back in (("10.00 SEK", "1.00 SEK"), ("2.00 EUR", "0.50 EUR")):
            payment = shop.till.paid(total)
            shop.till.session.refund_payment(payment.ers_reference, bill(back))
        period = shop.mark()
        shop.session.clock.sleep(READY)
        for report, name, wanted in (
            (SHOP, "SalesTotal", {("SEK", "9.00000"), ("EUR", "1.50000")}),
            (
                DETAILS,
                "SalesAmount",
                {("SEK", "10.00000"), ("SEK", "-1.00000"), ("EUR", "2.00000"), ("EUR", "-0.50000")},
            ),
        ):
            rows = etree.fromstring(shop.report(report, period)).iter("Row")
            found = {(row.findtext("Currency"), row.findtext(name)) for row in rows}
            check.expect(
                found == wanted,
                f"{report} has {sorted(map(str, found))}, and should have {sorted(wanted)}",
                exchange=check.session.exchanges[-1],
            )


@GROUP.property(
    "payouts",
    "A payout arrives in the currency of the buyer's account, with a description in any case.",
    source="001 creditUser",
    cases=lambda interface: [
        Case(interface, name) for name in contract.load(interface).operations if name == _CREDIT
    ],
    needs=(*_SENDS, *INSIDE),
)
def _payouts(check: CheckContext) -> None:
    with checked_replies(check):
        shop, (own, one, two) = check.shop, ("5.50 SEK", "1.00 EUR", "2.00 EUR")
        user_id = shop.till.paid().user_id
        for amount in (own, one, two):
            request = CreditUserRequest(user_id=user_id, amount=amount, correlation_id=amount)
            reply = shop.till.session.credit_user(request)
            check.expect(
                reply.correlation_id == amount,
                f"the correlationId is {reply.correlation_id}, not {amount}",
                exchange=check.session.exchanges[-1],
            )
        assert shop.session.simulator is not None  # noqa: S101 - it is inside
        *_, first, second, third = shop.session.simulator.phone.credits
        exchange = check.session.exchanges[-1]
        arrived = [each.received for each in (first, second, third)]
        twice = Amount(2 * (arrived[1].value or NOTHING), "SEK")
        check.expect(
            arrived == [Amount.of(own), arrived[1], twice] and arrived[1] != Amount.of("1.00 SEK"),
            f"{own}, {one} and {two} have arrived as {arrived}",
            exchange=exchange,
        )
        check.expect(first.description, "the payout has no description", exchange=exchange)


@GROUP.property(
    "as-the-model",
    "The same, whatever merchants, buyers and time do.",
    source=_MODELLED,
    cases=lambda interface: [Case(interface)],
    needs=_LIVES,
)
def _as_the_model(check: CheckContext) -> None:
    from seqrkit.suite.properties.life.state_machine import Life

    check.run_state_machine(lambda: Life(check))


def _has_code(check: CheckContext, what: str, found: int | None, wanted: ResultCode) -> None:
    check.expect(
        found == wanted,
        f"{what} is answered {found}, not {wanted} {wanted.name}",
        exchange=check.session.exchanges[-1],
    )
    check.record(Aspect.CODE, str(int(wanted)))
