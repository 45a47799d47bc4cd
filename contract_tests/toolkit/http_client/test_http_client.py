"""The HTTP client knows whether a request was sent, and keeps to one deadline and one limit."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrkit.http_client import (
    AnswerTimeout,
    ConnectionBroken,
    HttpClient,
    HttpFailure,
    NotHttp,
    NotSent,
    Origin,
    Proxy,
    Response,
    TlsFailed,
    basic_authorization,
    request_target,
)

TLS = Path(__file__).parents[1] / "tls"
SHORT = 0.15
"""Seconds to wait for what never comes."""
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Answer = Callable[[socket.socket], None]


def read_request(sock: socket.socket) -> bytes:
    """A request up to the end of its headers, and with the body that these tests send."""
    data = b""
    while b"\r\n\r\n" not in data or (b"Content-Length" in data and not data.endswith(b"body")):
        piece = sock.recv(65_536)
        if not piece:
            break
        data += piece
    return data


def says(*answers: bytes) -> Answer:
    """Answer each request of a connection with the next of these bytes, then close."""

    def script(sock: socket.socket) -> None:
        for answer in answers:
            heard.append(read_request(sock))
            sock.sendall(answer)

    heard: list[bytes] = []
    script.heard = heard  # type: ignore[attr-defined]
    return script


@contextmanager
def server(*scripts: Answer) -> Iterator[int]:
    """A port at which each connection runs the next script, the last one repeatedly."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connections: list[socket.socket] = []

        def run() -> None:
            remaining = list(scripts)
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                connections.append(sock)
                script = remaining.pop(0) if len(remaining) > 1 else remaining[0]
                with suppress(OSError):
                    script(sock)
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()

        thread = threading.Thread(target=run)
        thread.start()
        yield listener.getsockname()[1]
        # shutdown() wakes accept() on Linux, a connection does so everywhere.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        for sock in connections:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        assert not thread.is_alive()


def silent(sock: socket.socket) -> None:
    """Read until the client leaves, and say nothing."""
    while sock.recv(65_536):
        pass


@contextmanager
def client(
    port: int,
    scheme: str = "http",
    *,
    connect_timeout: float = 10,
    tls: ssl.SSLContext | None = None,
    proxy: Proxy | None = None,
) -> Iterator[HttpClient]:
    """A client for a port of this machine, closed at the end."""
    one = HttpClient(
        Origin(scheme, "127.0.0.1", port), connect_timeout=connect_timeout, tls=tls, proxy=proxy
    )
    yield one
    one.close()


def post(one: HttpClient, timeout: float = 10, limit: int = 1000) -> Response:
    """Post a small body."""
    return one.request(
        "POST", "/x?y=1", headers={"A": "b"}, body=b"body", timeout=timeout, limit=limit
    )


def test_a_request_is_written_with_host_length_and_body():
    script = says(OK)
    with server(script) as port, client(port) as one:
        assert post(one) == Response(200, {"Content-Length": "2"}, b"ok", complete=True)
    assert script.heard == [  # type: ignore[attr-defined]
        f"POST /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\n"
        "Content-Length: 4\r\nA: b\r\n\r\nbody".encode()
    ]


def test_a_connection_is_reused():
    script = says(OK, OK, OK)
    with server(script, silent) as port, client(port, connect_timeout=SHORT) as one:
        assert [post(one).body for _ in range(3)] == [b"ok"] * 3


def in_two_parts(sock: socket.socket) -> None:
    """Answer each request with the head and then the body, as servers do without TCP_NODELAY."""
    head, _, body = OK.rpartition(b"\r\n")
    while read_request(sock):
        sock.sendall(head + b"\r\n")
        sock.sendall(body)


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="the system has no TCP_QUICKACK")
def test_a_body_does_not_wait_for_a_delayed_acknowledgment():
    with server(in_two_parts) as port, client(port) as one:
        post(one)
        seconds = []
        for _ in range(10):
            began = time.perf_counter()
            post(one)
            seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.03  # the kernel delays an acknowledgment by at least 40 ms


def test_an_idle_connection_that_the_server_closed_is_replaced():
    closed = threading.Event()

    def once(sock: socket.socket) -> None:
        says(OK)(sock)
        sock.shutdown(socket.SHUT_RDWR)
        sock.close()
        closed.set()

    with server(once) as port, client(port) as one:
        for _ in range(3):
            assert post(one).body == b"ok"
            assert closed.wait(10)
            closed.clear()


