"""seqrkit send: it sends the fields that are set, and prints errors as one message."""

import ast
import inspect
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

import seqrkit
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.peer import Script, answering, dropping, peer, reply, trickling
from seqrkit import contract
from seqrkit.cli import group
from seqrkit.cli.option_names import with_options
from seqrkit.client.operations import Operations
from seqrkit.model import (
    REQUESTS,
)
from seqrkit.session import connect
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import Interface


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """An endpoint that the environment names, with its credentials."""
    with Endpoint() as endpoint:
        monkeypatch.setenv("SEQR_ENDPOINT", endpoint.url())
        for name in ("terminal_id", "terminal_password", "reseller_id", "reseller_user"):
            monkeypatch.setenv(f"SEQR_{name.upper()}", getattr(PUBLISHED, name))
        monkeypatch.setenv("SEQR_RESELLER_PASSWORD", PUBLISHED.reseller_password)
        yield endpoint
    endpoint.close()


def test_an_invalid_assignment_is_an_error_with_advice(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "send", "sendInvoice", "--set", "invoice.titel=x")
    assert ended.code == 2
    assert ended.out == ""
    sentence = "sendInvoice of cashregister-2 has no invoice.titel; did you mean invoice.title?"
    assert ended.err == f"seqrkit: {sentence}\n"


# What is sent


