"""Options of the contract suite: one table for `seqrkit verify` and for pytest.

An environment variable can give each: SEQR_SEED for `--seed` and pytest's `--seqr-seed`.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from seqrkit.environment import flag, variable
from seqrkit.errors import ConfigurationError


class Option(NamedTuple):
    """An option; one without a `metavar` is a switch."""

    name: str
    metavar: str
    help: str
    type: Callable[[str], object] = str
    default: str | None = None

    @property
    def attribute(self) -> str:
        """The name of its value in the namespace of parsed options."""
        return f"seqr_{self.name.replace('-', '_')}"

    @property
    def variable(self) -> str:
        """The environment variable that gives it."""
        return variable(self.name.replace("-", "_"))

    @property
    def description(self) -> str:
        """The help text with the default."""
        return f"{self.help} (default: {self.default})" if self.default else self.help

    def read(self, environment: Mapping[str, str]) -> object:
        """Return the value that the environment gives, or the default."""
        if not self.metavar:
            return flag(self.variable, environment)
        text = environment.get(self.variable) or self.default
        return None if text is None else self.convert(self.variable, text)

    def convert(self, source: str, text: str) -> object:
        """Return a text as a value; `source` is where it was given, for the error message."""
        try:
            return self.type(text)
        except ValueError as error:
            raise ConfigurationError(
                f'{source} is "{text}"; it must be {self.metavar}: {self.help}'
            ) from error


def _shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    shard, shards = int(number), int(of)
    if not 1 <= shard <= shards:
        raise ValueError(text)
    return shard, shards


_shard.__name__ = "shard"  # argparse's error message names the function

OPTIONS: Final = (
    Option("endpoint", "URL", "the endpoint to test (default: one in each process)"),
    Option("interface", "NAME", "the interface to use (default: that of the URL's path, or all)"),
    Option(
        "profile", "NAME", "the amount of examples: quick, default or nightly", default="default"
    ),
    Option("operations", "NAME,...", "run only checks of these operations"),
    Option("check", "TEXT", "run only checks whose name contains this"),
    Option("seed", "NUMBER", "the seed of random examples (default: random, and printed)", int),
    Option("shard", "I/N", "run other examples on each of N machines; this is machine I", _shard),
    Option("rate", "NUMBER", "the maximum number of requests a second", float),
    Option("baseline", "FILE", "a TOML file of known deviations"),
    Option(
        "failures",
        "DIRECTORY",
        "where to save requests that show failures",
        default="seqrkit-failures",
    ),
    Option("database", "WHERE", "where to keep failing examples: a directory or redis://HOST/N"),
    Option("json", "FILE", "write results and coverage of the contract as JSON"),
    Option("html", "FILE", "write results and coverage of the contract as HTML"),
    Option("allow-writes", "", "create invoices and move money at a host not known for tests"),
    Option("require-coverage", "", "fail if a part of the contract was not exercised"),
)


def complete(options: Namespace, environment: Mapping[str, str]) -> None:
    """Convert the options given as text; take the others from the environment, or their default.

    Raises `ConfigurationError` for a value that is not valid.
    """
    for option in OPTIONS:
        value = getattr(options, option.attribute)
        if value is None:
            value = option.read(environment)
        elif isinstance(value, str):
            value = option.convert(f"--{option.name}", value)
        setattr(options, option.attribute, value)
