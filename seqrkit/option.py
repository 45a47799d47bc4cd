"""An option: its value is in the command, else in the environment, else in the project."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

from seqrkit.environment_variables import flag, variable
from seqrkit.errors import ConfigurationError


class Option(NamedTuple):
    """An option; one without a `metavar` is a switch, a `repeatable` one has a list of values.

    `separator` is between the values in the environment variable.
    """

    name: str
    metavar: str
    help: str
    type: Callable[[str], object] = str
    default: str | None = None
    repeatable: bool = False
    separator: str = ","

    @property
    def key(self) -> str:
        """The name in Python."""
        return self.name.replace("-", "_")

    @property
    def attribute(self) -> str:
        """The name of its value in the namespace of parsed options."""
        return f"seqr_{self.key}"

    @property
    def variable(self) -> str:
        """The environment variable that gives it."""
        return variable(self.key)

    @property
    def description(self) -> str:
        """The help text with the default."""
        return f"{self.help} (default: {self.default})" if self.default else self.help

    def value(
        self,
        given: object,
        environment: Mapping[str, str],
        project: Mapping[str, object],
        prefix: str = "--",
    ) -> object:
        """Return the value of what was given, else what `read` returns."""
        # pytest gives None and argparse an empty list for what is not in the command.
        if given is None or given in ((), []):
            return self.read(environment, project)
        if isinstance(given, str) or self.repeatable:
            return self.convert(f"{prefix}{self.name}", given)
        return given

    def read(self, environment: Mapping[str, str], project: Mapping[str, object]) -> object:
        """Return the value that the environment gives, else the project, else the default."""
        if not self.metavar:
            if environment.get(self.variable):
                return flag(self.variable, environment)
            return self._switch(project.get(self.name, False))
        # Before the project's table: what one run sets must win over what all runs have.
        if text := environment.get(self.variable):
            return self.convert(
                self.variable, text.split(self.separator) if self.repeatable else text
            )
        set_ = project.get(self.name, self.default)
        return None if set_ is None else self.convert(f"[tool.seqrkit] {self.name}", set_)

    def _switch(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ConfigurationError(
                f"[tool.seqrkit] {self.name} is {_shown(value)}; it must be true or false"
            )
        return value

    def convert(self, source: str, given: object) -> object:
        """Return a given text, or texts, as a value; `source` is where it was given."""
        if self.repeatable:
            several = given if isinstance(given, list | tuple) else [given]
            return tuple(
                self._converted(source, each.strip() if isinstance(each, str) else each)
                for each in several
            )
        return self._converted(source, given)

    def _converted(self, source: str, given: object) -> object:
        with suppress(ValueError):
            # TOML has types: a number is not a path, and `true` not a number.
            is_number = isinstance(given, int | float) and not isinstance(given, bool)
            if isinstance(given, str) or (is_number and self.type is not str):
                return self.type(str(given))
        raise ConfigurationError(
            f"{source} is {_shown(given)}; it must be {self.metavar}: {self.help}"
        )


def _shown(value: object) -> str:
    """Return a value as TOML and JSON write it."""
    return json.dumps(value, ensure_ascii=False, default=str)
