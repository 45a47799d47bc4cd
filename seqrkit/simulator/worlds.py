"""The worlds of an endpoint below ``/w/NAME``: made on first use, removed when not used.

They are kept as the endpoint's own data is. Where several endpoints share a database, they share
its worlds: each opens what another has made, and closes what another has removed.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import time
from typing import Final

from seqrkit.clock import Clock, ManualClock, SystemClock
from seqrkit.errors import ConfigurationError, EndpointError, SeqrError
from seqrkit.simulator.http.own_address import WORLDS
from seqrkit.simulator.http.request_and_response import Receive, Scope, Send
from seqrkit.simulator.http.request_body import TEXT, respond
from seqrkit.simulator.http.worker_threads import in_thread
from seqrkit.simulator.store.transactional_store import Store
from seqrkit.simulator.store.world_databases import WorldDatabases
from seqrkit.simulator.world import World
from seqrkit.terminal_text import one_line

MAX_WORLDS: Final = 100
"""How many worlds there are at most."""
IDLE_SECONDS: Final = 3600.0
"""How long a world is kept after its last request."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_NAME_BYTES: Final = 6
_NOTE: Final = 0.1
"""The part of the idle time after which the time of the latest use is noted again."""
_TICK_SECONDS: Final = 1.0
"""How long closing waits for a tick that is under way."""
_NOT_FOUND, _MOVED, _UNAVAILABLE = 404, 308, 503
_log = logging.getLogger(__name__)

MakeWorld = Callable[[str, Store, Clock], World]
"""Makes a world of a name with a store and a clock."""


class TooManyWorlds(ConfigurationError):
    """As many worlds are in use as may be."""


@dataclass(slots=True)
class _Entry:
    world: World
    used: float
    noted: float = 0.0
    requests: int = 0
    """How many are being answered, such as streams of events."""


