"""Payment notifications: content, time, retries, and the hosts that they may reach."""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.simulator.listener import Listener, listening
from contract_tests.toolkit.simulator.served import served
from contract_tests.toolkit.simulator.shop import WEBSHOP, standard
from seqrkit import Invoice, Session
from seqrkit.clock import DEFAULT_START, LATEST, ManualClock, SystemClock
from seqrkit.errors import ConfigurationError
from seqrkit.model import REQUESTS
from seqrkit.simulator import Endpoint
from seqrkit.simulator.faults import Faults
from seqrkit.simulator.notifications import http_post
from seqrkit.simulator.notifications.delivery import (
    MAX_ATTEMPTS,
    MAX_PER_RECEIVER,
    PAUSES,
    DeliveryAttempt,
    Notifications,
)
from seqrkit.simulator.notifications.http_post import Outcome, post, shown
from seqrkit.simulator.notifications.outbox import Outbox
from seqrkit.simulator.store.records import QueuedNotification
from seqrkit.simulator.store.sqlite import open_store
from seqrkit.simulator.transactions import snapshots

PATIENCE = 30
NOWHERE: frozenset[str] = frozenset()


@pytest.fixture
def merchant() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture(scope="module")
def everyone() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def session() -> Iterator[Session]:
    with seqrkit.connect(clock=ManualClock(), seed=1, quiet=True) as session:
        yield session


def notifications(session: Session) -> Notifications:
    assert session.simulator is not None
    return session.simulator.notifications


def sold(session: Session, url: str, **details: Any) -> str:
    """An invoice with a notificationUrl, scanned and confirmed."""
    reply = session.send_invoice(
        Invoice(title="Sold", total_amount="9 SEK", notification_url=url, **details)
    )
    assert reply.qr is not None
    session.phone.scan(reply.qr).pay()
    return reply.invoice_reference or ""


def queued(url: str, reference: str) -> QueuedNotification:
    return QueuedNotification(f"{reference}.1", reference, url, DEFAULT_START)


