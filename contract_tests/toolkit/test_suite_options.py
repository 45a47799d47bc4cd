"""The table of options: the same ones for commands and pytest, environment and project."""

import json
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.commands import run
from contract_tests.toolkit.peer import Handler, peer, reply
from seqrkit.cli import group
from seqrkit.errors import ConfigurationError
from seqrkit.option import Option
from seqrkit.suite_options import CONNECTION, OPTIONS, completed, matches

KEY = "X-Api-Key"


@pytest.mark.parametrize("words", [("send",), ("phone", "pay"), ("verify",), ("clock",)])
def test_every_command_that_sends_requests_has_the_options_of_connections(
    words: tuple[str, ...],
) -> None:
    command: click.Command | None = group
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    assert {each.key for each in CONNECTION} <= {each.name for each in command.params}


@pytest.mark.parametrize("source", ["option", "environment", "project"])
def test_headers_are_sent_with_each_request(
    source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    heard: list[list[str | None]] = []

    def script(handler: Handler, _: bytes) -> None:
        heard.append([handler.headers[KEY], handler.headers["X-Other"]])
        answer = b"{}" if "control" in handler.path else reply("getPaymentStatus")
        handler.answer(answer)

    options = ["--header", f"{KEY}: s3cret, of ours", "--header", "X-Other: 2"]
    monkeypatch.chdir(tmp_path)
    if source == "environment":
        monkeypatch.setenv("SEQR_HEADER", f"{KEY}: s3cret, of ours\nX-Other: 2")
    elif source == "project":
        text = f'[tool.seqrkit]\nheader = ["{KEY}: s3cret, of ours", "X-Other: 2"]\n'
        Path("pyproject.toml").write_text(text)
    given = options if source == "option" else []
    monkeypatch.setenv("SEQR_TERMINAL_ID", "till")
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", "12345678")
    with peer(script) as one:
        words = ["send", "getPaymentStatus", "--sample", "--format", "json", *given]
        sent = run(capsys, *words, "--endpoint", one.url())
        run(capsys, "faults", "remove", "1", *given, "--endpoint", one.url())
        run(capsys, "phone", "scan", "x", *given, "--endpoint", one.url())
    assert heard == [["s3cret, of ours", "2"]] * 2  # the peer answers no DELETE
    assert "s3cret" not in sent.out
    assert json.loads(sent.out)["operation"] == "getPaymentStatus"


@pytest.mark.parametrize("text", ["no colon", "a b: 1", "X: 1\r\nY: 2", ": 1"])
def test_an_invalid_header_is_an_error(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "send", "getPaymentStatus", "--sample", "--header", text)
    assert ended.code == 2
    assert ended.err.startswith("seqrkit: --header is ")


def test_options_of_a_group_hold_for_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "clock", "--endpoint", "http://127.0.0.1:1/", "advance", "5")
    assert "no server listens at http://127.0.0.1:1" in ended.err


def test_the_option_comes_before_the_variable_and_that_before_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (timeout,) = (each for each in CONNECTION if each.name == "timeout")

    def value(given: object, environment: str = "") -> object:
        return completed([timeout], {"timeout": given}, {"SEQR_TIMEOUT": environment})["timeout"]

    assert value(None) is None
    Path("pyproject.toml").write_text("[tool.seqrkit]\ntimeout = 3\n")
    assert value(None) == 3.0
    assert value(None, "2") == 2.0
    assert value("1", "2") == 1.0


@pytest.mark.parametrize("prefix", ["--", "--seqr-"])
def test_errors_name_the_option_of_the_tool_in_use(prefix: str) -> None:
    (header,) = (each for each in OPTIONS if each.name == "header")
    with pytest.raises(ConfigurationError, match=f'^{prefix}header is "x"; it must be NAME:VALUE'):
        header.value(["x"], {}, {}, prefix)


def test_the_project_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.seqrkit]\nhoader = 3\n")
    with pytest.raises(ConfigurationError, match="has no option hoader"):
        completed(CONNECTION, {}, {})
    Path("pyproject.toml").write_text("[tool.seqrkit]\nallow-writes = 0\n")
    with pytest.raises(ConfigurationError, match="allow-writes is 0; it must be true or false"):
        completed(OPTIONS, {}, {})


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\nseqrkit = 3", "[[tool.seqrkit]]"])
def test_a_project_without_a_table_of_options_is_no_crash(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(text)
    if "seqrkit" not in text:
        completed(OPTIONS, {}, {})
        return
    with pytest.raises(ConfigurationError, match="must be a table of options"):
        completed(OPTIONS, {}, {})


NUMBERS = [each for each in OPTIONS if each.metavar in {"NUMBER", "SECONDS"}]
ABOVE_ZERO = [each for each in NUMBERS if "above 0" in each.help]
OF_TEXT = [each for each in OPTIONS if each.metavar and each.type is str]


@given(st.sampled_from(ABOVE_ZERO), st.floats(max_value=0) | st.just(float("nan")) | st.booleans())
def test_numbers_are_above_zero_and_no_booleans_in_all_sources(
    option: Option, number: float
) -> None:
    text = str(number)
    for given_, environment, project, source in (
        (text, {}, {}, f"--{option.name}"),
        (None, {option.variable: text}, {}, option.variable),
        (None, {}, {option.name: number}, f"[tool.seqrkit] {option.name}"),
    ):
        with pytest.raises(ConfigurationError) as raised:
            option.value(given_, environment, project)
        assert str(raised.value).startswith(f"{source} is ")
        assert "True" not in str(raised.value) or source != f"[tool.seqrkit] {option.name}"


@given(
    st.sampled_from(OF_TEXT),
    st.integers() | st.booleans() | st.lists(st.booleans(), min_size=1) | st.dates(),
)
def test_a_text_in_the_project_is_a_text(option: Option, value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"{option.name} is .*; it must be "):
        option.value(None, {}, {option.name: value})


@pytest.mark.parametrize("command", [("phone", "loyalty-card"), ("clock",), ("tail",)])
@pytest.mark.parametrize(
    "given_",
    [("--timeout", "inf"), ("--timeout", "0"), ("--proxy", "x"), ("--ca", "x")],
    ids=" ".join,
)
def test_a_command_names_its_own_option(
    command: tuple[str, ...], given_: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, *command, *given_, "--endpoint", "http://127.0.0.1:1/")
    assert ended.code == 2
    assert ended.err.startswith(f"seqrkit: {given_[0]} ")
    assert "seqrkit send" not in ended.err


def test_names_are_unique() -> None:
    assert len({each.name for each in OPTIONS}) == len(OPTIONS)


def test_a_pattern_matches_a_part_of_a_name() -> None:
    name = "invoice.title.required"
    assert matches(["title"], name)
    assert matches(["invoice.*required"], name)
    assert not matches(["invoice.required", "Title"], name)
