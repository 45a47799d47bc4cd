"""The outcome of a run: each check's verdict, and the coverage of the contract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from attrs import asdict, frozen

from seqrkit.baseline import Baseline
from seqrkit.suite.framework import Aspect, Coverage
from seqrkit.suite.framework.failure_causes import FAULT, INDIRECT, is_refusal
from seqrkit.suite.reports.failure_report import FailureReport

_INSTEAD: Final = " instead of "
"""In the name of a cause, between the result code that was answered and the documented one."""
_OF_CODES: Final = re.compile(f"resultCode [0-9]+{_INSTEAD}[0-9]+")
_MANY: Final = 3
"""The number of codes from which on one code in their place is one cause."""
_NAMED: Final = 2
"""How many missing items the summary names."""


class Verdict(StrEnum):
    """The verdict of a check. The values are part of the JSON report and of the summary."""

    PASSED = "held"
    FAILED = "failed"
    KNOWN = "known to fail"
    ERROR = "crashed"
    PREVENTED = "could not run"
    """An argument, a credential or the network kept the check from running."""
    SKIPPED = "left out"
    """An option or a credential is missing, or the run has ended before."""
    INAPPLICABLE = "not applicable"
    """The service lacks what the check needs, and no document requires it."""

    @property
    def was_tested(self) -> bool:
        """Whether the check has given a result."""
        return self not in {Verdict.SKIPPED, Verdict.INAPPLICABLE}

    @property
    def is_wrong(self) -> bool:
        """Whether it makes the run fail."""
        return self in {Verdict.FAILED, Verdict.ERROR, Verdict.PREVENTED}


@frozen(kw_only=True)
class Result:
    """The result of a check; `why` is the reason for skipping or excusing it, or the error.

    `failures` are those of different causes; `of_service` says whether the check is about the
    service, and not about seqrkit's own schemas and linter.
    """

    property: str
    case: str
    verdict: Verdict
    seconds: float = 0.0
    why: str = ""
    failures: tuple[FailureReport, ...] = ()
    of_service: bool = True

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """Return the result that `to_dict` has made into plain data."""
        restored = {
            "verdict": Verdict(data["verdict"]),
            "failures": tuple(FailureReport(**each) for each in data["failures"]),
        }
        return cls(**{**data, **restored})

    def __str__(self) -> str:
        return f"{self.property}[{self.case}]"

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
    run_id: str = ""
    interrupted: bool = False
    uncompared: int = 0
    """The number of checks whose transactions the end of the run would have compared."""
    is_complete: bool = True
    """Whether all checks were planned, so that missing coverage is meaningful."""

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """The number of checks with each verdict."""
        return self._counted(self.results)

    @staticmethod
    def _counted(results: Iterable[Result]) -> dict[Verdict, int]:
        counted = Counter(result.verdict for result in results)
        return {verdict: counted[verdict] for verdict in Verdict if counted[verdict]}

    @property
    def causes(self) -> Mapping[str, list[tuple[Result, FailureReport]]]:
        """The failures that are not excused, by cause.

        The first of each is the one that shows it best.
        """
        found: dict[str, list[tuple[Result, FailureReport]]] = {}
        for result in self.results:
            for each in result.failures:
                if not each.excused:
                    found.setdefault(each.cause, []).append((result, each))
        return {
            cause: sorted(several, key=lambda pair: _rank(cause, pair[1]))
            for cause, several in _merged(found).items()
        }

    @property
    def deviations(self) -> Sequence[str]:
        """The ids of all deviations that were found, also excused ones."""
        found = (each.deviation for result in self.results for each in result.failures)
        return tuple(dict.fromkeys(found))

    @property
    def was_tested(self) -> bool:
        """Whether any check gave a result."""
        return any(result.verdict.was_tested for result in self.results)

    @property
    def was_answered(self) -> bool:
        """Whether a check held, or a failure shows that the service was reached."""
        if any(result.verdict is Verdict.PASSED for result in self.results):
            return True
        return any(each.reached_service for result in self.results for each in result.failures)

    @property
    def aspects(self) -> list[AspectCoverage]:
        """The coverage of each aspect that the checks of the run can cover."""
        can = filter(self.targets.covered, Aspect)
        return [_aspect(each, self.coverage, self.targets) for each in can]

    @property
    def has_left_out(self) -> bool:
        """Whether a check was left out that other options, or another time, would run."""
        return any(each.verdict is Verdict.SKIPPED for each in self.results)

    @property
    def has_gaps(self) -> bool:
        """Whether no check covered some part of the contract."""
        return any(each.missing for each in self.aspects)

    @property
    def remarks(self) -> Iterator[str]:
        """Remarks about checks that are not finished and about entries of the baseline."""
        if self.uncompared:
            yield f"checks whose transactions were not compared with reports: {self.uncompared}"
        if self.baseline is not None:
            is_whole = self.is_complete and not (self.interrupted or self.has_left_out)
            yield from self.baseline.remarks(self.deviations, is_whole=is_whole)

    def summary(self) -> Iterator[str]:
        """Yield the lines that are printed at the end of a run."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        run = f", run id {self.run_id}" if self.run_id else ""
        yield f"{self.endpoint}, profile {self.profile}{seed}{run}: {_text(self.counts)}"
        if self.interrupted:
            yield "the run was interrupted: these are the results so far"
        if any(not result.of_service for result in self.results):
            for name, of_it in (("service", True), ("seqrkit itself", False)):
                counts = self._counted(r for r in self.results if r.of_service is of_it)
                yield f"{name:<14} {_text(counts)}"
        for several in self.causes.values():
            more = f" ({len(several)} checks)" if len(several) > 1 else ""
            yield f"failure        {several[0][1].deviation}{more}"
        failures = (each for result in self.results for each in result.failures)
        excused = {each.deviation: each.excused for each in failures if each.excused}
        for deviation, reason in excused.items():
            yield f"{Verdict.KNOWN:<14} {deviation} ({reason})"
        for aspect, _, covered, total, missing in self.aspects:
            named = ", ".join(missing[:_NAMED]) if self.is_complete else ""
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            missed = f", missing: {named}{more}" if named else ""
            yield f"{aspect:<14} {covered:>4} of {total}{missed}"
        untested = Counter((r.verdict, r.why) for r in self.results if not r.verdict.was_tested)
        for (verdict, why), number in untested.items():
            yield f"{number} {verdict}: {why}"
        yield from self.remarks

    def _json_counts(self, *, of_service: bool) -> dict[str, int]:
        counts = self._counted(each for each in self.results if each.of_service is of_service)
        return {verdict.value: number for verdict, number in counts.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            "endpoint": self.endpoint,
            "profile": self.profile,
            "seed": self.seed,
            "run_id": self.run_id,
            "started_at": self.started_at.isoformat(),
            "seconds": round(self.seconds, 3),
            "interrupted": self.interrupted,
            "counts": {verdict.value: number for verdict, number in self.counts.items()},
            "service_counts": self._json_counts(of_service=True),
            "toolkit_counts": self._json_counts(of_service=False),
            "causes": {
                deviation: [each.check for _, each in several]
                for deviation, several in self.causes.items()
            },
            "coverage": {
                aspect.value: {"seen": covered, "of": total, "items": items, "missing": missing}
                for aspect, items, covered, total, missing in self.aspects
            },
            "remarks": list(self.remarks),
            "results": [result.to_dict() for result in self.results],
        }