class Posts:
    """A poster that goes nowhere: it remembers, and answers these statuses, the last for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = statuses or (200,)
        self.urls: list[str] = []
        self.fields: list[dict[str, str]] = []

    def __call__(self, url: str, fields: dict[str, str], _allow: frozenset[str]) -> Outcome:
        self.urls.append(url)
        self.fields.append(fields)
        status = self.statuses[min(len(self.urls), len(self.statuses)) - 1]
        return Outcome(status, f"HTTP {status}")


# What and when


def test_a_payment_is_posted_with_its_reference_and_the_urls_own_query(
    session: Session, merchant: Listener
) -> None:
    reference = sold(session, merchant.url("/paid?order=1&x=%20"))
    assert notifications(session).settle()
    (heard,) = merchant.heard
    assert heard.path == "/paid?order=1&x=%20"
    assert heard.body == f"invoiceReference={reference}".encode()
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded"
    (tried,) = notifications(session).of(reference)
    assert tried.to_dict() == {
        "reference": reference,
        "url": merchant.url("/paid?order=1&x=%20"),
        "number": 1,
        "at": session.clock.now().isoformat(),
        "delivered": True,
        "status": 200,
        "says": "HTTP 200",
        "again_at": None,
    }
    assert json.dumps(tried.to_dict())
    assert str(tried) == f"{reference} to {tried.url}, attempt 1: HTTP 200"


def test_a_reservation_is_posted_when_it_is_confirmed_and_when_it_is_committed(
    session: Session, merchant: Listener
) -> None:
    reference = sold(session, merchant.url(), payment_mode="RESERVATION_REQUIRED")
    assert notifications(session).settle()
    assert len(merchant.heard) == 1
    session.commit_reservation(reference)
    assert notifications(session).settle()
    assert merchant.bodies == [f"invoiceReference={reference}".encode()] * 2


def test_nothing_else_is_posted(session: Session, merchant: Listener) -> None:
    for end in ("cancel", "decline"):
        reply = session.send_invoice(
            Invoice(title="Not", total_amount="9 SEK", notification_url=merchant.url())
        )
        assert reply.qr is not None
        getattr(session.phone.scan(reply.qr), end)()
    reply = session.send_invoice(
        Invoice(title="Not", total_amount="9 SEK", notification_url=merchant.url())
    )
    session.cancel_invoice(reply)
    session.clock.sleep(60)
    assert notifications(session).settle()
    assert not merchant.heard
    assert not len(notifications(session))


def test_a_merchant_that_polls_at_once_sees_the_payment(session: Session) -> None:
    status: list[str | None] = []
    with listening() as merchant:
        reply = session.send_invoice(
            Invoice(title="Asked", total_amount="9 SEK", notification_url=merchant.url())
        )
        there = notifications(session)

        def asking(*_: object) -> Outcome:
            status.append(session.get_payment_status(reply).status)
            return Outcome(200, "HTTP 200")

        there._poster = asking
        assert reply.qr is not None
        session.phone.scan(reply.qr).pay()
        assert there.settle()
    assert status == ["PAID"]


def test_a_merchant_that_does_not_answer_delays_no_reply(
    session: Session, merchant: Listener
) -> None:
    merchant.mute = threading.Event()
    first = sold(session, merchant.url())
    second = sold(session, merchant.url())
    assert session.get_payment_status(second).status == "PAID"
    assert len(notifications(session)) == 0
    merchant.mute.set()
    assert notifications(session).settle()
    assert [each.reference for each in notifications(session)] == [first, second]


# Tries


@pytest.mark.parametrize("refusals", range(len(PAUSES) + 2))
@pytest.mark.parametrize("steps", [1, 20])
def test_a_notification_is_tried_again_as_the_clock_moves(
    refusals: int, steps: int, session: Session
) -> None:
    with listening(*[500] * refusals, 200) as merchant:
        start = session.clock.now()
        reference = sold(session, merchant.url())
        there = notifications(session)
        assert there.settle()
        for _ in range(steps):
            session.clock.sleep(20 / steps)
            assert there.settle()
        tries = there.of(reference)
        assert len(tries) == len(merchant.heard) == min(refusals, len(PAUSES)) + 1
        at = [(each.at - start).total_seconds() for each in tries]
        assert at == [0, 1, 3][: len(tries)]
        assert [each.number for each in tries] == [1, 2, 3][: len(tries)]
        assert tries[-1].delivered is (refusals <= len(PAUSES))
        assert tries[-1].again_at is None
        for one, other in pairwise(tries):
            assert one.again_at == other.at
            assert not one.delivered


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 404, 500, 503])
def test_only_200_is_success_and_no_redirect_is_followed(status: int, session: Session) -> None:
    with listening(status) as merchant:
        sold(session, merchant.url())
        assert notifications(session).settle()
        (tried,) = notifications(session)
        assert (tried.delivered, tried.status) == (False, status)
        assert [each.path for each in merchant.heard] == ["/paid"]


def test_receivers_that_hang_delay_only_their_own() -> None:
    hanging, gates = threading.Semaphore(0), threading.Event()
    delivered = threading.Event()

    def poster(url: str, *_: object) -> Outcome:
        if "hangs" in url:
            hanging.release()
            assert gates.wait(PATIENCE)
        else:
            delivered.set()
        return Outcome(200, "HTTP 200")

    there = Notifications(SystemClock(), poster=poster)
    for number in range(8):
        for _ in range(MAX_PER_RECEIVER + 2):
            there(queued(f"http://hangs-{number}/paid", str(number)))
    there(queued("http://answers/paid", "9"))
    for _ in range(8 * MAX_PER_RECEIVER):
        assert hanging.acquire(timeout=PATIENCE)
    assert delivered.wait(PATIENCE)
    assert not hanging.acquire(blocking=False), "a receiver gets no more than its share"
    gates.set()
    assert there.settle(PATIENCE)
    assert len(there) == 8 * (MAX_PER_RECEIVER + 2) + 1
    there.close()


def test_attempts_for_several_invoices_are_made_in_order_of_time() -> None:
    clock, posts = ManualClock(), Posts(500)
    there = Notifications(clock, poster=posts)
    there(queued("a", "1"))
    assert there.settle()
    clock.advance(0.5)
    there(queued("b", "2"))
    assert there.settle()
    clock.advance(60)
    assert there.settle()
    there.close()
    assert posts.urls == ["a", "b", "a", "b", "a", "b"]
    times = [each.at for each in there]
    assert times == sorted(times)


@given(st.lists(st.floats(0, 3), max_size=12), st.integers(0, 3))
def test_the_attempts_do_not_depend_on_how_the_clock_moves(
    moves: list[float], refusals: int
) -> None:
    def lived(*steps: float) -> list[tuple[float, bool]]:
        clock = ManualClock()
        there = Notifications(clock, poster=Posts(*[500] * refusals, 200))
        start = clock.now()
        there(queued("a", "1"))
        for step in steps:
            clock.advance(step)
            assert there.settle()
        there.settle()
        there.close()
        return [((each.at - start).total_seconds(), each.delivered) for each in there]

    assert lived(*moves) == lived(sum(timedelta(seconds=each).total_seconds() for each in moves))


def test_on_a_real_clock_it_is_repeated_without_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqrkit.simulator.notifications.delivery.PAUSES", (0.01, 0.01))
    made = threading.Semaphore(0)

    def refused(*_: object) -> Outcome:
        made.release()
        return Outcome(None, "no connection")

    there = Notifications(SystemClock(), poster=refused)
    there(queued("a", "1"))
    assert all(made.acquire(timeout=10) for _ in range(3))
    assert there.settle()
    there.close()
    assert [each.again_at is None for each in there] == [False, False, True]


def test_a_notification_for_the_year_9999_delays_no_other() -> None:
    delivered = threading.Event()

    def poster(*_: object) -> Outcome:
        delivered.set()
        return Outcome(200, "HTTP 200")

    there = Notifications(SystemClock(), poster=poster)
    there(replace(queued("a", "1"), due=LATEST))
    there(queued("b", "2"))
    assert delivered.wait(PATIENCE)
    there.close()


def test_a_defect_of_the_poster_is_logged_and_the_next_is_sent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(url: str, *_: object) -> Outcome:
        if url == "a":
            raise RuntimeError
        return Outcome(200, "HTTP 200")

    there = Notifications(ManualClock(), poster=broken)
    with caplog.at_level(logging.ERROR):
        there(queued("a", "1"))
        there(queued("b", "2"))
        assert there.settle()
    there.close()
    assert [each.reference for each in there] == ["2"]
    assert "the notification of invoice 1 was not sent" in caplog.text


# Bounds


def test_no_notification_is_dropped_however_many_wait_for_a_receiver() -> None:
    held, count = threading.Event(), 3000
    posted: list[str] = []

    def slow(_url: str, fields: dict[str, str], *_: object) -> Outcome:
        held.wait(PATIENCE)
        posted.append(fields["invoiceReference"])
        return Outcome(200, "HTTP 200")

    there = Notifications(ManualClock(), poster=slow)
    for number in range(count):
        there(queued("a", str(number)))
    held.set()
    assert there.settle(PATIENCE)
    there.close()
    assert posted == [str(number) for number in range(count)]


def test_only_so_many_are_remembered() -> None:
    faults = Faults()
    faults.add("notification-lost")
    there = Notifications(ManualClock(), faults=faults)
    for number in range(MAX_ATTEMPTS + 5):
        there(queued("a", str(number)))
    assert there.settle()
    assert len(there) == MAX_ATTEMPTS
    assert next(iter(there)).reference == "5"
    there.clear()
    assert len(there) == 0


def test_nothing_is_sent_once_it_is_closed() -> None:
    clock, posts = ManualClock(), Posts(500)
    there = Notifications(clock, poster=posts)
    there(queued("a", "1"))
    assert there.settle()
    there.close()
    clock.advance(60)
    assert there.settle()
    there(queued("b", "2"))
    there.close()
    assert posts.urls == ["a"]


def test_an_observer_is_called_for_each_attempt() -> None:
    there = Notifications(ManualClock(), poster=Posts())
    heard: list[DeliveryAttempt] = []
    there.observers.append(heard.append)
    there(queued("a", "1"))
    assert there.settle()
    there.close()
    assert heard == list(there)


# The outbox


def sent(endpoint: Endpoint, url: str) -> str:
    """An invoice with a notificationUrl on an endpoint that need not be started."""
    invoice = standard("9 SEK", notification_url=url)
    request = REQUESTS["sendInvoice"](context=WEBSHOP, invoice=invoice)  # type: ignore[call-arg]
    reply = endpoint.service.handle("sendInvoice", request)
    return str(reply.invoice_reference)  # type: ignore[attr-defined]


def paid(endpoint: Endpoint, url: str) -> str:
    """The same, paid."""
    reference = sent(endpoint, url)
    endpoint.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay()
    return reference


def stored(database: Path) -> list[tuple[str, int]]:
    """The invoices and next attempts of the notifications in a database."""
    store = open_store(database)
    found = [(each.invoice, each.attempt) for each in Outbox(store).waiting()]
    store.close()
    return found


def test_a_notification_that_waits_is_sent_by_the_next_endpoint_on_the_database(
    merchant: Listener, tmp_path: Path
) -> None:
    database, clock = tmp_path / "shop.db", ManualClock()
    merchant.answers = (500, 200)
    first = Endpoint(database, clock)
    reference = paid(first, merchant.url())
    assert first.notifications.settle()
    first.close()
    assert stored(database) == [(reference, 2)]
    with Endpoint(database, clock) as second:
        assert second.notifications.settle()
        assert len(merchant.heard) == 1, "it is not due yet"
        clock.advance(PAUSES[0])
        assert second.notifications.settle()
        assert [each.number for each in second.notifications.of(reference)] == [2]
    assert merchant.bodies == [f"invoiceReference={reference}".encode()] * 2
    assert stored(database) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_notification_is_delivered_after_a_kill(merchant: Listener, tmp_path: Path) -> None:
    database, merchant.mute = tmp_path / "shop.db", threading.Event()
    endpoint = Endpoint(database)
    references = [sent(endpoint, merchant.url()) for _ in range(5)]
    endpoint.close()
    with served(tmp_path / "errors", "--db", str(database)) as process:
        for reference in references:
            code = {"code": f"HTTP://SEQR.SE/R{reference}"}
            bill = f"{process.base_url}/control/phone/bills/{reference}"
            httpx.post(f"{process.base_url}/control/phone/scan", json=code).raise_for_status()
            httpx.post(f"{bill}/pay", json={}).raise_for_status()
        process.kill()
    merchant.mute.set()
    merchant.heard.clear()
    with Endpoint(database) as endpoint:
        assert endpoint.notifications.settle(PATIENCE)
    assert {each.decode().rpartition("=")[2] for each in merchant.bodies} == {*references}
    assert stored(database) == []


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://127.0.0.1:1/"])
def test_a_notification_that_cannot_be_sent_does_not_stay_in_the_outbox(
    url: str, tmp_path: Path
) -> None:
    database, clock = tmp_path / "shop.db", ManualClock()
    endpoint = Endpoint(database, clock)
    paid(endpoint, url)
    for _ in range(4):
        assert endpoint.notifications.settle()
        clock.advance(2)
    endpoint.close()
    assert stored(database) == []


def test_a_reset_empties_the_outbox_and_a_restored_snapshot_fills_it(merchant: Listener) -> None:
    merchant.answers = (500, 500, 200)
    with Endpoint(clock=ManualClock()) as endpoint:
        reference = paid(endpoint, merchant.url())
        assert endpoint.notifications.settle()
        taken = snapshots.snapshot(endpoint.service.transactions)
        endpoint.control.reset()
        endpoint.clock.sleep(60)
        assert endpoint.notifications.settle()
        assert len(merchant.heard) == 1
        endpoint.control.restore(taken)
        assert endpoint.notifications.settle()
        assert [each.number for each in endpoint.notifications.of(reference)] == [2, 3]


def test_a_notification_in_progress_during_a_reset_is_not_repeated() -> None:
    started, goes_on = threading.Event(), threading.Event()

    def failing(*_: object) -> Outcome:
        started.set()
        assert goes_on.wait(PATIENCE)
        return Outcome(500, "HTTP 500")

    clock, store = ManualClock(), open_store()
    there = Notifications(clock, outbox=Outbox(store), poster=failing)
    with store.write() as tx:
        tx.save(queued("a", "1"))
    there.resume()
    assert started.wait(PATIENCE)
    with store.write() as tx:
        tx.clear()
    there.clear()
    goes_on.set()
    assert there.settle()
    clock.advance(60)
    assert there.settle()
    assert len(there) == 1
    assert Outbox(store).waiting() == ()
    there.close()
    store.close()


# Faults


def test_a_notification_is_lost_by_a_fault(session: Session, merchant: Listener) -> None:
    standing = session.faults.add("notification-lost", count=1)
    lost, told = sold(session, merchant.url()), sold(session, merchant.url())
    session.clock.sleep(60)
    assert notifications(session).settle()
    assert merchant.bodies == [f"invoiceReference={told}".encode()]
    (tried,) = notifications(session).of(lost)
    assert tried.says == f"lost by fault {standing.id}"
    assert tried.number == 0
    assert not tried.delivered


def test_a_notification_comes_twice(session: Session, merchant: Listener) -> None:
    session.faults.add("notification-twice", count=1)
    first, second = sold(session, merchant.url()), sold(session, merchant.url())
    assert notifications(session).settle()
    assert merchant.bodies == [
        f"invoiceReference={each}".encode() for each in (first, first, second)
    ]


def test_the_second_of_two_may_come_late(session: Session, merchant: Listener) -> None:
    session.faults.add("notification-twice", delay=10)
    sold(session, merchant.url())
    assert notifications(session).settle()
    assert len(merchant.heard) == 1
    session.clock.sleep(10)
    assert notifications(session).settle()
    assert len(merchant.heard) == 2


# Where


@pytest.mark.parametrize(
    "host",
    "10.0.0.1 192.168.1.1 169.254.169.254 8.8.8.8 [2001:db8::1] 0.0.0.0 [::] [::ffff:10.0.0.1] "
    "0x0a000001 167772161".split(),
)
def test_nothing_goes_to_another_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it connected"))
    outcome = post(f"http://{host}/", {}, NOWHERE)
    assert outcome.status is None
    if outcome.final:
        assert "notifications go to loopback only, unless --notify-allow" in outcome.says


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1.2.3"])
def test_an_endpoint_that_others_can_use_does_not_post_to_loopback(
    host: str, merchant: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it connected"))
    endpoint = Endpoint(host="0.0.0.0", clock=ManualClock())  # noqa: S104
    paid(endpoint, merchant.url().replace("127.0.0.1", host))
    assert endpoint.notifications.settle()
    (tried,) = endpoint.notifications
    assert "--notify-loopback" in tried.says
    assert not tried.delivered
    endpoint.close()


def test_an_endpoint_that_others_can_use_posts_to_loopback_when_asked(merchant: Listener) -> None:
    endpoint = Endpoint(host="0.0.0.0", clock=ManualClock(), notify_loopback=True)  # noqa: S104
    paid(endpoint, merchant.url())
    assert endpoint.notifications.settle()
    assert len(merchant.heard) == 1
    endpoint.close()


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name resolves to these."""
    found = [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80))
        for each in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["::1", "fe80::1%lo"]]
)
def test_a_name_that_leads_elsewhere_is_not_this_machine(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, *addresses)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it connected"))
    outcome = post("http://localhost/", {}, NOWHERE)
    assert outcome.final
    assert f"localhost is not this machine ({addresses[-1]})" in outcome.says


