"""Waiting for a payment: how it ends, and what is known then."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable, Iterator

import pytest

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from contract_tests.toolkit.peer import Handler, answering, dropping, peer
from seqrkit import soap
from seqrkit.client import Client, progress_bar
from seqrkit.clock import ManualClock
from seqrkit.errors import (
    ConfigurationError,
    DeadlinePassed,
    HttpError,
    InvalidInvoiceReference,
    PaymentNotCompleted,
    SoapFault,
)
from seqrkit.model import PaymentStatusReply, SendInvoiceReply
from seqrkit.vocabulary import Interface, InvoiceStatus

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


def test_it_is_asked_once_a_second_or_as_often_as_is_said(shop: Callable[..., Shop]):
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
    [(0, 1), (-1, 1), (float("nan"), 1), (1, -1), (1, float("nan"))],
)
def test_a_wait_that_could_not_end_is_not_begun(
    shop: Callable[..., Shop], interval: float, deadline: float
):
    one = shop(("ISSUED", 0))
    with pytest.raises(ConfigurationError, match="an interval is more than 0"):
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


def test_the_deadline_says_how_the_invoice_stands_and_what_to_do(shop: Callable[..., Shop]):
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


def test_a_status_that_nobody_documents_is_waited_out(shop: Callable[..., Shop]):
    one = shop(("SOMETHING_NEW", 1), ("PAID", 2))
    seen: list[PaymentStatusReply] = []
    one.client.wait_for_payment(REFERENCE, on_status=seen.append)
    assert [reply.status for reply in seen] == ["SOMETHING_NEW", InvoiceStatus.PAID]


@pytest.mark.parametrize("lost", [dropping, answering(b"", 503), answering(b"", 500)])
def test_a_lost_poll_is_repeated(shop: Callable[..., Shop], lost: Answer):
    one = shop(("ISSUED", 1), lost, lost, ("PAID", 2))
    assert one.client.wait_for_payment(REFERENCE).status is InvoiceStatus.PAID
    assert one.versions == ["0", "1", "1", "1"]
    assert one.clock.monotonic() == 3


def test_a_service_that_is_busy_is_asked_again(shop: Callable[..., Shop]):
    busy = status("ISSUED", 0).replace(b">0</resultCode>", b">93</resultCode>")
    one = shop(answering(busy), ("PAID", 1))
    assert one.client.wait_for_payment(REFERENCE).status is InvoiceStatus.PAID


def test_a_service_that_failed_over_a_poll_is_asked_again(shop: Callable[..., Shop]):
    one = shop(answering(soap.fault("Server", "out of memory"), 500), ("PAID", 1))
    assert one.client.wait_for_payment(REFERENCE).status is InvoiceStatus.PAID


def test_an_endpoint_that_never_answers_ends_at_the_deadline(shop: Callable[..., Shop]):
    one = shop(dropping)
    with pytest.raises(DeadlinePassed, match=r"the last poll was lost.*is not known") as caught:
        one.client.wait_for_payment(REFERENCE, deadline=3)
    assert caught.value.status is None
    assert len(one.heard) == 4


def test_the_last_status_is_told_where_the_end_was_lost(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 1), dropping)
    with pytest.raises(DeadlinePassed, match="was last seen ISSUED") as caught:
        one.client.wait_for_payment(REFERENCE, deadline=3)
    assert caught.value.status == "ISSUED"


def test_what_will_not_get_better_is_not_repeated(shop: Callable[..., Shop]):
    with pytest.raises(HttpError):
        shop(answering(b"", 404)).client.wait_for_payment(REFERENCE)
    with pytest.raises(SoapFault):
        shop(answering(soap.fault("Client", "no"), 500)).client.wait_for_payment(REFERENCE)
    unknown = status("ISSUED", 0).replace(b">0</resultCode>", b">54</resultCode>")
    with pytest.raises(InvalidInvoiceReference):
        shop(answering(unknown)).client.wait_for_payment(REFERENCE)


def test_each_new_status_or_version_is_told_once(shop: Callable[..., Shop]):
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
        ([dropping], "is not known"),
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
    (note,) = caught.value.__notes__
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
    assert lines[half - 1].startswith("PAID")
    assert lines[half - 1].rstrip().endswith("1 s of 10 s")


def test_nobody_sees_anything_where_nobody_is(
    shop: Callable[..., Shop], capsys: pytest.CaptureFixture[str]
):
    shop(("PAID", 1)).client.wait_for_payment(REFERENCE)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("wanted", "written"), [(True, True), (False, False)])
def test_a_bar_can_be_asked_for_and_declined(
    shop: Callable[..., Shop],
    capsys: pytest.CaptureFixture[str],
    *,
    wanted: bool,
    written: bool,
):
    shop(("PAID", 1)).client.wait_for_payment(REFERENCE, progress=wanted)
    assert ("PAID" in capsys.readouterr().err) is written


def test_a_watch_is_asked_by_whoever_has_a_loop_of_their_own(shop: Callable[..., Shop]):
    one = shop(("ISSUED", 1), dropping, ("PAID", 2))
    watch = one.client.watch(REFERENCE)
    assert (watch.reference, watch.last, watch.over) == (REFERENCE, None, False)
    assert (watch.ask(), watch.over) == (True, False)
    assert (watch.ask(), watch.over, watch.lost is None) == (False, False, False)
    assert (watch.ask(), watch.over, watch.lost) == (True, True, None)
    assert one.versions == ["0", "1", "1"]
