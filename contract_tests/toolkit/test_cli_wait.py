"""Scripts learn from a file where an endpoint is, and wait for one that has not started yet."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import seqrkit
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.peer import Handler, Peer, peer, replying
from seqrkit.schemas import schema_set
from seqrkit.simulator import Endpoint
from seqrkit.simulator.http.tls import certify
from seqrkit.vocabulary import NEWEST


@contextmanager
def serving(page: bytes) -> Iterator[Peer]:
    """A server that answers each GET with a page."""
    with peer(replying) as other, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Handler, "do_GET", lambda self: self.answer(page), raising=False)
        yield other


def test_a_running_endpoint_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with Endpoint() as endpoint:
        for address in (endpoint.base_url, endpoint.url()):
            ended = run(capsys, "wait", address)
            assert (ended.code, ended.out) == (0, f"{address} answers\n")


def test_an_endpoint_that_starts_later_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    with Endpoint() as endpoint:
        address, port = endpoint.base_url, int(endpoint.base_url.rpartition(":")[2])
    later = Endpoint(port=port)
    starting = threading.Timer(0.1, later.start)
    starting.start()
    try:
        assert run(capsys, "wait", address).code == 0
    finally:
        starting.join()
        later.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://host.invalid/x"])
def test_what_does_not_answer_is_unreachable(
    capsys: pytest.CaptureFixture[str], address: str
) -> None:
    ended = run(capsys, "wait", address, "--timeout", "0")
    assert ended.code == 2
    assert ended.err.startswith(f"seqrkit: no answer within 0 s: {address} cannot")
    assert ended.err.count(address) == 1


def test_an_endpoint_whose_authority_is_not_known_is_named_as_such(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    certificate = certify(tmp_path, ["127.0.0.1"])
    authority = str(tmp_path / "ca.pem")
    with Endpoint(certificate=certificate) as endpoint:
        for address in (endpoint.base_url, endpoint.url()):
            for command in ("wait {} --timeout 0", "drift {}"):
                words = command.format(address).split()
                ended = run(capsys, *words)
                assert ended.code == 2
                assert "certificate" in ended.err
                assert "trust a private authority with --ca" in ended.err
            assert run(capsys, "wait", address, "--ca", authority).code == 0
        assert run(capsys, "drift", endpoint.url(), "--ca", authority).code == 0


def test_a_service_is_found_at_the_root_of_its_host(capsys: pytest.CaptureFixture[str]) -> None:
    """Services of PHP and Spyne are often there, and their addresses have no path."""
    with serving(schema_set(NEWEST).wsdl.read_bytes()) as service:
        address = f"http://127.0.0.1:{service.port}"
        assert run(capsys, "wait", address, "--timeout", "0").code == 0


def test_a_server_without_a_wsdl_is_not_the_endpoint(capsys: pytest.CaptureFixture[str]) -> None:
    with peer(replying) as other:
        other_address = other.url()
    assert run(capsys, "wait", other_address, "--timeout", "0").code == 2


def test_a_web_server_is_not_the_endpoint(capsys: pytest.CaptureFixture[str]) -> None:
    """It answers each path with a page."""
    with serving(b"<html/>") as other:
        assert run(capsys, "wait", other.url(), "--timeout", "0").code == 2


def test_the_ready_file_says_where_the_endpoint_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ready.json"
    command = [sys.executable, "-m", "seqrkit", "serve", "--port", "0", "--ready-file", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while b"Stop it with" not in process.stdout.readline():
            pass
        while not file.exists():
            assert process.poll() is None
        told = json.loads(file.read_text("utf-8"))
        assert told["pid"] == process.pid
        assert file.stat().st_mode & 0o777 == 0o600
        for address in (told["base_url"], *told["services"].values()):
            assert run(capsys, "wait", address).code == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert list(tmp_path.iterdir()) == []


ADDRESSES = ("http://[", "http://host:port", "http://", "https://host:99999/x")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("command", ["drift {}", "wait {} --timeout 0", "replay {session} --to {}"])
def test_what_is_no_address_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, address: str
) -> None:
    session = tmp_path / "session.jsonl"
    with seqrkit.connect(record=session, quiet=True) as seqr:
        seqr.get_payment_status("1397222701693", check=False)
    ended = run(capsys, *command.format(address, session=session).split())
    assert ended.code == 2
    assert ended.err.startswith("seqrkit: ")
    assert ended.err.count("\n") == 1
