"""Whole payments, compared with a model; every result code and every change of status.

In: a `CheckContext` with a session whose endpoint may be written to. Out: the checks of the group
``life``, and (`possible_codes`, `paths`) what they must cover. The model imports nothing of the
simulator; only the list of possible transitions and codes is the endpoint's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from seqrkit import strategies
from seqrkit.errors import InvalidInvoiceReference, SoapFault, UnwritableRequest
from seqrkit.model import CreditUserRequest
from seqrkit.money import Amount
from seqrkit.suite.framework import (
    Aspect,
    Case,
    CheckContext,
    Inapplicable,
    LeftOut,
    Need,
    PropertyGroup,
)
from seqrkit.suite.framework.example_steps import Expected
from seqrkit.suite.framework.failure_causes import OF_AMOUNTS, UNSTABLE
from seqrkit.suite.framework.shop import READY
from seqrkit.suite.framework.till import bill
from seqrkit.suite.oracles.message_cases import cases_of, request_cases
from seqrkit.suite.oracles.message_values import shown
from seqrkit.suite.oracles.reply_checks import (
    checked_replies,
    expect_code,
)
from seqrkit.suite.properties.life.modelled_shop import ModelledShop
from seqrkit.suite.properties.life.reference_model import REVERSED_AFTER
from seqrkit.suite.properties.life.refusals import (
    BEYOND_32_BITS,
    BUYER,
    CERTAIN,
    INSIDE,
    NO_NEEDS,
    PHONE,
    REFUSALS,
)
from seqrkit.suite.properties.life.scripted_days import DAYS
from seqrkit.suite.properties.life.status_transitions import paths, possible_codes, replay
from seqrkit.suite.properties.life.unauthorized_callers import unauthorized_requests
from seqrkit.suite.properties.replay.lexical_forms import verify_exponents
from seqrkit.vocabulary import Interface, InvoiceStatus, ReportId, ResultCode

__all__ = ["GROUP", "paths", "possible_codes"]

GROUP = PropertyGroup("life", around=checked_replies)

_MODELLED: Final = "seqrkit fidelity lists the evidence for each behaviour"
_SENDS: Final = (Need.ENDPOINT, Need.WRITES)
_LIVES: Final = (Need.ENDPOINT, Need.WRITES, Need.PHONE, Need.CLOCK)


@GROUP.property(
    source=_MODELLED,
    cases=lambda interface: [Case(interface, name=each) for each in DAYS],
    needs=_LIVES,
)
def days(check: CheckContext) -> None:
    """Replies and reports of scripted days in a shop equal those of the model."""
    shop = ModelledShop(check)
    DAYS[check.case.name](shop)
    shop.finish()


@GROUP.property(
    source=_MODELLED,
    cases=lambda interface: [Case(interface, name=each) for each in paths(interface)],
    needs=_LIVES,
)
def transitions(check: CheckContext) -> None:
    """Every change of status happens as in the model."""
    name = check.case.name
    shop = ModelledShop(check)
    replay(shop, paths(check.interface)[name])
    check.expect(name in shop.transitions, f"the status did not change: {name}")
    shop.finish()


@GROUP.property(
    source="G2474-2478; 21 for callers not admitted: assumed",
    cases=request_cases,
    needs=_SENDS,
)
def callers(check: CheckContext) -> None:
    """A caller that is unknown, not admitted or has a wrong password is refused with its code."""
    for reason, request, refused, letter in unauthorized_requests(check):
        with check.going_on():
            exchange = check.session.send_raw(strategies.envelope(request, check.interface))
            expect_code(check, exchange, reason, refused, letter)


def _with_needs(needs: frozenset[Need]) -> Callable[[Interface], Iterable[Case]]:
    """Return a function that lists the refusals with these needs as cases."""
    return lambda interface: (
        Case(interface, each.operation, each.name)
        for each in REFUSALS.values()
        if each.needs == needs and each.applies_to(interface)
    )


_INSTANT: Final = 0.001
"""Seconds."""
_REVERSED: Final = REVERSED_AFTER + timedelta(seconds=1)
"""When a payment that nobody has seen is certainly reversed."""
_SOURCE: Final = "G2471-2492"


@GROUP.property(source=_SOURCE, cases=_with_needs(NO_NEEDS), needs=_SENDS)
def codes(check: CheckContext) -> None:
    """Every request that must be refused is answered with its code."""
    refusal = REFUSALS[check.case.operation, check.case.name]
    behaviour = refusal.behaviour
    # A service written from the references alone cannot know what other material states.
    letter = "D" if behaviour.source == "D" else "A"
    is_certain = CERTAIN & {behaviour.id, f"{refusal.operation}/{refusal.name}"}
    if not (check.requires(letter) or is_certain):
        raise Inapplicable("this refusal is not in the references: use --sources A")
    try:
        refusal.send(check.shop)
    except UnwritableRequest as error:
        raise Inapplicable(str(error)) from error
    except SoapFault:
        # A fault while the state is brought about is another failure.
        if check.session.exchanges[-1].operation != refusal.operation:
            raise
    environment, exchange = check.environment, check.session.exchanges[-1]
    is_cut = refusal.name.endswith(BEYOND_32_BITS) and exchange.result_code == 0
    if is_cut and behaviour.id not in environment.shown:
        environment.causes.setdefault(OF_AMOUNTS, refusal.name)
    expect_code(check, exchange, refusal.name, behaviour, letter)


@GROUP.property(source=_SOURCE, cases=_with_needs(BUYER), needs=(*_SENDS, *BUYER))
def codes_of_payments(check: CheckContext) -> None:
    """Every request that must be refused after an action of the buyer has its code."""
    codes(check)


@GROUP.property(source=_SOURCE, cases=_with_needs(PHONE), needs=(*_SENDS, *PHONE))
def codes_of_the_phone(check: CheckContext) -> None:
    """Every request that must be refused while the buyer uses the phone has its code."""
    codes(check)


@GROUP.property(source=_SOURCE, cases=_with_needs(INSIDE), needs=(*_SENDS, *INSIDE))
def codes_of_the_service(check: CheckContext) -> None:
    """Every request that the state of terminal, reseller or bank forbids has its code."""
    codes(check)


@GROUP.property(
    source="vendor: developer manual or guides, about G1148-1149",
    cases=cases_of("getPaymentStatus"),
    needs=(*_SENDS, *BUYER),
    letter="V",
)
def final(check: CheckContext) -> None:
    """A payment that getPaymentStatus has shown is not reversed, whatever time passes."""
    environment = check.environment
    if Need.CLOCK in environment.unmet and not environment.profile.waits:
        raise LeftOut(f"waits {_REVERSED.seconds} s for a reversal: use --profile default")
    till = check.shop.till
    reference = till.paid().reference
    before = till.status(reference)
    first = check.session.exchanges[-1].number
    check.session.clock.sleep(_REVERSED.total_seconds())
    after = till.status(reference)
    check.expect(
        after.status is InvoiceStatus.PAID,
        f"a payment that getPaymentStatus has shown is {after.status} after {_REVERSED.seconds} s, "
        "expected PAID",
        exchange=check.session.exchanges[-1],
        deviation="getPaymentStatus: payment reversed that it has shown",
        expects=Expected("status", InvoiceStatus.PAID.value, pause=_REVERSED.seconds),
    )
    date, known = (each.receipt and each.receipt.payment_date for each in (after, before))
    check.expect(
        date == known,
        f"paymentDate is {shown(date)} {_REVERSED.seconds} s after it was {shown(known)}",
        exchange=check.session.exchanges[-1],
        deviation="getPaymentStatus: paymentDate that changes",
        cause=UNSTABLE,
        expects=Expected("receipt.paymentDate", "", pause=_REVERSED.seconds, since=first),
    )


@GROUP.property(source="README", cases=cases_of("getPaymentStatus"), needs=(*_SENDS, Need.INSIDE))
def raised(check: CheckContext) -> None:
    """The client raises the exception of a code other than 0, except with check=False."""
    shop = check.shop
    reference = shop.till.send()
    check.expect(
        shop.till.status(reference).result_code == 0, "the client does not return resultCode 0"
    )
    code = ResultCode.INVALID_INVOICE_REFERENCE
    reply = shop.till.session.get_payment_status("0", check=False)
    check.expect(
        reply.result_code == code, f"the client returns {reply.result_code:d}, expected {code:d}"
    )
    try:
        shop.till.session.get_payment_status("0")
    except InvalidInvoiceReference:
        return
    check.fail(f"the client raises nothing for {code:d}", exchange=check.session.exchanges[-1])


@GROUP.property(
    source="vendor's developer manual (about 3 seconds)",
    cases=cases_of("executeReport"),
    needs=_LIVES,
)
def ready(check: CheckContext) -> None:
    """A report is ready 3 seconds after the period was marked, and not before."""
    session, period = check.session, check.shop.mark()
    for wait, code in (
        (READY - _INSTANT, ResultCode.REPORT_NOT_READY),
        (_INSTANT, ResultCode.SUCCESS),
    ):
        session.clock.sleep(wait)
        reply = session.execute_report(
            ReportId.DETAILS, parameters={"transactionPeriodId": period}, check=False
        )
        check.expect(
            reply.result_code == code,
            f"{wait:g} s later: resultCode is {reply.result_code:d}, expected {code:d} {code.name}",
            exchange=session.exchanges[-1],
        )
        check.record(Aspect.CODE, str(int(code)))


@GROUP.property(
    source="assumed: report.currencies",
    cases=cases_of("executeReport"),
    needs=_LIVES,
)
def currencies(check: CheckContext) -> None:
    """Reports have a row with its currency for each currency or transaction."""
    shop = check.shop
    shop.mark()
    for total, back in (("10.00 SEK", "1.00 SEK"), ("2.00 EUR", "0.50 EUR")):
        payment = shop.till.paid(total)
        shop.till.session.refund_payment(payment.ers_reference, bill(back))
    period = shop.mark()
    shop.session.clock.sleep(READY)
    for report, name, wanted in (
        (ReportId.SHOP, "SalesTotal", {("SEK", "9.00000"), ("EUR", "1.50000")}),
        (
            ReportId.DETAILS,
            "SalesAmount",
            {("SEK", "10.00000"), ("SEK", "-1.00000"), ("EUR", "2.00000"), ("EUR", "-0.50000")},
        ),
    ):
        rows = shop.report(report, period).document.iter("Row")
        found = {(row.findtext("Currency"), row.findtext(name)) for row in rows}
        check.expect(
            found == wanted,
            f"{report} has {_amounts(found)}, expected {_amounts(wanted)}",
            exchange=check.session.exchanges[-1],
        )


@GROUP.property(
    source="G1705-1788",
    cases=cases_of("creditUser"),
    needs=(*_SENDS, *INSIDE),
)
def payouts(check: CheckContext) -> None:
    """A payout arrives in the currency of the buyer's account, always with a description."""
    shop, (own, one, two) = check.shop, ("5.50 SEK", "1.00 EUR", "2.00 EUR")
    user_id = shop.till.paid().user_id
    for amount in (own, one, two):
        request = CreditUserRequest(user_id=user_id, amount=amount, correlation_id=amount)
        reply = shop.till.session.credit_user(request)
        check.expect(
            reply.correlation_id == amount,
            f"correlationId is {reply.correlation_id}, expected {amount}",
            exchange=check.session.exchanges[-1],
        )
    assert shop.session.simulator is not None  # noqa: S101 - by Need.INSIDE
    *_, first, second, third = shop.session.simulator.phone.credits
    exchange = check.session.exchanges[-1]
    arrived = [each.received for each in (first, second, third)]
    twice = Amount(2 * (arrived[1].value or Decimal(0)), "SEK")
    check.expect(
        arrived == [Amount.of(own), arrived[1], twice] and arrived[1] != Amount.of("1.00 SEK"),
        f"{own}, {one} and {two} arrived as {', '.join(map(str, arrived))}",
        exchange=exchange,
    )
    check.expect(first.description, "the payout has no description", exchange=exchange)


@GROUP.property(source=_MODELLED, cases=lambda interface: [Case(interface)], needs=_LIVES)
def as_the_model(check: CheckContext) -> None:
    """Replies and reports of random lives of payments equal those of the model."""
    from seqrkit.suite.properties.life.state_machine import RandomLife

    check.run_state_machine(lambda: RandomLife(check))


# Last: a service that cannot answer them can be busy for hours, or out of memory.
@GROUP.property(
    source="wire: xs:decimal has no exponent (XML Schema, part 2)",
    cases=cases_of("sendInvoice"),
    needs=_SENDS,
)
def exponents(check: CheckContext) -> None:
    """A number with a large exponent, which its type does not allow, is answered."""
    verify_exponents(check)


def _amounts(rows: Iterable[tuple[str | None, str | None]]) -> str:
    return ", ".join(sorted(f"{amount} {currency}" for currency, amount in rows))
