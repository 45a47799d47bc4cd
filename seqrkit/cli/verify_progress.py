"""Progress and summary of `seqrkit verify`, in place of pytest's terminal report."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Generator, Mapping
from typing import Any, Final, Self

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from seqrkit.cli import TRACEBACK
from seqrkit.display import exchange_text
from seqrkit.environment_variables import flag
from seqrkit.pytest_plugin.results_collector import Collector
from seqrkit.report_files import Written
from seqrkit.suite.reports.run_outcome import Outcome, Result, Verdict

_EVERY: Final = 10.0
"""Seconds between two lines of progress where the output is not a terminal."""


class Progress:
    """A pytest plugin that replaces the terminal reporter.

    With `as_json_lines` it prints the number of checks and each result as a line of JSON.
    """

    def __init__(self, *, as_json_lines: bool = False) -> None:
        self.console: Console = exchange_text.console()
        # The output is read by a program, to which nothing else may be printed.
        self.console.quiet = as_json_lines
        self._as_json_lines = as_json_lines
        self.done: int = 0
        self.total: int = 0
        self.problems: list[str] = []
        """Errors that kept checks from running; they are internal errors of the suite."""
        self._wrong = 0
        self._running = "collecting"
        self._over = threading.Event()
        self._causes: set[str] = set()
        self._config: pytest.Config | None = None
        self._handlers: dict[int, Any] = {}
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(complete_style="fine", finished_style="fine"),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=as_json_lines or not self.console.is_terminal,
        )
        self._task = self._bar.add_task("collecting", total=None)

    @property
    def outcome(self) -> Outcome | None:
        """The results of the run, once it has ended."""
        return None if self._collector is None else self._collector.outcome

    @property
    def written(self) -> Written:
        """The reports of the run, once it has ended."""
        return Written([], []) if self._collector is None else self._collector.written

    @property
    def _collector(self) -> Collector | None:
        plugins = None if self._config is None else self._config.pluginmanager
        return None if plugins is None else plugins.getplugin("seqrkit-collector")

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Unregister the terminal reporter."""
        self._config = config
        config.pluginmanager.unregister(name="terminalreporter")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Set the number of checks."""
        self._set_total(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Set the number of checks that a worker has collected."""
        self._set_total(len(ids))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Keep the name of the running check."""
        self._running = nodeid.partition("[")[2].removesuffix("]")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a check and print its failure."""
        data = getattr(report, "seqr", None)
        if data is None:
            if report.failed:  # for example a worker that died
                self.problems.append(str(report.longrepr))
            return
        self.done += 1
        self.total = max(self.total, self.done)  # each of several workers has a check at its end
        self._print_json(data)
        result = Result.from_dict(data)
        if result.verdict.is_wrong:
            self._wrong += 1
            self._print(result, report)
        self._bar.update(self._task, advance=1, description=f"{result.property}{self._text}")

    @property
    def _text(self) -> str:
        return f", {self._wrong} wrong" if self._wrong else ""

    def _say_now_and_then(self) -> None:
        # In a thread, because one check of a slow service can take minutes.
        while not self._over.wait(_EVERY):
            self._say(f"{self.done} of {self.total} checks{self._text}: {self._running}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the error of a module that could not be collected."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: Any) -> None:  # noqa: ANN401 - pytest's
        """Keep an internal error of pytest."""
        self.problems.append(str(excrepr))

    def pytest_keyboard_interrupt(self) -> None:
        """Ignore further signals until the reports are written.

        CI systems repeat a signal after some seconds, and users press Ctrl-C again.
        """
        self._ignore_signals()

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Generator[None]:
        """Let no signal cut off a report."""
        self._ignore_signals()
        return (yield)

    def _ignore_signals(self) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            self._handlers.setdefault(each, signal.signal(each, signal.SIG_IGN))

    def summary(self) -> None:
        """Print the summary of the run."""
        if self.outcome is None:
            return
        options = None if self._config is None else self._config.option
        has_gaps = options and options.seqr_require_coverage and self.outcome.has_gaps
        style = "wrong" if self._wrong or has_gaps else "fine"
        for number, line in enumerate(self.outcome.summary()):
            self._say(line, style if number == 0 else "")

    def _set_total(self, total: int) -> None:
        self.total = total
        self._print_json({"total": total})
        self._bar.update(self._task, total=total, description="checking")

    def _print_json(self, event: Mapping[str, Any]) -> None:
        if self._as_json_lines:
            sys.stdout.write(f"{json.dumps(event)}\n")
            sys.stdout.flush()

    def _print(self, result: Result, report: pytest.TestReport) -> None:
        self.console.rule(Text(f"{result.property} {result.case}"), style="wrong")
        error = str(report.longrepr) if flag(TRACEBACK, os.environ) else result.why
        if not result.failures:
            is_crash = result.verdict is Verdict.ERROR
            self._say(f"Error in the check itself:\n{error}" if is_crash else result.why)
        for each in result.failures:
            # One fault of a service fails many checks; it is shown once in full.
            if each.cause in self._causes:
                self._say(f"the same cause as above: {each.cause}")
            else:
                self._causes.add(each.cause)
                self._say(str(each))

    def _say(self, text: str, style: str = "") -> None:
        # Unwrapped, because users copy commands from it.
        self.console.print(Text(text, style=style), soft_wrap=True)

    def __enter__(self) -> Self:
        self._bar.start()
        if not self.console.is_terminal:
            threading.Thread(target=self._say_now_and_then, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._over.set()
        self._bar.stop()
