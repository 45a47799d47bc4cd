"""What is not an answer, and what is not the right one: each has an exception and is recorded."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from contract_tests.toolkit import peer as scripts
from contract_tests.toolkit.calls import CALLS, CREDENTIALS
from contract_tests.toolkit.messages import CONTRACTS
from contract_tests.toolkit.peer import Handler, Script, answering, peer, reply, replying
from seqrkit import errors, schemas, soap
from seqrkit.client import Client
from seqrkit.errors import (
    ConnectionLost,
    EndpointUnreachable,
    HttpError,
    NotAReply,
    ResultError,
    SeqrError,
    SoapFault,
    TimedOut,
    TransportError,
)
from seqrkit.vocabulary import Interface, ResultCode

TLS = Path(__file__).parents[1] / "tls"
SHORT = 0.15
"""Seconds for an answer that will not come."""
HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in &amp; go</title></head></html>"
OPERATIONS = CONTRACTS[Interface.CASHREGISTER_2].operations
NEVER_SENT = "The request was not sent; it may be repeated."


def failing(
    script: Script, expected: type[SeqrError], call: str = "cancelInvoice", **options: object
) -> SeqrError:
    """What a call raises at a peer with this script; it is one of a kind, and recorded."""
    with peer(script) as one, Client(one.url(), CREDENTIALS, **options) as client:  # type: ignore[arg-type]
        with pytest.raises(expected) as caught:
            CALLS[call](client)
        assert type(caught.value) is expected
        (exchange,) = client.exchanges
        assert caught.value.exchange is exchange
        assert exchange.request == one.heard[0]
    return caught.value


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (scripts.dropping, ConnectionLost),
        (scripts.half, ConnectionLost),
        (answering(b"", 500), HttpError),
        (answering(HTML), NotAReply),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_lost_reply_says_whether_the_request_may_be_repeated(
    call: str, script: Script, expected: type[TransportError]
):
    error = failing(script, expected, call)
    assert error.may_be_repeated is (OPERATIONS[call].repeat == "yes")
    assert error.repeat_advice == OPERATIONS[call].repeat_sentence
    assert OPERATIONS[call].repeat_sentence in str(error)


@pytest.mark.parametrize(
    "script",
    [scripts.hanging, scripts.trickling, scripts.trickling_headers],
    ids=lambda s: s.__name__,
)
def test_an_endpoint_that_does_not_get_done_is_given_up_at_the_timeout(script: Script):
    error = failing(script, TimedOut, timeout=SHORT)
    assert f"did not answer completely within {SHORT} s" in str(error)
    exchange = error.exchange
    assert (exchange.failure_kind, exchange.status) == ("TimedOut", None)  # type: ignore[union-attr]
    assert SHORT * 0.9 < exchange.duration < SHORT * 20  # type: ignore[union-attr]


def test_an_endpoint_that_does_not_take_the_request_is_given_up_at_the_timeout():
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with Client(url, CREDENTIALS, timeout=1) as client, pytest.raises(TimedOut):
            client.send_raw(b" " * 20_000_000)


def test_a_connection_that_breaks_is_recorded_as_a_failure():
    error = failing(scripts.dropping, ConnectionLost)
    exchange = error.exchange
    assert (exchange.failure_kind, exchange.response) == ("ConnectionLost", None)  # type: ignore[union-attr]
    assert error.sentence in str(exchange.failure)  # type: ignore[union-attr]


def test_the_client_goes_on_after_a_failure():
    broken: list[Script] = [answering(b"", 503), scripts.hanging, scripts.half, scripts.dropping]

    def script(handler: Handler, body: bytes) -> None:
        # Not by the requests heard: under load one is heard after the client has given up.
        number = len(client.exchanges)
        (broken[number] if number < len(broken) else replying)(handler, body)

    with peer(script) as one, Client(one.url(), CREDENTIALS, timeout=SHORT) as client:
        for _ in range(4):
            with pytest.raises(TransportError):
                client.cancel_invoice("1")
        client.cancel_invoice("1")
        assert [exchange.succeeded for exchange in client.exchanges] == [False] * 4 + [True]


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{free.getsockname()[1]}/soap/merchant/cashregister-2"


def test_an_endpoint_that_is_down_was_never_sent_anything(nobody: str):
    with Client(nobody, CREDENTIALS) as client:
        with pytest.raises(EndpointUnreachable, match=r"cannot be reached.*refused") as caught:
            client.cancel_invoice("1")
        (exchange,) = client.exchanges
    assert caught.value.may_be_repeated is True
    assert caught.value.repeat_advice == NEVER_SENT
    assert exchange.failure_kind == "EndpointUnreachable"
    assert caught.value.exchange is exchange


def test_a_host_that_does_not_exist_cannot_be_reached():
    with (
        Client("https://nowhere.invalid/x", CREDENTIALS, proxy="") as client,
        pytest.raises(EndpointUnreachable, match=r"nowhere.invalid"),
    ):
        client.cancel_invoice("1")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "the web server refused access"),
        (403, "the web server refused access"),
        (404, "check the path: /soap/merchant/cashregister-2"),
        (405, "check the path"),
        (415, "does not accept text/xml"),
        (418, "check the address"),
        (500, "HTTP 500 Internal Server Error"),
        (503, "not available: try again"),
        (599, "answered with HTTP 599,"),
    ],
)
def test_an_http_error_says_what_to_try(status: int, words: str):
    error = failing(answering(HTML, status), HttpError)
    assert words in str(error)
    assert 'titled "Sign in & go"' in str(error)
    assert error.status == status  # type: ignore[attr-defined]
    refused = status < 500
    assert ("did not reach the service" in str(error)) is refused


def test_a_redirect_is_reported_and_not_followed():
    script = answering(b"", 302, Location="https://elsewhere.example/")
    assert "moved to https://elsewhere.example/" in str(failing(script, HttpError))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (HTML, 'an HTML page titled "Sign in & go"'),
        (b"<html><body>hello</body></html>", "an HTML page:"),
        (b"", "an empty body"),
        (b"<a/>", "neither a SOAP envelope nor an operation"),
        (b'{"resultCode": 0}', "JSON"),
        (
            reply("sendInvoice"),
            "<sendInvoiceResponse>, but the reply to cancelInvoice is",
        ),
        (reply("cancelInvoice", resultCode="zero"), "its resultCode is"),
        (reply("cancelInvoice", resultCode=""), "its resultCode is"),
        (b"\x00\x01\x02", "not a SOAP message"),
    ],
)
def test_an_answer_that_is_not_a_reply_is_described(body: bytes, words: str):
    error = failing(answering(body), NotAReply)
    assert words in str(error)


def test_a_reply_with_a_dtd_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]>' + reply("cancelInvoice")
    error = failing(answering(bomb), NotAReply)
    assert "document type" in str(error)
    assert [f.id for f in error.exchange.reply_findings] == ["soap.dtd"]  # type: ignore[union-attr]


def endless(handler: Handler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:  # until the client hangs up
        handler.wfile.write(b" " * 65536)


def test_a_reply_without_end_is_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("seqrkit.client.recording_transport.REPLY_LIMIT", 100_000)
    error = failing(endless, NotAReply)
    assert "more than 100,000 bytes" in str(error)
    assert error.exchange is not None
    assert len(error.exchange.response or b"") == 100_000


def test_a_compressed_bomb_is_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("seqrkit.client.recording_transport.REPLY_LIMIT", 100_000)
    bomb = gzip.compress(b" " * 50_000_000)
    error = failing(answering(bomb, Content_Encoding="gzip"), NotAReply)
    assert error.exchange is not None
    assert len(error.exchange.response or b"") == 100_000


def test_a_compressed_reply_is_read():
    script = answering(gzip.compress(reply("cancelInvoice")), Content_Encoding="gzip")
    with peer(script) as one, Client(one.url(), CREDENTIALS) as client:
        assert client.cancel_invoice("1").result_code == 0


def test_a_compressed_reply_that_ends_early_is_no_reply():
    script = answering(gzip.compress(reply("cancelInvoice"))[:-99], Content_Encoding="gzip")
    assert "does not answer with valid HTTP" in str(failing(script, NotAReply))


def test_a_reply_that_is_only_declared_to_be_compressed_is_read():
    script = answering(reply("cancelInvoice"), Content_Encoding="gzip")
    with peer(script) as one, Client(one.url(), CREDENTIALS) as client:
        assert client.cancel_invoice("1").result_code == 0


def test_a_peer_of_another_protocol_is_not_a_reply():
    error = failing(scripts.babbling, NotAReply)
    assert "does not answer with valid HTTP" in str(error)


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_names_the_side_at_fault_and_the_findings(status: int):
    fault = answering(soap.fault("Client", "no such operation", "sendInvoise"), status)
    error = failing(fault, SoapFault)
    assert isinstance(error, SoapFault)
    assert (error.fault_code, error.fault_string) == ("Client", "no such operation")
    assert "sendInvoise" in str(error)
    assert "the linter finds no error" in str(error)
    assert "Nothing was carried out" in str(error)


@pytest.mark.parametrize("code", ["Client", "Client.Schema", "MustUnderstand", "VersionMismatch"])
def test_a_fault_that_blames_the_message_says_that_nothing_was_done(code: str):
    error = failing(answering(soap.fault(code, "no"), 500), SoapFault, "refundPayment")
    assert error.may_be_repeated is True
    assert error.repeat_advice.startswith("Nothing was carried out; correct the message")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("code", ["Server", "Server.Database", "Receiver", ""])
def test_a_fault_that_blames_the_service_leaves_open_what_was_done(call: str, code: str):
    error = failing(answering(soap.fault(code, "out of memory"), 500), SoapFault, call)
    assert error.may_be_repeated is (OPERATIONS[call].repeat == "yes")
    assert error.repeat_advice == OPERATIONS[call].repeat_sentence
    assert "Nothing was carried out" not in str(error)
    assert "failed while processing the message" in str(error)


@pytest.mark.parametrize("status", [201, 202, 204, 206, 299])
def test_a_status_of_success_without_a_reply_leaves_open_what_was_done(status: int):
    error = failing(answering(b"", status), HttpError, "refundPayment")
    assert error.may_be_repeated is False
    assert error.repeat_advice == OPERATIONS["refundPayment"].repeat_sentence


@pytest.mark.parametrize("code", [code for code in ResultCode if code])
def test_a_result_code_is_raised_as_the_exception_named_for_it(code: ResultCode):
    error = failing(
        answering(reply("cancelInvoice", resultCode=str(int(code)))), errors.for_code(code)
    )
    assert isinstance(error, ResultError)
    known = schemas.result_codes()[code]
    assert (error.code, error.meaning, error.source) == (code, known.meaning, known.source)
    assert known.advice in str(error)
    assert f"{int(code)} {code.name}" in str(error)
    assert error.reply is not None
    assert error.reply.result_code is code
    unknown = known.carried_out == "unknown"
    assert error.repeat_advice == (OPERATIONS["cancelInvoice"].repeat_sentence if unknown else "")
    assert error.may_be_repeated is (known.carried_out in {"no", "unknown"})


def test_an_error_shows_its_exchange_and_reply_to_a_type_checker() -> None:
    canceled = errors.for_code(ResultCode.INVOICE_ALREADY_CANCELED)
    error = failing(answering(reply("cancelInvoice", resultCode="95")), canceled)
    assert isinstance(error, ResultError)
    assert error.reply is not None
    assert error.exchange is not None
    assert (error.reply.result_code, error.exchange.status) == (95, 200)
    assert error.exchange.operation == "cancelInvoice"
    assert soap.MASK.encode() in error.exchange.masked_request
    assert [finding.id for finding in error.exchange.findings] == []


def test_an_undocumented_result_code_is_raised():
    error = failing(answering(reply("cancelInvoice", resultCode="77")), ResultError)
    assert "77 an undocumented result code" in str(error)


@pytest.mark.parametrize("call", CALLS)
def test_a_reply_with_a_code_is_returned_with_check_false(call: str):
    with (
        peer(answering(reply(call, resultCode="54"))) as one,
        Client(one.url(), CREDENTIALS) as client,
    ):
        request = getattr(client, _method(call))
        answer = request(*_arguments(call), check=False)
    assert answer.result_code is ResultCode.INVALID_INVOICE_REFERENCE


def _method(operation: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in operation)


def _arguments(operation: str) -> tuple[object, ...]:
    """Positional arguments for each method, as the lambdas of CALLS give them."""
    given: list[tuple[object, ...]] = []

    class Spy:
        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda *arguments: given.append(arguments)

    CALLS[operation](Spy())  # type: ignore[arg-type]
    return given[0]


def test_an_interrupted_call_is_recorded_too(monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seqrkit.client.http.Http.post", interrupt)
    with Client("http://127.0.0.1:1/", CREDENTIALS) as client:
        with pytest.raises(KeyboardInterrupt):
            client.cancel_invoice("1")
        assert client.exchanges[-1].failure_kind == "KeyboardInterrupt"
