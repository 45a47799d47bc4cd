"""The run of each process, its results collected from every worker, and reports at the end."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from seqrkit.report_files import Written, write_reports
from seqrkit.suite_options import REPORTS

if TYPE_CHECKING:
    from seqrkit.suite.reports.run_outcome import Outcome
    from seqrkit.suite.runner.run import Run

_RUN: Final = pytest.StashKey["Run"]()
_COVERAGE: Final = "seqr_coverage"


def run_of(config: pytest.Config) -> Run:
    """Return the run of this process, made from the options when first used."""
    run = config.stash.get(_RUN, None)
    if run is None:
        run = config.stash[_RUN] = _run(config)
    return run


def _run(config: pytest.Config) -> Run:
    # Here, because pytest loads this module in every run of any project.
    from seqrkit.errors import ConfigurationError
    from seqrkit.suite.runner.run import run_from_options
    from seqrkit.suite_options import complete

    worker = getattr(config, "workerinput", {})
    try:
        complete(config.option, os.environ)
        if config.option.seqr_max_failures:
            config.option.maxfail = config.option.seqr_max_failures
        return run_from_options(
            config.option,
            os.environ,
            workers=worker.get("workercount", 1),
            worker=worker.get("workerid", ""),
        )
    except ConfigurationError as error:
        # Or pytest would show the traceback of a plugin for a mistyped option.
        raise pytest.UsageError(str(error)) from error


def find_service(config: pytest.Config) -> None:
    """Look for a service and log in, which `seqrkit verify` has done before it runs pytest.

    In pytest-xdist the workers collect, each of which would report the same. Raises
    `pytest.UsageError`.
    """
    from seqrkit.errors import ConfigurationError, TransportError

    run, options = run_of(config), config.option
    if options.collectonly or options.seqr_list or options.seqr_no_probe:
        return
    if options.seqr_prefix == "--" or hasattr(config, "workerinput"):
        return
    try:
        run.target.check_connection()
    except (TransportError, ConfigurationError) as error:
        raise pytest.UsageError(str(error)) from error


class Collector:
    """A pytest plugin: workers send their coverage of the contract to the main process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._results: list[dict[str, Any]] = []
        self._coverages: list[dict[str, list[str]]] = []
        self._began = time.time()
        self.outcome: Outcome | None = None
        """The outcome at the end of the run, if a check of the suite was run."""
        self.written: Written = Written([], [])
        """The reports that were written, and those that could not be."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the result of a check."""
        result = getattr(report, "seqr", None)
        if result is not None:
            self._results.append(result)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        """Keep the coverage of a worker."""
        self._coverages.append(getattr(node, "workeroutput", {}).get(_COVERAGE, {}))

    # First, because pytest-xdist sends a worker's output in the same hook.
    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Send the coverage to the main process, or write the reports there."""
        run = self._config.stash.get(_RUN, None)
        coverage = {} if run is None else run.environment.coverage.to_dict()
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_COVERAGE] = coverage
        # Reports that were asked for are written even without a result: CI would miss the file.
        elif self._results or any(self._config.getoption(f"seqr_{name}") for name in REPORTS):
            self._coverages.append(coverage)
            self._finish(session, exitstatus)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print a summary at the end of the run."""
        if self.outcome is not None:
            terminalreporter.section("seqrkit: contract coverage")
            for line in (*self.outcome.summary(), *self.written.failures):
                terminalreporter.write_line(line)
            if self._fails_on_left_out:
                terminalreporter.write_line("checks were left out, see --seqr-fail-on-left-out")

    @property
    def _fails_on_left_out(self) -> bool:
        is_error = self._config.option.seqr_fail_on_left_out
        return bool(is_error and self.outcome and self.outcome.has_left_out)

    def pytest_unconfigure(self) -> None:
        """Close the sessions of the run."""
        run = self._config.stash.get(_RUN, None)
        if run is not None:
            run.close()

    def _finish(self, session: pytest.Session, status: int) -> None:
        from seqrkit.baseline import baseline_text, today
        from seqrkit.pytest_plugin.reporting import outcome_of
        from seqrkit.suite.reports.formats import WRITERS, github

        options = self._config.option
        self.outcome = outcome_of(
            run_of(self._config),
            self._results,
            self._coverages,
            self._began,
            interrupted=status == pytest.ExitCode.INTERRUPTED,
        )
        files = {name: getattr(options, f"seqr_{name}") for name in REPORTS}
        if self._results:  # a run without results knows no deviations
            files["write_baseline"] = options.seqr_write_baseline
        writers = {
            **WRITERS,
            "write_baseline": lambda outcome: baseline_text(outcome.deviations, today()),
        }
        self.written = write_reports(writers, self.outcome, files)
        if options.seqr_github:
            for line in github(self.outcome):
                sys.stdout.write(f"{line}\n")
        # A failed run keeps pytest's own exit status, which says more.
        if status != pytest.ExitCode.OK:
            return
        if self.written.failures:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        elif self._fails_on_left_out or (options.seqr_require_coverage and self.outcome.has_gaps):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
