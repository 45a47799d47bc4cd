"""Runs the command line inside the test's process, as a shell would."""

import importlib
from typing import NamedTuple

import click
import pytest

from seqrkit.cli import main


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ended:
    """Run ``seqrkit ARGUMENTS...``."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert isinstance(ended.value.code, int)
    return Ended(ended.value.code, printed.out, printed.err)


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException, name: str = "lint") -> None:
    """Have ``seqrkit NAME`` raise this."""

    @click.command()
    def command() -> None:
        raise error

    module = importlib.import_module(f"seqrkit.cli.{name.replace('-', '_')}")
    monkeypatch.setattr(module, "command", command)
