"""What went over the endpoint's wire: the last exchanges, and whoever wants to see each of them."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from seqrkit import soap
from seqrkit.simulator.faults import Struck
from seqrkit.simulator.wire.request_reader import Note
from seqrkit.vocabulary import Interface

KEPT: Final = 250
"""Exchanges that an endpoint remembers."""
KEPT_BYTES: Final = 32_768
"""The most bytes of one message that are remembered, so that memory stays bounded."""

_log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """One request as the endpoint received it, and its answer.

    `operation` is empty where the request could not be read; `status` is HTTP's, and 0 where no
    answer was sent on purpose; `duration` is in seconds, from the complete request to the complete
    answer. `struck` is the fault on purpose that spoiled the answer, and `response` what was left
    of it; `unspoiled` is the answer as it was before, empty where no fault struck. `request` holds
    passwords: show `masked_request`.
    """

    number: int
    started_at: datetime
    duration: float
    interface: Interface
    operation: str
    status: int
    request: bytes
    response: bytes
    notes: tuple[Note, ...]
    struck: Struck | None = None
    unspoiled: bytes = b""

    @property
    def masked_request(self) -> bytes:
        """The request with its passwords hidden."""
        return soap.mask(self.request)

    @property
    def masked_response(self) -> bytes:
        """The answer with whatever password it repeats hidden."""
        return soap.mask(self.response)

    def __repr__(self) -> str:
        what = self.operation or "no operation"
        return f"<Seen {self.number}: {what} on {self.interface}, HTTP {self.status}>"


Observer = Callable[[Seen], None]

OBSERVERS: Final[list[Observer]] = []
"""Called with every exchange of every endpoint in this process, in the thread that answers."""


class Traffic:
    """The last exchanges of one endpoint, and its own observers."""

    def __init__(self) -> None:
        self.observers: list[Observer] = []
        self.count = 0
        """How many exchanges there have been."""
        self._kept: deque[Seen] = deque(maxlen=KEPT)

    def next_number(self) -> int:
        """The number of the next exchange, from 1."""
        self.count += 1
        return self.count

    def clear(self) -> None:
        """Forget all of them; the next is number 1."""
        self._kept.clear()
        self.count = 0

    def add(self, seen: Seen) -> None:
        """Show an exchange to the observers, and remember it."""
        for observer in (*OBSERVERS, *self.observers):
            try:
                observer(seen)
            except Exception:  # noqa: BLE001 - an observer's mistake is not the client's
                _log.exception("an observer failed on exchange %d", seen.number)
        if max(map(len, (seen.request, seen.response, seen.unspoiled))) > KEPT_BYTES:
            seen = seen._replace(
                request=seen.request[:KEPT_BYTES],
                response=seen.response[:KEPT_BYTES],
                unspoiled=seen.unspoiled[:KEPT_BYTES],
            )
        self._kept.append(seen)

    def __iter__(self) -> Iterator[Seen]:
        """The remembered exchanges, oldest first."""
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)
