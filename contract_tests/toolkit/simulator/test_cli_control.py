"""The commands that control a standalone endpoint: phone, clock and faults."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from contract_tests.toolkit.commands import Ended, run
from contract_tests.toolkit.simulator.control.controlled import Controlled
from seqrkit.control_client.client import base_of
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.behaviours import TABLE
from seqrkit.vocabulary import PATHS, Interface


class Commanded(Controlled):
    """An endpoint, and the command line that controls it."""

    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Ended:
        return run(self.capsys, *arguments, "--endpoint", self.endpoint.base_url)


@pytest.fixture(scope="module")
def shared() -> Iterator[Commanded]:
    there = Commanded()
    yield there
    there.close()


@pytest.fixture
def there(
    shared: Commanded, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commanded:
    for name in ("SEQR_ENDPOINT", "SEQR_CONTROL_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    shared.endpoint.control.reset()
    shared.capsys = capsys
    return shared


def test_the_buyer_scans_pays_a_part_and_the_rest(there: Commanded) -> None:
    reference = there.send(back_url="https://shop.example/thanks")
    shown = there.run("phone", "scan", f"HTTP://SEQR.SE/R{reference}")
    assert shown.code == 0
    assert "Grand Cinema  100 SEK  ISSUED" in shown.out
    assert reference in shown.out
    part = there.run("phone", "pay-part", "40 SEK")
    assert "paid 40 SEK, still open 60 SEK" in part.out
    paid = there.run("phone", "pay", "--pin", "1234")
    assert "PAID" in paid.out
    assert "paid 100 SEK, receipt " in paid.out
    assert "the phone opened https://shop.example/thanks" in paid.out


@pytest.mark.parametrize(("verb", "status"), [("decline", "FAILED"), ("cancel", "CANCELED")])
def test_the_buyer_does_not_pay(there: Commanded, verb: str, status: str) -> None:
    reference = there.send()
    there.run("phone", "scan", f"HTTP://SEQR.SE/R{reference}")
    assert status in there.run("phone", verb).out


def test_a_bill_can_be_named(there: Commanded) -> None:
    first, second = there.send(), there.send()
    for reference in (first, second):
        there.run("phone", "scan", f"HTTP://SEQR.SE/R{reference}")
    assert first in there.run("phone", "pay", "--bill", first).out
    assert "ISSUED" in there.run("phone", "scan", f"HTTP://SEQR.SE/R{second}").out


def test_loyalty_cards(there: Commanded) -> None:
    assert "no cards" in there.run("phone", "loyalty-card").out
    assert "LOYALTY_CARD  9752" in there.run("phone", "loyalty-card", "9752").out
    both = there.run("phone", "loyalty-card", "1", "--id", "COUPON", "--description", "10 % off")
    assert "COUPON  1  10 % off" in both.out
    reference = there.send(acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT")
    waiting = there.run("phone", "scan", f"HTTP://SEQR.SE/R{reference}")
    assert "seqrkit explain bill-waits" in waiting.out
    assert "no cards" in there.run("phone", "loyalty-card", "--remove").out


def test_what_the_phone_cannot_do_is_one_sentence_and_where_to_read_on(there: Commanded) -> None:
    ended = there.run("phone", "pay")
    assert ended.code == 2
    assert "scan a code first (`seqrkit explain no-bill`)" in ended.err
    reference = there.send()
    there.run("phone", "scan", f"HTTP://SEQR.SE/R{reference}")
    there.run("phone", "pay")
    again = there.run("phone", "pay")
    assert "it is PAID" in again.err
    assert "seqrkit explain phone.ended" in again.err


def test_the_clock_is_shown_and_advanced(there: Commanded) -> None:
    before = there.endpoint.clock.now()
    assert "(manual)" in there.run("clock").out
    assert there.run("clock", "advance", "20").code == 0
    assert (there.endpoint.clock.now() - before).total_seconds() == 20


def test_faults_are_added_listed_and_removed(there: Commanded) -> None:
    assert "no active faults" in there.run("faults", "list").out
    options = "--code 94 --operation sendInvoice --count 1 --seed 7 --probability 1".split()
    added = there.run("faults", "add", "result-code", *options)
    assert "94 SERVICE_UNAVAILABLE" in added.out
    assert b"<resultCode>94<" in there.post().content
    number = added.out.partition(".")[0]
    assert "injected 1 times" in there.run("faults", "list").out
    assert there.run("faults", "remove", number).out.startswith(f"{number}. ")
    there.run("faults", "add", "slow", "--delay", "uniform 1 3")
    there.run("faults", "add", "garbage", "--not-carried-out")
    assert "2 removed" in there.run("faults", "remove", "--all").out
    assert len(there.endpoint.faults) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["faults", "add", "nonsense"], "nonsense"),
        (["faults", "add", "slow"], "requires a delay"),
        (["faults", "remove", "7"], "no fault 7"),
        (["faults", "remove"], "the number of one fault"),
        (["faults", "remove", "7", "--all"], "the number of one fault"),
        (["phone", "scan", "hello"], "not a SEQR code"),
    ],
)
def test_what_cannot_be_is_one_sentence(there: Commanded, arguments: list[str], words: str) -> None:
    ended = there.run(*arguments)
    assert ended.code == 2
    assert words in ended.err
    assert ended.err.count("\n") == 1


def test_what_the_buyer_cannot_do_is_a_failure(there: Commanded) -> None:
    ended = there.run("phone", "scan", "HTTP://SEQR.SE/R1")
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "no invoice 1" in ended.err


def test_the_endpoint_is_found_by_the_environment_too(
    there: Commanded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQR_ENDPOINT", there.endpoint.url(Interface.CASHREGISTER_2))
    assert run(there.capsys, "faults").out == "no active faults\n"
    assert run(there.capsys, "clock").code == 0


def test_a_token_is_given_by_option_or_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEQR_CONTROL_TOKEN", raising=False)
    guarded = Commanded(token="a-token-of-the-test")
    guarded.capsys = capsys
    try:
        refused = guarded.run("faults", "list")
        assert refused.code == 2
        assert "a token is needed" in refused.err
        assert guarded.run("faults", "list", "--token", "a-token-of-the-test").code == 0
        monkeypatch.setenv("SEQR_CONTROL_TOKEN", "a-token-of-the-test")
        assert guarded.run("clock").code == 0
    finally:
        guarded.close()


def test_a_refused_connection_names_the_command_that_starts_an_endpoint(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ended = run(capsys, "phone", "pay", "--endpoint", f"http://127.0.0.1:{port}")
    assert ended.code == 2
    assert f"no server listens at http://127.0.0.1:{port}: start an endpoint" in ended.err


def test_an_invalid_host_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "clock", "--endpoint", "http://nowhere.invalid")
    assert "http://nowhere.invalid cannot be reached" in ended.err


@pytest.mark.parametrize("status", [200, 404, 500])
def test_another_server_is_recognized_as_not_seqrkit(
    status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    class Another(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<html>hello</html>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Another) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        ended = run(capsys, "clock", "--endpoint", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
    assert ended.code == 2
    assert "is not an endpoint of seqrkit" in ended.err


@pytest.mark.parametrize("path", ["", "/", *PATHS.values()])
def test_the_address_of_an_interface_is_as_good(path: str) -> None:
    assert base_of(f"http://127.0.0.1:8080{path}") == "http://127.0.0.1:8080"
    assert base_of(f"https://host/under{path}") == "https://host/under"


@pytest.mark.parametrize("address", ["", "host", "ftp://host", "http://", "http://h:x", "file:///"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="not the address of an endpoint"):
        base_of(address)


def test_fidelity_prints_every_behaviour(capsys: pytest.CaptureFixture[str]) -> None:
    listed = run(capsys, "fidelity")
    assert all(each.statement in listed.out for each in TABLE.values())
    assert f"{len(TABLE)} behaviours: " in listed.out
    assert json.loads(run(capsys, "fidelity", "--format", "json").out)[0]["id"] == next(iter(TABLE))
    markdown = run(capsys, "fidelity", "--format", "markdown").out.splitlines()
    assert len(markdown) == len(TABLE) + 2
    assert all(line.count(" | ") == 3 for line in markdown if "---" not in line)


@pytest.mark.parametrize("letter", "DVCA")
def test_fidelity_is_filtered_by_source(letter: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "fidelity", "--source", letter, "--format", "json").out)
    assert [each["id"] for each in found] == [
        each.id for each in TABLE.values() if each.source == letter
    ]


def test_fidelity_is_filtered_by_words(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "fidelity", "refund", "SUM", "--format", "json").out)
    assert "refund.sum" in {each["id"] for each in found}
    assert "none match" in run(capsys, "fidelity", "no-such-thing").out


@pytest.mark.parametrize("what", ["54", "INVALID_INVOICE_REFERENCE", "reversal", "no-reply"])
def test_explain_prints_a_page(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "explain", what)
    assert ended.code == 0
    assert "See also:" in ended.out
    assert "`" not in ended.out


@pytest.mark.parametrize("words", ["code 29", "INVALID_INITIATOR_ PRINCIPAL_ID"])
def test_explain_takes_words_without_quotes(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "explain", *words.split()).out == run(capsys, "explain", "29").out


def test_explain_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    listed = run(capsys, "explain").out
    assert all(
        f"  {id_}" in listed for id_ in (*TABLE, "54 INVALID_INVOICE_REFERENCE  ", "no-reply")
    )


def test_explain_says_when_there_is_no_page(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "explain", "5400")
    assert ended.code == 2
    assert "result code 5400 is not documented" in ended.err
