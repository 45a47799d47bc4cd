"""``seqrkit verify``: the contract suite, against an endpoint of its own or somebody's."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from seqrkit.cli import INTERRUPTED, Defect, Failure, Misuse
from seqrkit.cli.files import bundled, writable
from seqrkit.errors import HttpError, NotAReply, TransportError
from seqrkit.vocabulary import ENDPOINT, Interface

if TYPE_CHECKING:
    from seqrkit.cli.progress import Progress
    from seqrkit.suite.target import Target

NEEDED: Final = ("hypothesis", "pytest")
_AUTOLOAD: Final = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command("verify")
@click.argument("url", required=False, envvar=ENDPOINT)
@click.option("--profile", default="default", show_default=True, help="quick, default or nightly.")
@click.option("--operations", metavar="NAME,...", help="Only what concerns these operations.")
@click.option("--check", metavar="TEXT", help="Only checks whose name has this in it.")
@click.option(
    "--interface",
    type=click.Choice([each.value for each in Interface]),
    help="The one interface to speak; else the one of the URL's path, else both.",
)
@click.option("--seed", type=int, metavar="NUMBER", help="Where random examples begin.")
@click.option(
    "--shard", metavar="I/N", help="This machine's number of how many: each looks elsewhere."
)
@click.option("--workers", metavar="N", help="How many processes; one where a URL is given.")
@click.option("--rate", type=float, metavar="N", help="Requests a second, at most.")
@click.option("--baseline", type=_FILE, metavar="FILE", help="Known deviations, as TOML.")
@click.option("--junit", type=_FILE, callback=writable, metavar="FILE", help="Write JUnit XML.")
@click.option("--html", type=_FILE, callback=writable, metavar="FILE", help="Write a page.")
@click.option("--json", type=_FILE, callback=writable, metavar="FILE", help="Write JSON.")
@click.option(
    "--failures",
    default="seqrkit-failures",
    show_default=True,
    metavar="DIRECTORY",
    help="Save requests that show failures here.",
)
@click.option("--database", metavar="WHERE", help="Keep failing examples: directory or redis://.")
@click.option(
    "--allow-writes",
    is_flag=True,
    default=None,
    help="Make invoices and move money at a host that is not known as one for tests.",
)
@click.pass_context
def command(context: click.Context, /, *, url: str | None, **options: Any) -> None:
    """Run the contract suite, against the endpoint at URL or one of its own.

    \b
    seqrkit verify
    seqrkit verify http://127.0.0.1:8080 --operations sendInvoice --html report.html

    Messages are generated from the contract, judged, sent, and shrunk where something is wrong;
    what needs more than the endpoint has is left out, and said so. Credentials come from the
    environment. An endpoint of `seqrkit serve --manual-clock` has a buyer and a clock, too.

    Exit code: 0 when all holds, 1 when something does not, 2 when it could not be run as asked.
    """  # noqa: D301 - \b is click's own
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        are = "are" if len(missing) > 1 else "is"
        raise Misuse(f"{' and '.join(missing)} {are} missing: pip install 'seqrkit[verify]'")
    target = _checked(url, options)
    from seqrkit.cli.progress import Progress

    arguments = [str(bundled("contract_tests") / f"test_{name}.py") for name in _chapters()]
    arguments += [*_PYTEST, *_given(url, options), *_workers(target, options["workers"])]
    if target.endpoint is None and not (options["operations"] or options["check"]):
        arguments.append("--seqr-require-coverage")
    with Progress() as progress:
        code = _run(arguments, progress)
    progress.summary()
    for path in filter(None, (options["html"], options["json"], options["junit"])):
        progress.console.print(f"Written: {path}", style="muted")
    context.exit(_exit_code(code, progress))


_PYTEST: Final = (
    *("-c", os.devnull, "--rootdir", ".", "--noconftest", "--import-mode=importlib"),
    *("-p", "no:cacheprovider", "-p", "seqrkit.pytest_plugin"),
    *("--assert=plain", "--capture=no"),
)
"""Whatever else is configured where it is run: these tests and nothing else."""


def _checked(url: str | None, options: dict[str, Any]) -> Target:
    """The target; what is wrong with the options is known before anything runs."""
    from seqrkit.pytest_plugin.options import OPTIONS, SWITCHES, complete
    from seqrkit.suite.options import run

    names = [*(each.name for each in OPTIONS), *SWITCHES]
    values = {name.replace("-", "_"): None for name in names} | options | {"endpoint": url}
    types = {each.name: each.type for each in OPTIONS}
    try:
        values["shard"] = types["shard"](options["shard"]) if options["shard"] else None
    except ValueError as error:
        raise Misuse(f"--shard is like 1/4, not {options['shard']}") from error
    given = Namespace(**{f"seqr_{name}": value for name, value in values.items()})
    complete(given, os.environ)
    asked = run(given, os.environ)
    asked.close()
    try:
        asked.target.reach()
    except TransportError as error:
        several = len(asked.target.interfaces) > 1 and isinstance(error, HttpError | NotAReply)
        hint = "; where only one interface is spoken, --interface says which" if several else ""
        raise Misuse(f"{error}{hint}") from error
    return asked.target


def _chapters() -> Sequence[str]:
    from seqrkit.suite import CHAPTERS

    return CHAPTERS


def _given(url: str | None, options: dict[str, Any]) -> Iterator[str]:
    """The options, as the plugin takes them."""
    for name, value in {"endpoint": url, **options}.items():
        if name == "junit":
            yield from [] if value is None else ["--junitxml", str(value)]
        elif value is True:
            yield f"--seqr-{name.replace('_', '-')}"
        elif name != "workers" and value not in {None, False}:
            yield f"--seqr-{name.replace('_', '-')}={value}"


def _workers(target: Target, asked: str | None) -> Sequence[str]:
    """Several processes, each with an endpoint inside, where pytest-xdist can start them."""
    if find_spec("xdist") is None:
        if asked not in {None, "1"}:
            raise Misuse("several workers need pytest-xdist: pip install 'seqrkit[verify]'")
        return ()
    number = asked or ("auto" if target.endpoint is None else "1")
    if number == "1":
        return ()
    if number != "auto" and not number.isdecimal():
        raise Misuse(f"--workers is a number or auto, not {number}")
    return ("-p", "xdist.plugin", "-n", number)


def _exit_code(code: int, progress: Progress) -> int:
    """The command's, of pytest's."""
    import pytest

    if progress.problems:
        raise Defect("\n".join(progress.problems))
    if code == pytest.ExitCode.INTERRUPTED:
        raise Interrupted(f"interrupted after {progress.done} of {progress.total} checks")
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise Misuse("there is no check that concerns this; see --operations, --check, --interface")
    return code


class Interrupted(Failure):
    """Ctrl-C."""

    exit_code = INTERRUPTED


def _run(arguments: Sequence[str], progress: object) -> int:
    import pytest

    with _no_other_plugins():
        return int(pytest.main(list(arguments), plugins=[progress]))


@contextmanager
def _no_other_plugins() -> Iterator[None]:
    """Only the plugins that are named: what else is installed here has no part in it."""
    before = os.environ.get(_AUTOLOAD)
    os.environ[_AUTOLOAD] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_AUTOLOAD]
        else:
            os.environ[_AUTOLOAD] = before
