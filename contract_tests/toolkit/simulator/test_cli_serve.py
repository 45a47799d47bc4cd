"""`seqrkit serve` as a process: what it says, how it ends, and what it says when it cannot."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import seqrkit
from contract_tests.replies import check
from contract_tests.toolkit.simulator.messages import PLAIN, send_invoice
from seqrkit.vocabulary import PATHS, Interface

NEW = Interface.CASHREGISTER_2
PATIENCE = 30


class Served:
    """A process that serves, its base URL, and its output."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.said = ""
        for line in process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"the endpoint is at (https?://\S+)", self.said)
        assert found, self.said
        self.base_url = found[1]

    def post(self, message: bytes) -> httpx.Response:
        """Post a message to the newer interface; the answer is checked."""
        answer = httpx.post(self.base_url + PATHS[NEW], content=message, trust_env=False)
        check(NEW, "sendInvoice", answer.status_code, answer.content)
        return answer

    def end(self, by: int = signal.SIGINT) -> tuple[int, str, str]:
        """Stop it with a signal; exit code, the rest of its output, its errors."""
        self.process.send_signal(by)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


def command(*arguments: str) -> list[str]:
    """The command line of `seqrkit serve`, with warnings of what was not closed.

    Not `-X dev`: asyncio then also reports what took long, which it does on a busy machine.
    """
    return [sys.executable, "-W", "default", "-m", "seqrkit", "serve", *arguments]


