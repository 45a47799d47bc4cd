"""What the endpoint takes from one client, and how long it waits: judged at the bare socket."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.messages import PLAIN
from seqrkit.clock import ManualClock
from seqrkit.simulator import Endpoint
from seqrkit.simulator.http.limits import DEFAULT, Limits
from seqrkit.vocabulary import PATHS, Interface

PATH = PATHS[Interface.CASHREGISTER_2]
PATIENCE = 10
"""Seconds after which something that should come at once counts as hung."""
SMALL = Limits(message_bytes=20_000, head_bytes=1000, head_fields=10)
HURRIED = Limits(head_seconds=0.1, body_seconds=0.1)


@contextmanager
def limited(limits: Limits) -> Iterator[Endpoint]:
    with Endpoint(clock=ManualClock(), limits=limits) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def small() -> Iterator[Endpoint]:
    with limited(SMALL) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def hurried() -> Iterator[Endpoint]:
    with limited(HURRIED) as endpoint:
        yield endpoint


def connect(endpoint: Endpoint) -> socket.socket:
    return socket.create_connection(("127.0.0.1", endpoint.port), timeout=PATIENCE)


def rest(connection: socket.socket) -> bytes:
    """What comes until the endpoint hangs up, or breaks off."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def answer_to(endpoint: Endpoint, request: bytes) -> bytes:
    """What comes after a request that ends the connection, or has it ended."""
    with connect(endpoint) as connection:
        connection.sendall(request)
        return rest(connection)


def request(*lines: str, body: bytes = PLAIN, close: bool = True) -> bytes:
    """A request with these headers besides those that it needs."""
    needed = [f"POST {PATH} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    end = ["Connection: close"] if close else []
    return "\r\n".join([*needed, *end, *lines, "", ""]).encode() + body


def trickled(connection: socket.socket, start: bytes, more: bytes) -> bytes:
    """The answer to a client that sends a start, and then a little now and then, for ever."""
    connection.sendall(start)
    connection.settimeout(0.01)  # the pace: nothing comes in that time, so a little more is sent
    for _ in range(100 * PATIENCE):
        try:
            part = connection.recv(65_536)
        except TimeoutError:
            with suppress(ConnectionError):  # it has hung up meanwhile, and the answer is there
                connection.sendall(more)
        else:
            connection.settimeout(PATIENCE)
            return part + rest(connection)
    pytest.fail("it was waited for")


def works(endpoint: Endpoint) -> bool:
    """Whether others are answered."""
    answer = httpx.post(endpoint.url(), content=PLAIN, trust_env=False, timeout=PATIENCE)
    return answer.status_code == 200


# Heads


def test_a_head_is_taken_up_to_its_limit_and_not_a_byte_more(small: Endpoint) -> None:
    lines = [
        ("Host", "localhost"),
        ("Content-Length", str(len(PLAIN))),
        ("Connection", "close"),
        ("X", ""),
    ]
    size = len(PATH) + sum(len(name) + len(value) + 4 for name, value in lines)
    longest = SMALL.head_bytes - size
    assert answer_to(small, request("X: " + "x" * longest)).startswith(b"HTTP/1.1 200 ")
    refused = answer_to(small, request("X: " + "x" * (longest + 1)))
    assert refused.startswith(b"HTTP/1.1 431 ")
    assert b"connection: close" in refused
    assert b"more than the limit of 1,000 bytes in 10 fields" in refused
    assert works(small)


def test_a_head_has_only_so_many_fields(small: Endpoint) -> None:
    few = SMALL.head_fields - 3
    assert answer_to(small, request(*["X: 1"] * few)).startswith(b"HTTP/1.1 200 ")
    assert answer_to(small, request(*["X: 1"] * (few + 1))).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"POST /", b"a" * 100),
        (b"POST / HTTP/1.1\r\n", b"X: 1\r\n" * 50),
        (b"POST / HTTP/1.1\r\nX: ", b"1" * 100),
        (b"POST / HTTP/1.1\r\nX", b"x" * 100),
    ],
)
def test_a_head_that_does_not_end_is_refused_once_it_is_too_large(
    start: bytes, more: bytes, small: Endpoint
) -> None:
    with connect(small) as connection:
        assert trickled(connection, start, more).startswith(b"HTTP/1.1 431 ")


