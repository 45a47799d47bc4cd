"""``seqrkit verify``: run the contract suite against an endpoint."""

from __future__ import annotations

import os
import signal
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import click

from seqrkit.cli import (
    INTERRUPTED,
    Defect,
    Failure,
    Misuse,
    NothingTested,
    ended_by_sigterm,
    require,
)
from seqrkit.cli.endpoint_options import suite_option
from seqrkit.cli.file_io import bundled, hypothesis_storage, why_unwritable
from seqrkit.environment_variables import ENDPOINT
from seqrkit.errors import HttpError, NotAReply, TransportError
from seqrkit.suite_options import OPTIONS, REPORTS, complete, matches

if TYPE_CHECKING:
    from seqrkit.cli.verify_progress import Progress
    from seqrkit.suite.reports.run_outcome import Outcome
    from seqrkit.suite.runner.run import Run
    from seqrkit.suite.runner.target import Target

NEEDED: Final = ("hypothesis", "pytest")
_AUTOLOAD: Final = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"


_ONLY_IN_PYTEST: Final = ("endpoint", "require-coverage")
_WRITTEN: Final = (*REPORTS, "write_baseline")
"""The options that name a file to write."""


def _suite_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the suite's options to a command; their values are converted by `suite_options`."""
    for each in reversed(OPTIONS):
        if each.name not in _ONLY_IN_PYTEST:
            command = suite_option(each)(command)
    return command


@click.command("verify")
@click.argument("url", required=False, envvar=ENDPOINT)
@_suite_options
@click.option("-x", "max_failures", flag_value="1", help="Stop after the first failed check.")
@click.option("--workers", metavar="N", help="Number of processes (default: 1 if URL is given).")
@click.option("--jsonl", is_flag=True, help="Print each result as a line of JSON, as it comes.")
@click.pass_context
def command(context: click.Context, /, *, url: str | None, jsonl: bool, **options: Any) -> None:
    """Run the contract suite against an endpoint: the one at URL, or an embedded one.

    \b
    seqrkit verify
    seqrkit verify http://127.0.0.1:8080 --operations sendInvoice --html report.html

    Generates messages from the contract, checks them, sends them, and reduces a failing message to
    the smallest one that still fails. Checks that need more than the endpoint offers are skipped
    and listed. Credentials are read from the environment, as is each option that is not given:
    SEQR_SEED for --seed. An endpoint of `seqrkit serve --manual-clock` has a buyer and a clock.

    At another endpoint, what the two references and the vendor's other material state is required;
    --sources adds the rest. A run is green if all that could be tested holds.

    Exit code: 0 if all checks pass, 1 if one fails, 2 if the suite could not run, 3 if nothing
    could be tested, 70 if a check itself crashed.
    """  # noqa: D301 - \b is click's own
    require("verify", *NEEDED)
    planned = _checked(url, options)
    # Not `options`, which lacks what the environment and the project give.
    given = planned.given
    if given["list"]:
        for check, why in planned.plan():
            verdict = "left out" if planned.is_applicable(check) else "not applicable"
            click.echo(f"{check}{f'  {verdict}: {why}' if why else ''}")
        return
    target = planned.target
    from seqrkit.cli.verify_progress import Progress
    from seqrkit.suite import GROUPS

    arguments = [str(bundled("contract_tests") / f"test_{name}.py") for name in GROUPS]
    arguments += [*_PYTEST, *_given(url, options), *_workers(target, options["workers"])]
    # The embedded endpoint offers everything, so a gap there is a fault of the suite.
    if target.endpoint is None and not (planned.operations or planned.only):
        arguments.append("--seqr-require-coverage")
    with (
        ended_by_sigterm() as ended,
        hypothesis_storage(),
        Progress(as_json_lines=jsonl) as progress,
    ):
        code = _run(arguments, progress)
    progress.summary()
    for path in progress.written.files:
        progress.console.print(f"Written: {path}", style="muted")
    for sentence in progress.written.failures:
        Misuse(sentence).show()
    if ended:
        raise Terminated(f"terminated after {progress.done} of {progress.total} checks")
    fails = bool(given["fail-on-left-out"])
    selected = _selected(planned)
    context.exit(_exit_code(code, progress, target, selected, fail_on_left_out=fails))


_PYTEST: Final = (
    *("-c", os.devnull, "--rootdir", ".", "--noconftest", "--import-mode=importlib"),
    # Its plugin for exceptions in destructors would keep a signal from ending the run.
    *("-p", "no:cacheprovider", "-p", "no:unraisableexception", "-p", "seqrkit.pytest_plugin"),
    *("--assert=plain", "--capture=no", "--seqr-verify"),
)
"""Options that make pytest ignore the configuration of the current directory."""


def _checked(url: str | None, options: dict[str, Any]) -> Run:
    """Return the run; raise for wrong options before any check runs."""
    from seqrkit.suite.runner.run import run_from_options

    given = Namespace(**{each.attribute: options.get(each.key) for each in OPTIONS})
    given.seqr_endpoint = url
    complete(given, os.environ)
    # Those of the environment, the project and --output; click has opened those of the command.
    for file in filter(None, (getattr(given, f"seqr_{name}") for name in _WRITTEN)):
        if why := why_unwritable(Path(file)):
            raise Misuse(f"{file} cannot be written: {why}")
    planned = run_from_options(given, os.environ)
    planned.close()
    if not given.seqr_no_probe:
        _probe(planned.target)
    return planned