def test_a_reused_connection_that_breaks_after_the_request_is_not_retried():
    def script(sock: socket.socket) -> None:
        says(OK)(sock)
        read_request(sock)

    second = says(OK)
    with server(script, second) as port, client(port) as one:
        post(one)
        with pytest.raises(ConnectionBroken):
            post(one)
    assert second.heard == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", [100, 102, 103, 199])
def test_informational_responses_are_skipped(code: int):
    early = f"HTTP/1.1 {code} Early Hints\r\nLink: </x>\r\n\r\n".encode()
    with server(says(early * 3 + OK)) as port, client(port) as one:
        assert post(one).status == 200


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", ConnectionBroken),
        (b"HTTP/1.1 200 OK\r\n", ConnectionBroken),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", ConnectionBroken),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", ConnectionBroken),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nok\r\n", NotHttp),
        (b"220 mail.example ESMTP\r\n", NotHttp),
        (b"HTTP/1.1 abc\r\n\r\n", NotHttp),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", NotHttp),
    ],
    ids=repr,
)
def test_an_answer_that_is_cut_off_or_not_http_was_sent(answer: bytes, expected: type[HttpFailure]):
    with server(says(answer)) as port, client(port) as one, pytest.raises(expected) as caught:
        post(one)
    assert type(caught.value) is expected


def test_a_cut_off_body_keeps_what_has_arrived():
    with (
        server(says(b"HTTP/1.1 207 OK\r\nContent-Length: 9\r\n\r\nok")) as port,
        client(port) as one,
        pytest.raises(ConnectionBroken) as caught,
    ):
        post(one)
    received = caught.value.received
    assert received is not None
    assert (received.status, received.body, received.complete) == (207, b"ok", False)


