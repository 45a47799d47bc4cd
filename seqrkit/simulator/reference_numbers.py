"""References and ids: never repeated, and the same for the same seed and clock.

The store makes them unique, not chance: an invoiceReference is the next unused number, and a
sequence that all processes on a database share is part of every other reference.
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


class ReferenceNumbers:
    """Creates references from an instant and a number of the store's sequence.

    `seed` determines the ids that look random; `None` uses the system's randomness. Dates in
    references are in `zone`.
    """

    def __init__(self, seed: int | None = 0, zone: tzinfo = UTC) -> None:
        # blake2b takes keys of up to 64 bytes.
        self._key = os.urandom(16) if seed is None else str(seed).encode()[:64]
        self._zone = zone

    def earliest_invoice(self, now: datetime) -> int:
        """Return the lowest invoiceReference of an invoice sent now: milliseconds, 13 digits."""
        return (now - _EPOCH) // _MILLISECOND

    def reference(self, at: datetime, sequence: int) -> str:
        """Return an ersReference or transactionPeriodId: yyyyMMddHHmmssSSS and 8 more digits."""
        # The zone of the reports, so that a reference shows the date under which it is found.
        local = at.astimezone(self._zone)
        milliseconds = local.microsecond // 1000
        return f"{local:%Y%m%d%H%M%S}{milliseconds:03}{sequence % _SEQUENCES:08}"

    def terminal_id(self, sequence: int) -> str:
        """Return a terminalId: 32 hexadecimal characters."""
        return self._digest(f"terminal {sequence}")

    def user_id(self, name: str) -> str:
        """Return the opaque userId of a simulated buyer: 32 hexadecimal characters."""
        return self._digest(f"user {name}")

    def _digest(self, text: str) -> str:
        return blake2b(text.encode(), key=self._key, digest_size=16).hexdigest()


def payer_terminal_id(user_id: str) -> str:
    """Return the id of a buyer's phone as receipts show it: 25 hexadecimal characters."""
    return blake2b(user_id.encode(), digest_size=16).hexdigest()[:_PAYER_DIGITS]
