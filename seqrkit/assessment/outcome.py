"""What a client was tested for, and with which result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from attrs import evolve, frozen

from seqrkit.baseline import Baseline
from seqrkit.contract import Severity
from seqrkit.exchange import Exchange

INTERRUPTED: Final = "the run was interrupted: these are the results so far"


class Verdict(StrEnum):
    """The verdict on an item. The values are part of the JSON report."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_FOLLOWED = "not followed"
    KNOWN = "known to fail"
    NOT_SEEN = "not yet seen"


@frozen(kw_only=True)
class Failure:
    """A reason why an item failed.

    `deviation` is the same in every run: it names neither references nor exchanges. `exchange` is
    the number of the exchange that shows it. `excused` is the reason in the baseline.
    """

    deviation: str
    sentence: str
    exchange: int | None = None
    excused: str = ""


@frozen(kw_only=True)
class Item:
    """Something a client is tested for.

    `title` is what it must do and `source` who requires it. An item is passed if `was_seen` and no
    failure is left; `evidence` says what showed that, or what is still missing. `severity` is
    warning for advice. `exchanges` are shown as a sequence diagram, `repeat` is the command that
    tests it again.
    """

    id: str
    group: str
    title: str
    source: str
    was_seen: bool = True
    failures: tuple[Failure, ...] = ()
    evidence: str = ""
    severity: Severity = Severity.ERROR
    exchanges: tuple[Exchange, ...] = ()
    repeat: str = ""
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """The verdict, which the failures and their excuses determine."""
        # Before "seen": a failure proves that it was.
        if self.wrong:
            is_advice = self.severity is Severity.WARNING
            return Verdict.NOT_FOLLOWED if is_advice else Verdict.FAILED
        if self.failures:
            return Verdict.KNOWN
        return Verdict.PASSED if self.was_seen else Verdict.NOT_SEEN

    @property
    def wrong(self) -> tuple[Failure, ...]:
        """The failures that the baseline does not excuse."""
        return tuple(each for each in self.failures if not each.excused)

    def to_dict(self) -> dict[str, Any]:
        """Return the item as plain data for JSON."""
        return {
            "id": self.id,
            "group": self.group,
            "title": self.title,
            "source": self.source,
            "severity": self.severity.value,
            "verdict": self.verdict.value,
            "evidence": self.evidence,
            "failures": [
                {
                    "id": each.deviation,
                    "message": each.sentence,
                    "exchange": each.exchange,
                    "excused": each.excused,
                }
                for each in self.failures
            ],
            "repeat": self.repeat,
            "seconds": round(self.seconds, 3),
        }


@frozen(kw_only=True)
class Assessment:
    """All items a client was tested for.

    `tool` is the command and `subject` what was tested: a session file or a command.
    """

    tool: str
    subject: str
    items: Sequence[Item]
    started_at: datetime
    exchanges: Sequence[Exchange] = ()
    baseline: Baseline | None = None
    is_complete: bool = True

    def with_baseline(self, baseline: Baseline | None) -> Assessment:
        """Return the assessment with the failures excused that the baseline knows."""
        if baseline is None:
            return self

        def excused(failure: Failure) -> Failure:
            known = baseline.known(failure.deviation)
            return failure if known is None else evolve(failure, excused=str(known))

        items = [evolve(each, failures=tuple(map(excused, each.failures))) for each in self.items]
        return evolve(self, items=items, baseline=baseline)

    @property
    def groups(self) -> Mapping[str, list[Item]]:
        """The items by group, in their order."""
        found: dict[str, list[Item]] = {}
        for each in self.items:
            found.setdefault(each.group, []).append(each)
        return found

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """The number of items with each verdict."""
        counted = Counter(each.verdict for each in self.items)
        return {verdict: counted[verdict] for verdict in Verdict if counted[verdict]}

    @property
    def was_tested(self) -> bool:
        """Whether any item was seen; if there is more than advice, any item that is not advice."""
        errors = [each for each in self.items if each.severity is Severity.ERROR]
        return any(each.verdict is not Verdict.NOT_SEEN for each in errors or self.items)

    @property
    def deviations(self) -> Sequence[str]:
        """The ids of all failures, also of excused ones."""
        found = (failure.deviation for each in self.items for failure in each.failures)
        return tuple(dict.fromkeys(found))

    def failed(self, severities: frozenset[Severity]) -> list[Item]:
        """Return the items of these severities that failed."""
        return [each for each in self.items if each.wrong and each.severity in severities]

    @property
    def remarks(self) -> Iterator[str]:
        """Remarks about the run and entries of the baseline."""
        if not self.is_complete:
            yield INTERRUPTED
        if self.baseline is not None:
            yield from self.baseline.remarks(self.deviations, is_whole=self.is_complete)

    def summary(self) -> str:
        """Return the counts in one line."""
        counts = (f"{number} {verdict}" for verdict, number in self.counts.items())
        return f"{self.subject}: {', '.join(counts) or 'nothing to test'}"

    def to_dict(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            "tool": self.tool,
            "subject": self.subject,
            "started_at": self.started_at.isoformat(),
            "complete": self.is_complete,
            "counts": {verdict.value: number for verdict, number in self.counts.items()},
            "remarks": list(self.remarks),
            "items": [each.to_dict() for each in self.items],
        }
