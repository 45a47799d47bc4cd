"""Looks for the steps of each test in a session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from attrs import evolve

from seqrkit.assessment import Failure, Item
from seqrkit.certification.conditions import Conditions, Problem, other_code
from seqrkit.certification.procedures import (
    ADVICE,
    PROCEDURES,
    Step,
    Test,
    certification_tests,
    observable,
)
from seqrkit.certification.sales import Observation, Sales
from seqrkit.contract import Severity
from seqrkit.vocabulary import ResultCode

_ANY: Final = "*"
"""Stands for all operations in a step."""
# Three times as long as the service waits for a poll before it reverses a payment.
_IN_PROGRESS: Final = 60.0
"""Seconds after which an invoice of a live session counts as given up, if nothing ended it."""
_NO_PROOF: Final = frozenset(
    {
        None,
        # A refusal at the door: the operation itself was never carried out.
        ResultCode.AUTHENTICATION_FAILED,
        ResultCode.SYSTEM_BUSY,
        ResultCode.SERVICE_UNAVAILABLE,
    }
)
"""The result codes that say nothing about the behaviour; without a reply it is `None`."""
_NAMED: Final = 5
"""Exchanges that are named; others are counted."""


class Attempt(NamedTuple):
    """How far the steps of a test were found: the exchanges, and why the next one does not fit.

    `missing` is the step that no exchange fits, `None` if all were found or one does not fit.
    """

    path: tuple[Observation, ...]
    problems: tuple[tuple[Observation, Problem], ...] = ()
    missing: Step | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the service refused the first exchange."""
        return not self.path and any(not seen.exchange.succeeded for seen, _ in self.problems)

    @property
    def is_complete(self) -> bool:
        """Whether all steps were found."""
        return not self.problems and self.missing is None


def judge(sales: Sales, procedure: str, *, is_live: bool = False) -> list[Item]:
    """Return an item for each test of a procedure (``pos`` or ``webshop``), then the advice.

    A session that `is_live` has open invoices: for a minute nothing is missing after them.
    """
    judge = _Judge(sales, is_live=is_live)
    return [judge.item(test, procedure) for test in certification_tests(procedure)]


class Evidence(NamedTuple):
    """What a session shows of a behaviour: the exchanges that confirm it, and why others do not."""

    confirmed: tuple[int, ...]
    refuted: tuple[Failure, ...]


def evidence(sales: Sales) -> dict[str, Evidence]:
    """Return what a session shows of the service's behaviours, by id; others are not in it."""
    judge = _Judge(sales)
    found = {}
    for id_, sequences in observable().items():
        attempts = [
            each
            for steps in sequences
            for each in judge.attempts(steps, once=True)
            # All but the last step: only that one shows the behaviour, the others set the scene.
            if each.is_complete or len(each.path) == len(steps) - 1
        ]
        confirmed = {each.path[-1].exchange.number for each in attempts if each.is_complete}
        refuted = tuple(_failures(id_, filter(_is_proof, attempts)))
        if confirmed or refuted:
            found[id_] = Evidence(tuple(sorted(confirmed)), refuted)
    return found


def _is_proof(attempt: Attempt) -> bool:
    """Return whether an attempt ends with a reply that shows how the service behaves."""
    codes = [seen.exchange.result_code for seen, _ in attempt.problems]
    return bool(codes) and not set(codes) & _NO_PROOF


