"""The options of commands that judge a client, and how such a command ends.

`certify`, `drill` and `check-register` use them: reports, baseline and exit codes are those of
`seqrkit verify`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from seqrkit.assessment import Assessment, Verdict
from seqrkit.assessment.formats import WRITERS, github, text
from seqrkit.baseline import read_baseline, today, write_baseline
from seqrkit.cli import INTERRUPTED, NOTHING_TESTED, echo
from seqrkit.cli.endpoint_options import suite_option
from seqrkit.cli.file_io import write_reports
from seqrkit.cli.shared_options import FAILING, fail_on_option
from seqrkit.suite_options import OPTIONS, REPORTS, completed

_NAMES: Final = (*REPORTS, "github", "output", "baseline", "write-baseline", "fail-on-left-out")
_SHARED: Final = [each for each in OPTIONS if each.name in _NAMES]


@frozen
class Reporting:
    """Where an assessment is written to, and what makes the command fail."""

    values: dict[str, Any]
    fail_on: str

    def finish(self, assessment: Assessment) -> int:
        """Print the assessment, write its reports, and return the exit code.

        0: no item failed. 1: an item failed, or with --fail-on-left-out one was not seen.
        3: none was seen. 130: the run was interrupted.
        """
        if (file := self.values["baseline"]) is not None:
            assessment = assessment.with_baseline(read_baseline(Path(file), today()))
        lines = github(assessment) if self.values["github"] else ()
        echo("\n".join((text(assessment), *lines)))
        write_reports(WRITERS, assessment, self.values)
        if (file := self.values["write_baseline"]) is not None:
            write_baseline(Path(file), assessment.deviations, today())
            echo(f"written: {file}")
        if not assessment.is_complete:
            return INTERRUPTED
        # A run that tested nothing must not pass in CI.
        if not assessment.was_tested:
            return NOTHING_TESTED
        missing = self.values["fail_on_left_out"] and Verdict.NOT_SEEN in assessment.counts
        return 1 if missing or assessment.failed(FAILING[self.fail_on]) else 0


def with_reports(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of reports; the command gets them as `reporting`."""

    @wraps(command)
    def reported(*arguments: object, fail_on: str, **given: Any) -> object:
        own = {each.key: given.pop(each.key) for each in _SHARED}
        values = completed(_SHARED, own, os.environ)
        return command(*arguments, reporting=Reporting(values, fail_on), **given)

    made: Callable[..., Any] = fail_on_option(reported)
    for each in reversed(_SHARED):
        made = suite_option(each)(made)
    return made
