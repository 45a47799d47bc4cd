"""A request that is being answered: its caller, its time and its transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final, TypedDict

from seqrkit.simulator.authentication.passwords import Passwords
from seqrkit.simulator.authentication.principals import Caller
from seqrkit.simulator.behaviours import Note, behaviour
from seqrkit.simulator.store.records import StoredInvoice, Terminal
from seqrkit.simulator.store.sql_transaction import SqlTransaction
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.vocabulary import Interface, ResultCode


class Success(TypedDict):
    """The fields of every reply to a request that was carried out."""

    result_code: ResultCode
    result_description: str


SUCCESS: Final = Success(result_code=ResultCode.SUCCESS, result_description=ResultCode.SUCCESS.name)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is being answered."""

    ledger: Ledger
    caller: Caller
    passwords: Passwords
    interface: Interface
    zone: tzinfo
    strict: bool = False
    documented: bool = False
    notes: list[Note] = field(default_factory=list)
    """Remarks on the request, for the dashboard."""

    def note(self, behaviour_id: str, path: str, wrong: str, taken: str) -> None:
        """Add a remark on an element: what the endpoint did; the linter has a rule about it."""
        self.notes.append(Note(behaviour(behaviour_id), behaviour_id, path, wrong, taken))

    @property
    def tx(self) -> SqlTransaction:
        """The transaction."""
        return self.ledger.tx

    @property
    def now(self) -> datetime:
        """The instant of the request."""
        return self.ledger.now

    @property
    def terminal(self) -> Terminal:
        """The calling terminal, of an operation that only terminals may call."""
        if self.caller.terminal is None:
            msg = "an operation that needs a terminal was opened to resellers"
            raise TypeError(msg)
        return self.caller.terminal

    def invoice(self, reference: str | None) -> StoredInvoice | None:
        """Return the calling terminal's invoice of that reference, if there is one."""
        found = self.tx.invoice(reference) if reference else None
        # Another terminal's invoice is unknown to this one, and its existence must not be revealed.
        return found if found and found.terminal == self.terminal.number else None
