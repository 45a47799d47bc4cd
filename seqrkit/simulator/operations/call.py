"""What an operation is given besides its request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, TypedDict

from seqrkit.simulator.authentication.passwords import Passwords
from seqrkit.simulator.authentication.principals import Caller
from seqrkit.simulator.behaviours import Refusal, result_codes
from seqrkit.simulator.store.interface import Transaction
from seqrkit.simulator.store.ledger import Ledger
from seqrkit.simulator.store.records import StoredInvoice, Terminal
from seqrkit.vocabulary import Interface, ResultCode


class Success(TypedDict):
    """What every reply to a request that was carried out says."""

    result_code: ResultCode
    result_description: str


DONE: Final = Success(result_code=ResultCode.SUCCESS, result_description=ResultCode.SUCCESS.name)


@dataclass(frozen=True, slots=True)
class Call:
    """One request being answered: who calls, when, and the transaction it happens in."""

    ledger: Ledger
    caller: Caller
    passwords: Passwords
    interface: Interface
    zone: tzinfo
    strict: bool = False

    @property
    def tx(self) -> Transaction:
        """The transaction."""
        return self.ledger.tx

    @property
    def now(self) -> datetime:
        """The instant at which all of the request happens."""
        return self.ledger.now

    @property
    def terminal(self) -> Terminal:
        """The calling terminal, of an operation that only terminals may call."""
        if self.caller.terminal is None:
            msg = "this operation was opened to resellers, who are no terminal"
            raise TypeError(msg)
        return self.caller.terminal

    def invoice(
        self, reference: str | None, otherwise: Refusal = result_codes.UNKNOWN_INVOICE_ELSEWHERE
    ) -> StoredInvoice | Refusal:
        """The calling terminal's invoice of that reference, or else the refusal."""
        found = self.tx.invoice(reference) if reference else None
        if found is None or found.terminal != self.terminal.number:
            return otherwise
        return found

    def in_zone(self, date: datetime | None) -> datetime | None:
        """A date with its zone: the endpoint's own for one that has none."""
        if date is None or date.tzinfo is not None:
            return date
        return date.replace(tzinfo=self.zone)
