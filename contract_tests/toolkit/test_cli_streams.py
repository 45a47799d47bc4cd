"""Standard streams that are closed, full or broken: one sentence and exit code 2, never 70."""

import codecs
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import seqrkit
from contract_tests.toolkit.messages import NEWEST, build, in_envelope
from seqrkit.cli import COMMANDS, group
from seqrkit.simulator import Endpoint
from seqrkit.terminal_text import ascii_instead

SEQRKIT = f"{sys.executable} -m seqrkit"
OUTPUTS = ["explain 49", "fidelity", "--help"]

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **environment},
        timeout=60,
    )


def one_sentence(text: str) -> bool:
    return text.startswith("seqrkit: ") and text.count("\n") == 1 and "internal error" not in text


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("message") / "broken.xml"
    path.write_bytes(
        in_envelope(build(NEWEST, "sendInvoice")).replace(b">WS<", b">ext\xe2\x98\xba<")
    )
    return path


def test_closed_standard_input():
    done = shell(f"{SEQRKIT} lint - <&-")
    assert done.returncode == 2, done.stderr
    assert one_sentence(done.stderr)
    assert "standard input cannot be read" in done.stderr


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_full_disk(command: str):
    done = shell(f"{SEQRKIT} {command} > /dev/full")
    assert done.returncode == 2, done.stderr
    assert one_sentence(done.stderr)
    assert "no space left" in done.stderr


def test_both_streams_full():
    assert shell(f"{SEQRKIT} fidelity > /dev/full 2> /dev/full").returncode == 2


PRINTING = (
    "fidelity",
    "lint --help",
    "lab --help",
    "explain",
    "explain 54",
    "demo --interface cashregister-2",
    "demo --envelopes --interface cashregister-2",
    "send cancelInvoice --set invoiceReference=1",
    "send cancelInvoice --set invoiceReference=1 --format json",
    "certify pos {session}",
    "clock",
    "completion bash",
    "contract",
    "faults",
    "diff {session} {session}",
    "drift {endpoint}",
    "generate --help",
    "load --help",
    "drill --help",
    "check-register --help",
    "notifications",
    "qr 1397222701693",
    "replay {session}",
    "show {session}",
    "wait {endpoint}",
    "tail --help",
    "phone --help",
    "verify --help",
)


def test_each_command_is_printed_to_a_closed_pipe():
    until_stopped = {"proxy", "serve"}
    assert {each.split()[0] for each in PRINTING} == set(COMMANDS) - until_stopped


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("session") / "session.jsonl"
    with seqrkit.connect(record=path, quiet=True) as seqr:
        seqr.get_payment_status("1397222701693", check=False)
    return path


@pytest.mark.parametrize("command", PRINTING)
def test_a_closed_pipe_is_silent(command: str, endpoint: Endpoint, session: Path):
    command = command.format(session=session, endpoint=endpoint.url())
    remote = command.partition(" ")[0] in {"clock", "faults", "notifications"}
    variables = {"SEQR_ENDPOINT": endpoint.base_url} if remote else {}
    done = shell(f"({SEQRKIT} {command}; echo code $? >&2) | true", **variables)
    announced = (
        "seqrkit: the embedded endpoint, cashregister-2 with the published test credentials\n"
    )
    assert done.stderr.removeprefix(announced) == "code 141\n"


def test_serve_ends_silently_when_its_output_is_closed():
    done = shell(f"({SEQRKIT} serve --port 0; echo code $? >&2) | true")
    assert done.stderr == "code 141\n"


@pytest.mark.parametrize("command", sorted(COMMANDS)[::3])
def test_closed_standard_output_is_no_internal_error(command: str):
    done = shell(f"{SEQRKIT} {command} --help >&-")
    assert done.returncode in {0, 2}
    assert "Traceback" not in done.stderr


def test_findings_are_printed_to_a_closed_pipe_silently(broken: Path):
    done = shell(f"({SEQRKIT} lint {broken} {broken}; echo code $? >&2) | true")
    assert done.stderr == "code 141\n"


@pytest.mark.parametrize("name", ["missing.xml", "unreadable.xml", "/proc/self/mem"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str):
    unreadable = tmp_path / "unreadable.xml"
    unreadable.write_bytes(b"<a/>")
    unreadable.chmod(0)
    if name == "unreadable.xml" and os.access(unreadable, os.R_OK):
        pytest.skip("this user may read every file")
    done = shell(f"cd {tmp_path} && {SEQRKIT} lint {name}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr


def test_a_file_that_is_deleted_meanwhile(
    broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "message.xml"
    file.write_bytes(broken.read_bytes())

    def vanish(_: str) -> object:
        file.unlink()
        return NEWEST

    monkeypatch.setattr("seqrkit.contract.load", vanish)
    done = CliRunner().invoke(group, ["lint", str(file)])
    assert done.exit_code == 2
    assert "no such file" in done.output


ENCODINGS = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "cp1252"},
    {"PYTHONIOENCODING": "cp437"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]
SHOWN = (
    "lint {}",
    "demo --interface webshop-2",
    "demo --envelopes --interface cashregister-2",
    "send --xml {}",
    "explain",
    "explain contradictions",
    "fidelity",
    "faults --help",
)


@cache
def complete_output(asked: str) -> subprocess.CompletedProcess[str]:
    return shell(asked, PYTHONIOENCODING="utf-8")


@pytest.mark.parametrize("variables", ENCODINGS, ids=["ascii", "cp1252", "cp437", "C"])
@pytest.mark.parametrize("command", SHOWN)
def test_what_an_encoding_lacks_is_written_in_ascii(
    broken: Path, command: str, variables: dict[str, str]
):
    asked = f"{SEQRKIT} {command.format(broken)}"
    plain, complete = shell(asked, **variables), complete_output(asked)
    assert plain.returncode == complete.returncode, plain.stderr
    assert plain.stdout.count("?") == complete.stdout.count("?")
    assert "Traceback" not in plain.stderr
    if "--xml" in command:
        assert "\\u263a" in plain.stdout


def test_typographic_characters_are_spelled_and_others_escaped():
    codecs.register_error("test.ascii", ascii_instead)
    text = "1 \u2026 \u2500\u2192 2 \xd7 caf\xe9 \u263a \U0001f600"
    expected = rb"1 ... --> 2 x caf\xe9 \u263a \U0001f600"
    assert text.encode("ascii", "test.ascii") == expected


CONTROLS = ["\x1b", "\x9b", "\u202e", "\x07"]


@pytest.mark.parametrize("control", CONTROLS)
def test_control_characters_of_a_file_are_not_printed(tmp_path: Path, control: str):
    message = build(NEWEST, "cancelInvoice")
    text = in_envelope(message).decode().replace(">WS<", f">W{control}[31mS<")
    texts = [text, f"{control}{text}", f"{text}{control}", f"POST /{control} HTTP/1.1\n\n{text}"]
    for number, each in enumerate(texts):
        path = tmp_path / f"{number}.xml"
        path.write_text(each, encoding="utf-8")
        assert control not in CliRunner().invoke(group, ["lint", str(path)]).output
        asked = ["lint", "--format", "json", str(path)]
        assert control not in CliRunner().invoke(group, asked).output
