"""Amounts of money: an exact decimal and a currency, never a float.

The reference writes an amount as a value in the pattern ``#.##`` and an ISO 4217 currency
(Glase Merchant API v2.6.0, Invoice data). This type holds any exact decimal, since requests that
break the pattern must be expressible too; the contract judges them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact
from typing import Final, overload

from seqrkit import schemas
from seqrkit.errors import InvalidAmount

# Traps Inexact, so a sum that would be rounded is an error instead of a wrong amount.
EXACT: Final = Context(prec=20_000_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
"""The only context for calculations: exact, with more digits than the largest message can have."""
_DECIMAL: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
# The currency is required: an amount without one could be of any.
_AMOUNT: Final = re.compile(r"\s*([-+]?[0-9.]+)\s*([A-Za-z]{3})\s*", re.ASCII)
_DECIMAL_COMMA: Final = re.compile(r"[0-9]+,[0-9]+")
_EXAMPLE: Final = 'write it like "149.99 SEK"'


def decimal_of(text: str) -> Decimal | None:
    """Return the decimal that a text is in the notation of XML Schema, or `None`.

    Python's own notation allows more: exponents, NaN, underscores and the digits of other scripts.
    """
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Amount:
    """A value and its currency, e.g. ``Amount(Decimal("149.99"), "SEK")``.

    Either part may be `None`, because a request without it must be expressible; such an amount
    cannot be added or compared. `Amount.of` reads the form that people write: ``"149.99 SEK"``.

    Raises `InvalidAmount` for a float, which cannot hold most amounts exactly, and for a value that
    is not a finite decimal.
    """

    value: Decimal | None
    currency: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _exact(self.value))
        if not isinstance(self.currency, str | None):
            raise InvalidAmount(f"{self.currency!r} is not a currency; {_EXAMPLE}")

    @classmethod
    def of(cls, written: Amount | str) -> Amount:
        """Read ``"149.99 SEK"``; an `Amount` is returned unchanged.

        Raises `InvalidAmount` with the reason for a decimal comma, a float, a missing currency or
        anything else that is not a number and a currency.
        """
        if isinstance(written, Amount):
            return written
        if not isinstance(written, str):
            raise InvalidAmount(_refusal(written))
        match = _AMOUNT.fullmatch(written)
        value = decimal_of(match[1]) if match else None
        if match is None or value is None:
            raise InvalidAmount(_unreadable(written))
        # ISO 4217 writes capitals; people who type "sek" mean the same.
        return cls(value, match[2].upper())

    @property
    def minor_units(self) -> int | None:
        """The decimals of the currency (SEK 2, JPY 0); `None` for one that ISO 4217 lacks."""
        return schemas.currencies().get(self.currency or "")

    def __str__(self) -> str:
        parts = ("?" if self.value is None else f"{self.value:f}", self.currency or "?")
        return " ".join(parts)

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)

    def __repr__(self) -> str:
        return f"Amount({str(self)!r})"

    def __neg__(self) -> Amount:
        return Amount(EXACT.minus(self._known()), self.currency)

    def __add__(self, other: Amount) -> Amount:
        if not isinstance(other, Amount):
            return NotImplemented
        value = self._comparable(other)
        try:
            return Amount(EXACT.add(self._known(), value), self.currency or other.currency)
        except Inexact as error:
            msg = f"{self._known():e} and {value:e} differ too much in size to be added exactly"
            raise InvalidAmount(msg) from error

    def __radd__(self, other: int) -> Amount:
        # The built-in sum() starts with the int 0, and adds nothing else to an amount.
        return self if type(other) is int and other == 0 else NotImplemented

    def __sub__(self, other: Amount) -> Amount:
        if not isinstance(other, Amount):
            return NotImplemented
        return self + -other

    def __lt__(self, other: Amount) -> bool:
        return self._compare(operator.lt, other)

    def __le__(self, other: Amount) -> bool:
        return self._compare(operator.le, other)

    def __gt__(self, other: Amount) -> bool:
        return self._compare(operator.gt, other)

    def __ge__(self, other: Amount) -> bool:
        return self._compare(operator.ge, other)

    def _compare(self, relation: Callable[[Decimal, Decimal], bool], other: Amount) -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        return relation(self._known(), self._comparable(other))

    def _known(self) -> Decimal:
        if self.value is None:
            msg = f"{self} has no value to calculate with; give it one"
            raise InvalidAmount(msg)
        return self.value

    def _comparable(self, other: Amount) -> Decimal:
        # Compared, not converted: there is no exchange rate in this API.
        if self.currency != other.currency and NOTHING not in (self, other):
            msg = f"{self} and {other} are in two currencies; they are neither added nor compared"
            raise InvalidAmount(msg)
        return other._known()


@overload
def optional_amount(written: None) -> None: ...
@overload
def optional_amount(written: Amount | str) -> Amount: ...
def optional_amount(written: Amount | str | None) -> Amount | None:
    """Return `Amount.of`, or `None` for `None`."""
    return None if written is None else Amount.of(written)


def _exact(value: object) -> Decimal | None:
    if value is None or (isinstance(value, Decimal) and value.is_finite()):
        return value
    # In Python True is the integer 1, and nobody means one krona by it.
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise InvalidAmount(_refusal(value))


def _refusal(value: object) -> str:
    if isinstance(value, float):
        return (
            f"{value!r} is a float, and a float cannot hold most amounts exactly; "
            f'{_EXAMPLE}, or give Decimal("{value!r}")'
        )
    return f"{value!r} is not an amount; {_EXAMPLE}"


def _unreadable(written: str) -> str:
    if _DECIMAL_COMMA.search(written):
        return f'"{written}" has a decimal comma; the service reads a point: {_EXAMPLE}'
    if re.search(r"[A-Za-z]", written) is None:
        return f'"{written}" has no currency; {_EXAMPLE}'
    return f'"{written}" is not a number and a currency; {_EXAMPLE}'


NOTHING: Final = Amount(Decimal(0), None)
"""No money: zero without a currency, which can be added to and compared with any amount."""