def _rank(cause: str, failure: FailureReport) -> tuple[bool, bool]:
    """Return where a failure stands among those of its cause: the one that shows it best first."""
    # That is the check of the operation that the cause names, and one of what it tests itself.
    return failure.case_operation not in cause, bool(INDIRECT.search(failure.deviation))


def _merged(
    found: Mapping[str, list[tuple[Result, FailureReport]]],
) -> Mapping[str, list[tuple[Result, FailureReport]]]:
    """Return failures by cause, where one code for many others, or many for one, is one cause.

    So is each fault with which a service refuses requests.
    """
    pairs = [cause.split(_INSTEAD) for cause in found if _OF_CODES.fullmatch(cause)]
    answered, documented = (Counter(pair[side] for pair in pairs) for side in (0, -1))
    merged: dict[str, list[tuple[Result, FailureReport]]] = {}
    for cause, several in found.items():
        code, _, other = cause.partition(_INSTEAD)
        if _OF_CODES.fullmatch(cause) and answered[code] >= _MANY:
            cause = f"{code} in place of the documented codes"  # noqa: PLW2901
        elif _OF_CODES.fullmatch(cause) and documented[other] > 1:
            cause = f"other codes in place of {other}"  # noqa: PLW2901
        elif is_refusal(cause, (each.deviation for _, each in several)):
            cause = FAULT  # noqa: PLW2901
        merged.setdefault(cause, []).extend(several)
    return merged


def _text(counts: Mapping[Verdict, int]) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) or "no checks"


def _aspect(aspect: Aspect, coverage: Coverage, targets: Coverage) -> AspectCoverage:
    items, wanted = coverage.covered(aspect), targets.covered(aspect)
    missing = sorted(wanted - items)
    return AspectCoverage(aspect, sorted(items), len(wanted & items), len(wanted), missing)
