"""Known deviations of an endpoint, each with a reason, until a date when it is a failure again.

A baseline is a TOML file::

    [[deviation]]
    property = "replay.paid"
    case = "cashregister-2/refundPayment"  # without it: every case of the property
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
    """A property that does not hold somewhere, as is known; through `expires`, and no longer."""

    property: str
    reason: str
    expires: date
    case: str = ""

    def concerns(self, property_: str, case: str) -> bool:
        """Whether it speaks of this case of this property."""
        return self.property == property_ and self.case in {"", case}

    def __str__(self) -> str:
        return f"{self.property}[{self.case or 'every case'}], until {self.expires}: {self.reason}"


class Baseline:
    """The deviations that are known, judged as of one day."""

    def __init__(self, deviations: Iterable[Deviation], today: date) -> None:
        self.deviations = tuple(deviations)
        self.today = today

    def known(self, property_: str, case: str) -> Deviation | None:
        """The deviation that excuses a failure on this day."""
        concerned = (each for each in self.deviations if each.concerns(property_, case))
        return next((each for each in concerned if each.expires >= self.today), None)

    @property
    def expired(self) -> tuple[Deviation, ...]:
        """Those that excuse nothing any more."""
        return tuple(each for each in self.deviations if each.expires < self.today)

    def unneeded(
        self, tried: Iterable[tuple[str, str]], failed: Iterable[tuple[str, str]]
    ) -> tuple[Deviation, ...]:
        """Those whose cases were tried, and held."""
        held, wrong = set(tried), set(failed)
        return tuple(
            each
            for each in self.deviations
            if any(each.concerns(*one) for one in held)
            and not any(each.concerns(*one) for one in wrong)
        )

    def strange(self, checks: Iterable[tuple[str, str]]) -> tuple[Deviation, ...]:
        """Those that concern none of these checks: misspelt, or of a suite that had them."""
        known = set(checks)
        return tuple(
            each for each in self.deviations if not any(each.concerns(*one) for one in known)
        )


def read(path: Path, today: date) -> Baseline:
    """The baseline of a file; raises `ConfigurationError` with a sentence for what is none."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"the baseline {path} cannot be read: {why}") from error
    entries = content.get("deviation", [])
    if set(content) - {"deviation"} or not isinstance(entries, list):
        raise ConfigurationError(f"the baseline {path} has [[deviation]] entries and nothing else")
    return Baseline((_entry(path, *each) for each in enumerate(entries, start=1)), today)


def _entry(path: Path, number: int, entry: Any) -> Deviation:  # noqa: ANN401 - TOML
    where = f"the baseline {path}, deviation {number}"
    given = dict(entry) if isinstance(entry, dict) else {}
    for name, kind in _FIELDS.items():
        value = given.get(name)
        if value is None and name in _OPTIONAL:
            continue
        if not isinstance(value, kind) or isinstance(value, datetime) or not value:
            said = "a date like 2026-12-31" if kind is date else "a text"
            raise ConfigurationError(f"{where}: {name} is {said}, and it must be there")
    unknown = ", ".join(sorted(set(given) - set(_FIELDS)))
    if unknown:
        raise ConfigurationError(f"{where}: {unknown} is unknown; there are {', '.join(_FIELDS)}")
    return Deviation(**given)