def test_the_connection_goes_to_the_checked_address(
    merchant: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups = []
    real = socket.getaddrinfo

    def once(host: str, port: int, **options: Any) -> Any:
        lookups.append(host)
        return real("127.0.0.1", port, **options)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    outcome = post(f"http://shop.example:{merchant.port}/", {"a": "b"}, NOWHERE)
    assert outcome == Outcome(200, "HTTP 200")
    assert lookups == ["shop.example"]
    assert merchant.heard[0].headers["Host"] == f"shop.example:{merchant.port}"


def test_a_name_with_several_addresses_is_posted_to_the_one_that_listens(
    merchant: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def both(_host: str, port: int, **options: Any) -> Any:
        return [*real("127.0.0.2", port, **options), *real("127.0.0.1", port, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert post(f"http://localhost:{merchant.port}/", {}, NOWHERE).status == 200
    assert len(merchant.heard) == 1


def test_a_host_that_is_allowed_may_be_anywhere(
    merchant: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_post, "_is_loopback", lambda _: False)  # as if it were elsewhere
    url = merchant.url().replace("127.0.0.1", "LocalHost.")
    assert not post(url, {}, NOWHERE).status
    with Endpoint(notify_allow=["LOCALHOST"]) as endpoint:
        assert endpoint.notifications.allow == {"localhost"}
        assert post(url, {}, endpoint.notifications.allow).status == 200


@pytest.mark.parametrize("name", ["", "http://shop.example", "shop.example/x", "*", "a@b", "a b"])
def test_only_host_names_are_allowed(name: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a host name"):
        Notifications(ManualClock(), allow=[name])


def test_a_url_that_is_not_posted_to_is_not_tried_again(session: Session) -> None:
    sold(session, "http://10.0.0.1/paid")
    session.clock.sleep(60)
    assert notifications(session).settle()
    (tried,) = notifications(session)
    assert "--notify-allow 10.0.0.1" in tried.says
    assert tried.again_at is None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http:///x", "not an http"),
        ("ftp://127.0.0.1/", "not an http"),
        ("paid", "not an http"),
        ("http://127.0.0.1:99999/", "cannot be read (Port"),
        ("http://[::1/", "cannot be read"),
        (f"http://{'a' * 64}.example/", "cannot be read"),
    ],
)
def test_a_url_that_cannot_be_read_is_on_record(url: str, says: str) -> None:
    outcome = post(url, {}, NOWHERE)
    assert outcome.final
    assert says in outcome.says


def _refuse(*_: object) -> None:
    raise ConnectionRefusedError


@given(
    st.text() | st.text().map("http://127.0.0.1:1/{}".format) | st.text().map("http://{}:1/".format)
)
def test_any_url_has_an_outcome(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _refuse)
        numeric = partial(socket.getaddrinfo, flags=socket.AI_NUMERICHOST)
        patch.setattr(socket, "getaddrinfo", numeric)
        assert post(url, {}, NOWHERE).says
    assert "\n" not in shown(url) or "\n" in url


@given(path=st.text(), login=st.none() | st.text(st.characters(exclude_categories=["Cs"])))
def test_one_request_is_posted_for_any_path_and_login(
    path: str, login: str | None, everyone: Listener
) -> None:
    everyone.heard.clear()
    user = "" if login is None else f"{quote(login, safe='')}:@"
    url = everyone.url(f"/{path}").replace("127.0.0.1", f"{user}127.0.0.1", 1)
    assert post(url, {"invoiceReference": "1"}, NOWHERE) == Outcome(200, "HTTP 200")
    (heard,) = everyone.heard
    assert heard.body == b"invoiceReference=1"
    assert ("Authorization" in heard.headers) is (login is not None)


# What is shown


def test_credentials_in_a_url_are_used_and_never_shown(
    session: Session, merchant: Listener
) -> None:
    sold(session, merchant.url().replace("127", "user:geheim@127"))
    assert notifications(session).settle()
    (tried,) = notifications(session)
    assert tried.url == merchant.url()
    assert merchant.heard[0].headers["Authorization"] == "Basic dXNlcjpnZWhlaW0="
    assert "geheim" not in str(tried.to_dict())


def test_a_long_url_is_cut() -> None:
    assert len(shown("http://127.0.0.1/" + "x" * 5000)) < 400


# Receivers that are not well


@pytest.fixture
def bare() -> Iterator[socket.socket]:
    """A port on which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_a_silent_receiver_is_abandoned_after_the_timeout(bare: socket.socket) -> None:
    assert post(url_of(bare), {}, NOWHERE, 0.05) == Outcome(None, "no answer within 0.05 s")


def trickle(listener: socket.socket, start: bytes) -> None:
    peer, _ = listener.accept()
    with peer:
        peer.sendall(start)
        try:
            while True:
                peer.sendall(b"x")
        except OSError:
            return


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_endless_answer_of_a_receiver_is_abandoned(start: bytes, bare: socket.socket) -> None:
    thread = threading.Thread(target=trickle, args=(bare, start))
    thread.start()
    outcome = post(url_of(bare), {}, NOWHERE, 5)
    thread.join(10)
    assert not thread.is_alive()
    assert (outcome.status == 200) is start.endswith(b"\r\n\r\n")


def test_a_receiver_that_is_missing_or_not_http_is_recorded(bare: socket.socket) -> None:
    def answer() -> None:
        peer, _ = bare.accept()
        with peer:
            peer.recv(65_536)
            peer.sendall(b"220 mail.example ESMTP\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    assert post(url_of(bare), {}, NOWHERE).says == (
        "no answer in HTTP (the answer begins with b'220 mail.example ESMTP\\r\\n')"
    )
    thread.join()
    url = url_of(bare)
    bare.close()
    assert post(url, {}, NOWHERE).says.startswith("no connection (")


def test_tls_that_fails_is_on_record(merchant: Listener) -> None:
    outcome = post(merchant.url().replace("http:", "https:"), {}, NOWHERE)
    assert outcome.says.startswith("the TLS connection failed (")


def test_a_merchant_that_answers_500_is_notified_three_times() -> None:
    clock, posts = ManualClock(), Posts(500)
    there = Notifications(clock, poster=posts)
    there(queued("a", "1"))
    clock.advance(60)
    assert there.settle()
    there.close()
    assert posts.fields == [{"invoiceReference": "1"}] * 3
    assert [each.delivered for each in there] == [False] * 3
