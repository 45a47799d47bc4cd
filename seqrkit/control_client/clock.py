"""The clock of a standalone endpoint that was started with `--manual-clock`."""

from __future__ import annotations

import threading
from datetime import datetime

from seqrkit.control_client.client import Remote
from seqrkit.errors import ConfigurationError


class RemoteClock:
    """The clock of the endpoint; `advance` and `sleep` move it forward.

    The time is requested once, so nothing else may move the clock meanwhile. Raises
    `ConfigurationError` if the endpoint has the system's clock, `EndpointError` if it does not
    answer.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        shown = remote.get("clock")
        if not shown["manual"]:
            raise ConfigurationError(
                f"{remote.base_url} has the system's clock; start it with --manual-clock"
            )
        # Kept here, since the client asks the time thousands of times while it waits.
        self._start = self._now = datetime.fromisoformat(shown["now"])
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the clock's time in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds that the clock was advanced by since this object was made."""
        return (self._now - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Advance the clock instead of waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> datetime:
        """Advance the clock and return its new time; raises `EndpointError`."""
        with self._lock:
            shown = self._remote.post("clock", "advance", body={"seconds": seconds})
            self._now = datetime.fromisoformat(shown["now"])
            return self._now

    def __repr__(self) -> str:
        return f"RemoteClock({self._now.isoformat(timespec='seconds')})"
