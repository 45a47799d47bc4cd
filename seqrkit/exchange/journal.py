"""The journal of a session: its exchanges in order, in memory and on disk."""

from __future__ import annotations

import errno
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import FileIO
from os import PathLike
from pathlib import Path
from typing import Final, overload

from seqrkit.captures.session_format import to_line
from seqrkit.errors import ConfigurationError
from seqrkit.exchange.exchange import Exchange
from seqrkit.notebook_repr import Shown

_PRIVATE: Final = 0o600


class Journal(Sequence[Exchange], Shown):
    """The exchanges of a session, in the order in which their outcomes were known.

    With a `path` each exchange is appended to that file at once, in the session format
    (`seqrkit.captures.session_format`), and flushed, so that a crash loses none. Threads may share
    a journal. With `mask_personal_data` the file has no values of cards and tokens, no cashierId
    and no user of a credit; passwords are masked unless `keep_secrets` is true. Only this user can
    read the file.

    Raises `ConfigurationError` if the file cannot be written.
    """

    def __init__(
        self,
        path: str | PathLike[str] | None = None,
        *,
        mask_personal_data: bool = False,
        keep_secrets: bool = False,
    ) -> None:
        self.path: Path | None = None if path is None else Path(path)
        self.mask_personal_data: bool = mask_personal_data
        self._keep_secrets = keep_secrets
        self._exchanges: list[Exchange] = []
        self._forgotten = 0
        self._subscribers: list[Callable[[Exchange], None]] = []
        self._lock = threading.Lock()
        self._file: FileIO | None = None if self.path is None else _opened(self.path)

    def record(self, exchange: Exchange) -> Exchange:
        """Keep an exchange; return it with its number."""
        with self._lock:
            kept = exchange.numbered(self._forgotten + len(self._exchanges) + 1)
            self._exchanges.append(kept)
            if self._file is not None:
                self._write(self._file, kept)
        # Outside the lock: a subscriber may read the journal, or send another request.
        for callback in tuple(self._subscribers):
            _notify(callback, kept)
        return kept

    def subscribe(self, callback: Callable[[Exchange], None]) -> Callable[[], None]:
        """Call `callback` with each new exchange; return the function that ends the subscription.

        It is called in the thread that made the exchange. An exception it raises becomes a warning.
        """
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def find(self, reference: str) -> tuple[Exchange, ...]:
        """Return the exchanges that mention a reference, the caller's own clientReference included.

        Searches clientReference, invoiceReference, ersReference, paymentReference and
        transactionPeriodId of requests and replies. This finds a payment whose reply was lost.
        """
        return tuple(exchange for exchange in self if exchange.mentions(reference))

    def forget(self) -> None:
        """Drop all exchanges from memory; the file keeps them, and the numbering continues."""
        with self._lock:
            self._forgotten += len(self._exchanges)
            self._exchanges.clear()

    def close(self) -> None:
        """Close the file; the journal stays readable and records further exchanges in memory."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, file: FileIO, exchange: Exchange) -> None:
        try:
            saved = exchange.masked(personal_data=True) if self.mask_personal_data else exchange
            _append(file, to_line(saved.to_dict(keep_secrets=self._keep_secrets)))
        except OSError as error:
            # The exchange has happened; raising here would lose its reply as well.
            self._file = None
            file.close()
            warnings.warn(
                f"{self.path} has no exchange after number {exchange.number - 1}: "
                f"{error.strerror or error}; the session continues without recording",
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
        # A copy, because other threads may record while a caller loops.
        return iter(tuple(self._exchanges))

    def __repr__(self) -> str:
        saved = f", saved in {self.path}" if self.path else ""
        return f"<Journal of {len(self)} exchanges{saved}>"


def _opened(path: Path) -> FileIO:
    try:
        # One write for each line, so a crash loses none and two processes do not mix their lines.
        return open(path, "ab", buffering=0, opener=partial(os.open, mode=_PRIVATE))
    except OSError as error:
        msg = (
            f"the session cannot be recorded in {path}: {error.strerror or error}; "
            "name a file in an existing directory that you can write to"
        )
        raise ConfigurationError(msg) from error


def _notify(callback: Callable[[Exchange], None], exchange: Exchange) -> None:
    try:
        callback(exchange)
    except Exception as error:  # noqa: BLE001 - a failing subscriber must not lose a payment
        warnings.warn(
            f"exchange {exchange.number} was recorded, but a subscriber failed: "
            f"{type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=4,
        )


def _append(file: FileIO, line: bytes) -> None:
    """Write a line without buffering; raise `OSError` if only a part of it was written."""
    if file.write(line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