def test_a_huge_head_is_refused_before_it_is_whole(small: Endpoint) -> None:
    with connect(small) as connection:
        sent = 0
        try:
            connection.sendall(b"POST / HTTP/1.1\r\nX: ")
            for _ in range(1000):
                connection.sendall(b"x" * 100_000)
                sent += 1
        except (ConnectionError, TimeoutError):
            pass
        assert sent < 1000
    assert works(small)


def test_what_was_refused_for_its_head_was_not_carried_out(small: Endpoint) -> None:
    seen = len(small.application.exchanges)
    answer_to(small, request("X: " + "x" * 2000))
    assert len(small.application.exchanges) == seen


@given(st.data())
def test_the_pieces_in_which_requests_come_make_no_difference(
    small: Endpoint, data: st.DataObject
) -> None:
    whole = request(close=False) + request(body=PLAIN + b" " * 10_000, close=False) + request()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    with connect(small) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
            connection.sendall(whole[begin:end])
        assert rest(connection).count(b"HTTP/1.1 200 OK\r\n") == 3


def test_a_message_has_its_own_limit(small: Endpoint) -> None:
    large = PLAIN + b" " * SMALL.message_bytes
    assert answer_to(small, request(body=large)).startswith(b"HTTP/1.1 500 ")
    largest = PLAIN + b" " * (SMALL.message_bytes - len(PLAIN))
    assert answer_to(small, request(body=largest)).startswith(b"HTTP/1.1 200 ")


# Slow clients


def test_a_silent_client_is_disconnected(hurried: Endpoint) -> None:
    with connect(hurried) as connection:
        assert rest(connection) == b""


@pytest.mark.parametrize(
    "start", [b"P", b"POST / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nHost: localhost\r\n"]
)
def test_a_head_that_stops_is_not_waited_for(start: bytes, hurried: Endpoint) -> None:
    refused = answer_to(hurried, start)
    assert refused.startswith(b"HTTP/1.1 408 ")
    assert b"the headers were not complete after 0.1 s" in refused


def test_a_head_that_trickles_is_cut_off(hurried: Endpoint) -> None:
    with connect(hurried) as connection:
        refused = trickled(connection, b"POST / HTTP/1.1\r\nX: ", b"x")
        assert refused.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("start", [b"", b"<soap", PLAIN[:-1]])
def test_a_body_that_stops_is_not_waited_for(start: bytes, hurried: Endpoint) -> None:
    whole = request()
    refused = answer_to(hurried, whole[: -len(PLAIN)] + start)
    assert refused.startswith(b"HTTP/1.1 408 ")
    assert b"the body was not complete after 0.1 s" in refused


def test_a_body_that_trickles_is_cut_off(hurried: Endpoint) -> None:
    with connect(hurried) as connection:
        refused = trickled(connection, request(body=b"x" * 100_000)[:-100_000], b"x")
        assert refused.startswith(b"HTTP/1.1 408 ")


def test_chunks_that_trickle_are_cut_off(hurried: Endpoint) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with connect(hurried) as connection:
        assert trickled(connection, head, b"1\r\nx\r\n").startswith(b"HTTP/1.1 408 ")


def test_the_next_request_of_a_connection_has_no_more_time(hurried: Endpoint) -> None:
    with connect(hurried) as connection:
        connection.sendall(request(close=False) + b"POST / HT")
        answers = rest(connection)
        assert answers.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 408 " in answers


def test_a_client_may_begin_its_next_request_before_the_answer() -> None:
    with limited(HURRIED) as endpoint, connect(endpoint) as waiting:
        endpoint.faults.add("no-answer", count=1)
        waiting.sendall(request(close=False) + b"POST / HT")
        with connect(endpoint) as silent:
            assert rest(silent) == b""  # the time of a head has passed
        endpoint.stop()
        assert rest(waiting) == b""


def test_an_answered_connection_may_idle_longer_than_a_head_may_take(hurried: Endpoint) -> None:
    with connect(hurried) as connection, connect(hurried) as silent:
        connection.sendall(request(close=False))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert rest(silent) == b""  # which came later, and had its time
        connection.sendall(request())
        assert rest(connection).startswith(b"HTTP/1.1 200 ")