@pytest.mark.parametrize("label", [b"", b"Content-Encoding: gzip\r\n"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_undone_with_and_without_its_label(label: bytes, layers: int, members: int):
    body = b"".join([gzip.compress(b"ok")] * members)
    for _ in range(layers - 1):
        body = gzip.compress(body)
    head = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n" % (label, len(body))
    with server(says(head + body)) as port, client(port) as one:
        assert post(one).body == b"ok" * members


def test_a_body_may_end_with_the_connection():
    with server(says(b"HTTP/1.0 200 OK\r\n\r\nok")) as port, client(port) as one:
        assert [post(one).body, post(one).body] == [b"ok", b"ok"]


def test_an_answer_to_an_unfinished_request_is_read():
    def script(sock: socket.socket) -> None:
        sock.recv(10)
        sock.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        sock.shutdown(socket.SHUT_WR)
        silent(sock)

    with server(script) as port, client(port) as one:
        answer = one.request("POST", "/", headers={}, body=b" " * 20_000_000, timeout=20, limit=100)
    assert (answer.status, answer.body) == (413, b"no")


@pytest.mark.parametrize("answered", [0, 20, 30, 45])
def test_the_deadline_is_for_the_whole_answer(answered: int):
    over = threading.Event()

    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nokokok"[:answered])
        while not over.wait(0.02):
            sock.sendall(b"1" * bool(answered))

    with server(script) as port, client(port) as one:
        with pytest.raises(AnswerTimeout, match=r"within 0\.15 s"):
            post(one, timeout=SHORT)
        over.set()


def test_work_while_waiting_begins_after_the_request_and_costs_no_time(
    monkeypatch: pytest.MonkeyPatch,
):
    """The server answers only once the client has worked, for longer than its timeout."""
    worked = threading.Event()
    now = [0.0]
    monkeypatch.setattr("seqrkit.http_client.connection.elapsed", lambda: now[0])

    def answers_late(sock: socket.socket) -> None:
        heard.append(read_request(sock))
        arrived.set()
        worked.wait(10)
        sock.sendall(OK)

    def work() -> None:
        assert arrived.wait(10)
        now[0] += 100
        worked.set()

    heard: list[bytes] = []
    arrived = threading.Event()
    with server(answers_late) as port, client(port) as one:
        answer = one.request(
            "POST", "/", headers={}, body=b"body", timeout=10, limit=1000, while_waiting=work
        )
    assert answer.body == b"ok"
    assert len(heard) == 1


def test_nothing_is_sent_if_the_host_is_unknown_or_refuses():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client(port) as one, pytest.raises(NotSent, match="refused") as caught:
        post(one)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    unknown = HttpClient(Origin.of("http://nowhere.invalid/"), connect_timeout=1)
    with pytest.raises(NotSent):
        post(unknown)


def test_every_address_of_a_host_is_tried():
    with server(says(OK)) as port:
        one = HttpClient(
            Origin("http", "shop.example", port),
            connect_timeout=10,
            resolver=lambda _, port: [
                (socket.AF_INET, ("127.0.0.2", port)),
                (socket.AF_INET, ("127.0.0.1", port)),
            ],
        )
        assert post(one).status == 200
        one.close()


def test_a_host_without_addresses_is_not_sent_to():
    one = HttpClient(Origin.of("http://x/"), connect_timeout=1, resolver=lambda *_: [])
    with pytest.raises(NotSent, match="x has no address"):
        post(one)


def test_ipv6():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
        script = says(OK)

        def serve() -> None:
            with listener.accept()[0] as sock:
                script(sock)

        thread = threading.Thread(target=serve)
        thread.start()
        one = HttpClient(Origin.of(f"http://[::1]:{port}/"), connect_timeout=10)
        assert post(one).status == 200
        one.close()
        thread.join()
    assert f"Host: [::1]:{port}".encode() in script.heard[0]  # type: ignore[attr-defined]


# TLS


def context_of_server() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem")
    return context


def encrypted(script: Answer, context: ssl.SSLContext | None = None) -> Answer:
    """The script, over TLS."""

    def wrapped(sock: socket.socket) -> None:
        with (context or context_of_server()).wrap_socket(sock.dup(), server_side=True) as secure:
            script(secure)

    return wrapped


@pytest.fixture(scope="module")
def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=TLS / "authority.pem")


def test_a_request_over_tls(trusting: ssl.SSLContext):
    with server(encrypted(says(OK, OK))) as port, client(port, "https", tls=trusting) as one:
        assert [post(one).body, post(one).body] == [b"ok"] * 2


def test_a_handshake_that_is_never_answered_sent_nothing(trusting: ssl.SSLContext):
    with (
        server(silent) as port,
        client(port, "https", tls=trusting, connect_timeout=SHORT) as one,
        pytest.raises(NotSent, match=r"no connection within 0\.15 s"),
    ):
        post(one)


def plain(sock: socket.socket) -> None:
    """Answer a TLS handshake in plain HTTP."""
    sock.recv(65_536)
    sock.sendall(b"HTTP/1.1 400 plain HTTP\r\n\r\n")


def closing(sock: socket.socket) -> None:
    """Close the connection after the first packet."""
    sock.recv(65_536)


@pytest.mark.parametrize("script", [closing, plain, encrypted(silent)], ids=range(3))
def test_a_handshake_that_fails_sent_nothing(script: Answer):
    untrusting = ssl.create_default_context()
    with (
        server(script) as port,
        client(port, "https", tls=untrusting) as one,
        pytest.raises(NotSent),
    ):
        post(one)


def test_a_rejected_client_certificate_sent_nothing(trusting: ssl.SSLContext):
    demanding = context_of_server()
    demanding.verify_mode = ssl.CERT_REQUIRED
    demanding.load_verify_locations(TLS / "authority.pem")
    with (
        server(encrypted(silent, demanding)) as port,
        client(port, "https", tls=trusting) as one,
        pytest.raises(TlsFailed, match=r"(?i)certificate"),
    ):
        post(one)


# Proxies


def proxy_at(port: int, authorization: str | None = None) -> Proxy:
    return Proxy(Origin("http", "127.0.0.1", port), authorization, "the proxy P")


def test_a_proxy_gets_the_whole_url_and_its_login():
    script = says(OK)
    with server(script) as port:
        one = HttpClient(
            Origin.of("http://service.example/"),
            connect_timeout=10,
            proxy=proxy_at(port, basic_authorization("http://me:a%40b@p")),
        )
        assert post(one).status == 200
        one.close()
    (heard,) = script.heard  # type: ignore[attr-defined]
    assert heard.startswith(b"POST http://service.example/x?y=1 HTTP/1.1\r\n")
    assert b"\r\nProxy-Authorization: Basic bWU6YUBi\r\n" in heard
    assert b"\r\nHost: service.example\r\n" in heard


def test_a_proxy_opens_a_tunnel_for_https(trusting: ssl.SSLContext):
    asked = []

    def script(sock: socket.socket) -> None:
        asked.append(read_request(sock))
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        encrypted(says(OK))(sock)

    with server(script) as port, client(443, "https", tls=trusting, proxy=proxy_at(port)) as one:
        assert post(one).body == b"ok"
    assert asked == [b"CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: 127.0.0.1:443\r\n\r\n"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (silent, "P does not open a tunnel: no connection within"),
        (says(b"HTTP/1.1 407 Login\r\n\r\n"), "P does not open a tunnel: HTTP 407 Login"),
        (says(b"SSH-2.0-x\r\n"), "P does not open a tunnel: the answer begins with"),
        (says(b""), "P does not open a tunnel"),
    ],
    ids=range(4),
)
def test_a_proxy_that_opens_no_tunnel_sent_nothing(
    script: Answer, words: str, trusting: ssl.SSLContext
):
    with (
        server(script) as port,
        client(443, "https", tls=trusting, proxy=proxy_at(port), connect_timeout=SHORT) as one,
        pytest.raises(NotSent, match=words),
    ):
        post(one)


