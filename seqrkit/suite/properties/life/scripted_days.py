"""Scripted days at a modelled shop: scenarios that every run must include."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from seqrkit.qr import terminal_code
from seqrkit.suite.oracles.message_cases import has_field
from seqrkit.suite.properties.life.modelled_shop import (
    AT_ONCE,
    CASHIER,
    COMMIT_AMOUNT,
    TIMEOUT,
    ModelledShop,
)
from seqrkit.suite.properties.life.reference_model import (
    RESERVED_FOR,
    REVERSED_AFTER,
    Card,
    Sale,
    Terms,
)
from seqrkit.vocabulary import AcknowledgmentMode, PaymentMode

Day = Callable[[ModelledShop], None]
DAYS: Final[dict[str, Day]] = {}
"""Every day by its name."""
WEBSHOP: Final = 0
TILL: Final = 1
OTHER: Final = 2
_EVE: Final = "Eve"
_RESERVES: Final = Terms(PaymentMode.RESERVATION_REQUIRED)
_INSTANT: Final = timedelta(milliseconds=1)
_CARD: Final[Card] = ("CARD", "7")
_COUPON: Final[Card] = ("COUPON", "8")
_USED, _BLOCKED = 1, 90


def _day(day: Day) -> Day:
    DAYS[getattr(day, "__name__", "").strip("_").replace("_", " ")] = day
    return day


def _sent(
    shop: ModelledShop, total: str = "100.10", terms: Terms = AT_ONCE, till: int = TILL
) -> Sale:
    return shop.send(till, Decimal(total), terms)


def _paid(
    shop: ModelledShop, total: str = "100.10", terms: Terms = AT_ONCE, till: int = TILL
) -> Sale:
    """Return a sale that is paid and not final yet, or reserved."""
    sale = _sent(shop, total, terms, till)
    shop.scan(sale)
    shop.pay(sale)
    return sale


@_day
def _partial_refunds(shop: ModelledShop) -> None:
    sale = _paid(shop)
    shop.poll(sale)
    for amount in ("0.03", "50.05", "50.03", "50.02", "0.01"):  # the third is one cent too much
        shop.refund(sale, Decimal(amount), OTHER, _EVE)
        shop.poll(sale, sale.version)


@_day
def _full_refund(shop: ModelledShop) -> None:
    sale = _paid(shop, till=WEBSHOP)
    shop.poll(sale)
    shop.receipt(sale)
    shop.refund(sale, sale.paid, WEBSHOP, CASHIER)
    shop.wait(REVERSED_AFTER)


@_day
def _part_payments(shop: ModelledShop) -> None:
    sale = _sent(shop, "10.55")
    shop.pay(sale)  # not scanned yet
    shop.scan(sale)
    for amount in ("3.30", "7.26", "2.20"):  # the second is one cent too much
        shop.pay(sale, Decimal(amount))
        shop.poll(sale)
    shop.update(sale, Decimal(1), _EVE)
    shop.cancel(sale)
    shop.begin(sale)
    shop.decline(sale)
    shop.buyer_cancels(sale)
    shop.send(TILL, Decimal(1))  # does not cancel the partly paid one
    shop.pay(sale)
    shop.poll(sale)
    shop.refund(sale, Decimal("10.55"), TILL, CASHIER)


@_day
def _changed_reservation(shop: ModelledShop) -> None:
    sale = _paid(shop, terms=_RESERVES)
    shop.poll(sale)
    shop.update(sale, Decimal("100.11"), _EVE)
    shop.update(sale, Decimal("60.06"), _EVE)
    shop.pay(sale)
    shop.poll(sale)
    shop.commit(sale)
    shop.wait(REVERSED_AFTER)
    shop.poll(sale)
    shop.commit(sale)
    shop.refund(sale, Decimal("60.06"), TILL, CASHIER)


@_day
def _partial_commit(shop: ModelledShop) -> None:
    sale = _paid(shop, terms=_RESERVES)
    if has_field(shop.check.interface, COMMIT_AMOUNT):
        for amount in ("100.11", "0.00", "40.04"):
            shop.commit(sale, Decimal(amount))
    else:
        shop.commit(sale)
    shop.poll(sale)  # the reply to commitReservation has no ersReference
    shop.refund(sale, Decimal("0.01"), TILL, CASHIER)


@_day
def _lapsing_reservations(shop: ModelledShop) -> None:
    lasting = _paid(shop, terms=_RESERVES, till=WEBSHOP)
    desired = _paid(shop, terms=Terms(PaymentMode.RESERVATION_DESIRED), till=OTHER)
    if has_field(shop.check.interface, TIMEOUT):
        _paid(shop, terms=Terms(PaymentMode.RESERVATION_REQUIRED, seconds=60))
        shop.wait(timedelta(seconds=60) - _INSTANT)
        shop.wait(_INSTANT)
    released = _paid(shop, terms=_RESERVES)
    shop.cancel(released)
    shop.cancel(released)
    # An instant before and at the limit: an error of one is found on either side.
    shop.wait(RESERVED_FOR - shop.elapsed - _INSTANT)
    shop.wait(_INSTANT)
    for sale in (lasting, desired, released):
        shop.poll(sale)
        shop.commit(sale)


@_day
def _unpolled_payments(shop: ModelledShop) -> None:
    unseen, seen = _paid(shop, till=WEBSHOP), _paid(shop, till=WEBSHOP)
    shop.poll(seen)
    shop.wait(REVERSED_AFTER - _INSTANT)
    late = _paid(shop, "0.01", till=WEBSHOP)
    shop.poll(late)
    shop.wait(_INSTANT)
    shop.poll(unseen)
    shop.cancel(unseen)
    shop.pay(unseen)
    shop.wait(REVERSED_AFTER)


@_day
def _acknowledged_cards(shop: ModelledShop) -> None:
    for acknowledgment in (*AcknowledgmentMode, None):
        sale = _sent(shop, terms=Terms(acknowledgment=acknowledgment))
        shop.scan(sale, (_CARD,))
        shop.pay(sale)
        shop.poll(sale)
        shop.update(sale, Decimal("80.08"), _EVE, {_CARD: _USED})
        shop.poll(sale)
        shop.scan(sale, (_CARD,))
        shop.scan(sale, (_CARD, _COUPON))
        shop.update(sale, Decimal("70.07"), CASHIER, {_COUPON: _BLOCKED})
        shop.poll(sale, sale.version)
        shop.pay(sale)
        shop.poll(sale)


@_day
def _scans_without_cards(shop: ModelledShop) -> None:
    for acknowledgment in (*AcknowledgmentMode, None):
        sale = _sent(shop, terms=Terms(acknowledgment=acknowledgment))
        shop.update(sale, Decimal("90.09"), _EVE)
        shop.scan(sale)
        shop.update(sale, Decimal("80.08"), CASHIER)
        shop.scan(sale)
        shop.pay(sale)
        shop.poll(sale)


@_day
def _hesitant_buyers(shop: ModelledShop) -> None:
    sale = _sent(shop)
    shop.begin(sale)  # not scanned yet
    shop.scan(sale)
    shop.begin(sale)
    shop.update(sale, Decimal(1), _EVE)
    shop.cancel(sale)
    shop.leave(sale)
    shop.cancel(sale)
    shop.buyer_cancels(sale)
    for refuses in (shop.decline, shop.buyer_cancels):
        sale = _sent(shop)
        shop.scan(sale)
        shop.begin(sale)
        refuses(sale)
        shop.update(sale, Decimal(1), _EVE)
        shop.cancel(sale)
        shop.poll(sale)


@_day
def _open_invoices_of_tills(shop: ModelledShop) -> None:
    for till in (WEBSHOP, TILL):
        earlier, later = (_sent(shop, till=till) for _ in range(2))
        reserved = _paid(shop, terms=_RESERVES, till=till)
        _sent(shop, till=till)
        for sale in (earlier, later, reserved):
            shop.poll(sale)
        shop.commit(reserved)
        shop.update(reserved, Decimal(1), CASHIER)
        shop.cancel(reserved)


@_day
def _periods_of_shop_and_tills(shop: ModelledShop) -> None:
    for till, total in ((WEBSHOP, "1.01"), (TILL, "2.02"), (OTHER, "4.04"), (TILL, "8.08")):
        shop.poll(_paid(shop, total, till=till))
        _paid(shop, "16.16", till=till)
        shop.mark(TILL)
        # A payment that is not final is a sale of one period and reversed in another.
        shop.wait(REVERSED_AFTER)
        shop.mark(None)
    for sale in shop.payments:
        shop.refund(sale, Decimal("0.50"), OTHER, _EVE)
    shop.mark(OTHER)
    shop.mark(TILL)
    shop.mark(None)


@_day
def _current_invoice_of_a_till(shop: ModelledShop) -> None:
    till = shop.tills[TILL]
    till.session.assign_seqr_id(till.seqr_id)
    earlier, current = _sent(shop, "1.01"), _sent(shop, "2.02")
    shop.scan(current, code=terminal_code(till.seqr_id))
    shop.pay(earlier)
    shop.pay(current)
    shop.poll(current, current=True)
    shop.poll(earlier)
