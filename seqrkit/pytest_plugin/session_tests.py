"""Sessions in tests: the mark `seqr_session` and the fixture `seqr_replay`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seqrkit.clock import ManualClock
from seqrkit.control_client.clock import RemoteClock
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.recording.session_comparison import Counterparts
from seqrkit.recording.session_files import read_session
from seqrkit.session import Session
from seqrkit.session_replay import Replay, in_meaning

# A call in a test gives the pause before it, not a time; only pauses matter here.
_UNKNOWN = datetime.fromtimestamp(0, UTC)


class SessionReplay:
    """Sends recorded requests again, and fails where a reply means something else.

    Give all exchanges of a session with `replay`, or one after the other by a call::

        seqr_replay("sendInvoice", request="<soapenv:Envelope ...", reply="<soapenv:Envelope ...")

    References of later requests are those of the new replies.
    """

    def __init__(self, session: Session) -> None:
        self.session: Session = session
        self._replay = Replay(session)
        self._counterparts = Counterparts()
        self._count = 0

    def __call__(
        self,
        operation: str,
        *,
        request: str | bytes,
        reply: str | bytes | None,
        status: int = 200,
        after: float = 0.0,
    ) -> Exchange:
        """Send the next request of a session, and return the new exchange.

        `reply` is the recorded one; `None`, if there was none, stands for any. `status` is its HTTP
        status. A manual clock is advanced by `after` seconds before.
        """
        self._count += 1
        recorded = Exchange(
            number=self._count,
            operation=operation,
            interface=self.session.interface,
            endpoint="",
            started_at=_UNKNOWN,
            duration=0.0,
            request=request.encode() if isinstance(request, str) else request,
            status=None if reply is None else status,
            response=reply.encode() if isinstance(reply, str) else reply,
        )
        return self._send(recorded, after)

    def replay(self, exchanges: Iterable[Exchange]) -> None:
        """Send all requests of a session again, at their own pace if the clock is manual."""
        before = None
        for each in exchanges:
            self._send(each, 0.0 if before is None else each.seconds_after(before))
            before = each

    def _send(self, recorded: Exchange, after: float) -> Exchange:
        __tracebackhide__ = True
        if isinstance(self.session.clock, ManualClock | RemoteClock):
            # The recorded pause: the service's answer can depend on it (a reversal after 20 s).
            self.session.clock.sleep(after)
        _, new, trouble = self._replay.send(recorded)
        where = f"exchange {recorded.number}, {recorded.name}"
        if new is None:
            pytest.fail(f"{where}, was not answered: {trouble}", pytrace=False)
        found = in_meaning(self._counterparts.differences(recorded, new))
        if found and recorded.response is not None:
            said = "\n".join(
                f"  {e.path}: {e.before or 'none'} -> {e.after or 'none'}" for e in found
            )
            pytest.fail(f"{where}: the reply means something else\n{said}\n{new}")
        return new


def parametrize(metafunc: pytest.Metafunc, patterns: Iterable[str]) -> None:
    """Run a test once for each session file that a pattern names, relative to the test's file."""
    folder = metafunc.definition.path.parent
    # Sorted, since pytest-xdist needs the same order of tests in each worker.
    files = [file for pattern in patterns for file in sorted(_files(folder, pattern))]
    recordings = []
    for file in files:
        try:
            recording = read_session(file.read_bytes())
        except (OSError, ConfigurationError) as error:
            pytest.fail(f"seqr_session: {file}: {error}", pytrace=False)
        # A session was recorded at one address, so its first exchange speaks for all.
        interface = pytest.mark.seqr_interface(recording[0].interface)
        recordings.append(pytest.param(recording, id=file.name, marks=interface))
    metafunc.parametrize("seqr_recording", recordings, indirect=True)


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    found = list(folder.glob(pattern)) if not Path(pattern).is_absolute() else [Path(pattern)]
    if not found:
        # Without this a mistyped pattern would be a test that runs zero times and passes.
        pytest.fail(f"seqr_session: no file {pattern} is in {folder}", pytrace=False)
    yield from found
