"""The outcome of a run: each check's verdict, and the coverage of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from attrs import asdict, frozen

from seqrkit.suite.framework import Aspect, Coverage
from seqrkit.suite.reports.failure_report import FailureReport
from seqrkit.suite.runner.baseline import Baseline

_NAMED: Final = 2
"""How many missing items the summary names."""


class Verdict(StrEnum):
    """The verdict of a check. The values are part of the JSON report and of the summary."""

    PASSED = "held"
    FAILED = "failed"
    KNOWN = "known to fail"
    ERROR = "crashed"
    SKIPPED = "left out"

    @property
    def is_wrong(self) -> bool:
        """Whether it makes the run fail."""
        return self in {Verdict.FAILED, Verdict.ERROR}


@frozen(kw_only=True)
class Result:
    """The result of a check; `why` is the reason for skipping or excusing it, or the error."""

    property: str
    case: str
    verdict: Verdict
    seconds: float = 0.0
    why: str = ""
    failure: FailureReport | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """Return the result that `to_dict` has made into plain data."""
        failure = data["failure"]
        restored = {
            "verdict": Verdict(data["verdict"]),
            "failure": None if failure is None else FailureReport(**failure),
        }
        return cls(**{**data, **restored})

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return asdict(self) | {"verdict": self.verdict.value}


class AspectCoverage(NamedTuple):
    """How far one aspect of the contract was covered."""

    aspect: Aspect
    items: list[str]
    covered: int
    total: int
    missing: list[str]


@frozen(kw_only=True)
class Outcome:
    """The outcome of a run; `targets` is what can be covered, `coverage` what was."""

    endpoint: str
    profile: str
    seed: int | None
    started_at: datetime
    seconds: float
    results: Sequence[Result]
    coverage: Coverage
    targets: Coverage
    baseline: Baseline | None = None
    interrupted: bool = False
    is_complete: bool = True
    """Whether all checks were planned, so that missing coverage is meaningful."""

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """The number of checks with each verdict."""
        counted = Counter(result.verdict for result in self.results)
        return {verdict: counted[verdict] for verdict in Verdict if counted[verdict]}

    @property
    def aspects(self) -> list[AspectCoverage]:
        """The coverage of each aspect."""
        return [_aspect(each, self.coverage, self.targets) for each in Aspect]

    @property
    def has_gaps(self) -> bool:
        """Whether no check covered some part of the contract."""
        return any(each.missing for each in self.aspects)

    @property
    def remarks(self) -> Iterator[str]:
        """Remarks about entries of the baseline."""
        if self.baseline is None:
            return
        planned = [(result.property, result.case, result.verdict) for result in self.results]
        run = [(name, case) for name, case, verdict in planned if verdict is not Verdict.SKIPPED]
        passed = {(name, case) for name, case, verdict in planned if verdict is Verdict.PASSED}
        for each in self.baseline.expired:
            yield f"this entry of the baseline has expired: {each}"
        for each in self.baseline.unneeded(run, set(run) - passed):
            yield f"this entry of the baseline is no longer needed: {each}"
        if self.is_complete and not self.interrupted:
            for each in self.baseline.unknown((name, case) for name, case, _ in planned):
                yield f"this entry of the baseline matches no check of this run: {each}"

    def summary(self) -> Iterator[str]:
        """Yield the lines that are printed at the end of a run."""
        counts = ", ".join(f"{number} {verdict}" for verdict, number in self.counts.items())
        seed = "" if self.seed is None else f", seed {self.seed}"
        yield f"{self.endpoint}, profile {self.profile}{seed}: {counts or 'no checks were run'}"
        for aspect, _, covered, total, missing in self.aspects:
            named = ", ".join(missing[:_NAMED]) if self.is_complete else ""
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            missed = f", missing: {named}{more}" if named else ""
            yield f"{aspect:<14} {covered:>4} of {total}{missed}"
        skipped = Counter(r.why for r in self.results if r.verdict is Verdict.SKIPPED)
        for why, number in skipped.items():
            yield f"{number} {Verdict.SKIPPED}: {why}"
        yield from self.remarks

    def to_dict(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            "endpoint": self.endpoint,
            "profile": self.profile,
            "seed": self.seed,
            "started_at": self.started_at.isoformat(),
            "seconds": round(self.seconds, 3),
            "interrupted": self.interrupted,
            "counts": {verdict.value: number for verdict, number in self.counts.items()},
            "coverage": {
                aspect.value: {"seen": covered, "of": total, "items": items, "missing": missing}
                for aspect, items, covered, total, missing in self.aspects
            },
            "remarks": list(self.remarks),
            "results": [result.to_dict() for result in self.results],
        }


def _aspect(aspect: Aspect, coverage: Coverage, targets: Coverage) -> AspectCoverage:
    items, wanted = coverage.covered(aspect), targets.covered(aspect)
    missing = sorted(wanted - items)
    return AspectCoverage(aspect, sorted(items), len(wanted & items), len(wanted), missing)
