"""Days in a shop, scripted: what must come up in every run, each from morning to the reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from seqrkit.qr import terminal_code
from seqrkit.suite.oracles.message_cases import has
from seqrkit.suite.properties.life.modelled_shop import COMMITTED, LASTS, World
from seqrkit.suite.properties.life.reference_model import HOLDS, UNSEEN, Card, Sale, Terms
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

Day = Callable[[World], None]
DAYS: Final[dict[str, Day]] = {}
"""Every day, by its name."""
WEBSHOP: Final = 0
TILL: Final = 1
OTHER: Final = 2
_BOB, _EVE = "Bob", "Eve"
_AT_ONCE: Final = Terms()
_RESERVES: Final = Terms(PaymentMode.RESERVATION_REQUIRED)
_INSTANT: Final = timedelta(milliseconds=1)
_CARD: Final[Card] = ("CARD", "7")
_COUPON: Final[Card] = ("COUPON", "8")
_USED, _BLOCKED = 1, 90


def _day(day: Day) -> Day:
    DAYS[getattr(day, "__name__", "").strip("_").replace("_", " ")] = day
    return day


def _sent(
    world: World,
    total: str = "100.10",
    terms: Terms = _AT_ONCE,
    till: int = TILL,
    cashier: str = _BOB,
) -> Sale:
    return world.sales[world.send(till, Decimal(total), terms, cashier)]


def _paid(world: World, total: str = "100.10", terms: Terms = _AT_ONCE, till: int = TILL) -> Sale:
    """Paid, and nobody has asked for it yet; or reserved."""
    sale = _sent(world, total, terms, till)
    world.scan(sale)
    world.pay(sale)
    return sale


@_day
def _refunds_in_parts(world: World) -> None:
    sale = _paid(world)
    world.poll(sale)
    for amount in ("0.03", "50.05", "50.03", "50.02", "0.01"):  # the third is one cent too many
        world.refund(sale, Decimal(amount), OTHER, _EVE)
        world.poll(sale, sale.version)


@_day
def _a_refund_of_all(world: World) -> None:
    sale = _paid(world, till=WEBSHOP)
    world.poll(sale)
    world.receipt(sale)
    world.refund(sale, sale.paid, WEBSHOP, _BOB)
    world.wait(UNSEEN)


@_day
def _payment_in_parts(world: World) -> None:
    sale = _sent(world, "10.55")
    world.pay(sale)  # not scanned yet
    world.scan(sale)
    for amount in ("3.30", "7.26", "2.20"):  # the second is one cent too many
        world.pay(sale, Decimal(amount))
        world.poll(sale)
    world.update(sale, Decimal(1), _EVE, {})
    world.cancel(sale)
    world.begin(sale)
    world.decline(sale)
    world.buyer_cancels(sale)
    world.send(TILL, Decimal(1), _AT_ONCE, _BOB)  # leaves it alone
    world.pay(sale)
    world.poll(sale)
    world.refund(sale, Decimal("10.55"), TILL, _BOB)


@_day
def _a_reservation_that_is_changed(world: World) -> None:
    sale = _paid(world, terms=_RESERVES)
    world.poll(sale)
    world.update(sale, Decimal("100.11"), _EVE, {})
    world.update(sale, Decimal("60.06"), _EVE, {})
    world.pay(sale)
    world.poll(sale)
    world.commit(sale, None)
    world.wait(UNSEEN)
    world.poll(sale)
    world.commit(sale, None)
    world.refund(sale, Decimal("60.06"), TILL, _BOB)


@_day
def _a_reservation_of_which_a_part_is_taken(world: World) -> None:
    sale = _paid(world, terms=_RESERVES)
    if has(world.check.interface, COMMITTED):
        for amount in ("100.11", "0.00", "40.04"):
            world.commit(sale, Decimal(amount))
    else:
        world.commit(sale, None)
    world.refund(sale, Decimal("0.01"), TILL, _BOB)


@_day
def _reservations_that_lapse(world: World) -> None:
    lasting = _paid(world, terms=_RESERVES, till=WEBSHOP)
    desired = _paid(world, terms=Terms(PaymentMode.RESERVATION_DESIRED), till=OTHER)
    if has(world.check.interface, LASTS):
        _paid(world, terms=Terms(PaymentMode.RESERVATION_REQUIRED, seconds=60))
        world.wait(timedelta(seconds=60) - _INSTANT)
        world.wait(_INSTANT)
    released = _paid(world, terms=_RESERVES)
    world.cancel(released)
    world.cancel(released)
    world.wait(HOLDS - world.now - _INSTANT)
    world.wait(_INSTANT)
    for sale in (lasting, desired, released):
        world.poll(sale)
        world.commit(sale, None)


@_day
def _payments_that_nobody_asks_for(world: World) -> None:
    unseen, seen = _paid(world, till=WEBSHOP), _paid(world, till=WEBSHOP)
    world.poll(seen)
    world.wait(UNSEEN - _INSTANT)
    late = _paid(world, "0.01", till=WEBSHOP)
    world.poll(late)
    world.wait(_INSTANT)
    world.poll(unseen)
    world.cancel(unseen)
    world.pay(unseen)
    world.wait(UNSEEN)


@_day
def _loyalty_that_is_acknowledged(world: World) -> None:
    for acknowledgment in (*AcknowledgmentMode, None):
        sale = _sent(world, terms=Terms(acknowledgment=acknowledgment))
        world.scan(sale, (_CARD,))
        world.pay(sale)
        world.poll(sale)
        world.update(sale, Decimal("80.08"), _EVE, {_CARD: _USED})
        world.poll(sale)
        world.scan(sale, (_CARD,))
        world.scan(sale, (_CARD, _COUPON))
        world.update(sale, Decimal("70.07"), _BOB, {_COUPON: _BLOCKED})
        world.poll(sale, sale.version)
        world.pay(sale)
        world.poll(sale)


@_day
def _scans_without_cards(world: World) -> None:
    for acknowledgment in (*AcknowledgmentMode, None):
        sale = _sent(world, terms=Terms(acknowledgment=acknowledgment))
        world.update(sale, Decimal("90.09"), _EVE, {})
        world.scan(sale)
        world.update(sale, Decimal("80.08"), _BOB, {})
        world.scan(sale)
        world.pay(sale)
        world.poll(sale)


@_day
def _buyers_who_hesitate(world: World) -> None:
    sale = _sent(world)
    world.begin(sale)  # not scanned yet
    world.scan(sale)
    world.begin(sale)
    world.update(sale, Decimal(1), _EVE, {})
    world.cancel(sale)
    world.leave(sale)
    world.cancel(sale)
    world.buyer_cancels(sale)
    for refuses in (world.decline, world.buyer_cancels):
        sale = _sent(world)
        world.scan(sale)
        world.begin(sale)
        refuses(sale)
        world.update(sale, Decimal(1), _EVE, {})
        world.cancel(sale)
        world.poll(sale)


@_day
def _one_bill_at_a_till_and_many_in_a_webshop(world: World) -> None:
    for till in (WEBSHOP, TILL):
        earlier, later = (_sent(world, till=till) for _ in range(2))
        reserved = _paid(world, terms=_RESERVES, till=till)
        _sent(world, till=till)
        for sale in (earlier, later, reserved):
            world.poll(sale)
        world.commit(reserved, None)
        world.update(reserved, Decimal(1), _BOB, {})
        world.cancel(reserved)


@_day
def _periods_of_shop_and_tills(world: World) -> None:
    for till, total in ((WEBSHOP, "1.01"), (TILL, "2.02"), (OTHER, "4.04"), (TILL, "8.08")):
        world.poll(_paid(world, total, till=till))
        _paid(world, "16.16", till=till)
        world.mark(TILL)
        # What was not asked for is a sale of one period, and given back in another.
        world.wait(UNSEEN)
        world.mark(None)
    for sale in world.payments:
        world.refund(sale, Decimal("0.50"), OTHER, _EVE)
    world.mark(OTHER)
    world.mark(TILL)
    world.mark(None)


@_day
def _the_current_bill_of_a_till(world: World) -> None:
    till = world.tills[TILL]
    till.session.assign_seqr_id(till.seqr_id)
    earlier, current = _sent(world, "1.01"), _sent(world, "2.02")
    world.scan(current, code=terminal_code(till.seqr_id))
    world.pay(earlier)
    world.pay(current)
    world.poll(current, current=True)
    world.poll(earlier)
