"""Options of the contract suite: one table for `seqrkit verify` and for pytest.

An environment variable can give each, and the table [tool.seqrkit] of pyproject.toml: SEQR_SEED, or
`seed`, for `--seed` and pytest's `--seqr-seed`.
"""

from __future__ import annotations

import re
import tomllib
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from seqrkit.environment_variables import flag, variable
from seqrkit.errors import ConfigurationError

_ARGUMENT: Final = re.compile(
    r"(?P<or> or pass )?\b(?P<name>[a-z]+(?:_[a-z]+)*)=(?P<value>True\b|(?=['\w/]))?"
)


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
            raise ConfigurationError(f"[tool.seqrkit] {self.name} is {value}; it must be a boolean")
        return value

    def convert(self, source: str, given: object) -> object:
        """Return a given text, or texts, as a value; `source` is where it was given."""
        if self.repeatable:
            several = given if isinstance(given, list | tuple) else [given]
            return tuple(self._converted(source, str(each).strip()) for each in several)
        return self._converted(source, str(given))

    def _converted(self, source: str, text: str) -> object:
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

BUYERS: Final = ("none", "manual", "control")


def _one_of(*words: str) -> Callable[[str], str]:
    def word(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    word.__name__ = "word"
    return word


def _letters(text: str) -> str:
    letters = "".join(filter(str.isalpha, text.upper()))
    if set(letters) - {*"DVCA"}:
        raise ValueError(text)
    return letters


_letters.__name__ = "letters"


class Report(NamedTuple):
    """A format of reports: what it contains, and its file in the directory of `--output`."""

    content: str
    file: str


REPORTS: Final = {
    "json": Report("results and coverage of the contract as JSON", "results.json"),
    "html": Report("results and coverage of the contract as HTML", "report.html"),
    "junit": Report("results as JUnit XML", "junit.xml"),
    "sarif": Report("failures as SARIF", "results.sarif"),
    "har": Report("the exchanges of failures as an HTTP Archive", "failures.har"),
}
"""The formats of reports, by the option that names the file."""


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not _TOKEN.fullmatch(name.strip()) or not value.strip().isprintable():
        raise ValueError(text)
    return name.strip(), value.strip()


_header.__name__ = "header"
# What HTTP allows in a header's name (RFC 9110, 5.6.2); a line feed would add headers.
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

CONNECTION: Final = (
    Option("timeout", "SECONDS", "the maximum time for a complete answer", float),
    Option("ca", "FILE", "a PEM file or directory of authorities that TLS certificates need"),
    Option("client-certificate", "FILE", "a PEM file with client certificate and key"),
    Option("proxy", "URL", "the HTTP proxy, empty for none (default: that of the environment)"),
    Option(
        "header",
        "NAME:VALUE",
        "a header of each request, such as a gateway's key; may be repeated; in the environment, "
        "one a line",
        _header,
        repeatable=True,
        separator="\n",
    ),
)
"""The options of all commands that send requests."""

OPTIONS: Final = (
    Option("endpoint", "URL", "the endpoint to test (default: one in each process)"),
    Option("interface", "NAME", "the interface to use (default: that of the URL's path, or all)"),
    Option(
        "profile", "NAME", "the amount of examples: quick, default or nightly", default="default"
    ),
    Option("operations", "NAME,...", "run only checks of these operations"),
    Option(
        "check",
        "PATTERN",
        "run only checks whose name contains this; * stands for any text; may be repeated",
        repeatable=True,
    ),
    Option(
        "exclude",
        "PATTERN",
        "leave out checks whose name contains this; may be repeated",
        repeatable=True,
    ),
    Option("list", "", "list the checks, each with the reason if it is left out, and run none"),
    Option("toolkit", "", "at another endpoint, also check seqrkit's own schemas and linter"),
    Option(
        "sources",
        "LETTERS",
        "at another endpoint, also require what was seen in client code (C) or is assumed (A)",
        _letters,
    ),
    Option("seed", "NUMBER", "the seed of random examples (default: random, and printed)", int),
    Option("run-id", "TEXT", "the source of unique references (default: fresh, and printed)"),
    Option("shard", "I/N", "run other examples on each of N machines; this is machine I", _shard),
    Option("rate", "NUMBER", "the maximum number of requests a second", float),
    *CONNECTION,
    Option("max-time", "SECONDS", "leave out the checks that have not begun by then", float),
    Option("max-failures", "NUMBER", "stop after this number of failed checks", int),
    Option(
        "buyer",
        "WHO",
        "who pays: control (the endpoint's simulated phone), manual (shows code and link, waits) "
        "or none",
        _one_of(*BUYERS),
    ),
    Option(
        "buyer-command",
        "COMMAND",
        "a command that pays an invoice, such as 'pay {link} {reference}'",
    ),
    Option("no-probe", "", "do not look for a SOAP service and log in before the first check"),
    Option("fail-on-left-out", "", "fail if a check was left out (not: is not applicable)"),
    Option("baseline", "FILE", "a TOML file of known deviations"),
    Option("write-baseline", "FILE", "write a baseline of the deviations that were found"),
    Option("failures", "DIRECTORY", "where to save requests that show failures"),
    Option("database", "WHERE", "where to keep failing examples: a directory or redis://HOST/N"),
    *(Option(name, "FILE", f"write {each.content}") for name, each in REPORTS.items()),
    Option("github", "", "print failures as annotations of GitHub's workflows"),
    Option("output", "DIRECTORY", "write all reports and failing requests to this directory"),
    Option("allow-writes", "", "create invoices and move money at a host not known for tests"),
    Option("require-coverage", "", "fail if a part of the contract was not exercised"),
)


def project_settings(directory: Path | None = None) -> Mapping[str, object]:
    """Return the table [tool.seqrkit] of the pyproject.toml in a directory, or an empty one.

    Raises `ConfigurationError` if the file cannot be read or has an unknown key.
    """
    path = (directory or Path()) / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        settings = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get("seqrkit", {})
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    # A mistyped key would be an option that silently does nothing.
    unknown = sorted(set(settings) - {each.name for each in OPTIONS})
    if unknown:
        raise ConfigurationError(f"{path}: [tool.seqrkit] has no option {', '.join(unknown)}")
    return cast("Mapping[str, object]", settings)


def complete(options: Namespace, environment: Mapping[str, str]) -> None:
    """Convert the options given as text; take the others from the environment, or their default.

    Between the two comes the table [tool.seqrkit] of the pyproject.toml in the current directory.
    Raises `ConfigurationError` for a value that is not valid.
    """
    prefix = getattr(options, "seqr_prefix", "--")
    given = {each.key: getattr(options, each.attribute) for each in OPTIONS}
    for key, value in completed(OPTIONS, given, environment, prefix).items():
        setattr(options, f"seqr_{key}", value)
    if options.seqr_output:
        _fill_output(options, Path(options.seqr_output))


def completed(
    options: Iterable[Option],
    given: Mapping[str, object],
    environment: Mapping[str, str],
    prefix: str = "--",
) -> dict[str, object]:
    """Return the values of options by key, those not given from the environment or the project.

    Raises `ConfigurationError` for a value that is not valid.
    """
    project = project_settings()
    return {
        each.key: each.value(given.get(each.key), environment, project, prefix) for each in options
    }


def connection(values: Mapping[str, object]) -> dict[str, Any]:
    """Return arguments of `seqrkit.connect` for values of `CONNECTION`, without those not given."""
    keys = [each.key for each in CONNECTION if values.get(each.key) is not None]
    given = {key: values[key] for key in keys}
    headers = cast("Iterable[tuple[str, str]]", given.pop("header", ()))
    return {**given, "headers": dict(headers)}


def _fill_output(options: Namespace, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    files = {name: each.file for name, each in REPORTS.items()}
    for name, file in {**files, "failures": "failures"}.items():
        # A report that was named goes to its own file.
        if getattr(options, f"seqr_{name}") is None:
            setattr(options, f"seqr_{name}", str(directory / file))


def matches(patterns: Iterable[str], name: str) -> bool:
    """Return whether a name contains one of the patterns, in which * stands for any text."""
    # Not `fnmatch`: names of checks have brackets, which would be sets of characters there.
    expressions = (".*".join(map(re.escape, each.split("*"))) for each in patterns)
    return any(re.search(each, name) for each in expressions)


def with_names(message: str, name_of: Callable[[str, bool], str | None]) -> str:
    """Return a message that has other names in place of arguments of Python, such as ``ca=``.

    `name_of` returns the name for an argument; `None` leaves it as it is. Its second argument says
    that the message offers the argument as an alternative, which an empty name removes.
    """

    def named(found: re.Match[str]) -> str:
        name = name_of(found["name"], bool(found["or"]))
        if not name:
            return found[0] if name is None else ""
        return f"{found['or'] or ''}{name}{' ' if found['value'] == '' else ''}"

    return _ARGUMENT.sub(named, message)
