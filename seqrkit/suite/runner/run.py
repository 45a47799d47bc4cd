"""A run of the suite, made from the options of pytest or ``seqrkit verify``."""

from __future__ import annotations

import secrets
import shlex
import time
from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from seqrkit import contract
from seqrkit.baseline import Baseline, Deviation, read_baseline
from seqrkit.client import Pace
from seqrkit.control_client.client import TOKEN
from seqrkit.errors import ConfigurationError
from seqrkit.option import Option
from seqrkit.schemas import schema_set
from seqrkit.session import credentials_of
from seqrkit.suite.framework import (
    PROFILES,
    Aspect,
    Check,
    CheckEnvironment,
    CheckFailure,
    Need,
    Profile,
    Property,
)
from seqrkit.suite.framework.buyer import Buyer, command_buyer, manual_buyer
from seqrkit.suite.framework.failure_causes import STOPPED
from seqrkit.suite.properties import checks
from seqrkit.suite.runner.target import RATE, Target
from seqrkit.suite_options import (
    CONNECTION,
    OPTIONS,
    REPORTS,
    connection,
    matches,
)
from seqrkit.vocabulary import Interface

NOT_RUN: Final = f"not run: {STOPPED}"
"""Why the checks are left out that were to follow when the service stopped."""


@frozen(slots=False)
class Run:
    """What the checks of one process share.

    `operations`, `only` and `without` (patterns of names) select checks. `given` are the options
    as they were given, by name; `max_time` is in seconds. Requests that show failures are saved in
    the directory `failures`. It is one of the runs of several `workers`.
    """

    target: Target
    profile: Profile
    run_id: str = ""
    operations: Collection[str] = ()
    only: Sequence[str] = ()
    without: Sequence[str] = ()
    toolkit: bool = False
    sources: str = "DVCA"
    baseline: Baseline | None = None
    failures: Path | None = None
    max_time: float | None = None
    workers: int = 1
    given: Mapping[str, object] = field(factory=dict)
    began: float = field(factory=time.monotonic)

    @property
    def end_reason(self) -> str:
        """Why no further check is run; empty if checks are."""
        if self.max_time is not None and time.monotonic() - self.began > self.max_time:
            return f"the time of {self.target.prefix}max-time had passed"
        return NOT_RUN if self.environment.has_stopped else ""

    @cached_property
    def environment(self) -> CheckEnvironment:
        """The environment in which the checks run."""
        return CheckEnvironment(
            self.profile,
            self.target.connect,
            sources=self.sources,
            buyer=self.target.buyer,
            unmet=lambda: self.target.unmet_needs,
            offers=self.target.offers,
            answers=self.target.answers,
        )

    @property
    def aspects(self) -> frozenset[Aspect]:
        """The aspects of the contract that checks of this run can cover."""
        missing: set[Aspect] = set()
        if self.target.endpoint is not None and not self.toolkit:
            missing.update((Aspect.ELEMENT, Aspect.KEPT, Aspect.BROKEN))
        if Need.PHONE in self.target.unmet_needs:
            missing.add(Aspect.TRANSITION)
        return frozenset(Aspect) - missing

    @property
    def is_selection(self) -> bool:
        """Whether options select some of the checks."""
        return bool(self.operations or self.only or self.without)

    def plan(self, *groups: str) -> Iterator[tuple[Check, str | None]]:
        """Yield the selected checks of these groups, each with a reason if it must be skipped.

        Checks of seqrkit itself are left out at another endpoint unless an option asks for them.
        Those that conclude others are in `conclusions` instead if there are several workers.
        """
        for check, skip_reason in self._selected(*groups):
            if self.workers == 1 or not check.property.concludes:
                yield check, skip_reason

    @property
    def conclusions(self) -> Sequence[Check]:
        """The checks that each of several workers runs at its end, on what its own have left."""
        if self.workers == 1 or self.end_reason or not self.environment.uncompared:
            return ()
        selected = self._selected()
        return [each for each, skip in selected if each.property.concludes and not skip]

    def _selected(self, *groups: str) -> Iterator[tuple[Check, str | None]]:
        run = set[str]()
        for check in checks(*groups, interfaces=self.target.interfaces):
            name, property_ = str(check), check.property
            operation, concluded = check.case.operation, property_.concludes
            if concluded:
                is_selected = bool(concluded & run) and Need.CLOCK in self.target.unmet_needs
            else:
                is_selected = not self.operations or operation in self.operations
                is_selected = is_selected and (not self.only or matches(self.only, name))
            if not is_selected or matches(self.without, name):
                continue
            wanted = self.target.endpoint is None or property_.of_service or self.toolkit
            if wanted or matches(self.only, property_.id):
                skip_reason = self._skip_reason(property_, operation)
                run.update([] if skip_reason else [property_.id])
                yield check, skip_reason

    def _skip_reason(self, property_: Property, operation: str) -> str | None:
        if not self.target.offers(operation):
            return f"the service's WSDL does not list {operation}"
        if property_.letter not in self.sources:
            use = f"{self.target.prefix}sources {property_.letter}"
            return f"its source is {property_.letter}: use {use}"
        return self.target.skip_reason(property_.needs)

    def is_applicable(self, check: Check) -> bool:
        """Return whether a check that was not run could be, at this service with other options."""
        property_, target = check.property, self.target
        is_required = property_.letter in self.sources
        offered = target.offers(check.case.operation)
        return offered and is_required and target.can_meet(property_.needs)

    def known(self, deviation: str) -> Deviation | None:
        """Return the entry of the baseline that excuses a deviation, if there is one."""
        return None if self.baseline is None else self.baseline.known(deviation)

    def blamed(self, check: Check, failure: CheckFailure) -> Check:
        """Return the check whose case shows a failure, if a check finishes what others left."""
        if failure.check == str(check):
            return check
        group = check.property.id.partition(".")[0]
        return next((each for each, _ in self.plan(group) if str(each) == failure.check), check)

    def command(self, check: Check) -> str:
        """Return the command that repeats a check on the same examples."""
        words = ["seqrkit", "verify", *filter(None, [self.target.endpoint])]
        for option in OPTIONS:
            value = self.given.get(option.name)
            if option.name not in _NOT_REPEATED and value not in {None, False, option.default}:
                words += [f"--{option.name}"] if value is True else [f"--{option.name}", str(value)]
        words += ["--seed", str(self.profile.seed)] if self.profile.seed is not None else []
        words += ["--run-id", self.run_id] if self.target.endpoint else []
        return shlex.join([*words, "--check", str(check)])

    def close(self) -> None:
        """Close the sessions of the run."""
        self.environment.close()


