"""Waiting for a payment through what the next poll may fix."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from freezegun import freeze_time

from contract_tests.toolkit.client.test_secrets import client_of
from contract_tests.toolkit.client.test_unusual_replies import PAID
from contract_tests.toolkit.peer import reply
from contract_tests.toolkit.reported.asking import XML
from seqrkit.client import Client
from seqrkit.clock import ManualClock
from seqrkit.errors import DeadlinePassed, EndpointUnreachable, HttpError, SeqrError
from seqrkit.http_client import AnswerTimeout, HttpFailure, NotSent, Response

Answer = Response | HttpFailure


def answer(body: bytes | str, status: int = 200, **headers: str) -> Response:
    """A whole answer."""
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {**XML, **named}, data, complete=True)


PAYMENT = answer(PAID)


class Answers:
    """Stands in for HTTP: gives these answers, the last one repeatedly."""

    def __init__(self, *answers: Answer) -> None:
        self.left = list(answers)

    def request(self, *_: object, **__: object) -> Response:
        """Give the next answer."""
        latest = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if isinstance(latest, HttpFailure):
            raise latest
        return latest

    def close(self) -> None:
        """Nothing is open."""


def waiting(*answers: Answer) -> Client:
    """A client with a clock of its own that gets these answers."""
    client = client_of(PAYMENT, "s3cret-1")
    client.clock = ManualClock()
    client._transport._http._client = Answers(*answers)  # type: ignore[assignment]
    return client


def coded(code: int) -> Response:
    """A poll's reply with this code."""
    return answer(reply("getPaymentStatus", resultCode=str(code)))


TEMPORARY: Mapping[str, Answer] = {
    "429": answer(b"", 429, Retry_After="7"),
    "503": answer(b"", 503, Retry_After="7"),
    "408": answer(b"", 408),
    "502": answer(b"<html><title>502 Bad Gateway</title></html>", 502),
    "an empty answer": answer(b""),
    "an HTML page": answer(b"<html><title>Sign in</title></html>"),
    "a truncated reply": answer(PAID[: len(PAID) // 2]),
    "refused": NotSent("Connection refused"),
    "code 90": coded(90),
    "too slow": AnswerTimeout("no answer"),
}


def pays_despite(name: str) -> float:
    """The seconds after which a payment is found that this answer delays."""
    client = waiting(TEMPORARY[name], PAYMENT)
    assert client.wait_for_payment("1").status == "PAID"
    assert len(client.exchanges) == 2
    return client.clock.monotonic()


@pytest.mark.parametrize("name", ["429", "503"])
def test_waiting_01_retry_after_is_honoured(name: str) -> None:
    assert pays_despite(name) == 7


@pytest.mark.parametrize("name", ["408", "502"])
def test_waiting_02_http_errors_of_the_way_are_polled_again(name: str) -> None:
    assert pays_despite(name) == 1


@pytest.mark.parametrize("name", ["an empty answer", "an HTML page", "a truncated reply"])
def test_waiting_03_what_is_not_a_reply_is_polled_again(name: str) -> None:
    assert pays_despite(name) == 1


def test_waiting_04_a_refused_connection_is_polled_again() -> None:
    assert pays_despite("refused") == 1


def test_waiting_05_code_90_is_polled_again() -> None:
    assert pays_despite("code 90") == 1


def test_waiting_06_an_answer_slower_than_the_timeout_is_polled_again() -> None:
    assert pays_despite("too slow") == 1


@pytest.mark.parametrize(
    ("final", "code"),
    [(coded(20), 20), (coded(54), 54), (coded(55), 55), (answer(b"", 401), None)],
    ids=["unauthorized", "wrong password", "unknown invoice", "HTTP 401"],
)
def test_waiting_07_what_cannot_improve_is_raised_at_once(final: Answer, code: int | None) -> None:
    client = waiting(final, PAYMENT)
    with pytest.raises(SeqrError) as caught:
        client.wait_for_payment("1")
    assert len(client.exchanges) == 1
    assert getattr(caught.value, "code", None) == code
    assert isinstance(caught.value, HttpError) is (code is None)


@pytest.mark.parametrize("name", TEMPORARY)
def test_waiting_08_the_last_error_is_reported_at_the_deadline(name: str) -> None:
    client = waiting(TEMPORARY[name])
    with pytest.raises(DeadlinePassed) as caught:
        client.wait_for_payment("1", deadline=10)
    assert caught.value.last_error is not None
    assert client.clock.monotonic() == 10


@pytest.mark.parametrize("name", TEMPORARY)
def test_waiting_09_each_failed_poll_is_reported_through_progress(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting(TEMPORARY[name], PAYMENT).wait_for_payment("1", progress=True)
    assert "polling again after " in capsys.readouterr().err


def test_waiting_10_a_frozen_clock_does_not_make_the_wait_endless() -> None:
    with (
        freeze_time("2026-01-01"),
        client_of(NotSent("refused"), "s3cret-1") as client,
        pytest.raises(DeadlinePassed) as caught,
    ):
        client.wait_for_payment("1", interval=0.05, deadline=0.1)
    assert isinstance(caught.value.last_error, EndpointUnreachable)