class Worlds:
    """The worlds of an endpoint. Safe to use from several threads.

    `clock` is the endpoint's: a world has one of the same kind, unless its creator says otherwise.
    """

    def __init__(
        self,
        make: MakeWorld,
        databases: WorldDatabases,
        clock: Clock,
        *,
        most: int = MAX_WORLDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._make = make
        self._databases = databases
        self._clock = clock
        self._most = most
        self._idle_seconds = idle_seconds
        self._entries: dict[str, _Entry] = {}
        self._unusable: set[str] = set()
        self._lock = threading.Lock()
        self._ticking = threading.RLock()
        self._is_closed = False

    def __iter__(self) -> Iterator[tuple[str, World]]:
        """The names and worlds, in the order in which they were made."""
        with self._lock:
            entries = list(self._entries.items())
        return iter([(name, entry.world) for name, entry in entries])

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str, *, manual_clock: bool | None = None) -> World:
        """Return the world of a name; it is made if there is none.

        Raises `ConfigurationError` for a name that is not allowed, `TooManyWorlds`, and
        `StoreError` if its database fails.
        """
        return self._use(name, manual_clock=manual_clock).world

    def new_name(self) -> str:
        """Return a name that nobody has."""
        return secrets.token_hex(_NAME_BYTES)

    def remove(self, name: str) -> bool:
        """Remove a world with everything in it; return whether there was one."""
        with self._ticking, self._lock:  # a tick would open again what it has seen before
            entry = self._entries.pop(name, None)
            if entry is not None:
                entry.world.close()
            is_known = entry is not None or name in self._databases.used()
            if is_known:
                self._databases.remove(name)
        return is_known

    def tick(self) -> None:
        """Apply what is due in each world, and remove those that nobody uses.

        Raises `StoreError` if the databases cannot be looked at.
        """
        with self._ticking:
            if self._most and not self._is_closed:
                self._tick()

    def _tick(self) -> None:
        now = time()
        with self._lock:
            entries = dict(self._entries)  # looked at first: those made later are not missed
        known = self._databases.used()
        for name, entry in entries.items():
            if name not in known:
                self._close(name, entry)
            elif entry.used - entry.noted > _NOTE * self._idle_seconds:
                self._databases.note_use(name, entry.used)
                entry.noted = entry.used
        for name, noted in known.items():
            open_entry = entries.get(name)
            used = noted if open_entry is None else max(noted, open_entry.used)
            is_busy = open_entry is not None and open_entry.requests
            if now - used > (1 + _NOTE) * self._idle_seconds and not is_busy:
                self.remove(name)
            elif open_entry is None:
                self._open(name, noted)
        for _, world in self:
            if self._is_closed:
                return
            world.tick()

    def end_waiting(self) -> None:
        """From now on, fail transactions that would wait for other processes."""
        for entry in tuple(self._entries.values()):  # without the lock, which may hang
            entry.world.service.transactions.store.end_waiting()

    def close(self) -> None:
        """Close all worlds; those that are kept in memory are lost."""
        self._is_closed = True
        if self._ticking.acquire(timeout=_TICK_SECONDS):  # otherwise its database hangs
            self._ticking.release()
        for name, entry in tuple(self._entries.items()):
            self._close(name, entry)
        self._databases.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the world that a path names answer (ASGI)."""
        name, slash, rest = scope["raw_path"].decode("latin-1").removeprefix(WORLDS).partition("/")
        try:
            _check(name)
            if not slash:  # the links of its pages are relative
                headers = [(b"location", f"{name}/".encode())]
                await respond(send, _MOVED, TEXT, b"", headers)
                return
            entry = self._entries.get(name)
            if entry is None:
                entry = await in_thread(partial(self._use, name))
        except (ConfigurationError, EndpointError) as error:
            is_wrong = type(error) is ConfigurationError
            status = _NOT_FOUND if is_wrong else _UNAVAILABLE
            await respond(send, status, TEXT, f"{error.sentence}\n".encode())
            return
        path = scope["path"][len(WORLDS) + len(name) :]
        inner = {**scope, "path": path, "raw_path": f"/{rest}".encode("latin-1")}
        entry.requests += 1
        try:
            await entry.world.application(inner, receive, send)
        finally:
            entry.requests -= 1
            entry.used = time()

    def _use(self, name: str, *, manual_clock: bool | None = None) -> _Entry:
        with self._lock:
            entry = self._entries.get(name) or self._new(name, time(), manual_clock=manual_clock)
            if manual_clock is not None and manual_clock != isinstance(
                entry.world.clock, ManualClock
            ):
                raise ConfigurationError(f"the world {name} has another clock; remove it first")
            entry.used = time()
            return entry

    def _open(self, name: str, used: float) -> None:
        """Open a world that another endpoint has made, or that was made before a restart."""
        with self._lock:
            if name in self._entries or len(self._entries) >= self._most:
                return
            try:
                self._new(name, used).noted = used
            except SeqrError as error:
                if name not in self._unusable:
                    _log.error("the world %s cannot be used: %s", name, error.sentence)
                self._unusable.add(name)

    def _new(self, name: str, used: float, *, manual_clock: bool | None = None) -> _Entry:
        _check(name)
        if len(self._entries) >= self._most:
            raise TooManyWorlds(
                f"there are {self._most} worlds, and no more are allowed; remove one with "
                "DELETE /control/worlds/NAME"
            )
        is_manual = isinstance(self._clock, ManualClock) if manual_clock is None else manual_clock
        clock = ManualClock(self._clock.now()) if is_manual else SystemClock()
        store = self._databases.open(name)
        try:
            entry = self._entries[name] = _Entry(self._make(name, store, clock), used)
        except BaseException:
            store.close()
            raise
        return entry

    def _close(self, name: str, entry: _Entry) -> None:
        with self._lock:
            if self._entries.get(name) is entry:
                del self._entries[name]
        entry.world.close()


def _check(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise ConfigurationError(
            f'a world cannot be called "{one_line(name[:50])}"; use up to 40 letters, digits, '
            "dots, hyphens and underscores"
        )