_NOT_REPEATED: Final = (
    *("endpoint", "list", "check", "exclude", "operations", "seed", "run-id", "github", "output"),
    *(
        "header",
        "write-baseline",
        "failures",
        "max-time",
        "max-failures",
        "require-coverage",
        *REPORTS,
    ),
)
"""The options that a repetition does not need, and headers, which can be secret."""


def run_from_options(
    options: Namespace, environment: Mapping[str, str], *, workers: int = 1, worker: str = ""
) -> Run:
    """Return the run of one of several workers, from options that `suite_options` has completed.

    Credentials are read from the environment. Raises `ConfigurationError` for invalid options.
    """
    interface = options.seqr_interface
    rate, url = options.seqr_rate, options.seqr_endpoint
    # New for each run: a service may refuse clientReferences that it has seen.
    run_id = options.seqr_run_id or secrets.token_hex(4)
    target = Target(
        url,
        schema_set(interface).interface if interface else None,
        credentials_of(environment),
        allow_writes=options.seqr_allow_writes,
        token=environment.get(TOKEN),
        buyer=_buyer(options),
        may_use_phone=options.seqr_buyer in {None, "control"},
        needs_control=options.seqr_buyer == "control",
        seed=f"{run_id} {worker}",
        prefix=getattr(options, "seqr_prefix", "--"),
        connection=connection({e.key: getattr(options, e.attribute) for e in CONNECTION}),
    )
    if rate is None and not target.is_local:
        rate = RATE
    if rate is not None:
        # The limit is for all processes together.
        target = evolve(target, pace=Pace(rate / workers))
    known = options.seqr_baseline
    return Run(
        target,
        _profile(options),
        run_id=run_id,
        operations=_operations(options.seqr_operations or ""),
        only=options.seqr_check or (),
        without=options.seqr_exclude or (),
        toolkit=options.seqr_toolkit,
        sources="DVCA" if url is None else f"DV{options.seqr_sources or ''}",
        baseline=read_baseline(Path(known), datetime.now(UTC).date()) if known else None,
        failures=Path(options.seqr_failures) if options.seqr_failures else None,
        max_time=options.seqr_max_time,
        workers=workers,
        given={each.name: _text(each, getattr(options, each.attribute)) for each in OPTIONS},
    )


def _text(option: Option, value: object) -> object:
    if option.name == "shard" and isinstance(value, tuple):
        return "/".join(map(str, value))
    return value


def _buyer(options: Namespace) -> Buyer | None:
    if options.seqr_buyer_command:
        return command_buyer(options.seqr_buyer_command)
    return manual_buyer if options.seqr_buyer == "manual" else None


def _profile(options: Namespace) -> Profile:
    name = options.seqr_profile
    if name not in PROFILES:
        raise ConfigurationError(f'"{name}" is not a profile; use one of {", ".join(PROFILES)}')
    profile = PROFILES[name].seeded(options.seqr_seed, *(options.seqr_shard or (1, 1)))
    if options.seqr_database:
        from seqrkit.suite.framework.example_database import open_database

        profile = evolve(profile, database=open_database(options.seqr_database))
    return profile


def _operations(text: str) -> frozenset[str]:
    named = frozenset(filter(None, text.replace(",", " ").split()))
    known = {name for interface in Interface for name in contract.load(interface).operations}
    for wrong in sorted(named - known):
        raise ConfigurationError(
            f"unknown operation {wrong}; use one of {', '.join(sorted(known))}"
        )
    return named
