"""The plugin's options. Each can stand in the environment: `--seqr-seed` as SEQR_SEED."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final, NamedTuple

import pytest

from seqrkit.vocabulary import variable


class Option(NamedTuple):
    """An option with a value."""

    name: str
    metavar: str
    help: str
    type: Callable[[str], object] = str
    default: str | None = None


def _shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    shard, shards = int(number), int(of)
    if not 1 <= shard <= shards:
        raise ValueError(text)
    return shard, shards


_shard.__name__ = "shard"  # as argparse names it in its sentence

FAILURES: Final = "seqrkit-failures"
"""Where requests that show failures are saved unless told otherwise."""

OPTIONS: Final = (
    Option("endpoint", "URL", "the endpoint to test; else one inside each process"),
    Option("interface", "NAME", "the interface to speak; else the one of the endpoint's path"),
    Option("profile", "NAME", "how hard the suite looks: quick, default or nightly"),
    Option("operations", "NAME,...", "only what concerns these operations"),
    Option("check", "TEXT", "only checks whose name has this in it"),
    Option("seed", "NUMBER", "where random examples begin; a run's summary tells it", int),
    Option("shard", "I/N", "this machine's number of how many: each looks elsewhere", _shard),
    Option("database", "WHERE", "keep failing examples here: a directory, or redis://HOST/N"),
    Option("baseline", "FILE", "known deviations of the endpoint, as TOML"),
    Option("failures", "DIRECTORY", "save the requests that show failures here", str, FAILURES),
    Option("json", "FILE", "write the outcome with the contract's coverage as JSON"),
    Option("html", "FILE", "write the same as a page"),
    Option("rate", "NUMBER", "requests a second, at most", float),
)
SWITCHES: Final = {
    "allow-writes": "make invoices and move money at a host that is not known as one for tests",
    "require-coverage": "fail where something of the contract was not exercised",
}


def given(config: pytest.Config) -> bool:
    """Whether somebody has asked for anything."""
    values = ((option.default, config.getoption(f"--seqr-{option.name}")) for option in OPTIONS)
    return any(value != usual for usual, value in values)


def add_to(parser: pytest.Parser) -> None:
    """Add them all to pytest's."""
    group = parser.getgroup("seqr", "seqrkit: SEQR payments")
    for option in OPTIONS:
        group.addoption(
            f"--seqr-{option.name}",
            default=_environment(option.name) or option.default,
            metavar=option.metavar,
            help=option.help,
            type=option.type,
        )
    for name, help_ in SWITCHES.items():
        group.addoption(
            f"--seqr-{name}", action="store_true", default=bool(_environment(name)), help=help_
        )


def _environment(name: str) -> str | None:
    return os.environ.get(variable(name.replace("-", "_"))) or None
