"""The command line as a whole: quick help, one sentence for whatever goes wrong."""

import errno
import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from contract_tests.toolkit.commands import raising, run
from seqrkit._version import __version__
from seqrkit.cli import COMMANDS, TRACEBACK, group
from seqrkit.errors import ConfigurationError, SeqrError, StoreError, TimedOut
from seqrkit.suite_options import CONNECTION

SEQRKIT = [sys.executable, "-m", "seqrkit"]


def test_the_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "--help")
    assert ended.code == 0
    for name, line in COMMANDS.items():
        assert f"{name}  " in ended.out
        assert line in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_is_the_commands_own(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, name, "--help")
    assert ended.code == 0
    first = COMMANDS[name].rstrip(".").split(",")[0]
    assert first in " ".join(ended.out.split())
    assert all(len(line) <= 100 for line in ended.out.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_no_two_parameters_of_a_command_have_one_name(name: str) -> None:
    """Else the value of one is lost, and the other option has no effect."""
    for command in commands_of(name):
        # One that stands for a value of another, such as -x for --max-failures 1, shares its name.
        names = [each.name for each in command.params if not is_value_of_another(each)]
        assert len(names) == len({*names}), names


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_connects_has_the_options_of_connections(name: str) -> None:
    for command in commands_of(name):
        names = {each.name for each in command.params}
        addresses = {"endpoint", "url", "to", "service"} & names
        # Locust connects to proxies without a tunnel.
        expected = {each.key for each in CONNECTION} - ({"proxy"} if name == "load" else set())
        assert not addresses or expected <= names


def commands_of(name: str) -> Iterator[click.Command]:
    """A command of `seqrkit`, and those in it if it is a group."""
    context = click.Context(group)
    command = group.get_command(context, name)
    assert command is not None
    yield command
    if isinstance(command, click.Group):
        found = (command.get_command(context, each) for each in command.list_commands(context))
        yield from filter(None, found)


def is_value_of_another(parameter: click.Parameter) -> bool:
    """Return whether an option without an argument stands for a value that is not yes or no."""
    if not isinstance(parameter, click.Option):
        return False
    return parameter.is_flag and not parameter.is_bool_flag


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version").out == f"seqrkit {__version__}\n"


def test_an_unknown_command_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "nope")
    assert ended.code == 2
    assert "No such command 'nope'" in ended.err


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (SeqrError("the sky fell"), 1, "the sky fell"),
        (
            TimedOut("no reply", repeat_advice="Ask first."),
            1,
            "no reply Ask first. (More: seqrkit explain no-reply)",
        ),
        (ConfigurationError("no such thing"), 2, "no such thing"),
        (
            StoreError("not a valid database"),
            2,
            "not a valid database (More: seqrkit explain store)",
        ),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.xml"), 2, "a.xml: no such file"),
    ],
)
def test_an_error_is_one_sentence(
    error: Exception,
    code: int,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raising(monkeypatch, error)
    assert run(capsys, "lint") == (code, "", f"seqrkit: {sentence}\n")


def test_an_internal_error_says_how_to_show_the_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(monkeypatch, ZeroDivisionError("division by zero"))
    ended = run(capsys, "lint")
    assert ended.code == 70
    assert "ZeroDivisionError: division by zero" in ended.err
    assert TRACEBACK in ended.err
    monkeypatch.setenv(TRACEBACK, "1")
    with pytest.raises(ZeroDivisionError):
        run(capsys, "lint")


def test_ctrl_c_ends_quietly_with_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(monkeypatch, KeyboardInterrupt())
    assert run(capsys, "lint") == (130, "", "")


def test_ctrl_c_in_a_shell_is_quiet_too() -> None:
    with subprocess.Popen(
        [*SEQRKIT, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as served:
        assert served.stdout is not None
        assert served.stdout.readline()
        served.send_signal(signal.SIGINT)
        _, errors = served.communicate(timeout=30)
    assert b"Traceback" not in errors


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """As in ``seqrkit send ... | head -1``."""
    with subprocess.Popen(
        [*SEQRKIT, "send", "getPaymentStatus", "--set", "invoiceVersion=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as sent:
        assert sent.stdout is not None
        sent.stdout.close()
        errors = sent.stderr.read() if sent.stderr else b""
        sent.wait(30)
    assert b"Traceback" not in errors
    assert b"Exception ignored" not in errors


def test_the_help_takes_at_most_200_ms_more_than_the_interpreter() -> None:
    """Processor time, which other tests at the same time do not change."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}

    def best(*command: str) -> float:
        spent = []
        for _ in range(3):
            before = os.times()
            subprocess.run(
                [sys.executable, *command], capture_output=True, env=environment, check=True
            )
            after = os.times()
            spent.append(sum(after[2:4]) - sum(before[2:4]))
        return min(spent)

    assert best("-m", "seqrkit", "--help") - best("-c", "pass") < 0.2


def test_an_unwritable_file_is_reported_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = importlib.import_module("seqrkit.cli.demo")
    monkeypatch.setattr(command, "play", lambda *_: pytest.fail("it ran"))
    for option in ("--html", "--har"):
        for target in (tmp_path, tmp_path / "no" / "such" / "file", Path("/dev/full/x")):
            ended = run(capsys, "demo", option, str(target))
            assert ended.code == 2
            assert str(target) in ended.err
            assert ("is a directory" if target.is_dir() else "cannot be written") in ended.err
            assert ended.out == ""


def test_an_existing_file_is_kept_until_the_first_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.html"
    kept.write_text("precious")
    new = tmp_path / "new.har"
    ended = run(capsys, "demo", "--html", str(kept), "--har", str(new), "--interface", "nope")
    assert ended.code == 2
    assert kept.read_text() == "precious"
    assert not new.exists()


def test_bash_completes_commands_and_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    script = tmp_path / "completion.bash"
    script.write_text(run(capsys, "completion", "bash").out)
    program = tmp_path / "seqrkit"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m seqrkit "$@"\n')
    program.chmod(0o755)
    for words, expected in (("seqrkit ver", "verify"), ("seqrkit drill --on", "--only")):
        ask = (
            f"PATH={tmp_path}:$PATH; source {script}; COMP_WORDS=({words}); "
            "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _seqrkit_completion seqrkit; "
            "echo ${COMPREPLY[@]}"
        )
        done = subprocess.run([bash, "-c", ask], capture_output=True, text=True, check=True)
        assert done.stdout.split() == [expected], done.stderr