def test_an_exchange_is_shown_and_0_is_success(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", "sendInvoice", "--sample", "--set", "context.channel=extWS")
    assert ended.code == 0
    assert "<channel>extWS</channel>" in ended.out
    assert "context.channel.recommended" in ended.out
    assert "0 SUCCESS" in ended.out
    assert PUBLISHED.terminal_password not in ended.out
    assert endpoint.url() in ended.err


def test_another_result_code_is_exit_code_1(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", "cancelInvoice", "--set", "invoiceReference=1")
    assert ended.code == 1
    assert "54 INVALID_INVOICE_REFERENCE" in ended.out
    del endpoint


def test_control_characters_of_a_reply_are_escaped_even_if_it_is_indented(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQR_TERMINAL_ID", "1")
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", "secret")
    said = "".join(f"&#x{ord(char):x};" for char in "\x85\x9b\u200b\u202e\u2066\ufeff")
    one_line = "".join(reply("cancelInvoice", resultDescription="?").decode().split("\n"))
    for where in (one_line, f"{one_line}\x1b[31m\u202e"):
        with peer(answering(where.replace("?<", f"{said}<").encode())) as one:
            asked = (
                "send",
                "cancelInvoice",
                "--set",
                "invoiceReference=1",
                "--endpoint",
                one.url(),
            )
            for form in ("text", "json"):
                ended = run(capsys, *asked, "--format", form)
                written = f"{ended.out}{ended.err}".replace("\n", "")
                assert form == "json" or "\\u202e" in written
                assert written.isprintable()


def test_json_is_the_whole_exchange(endpoint: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "send", "sendInvoice", "--sample", "--format", "json")
    shown = json.loads(ended.out)
    assert shown["operation"] == "sendInvoice"
    assert shown["result_code"] == 0
    assert PUBLISHED.terminal_password not in ended.out
    del endpoint


def test_only_the_context_is_added_to_the_fields_that_are_set(
    endpoint: Endpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", "sendInvoice", "--set", "invoice.title=Shop", "--format", "json")
    sent = json.loads(ended.out)
    _, _, invoice = sent["request"].partition("<invoice>")
    inside, _, _ = invoice.partition("</invoice>")
    assert "".join(inside.split()) == "<title>Shop</title>"
    assert sent["result_code"] == 49
    assert ended.code == 1
    del endpoint


def test_without_an_endpoint_it_starts_one_and_prints_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = run(capsys, "send", "sendInvoice", "--sample", "--interface", "extclientproxy-v2")
    assert ended.code == 0
    assert "the embedded endpoint, extclientproxy-v2" in ended.err


def test_a_message_is_sent_unchanged_except_for_the_password(
    endpoint: Endpoint,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = run(capsys, "send", "sendInvoice", "--sample", "--format", "json")
    saved = json.loads(shown.out)["request"]
    broken = saved.replace("<title>", "<tittle>").replace("</title>", "</tittle>")
    assert "********" in broken
    file = tmp_path / "broken.xml"
    file.write_text(broken, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(broken.encode())))
    for source in (str(file), "-"):
        ended = run(capsys, "send", "--xml", source, "--format", "json")
        assert ended.code == 0
        assert json.loads(ended.out)["request"] == broken
    del endpoint


def test_a_file_that_is_not_xml_is_sent_and_rejected(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.xml"
    file.write_bytes(b"<oops")
    ended = run(capsys, "send", "--xml", str(file))
    assert ended.code == 1
    assert "soap.not-xml" in ended.out
    assert "SOAP fault Client" in ended.out
    del endpoint


def test_a_missing_reply_is_shown_and_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", "12345678")
    ended = run(
        *(capsys, "send", "cancelInvoice", "--endpoint", "http://127.0.0.1:9"),
        *("--terminal-id", "till", "--set", "invoiceReference=1"),
    )
    assert ended.code == 2
    assert "<id>till</id>" in ended.out
    assert "may be repeated" in ended.err
    assert "12345678" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sendInvoic"], "cashregister-2 has no operation sendInvoic; did you mean sendInvoice?"),
        (["SENDINVOICE"], "did you mean sendInvoice?"),
        (["xyz"], "it has sendInvoice, updateInvoice"),
        ([], "name an operation, or a message with --xml"),
        (["--xml", "-", "--sample"], "leave out --set and --sample"),
        (["--xml", "no-such-file.xml"], "'no-such-file.xml' does not exist"),
        (["creditUser", "--sample", "--interface", "extclientproxy-v2"], "has no operation"),
        (["cancelInvoice", "--endpoint", "nowhere"], "is not an http address"),
        (["cancelInvoice", "--endpoint", "http://127.0.0.1:9"], "SEQR_TERMINAL_ID"),
        (["cancelInvoice", "--timeout", "0"], "--timeout"),
    ],
)
def test_a_request_that_cannot_be_sent_is_an_error_with_exit_code_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", *arguments)
    assert ended.code == 2
    assert sentence in ended.err


@pytest.mark.parametrize("interface", Interface)
@pytest.mark.parametrize("operation", REQUESTS)
def test_every_operation_can_be_sent_from_samples(
    interface: Interface,
    operation: str,
    endpoint: Endpoint,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if operation not in contract.load(interface).operations:
        return
    address = endpoint.url(interface)
    ended = run(capsys, "send", operation, "--sample", "--endpoint", address, "--format", "json")
    shown = json.loads(ended.out)
    assert shown["result_code"] is not None
    assert shown["interface"] == interface
    assert [f for f in shown["findings"] if f["severity"] == "error"] == []


# What goes wrong, in the words of the command line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--endpoint", "https://host/", "--ca", "missing.pem"], "--ca 'missing.pem' contains no"),
        (["--endpoint", "http://127.0.0.1:1/", "--ca", "x.pem"], "--ca and --client-certificate"),
        (["--endpoint", "https://h/", "--proxy", "socks5://u:pw@p"], "--proxy is a SOCKS proxy"),
        (
            ["--endpoint", "http://u:pw@127.0.0.1/"],
            "use --terminal-id and SEQR_TERMINAL_PASSWORD",
        ),
    ],
)
def test_errors_name_the_options(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(capsys, "send", "cancelInvoice", *arguments)
    assert ended.code == 2
    assert words in ended.err
    assert "pw" not in ended.err


PYTHON_ONLY = {
    "client/payment_wait.py": "no command waits for a payment",
    "client/recording_transport.py": "no command uses a closed session",
    "clock.py": "no command takes a start",
    "model_base.py": "an option is a text, never a float",
    "money.py": "an option is a text, never a float",
    "session.py": "no command has faults, a phone or a database at another endpoint",
}
"""The modules with messages that no command prints."""
PARAMETERS = "|".join(inspect.signature(connect).parameters)
CALLS = "|".join(
    [*(name for name in vars(Operations) if not name.startswith("_")), "connect", "send_raw"]
)
PYTHON = re.compile(rf"\b(?:{PARAMETERS})=|\b(?:{CALLS}|wait_for_payment|Decimal|datetime)\(")


def messages() -> Iterator[tuple[str, str]]:
    """Every text in the code of the client and what it uses, with the module's name."""
    package = Path(seqrkit.__file__).parent
    folders = ("client", "http_client", "soap", "exchange", "contract", "errors")
    files = [*package.glob("*.py"), *(each for f in folders for each in package.glob(f"{f}/*.py"))]
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        documented = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                texts = (
                    each.value if isinstance(each, ast.Constant) else "x" for each in node.values
                )
                yield str(file.relative_to(package)), "".join(map(str, texts))
            elif isinstance(node, ast.Constant) and id(node) not in documented:
                yield str(file.relative_to(package)), str(node.value)


@pytest.mark.parametrize("command", ["send", "demo", "verify"])
def test_no_message_on_the_command_line_names_python_arguments_or_calls(command: str) -> None:
    context = click.Context(group)
    context.invoked_subcommand = command
    found = {(module, text) for module, text in messages() if PYTHON.search(text) and " " in text}
    assert {module for module, _ in found} > set(PYTHON_ONLY)
    for module, text in found:
        if module not in PYTHON_ONLY:
            assert not PYTHON.search(with_options(context, text)), (module, text)


@pytest.mark.parametrize("script", [trickling, dropping])
def test_a_failure_names_the_options_where_the_exchange_is_shown(
    script: Script, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", "secret")
    with peer(script) as one:
        options = ("--endpoint", one.url(), "--timeout", "0.1", "--terminal-id", "1")
        ended = run(capsys, "send", "cancelInvoice", "--set", "invoiceReference=1", *options)
    written = " ".join(f"{ended.out} {ended.err}".split())
    assert not PYTHON.search(written)
    assert written.count("with --timeout") == (2 if script is trickling else 0)


def test_missing_credentials_name_what_the_command_line_has(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEQR_TERMINAL_ID", raising=False)
    arguments = ("send", "cancelInvoice", "--endpoint", "https://127.0.0.1:1/")
    assert "set SEQR_TERMINAL_ID or pass --terminal-id\n" in run(capsys, *arguments).err
    ended = run(capsys, *arguments, "--terminal-id", "1")
    assert ended.err.endswith("its password is not known: set SEQR_TERMINAL_PASSWORD\n")


@pytest.mark.parametrize(("options", "warned"), [([], True), (["--allow-http"], False)])
def test_clear_text_is_warned_of(
    options: list[str], *, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = ["--endpoint", "http://nowhere.invalid/", "--terminal-id", "1", "--proxy", ""]
    ended = run(capsys, "send", "cancelInvoice", *endpoint, *options)
    assert ("sent in clear text; use https://, or accept it with --allow-http" in ended.err) is (
        warned
    )
