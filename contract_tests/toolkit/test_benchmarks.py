"""The benchmarks measure what they say: figures, the load generator, the messages."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import pairwise

import pytest

from benchmarks.__main__ import GROUPS, HEAD
from benchmarks.endurance import fill
from benchmarks.figures import Figure, alternate, ratio
from benchmarks.load import ask, latencies, request, requests_a_second, seconds_each
from benchmarks.messages import SEND_INVOICE, get_payment_status
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit import contract


def figure(measured: float, asked: float, *, at_least: bool) -> Figure:
    """A figure of which nothing matters but the numbers."""
    return Figure(
        what="this",
        against="that",
        ours="",
        theirs="",
        measured=measured,
        asked=asked,
        at_least=at_least,
    )


@pytest.mark.parametrize(
    ("measured", "at_least", "verdict"),
    [(2.0, True, "ok"), (1.99, True, "short"), (2.0, False, "ok"), (2.01, False, "short")],
)
def test_a_figure_below_its_target_is_marked(measured: float, at_least: bool, verdict: str) -> None:  # noqa: FBT001
    cells = figure(measured, 2, at_least=at_least).cells
    assert len(cells) == len(HEAD)
    assert cells[-1] == verdict


def test_a_ratio_is_of_rounds_run_beside_each_other() -> None:
    assert ratio([1.0, 10.0, 100.0], [2.0, 20.0, 100.0]) == 0.5


def test_the_sides_take_turns() -> None:
    calls: list[str] = []
    ours, theirs = alternate([lambda: calls.append("ours"), lambda: calls.append("theirs")], 0.1)
    turns = [after for before, after in pairwise(calls) if before != after]
    assert len(ours) == len(theirs)
    assert len(turns) >= 2 * len(ours) - 1


@pytest.mark.parametrize("message", [SEND_INVOICE, get_payment_status("1397222701693")])
def test_the_messages_have_no_findings(message: bytes) -> None:
    assert contract.load().lint(message) == ()


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_a_module(group: str) -> None:
    module = pytest.importorskip(f"benchmarks.{group}")
    assert callable(module.measure)


@pytest.fixture
def echoing() -> Iterator[int]:
    """The port of a server that answers every request with `200 hello`, in two pieces."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket) -> None:
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(sock,), daemon=True).start()


def _answer(sock: socket.socket) -> None:
    with closing(sock), suppress(OSError):  # a client that goes away in the middle
        while sock.recv(65536):
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")
            sock.sendall(b"\r\nhello")


def test_the_load_generator_counts_whole_replies(echoing: int) -> None:
    message = request(echoing, "/", b"body")
    assert ask(echoing, message).endswith(b"\r\n\r\nhello")
    assert requests_a_second(echoing, message, b"hello", 0.05) > 0


def test_the_load_generator_refuses_a_reply_that_is_not_the_expected_one(echoing: int) -> None:
    with pytest.raises(RuntimeError, match="not the reply that was expected"):
        requests_a_second(echoing, request(echoing, "/", b"body"), b"<resultCode>0<", 0.05)


def test_the_load_generator_times_each_reply(echoing: int) -> None:
    message = request(echoing, "/", b"body")
    assert len(seconds_each(echoing, [message] * 5, b"hello")) == 5
    assert all(each > 0 for each in latencies(echoing, message, b"hello", 0.05, connections=3))


def test_a_store_is_filled_with_invoices_as_they_are_sent() -> None:
    shop = Shop()
    references = fill(shop.service.transactions.store, 25)
    assert len(set(references)) == 25
    assert {shop.status(each).status for each in references} == {"ISSUED"}
