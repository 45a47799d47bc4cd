"""A run as options ask for it, those of pytest or of ``seqrkit verify``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from seqrkit.errors import ConfigurationError
from seqrkit.schemas import schema_set
from seqrkit.session import CREDENTIALS
from seqrkit.suite import PROFILES
from seqrkit.suite.run import Run
from seqrkit.suite.target import Target
from seqrkit.vocabulary import Interface, variable


class Options(Protocol):
    """The options by their names."""

    seqr_endpoint: str | None
    seqr_interface: str | None
    seqr_profile: str | None
    seqr_operations: str | None
    seqr_seed: int | None
    seqr_shard: tuple[int, int] | None
    seqr_allow_writes: bool


def run(options: Options, environment: Mapping[str, str]) -> Run:
    """The run; credentials are the environment's. Raises `ConfigurationError` for wrong options."""
    name = options.seqr_profile or "default"
    if name not in PROFILES:
        raise ConfigurationError(f'there is no profile "{name}"; it is {" or ".join(PROFILES)}')
    profile = PROFILES[name].seeded(options.seqr_seed, *(options.seqr_shard or (1, 1)))
    spoken = options.seqr_interface
    target = Target(
        options.seqr_endpoint,
        schema_set(spoken).interface if spoken else None,
        {
            each: environment[variable(each)]
            for each in CREDENTIALS
            if variable(each) in environment
        },
        allow_writes=options.seqr_allow_writes,
    )
    return Run(target, profile, _operations(options.seqr_operations))


def _operations(text: str | None) -> frozenset[str]:
    from seqrkit import contract

    named = frozenset(filter(None, (text or "").replace(",", " ").split()))
    known = {name for interface in Interface for name in contract.load(interface).operations}
    for wrong in sorted(named - known):
        raise ConfigurationError(
            f"there is no operation {wrong}; the operations are {', '.join(sorted(known))}"
        )
    return named
