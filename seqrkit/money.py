"""Amounts of money: an exact decimal and a currency, never a float.

The reference writes an amount as a value in the pattern ``#.##`` and an ISO 4217 currency
(document 001, "Invoice data"). This type holds any exact decimal, since requests that break the
pattern must be expressible too; the contract judges them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import overload

from seqrkit import schemas
from seqrkit.errors import InvalidAmount

_SPOKEN = re.compile(r"\s*([-+]?[0-9.]+)\s*([A-Za-z]{3})\s*", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]+")
_EXACT = Context(prec=200, traps=[Inexact])
"""Sums are exact or refused; the default context would round silently after 28 digits."""
_EXAMPLE = 'write it like "149.99 SEK"'


@dataclass(frozen=True, slots=True)
class Amount:
    """A value and the currency it is in, e.g. ``Amount(Decimal("149.99"), "SEK")``.

    Either part may be `None`, because a request that leaves one out must be expressible; such an
    amount takes no part in sums. `Amount.of` reads the form people write: ``"149.99 SEK"``.

    Raises `InvalidAmount` for a float (it cannot hold most amounts exactly) and for a value that
    is not a finite decimal.
    """

    value: Decimal | None
    currency: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _exact(self.value))

    @classmethod
    def of(cls, written: Amount | str) -> Amount:
        """Read ``"149.99 SEK"``; an `Amount` is given back as it is.

        Raises `InvalidAmount`, whose sentence says why, for a decimal comma, a float, a missing
        currency or anything else that is not a number and a currency.
        """
        if isinstance(written, Amount):
            return written
        if not isinstance(written, str):
            raise InvalidAmount(_refusal(written))
        match = _SPOKEN.fullmatch(written)
        if match is None:
            raise InvalidAmount(_unreadable(written))
        return cls(_decimal(match[1], written), match[2].upper())

    @property
    def minor_units(self) -> int | None:
        """Decimals the currency has (SEK 2, JPY 0), or `None` for one that ISO 4217 lacks."""
        return schemas.currencies().get(self.currency or "")

    def __str__(self) -> str:
        parts = ("?" if self.value is None else f"{self.value:f}", self.currency or "?")
        return " ".join(parts)

    def __repr__(self) -> str:
        return f"Amount({str(self)!r})"

    def __neg__(self) -> Amount:
        return Amount(_EXACT.minus(self._known()), self.currency)

    def __add__(self, other: Amount) -> Amount:
        return self._sum(self._same(other))

    def __sub__(self, other: Amount) -> Amount:
        return self._sum(self._same(other).copy_negate())

    def __lt__(self, other: Amount) -> bool:
        return self._known() < self._same(other)

    def __le__(self, other: Amount) -> bool:
        return self._known() <= self._same(other)

    def __gt__(self, other: Amount) -> bool:
        return self._known() > self._same(other)

    def __ge__(self, other: Amount) -> bool:
        return self._known() >= self._same(other)

    def _sum(self, value: Decimal) -> Amount:
        try:
            return Amount(_EXACT.add(self._known(), value), self.currency)
        except Inexact as error:
            msg = f"{self} and {value:e} differ too much in size to be added exactly"
            raise InvalidAmount(msg) from error

    def _known(self) -> Decimal:
        if self.value is None:
            msg = f"{self} has no value to calculate with; give it one"
            raise InvalidAmount(msg)
        return self.value

    def _same(self, other: Amount) -> Decimal:
        if self.currency != other.currency:
            msg = f"{self} and {other} are in two currencies; they are neither added nor compared"
            raise InvalidAmount(msg)
        return other._known()


@overload
def optional_amount(written: None) -> None: ...
@overload
def optional_amount(written: Amount | str) -> Amount: ...
def optional_amount(written: Amount | str | None) -> Amount | None:
    """`Amount.of`, with `None` for none."""
    return None if written is None else Amount.of(written)


def _exact(value: object) -> Decimal | None:
    if value is None or (isinstance(value, Decimal) and value.is_finite()):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise InvalidAmount(_refusal(value))


def _decimal(digits: str, written: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise InvalidAmount(_unreadable(written)) from error


def _refusal(value: object) -> str:
    if isinstance(value, float):
        return (
            f"{value!r} is a float, and a float cannot hold most amounts exactly; "
            f'{_EXAMPLE}, or give Decimal("{value!r}")'
        )
    return f"{value!r} is no amount; {_EXAMPLE}"


def _unreadable(written: str) -> str:
    if _DECIMAL_COMMA.search(written):
        return f'"{written}" has a decimal comma; the service reads a point: {_EXAMPLE}'
    if re.search(r"[A-Za-z]", written) is None:
        return f'"{written}" names no currency; {_EXAMPLE}'
    return f'"{written}" is not a number and a currency; {_EXAMPLE}'
