"""References and ids: never repeated, and the same every time with the same seed and clock.

What makes them unique is not chance but the store: the next free invoiceReference, and a sequence
that all processes on one database share.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import blake2b
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SEQUENCES: Final = 10**8
_PAYER_DIGITS: Final = 25


class Ids:
    """Makes references out of an instant and a number of the store's sequence.

    `seed` decides the ids that look random; `None` takes them from the system's randomness.
    Dates in references are in `zone`.
    """

    def __init__(self, seed: int | None = 0, zone: tzinfo = UTC) -> None:
        self._key = os.urandom(16) if seed is None else str(seed).encode()[:64]
        self._zone = zone

    def earliest_invoice(self, now: datetime) -> int:
        """The smallest invoiceReference for an invoice sent now: milliseconds, 13 digits."""
        return (now - _EPOCH) // _MILLISECOND

    def reference(self, at: datetime, sequence: int) -> str:
        """An ersReference or transactionPeriodId: yyyyMMddHHmmssSSS and 8 digits more."""
        local = at.astimezone(self._zone)
        milliseconds = local.microsecond // 1000
        return f"{local:%Y%m%d%H%M%S}{milliseconds:03}{sequence % _SEQUENCES:08}"

    def terminal(self, sequence: int) -> str:
        """A terminalId: 32 hexadecimal characters."""
        return self._digest(f"terminal {sequence}", 16)

    def user(self, name: str) -> str:
        """The opaque userId of a simulated buyer: 32 letters and digits."""
        return self._digest(f"user {name}", 16)

    def _digest(self, text: str, size: int) -> str:
        return blake2b(text.encode(), key=self._key, digest_size=size).hexdigest()


def payer_terminal(user_id: str) -> str:
    """The id of a buyer's phone, as receipts show it: 25 hexadecimal characters."""
    return blake2b(user_id.encode(), digest_size=16).hexdigest()[:_PAYER_DIGITS]
