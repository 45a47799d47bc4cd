"""Known deviations: failures that are expected until a date, each with a reason.

The deviations are those of an endpoint or a client. A baseline is a TOML file;
``seqrkit verify --write-baseline`` writes one::

    [[deviation]]
    id = "refundPayment: resultCode of a refund beyond the payment"
    reason = "test host, ticket 4711: refunds a payment twice"
    expires = 2026-12-31

The id of a deviation is the same whatever check, example and seed have found it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from seqrkit.errors import ConfigurationError

_FIELDS: Final = {"id": str, "reason": str, "expires": date}
# A deviation must be looked at again; without an end nobody would.
_EXCUSED_FOR: Final = timedelta(days=90)
"""How long a new entry excuses a deviation."""


@frozen
class Deviation:
    """A way in which an endpoint is known to deviate; `expires` is its last excused day."""

    id: str
    reason: str
    expires: date

    def __str__(self) -> str:
        return f"{self.id}, until {self.expires}: {self.reason}"


class Baseline:
    """The known deviations, as of one day."""

    def __init__(self, deviations: Iterable[Deviation], today: date) -> None:
        self.deviations: tuple[Deviation, ...] = tuple(deviations)
        self.today = today

    def known(self, id: str) -> Deviation | None:
        """Return the entry that excuses a deviation on this day, if there is one."""
        return next((e for e in self.deviations if e.id == id and e.expires >= self.today), None)

    @property
    def expired(self) -> tuple[Deviation, ...]:
        """The entries that no longer excuse anything."""
        return tuple(each for each in self.deviations if each.expires < self.today)

    def remarks(self, found: Collection[str], *, is_whole: bool = True) -> Iterator[str]:
        """Yield which entries have expired, and which are not needed for what was found."""
        for each in self.expired:
            yield f"this entry of the baseline has expired: {each}"
        # After a part of the tests an entry without a failure is not unneeded, only untested.
        for each in self.unneeded(found) if is_whole else ():
            yield f"this entry of the baseline is no longer needed: {each}"

    def unneeded(self, found: Collection[str]) -> tuple[Deviation, ...]:
        """Return the entries whose deviations were not found."""
        return tuple(each for each in self.deviations if each.id not in found)


def today() -> date:
    """Return the day that decides which entries have expired: today, in UTC."""
    # In UTC, or an entry would expire on another day for each developer and for CI.
    return datetime.now(UTC).date()


def baseline_text(found: Iterable[str], today: date) -> str:
    """Return a baseline of these deviations as TOML."""
    entries = (
        # A JSON string is a basic string of TOML too.
        f"[[deviation]]\nid = {json.dumps(id_, ensure_ascii=False)}\n"
        f'reason = "found on {today}; say why it is accepted"\nexpires = {today + _EXCUSED_FOR}\n'
        for id_ in found
    )
    return "\n".join(entries)


def write_baseline(path: Path, found: Iterable[str], today: date) -> None:
    """Write a baseline of these deviations; raises `OSError`."""
    path.write_text(baseline_text(found, today), encoding="utf-8")


def read_baseline(path: Path, today: date) -> Baseline:
    """Read a baseline file; raise `ConfigurationError` if it is not valid."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"cannot read the baseline {path}: {reason}") from error
    entries = content.get("deviation", [])
    if set(content) - {"deviation"} or not isinstance(entries, list):
        raise ConfigurationError(f"the baseline {path} may contain only [[deviation]] entries")
    return Baseline((_entry(path, *each) for each in enumerate(entries, start=1)), today)


def _entry(path: Path, number: int, entry: Any) -> Deviation:  # noqa: ANN401 - TOML
    location = f"the baseline {path}, deviation {number}"
    given = dict(entry) if isinstance(entry, dict) else {}
    for name, kind in _FIELDS.items():
        value = given.get(name)
        # For Python a datetime is a date as well.
        if not isinstance(value, kind) or isinstance(value, datetime) or not value:
            expected = "a date like 2026-12-31" if kind is date else "a text"
            raise ConfigurationError(f"{location}: {name} is required and must be {expected}")
    unknown = ", ".join(sorted(set(given) - set(_FIELDS)))
    if unknown:
        raise ConfigurationError(
            f"{location}: unknown key {unknown}; the keys are {', '.join(_FIELDS)}"
        )
    return Deviation(**given)
