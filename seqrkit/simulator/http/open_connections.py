"""The open connections of a server, and which one gives way to a new one.

A connection that waits for its client gives way, the one that has waited longest first, so that
clients which only occupy connections cannot keep others out. One whose request is being answered
stays; if all are, requests of new connections are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seqrkit.simulator.http.limits import Limits
from seqrkit.simulator.http.listening import BACKLOG

if TYPE_CHECKING:
    from seqrkit.simulator.http.connection import Connection

ENOUGH_FILES: Final = 4096
"""Open files that a process asks the system for; more are not needed for the default limits."""
_OWN_FILES: Final = Path("/dev/fd")


class OpenConnections:
    """The connections of a server, those that have waited longest for their client first."""

    def __init__(self, limits: Limits) -> None:
        free = _free_files()
        # New connections are accepted before old ones can give way to them.
        self.backlog: int = min(BACKLOG, free // 4)
        # Without a free file the process could neither accept a connection nor open its database.
        self.most: int = min(limits.connections, free - self.backlog)
        """The number of connections that may be open, and are answered, at the same time."""
        # Dashboards left open must not take the places of registers.
        streams = min(limits.event_streams, self.most // 2)
        share = limits.address_share
        self._most_each = max(1, int(share * self.most))
        self._most_streams, self._most_streams_each = streams, max(1, int(share * streams))
        self._connections: dict[Connection, None] = {}
        self._streams: set[Connection] = set()
        self._per_address: Counter[object] = Counter()

    def __iter__(self) -> Iterator[Connection]:
        return iter(tuple(self._connections))

    def __len__(self) -> int:
        return len(self._connections)

    def add(self, connection: Connection) -> None:
        """Add a new connection; close another one if there are too many."""
        if self._per_address[connection.address] >= self._most_each:
            self._make_room(connection.address)
        if len(self) >= self.most:
            self._make_room()
        self._connections[connection] = None
        self._per_address[connection.address] += 1

    def discard(self, connection: Connection) -> None:
        """Remove a connection that is closed."""
        self._streams.discard(connection)
        if connection in self._connections:
            del self._connections[connection]
            self._per_address[connection.address] -= 1
            self._per_address += Counter()  # forgets addresses without connections

    def begin_wait(self, connection: Connection) -> None:
        """Note that a connection waits for its client from now on."""
        # To the end of the dictionary, whose order is that of waiting; a closed one is not put
        # back.
        if self._connections.pop(connection, connection) is None:
            self._connections[connection] = None

    def refusal(self, connection: Connection) -> str:
        """Return why a request of a connection is refused; empty if it is not."""
        if len(self) > self.most:
            return f"the limit of {self.most} connections is reached; try again later"
        if self._per_address[connection.address] > self._most_each:
            return f"the limit of {self._most_each} connections of one address is reached"
        return ""

    def begin_stream(self, connection: Connection) -> bool:
        """Return whether a connection may become an event stream, which lasts for long."""
        same = sum(each.address == connection.address for each in self._streams)
        if len(self._streams) >= self._most_streams or same >= self._most_streams_each:
            return False
        self._streams.add(connection)
        return True

    def is_stream(self, connection: Connection) -> bool:
        """Return whether a connection has become an event stream."""
        return connection in self._streams

    def _make_room(self, address: object = None) -> None:
        """Close the connection, of an address if one is given, that has waited longest."""
        for each in self:
            # Never one that is being answered: its sale would end with a reply that is lost.
            if each.waits_for_client and address in {None, each.address}:
                self.discard(each)
                each.abort()
                return


def raise_file_limit() -> None:
    """Let this process open `ENOUGH_FILES` files, or as many as the system allows it."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH_FILES if most == resource.RLIM_INFINITY else min(ENOUGH_FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _free_files() -> int:
    """Return how many more files this process can open."""
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        # Counted, since the process of a test or a notebook has files of its own.
        used = sum(1 for _ in _OWN_FILES.iterdir())
    except (ImportError, OSError):
        return 2 * ENOUGH_FILES
    # At least a few, so that an endpoint without room still tries to answer.
    return 2 * ENOUGH_FILES if limit == resource.RLIM_INFINITY else max(8, limit - used)
