"""A client that offers an upgrade to another protocol is answered as if it had not."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.messages import PLAIN
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import PATHS, Interface

PATH = PATHS[Interface.CASHREGISTER_2]
PATIENCE = 10
H2C = (
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
)
WEBSOCKET = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)
OFFERS = [
    H2C,
    WEBSOCKET,
    ("connection: keep-alive, upgrade", "UPGRADE: TLS/1.0, HTTP/1.1"),
    ("Upgrade: h2c", "Connection: Upgrade", "Upgrade: websocket"),
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as there:
        yield there


def request(offer: tuple[str, ...], *, chunked: bool = False, close: bool = False) -> bytes:
    """A POST of a sendInvoice that offers an upgrade."""
    if chunked:
        half = len(PLAIN) // 2
        parts = (PLAIN[:half], PLAIN[half:], b"")
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
        size = "Transfer-Encoding: chunked"
    else:
        body, size = PLAIN, f"Content-Length: {len(PLAIN)}"
    end = ("Connection: close",) if close else ()
    lines = [f"POST {PATH} HTTP/1.1", "Host: localhost", *offer, size, *end, "", ""]
    return "\r\n".join(lines).encode() + body


def answers(endpoint: Endpoint, *pieces: bytes) -> bytes:
    """Everything the endpoint sends to a client that sends these pieces."""
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        with connection.makefile("rb") as answer:
            return answer.read()


@pytest.mark.parametrize("chunked", [False, True], ids=["sized", "chunked"])
@pytest.mark.parametrize("offer", OFFERS, ids=str)
def test_an_upgrade_offer_is_ignored_and_the_body_is_read(
    endpoint: Endpoint,
    offer: tuple[str, ...],
    chunked: bool,  # noqa: FBT001
) -> None:
    answer = answers(endpoint, request(offer, chunked=chunked, close=True))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"<resultCode>0</resultCode>" in answer


@given(st.data())
def test_any_mix_of_requests_is_answered_in_any_pieces(
    endpoint: Endpoint, data: st.DataObject
) -> None:
    offer = st.sampled_from([(), *OFFERS])
    requests = [
        request(each, chunked=data.draw(st.booleans()))
        for each in data.draw(st.lists(offer, max_size=4))
    ]
    requests.append(request(data.draw(offer), close=True))
    whole = b"".join(requests)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert answers(endpoint, *pieces).count(b"HTTP/1.1 200 OK\r\n") == len(requests)


def test_a_get_that_offers_an_upgrade_gets_the_description(endpoint: Endpoint) -> None:
    lines = [f"GET {PATH}?wsdl HTTP/1.1", "Host: localhost", *WEBSOCKET, "Connection: close"]
    answer = answers(endpoint, "\r\n".join([*lines, "", ""]).encode())
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"definitions" in answer


def test_a_tunnel_is_refused(endpoint: Endpoint) -> None:
    answer = answers(endpoint, b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 4")


def test_many_offers_at_once_are_all_answered(endpoint: Endpoint) -> None:
    get = f"GET {PATH} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".encode()
    last = get.replace(b"Connection: Upgrade", b"Connection: Upgrade, close")
    assert answers(endpoint, get * 1200 + last).count(b"HTTP/1.1 405 ") == 1201


def posted(command: list[str]) -> str:
    """What a client prints, which was given 60 seconds."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_with_http2_is_answered(endpoint: Endpoint, tmp_path: Path) -> None:
    message = tmp_path / "message.xml"
    message.write_bytes(PLAIN)
    options = ["--silent", "--http2", "--noproxy", "*", "--data-binary", f"@{message}"]
    header = ["-H", "Content-Type: text/xml; charset=utf-8"]
    said = posted(["curl", *options, *header, endpoint.url()])
    assert "<resultCode>0</resultCode>" in said


@pytest.mark.skipif(shutil.which("java") is None, reason="java is not installed")
def test_javas_http_client_is_answered(endpoint: Endpoint, tmp_path: Path) -> None:
    message = tmp_path / "message.xml"
    message.write_bytes(PLAIN)
    program = Path(__file__).with_name("UpgradingClient.java")
    said = posted(["java", str(program), endpoint.url(), str(message)])
    assert said.count("200 ") == 2
    assert said.count("<resultCode>0</resultCode>") == 2
