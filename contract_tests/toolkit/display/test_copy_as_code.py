"""Commands that send a message again send the same bytes and contain no password."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.calls import CREDENTIALS, INVOICE, OPERATIONS
from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from contract_tests.toolkit.peer import Peer, peer, replying
from seqrkit import soap
from seqrkit.display import copy_as_code
from seqrkit.environment_variables import variable
from seqrkit.errors import ConfigurationError
from seqrkit.simulator import PUBLISHED
from seqrkit.vocabulary import Interface, PrincipalType

Make = Callable[[bytes, str, str], str]
NEW = "new & <s3cret>"
ENVIRONMENT = {
    "SEQR_TERMINAL_PASSWORD": str(CREDENTIALS.terminal_password),
    "SEQR_RESELLER_PASSWORD": str(CREDENTIALS.reseller_password),
    "SEQR_NEW_TERMINAL_PASSWORD": NEW,
}
ODD = """\
<a xmlns="x">$HOME `id` $(id) ${x} \\ \\\\ % %s \\n ' '' " \"\"\" \\\"\"\"
{b} é 漢 \N{NO-BREAK SPACE}
ENVELOPE
PASSWORD</a>"
"""


@pytest.fixture(scope="module")
def service() -> Iterator[Peer]:
    with peer(replying) as one:
        yield one


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def run(command: str, environment: dict[str, str] | None = None) -> str:
    """Return the output of the command in a shell."""
    known = {**os.environ, "NO_PROXY": "127.0.0.1", **(environment or {})}
    done = subprocess.run(
        ["/bin/sh"], input=command.encode(), env=known, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def execute(program: str) -> None:
    """Run a program in this process, which is faster than starting a Python."""
    exec(compile(program, "copy.py", "exec"), {})  # noqa: S102 - the program is what is tested


def known(message: bytes, interface: Interface, operation: str) -> bytes:
    """Return the message as the client posts it, with the passwords of the environment."""
    caller = PrincipalType(CONTRACTS[interface].operations[operation].principals[0])
    filled = soap.unmask(soap.mask(message), CREDENTIALS.password(caller, operation))
    return filled.replace(soap.MASK.encode(), escape(NEW, quote=False).encode())


@pytest.mark.parametrize("end", ["\n", ""], ids=["as a here-document", "through printf"])
@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
def test_curl_and_python_post_the_bytes_with_passwords_from_the_environment(
    service: Peer, interface: Interface, operation: str, end: str
) -> None:
    message = in_envelope(build(CONTRACTS[interface], operation)) + end.encode()
    before = len(service.heard)
    reply = run(copy_as_code.curl(message, service.url(interface), interface))
    execute(copy_as_code.python(message, service.url(interface), interface))
    assert service.heard[before:] == [known(message, interface, operation)] * 2
    assert f"{operation}Response" in reply


@pytest.mark.parametrize("make", [copy_as_code.curl, copy_as_code.python])
def test_no_password_is_in_a_copy(make: Make) -> None:
    interface, operation = Interface.CASHREGISTER_2, "registerTerminal"
    message = known(
        in_envelope(build(CONTRACTS[interface], operation)), interface, operation
    ).decode()
    passwords = [text for text in (NEW, CREDENTIALS.reseller_password) if text]
    assert all(escape(each, quote=False) in message for each in passwords)
    said = make(message.encode(), "http://127.0.0.1/", interface)
    assert not any(escape(each, quote=False) in said for each in passwords)


@settings(max_examples=25)
@example(ODD.encode())
@example(ODD.replace("\n", "\r\n").encode())
@example(bytes(range(256)))
@example(b"%d%%")
@example(b'"')
@given(st.binary() | st.text(alphabet="a`$\\'\"%{}!\n\té\u2028").map(str.encode))
def test_any_bytes_are_posted_unchanged(service: Peer, message: bytes) -> None:
    before = len(service.heard)
    url, interface = service.url(), Interface.CASHREGISTER_2
    run(copy_as_code.curl(message, url, interface))
    execute(copy_as_code.python(message, url, interface))
    assert service.heard[before:] == [message] * 2


@settings(max_examples=25)
@example("\N{LEFT-TO-RIGHT ISOLATE}%", "%s$1\\")
@given(
    st.text(alphabet="a`$\\'\"%{}!\n\t\u00e9\u2028"),
    st.text(alphabet="09af-%$`\\'\"{}", min_size=1),
)
def test_a_variable_is_sent_in_place_of_a_text(service: Peer, text: str, value: str) -> None:
    before = len(service.heard)
    url, interface = service.url(), Interface.CASHREGISTER_2
    message = f"<a>{text}MARK</a>{text}"
    command = copy_as_code.curl(message.encode(), url, interface, {"MARK": "reference"})
    run(command, {"reference": value})
    assert service.heard[before:] == [message.replace("MARK", value).encode()]


def test_the_endpoint_accepts_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    environment = {variable("terminal_password"): PUBLISHED.terminal_password}
    with seqrkit.connect(quiet=True) as seqr, pytest.MonkeyPatch.context() as patch:
        assert seqr.simulator is not None
        patch.setenv(*next(iter(environment.items())))
        message = seqr.envelope(seqrkit.SendInvoice(invoice=INVOICE))
        url = seqr.simulator.url(seqr.interface)
        assert "<resultCode>0</resultCode>" in run(copy_as_code.curl(message, url, seqr.interface))
        execute(copy_as_code.python(message, url, seqr.interface))
        assert "sendInvoice -> resultCode 0" in capsys.readouterr().out


def test_curl_stops_if_the_password_is_not_set(service: Peer) -> None:
    message = in_envelope(build(CONTRACTS[Interface.CASHREGISTER_2], "sendInvoice"))
    before = len(service.heard)
    command = copy_as_code.curl(message, service.url(), Interface.CASHREGISTER_2)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(command, {"SEQR_TERMINAL_PASSWORD": ""})
    assert b"SEQR_TERMINAL_PASSWORD: must hold the password" in caught.value.stderr
    assert len(service.heard) == before


def test_only_python_can_insert_a_password_in_utf_16(service: Peer) -> None:
    interface, operation = Interface.CASHREGISTER_2, "sendInvoice"
    utf8 = in_envelope(build(CONTRACTS[interface], operation)).decode()
    message = utf8.encode("utf-16")
    with pytest.raises(ConfigurationError, match="copy it as Python instead"):
        copy_as_code.curl(message, service.url(), interface)
    execute(copy_as_code.python(message, service.url(), interface))
    assert service.heard[-1].decode("utf-16") == known(utf8.encode(), interface, operation).decode()
