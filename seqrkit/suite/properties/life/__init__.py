"""Life: whole payments, compared with a model; every result code and every change of status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from seqrkit import contract, strategies
from seqrkit.errors import InvalidInvoiceReference
from seqrkit.model import CreditUserRequest, Reply
from seqrkit.money import Amount
from seqrkit.suite.oracles.reply_judge import judged
from seqrkit.suite.properties.life.modelled_shop import World
from seqrkit.suite.properties.life.reachable_transitions import codes, paths, transitions
from seqrkit.suite.properties.life.reference_model import NOTHING
from seqrkit.suite.properties.life.refusals import BUYER, INSIDE, NOBODY, SITUATIONS
from seqrkit.suite.properties.life.scripted_days import DAYS
from seqrkit.suite.properties.life.transition_path import walk
from seqrkit.suite.properties.life.unauthorized_callers import strangers
from seqrkit.suite.reports.contract_coverage import Aspect
from seqrkit.suite.runner.property import Case, Chapter, Need
from seqrkit.suite.runner.shop import DETAILS, READY, SHOP, bill
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seqrkit.suite.runner.check_context import Trial
    from seqrkit.vocabulary import Interface

__all__ = ["CHAPTER", "codes", "transitions"]

CHAPTER = Chapter("life")

_MODELLED: Final = "001; vendor's developer manual; assumed where neither says (seqrkit fidelity)"
_SENDS: Final = (Need.ENDPOINT, Need.WRITES)
_LIVES: Final = (Need.ENDPOINT, Need.WRITES, Need.BUYER, Need.CLOCK)


@CHAPTER.property(
    "days",
    "On days in a shop, as they must come up: codes, statuses, versions, receipts and reports are "
    "those of the model.",
    source=_MODELLED,
    cases=lambda interface: [Case(interface, name=each) for each in DAYS],
    needs=_LIVES,
)
def _days(trial: Trial) -> None:
    with judged(trial):
        world = World(trial)
        DAYS[trial.case.name](world)
        world.finish()


@CHAPTER.property(
    "transitions",
    "Every change of status happens as in the model, and is seen.",
    source=_MODELLED,
    cases=lambda interface: [Case(interface, name=each) for each in paths()],
    needs=_LIVES,
)
def _transitions(trial: Trial) -> None:
    with judged(trial):
        world = World(trial)
        walk(world, paths()[trial.case.name])
        trial.expect(trial.case.name in world.happened, f"{trial.case.name} did not happen")
        world.finish()


@CHAPTER.property(
    "callers",
    "Whoever is unknown, has no right password or may not call the operation is refused by code.",
    source="001 Result codes, 20, 29 and 37; 21 for who may not: assumed",
    cases=lambda interface: [Case(interface, each) for each in contract.load(interface).operations],
    needs=_SENDS,
)
def _callers(trial: Trial) -> None:
    with judged(trial):
        for why, request, code in strangers(trial):
            exchange = trial.session.send_raw(strategies.envelope(request, trial.interface))
            _has_code(trial, f"{why}: it", exchange.result_code, code)


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


@CHAPTER.property("codes", f"{_CODES}.", source=_SOURCE, cases=_in(NOBODY), needs=_SENDS)
def _codes(trial: Trial) -> None:
    with judged(trial):
        told = SITUATIONS[trial.case.name].ask(trial.shop)
        code = told.result_code if isinstance(told, Reply) else told
        _has_code(trial, "it", code, SITUATIONS[trial.case.name].code)


@CHAPTER.property(
    "codes-of-payments",
    f"{_CODES}: those of what a buyer has done.",
    source=_SOURCE,
    cases=_in(BUYER),
    needs=(*_SENDS, *BUYER),
)
def _codes_of_payments(trial: Trial) -> None:
    _codes(trial)


@CHAPTER.property(
    "codes-of-the-service",
    f"{_CODES}: those that only the service's own staff can bring about.",
    source=_SOURCE,
    cases=_in(INSIDE),
    needs=(*_SENDS, *INSIDE),
)
def _codes_of_the_service(trial: Trial) -> None:
    _codes(trial)


@CHAPTER.property(
    "raised",
    "A code other than 0 is raised as the exception named for it, unless asked otherwise.",
    source="seqrkit's own: README",
    cases=lambda interface: [Case(interface, "getPaymentStatus")],
    needs=_SENDS,
)
def _raised(trial: Trial) -> None:
    shop = trial.shop
    reference = shop.till.send()
    trial.expect(shop.till.status(reference).result_code == 0, "what is answered 0 is not returned")
    code = ResultCode.INVALID_INVOICE_REFERENCE
    reply = shop.till.session.get_payment_status("0", check=False)
    trial.expect(reply.result_code == code, f"{reply.result_code} is returned, not {code}")
    try:
        shop.till.session.get_payment_status("0")
    except InvalidInvoiceReference:
        return
    trial.fail(f"nothing is raised for {code}", exchange=trial.session.exchanges[-1])


@CHAPTER.property(
    "ready",
    "A report is ready 3 seconds after the mark, and not an instant before.",
    source="vendor's developer manual, which says some 3 seconds",
    cases=lambda interface: [Case(interface, "executeReport")],
    needs=_LIVES,
)
def _ready(trial: Trial) -> None:
    with judged(trial):
        session, period = trial.session, trial.shop.mark()
        for wait, code in (
            (READY - _INSTANT, ResultCode.REPORT_NOT_READY),
            (_INSTANT, ResultCode.SUCCESS),
        ):
            session.clock.sleep(wait)
            reply = session.execute_report(
                DETAILS, parameters={"transactionPeriodId": period}, check=False
            )
            _has_code(trial, f"{wait} s later it", reply.result_code, code)


@CHAPTER.property(
    "currencies",
    "Sums and transactions of several currencies are a row each, which names its currency.",
    source="assumed: report.currencies",
    cases=lambda interface: [Case(interface, "executeReport")],
    needs=_LIVES,
)
def _currencies(trial: Trial) -> None:
    with judged(trial):
        shop = trial.shop
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
            trial.expect(
                found == wanted,
                f"{report} has {sorted(map(str, found))}, and should have {sorted(wanted)}",
                exchange=trial.session.exchanges[-1],
            )


@CHAPTER.property(
    "payouts",
    "A payout arrives in the currency of the buyer's account, with a description in any case.",
    source="001 creditUser",
    cases=lambda interface: [
        Case(interface, name) for name in contract.load(interface).operations if name == _CREDIT
    ],
    needs=(*_SENDS, *INSIDE),
)
def _payouts(trial: Trial) -> None:
    with judged(trial):
        shop, (own, one, two) = trial.shop, ("5.50 SEK", "1.00 EUR", "2.00 EUR")
        user_id = shop.till.paid().user_id
        for amount in (own, one, two):
            request = CreditUserRequest(user_id=user_id, amount=amount, correlation_id=amount)
            reply = shop.till.session.credit_user(request)
            trial.expect(
                reply.correlation_id == amount,
                f"the correlationId is {reply.correlation_id}, not {amount}",
                exchange=trial.session.exchanges[-1],
            )
        assert shop.session.simulator is not None  # noqa: S101 - it is inside
        *_, first, second, third = shop.session.simulator.phone.credits
        exchange = trial.session.exchanges[-1]
        arrived = [each.received for each in (first, second, third)]
        twice = Amount(2 * (arrived[1].value or NOTHING), "SEK")
        trial.expect(
            arrived == [Amount.of(own), arrived[1], twice] and arrived[1] != Amount.of("1.00 SEK"),
            f"{own}, {one} and {two} have arrived as {arrived}",
            exchange=exchange,
        )
        trial.expect(first.description, "the payout has no description", exchange=exchange)


@CHAPTER.property(
    "as-the-model",
    "The same, whatever merchants, buyers and time do.",
    source=_MODELLED,
    cases=lambda interface: [Case(interface)],
    needs=_LIVES,
)
def _as_the_model(trial: Trial) -> None:
    from seqrkit.suite.properties.life.state_machine import Life

    trial.live(lambda: Life(trial))


def _has_code(trial: Trial, what: str, found: int | None, wanted: ResultCode) -> None:
    trial.expect(
        found == wanted,
        f"{what} is answered {found}, not {wanted} {wanted.name}",
        exchange=trial.session.exchanges[-1],
    )
    trial.saw(Aspect.CODE, str(int(wanted)))
