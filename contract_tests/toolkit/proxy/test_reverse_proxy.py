"""The proxy between any client and any endpoint: what passes, what is recorded, what survives."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.messages import PLAIN
from seqrkit.exchange import Journal
from seqrkit.proxy.http_messages import Body, Head
from seqrkit.proxy.reverse_proxy import STOP_SECONDS
from seqrkit.recording.session_files import read_session
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import NEWEST, PATHS

ROOT = Path(__file__).resolve().parents[3]
TLS = ROOT / "contract_tests" / "toolkit" / "tls"
PATH = PATHS[NEWEST].encode()
PATIENCE = 20
PASSWORD = PUBLISHED.terminal_password


@dataclass
class Proxy:
    """A proxy in a process of its own."""

    process: subprocess.Popen[str]
    port: int
    page: str
    file: Path

    def send(self, data: bytes) -> bytes:
        """Send bytes, and return what comes back until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: sock.recv(65536), b""))

    def end(self, how: signal.Signals = signal.SIGTERM) -> str:
        """End it, and return what it has printed since its start."""
        self.process.send_signal(how)
        printed, _ = self.process.communicate(timeout=PATIENCE)
        return printed


@contextmanager
def proxying(folder: Path, to: str, *options: str) -> Iterator[Proxy]:
    """Run `seqrkit proxy`."""
    file = folder / "session.jsonl"
    command = [sys.executable, "-m", "seqrkit", "proxy", "--to", to, "--port", "0"]
    process = subprocess.Popen(
        [*command, "--record", str(file), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        said = "".join(lines)
        port = re.search(r"point the register at https?://127\.0\.0\.1:([0-9]+)/", said)
        page = re.search(r"page +(http://\S+)/", said)
        assert port, said
        assert page, said
        yield Proxy(process, int(port[1]), page[1], file)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Server:
    """A server that keeps the bytes it receives, and answers each connection as it is told."""

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self.received: list[bytes] = []
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with sock:
            data = b""
            while not self._is_whole(data):
                part = sock.recv(65536)
                if not part:
                    break
                data += part
            self.received.append(data)
            self._answer(sock, data)

    @staticmethod
    def _is_whole(data: bytes) -> bool:
        head, end, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *([0-9]+)", head, re.IGNORECASE)
        if b"chunked" in head:
            return body.endswith(b"0\r\n\r\n")
        return bool(end) and len(body) >= (int(length[1]) if length else 0)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()


@contextmanager
def server(answer: bytes | Callable[[socket.socket, bytes], None]) -> Iterator[Server]:
    """Run a server; bytes are what it answers."""
    made = Server((lambda sock, _: sock.sendall(answer)) if isinstance(answer, bytes) else answer)
    try:
        yield made
    finally:
        made.close()


def post(body: bytes, *headers: bytes) -> bytes:
    """Return a POST whose header names are written as no library writes them."""
    lines = (b"POST %b HTTP/1.1" % PATH, b"hOST: x", b"SoapAction:  'a b'", *headers)
    sized = b"Content-Length: %d" % len(body)
    return b"\r\n".join([*lines, sized, b"", body])


ANSWER = b"HTTP/1.1 200 Okay, dokey\r\nx-ODD:  Value \r\nContent-Length: 4\r\n\r\n<a/>"


def test_bytes_pass_unchanged_in_both_directions(tmp_path: Path) -> None:
    body = bytes(range(256)) + PLAIN
    with server(ANSWER) as peer, proxying(tmp_path, peer.url) as proxy:
        assert proxy.send(post(body, b"x-Own:1 ")) == ANSWER
        (received,) = peer.received
    host = peer.url.removeprefix("http://").encode()
    assert received == post(body, b"x-Own:1 ").replace(b"hOST: x", b"hOST: " + host)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n<a\r\n2\r\n/>\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n0\r\nX-T: 1\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n<a/>",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
        % (len(gzip.compress(b"<a/>", mtime=0)), gzip.compress(b"<a/>", mtime=0)),
        b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<a/>",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>",
    ],
    ids=["chunked", "trailers", "until-close", "gzip", "error", "interim"],
)
def test_each_framing_passes_and_is_recorded_as_content(answer: bytes, tmp_path: Path) -> None:
    with server(answer) as peer, proxying(tmp_path, peer.url) as proxy:
        passed = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert proxy.send(post(PLAIN)) == passed
        chunked = b"POST %b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % PATH
        whole = chunked + b"%x\r\n%b\r\n0\r\n\r\n" % (len(PLAIN), PLAIN)
        assert proxy.send(whole) == passed
        one, two = read_session(proxy.file.read_bytes())
    assert peer.received[1].endswith(b"%b\r\n0\r\n\r\n" % PLAIN)
    assert one.response == two.response == b"<a/>"
    assert one.operation == two.operation == "sendInvoice"


