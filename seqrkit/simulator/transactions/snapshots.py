"""Snapshots: the whole content of a store as plain data, without passwords, also in URLs.

After a restore, credentials are those of the restoring endpoint. A terminal or reseller that it
does not know has no password, and cannot log in until it is registered again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Annotated, Any, Final, TypedDict

import msgspec

from seqrkit._version import __version__
from seqrkit.errors import ConfigurationError
from seqrkit.http_client import without_credentials
from seqrkit.simulator.authentication.principals import add_published
from seqrkit.simulator.store import migrations, validation
from seqrkit.simulator.store.records import Reseller, Terminal
from seqrkit.simulator.store.tables import DAMAGED, TABLES
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.simulator.transactions.runner import TransactionRunner

# Its digest is empty, which no hash is equal to.
LOCKED: Final = "scrypt:1::"
"""A hash that no password has."""
_Count = Annotated[int, msgspec.Meta(ge=0, le=validation.MAX_INTEGER)]
_Sequence: Final = TypedDict("_Sequence", {"value": _Count})
_PASSWORD: Final = "password"  # noqa: S105 - the name of a field


def snapshot(transactions: TransactionRunner) -> dict[str, Any]:
    """Return the content of the store as plain data for JSON."""

    def work(ledger: Ledger) -> dict[str, Any]:
        tables = ledger.tx.dump()
        return {
            "seqrkit": __version__,
            "format": migrations.FORMAT,
            "at": ledger.now.astimezone(UTC).isoformat(),
            "tables": {
                # Snapshots are attached to bug reports, so they must not hold hashes of passwords.
                name: [_public(row) for row in rows]
                for name, rows in tables.items()
            },
        }

    return transactions.run(work, reading=True)


def _public(value: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _public(each, key) for key, each in value.items() if key != _PASSWORD}
    if isinstance(value, list):
        return [_public(each) for each in value]
    return without_credentials(value) if value and name.endswith("url") else value


def restore(transactions: TransactionRunner, taken: Mapping[str, Any]) -> Sequence[str]:
    """Replace the content of the store by a snapshot; return the ids that have no password here.

    Events that have become due since the snapshot are applied with the next request. Raises
    `ConfigurationError`, and changes nothing, for a snapshot that cannot be read or would not be
    returned by `snapshot` as it is.
    """
    tables = _tables(taken)

    def work(ledger: Ledger) -> Sequence[str]:
        locked: list[str] = []
        filled: dict[str, list[dict[str, Any]]] = {}
        for name, principals in (
            ("reseller", ledger.tx.find(Reseller)),
            ("terminal", ledger.tx.find(Terminal)),
        ):
            known = {each.id: each.password for each in principals}
            ids = [str(row.get("id")) for row in tables[name]]
            locked += [id_ for id_ in ids if id_ not in known]
            filled[name] = [
                row | {_PASSWORD: known.get(id_, LOCKED)}
                for id_, row in zip(ids, tables[name], strict=True)
            ]
        ledger.tx.load(tables | filled)
        # The published test credentials work in every endpoint, whatever the snapshot holds.
        add_published(ledger.tx)
        return locked

    return transactions.replace(work)


def _tables(taken: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a snapshot in the current format."""
    if "tables" not in taken:
        raise ConfigurationError('this is not a snapshot: it has no "tables"')
    version = taken.get("format")
    if version not in (migrations.OLDEST, migrations.FORMAT):
        raise ConfigurationError(
            f"the snapshot has format {version!r:.20}, and this seqrkit reads formats "
            f"{migrations.OLDEST} to {migrations.FORMAT}; take it again with this version"
        )
    try:
        if version == migrations.FORMAT:
            tables = msgspec.convert(taken.get("tables"), dict[str, list[dict[str, Any]]])
        else:
            tables = migrations.upgrade_snapshot(taken.get("tables"))
        (sequence,) = msgspec.convert(tables.pop("sequence"), list[_Sequence])
        expected = {table.name for table in TABLES.values()}
    except DAMAGED as error:
        msg = f"the snapshot cannot be read ({str(error)[:200]})"
        raise ConfigurationError(msg) from error
    if set(tables) | migrations.ADDED != expected:
        odd = ", ".join(sorted((set(tables) | migrations.ADDED) ^ expected)[:5])
        raise ConfigurationError(f"the snapshot has other tables than this endpoint ({odd})")
    return tables | {"sequence": [{"value": sequence["value"]}]}
