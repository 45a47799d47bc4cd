"""A run of the suite: the same seed and run id send the same bytes."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress

import pytest
from attrs import evolve

from seqrkit import Endpoint, ManualClock
from seqrkit.clock import Clock, SystemClock
from seqrkit.pytest_plugin.reporting import outcome_of
from seqrkit.session import published
from seqrkit.suite import PROFILES
from seqrkit.suite.framework import Aspect, CheckEnvironment, CheckFailure, LeftOut, Need
from seqrkit.suite.properties import checks, group
from seqrkit.suite.reports.coverage_targets import coverage_targets
from seqrkit.suite.reports.run_outcome import Result, Verdict
from seqrkit.suite.runner.run import Run, run_from_options
from seqrkit.suite.runner.target import Target
from seqrkit.suite_options import OPTIONS, complete
from seqrkit.vocabulary import NEWEST

ENVIRONMENT = {f"SEQR_{name.upper()}": value for name, value in published().items()}
CHECKS = ("replay.done*assignSeqrId*", "life.callers*sendInvoice*")


def sent(run_id: str, seed: int = 5, checks: Sequence[str] = CHECKS) -> list[bytes]:
    """Return the requests of a run at a new endpoint."""
    with Endpoint(clock=ManualClock()) as endpoint:
        options = Namespace(**{each.attribute: None for each in OPTIONS})
        options.seqr_endpoint, options.seqr_interface = endpoint.base_url, NEWEST
        options.seqr_profile, options.seqr_seed, options.seqr_run_id = "quick", seed, run_id
        options.seqr_check = checks
        complete(options, ENVIRONMENT)
        requests: list[bytes] = []
        endpoint.application.exchanges.observers.append(lambda each: requests.append(each.request))
        run = run_from_options(options, ENVIRONMENT)
        for check, left_out in run.plan():
            assert left_out is None
            check.run(run.environment)
        run.close()
        return requests


def test_a_run_is_complete_with_a_result_of_each_property_that_is_planned() -> None:
    with Endpoint(clock=ManualClock()) as endpoint:
        run = Run(Target(endpoint.base_url), PROFILES["quick"])
        results = [
            Result(property=each.property.id, case=str(each.case), verdict=Verdict.PASSED).to_dict()
            for each, _ in run.plan()
        ]
        assert outcome_of(run, results, [], 0, interrupted=False).is_complete
        assert not outcome_of(run, results[20:], [], 0, interrupted=False).is_complete
        selection = evolve(run, only=["replay"])
        assert not outcome_of(selection, results, [], 0, interrupted=False).is_complete


@pytest.mark.parametrize("toolkit", [False, True])
def test_coverage_is_of_what_the_checks_can_cover(*, toolkit: bool) -> None:
    with Endpoint(clock=ManualClock()) as endpoint:
        run = Run(
            Target(endpoint.base_url, may_use_phone=False), PROFILES["quick"], toolkit=toolkit
        )
        own = {Aspect.ELEMENT, Aspect.KEPT, Aspect.BROKEN} if toolkit else set()
        assert run.aspects == {Aspect.OPERATION, Aspect.CODE} | own
        found = coverage_targets(run.target.interfaces, run.aspects)
        assert {each for each in Aspect if found.covered(each)} == run.aspects


@pytest.mark.parametrize(
    ("clock", "books"), [(SystemClock(), ["replay.books"]), (ManualClock(), [])]
)
@pytest.mark.parametrize(("operation", "only"), [("", "replay.done"), ("cancelInvoice", "")])
def test_books_are_read_after_any_selection_where_that_takes_time(
    clock: Clock, books: list[str], operation: str, only: str
) -> None:
    with Endpoint(clock=clock) as endpoint:
        target = Target(endpoint.base_url, NEWEST, buyer=print)
        run = Run(target, PROFILES["quick"], "", operation.split(), only.split())
        planned = [each.property.id for each, _ in run.plan()]
    assert [each for each in planned if each == "replay.books"] == books


def test_books_are_read_by_each_of_several_workers_that_has_left_transactions() -> None:
    with Endpoint(clock=SystemClock()) as endpoint:
        target = Target(endpoint.base_url, NEWEST, buyer=print)
        run = Run(target, PROFILES["quick"], workers=2, only=["replay.done*cancelInvoice"])
        with run.environment as environment:
            ((check, _),) = run.plan()
            assert list(run.conclusions) == []
            check.run(environment)
            assert [each.property.id for each in run.conclusions] == ["replay.books"]


def test_all_properties_that_are_concluded_leave_periods_and_no_others() -> None:
    (books,) = (each for each in group("replay") if each.concludes)
    left = set[str]()
    environment = CheckEnvironment(
        PROFILES["quick"].seeded(1), unmet=lambda: {Need.CLOCK}, sources="DV"
    )
    for check in checks("replay", interfaces=[NEWEST]):
        if check.property.id not in {*left, books.id}:
            with suppress(CheckFailure, LeftOut):  # the clock differs from that of the replies
                check.run(environment)
            if environment.shop(NEWEST).periods.take():
                left.add(check.property.id)
    assert left == books.concludes
    environment.close()


def test_the_same_seed_and_run_id_send_the_same_bytes() -> None:
    sent("a")  # Hypothesis draws constants of the modules that are loaded: load all of them
    first = sent("a")
    assert len(first) > len(CHECKS)
    assert sent("a") == first


def test_another_run_id_changes_only_the_client_references() -> None:
    (one, *_), (other, *_) = sent("a", checks=CHECKS[1:]), sent("b", checks=CHECKS[1:])
    assert one != other
    # A terminal's externalTerminalId has one, too.
    reference = re.compile(b"[0-9a-f]{32}")
    assert reference.sub(b"", one) == reference.sub(b"", other)


def test_another_seed_sends_other_examples() -> None:
    assert sent("a", 5, CHECKS[:1]) != sent("a", 6, CHECKS[:1])