def test_the_exchange_is_in_the_file_when_the_answer_arrives(tmp_path: Path) -> None:
    with server(ANSWER) as peer, proxying(tmp_path, peer.url) as proxy:
        for number in range(1, 6):
            assert proxy.send(post(PLAIN)).endswith(b"<a/>")
            assert len(proxy.file.read_bytes().splitlines()) == number
        proxy.process.kill()
        assert len(read_session(proxy.file.read_bytes())) == 5


def test_exchanges_are_judged_in_the_terminal_and_on_the_page(tmp_path: Path) -> None:
    with Endpoint() as endpoint, proxying(tmp_path, endpoint.url()) as proxy:
        proxy.send(post(PLAIN, b"Content-Type: text/xml"))
        shown = httpx.get(f"{proxy.page}/control/exchanges", trust_env=False).json()
        printed = proxy.end()
    assert [each["operation"] for each in shown] == ["sendInvoice"]
    assert "sendInvoice" in printed
    assert "request: " in printed
    assert "1 exchanges in" in printed


@pytest.mark.parametrize("keep", [False, True])
def test_passwords_are_masked_unless_they_are_kept(keep: bool, tmp_path: Path) -> None:  # noqa: FBT001
    options = ["--keep-secrets"] if keep else []
    with Endpoint() as endpoint, proxying(tmp_path, endpoint.url(), *options) as proxy:
        proxy.send(post(PLAIN, b"Content-Type: text/xml"))
        written = proxy.file.read_text("utf-8")
        assert proxy.file.stat().st_mode & 0o777 == 0o600
        printed = proxy.end()
    assert (PASSWORD in written) is keep
    assert PASSWORD not in printed


def test_the_addresses_in_a_wsdl_lead_to_the_proxy(tmp_path: Path) -> None:
    with Endpoint() as endpoint:
        world = f"{endpoint.base_url}/w/team"
        with proxying(tmp_path, world + PATHS[NEWEST]) as proxy:
            base = f"http://127.0.0.1:{proxy.port}"
            text = httpx.get(f"{base}{PATHS[NEWEST]}?wsdl", trust_env=False).text
            assert re.findall(r'location="([^"]*)"', text) == [base + PATHS[NEWEST]]
            assert httpx.get(f"{base}/healthz", trust_env=False).status_code == 200
        assert "team" in dict(endpoint.worlds)


def test_an_endpoint_that_is_not_there_is_a_fault_in_one_sentence(tmp_path: Path) -> None:
    with proxying(tmp_path, "http://127.0.0.1:9") as proxy:
        answer = proxy.send(post(PLAIN))
        assert b"HTTP/1.1 502" in answer
        assert b"<faultstring>http://127.0.0.1:9 cannot be reached" in answer
        (recorded,) = read_session(proxy.file.read_bytes())
    assert recorded.failure_kind == "EndpointUnreachable"
    assert recorded.status is None


def test_an_endpoint_that_hangs_is_a_fault_after_the_time_limit(tmp_path: Path) -> None:
    over = threading.Event()

    def hang(_sock: socket.socket, _data: bytes) -> None:
        over.wait(PATIENCE)

    with (
        server(hang) as peer,
        proxying(tmp_path, peer.url, "--timeout", "0.3") as proxy,
    ):
        answers = [proxy.send(post(PLAIN)), proxy.send(b"GET /?wsdl HTTP/1.1\r\nHost: x\r\n\r\n")]
        over.set()
    for answer in answers:
        assert b"HTTP/1.1 504" in answer
        assert b"did not answer within 0.3 s" in answer


def test_an_answer_that_the_connection_ends_ends_the_client_s_connection(tmp_path: Path) -> None:
    with (
        server(b"HTTP/1.1 200 OK\r\n\r\n<a/>") as peer,
        proxying(tmp_path, peer.url) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE) as sock,
    ):
        sock.sendall(post(PLAIN))
        assert b"".join(iter(lambda: sock.recv(65536), b"")).endswith(b"<a/>")


def test_tls_at_a_port_without_it_fails_at_once(tmp_path: Path) -> None:
    context = ssl.create_default_context()
    with Endpoint() as endpoint, proxying(tmp_path, endpoint.url()) as proxy:
        sock = socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE)
        with sock, pytest.raises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(sock, server_hostname="localhost")


def _cut(sock: socket.socket, _data: bytes) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a")


def test_an_answer_that_is_cut_passes_as_far_as_it_came(tmp_path: Path) -> None:
    with server(_cut) as peer, proxying(tmp_path, peer.url) as proxy:
        assert proxy.send(post(PLAIN)).endswith(b"Content-Length: 100\r\n\r\n<a")
        (recorded,) = read_session(proxy.file.read_bytes())
    assert recorded.failure == "the answer was cut off"


