"""The worlds of an endpoint below ``/w/NAME``: made on first use, removed when not used."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

from seqrkit.clock import Clock, ManualClock, SystemClock
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.http.asgi_request import Receive, Scope, Send
from seqrkit.simulator.http.own_address import WORLDS
from seqrkit.simulator.http.request_body import TEXT, respond
from seqrkit.simulator.http.threads import in_thread
from seqrkit.simulator.world import World
from seqrkit.terminal_text import one_line

MAX_WORLDS: Final = 100
"""How many worlds there are at most."""
IDLE_SECONDS: Final = 3600.0
"""How long a world is kept after its last request."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_NAME_BYTES: Final = 6
_NOT_FOUND, _MOVED, _UNAVAILABLE = 404, 308, 503

MakeWorld = Callable[[str, Clock], World]
"""Makes a world of a name with a clock."""


class TooManyWorlds(ConfigurationError):
    """As many worlds are in use as may be."""


@dataclass(slots=True)
class _Entry:
    world: World
    used: float


class Worlds:
    """The worlds of an endpoint. Safe to use from several threads.

    `clock` is the endpoint's: a world has one of the same kind, unless its creator says otherwise.
    """

    def __init__(
        self,
        make: MakeWorld,
        clock: Clock,
        *,
        most: int = MAX_WORLDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._make = make
        self._clock = clock
        self._most = most
        self._idle_seconds = idle_seconds
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[tuple[str, World]]:
        """The names and worlds, in the order in which they were made."""
        with self._lock:
            entries = list(self._entries.items())
        return iter([(name, entry.world) for name, entry in entries])

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str, *, manual_clock: bool | None = None) -> World:
        """Return the world of a name; it is made if there is none.

        Raises `ConfigurationError` for a name that is not allowed, and `TooManyWorlds`.
        """
        with self._lock:
            entry = self._entries.get(name)
            if entry is None:
                entry = self._entries[name] = _Entry(self._new(name, manual_clock=manual_clock), 0)
            entry.used = monotonic()
            return entry.world

    def new_name(self) -> str:
        """Return a name that nobody has."""
        return secrets.token_hex(_NAME_BYTES)

    def remove(self, name: str) -> bool:
        """Remove a world with everything in it; return whether there was one."""
        with self._lock:
            entry = self._entries.pop(name, None)
        if entry is not None:
            entry.world.close()
        return entry is not None

    def tick(self) -> None:
        """Apply what is due in each world, and remove those that nobody uses."""
        unused_since = monotonic() - self._idle_seconds
        with self._lock:
            # Removed after the lock is free, because closing a world waits for its database.
            unused = [name for name, entry in self._entries.items() if entry.used < unused_since]
        for name in unused:
            self.remove(name)
        for _, world in self:
            world.tick()

    def close(self) -> None:
        """Remove all worlds."""
        for name, _ in self:
            self.remove(name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the world that a path names answer (ASGI)."""
        name, slash, rest = scope["path"].removeprefix(WORLDS).partition("/")
        if not slash:  # the links of its pages are relative
            headers = [(b"location", f"{WORLDS}{name}/".encode())]
            await respond(send, _MOVED, TEXT, b"", headers)
            return
        entry = self._entries.get(name)
        if entry is None:
            try:
                # Creating tables takes longer than the event loop may wait.
                await in_thread(partial(self.get, name))
            except ConfigurationError as error:
                status = _UNAVAILABLE if isinstance(error, TooManyWorlds) else _NOT_FOUND
                await respond(send, status, TEXT, f"{error.sentence}\n".encode())
                return
            entry = self._entries[name]
        entry.used = monotonic()
        raw = b"/" + scope["raw_path"].removeprefix(WORLDS.encode()).partition(b"/")[2]
        inner = {**scope, "path": f"/{rest}", "raw_path": raw}
        await entry.world.application(inner, receive, send)

    def _new(self, name: str, *, manual_clock: bool | None) -> World:
        if _NAME.fullmatch(name) is None:
            raise ConfigurationError(
                f'a world cannot be called "{one_line(name[:50])}"; use up to 40 letters, digits, '
                "dots, hyphens and underscores"
            )
        if len(self._entries) >= self._most:
            raise TooManyWorlds(
                f"there are {self._most} worlds, and no more are allowed; remove one with "
                "DELETE /control/worlds/NAME"
            )
        is_manual = isinstance(self._clock, ManualClock) if manual_clock is None else manual_clock
        return self._make(name, ManualClock(self._clock.now()) if is_manual else SystemClock())
