"""A run of the contract suite from a notebook: `seqrkit verify` in a process, followed live."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

from seqrkit.client.progress_bar import in_notebook
from seqrkit.errors import ConfigurationError
from seqrkit.errors.notebook_traceback import Interrupted
from seqrkit.html import Markup, render
from seqrkit.notebook_repr import Bundle, Shown, view

# Each update sends the whole table through the notebook's socket.
_EVERY: Final = 0.3
"""Seconds between two updates of the table."""
_GRACE: Final = 10.0
"""Seconds that an interrupted run has to end by itself."""
_FAILED: Final = frozenset({"failed", "crashed", "could not run"})
_RAN: Final = (0, 1)
"""Exit codes of a run that has results: all checks held, some failed."""


class Verification(Shown):
    """The results of the contract suite at an endpoint, as ``seqrkit verify --jsonl`` prints them.

    It is a table in notebooks and changes while the run goes on. `total` is the number of checks
    that were planned; each of `results` has the keys of a check in ``--json``.
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.is_displayed: bool = False
        """Whether the cell has it already: as the cell's value it is then one line, once."""
        self.total: int = 0
        self.results: list[Mapping[str, Any]] = []

    @property
    def failures(self) -> list[Mapping[str, Any]]:
        """The results of the checks that failed or crashed."""
        return [each for each in self.results if each["verdict"] in _FAILED]

    def counts(self) -> Counter[str]:
        """Return the number of checks for each verdict."""
        return Counter(each["verdict"] for each in self.results)

    def causes(self) -> dict[str, list[Mapping[str, Any]]]:
        """Return the failures by cause; the first of each shows it."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for each in self.failures:
            first: Mapping[str, Any] = next(iter(each["failures"]), {})
            found.setdefault(first.get("cause") or str(each["why"]), []).append(each)
        return found

    def table(self) -> dict[str, Counter[str]]:
        """Return the number of checks for each verdict, by property."""
        found: dict[str, Counter[str]] = {}
        for each in self.results:
            found.setdefault(each["property"], Counter())[each["verdict"]] += 1
        return found

    def add(self, line: str) -> None:
        """Take a line that the run has printed."""
        event = json.loads(line)
        if "total" in event:
            self.total = event["total"]
        else:
            self.results.append(event)

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {verdict}" for verdict, number in self.counts().items())
        many = f"{len(self.results)} of {self.total} checks"
        return f"Verification of {self.subject}: {many}{f': {counts}' if counts else ''}"

    def __str__(self) -> str:
        """Return the summary and the sentence of each cause."""
        return "\n".join([repr(self), *map(_sentence, self.causes().values())])


def run(subject: str, options: Sequence[str], environment: Mapping[str, str]) -> Verification:
    """Run `seqrkit verify` with these arguments and variables; show the results as they come.

    Raises `ConfigurationError` if the suite could not run. An interrupt ends the run and raises
    `Interrupted`; the table keeps what was checked.
    """
    found = Verification(subject)
    show = _display(found)
    with ExitStack() as stack:
        # A file takes any number of warnings; a pipe that nobody reads would hold the run up.
        errors = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
        process = stack.enter_context(
            subprocess.Popen(  # noqa: S603 - this interpreter
                # -P: a notebook's folder may have a file named like one of Python's modules.
                [sys.executable, "-P", "-m", "seqrkit", "verify", "--jsonl", *options],
                env=dict(environment),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                # An interrupt of the kernel is passed on by this process alone.
                start_new_session=True,
            )
        )
        try:
            _follow(process, found, show)
        except KeyboardInterrupt:
            _end(process)
            raise Interrupted(
                f"interrupted after {len(found.results)} of {found.total} checks, "
                f"{len(found.failures)} failed; select fewer with operations= or checks="
            ) from None
        finally:
            show()
        process.wait()
        errors.seek(0)
        said = errors.read()
    found.is_displayed = in_notebook()
    if process.returncode not in _RAN or not found.total:
        raise ConfigurationError(said.strip().removeprefix("seqrkit: ") or "the suite did not run")
    return found


def _follow(process: subprocess.Popen[str], found: Verification, show: Any) -> None:  # noqa: ANN401
    """Read the results until the process ends."""
    shown = time.monotonic()
    for line in process.stdout or ():
        found.add(line)
        if time.monotonic() - shown >= _EVERY:
            show()
            shown = time.monotonic()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()  # verify then ends as at Ctrl-C, even where a parent ignores interrupts
    try:
        process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()


def _display(found: Verification) -> Any:  # noqa: ANN401 - a function without arguments
    """Display the table where it can be updated; return the function that updates it."""
    if not in_notebook():
        return lambda: None
    handle = sys.modules["IPython"].display.display(found, display_id=True)
    return lambda: handle.update(found)


def _sentence(results: Sequence[Mapping[str, Any]]) -> str:
    result, *others = results
    sentence = next((each["sentence"] for each in result["failures"]), result["why"])
    same = f" (the same cause in {len(others)} more)" if others else ""
    return f"{result['property']}[{result['case']}]: {sentence}{same}"


@view.register
def _shown(found: Verification) -> Bundle:
    if found.is_displayed:
        found.is_displayed = False
        return {"text/plain": repr(found)}
    return {"text/plain": str(found), "text/html": f"{_html(found)}"}


def _html(found: Verification) -> Markup:
    verdicts = list(dict.fromkeys(each["verdict"] for each in found.results))
    rows = sorted(found.table().items(), key=lambda item: not _FAILED & item[1].keys())
    causes = found.causes().values()
    return render(
        "verification.html",
        head=repr(found),
        found=found,
        verdicts=verdicts,
        rows=rows,
        failures=[(_sentence(each), map(_evidence, each[0]["failures"])) for each in causes],
    )


def _evidence(failure: Mapping[str, Any]) -> str:
    named = {
        "requires": failure["statement"],
        "source": failure["source"],
        "rule": failure["rule"],
        "repeat": failure["again"],
        "request": failure["request"],
        "reply": failure["reply"],
    }
    return "\n".join(f"{name}: {text}" for name, text in named.items() if text)
