"""The log of the exchanges that an endpoint has had: the last ones, and their observers."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.simulator.behaviours import Note
from seqrkit.simulator.faults import InjectedFault
from seqrkit.vocabulary import Interface

MAX_EXCHANGES: Final = 250
"""Exchanges that the log keeps."""
MAX_STORED_BYTES: Final = 32_768
"""Bytes kept of one message, so that memory stays bounded."""

_log = logging.getLogger(__name__)


class ObservedExchange(NamedTuple):
    """One request as the endpoint received it, and its response.

    `operation` is empty if the request could not be read. `status` is HTTP's, 0 if a fault left
    no response. `duration` is in seconds, from the complete request to the complete response.
    `injected` is the fault that damaged the response, `undamaged_response` the response without
    it, empty if no fault was injected. `media_type` and `charset` are those of HTTP. `request`
    contains passwords: show `masked_request`, which is kept as `shown` if it had to be shortened.
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
    injected: InjectedFault | None = None
    undamaged_response: bytes = b""
    media_type: str = ""
    charset: str | None = None
    shown: bytes = b""

    @property
    def reply_delay(self) -> float:
        """The seconds by which a fault delays the response."""
        return self.injected.seconds if self.injected is not None else 0.0

    @property
    def secrets(self) -> soap.Secrets:
        """The passwords in the request."""
        return soap.Secrets.of(self.request)

    @property
    def masked_request(self) -> bytes:
        """The request with its passwords masked, wherever they occur.

        One that cannot be parsed is described instead: in base64, say, no password can be found.
        """
        if self.shown or not self.request:
            return self.shown
        try:
            soap.parse(self.request, limit=len(self.request), charset=self.charset)
        except MessageError as error:
            size, kind = f"{len(self.request):,} bytes", self.media_type or "no media type"
            why = self.secrets.mask(error.sentence)
            return f"({size}, {kind}, not shown because they cannot be parsed: {why})".encode()
        return self.secrets.mask_bytes(self.request)

    @property
    def masked_response(self) -> bytes:
        """The response with the passwords of the request masked, wherever they occur."""
        return self.secrets.mask_bytes(self.response)

    def truncated(self) -> ObservedExchange:
        """Return the exchange with shorter messages, masked before a password can be cut."""
        mask, limit = self.secrets.mask_bytes, MAX_STORED_BYTES
        return self._replace(
            # Masked first: half a password is not recognized.
            request=mask(self.request)[:limit],
            shown=self.masked_request[:limit],
            response=mask(self.response)[:limit],
            undamaged_response=mask(self.undamaged_response)[:limit],
        )

    def with_masked_notes(self) -> ObservedExchange:
        """Return the exchange with notes that repeat no password."""
        mask = self.secrets.mask
        return self._replace(notes=tuple(replace(n, wrong=mask(n.wrong)) for n in self.notes))

    def __repr__(self) -> str:
        what = self.operation or "no operation"
        return f"<ObservedExchange {self.number}: {what} on {self.interface}, HTTP {self.status}>"


Observer = Callable[[ObservedExchange], None]

OBSERVERS: Final[list[Observer]] = []
"""Called with each exchange of every endpoint in this process, in the thread that answers."""


class ExchangeLog:
    """The last exchanges of one endpoint, and its own observers."""

    def __init__(self) -> None:
        self.observers: list[Observer] = []
        self.count: int = 0
        """Number of exchanges so far."""
        self._exchanges: deque[ObservedExchange] = deque(maxlen=MAX_EXCHANGES)
        self._lock = threading.Lock()

    def next_number(self) -> int:
        """Return the number of the next exchange, from 1."""
        with self._lock:
            self.count += 1
            return self.count

    def clear(self) -> None:
        """Forget all exchanges; the next one is number 1."""
        with self._lock:
            self._exchanges.clear()
            self.count = 0

    def add(self, exchange: ObservedExchange) -> None:
        """Pass an exchange to the observers, and keep it."""
        # Before anything is shortened or masked: tests judge whole messages.
        for observer in (*OBSERVERS, *self.observers):
            try:
                observer(exchange)
            except Exception:  # noqa: BLE001 - an observer's mistake must not reach the client
                _log.exception("an observer failed on exchange %d", exchange.number)
        if exchange.notes:
            exchange = exchange.with_masked_notes()
        messages = (exchange.request, exchange.response, exchange.undamaged_response)
        if max(map(len, messages)) > MAX_STORED_BYTES:
            exchange = exchange.truncated()
        with self._lock:
            self._exchanges.append(exchange)

    def __iter__(self) -> Iterator[ObservedExchange]:
        """The kept exchanges, oldest first."""
        # A garbage collection in the middle can let another thread append.
        with self._lock:
            return iter(tuple(self._exchanges))

    def __len__(self) -> int:
        return len(self._exchanges)
