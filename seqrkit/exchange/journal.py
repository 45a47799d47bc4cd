"""The journal of a session: its exchanges in order, in memory and on disk."""

from __future__ import annotations

import errno
import json
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from os import PathLike
from pathlib import Path
from typing import overload

from attrs import evolve

from seqrkit.errors import ConfigurationError
from seqrkit.exchange.exchange import Exchange
from seqrkit.notebook_repr import Shown


class Journal(Sequence[Exchange], Shown):
    """The exchanges of a session, in the order in which their outcomes were known.

    With a `path` each is written there at once as a line of JSON, appended and flushed, so that
    what happened before a crash is on disk. Threads may share a journal.

    Raises `ConfigurationError` where the file cannot be written.
    """

    def __init__(self, path: str | PathLike[str] | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._exchanges: list[Exchange] = []
        self._forgotten = 0
        self._subscribers: list[Callable[[Exchange], None]] = []
        self._lock = threading.Lock()
        self._file: FileIO | None = None if self.path is None else _opened(self.path)

    def record(self, exchange: Exchange) -> Exchange:
        """Keep an exchange, and give it back with its number."""
        with self._lock:
            kept = evolve(exchange, number=self._forgotten + len(self._exchanges) + 1)
            self._exchanges.append(kept)
            if self._file is not None:
                self._write(self._file, kept)
        for callback in tuple(self._subscribers):
            _told(callback, kept)
        return kept

    def subscribe(self, callback: Callable[[Exchange], None]) -> Callable[[], None]:
        """Have `callback` called with each exchange once it is kept; returns the way out.

        It is called in the thread that made the exchange. What it raises becomes a warning.
        """
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def find(self, reference: str) -> tuple[Exchange, ...]:
        """Every exchange in which a reference occurs, the caller's own clientReference included.

        Looks at clientReference, invoiceReference, ersReference, paymentReference and
        transactionPeriodId of requests and replies; this is how a payment is found again whose
        reply was lost.
        """
        return tuple(exchange for exchange in self if exchange.mentions(reference))

    def forget(self) -> None:
        """Let go of every exchange so far; the file keeps them, and numbers go on."""
        with self._lock:
            self._forgotten += len(self._exchanges)
            self._exchanges.clear()

    def close(self) -> None:
        """Close the file; what was recorded can still be read here, and more still be added."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, file: FileIO, exchange: Exchange) -> None:
        try:
            _append(file, json.dumps(exchange.to_dict()).encode() + b"\n")
        except OSError as error:
            # The exchange has happened: losing its reply as well would help nobody.
            self._file = None
            file.close()
            warnings.warn(
                f"{self.path} holds no exchange after number {exchange.number - 1}: "
                f"{error.strerror or error}; the session goes on unrecorded",
                RuntimeWarning,
                stacklevel=4,
            )

    def __len__(self) -> int:
        return len(self._exchanges)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | Sequence[Exchange]:
        return self._exchanges[index]

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    def __repr__(self) -> str:
        saved = f", saved in {self.path}" if self.path else ""
        return f"<Journal of {len(self)} exchanges{saved}>"


def _opened(path: Path) -> FileIO:
    try:
        return path.open("ab", buffering=0)
    except OSError as error:
        msg = (
            f"the session cannot be recorded in {path}: {error.strerror or error}; "
            "name a file in a directory that exists and that you may write to"
        )
        raise ConfigurationError(msg) from error


def _told(callback: Callable[[Exchange], None], exchange: Exchange) -> None:
    try:
        callback(exchange)
    except Exception as error:  # noqa: BLE001 - a payment is not lost over somebody who looks on
        warnings.warn(
            f"exchange {exchange.number} was kept, and somebody who was told of it failed: "
            f"{type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=4,
        )


def _append(file: FileIO, line: bytes) -> None:
    """Write a whole line, past every buffer; raises `OSError` where the disk takes part of it."""
    if file.write(line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