class _Judge:
    def __init__(self, sales: Sales, *, is_live: bool = False) -> None:
        self._latest = sales.observations[-1].exchange if is_live and sales.observations else None
        self._conditions = Conditions(sales)
        self._sales = sales

    def item(self, test: Test, procedure: str) -> Item:
        """Return the result of a test."""
        first = test.steps[0]
        attempts = list(self.attempts(test.steps))
        is_advice = test.number is None
        made = Item(
            id=f"advice.{test.id}" if is_advice else f"{procedure}.{test.id}",
            group=ADVICE if is_advice else PROCEDURES[procedure],
            title=test.title if is_advice else f"{test.number}. {test.title}",
            source=test.source if is_advice else f"{test.source}, test {test.number}",
            severity=Severity.WARNING if is_advice else Severity.ERROR,
        )
        if not attempts:
            return evolve(made, was_seen=False, evidence=f"missing: {first}")
        if test.every:
            if not first.any_reply:  # a refused request counts only if none was accepted
                attempts = [each for each in attempts if not each.is_refused] or attempts
            attempts = [each for each in attempts if not self._is_open(each)]
            if not attempts:
                return evolve(made, was_seen=False, evidence=f"in progress: {first}")
            return evolve(made, failures=tuple(_failures(made.id, attempts)))
        # One good sale is enough for a test; of bad ones the user wants to hear of the nearest
        # miss.
        best = max(attempts, key=lambda each: (each.is_complete, len(each.path)))
        if best.problems:
            return evolve(made, failures=tuple(_failures(made.id, [best])))
        seen = in_words([each.exchange.number for each in best.path])
        if best.missing is None:
            return evolve(made, evidence=seen)
        missing = f"missing: {best.missing}; seen so far: {seen}"
        return evolve(made, was_seen=False, evidence=missing)

    def _is_open(self, attempt: Attempt) -> bool:
        """Return whether what is missing can still come."""
        if self._latest is None or attempt.missing is None:
            return False
        return self._latest.seconds_after(attempt.path[0].exchange) < _IN_PROGRESS

    def attempts(self, steps: Sequence[Step], *, once: bool = False) -> Iterator[Attempt]:
        """Yield how far the steps are found after each exchange that fits the first one.

        With `once`, the first exchange that fits a step decides; otherwise a later one can repair
        what was wrong with it.
        """
        first = steps[0]
        is_any = _ANY in first.operations
        for each in self._sales if is_any else self._sales.timeline.after(-1, first.operations):
            if self._fits(first, each, None):
                yield self._attempt(steps, each, once=once)

    def _fits(self, step: Step, seen: Observation, before: Observation | None) -> bool:
        return all(self._conditions.holds(each, seen, before) for each in step.where)

    def _attempt(self, steps: Sequence[Step], anchor: Observation, *, once: bool) -> Attempt:
        path: tuple[Observation, ...] = ()
        for step in steps:
            problems: list[tuple[Observation, Problem]] = []
            candidates = self._after(step, path) if path else iter((anchor,))
            # "Next" means that nothing may come between, so a later exchange cannot repair it.
            for each in islice(candidates, 1 if step.next else None):
                if not self._fits(step, each, path[-1] if path else None):
                    continue
                found = [(each, problem) for problem in self._problems(step, each, path)]
                if not found:
                    path = (*path, each)
                    break
                # Of several that do not fit, the first is the one that the developer can find in
                # the log.
                problems = problems or found
                if once:
                    return Attempt(path, tuple(problems))
            else:
                return Attempt(path, tuple(problems), None if problems else step)
        return Attempt(path)

    def _after(self, step: Step, path: tuple[Observation, ...]) -> Iterator[Observation]:
        """Yield the later exchanges of a step's operations: in the same sale, or in another."""
        sale, place = path[0].sale, path[-1].place
        if step.sale == "same":
            yield from sale.timeline.after(place, step.operations)
            return
        for each in self._sales.timeline.after(place, step.operations):
            # Sales of several tills are mixed in a session; the test is about one register.
            if each.sale is not sale and each.sale.terminal == sale.terminal:
                yield each

    def _problems(
        self, step: Step, seen: Observation, path: tuple[Observation, ...]
    ) -> Iterator[Problem]:
        if not step.any_reply:
            yield from other_code(seen, step.code)
        for condition in step.require:
            yield from self._conditions.problems(condition, seen, path[-1] if path else None)
        if step.after and path:
            passed = seen.exchange.seconds_after(path[-1].exchange)
            if passed < step.after:
                before = path[-1].exchange
                sentence = (
                    f"{seen.exchange.operation} came {passed:.0f} s after {before.operation} "
                    f"(exchange {before.number}); wait {step.after:.0f} s"
                )
                yield Problem("too early", sentence)


def _failures(id_: str, attempts: Iterable[Attempt]) -> Iterator[Failure]:
    """Yield a failure for each kind of problem, with the exchanges that have it besides."""
    found: dict[str, list[tuple[Observation, str]]] = {}
    for each in attempts:
        for seen, problem in each.problems:
            found.setdefault(problem.key, []).append((seen, problem.sentence))
        if each.missing is not None:
            sentence = f"missing afterwards: {each.missing}"
            # One failure for all sales: a session of a day would repeat the same sentence hundreds
            # of times.
            found.setdefault("missing", []).append((each.path[-1], sentence))
    for key, several in found.items():
        (seen, sentence), others = several[0], several[1:]
        yield Failure(
            deviation=f"{id_}: {key}",
            sentence=f"{sentence}{_also(others)}",
            exchange=seen.exchange.number,
        )


def _also(others: Sequence[tuple[Observation, str]]) -> str:
    """Return the other exchanges with the same problem in words."""
    return f" (also {in_words([seen.exchange.number for seen, _ in others])})" if others else ""


def in_words(exchanges: Sequence[int]) -> str:
    """Return the numbers of exchanges in words: ``exchanges 3, 4``; many are counted."""
    numbers = ", ".join(map(str, exchanges[:_NAMED]))
    more = f" and {len(exchanges) - _NAMED} more" if len(exchanges) > _NAMED else ""
    return f"exchange{'s' if len(exchanges) > 1 else ''} {numbers}{more}"
