"""The plugin's options. An environment variable can give each: SEQR_SEED for `--seqr-seed`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import pytest

from seqrkit.environment import flag
from seqrkit.errors import ConfigurationError
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
    """Return whether the command line has one of these options."""
    return any(config.getoption(f"--seqr-{option.name}") is not None for option in OPTIONS)


def add_to(parser: pytest.Parser) -> None:
    """Add all options to pytest's.

    Their defaults are `None`: pytest runs of other projects do not read the environment.
    """
    group = parser.getgroup("seqr", "seqrkit: SEQR payments")
    for option in OPTIONS:
        group.addoption(
            f"--seqr-{option.name}", metavar=option.metavar, help=option.help, type=option.type
        )
    for name, help_ in SWITCHES.items():
        group.addoption(f"--seqr-{name}", action="store_true", default=None, help=help_)


def complete(options: Namespace, environment: Mapping[str, str]) -> None:
    """Give each option that the command line lacks its environment variable's value or its default.

    Raises `ConfigurationError` for a variable whose value is not valid.
    """
    for option in OPTIONS:
        name = _attribute(option.name)
        if getattr(options, name) is None:
            setattr(options, name, _read(option, environment))
    for name in SWITCHES:
        if getattr(options, _attribute(name)) is None:
            setattr(options, _attribute(name), flag(_variable(name), environment))


def _read(option: Option, environment: Mapping[str, str]) -> object:
    text = environment.get(_variable(option.name)) or option.default
    try:
        return None if text is None else option.type(text)
    except ValueError as error:
        raise ConfigurationError(
            f'{_variable(option.name)} is "{text}"; it must be {option.metavar}: {option.help}'
        ) from error


def _attribute(name: str) -> str:
    return f"seqr_{name.replace('-', '_')}"


def _variable(name: str) -> str:
    return variable(name.replace("-", "_"))