@contextmanager
def serving(*arguments: str) -> Iterator[Served]:
    """Run it on a free port until the end of the block at the latest."""
    process = subprocess.Popen(
        command("--port", "0", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        yield Served(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def refused(*arguments: str) -> tuple[int, str]:
    """Exit code and error of a start that fails; it must be one line and no stack trace."""
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_what_a_client_needs_serves_and_stops_cleanly(by: int) -> None:
    with serving() as served:
        for path in PATHS.values():
            assert f"{served.base_url}{path}?wsdl" in served.said
        for word in ("public_test_shop_terminal", "12345678", "9900", "1234", "in memory only"):
            assert word in served.said
        assert httpx.get(f"{served.base_url}/healthz", trust_env=False).json()["status"] == "ok"
        assert "<resultCode>0</resultCode>" in served.post(PLAIN).text
        assert served.end(by) == (0, "stopped\n", "")


@pytest.mark.parametrize("workers", [(), ("--workers", "1")])
def test_it_serves_https_with_a_certificate_of_its_own_authority(
    workers: tuple[str, ...], tmp_path: Path
) -> None:
    directory = tmp_path / "tls"
    database = ("--db", str(tmp_path / "shop.db"))
    authorities = set()
    for _ in range(2):
        with serving("--self-signed", str(directory), *database, *workers) as served:
            trusting = ssl.create_default_context(cafile=directory / "ca.pem")
            authorities.add((directory / "ca.pem").read_bytes())
            with httpx.Client(base_url=served.base_url, verify=trusting, trust_env=False) as client:
                assert client.post(PATHS[NEW], content=PLAIN).status_code == 200
                state = client.get("/control/state").json()["interfaces"]
                assert state[NEW] == f"{served.base_url}{PATHS[NEW]}"
                description = client.get(f"{PATHS[NEW]}?wsdl").text
                assert f'location="{served.base_url}{PATHS[NEW]}"' in description
            with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
                httpx.get(f"{served.base_url}/healthz", trust_env=False)
            assert served.end() == (0, "stopped\n", "")
    assert len(authorities) == 1
    assert (directory / "ca-key.pem").stat().st_mode & 0o77 == 0


def test_a_certificate_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    code, said = refused("--certificate", str(tmp_path / "none.pem"))
    assert code == 2
    assert "none.pem cannot be used: No such file" in said


def test_it_keeps_what_it_answered_in_its_database(tmp_path: Path) -> None:
    database = tmp_path / "shop.db"
    references = set()
    for _ in range(2):
        with serving("--db", str(database)) as served:
            assert f"in the database {database}" in served.said
            found = re.search(r"<invoiceReference>(\d+)<", served.post(PLAIN).text)
            assert found is not None
            references.add(found[1])
            assert served.end()[0] == 0
    assert len(references) == 2


def test_strict_is_strict() -> None:
    with serving("--strict") as served:
        assert served.post(PLAIN).status_code == 200
        answer = served.post(send_invoice(more="<colour/>"))
        assert answer.status_code == 500
        assert "rejected in strict mode" in answer.text


@pytest.mark.parametrize("trusted", [["--trust-forwarded"], []])
def test_forwarded_headers_are_used_with_trust_forwarded(trusted: list[str]) -> None:
    with serving(*trusted) as served:
        headers = {"X-Forwarded-Host": "shop.example", "X-Forwarded-Proto": "https"}
        url = f"{served.base_url}{PATHS[NEW]}?wsdl"
        described = httpx.get(url, headers=headers, trust_env=False).text
        assert ('location="https://shop.example/' in described) == bool(trusted)


def test_allowed_hosts_and_the_base_url_are_options() -> None:
    options = ("--allow-host", "seqr.test", "--base-url", "https://shop.example/seqr")
    with serving(*options) as served:
        url = served.base_url + PATHS[NEW]
        origin = {"Origin": "http://seqr.test"}
        assert httpx.post(url, content=PLAIN, headers=origin, trust_env=False).status_code == 200
        described = httpx.get(f"{url}?wsdl", trust_env=False).text
        assert f'location="https://shop.example/seqr{PATHS[NEW]}"' in described


def test_it_warns_when_other_machines_can_reach_it() -> None:
    with serving("--host", "0.0.0.0") as served:  # noqa: S104
        assert "Anyone who can reach this machine can use the endpoint" in served.said
    with serving() as served:
        assert "Everybody" not in served.said


def test_a_port_in_use_is_one_sentence_and_exit_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = refused("--port", str(port))
    assert code == 2
    assert said == (
        f"seqrkit: port {port} of 127.0.0.1 is in use by another program; "
        "choose another port, or 0 for any\n"
    )


def test_a_database_that_is_not_one_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 100)
    code, said = refused("--db", str(letter))
    assert code == 2
    assert said.startswith("seqrkit: ")
    assert said.count("\n") == 1
    assert "letter.txt" in said


@pytest.mark.parametrize("place", ["missing/shop.db", "a-file/shop.db", "/proc/shop.db"])
def test_a_database_in_a_place_that_cannot_be_is_one_sentence_and_exit_code_2(
    place: str, tmp_path: Path
) -> None:
    (tmp_path / "a-file").touch()
    code, said = refused("--db", str(tmp_path / place))
    assert code == 2
    assert said.count("\n") == 1
    assert "shop.db" in said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_directory_that_cannot_be_written_is_one_sentence_and_exit_code_2(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o500)
    code, said = refused("--db", str(tmp_path / "shop.db"))
    assert code == 2
    assert said.count("\n") == 1


def test_a_directory_in_the_place_of_a_database_is_refused(tmp_path: Path) -> None:
    code, said = refused("--db", str(tmp_path))
    assert code == 2
    assert str(tmp_path) in said


def test_a_port_that_is_no_number_is_refused() -> None:
    code, said = refused("--port", "http")
    assert code == 2
    assert "'http' is not a valid integer" in said


def test_notify_allow_takes_a_host_name() -> None:
    code, said = refused("--notify-allow", "http://shop.example/paid")
    assert code == 2
    assert said.count("\n") == 1
    assert '"http://shop.example/paid" is not a host name' in said


def test_the_help_says_what_each_option_does() -> None:
    done = subprocess.run(command("--help"), capture_output=True, text=True, check=True)
    for option in ("--strict", "--trust-forwarded", "--base-url", "--allow-host", "--max-bytes"):
        assert option in done.stdout


def test_the_control_token_is_printed_when_other_machines_can_reach_it() -> None:
    with serving("--host", "0.0.0.0") as served:  # noqa: S104 - that is the point
        found = re.search(r"^control token +(\S+)", served.said, re.MULTILINE)
        assert found, served.said
        state = f"{served.base_url}/control/state"
        assert httpx.get(state, trust_env=False).status_code == 401
        bearer = {"Authorization": f"Bearer {found[1]}"}
        assert httpx.get(state, headers=bearer, trust_env=False).status_code == 200
        assert f"{served.base_url}/#token={found[1]}" in served.said


def test_a_given_token_is_required_on_loopback_too() -> None:
    with serving("--token", "open-sesame-at-once") as served:
        state = f"{served.base_url}/control/state"
        assert httpx.get(state, trust_env=False).status_code == 401
        bearer = {"Authorization": "Bearer open-sesame-at-once"}
        assert httpx.get(state, headers=bearer, trust_env=False).status_code == 200


def test_its_clock_can_be_manual() -> None:
    with serving("--manual-clock") as served:
        clock = f"{served.base_url}/control/clock"
        first = httpx.get(clock, trust_env=False).json()
        assert first == httpx.get(clock, trust_env=False).json()
        assert first["manual"] is True
        advanced = httpx.post(f"{clock}/advance", json={"seconds": 20}, trust_env=False).json()
        assert advanced["now"] > first["now"]


SETTINGS = """
[[resellers]]
id = "cinema"
user = "1"
passwords = ["2009"]
may_refund = {may_refund}
account_takes_refunds = {takes_refunds}

[[resellers]]
id = "closed"
user = "1"
passwords = ["2009"]
blocked = true

[[terminals]]
id = "till"
reseller = "cinema"
kind = "cash register"
passwords = ["1234", "at the till"]
"""


@pytest.mark.parametrize(
    ("may_refund", "takes_refunds", "code"),
    [("true", "true", 0), ("false", "true", 97), ("true", "false", 99)],
)
def test_a_payment_with_the_principals_of_a_file(
    may_refund: str, takes_refunds: str, code: int, tmp_path: Path
) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(SETTINGS.format(may_refund=may_refund, takes_refunds=takes_refunds))
    with serving("--config", str(file)) as served:
        assert f"settings           {file}" in served.said
        seqr = seqrkit.connect(
            served.base_url,
            terminal_id="till",
            terminal_password="at the till",
            reseller_id="closed",
            reseller_user="1",
            reseller_password="2009",
            quiet=True,
        )
        with seqr:
            sale = seqrkit.Invoice(
                title="Grand Cinema",
                client_invoice_id="1",
                cashier_id="Bob",
                footer="Enjoy the film",
                total_amount="149.99 SEK",
            )
            sent = seqr.send_invoice(sale)
            seqr.phone.scan(sent.qr).pay()
            paid = seqr.wait_for_payment(sent)
            assert seqr.refund_payment(paid, sale, check=False).result_code == code
            closed = seqr.register_terminal("new", "password", "New", check=False)
            assert closed.result_code == 33
        assert served.end() == (0, "stopped\n", "")


def test_a_wrong_file_is_named_with_line_and_entry(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('\n[[terminals]]\nid = "till"\npassword = "1234"\n')
    code, error = refused("--config", str(file))
    expected = (
        f'{file}, line 2: terminal "till": password is not a setting; did you mean passwords?'
    )
    assert (code, error) == (2, f"seqrkit: {expected}\n")
