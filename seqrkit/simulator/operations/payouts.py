"""creditUser."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from seqrkit import schemas
from seqrkit.model import CreditUser, CreditUserReply, CreditUserRequest
from seqrkit.money import EXACT, Amount
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.simulator.operations.operation_call import SUCCESS, Call
from seqrkit.simulator.store.records import Credit, Reseller
from seqrkit.simulator.store.settings import User

DESCRIPTIONS: Final = MappingProxyType(
    {
        "en": ("Credit from Merchant", "Withdrawal from iGaming"),
        "da": ("Kreditering fra butik", "Udbetaling fra iGaming"),
        "de": ("Gutschrift vom Händler", "Auszahlung von iGaming"),
        "fi": ("Hyvitys kauppiaalta", "Nosto iGaming-tililtä"),
        "fr": ("Crédit du commerçant", "Retrait iGaming"),
        "nl": ("Tegoed van winkelier", "Uitbetaling van iGaming"),
        "no": ("Kreditering fra butikk", "Uttak fra iGaming"),
        "sv": ("Kreditering från butik", "Uttag från iGaming"),
    }
)
"""The description of a credit for which the merchant gives none, by the buyer's language.

The first is that of any merchant, the second that of a gaming partner.
"""
RATES: Final = MappingProxyType(
    {
        "SEK": Decimal(1),
        "EUR": Decimal("11.00"),
        "USD": Decimal("10.00"),
        "GBP": Decimal("13.00"),
        "NOK": Decimal("1.00"),
        "DKK": Decimal("1.50"),
    }
)
"""The simulated value of one unit in kronor; 1 for all other currencies."""


def credit_user(call: Call, request: CreditUser) -> CreditUserReply | Refusal:
    """Pay money to a buyer."""
    wanted = request.credit_user_request or CreditUserRequest()
    user = call.tx.get(User, id=wanted.user_id) if wanted.user_id else None
    if user is None:
        return refusal("credit.user")
    amount = wanted.amount
    if amount is None or amount.value is None or amount.value <= 0:
        return refusal("credit.amount")
    if amount.currency not in schemas.currencies():
        return refusal("credit.amount")
    credit = Credit(
        reference=call.ledger.reference(),
        user_id=user.id,
        terminal=call.terminal.number,
        amount=amount,
        received=converted(amount, user.currency),
        description=wanted.description or _description(call, user),
        correlation_id=wanted.correlation_id,
        at=call.now,
    )
    call.tx.save(credit)
    return CreditUserReply(
        ers_reference=credit.reference, correlation_id=credit.correlation_id, **SUCCESS
    )


def _description(call: Call, user: User) -> str:
    reseller = call.tx.get(Reseller, id=call.caller.reseller)
    ordinary, gaming = DESCRIPTIONS.get(user.language, DESCRIPTIONS["en"])
    return gaming if reseller is not None and reseller.gaming else ordinary


def converted(amount: Amount, currency: str) -> Amount:
    """Return an amount in another currency, at the simulated rate, rounded to its minor units."""
    if amount.currency == currency or amount.value is None:
        return amount
    there, here = RATES.get(amount.currency or "", Decimal(1)), RATES.get(currency, Decimal(1))
    units = schemas.currencies().get(currency, 2)
    # Fractions are exact, so the amount is rounded once; round() goes to the even unit.
    minor_units = round(Fraction(amount.value) * Fraction(there) / Fraction(here) * 10**units)
    return Amount(EXACT.scaleb(Decimal(minor_units), -units), currency)
