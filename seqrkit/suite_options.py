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

from seqrkit.errors import ConfigurationError
from seqrkit.option import Option

_ARGUMENT: Final = re.compile(
    r"(?P<or> or pass )?\b(?P<name>[a-z]+(?:_[a-z]+)*)=(?P<value>True\b|(?=['\w/-]))?"
)


def _above_zero(number: Callable[[str], float]) -> Callable[[str], float]:
    def converted(text: str) -> float:
        value = number(text)
        if not value > 0:  # nor is nan, which no other number is equal to
            raise ValueError(text)
        return value

    converted.__name__ = "number above 0"  # in argparse's error message
    return converted


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
    Option(
        "timeout", "SECONDS", "the maximum time for a complete answer, above 0", _above_zero(float)
    ),
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
    Option(
        "rate", "NUMBER", "the maximum number of requests a second, above 0", _above_zero(float)
    ),
    *CONNECTION,
    Option(
        "max-time",
        "SECONDS",
        "the time, above 0, after which checks that have not begun are left out",
        _above_zero(float),
    ),
    Option(
        "max-failures",
        "NUMBER",
        "stop after this number of failed checks, above 0",
        _above_zero(int),
    ),
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
        tools = tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    settings = tools.get("seqrkit", {}) if isinstance(tools, dict) else {}
    if not isinstance(settings, dict):
        raise ConfigurationError(f"{path}: [tool.seqrkit] must be a table of options")
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
