"""Delays: a number of seconds, drawn from a distribution."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from seqrkit.errors import ConfigurationError

LONGEST: Final = 86_400.0
"""Maximum delay in seconds; a longer one is reduced to it."""


class _Distribution(NamedTuple):
    parameters: tuple[str, ...]
    draw: Callable[..., float]
    words: str


DISTRIBUTIONS: Final[Mapping[str, _Distribution]] = MappingProxyType(
    {
        "fixed": _Distribution(("seconds",), lambda _, seconds: seconds, "{} s"),
        "uniform": _Distribution(("minimum", "maximum"), Random.uniform, "{} to {} s"),
        "exponential": _Distribution(
            ("mean",),
            lambda random, mean: random.expovariate(1 / mean) if mean else 0.0,
            "{} s on average, exponentially distributed",
        ),
        "lognormal": _Distribution(
            ("median", "sigma"),
            lambda random, median, sigma: median * random.lognormvariate(0, sigma),
            "{} s (median), log-normally distributed with sigma {}",
        ),
    }
)
"""The distributions of delays with their parameters, in seconds except sigma."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay, written as one line: ``2``, ``uniform 1 3``, ``exponential 2``, ``lognormal 1 0.5``.

    The numbers are seconds: the delay, the minimum and maximum, the mean, the median. Sigma is the
    standard deviation of the logarithm.
    """

    distribution: str
    parameters: tuple[float, ...]

    def __post_init__(self) -> None:
        known = DISTRIBUTIONS.get(self.distribution)
        if known is None or len(self.parameters) != len(known.parameters):
            raise _not_a_delay(self)
        if not all(math.isfinite(each) and 0 <= each <= LONGEST for each in self.parameters):
            raise ConfigurationError(
                f'the delay "{self}" has a number outside 0 to {LONGEST:g} seconds'
            )
        if self.distribution == "uniform" and self.parameters[0] > self.parameters[1]:
            raise ConfigurationError(f'the delay "{self}" has a minimum above its maximum')

    @classmethod
    def of(cls, value: Delay | float | str) -> Self | Delay:
        """Read a delay; a bare number is a fixed one. Raises `ConfigurationError`."""
        if isinstance(value, Delay):
            return value
        first, *rest = str(value).split() or [""]
        words = [first, *rest] if first in DISTRIBUTIONS else ["fixed", first, *rest]
        try:
            return cls(words[0], tuple(float(word) for word in words[1:]))
        except ConfigurationError:
            raise
        except ValueError:
            raise _not_a_delay(value) from None

    def draw(self, random: Random) -> float:
        """Return a delay in seconds, at most a day."""
        return min(DISTRIBUTIONS[self.distribution].draw(random, *self.parameters), LONGEST)

    @property
    def words(self) -> str:
        """The delay in words."""
        numbers = (f"{each:g}" for each in self.parameters)
        return DISTRIBUTIONS[self.distribution].words.format(*numbers)

    def __str__(self) -> str:
        return " ".join(
            [self.distribution, *(repr(each).removesuffix(".0") for each in self.parameters)]
        )


def _not_a_delay(value: object) -> ConfigurationError:
    ways = ", ".join(
        " ".join([name, *(parameter.upper() for parameter in known.parameters)])
        for name, known in DISTRIBUTIONS.items()
    )
    shown = str(value)[:80]
    return ConfigurationError(
        f'"{shown}" is not a delay; give a number of seconds, or one of {ways}'
    )
