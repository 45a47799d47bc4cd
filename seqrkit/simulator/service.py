"""The service without its wire: one request in, one reply out, one transaction each."""

from __future__ import annotations

from collections.abc import Callable

from seqrkit.clock import Clock
from seqrkit.model import Reply
from seqrkit.model_base import Request
from seqrkit.simulator.phone import Phone
from seqrkit.simulator.store import Store
from seqrkit.vocabulary import Interface


class Service:
    """Answers requests out of a store, as handbook and references say the service does.

    (Signatures for wire.py, app.py and server.py; the body follows.) Safe to call from several
    threads. `store` comes from `seqrkit.simulator.sqlite.open_store(path_or_None)`, which raises
    `errors.StoreError` with one sentence for a file that is no database of ours.
    """

    clock: Clock
    phone: Phone
    """The simulated buyer."""

    def __init__(
        self,
        store: Store,
        clock: Clock | None = None,
        *,
        seed: int | None = 0,
        notify: Callable[[str, str], None] | None = None,
    ) -> None:
        """`seed=None` draws ids from the system's randomness.

        `notify(url, invoice_reference)` is called after the commit, outside the transaction.
        """
        raise NotImplementedError

    def handle(
        self,
        operation: str,
        request: Request | None,
        interface: Interface = Interface.CASHREGISTER_2,
    ) -> Reply:
        """Answer one request; never raises for what a client can send.

        `operation` is the wire name; `request` is None for the old service's operations outside
        this API (and for anything unknown), which are answered 91 with a plain `Reply`.
        """
        raise NotImplementedError

    def sweep(self) -> int:
        """Let everything happen that has fallen due (reversals, lapsed reservations), in order."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the store."""
        raise NotImplementedError