def test_slow_clients_delay_no_other() -> None:
    with limited(DEFAULT) as endpoint, ExitStack() as clients:
        for number in range(60):
            slow = clients.enter_context(connect(endpoint))
            slow.sendall([b"", b"POST / HTTP/1.1\r\nX", request()[:-5]][number % 3])
        assert works(endpoint)


# Connections


def is_closed(connection: socket.socket) -> bool:
    """Whether the endpoint has closed an idle connection."""
    connection.settimeout(0)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def answered(connection: socket.socket) -> bool:
    """Whether a request on that connection is answered; the connection stays open."""
    connection.sendall(request(close=False))
    return connection.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_the_connection_that_has_waited_longest_gives_way_to_a_new_one() -> None:
    with limited(Limits(connections=3, address_share=1)) as endpoint, ExitStack() as clients:
        first, *others = [clients.enter_context(connect(endpoint)) for _ in range(3)]
        assert all(map(answered, [*others, first]))
        new = clients.enter_context(connect(endpoint))
        assert answered(new)
        assert rest(others[0]) == b""
        assert all(map(answered, [others[1], first, new]))


@pytest.mark.parametrize("start", [b"", b"POST / HT", request()[:-5]])
def test_clients_that_send_too_little_give_way(start: bytes) -> None:
    with limited(Limits(connections=5)) as endpoint, ExitStack() as clients:
        for _ in range(20):
            clients.enter_context(connect(endpoint)).sendall(start)
            assert answer_to(endpoint, request()).startswith(b"HTTP/1.1 200 ")


def test_if_all_connections_are_being_answered_only_health_is_answered() -> None:
    with limited(Limits(connections=2, address_share=1)) as endpoint, ExitStack() as clients:
        endpoint.faults.add("no-answer")
        for _ in range(2):
            clients.enter_context(connect(endpoint)).sendall(request())
        refused = answer_to(endpoint, request())
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"the limit of 2 connections is reached" in refused
        health = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert answer_to(endpoint, health).startswith(b"HTTP/1.1 200 ")


def test_one_address_has_a_part_of_the_connections() -> None:
    with limited(Limits(connections=4)) as endpoint, ExitStack() as clients:
        endpoint.faults.add("no-answer", count=2)
        for _ in range(2):
            clients.enter_context(connect(endpoint)).sendall(request())
        refused = answer_to(endpoint, request())
        assert b"the limit of 2 connections of one address is reached" in refused
        # On Linux each address below 127 is this machine.
        other = ("127.0.0.2" if sys.platform == "linux" else "127.0.0.1", 0)
        place = ("127.0.0.1", endpoint.port)
        with socket.create_connection(place, PATIENCE, source_address=other) as connection:
            assert answered(connection) or sys.platform != "linux"


def test_the_number_of_event_streams_is_limited() -> None:
    head = b"GET /control/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with limited(Limits(event_streams=4)) as endpoint, ExitStack() as clients:
        streams = [clients.enter_context(connect(endpoint)) for _ in range(3)]
        answers = []
        for each in streams:
            each.sendall(head)
            answers.append(each.recv(65_536).partition(b"\r\n")[0])
        assert [each.split()[1] for each in answers] == [b"200", b"200", b"503"]
        streams[0].close()
        assert works(endpoint)
        again = clients.enter_context(connect(endpoint))
        again.sendall(head)
        assert again.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_a_client_that_does_not_read_is_disconnected() -> None:
    wanted = b"GET /help HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with limited(Limits(idle_seconds=0)) as endpoint, connect(endpoint) as connection:
        try:
            while True:
                connection.sendall(wanted)
        except ConnectionError:
            pass
        assert works(endpoint)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not limit open files")
def test_connections_are_fewer_where_few_files_can_be_open() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = sum(1 for _ in Path("/dev/fd").iterdir()) + 100  # beside those of tests before
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, before[1]))
    try:
        endpoint = Endpoint(clock=ManualClock()).start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    with endpoint, ExitStack() as clients:
        idle = []
        for _ in range(few + 2):
            idle.append(clients.enter_context(connect(endpoint)))
            assert answered(idle[-1])
        assert sum(not is_closed(each) for each in idle) < few


def test_a_connection_on_which_nothing_happens_is_closed_after_a_while() -> None:
    with limited(Limits(idle_seconds=0)) as endpoint:
        assert answer_to(endpoint, request(close=False)).startswith(b"HTTP/1.1 200 ")