def test_garbage_passes_in_both_directions(tmp_path: Path) -> None:
    with server(b"\x00\x01 no HTTP") as peer, proxying(tmp_path, peer.url) as proxy:
        assert proxy.send(post(PLAIN)) == b"\x00\x01 no HTTP"
        assert proxy.send(b"EHLO shop\r\n\r\n") == b"\x00\x01 no HTTP"
        (recorded,) = read_session(proxy.file.read_bytes())
    assert peer.received[1] == b"EHLO shop\r\n\r\n"
    assert "not HTTP" in (recorded.failure or "")


MISTAKEN = [
    b"HTTP/1.1 200 OK\nContent-Length: 4\n\n<a/>",
    b"HTTP/1.1 200 OK\nX: 1\r\nContent-Length: 4\n\r\n<a/>",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\nno size\r\nthe rest",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-4\r\n<a/>\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a/>",
    b"HTTP/1.1 200 OK\r\nfolded:\r\n header\r\n\r\n<a/>",
    b"220 mail.test ready\r\n",
]


def test_answers_with_mistakes_pass_as_far_as_they_came(tmp_path: Path) -> None:
    """Line feeds alone, broken chunks, and no end: the endpoint keeps each connection open."""
    over = threading.Event()

    def answer(sock: socket.socket, data: bytes) -> None:
        sock.sendall(MISTAKEN[int(data.partition(b"x-number: ")[2].split()[0])])
        over.wait(PATIENCE)

    requests = [post(PLAIN, b"x-number: %d" % n) for n in range(len(MISTAKEN))]
    with (
        server(answer) as peer,
        proxying(tmp_path, peer.url, "--timeout", "2") as proxy,
        ThreadPoolExecutor(len(requests)) as pool,
    ):
        assert [*pool.map(proxy.send, requests)] == MISTAKEN
        over.set()
        recorded = [*read_session(proxy.file.read_bytes())]
    recorded.sort(key=lambda each: int(each.request_headers["x-number"]))
    assert [each.response for each in recorded[:3]] == [b"<a/>"] * 3
    assert [bool(each.failure) for each in recorded] == [False] * 2 + [True] * 5


def test_a_request_with_a_broken_chunk_passes(tmp_path: Path) -> None:
    with server(ANSWER) as peer, proxying(tmp_path, peer.url) as proxy:
        broken = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n0\r\n\r\n"
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE) as sock:
            sock.sendall(broken)
            assert sock.recv(65536) == ANSWER
        assert peer.received[0].endswith(b"no size\r\n0\r\n\r\n")


def test_idle_connections_do_not_delay_the_end(tmp_path: Path) -> None:
    with (
        server(ANSWER) as peer,
        proxying(tmp_path, peer.url) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE) as sock,
    ):
        sock.sendall(post(PLAIN))
        assert sock.recv(65536) == ANSWER
        proxy.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert sock.recv(1) == b""
        assert time.monotonic() - began < STOP_SECONDS


@given(data=st.binary(min_size=1, max_size=300))
def test_the_framing_of_no_body_raises(data: bytes) -> None:
    async def read(body: Body) -> bytes:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return b"".join([piece async for piece, _ in body.parts(reader)])

    for fields in ([(b"Transfer-Encoding", b"chunked")], [(b"Content-Length", b"50")], []):
        passed = asyncio.run(read(Body(Head(b"HTTP/1.1 200 OK", fields), is_request=False)))
        assert data.startswith(passed)


def test_clients_that_go_away_disturb_nobody(tmp_path: Path) -> None:
    with server(ANSWER) as peer, proxying(tmp_path, peer.url) as proxy:
        head = post(PLAIN).partition(b"Content-Length")[0]
        unchunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
        for data in (b"", b"POST", post(PLAIN)[:60], post(PLAIN)[:-5], unchunked, post(PLAIN)):
            with socket.create_connection(("127.0.0.1", proxy.port)) as sock:
                sock.sendall(data)
        assert proxy.send(post(PLAIN)).endswith(b"<a/>")
        assert unchunked[-20:] not in b"".join(peer.received)
        with socket.create_connection(("127.0.0.1", proxy.port)):  # stays open
            assert "Traceback" not in proxy.end()
        assert proxy.process.returncode == 0


