"""Known deviations of an endpoint: failures that are expected until a date, each with a reason.

A baseline is a TOML file::

    [[deviation]]
    property = "replay.paid"
    case = "cashregister-2/refundPayment"  # optional; without it, every case of the property
    reason = "test host, ticket 4711: refunds a payment twice"
    expires = 2026-12-31
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from attrs import frozen

from seqrkit.errors import ConfigurationError

_FIELDS = {"property": str, "case": str, "reason": str, "expires": date}
_OPTIONAL = {"case"}


@frozen
class Deviation:
    """A property that is known not to hold; `expires` is the last day on which that is excused."""

    property: str
    reason: str
    expires: date
    case: str = ""

    def concerns(self, property_: str, case: str) -> bool:
        """Return whether this is about this case of this property."""
        return self.property == property_ and self.case in {"", case}

    def __str__(self) -> str:
        return f"{self.property}[{self.case or 'every case'}], until {self.expires}: {self.reason}"


class Baseline:
    """The known deviations, as of one day."""

    def __init__(self, deviations: Iterable[Deviation], today: date) -> None:
        self.deviations: tuple[Deviation, ...] = tuple(deviations)
        self.today = today

    def known(self, property_: str, case: str) -> Deviation | None:
        """Return the deviation that excuses a failure on this day, if there is one."""
        concerned = (each for each in self.deviations if each.concerns(property_, case))
        return next((each for each in concerned if each.expires >= self.today), None)

    @property
    def expired(self) -> tuple[Deviation, ...]:
        """The deviations that no longer excuse anything."""
        return tuple(each for each in self.deviations if each.expires < self.today)

    def unneeded(
        self, run: Iterable[tuple[str, str]], failed: Iterable[tuple[str, str]]
    ) -> tuple[Deviation, ...]:
        """Return the deviations whose cases were run and all passed."""
        return self._concerning(set(run) - set(failed), but_not=set(failed))

    def unknown(self, checks: Iterable[tuple[str, str]]) -> tuple[Deviation, ...]:
        """Return the deviations that concern none of these checks, for example misspelt ones."""
        concerned = self._concerning(set(checks))
        return tuple(each for each in self.deviations if each not in concerned)

    def _concerning(
        self, checks: set[tuple[str, str]], but_not: Iterable[tuple[str, str]] = ()
    ) -> tuple[Deviation, ...]:
        return tuple(
            each
            for each in self.deviations
            if any(each.concerns(*check) for check in checks)
            and not any(each.concerns(*check) for check in but_not)
        )


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
        if value is None and name in _OPTIONAL:
            continue
        if not isinstance(value, kind) or isinstance(value, datetime) or not value:
            expected = "a date like 2026-12-31" if kind is date else "a text"
            raise ConfigurationError(f"{location}: {name} is required and must be {expected}")
    unknown = ", ".join(sorted(set(given) - set(_FIELDS)))
    if unknown:
        raise ConfigurationError(
            f"{location}: unknown key {unknown}; the keys are {', '.join(_FIELDS)}"
        )
    return Deviation(**given)
