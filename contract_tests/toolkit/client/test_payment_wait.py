"""Waiting for a payment: how it ends, and what is known then."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

import pytest
import time_machine
from freezegun import freeze_time

import seqrkit
from contract_tests.toolkit.calls import CREDENTIALS, INVOICE
from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from contract_tests.toolkit.peer import (
    Handler,
    Script,
    answering,
    dropping,
    half,
    hanging,
    peer,
    reply,
    trickling,
)
from seqrkit import clock, errors, soap
from seqrkit.client import Client, progress_bar
from seqrkit.clock import ManualClock
from seqrkit.errors import (
    ConfigurationError,
    DeadlinePassed,
    EndpointUnreachable,
    HttpError,
    PaymentNotCompleted,
    ResultError,
    SeqrError,
    SoapFault,
    TransportError,
    UnknownStatus,
)
from seqrkit.model import PaymentStatusReply, SendInvoiceReply
from seqrkit.vocabulary import Interface, InvoiceStatus, ResultCode

REFERENCE = "1397222701693"
GIVEN_UP = [InvoiceStatus.CANCELED, InvoiceStatus.FAILED, InvoiceStatus.EXPIRED]
Answer = tuple[str, int] | Callable[[Handler, bytes], None]


def status(state: str, version: int) -> bytes:
    """A reply to getPaymentStatus."""
    element = build(CONTRACTS[Interface.CASHREGISTER_2], "getPaymentStatusResponse")
    (content,) = element
    for name, text in {"resultCode": "0", "status": state, "version": str(version)}.items():
        child = content.find(name)
        assert child is not None
        child.text = text
    return in_envelope(element)


class Shop:
    """A client of a peer that gives these answers, the last one for ever."""

    def __init__(self, client: Client, clock: ManualClock, heard: list[bytes]) -> None:
        self.client = client
        self.clock = clock
        self.heard = heard

    @property
    def versions(self) -> list[str | None]:
        """The invoiceVersion of each poll."""
        polls = (soap.read_envelope(soap.parse(body)).payload for body in self.heard)
        return [poll.findtext("invoiceVersion") for poll in polls]


@pytest.fixture
def shop() -> Iterator[Callable[..., Shop]]:
    closing = []

    def open_shop(*answers: Answer) -> Shop:
        left = list(answers)

        def script(handler: Handler, body: bytes) -> None:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, tuple):
                handler.answer(status(*answer))
            else:
                answer(handler, body)

        context = peer(script)
        one = context.__enter__()
        clock = ManualClock()
        client = Client(one.url(), CREDENTIALS, clock=clock)
        closing.append((context, client))
        return Shop(client, clock, one.heard)

    yield open_shop
    for context, client in closing:
        client.close()
        context.__exit__(None, None, None)


@pytest.mark.parametrize("state", [InvoiceStatus.PAID, InvoiceStatus.RESERVED])
def test_a_payment_ends_the_wait(shop: Callable[..., Shop], state: InvoiceStatus):
    one = shop(("ISSUED", 0), ("ISSUED", 0), (state, 3))
    reply = one.client.wait_for_payment(REFERENCE)
    assert reply.status is state
    assert one.clock.monotonic() == 2


def test_the_latest_version_is_echoed(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 0), ("ISSUED", 1), ("PENDING_ISSUER_ACKNOWLEDGE", 2), ("PAID", 4))
    one.client.wait_for_payment(REFERENCE)
    assert one.versions == ["0", "0", "1", "2"]


def test_it_polls_once_a_second_or_at_the_given_interval(shop: Callable[..., Shop]):
    one = shop(*[("ISSUED", 0)] * 4, ("PAID", 1))
    one.client.wait_for_payment(REFERENCE, interval=5)
    started = [exchange.started_at for exchange in one.client.exchanges]
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(started)]
    assert gaps == [5, 5, 5, 5]


def test_the_reply_to_send_invoice_says_what_to_wait_for(shop: Callable[..., Shop]):
    one = shop(("PAID", 1))
    one.client.wait_for_payment(SendInvoiceReply(result_code=0, invoice_reference=REFERENCE))
    assert REFERENCE.encode() in one.heard[0]


@pytest.mark.parametrize("nothing", ["", SendInvoiceReply(result_code=49)])
def test_without_a_reference_there_is_nothing_to_wait_for(
    shop: Callable[..., Shop], nothing: str | SendInvoiceReply
):
    with pytest.raises(ConfigurationError, match="no invoiceReference to wait for"):
        shop(("PAID", 1)).client.wait_for_payment(nothing)


@pytest.mark.parametrize(
    ("interval", "deadline"),
    [(0, 1), (-1, 1), (float("nan"), 1), ("1", 1), (1, -1), (1, float("nan")), (1, None)],
)
def test_a_wait_that_could_not_end_is_not_begun(
    shop: Callable[..., Shop], interval: float, deadline: float
):
    one = shop(("ISSUED", 0))
    with pytest.raises(ConfigurationError, match="an interval more than 0"):
        one.client.wait_for_payment(REFERENCE, interval=interval, deadline=deadline)
    assert not one.heard


@pytest.mark.parametrize("state", GIVEN_UP)
def test_an_invoice_that_will_not_be_paid_ends_the_wait(
    shop: Callable[..., Shop], state: InvoiceStatus
):
    one = shop(("ISSUED", 0), (state, 1))
    with pytest.raises(PaymentNotCompleted, match=f"{REFERENCE} is {state}") as caught:
        one.client.wait_for_payment(REFERENCE)
    assert caught.value.status == state
    assert type(caught.value) is PaymentNotCompleted


def test_the_deadline_error_names_the_status_and_what_to_do(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 0))
    with pytest.raises(DeadlinePassed, match=r"No payment within 30 s\. .* is ISSUED") as caught:
        one.client.wait_for_payment(REFERENCE, deadline=30)
    assert f'cancel_invoice("{REFERENCE}")' in str(caught.value)
    assert one.clock.monotonic() == 30
    assert len(one.heard) == 31


def test_a_deadline_between_two_polls_is_kept(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 0))
    with pytest.raises(DeadlinePassed):
        one.client.wait_for_payment(REFERENCE, deadline=2.5)
    assert one.clock.monotonic() == 2.5
    assert len(one.heard) == 4


def test_a_partial_payment_goes_on(shop: Callable[..., Shop]):
    one = shop(("PARTIALLY_PAID", 1), ("PAID", 2))
    assert one.client.wait_for_payment(REFERENCE).status is InvoiceStatus.PAID


@pytest.mark.parametrize(
    ("text", "shown", "advice"),
    [
        ("paid", 'the unknown status "paid"', "PAID may be meant"),
        ("REFUNDED", 'the unknown status "REFUNDED"', "cancel_invoice"),
        ("", "no status", "is paid before you hand over goods"),
        ("Paid ", 'the unknown status "Paid"', "PAID may be meant"),
    ],
)
def test_an_unknown_status_is_raised_at_once(
    shop: Callable[..., Shop], text: str, shown: str, advice: str
):
    one = shop(("ISSUED", 0), (text, 1), ("PAID", 2))
    with pytest.raises(UnknownStatus, match=f"{REFERENCE} has {shown}") as caught:
        one.client.wait_for_payment(REFERENCE)
    assert advice in str(caught.value)
    assert (caught.value.status or "") == text.strip()
    assert one.clock.monotonic() == 1


def test_a_reply_without_a_status_is_raised_at_once(shop: Callable[..., Shop]):
    without = status("ISSUED", 0).replace(b"<status>ISSUED</status>", b"")
    with pytest.raises(UnknownStatus, match="has no status") as caught:
        shop(answering(without)).client.wait_for_payment(REFERENCE)
    assert caught.value.status is None


def coded(code: int) -> bytes:
    """A reply to getPaymentStatus with a result code."""
    return status("ISSUED", 0).replace(b">0</resultCode>", f">{code}</resultCode>".encode())


def late(handler: Handler, _: bytes) -> None:
    """Answer after the client has given up."""
    handler.peer.over.wait(0.3)
    handler.cut()


FINAL_CODES = frozenset({20, 21, 23, 29, 33, 37, 54, 55, 58, 91, 92, 95})
TEMPORARY: Mapping[str, Answer] = {
    "connection lost": dropping,
    "half an answer": half,
    "slower than the timeout": late,
    "408": answering(b"", 408),
    "425": answering(b"", 425),
    "429": answering(b"", 429),
    "500": answering(b"", 500),
    "502": answering(b"<html><title>Bad Gateway</title></html>", 502),
    "503": answering(b"", 503),
    "504": answering(b"", 504),
    "520": answering(b"error code: 520", 520),
    "an empty answer": answering(b""),
    "an HTML page": answering(
        b"<!DOCTYPE html><title>Maintenance</title>", Content_Type="text/html"
    ),
    "JSON": answering(b'{"message": "try later"}', Content_Type="application/json"),
    "a truncated reply": answering(status("PAID", 1)[:-40]),
    "another operation's reply": answering(reply("sendInvoice")),
    "no result code": answering(status("PAID", 1).replace(b">0</resultCode>", b">x</resultCode>")),
    "a fault of the service": answering(soap.fault("Server", "out of memory"), 500),
    "a gateway that blames the caller": answering(soap.fault("Client", "quota exceeded"), 429),
    **{
        f"code {int(code)}": answering(coded(code))
        for code in ResultCode
        if code not in FINAL_CODES | {0}
    },
    "a redirect": answering(b"", 302, Location="https://login.example/"),
    **{str(code): answering(b"", code) for code in (400, 403, 404, 405, 415, 511)},
    "an undocumented code": answering(coded(4711)),
}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("name", TEMPORARY)
def test_what_the_next_poll_may_fix_is_polled_again(
    shop: Callable[..., Shop], name: str, *, first: bool
):
    issued: list[Answer] = [] if first else [("ISSUED", 1)]
    one = shop(*issued, TEMPORARY[name], TEMPORARY[name], ("PAID", 2))
    one.client._transport.timeout = 0.15 if name == "slower than the timeout" else 30
    assert one.client.wait_for_payment(REFERENCE).status is InvoiceStatus.PAID
    assert one.clock.monotonic() == len(issued) + 2


@pytest.mark.parametrize("name", TEMPORARY)
def test_the_last_error_is_reported_at_the_deadline(shop: Callable[..., Shop], name: str):
    one = shop(("ISSUED", 1), TEMPORARY[name])
    one.client._transport.timeout = 0.15 if name == "slower than the timeout" else 30
    with pytest.raises(DeadlinePassed, match=r"the last poll failed: .* was last seen") as caught:
        one.client.wait_for_payment(REFERENCE, deadline=2)
    error = caught.value.last_error
    assert isinstance(error, TransportError | ResultError)
    assert error.sentence in caught.value.sentence
    assert caught.value.__cause__ is error
    assert caught.value.exchange is error.exchange is one.client.exchanges[-1]


FINAL: Mapping[str, tuple[Answer, type[SeqrError]]] = {
    **{f"code {code}": (answering(coded(code)), errors.for_code(code)) for code in FINAL_CODES},
    "a rejected message": (answering(soap.fault("Client", "no"), 500), SoapFault),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_cannot_improve_is_raised_at_once(shop: Callable[..., Shop], name: str):
    answer, expected = FINAL[name]
    one = shop(("ISSUED", 1), answer, ("PAID", 2))
    with pytest.raises(expected):
        one.client.wait_for_payment(REFERENCE)
    assert one.clock.monotonic() == 1


@pytest.mark.parametrize("code", [401, 407])
def test_wrong_credentials_are_final_until_the_service_has_answered(
    shop: Callable[..., Shop], code: int
):
    one = shop(answering(b"", code), ("ISSUED", 1), answering(b"", code), ("PAID", 2))
    with pytest.raises(HttpError):
        one.client.wait_for_payment(REFERENCE)
    assert one.client.wait_for_payment(REFERENCE).status is InvoiceStatus.PAID


@pytest.mark.parametrize(
    ("retry_after", "polls_again_after"),
    [
        ("7", 7),
        ("0", 1),
        ("2.5", 3),
        ("soon", 1),
        (f"1 Jan {'9' * 400}", 1),
        ("Thu, 01 Jan 2026 12:00:05 GMT", 5),
    ],
)
@pytest.mark.parametrize("body", [b"", soap.fault("Client", "quota exceeded"), b"<html></html>"])
@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_is_honoured(
    shop: Callable[..., Shop], code: int, body: bytes, retry_after: str, polls_again_after: float
):
    one = shop(answering(body, code, Retry_After=retry_after), ("PAID", 1))
    one.client.wait_for_payment(REFERENCE)
    assert one.clock.monotonic() == polls_again_after
    assert len(one.heard) == 2


@pytest.mark.parametrize("retry_after", ["3600", "9" * 400, "Wed, 21 Oct 9999 07:28:00 GMT"])
def test_a_retry_after_beyond_the_deadline_ends_at_the_deadline(
    shop: Callable[..., Shop], retry_after: str
):
    one = shop(answering(b"", 503, Retry_After=retry_after))
    with pytest.raises(DeadlinePassed, match="HTTP 503"):
        one.client.wait_for_payment(REFERENCE, deadline=10)
    assert (one.clock.monotonic(), len(one.heard)) == (10, 1)


def test_a_refused_connection_is_polled_again():
    with peer(answering(b"")) as gone:
        url = gone.url()
    with (
        Client(url, CREDENTIALS, clock=ManualClock()) as client,
        pytest.raises(DeadlinePassed, match="cannot be reached") as caught,
    ):
        client.wait_for_payment(REFERENCE, deadline=5)
    assert isinstance(caught.value.last_error, EndpointUnreachable)
    assert len(client.exchanges) == 6


class Frozen(ManualClock):
    """A clock that a test library has frozen: sleeping does not move it."""

    def __init__(self) -> None:
        super().__init__()
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def test_a_frozen_clock_does_not_make_the_wait_endless(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 0))
    one.client.clock = Frozen()
    with pytest.raises(DeadlinePassed):
        one.client.wait_for_payment(REFERENCE, deadline=30)
    assert one.client.clock.slept == 30
    assert len(one.heard) == 31


FREEZERS: Mapping[str, Callable[[], AbstractContextManager[object]]] = {
    "freezegun": lambda: freeze_time("2026-01-01"),
    "freezegun, ticking": lambda: freeze_time("2026-01-01", tick=True),
    "freezegun, leaping": lambda: freeze_time("2026-01-01", auto_tick_seconds=60),
    "time-machine": lambda: time_machine.travel("2026-01-01", tick=False),
    "time-machine, ticking": lambda: time_machine.travel("2026-01-01", tick=True),
}
SLOW: Mapping[str, tuple[Script, bool]] = {
    "an open invoice": (answering(status("ISSUED", 0)), True),
    "an endpoint that hangs": (hanging, False),
    "an endpoint that sends a byte now and then": (trickling, False),
    "an endpoint that is busy": (answering(b"", 503, Retry_After="0"), False),
}


@pytest.mark.parametrize("freezer", FREEZERS)
@pytest.mark.parametrize("name", SLOW)
def test_a_library_that_freezes_the_time_does_not_make_the_wait_endless(freezer: str, name: str):
    script, answered = SLOW[name]
    before = clock.elapsed()
    with peer(script) as one, FREEZERS[freezer](), Client(one.url(), CREDENTIALS) as client:
        client._transport.timeout = 0.1
        with pytest.raises(DeadlinePassed) as caught:
            client.wait_for_payment(REFERENCE, interval=0.05, deadline=0.3)
    assert (caught.value.last_error is None) is answered
    assert clock.elapsed() - before < 10


@pytest.mark.parametrize("freezer", [each for each in FREEZERS if "leaping" not in each])
def test_a_sale_is_paid_while_the_time_is_frozen(freezer: str):
    with FREEZERS[freezer](), seqrkit.connect(quiet=True) as session:
        sent = session.send_invoice(INVOICE)
        session.phone.scan(str(sent.invoice_qr_code)).pay()
        assert session.wait_for_payment(sent).status is InvoiceStatus.PAID


def test_the_progress_shows_why_a_poll_failed(
    shop: Callable[..., Shop], capsys: pytest.CaptureFixture[str]
):
    one = shop(("ISSUED", 1), answering(b"", 502), ("PAID", 2))
    one.client.wait_for_payment(REFERENCE, progress=True)
    assert "ISSUED, polling again after HttpError 502 [" in capsys.readouterr().err


@pytest.mark.parametrize("lost", [dropping, answering(b"", 503), answering(b"", 500)])
def test_a_lost_poll_is_repeated(shop: Callable[..., Shop], lost: Answer):
    one = shop(("ISSUED", 1), lost, lost, ("PAID", 2))
    assert one.client.wait_for_payment(REFERENCE).status is InvoiceStatus.PAID
    assert one.versions == ["0", "1", "1", "1"]
    assert one.clock.monotonic() == 3


def test_an_endpoint_that_never_answers_ends_at_the_deadline(shop: Callable[..., Shop]):
    one = shop(dropping)
    with pytest.raises(DeadlinePassed, match=r"the last poll failed.*is unknown") as caught:
        one.client.wait_for_payment(REFERENCE, deadline=3)
    assert caught.value.status is None
    assert len(one.heard) == 4


def test_the_last_status_is_reported_if_the_final_one_was_lost(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 1), dropping)
    with pytest.raises(DeadlinePassed, match="was last seen ISSUED") as caught:
        one.client.wait_for_payment(REFERENCE, deadline=3)
    assert caught.value.status == "ISSUED"


def test_each_new_status_or_version_is_reported_once(shop: Callable[..., Shop]):
    pending = "PENDING_ISSUER_ACKNOWLEDGE"
    one = shop(("ISSUED", 0), ("ISSUED", 0), (pending, 1), (pending, 1), (pending, 2), ("PAID", 3))
    seen: list[PaymentStatusReply] = []
    one.client.wait_for_payment(REFERENCE, on_status=seen.append)
    assert [(reply.status, reply.version) for reply in seen] == [
        ("ISSUED", 0),
        (pending, 1),
        (pending, 2),
        ("PAID", 3),
    ]


class Interrupting(ManualClock):
    """A clock at which the user presses Ctrl-C."""

    def sleep(self, _: float) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([("ISSUED", 0)], "is ISSUED, and the buyer can still pay it: call cancel_invoice"),
        ([("ISSUED", 0), ("PAID", 1)], "is PAID: the buyer has paid"),
        ([("ISSUED", 0), ("CANCELED", 1)], "is CANCELED: it was cancelled"),
        ([("ISSUED", 0), ("RESERVED", 1)], "is RESERVED: the amount is reserved"),
        ([("ISSUED", 0), dropping], "was last seen ISSUED"),
        ([dropping], "is unknown because no poll was answered"),
    ],
)
def test_ctrl_c_leaves_the_state_of_the_invoice_clear(
    shop: Callable[..., Shop],
    answers: list[Answer],
    told: str,
    capsys: pytest.CaptureFixture[str],
):
    one = shop(*answers)
    one.client.clock = Interrupting()
    with pytest.raises(KeyboardInterrupt) as caught:
        one.client.wait_for_payment(REFERENCE, progress=False)
    note = str(caught.value)
    assert told in note
    assert note in capsys.readouterr().err
    assert len(one.heard) == 2


def test_a_terminal_sees_a_bar(shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    shop(("ISSUED", 0), ("PAID", 1)).client.wait_for_payment(REFERENCE)
    assert "ISSUED" in screen.getvalue()
    assert "120 s" in screen.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_notebook_sees_a_line_that_is_the_same_each_time(
    shop: Callable[..., Shop],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(progress_bar, "in_notebook", lambda: True)
    for _ in range(2):
        shop(("ISSUED", 0), ("PAID", 1)).client.wait_for_payment(REFERENCE, deadline=10)
    lines = capsys.readouterr().out.splitlines()
    half = len(lines) // 2
    assert lines[:half] == lines[half:]
    assert lines[half - 1].rstrip() == "PAID after 1 s"


def test_an_event_without_listeners_is_dropped(
    shop: Callable[..., Shop], capsys: pytest.CaptureFixture[str]
):
    shop(("PAID", 1)).client.wait_for_payment(REFERENCE)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("wanted", "written"), [(True, True), (False, False)])
def test_a_progress_bar_can_be_enabled_and_disabled(
    shop: Callable[..., Shop],
    capsys: pytest.CaptureFixture[str],
    *,
    wanted: bool,
    written: bool,
):
    shop(("PAID", 1)).client.wait_for_payment(REFERENCE, progress=wanted)
    assert ("PAID" in capsys.readouterr().err) is written


def test_watch_polls_once_for_each_call(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 1), dropping, ("PAID", 2))
    watch = one.client.watch(REFERENCE)
    assert (watch.reference, watch.last, watch.over) == (REFERENCE, None, False)
    assert (watch.ask(), watch.over) == (True, False)
    assert (watch.ask(), watch.over, watch.lost is None) == (False, False, False)
    assert (watch.ask(), watch.over, watch.lost) == (True, True, None)
    assert one.versions == ["0", "1", "1"]