def test_a_connection_serves_many_requests_and_survives_the_endpoint_s_end(tmp_path: Path) -> None:
    with Endpoint() as endpoint, proxying(tmp_path, endpoint.url()) as proxy:
        client = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=PATIENCE)
        for number in range(6):
            if number == 3:
                endpoint.stop()
                endpoint.start()
            client.request("POST", PATH.decode(), PLAIN, {"Content-Type": "text/xml"})
            answer = client.getresponse()
            answer.read()
            assert answer.status == 200
        client.close()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("drop-after", b""),
        ("http-503", b"HTTP/1.1 503"),
        ("result-code,code=94", b"<resultCode>94<"),
        ("half-reply", b"HTTP/1.1 200"),
        ("carried-out-twice", b"<resultCode>0<"),
        ("slow,delay=0.2", b"<resultCode>0<"),
    ],
)
def test_faults_are_injected_in_front_of_any_endpoint(
    fault: str, expected: bytes, tmp_path: Path
) -> None:
    with (
        Endpoint() as endpoint,
        proxying(tmp_path, endpoint.url(), "--fault", f"{fault},count=1") as proxy,
    ):
        reply = proxy.send(post(PLAIN, b"Content-Type: text/xml"))
        assert (expected in reply) if expected else reply == b""
        carried_out = {"http-503": 0, "result-code,code=94": 0, "carried-out-twice": 2}
        assert endpoint.application.exchanges.count == carried_out.get(fault, 1)
        assert b"<resultCode>" in proxy.send(post(PLAIN, b"Content-Type: text/xml"))


def test_faults_can_be_added_while_it_runs(tmp_path: Path) -> None:
    with Endpoint() as endpoint, proxying(tmp_path, endpoint.url()) as proxy:
        content = {"kind": "http-500", "count": 1}
        httpx.post(f"{proxy.page}/control/faults", json=content, trust_env=False)
        assert b"HTTP/1.1 500" in proxy.send(post(PLAIN, b"Content-Type: text/xml"))


def test_both_sides_can_use_tls(tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "server.pem")

    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, context.wrap_socket(listener.accept()[0], server_side=True) as sock:
            sock.recv(65536)
            sock.sendall(ANSWER)

    threading.Thread(target=serve, daemon=True).start()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"
    options = ("--ca", str(TLS / "authority.pem"), "--certificate", str(TLS / "server.pem"))
    with proxying(tmp_path, url, *options) as proxy:
        trusted = ssl.create_default_context(cafile=TLS / "authority.pem")
        with httpx.Client(verify=trusted, trust_env=False) as client:
            answered = client.post(f"https://127.0.0.1:{proxy.port}{PATH.decode()}", content=PLAIN)
        assert answered.text == "<a/>"


def test_a_certificate_that_is_not_trusted_is_a_fault(tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "server.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as raw:
            try:
                context.wrap_socket(raw, server_side=True).close()
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    with proxying(tmp_path, f"https://127.0.0.1:{listener.getsockname()[1]}") as proxy:
        answer = proxy.send(post(PLAIN))
    assert b"HTTP/1.1 502" in answer
    assert b"cannot be reached" in answer


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_one_line_and_messages_still_pass(tmp_path: Path) -> None:
    with server(ANSWER) as peer, proxying(tmp_path, peer.url, "--record", "/dev/full") as proxy:
        assert proxy.send(post(PLAIN)).endswith(b"<a/>")
        assert proxy.send(post(PLAIN)).endswith(b"<a/>")
        printed = proxy.end()
    assert printed.count("no space left") + printed.count("No space left") == 1


def test_what_cannot_run_is_one_sentence(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        socket.create_server(("127.0.0.1", 0)) as closed,
    ):
        port, own = (str(each.getsockname()[1]) for each in (taken, closed))
        closed.close()
        at_itself = ["--port", own, "--host", "::", "--to", f"http://[::1]:{own}"]
        for options, said in (
            (at_itself, f"http://[::1]:{own} is the address of this proxy"),
            (["--to", "ftp://x"], "cannot be passed on to"),
            (["--port", port], "cannot be listened on"),
            (["--fault", "nonsense"], "nonsense"),
            (["--fault", "slow,delay"], "is not NAME=VALUE"),
            (["--certificate", str(tmp_path / "none.pem")], "cannot be used"),
        ):
            command = [sys.executable, "-m", "seqrkit", "proxy", "--port", "0", *options]
            ended = subprocess.run(
                [*command, "--record", str(tmp_path / "x.jsonl")],
                capture_output=True,
                text=True,
                check=False,
                cwd=ROOT,
                timeout=PATIENCE,
            )
            assert ended.returncode == 2, options
            assert said in ended.stderr
            assert "Traceback" not in ended.stderr


def test_a_journal_with_secrets_is_private(tmp_path: Path) -> None:
    Journal(tmp_path / "x.jsonl").close()
    assert (tmp_path / "x.jsonl").stat().st_mode & 0o777 == 0o600