def _probe(target: Target) -> None:
    """Raise `Misuse` unless a SOAP service answers at the target and accepts the credentials."""
    try:
        target.check_connection()
    except TransportError as error:
        several = len(target.interfaces) > 1 and isinstance(error, HttpError | NotAReply)
        hint = "; use --interface for an endpoint with one interface only" if several else ""
        raise Misuse(f"{error}{hint}") from error


def _given(url: str | None, options: dict[str, Any]) -> Iterator[str]:
    """Yield the options as arguments of pytest."""
    for name, value in {"endpoint": url, **options}.items():
        if value is True:
            yield f"--seqr-{name.replace('_', '-')}"
        elif isinstance(value, tuple):
            yield from (f"--seqr-{name}={each}" for each in value)
        elif name != "workers" and value not in {None, False}:
            yield f"--seqr-{name.replace('_', '-')}={value}"


def _workers(target: Target, number: str | None) -> Sequence[str]:
    """Return pytest-xdist's arguments: several processes, each with an embedded endpoint."""
    if find_spec("xdist") is None:
        if number not in {None, "1"}:
            require("verify", "xdist")
        return ()
    # A service of others gets one request at a time.
    number = number or ("auto" if target.endpoint is None else "1")
    if number == "1":
        return ()
    if number != "auto" and not number.isdecimal():
        raise Misuse(f"--workers is {number}; it must be a number or auto")
    return ("-p", "xdist.plugin", "-n", number)


def _untested(outcome: Outcome, selected: Mapping[str, str]) -> Iterator[str]:
    """Yield what was selected, and of which no check has run; `selected` has patterns of names."""
    ran = [str(each) for each in outcome.results if each.verdict.was_tested]
    for name, pattern in selected.items():
        if not any(matches([pattern], each) for each in ran):
            yield name


def _selected(planned: Run) -> Mapping[str, str]:
    """Return what the options select, each with a pattern of names of checks."""
    operations = {each: f"/{each}" for each in sorted(planned.operations)}
    return {each: each for each in planned.only} | operations


def _exit_code(
    code: int,
    progress: Progress,
    target: Target,
    selected: Mapping[str, str],
    *,
    fail_on_left_out: bool,
) -> int:
    """Return the exit code of the command for one of pytest."""
    import pytest

    from seqrkit.suite.reports.run_outcome import Verdict

    outcome = progress.outcome
    if progress.problems:
        raise Defect("\n".join(progress.problems))
    if code == pytest.ExitCode.INTERRUPTED:
        raise Interrupted(f"interrupted after {progress.done} of {progress.total} checks")
    if code == pytest.ExitCode.NO_TESTS_COLLECTED or outcome is None:
        raise Misuse(
            "no checks match these options; see --operations, --check, --exclude and --interface"
        )
    if not outcome.was_tested:
        reasons = dict.fromkeys(each.why for each in outcome.results)
        raise NothingTested(f"nothing was tested: {'; '.join(reasons)}")
    if code == pytest.ExitCode.OK and (untested := list(_untested(outcome, selected))):
        raise NothingTested(f"nothing was tested of {', '.join(untested)}")
    counts = outcome.counts
    if fail_on_left_out and counts.get(Verdict.SKIPPED):
        raise Failure(f"{counts[Verdict.SKIPPED]} checks were left out, see --fail-on-left-out")
    _check_that_it_was_tested(outcome, target)
    # pytest's own usage errors were handled above: a report could not be written.
    return Misuse.exit_code if code == pytest.ExitCode.USAGE_ERROR else code


def _check_that_it_was_tested(outcome: Outcome, target: Target) -> None:
    """Raise if checks only crashed, could not run, or failed without an answer."""
    from seqrkit.suite.reports.run_outcome import Verdict

    counts = outcome.counts
    if counts.get(Verdict.FAILED):
        if not outcome.was_answered:
            _probe(target)  # raises with the reason, unless the service answers with faults only
    elif counts.get(Verdict.ERROR):
        raise Defect(f"{counts[Verdict.ERROR]} checks crashed; please report it")
    elif counts.get(Verdict.PREVENTED):
        raise Misuse(next(r.why for r in outcome.results if r.verdict is Verdict.PREVENTED))


class Terminated(Failure):
    """The run was ended with SIGTERM."""

    exit_code: ClassVar[int] = 128 + signal.SIGTERM


class Interrupted(Failure):
    """The run was interrupted with Ctrl-C."""

    exit_code: ClassVar[int] = INTERRUPTED


def _run(arguments: Sequence[str], progress: object) -> int:
    """Run pytest without the plugins that are installed but not named."""
    import pytest

    with pytest.MonkeyPatch.context() as patch:
        # In the environment, because the processes of pytest-xdist must do the same.
        patch.setenv(_AUTOLOAD, "1")
        try:
            return int(pytest.main(list(arguments), plugins=[progress]))
        except KeyboardInterrupt:  # before the first check; pytest handles later ones
            return pytest.ExitCode.INTERRUPTED
