"""All that an endpoint knows, away and back: without passwords, which stay where they are.

Credentials are named in a snapshot, and stay those of the endpoint that it is restored on. A
terminal or reseller that this endpoint does not know comes back without a password: nobody calls
as it until it is registered anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from seqrkit._version import __version__
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.authentication.principals import make_ready
from seqrkit.simulator.store import state_codec
from seqrkit.simulator.store.ledger import Ledger
from seqrkit.simulator.store.unit_of_work import Desk


def reset(desk: Desk) -> None:
    """Forget everything but the published principals."""

    def work(ledger: Ledger) -> None:
        ledger.tx.clear()
        make_ready(ledger)

    desk.run(work)


def snapshot(desk: Desk) -> dict[str, Any]:
    """All that the store holds, as plain data for JSON."""

    def work(ledger: Ledger) -> dict[str, Any]:
        return {
            "seqrkit": __version__,
            "format": state_codec.FORMAT,
            "at": ledger.now.astimezone(UTC).isoformat(),
            "tables": ledger.tx.dump(),
        }

    return desk.run(work, reading=True)


def restore(desk: Desk, taken: Mapping[str, Any]) -> Sequence[str]:
    """Put a snapshot in the place of everything; returns the ids that have no password here.

    What has fallen due since it was taken happens with the next request. Raises
    `ConfigurationError`, and changes nothing, for what is no snapshot of this version.
    """
    tables = taken.get("tables")
    if not isinstance(tables, dict) or not all(isinstance(each, dict) for each in tables.values()):
        raise ConfigurationError('that is no snapshot: it has no "tables"')
    if taken.get("format") != state_codec.FORMAT:
        raise ConfigurationError(
            f"the snapshot is of format {taken.get('format')!r:.20} and this seqrkit reads "
            f"{state_codec.FORMAT}; take it anew with this version"
        )

    def work(ledger: Ledger) -> Sequence[str]:
        locked = ledger.tx.load(tables)
        make_ready(ledger)
        return locked

    return desk.run(work)
