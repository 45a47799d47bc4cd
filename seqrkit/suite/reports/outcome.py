"""What came of a run: each check's verdict, and what of the contract was exercised."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from seqrkit.suite.reports.contract_coverage import Aspect, Coverage
from seqrkit.suite.reports.coverage_targets import gaps
from seqrkit.suite.reports.failure_report import Failure
from seqrkit.suite.runner.baseline import Baseline

_NAMED: Final = 2


class Verdict(StrEnum):
    """What came of a check."""

    HELD = "held"
    FAILED = "failed"
    KNOWN = "known to fail"
    CRASHED = "crashed"
    LEFT_OUT = "left out"


@frozen(kw_only=True)
class Result:
    """A check's verdict. `why` says why it was left out, is known to fail, or how it crashed."""

    property: str
    case: str
    verdict: Verdict
    seconds: float = 0.0
    why: str = ""
    failure: Failure | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Result:
        """The result that `to_dict` told."""
        failure = told["failure"]
        return cls(
            **{**told, "verdict": Verdict(told["verdict"])}
            | {"failure": None if failure is None else Failure(**failure)}
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "property": self.property,
            "case": self.case,
            "verdict": self.verdict.value,
            "seconds": self.seconds,
            "why": self.why,
            "failure": None if self.failure is None else self.failure.to_dict(),
        }


@frozen(kw_only=True)
class Outcome:
    """A whole run. `universe` is what there was to exercise, `coverage` what was exercised."""

    endpoint: str
    profile: str
    seed: int | None
    started_at: datetime
    seconds: float
    results: Sequence[Result]
    coverage: Coverage
    universe: Coverage
    baseline: Baseline | None = None
    interrupted: bool = False
    whole: bool = True
    """Whether every check was to be run, so that a gap says something."""

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many checks ended how."""
        counted = Counter(result.verdict for result in self.results)
        return {verdict: counted[verdict] for verdict in Verdict if counted[verdict]}

    @property
    def gaps(self) -> Mapping[Aspect, list[str]]:
        """What of the contract no check exercised."""
        return gaps(self.coverage, self.universe)

    @property
    def remarks(self) -> Iterator[str]:
        """What is to be said of the baseline, in sentences."""
        if self.baseline is None:
            return
        for each in self.baseline.expired:
            yield f"the baseline's entry has expired: {each}"
        tried = [r for r in self.results if r.verdict is not Verdict.LEFT_OUT]
        wrong = [r for r in tried if r.verdict is not Verdict.HELD]
        for each in self.baseline.unneeded(
            ((r.property, r.case) for r in tried), ((r.property, r.case) for r in wrong)
        ):
            yield f"the baseline's entry is not needed any more: {each}"
        if self.whole and not self.interrupted:
            for each in self.baseline.strange((r.property, r.case) for r in self.results):
                yield f"the baseline's entry concerns no check of this run: {each}"

    def covered(self) -> Iterator[tuple[Aspect, int, int, list[str]]]:
        """Of each aspect how many were seen, of how many, and which were not."""
        missing = self.gaps
        for aspect in Aspect:
            whole = self.universe.seen(aspect)
            yield (
                aspect,
                len(whole & self.coverage.seen(aspect)),
                len(whole),
                missing.get(aspect, []),
            )

    def summary(self) -> Iterator[str]:
        """A few lines for the end of a run."""
        counted = ", ".join(f"{number} {verdict}" for verdict, number in self.counts.items())
        seed = "" if self.seed is None else f", seed {self.seed}"
        yield f"{self.endpoint}, profile {self.profile}{seed}: {counted or 'nothing was checked'}"
        for aspect, seen, whole, missing in self.covered():
            named = ", ".join(missing[:_NAMED]) if self.whole else ""
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            yield f"{aspect:<14} {seen:>4} of {whole}" + (f", not {named}{more}" if named else "")
        refused = Counter(r.why for r in self.results if r.verdict is Verdict.LEFT_OUT)
        for why, number in refused.items():
            yield f"{number} left out: {why}"
        yield from self.remarks

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return {
            "endpoint": self.endpoint,
            "profile": self.profile,
            "seed": self.seed,
            "started_at": self.started_at.isoformat(),
            "seconds": round(self.seconds, 3),
            "interrupted": self.interrupted,
            "counts": {verdict.value: number for verdict, number in self.counts.items()},
            "coverage": {
                aspect.value: {
                    "seen": seen,
                    "of": whole,
                    "items": sorted(self.coverage.seen(aspect)),
                    "missing": missing,
                }
                for aspect, seen, whole, missing in self.covered()
            },
            "remarks": list(self.remarks),
            "results": [result.to_dict() for result in self.results],
        }

    def write(self, as_json: str | None, as_html: str | None) -> None:
        """Write it to these files, as far as they are named; raises `OSError`."""
        if as_json:
            text = json.dumps(self.to_dict(), indent=2)
            Path(as_json).write_text(f"{text}\n", encoding="utf-8")
        if as_html:
            from seqrkit.suite.reports.outcome_page import outcome_page

            Path(as_html).write_text(outcome_page(self), encoding="utf-8")
