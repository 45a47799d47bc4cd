"""HTTP/1.1 connections: how responses are framed, ordered and ended, seen at the socket."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from contract_tests.toolkit.simulator.messages import PLAIN
from seqrkit.simulator import Endpoint
from seqrkit.simulator.http.listening import listen
from seqrkit.simulator.http.request_and_response import Event, Receive, Scope, Send
from seqrkit.simulator.http.server import Server
from seqrkit.vocabulary import PATHS, Interface

PATH = PATHS[Interface.CASHREGISTER_2]
PATIENCE = 10


def sized(told: bytes, status: int = 200) -> Event:
    headers = [(b"content-length", b"%d" % len(told))]
    return {"type": "http.response.start", "status": status, "headers": headers}


def part(body: bytes) -> Event:
    return {"type": "http.response.body", "body": body, "more_body": True}


START: Event = {"type": "http.response.start", "status": 200, "headers": []}
LAST: Event = {"type": "http.response.body"}


async def echo(receive: Receive, send: Send) -> None:
    parts = []
    more = True
    while more:
        event = await receive()
        parts.append(event["body"])
        more = event["more_body"]
    for each in (START, part(b"".join(parts)), LAST):
        await send(each)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as the path says."""
    path = scope["path"]
    told = f"{scope['method']} {scope['raw_path']!r} {scope['query_string']!r}".encode()
    answers = {
        "/parts": [START, part(b"one "), part(b""), part(b"two "), part(b"three"), LAST],
        "/scope": [sized(told), {**LAST, "body": told}],
        "/fails-late": [START, part(b"half")],
        "/large": [START, *[part(b"x" * 100_000)] * 100, LAST],
        "/not-modified": [{**START, "status": 304}, LAST],
    }
    if path == "/echo":
        await echo(receive, send)
    for each in answers.get(path, []):
        await send(each)
    if "fails" in path:
        raise RuntimeError("on purpose")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = Server(application, listener)
    yield port
    server.stop()


@pytest.fixture
def client(port: int) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        yield connection


def ask(
    client: http.client.HTTPConnection, path: str, method: str = "GET", body: bytes | None = None
) -> tuple[int, bytes]:
    client.request(method, path, body)
    answer = client.getresponse()
    return answer.status, answer.read()


def raw(port: int, request: bytes) -> bytes:
    """Everything that the server sends until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as answer:
            return answer.read()


def test_a_response_without_a_length_is_chunked(client: http.client.HTTPConnection) -> None:
    client.request("GET", "/parts")
    answer = client.getresponse()
    assert answer.getheader("transfer-encoding") == "chunked"
    assert answer.read() == b"one two three"
    assert ask(client, "/parts") == (200, b"one two three")  # on the same connection


def test_an_http_1_0_response_without_a_length_ends_with_the_connection(port: int) -> None:
    answer = raw(port, b"GET /parts HTTP/1.0\r\n\r\n")
    assert answer.endswith(b"\r\n\r\none two three")
    assert b"transfer-encoding" not in answer


def test_head_and_not_modified_have_no_body(client: http.client.HTTPConnection) -> None:
    assert ask(client, "/parts", "HEAD") == (200, b"")
    assert ask(client, "/not-modified") == (304, b"")
    assert ask(client, "/parts") == (200, b"one two three")


def test_a_response_carries_the_date(client: http.client.HTTPConnection) -> None:
    client.request("GET", "/parts")
    assert (client.getresponse().getheader("date") or "").endswith(" GMT")


def test_an_application_that_fails_is_answered_500(port: int) -> None:
    answer = raw(port, b"GET /fails HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"on purpose" not in answer
    assert raw(port, b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 500 ")


def test_an_application_that_fails_late_breaks_the_connection(port: int) -> None:
    answer = raw(port, b"GET /fails-late HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.endswith(b"4\r\nhalf\r\n")


def test_a_large_body_arrives_whole(client: http.client.HTTPConnection) -> None:
    body = bytes(range(256)) * 20_000
    assert ask(client, "/echo", "POST", body) == (200, body)


def test_a_large_response_waits_for_the_client(client: http.client.HTTPConnection) -> None:
    assert ask(client, "/large") == (200, b"x" * 10_000_000)


def test_expect_100_continue_is_answered_before_the_body(port: int) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(head + b"Connection: close\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        with connection.makefile("rb") as answer:
            assert b"body" in answer.read()


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/scope?a=b%20c", b"GET b'/scope' b'a=b%20c'"),
        ("http://elsewhere/scope", b"GET b'/scope' b''"),
        ("/%73cope", b"GET b'/%73cope' b''"),
    ],
)
def test_targets_are_read_in_all_their_forms(port: int, target: str, told: bytes) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert raw(port, request.encode()).endswith(told)


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
        b"GET http://elsewhere HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: no\r\n\r\n",
        b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
    ],
    ids=["TLS", "nonsense", "no path", "no length", "tunnel"],
)
def test_what_is_not_a_request_is_answered_400(port: int, request_: bytes) -> None:
    answer = raw(port, request_)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"connection: close" in answer


@pytest.mark.parametrize("requests", [1, 3])
def test_a_client_that_closes_its_side_gets_every_answer(port: int, requests: int) -> None:
    """`nc -N`, and clients that shut down their side after the request."""
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
            client.sendall(b"GET /scope HTTP/1.1\r\nHost: localhost\r\n\r\n" * requests)
            client.shutdown(socket.SHUT_WR)
            answers = b"".join(iter(lambda: client.recv(65_536), b""))
        assert answers.count(b"HTTP/1.1 200") == answers.count(b"GET b'/scope'") == requests


def test_a_request_that_is_cut_off_is_not_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(65_536) == b""


def test_what_follows_the_last_request_is_ignored(port: int) -> None:
    last = b"GET /parts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert raw(port, last + b"\x00\x00").endswith(b"three\r\n0\r\n\r\n")


def test_a_bad_request_is_refused_after_the_requests_before_it(port: int) -> None:
    answer = raw(port, b"GET /parts HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"three\r\n0\r\n\r\nHTTP/1.1 400 " in answer


def test_an_unread_body_does_not_delay_the_next_request(port: int) -> None:
    large = b"POST /parts HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000
    last = b"GET /scope HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert raw(port, large + last).endswith(b"GET b'/scope' b''")


@pytest.mark.parametrize("requests", [1, 20])
def test_requests_on_one_connection_are_answered_one_after_the_other(requests: int) -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(PLAIN)}\r\n"
    )
    kept, last = f"{head}\r\n".encode() + PLAIN, f"{head}Connection: close\r\n\r\n".encode() + PLAIN
    with Endpoint() as endpoint:
        answer = raw(endpoint.port, kept * (requests - 1) + last)
    assert answer.count(b"<resultCode>0</resultCode>") == requests


def test_a_head_and_its_body_leave_in_one_write(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(b"GET /scope HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(65_536).endswith(b"GET b'/scope' b''")