def test_a_proxy_that_refuses_is_named():
    with (
        client(80, proxy=proxy_at(1)) as one,
        pytest.raises(NotSent, match=r"proxy P: .*refus"),
    ):
        post(one)


# Bodies


def with_encoding(encoding: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("gzip", bytes),  # declared, and not compressed: the text is more use than an error
        ("deflate", bytes),
        ("identity", bytes),
    ],
)
def test_a_body_is_decompressed(encoding: str, pack: Callable[[bytes], bytes]):
    with server(says(with_encoding(encoding, pack(b"<a/>")))) as port, client(port) as one:
        assert post(one).body == b"<a/>"


def test_a_compressed_body_that_ends_early_is_not_http():
    cut = gzip.compress(bytes(range(256)))[:-20]
    with (
        server(says(with_encoding("gzip", cut))) as port,
        client(port) as one,
        pytest.raises(NotHttp, match="ends early"),
    ):
        post(one)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_body_is_read_up_to_the_limit(pack: Callable[[bytes], bytes]):
    encoding = "gzip" if pack is gzip.compress else "identity"
    body = pack(b" " * 1_000_000)
    with server(says(with_encoding(encoding, body))) as port, client(port) as one:
        answer = post(one, limit=5000)
    assert (len(answer.body), answer.complete) == (5000, False)


def test_repeated_headers_are_joined():
    with (
        server(says(b"HTTP/1.1 200 OK\r\nA: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n")) as port,
        client(port) as one,
    ):
        assert post(one).headers["A"] == "1, 2"


def test_threads_share_a_client():
    def forever(sock: socket.socket) -> None:
        threading.Thread(target=_answer_all, args=(sock.dup(),), daemon=True).start()
        raise OSError  # keep the connection open

    with server(forever) as port, client(port) as one:
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.extend(post(one).status for _ in range(20)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 160


def _answer_all(sock: socket.socket) -> None:
    with sock, suppress(OSError):
        while read_request(sock):
            sock.sendall(OK)


# URLs


@pytest.mark.parametrize(
    ("url", "authority", "host_and_port"),
    [
        ("http://h", "h", "h:80"),
        ("https://h:443/x", "h", "h:443"),
        ("https://H:80/x", "h:80", "h:80"),
        ("http://[::1]:8080/", "[::1]:8080", "[::1]:8080"),
        ("http://[::1]/", "[::1]", "[::1]:80"),
        ("http://blåbär.example./", "xn--blbr-noae.example", "xn--blbr-noae.example:80"),
        ("http://me:secret@h/", "h", "h:80"),
    ],
)
def test_the_origin_of_a_url(url: str, authority: str, host_and_port: str):
    origin = Origin.of(url)
    assert (origin.authority, origin.host_and_port) == (authority, host_and_port)


@pytest.mark.parametrize("url", ["ftp://h/", "h", "http:///x", "http://h:x/", f"http://{'a' * 64}"])
def test_what_is_not_an_http_url_has_no_origin(url: str):
    with pytest.raises(ValueError, match=r"."):
        Origin.of(url)


@given(st.text())
@settings(max_examples=50)
def test_any_path_fits_into_a_request_line(path: str):
    with suppress(ValueError):
        target = request_target(f"http://h/{path}")
        assert target.isascii()
        assert target.startswith("/")
        assert not any(character.isspace() for character in target)
