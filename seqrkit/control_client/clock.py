"""The clock of a standalone endpoint that was started with `--manual-clock`."""

from __future__ import annotations

import threading
from datetime import datetime

from seqrkit.control_client.client import Remote
from seqrkit.errors import ConfigurationError


class RemoteClock:
    """Stands where the endpoint's clock stands, and turns it; sleeping on it turns it too.

    It is asked for once: nobody else is to turn it meanwhile. Raises `ConfigurationError` where
    the endpoint's clock is the real one, `EndpointError` where it cannot be asked.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        shown = remote.get("clock")
        if not shown["manual"]:
            raise ConfigurationError(
                f"the clock of {remote.base_url} is the real one; start it with --manual-clock"
            )
        self._start = self._now = datetime.fromisoformat(shown["now"])
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The instant this clock stands at, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds this clock has been advanced since it was asked for."""
        return (self._now - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Advance the clock instead of waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> datetime:
        """Move the clock forward and return the new instant; raises `EndpointError`."""
        with self._lock:
            shown = self._remote.post("clock", "advance", body={"seconds": seconds})
            self._now = datetime.fromisoformat(shown["now"])
            return self._now

    def __repr__(self) -> str:
        return f"RemoteClock({self._now.isoformat(timespec='seconds')})"
