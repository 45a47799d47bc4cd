"""The notification receiver: what it records, what it objects to, and how it waits."""

import socket
import struct
from typing import Any

import httpx
import pytest

import seqrkit
from seqrkit import Invoice
from seqrkit.errors import ConfigurationError
from seqrkit.notification_receiver import NoNotification, NotificationReceiver


@pytest.fixture
def receiver():
    with seqrkit.receiver() as receiver:
        yield receiver


def post(receiver: NotificationReceiver, **arguments: object) -> int:
    return httpx.request("POST", receiver.url, trust_env=False, **arguments).status_code  # type: ignore[arg-type]


def test_the_notification_of_a_payment_arrives_and_has_no_problems(
    receiver: NotificationReceiver,
) -> None:
    with seqrkit.connect(quiet=True) as seqr:
        url = f"{receiver.url}paid?order=7"
        invoice = Invoice(title="x", total_amount="5 SEK", notification_url=url)
        reply = seqr.send_invoice(invoice)
        assert not receiver.notifications
        seqr.phone.scan(reply.qr).pay()
        found = receiver.wait(reply.invoice_reference)
    assert (found.method, found.path, found.problems) == ("POST", "/paid?order=7", "")
    assert found.body == f"invoiceReference={reply.invoice_reference}".encode()
    assert receiver.notifications == (found,)
    assert "invoice_reference" in str(receiver.notifications)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"data": {"invoiceReference": "7"}}, ""),
        ({"data": {"invoiceReference": "x"}}, "invoiceReference is not a number"),
        ({"data": {"ref": "7"}}, "the form has ref instead of invoiceReference"),
        ({"data": {"invoiceReference": "7", "a": "1"}}, "the form has invoiceReference, a instead"),
        ({"content": b"invoiceReference=7"}, "Content-Type is none"),
        ({"json": {}}, "Content-Type is application/json"),
    ],
)
def test_a_request_that_differs_from_the_services_is_a_problem(
    receiver: NotificationReceiver, arguments: dict[str, object], problem: str
) -> None:
    assert post(receiver, **arguments) == 200
    said = receiver.wait().problems
    assert said == "" if not problem else problem in said


def test_a_get_is_recorded_with_its_problem(receiver: NotificationReceiver) -> None:
    httpx.get(f"{receiver.url}?invoiceReference=7", trust_env=False)
    found = receiver.wait("7")
    assert "the method is GET, not POST" in found.problems


def test_the_status_of_the_answers_can_be_changed(receiver: NotificationReceiver) -> None:
    assert post(receiver, data={"invoiceReference": "1"}) == 200
    receiver.status = 500
    assert post(receiver, data={"invoiceReference": "2"}) == 500
    assert [each.invoice_reference for each in receiver.notifications] == ["1", "2"]


def test_waiting_ends_with_one_sentence(receiver: NotificationReceiver) -> None:
    post(receiver, data={"invoiceReference": "1"})
    with pytest.raises(NoNotification, match=r"no notification of invoice 2 arrived .* 1 others"):
        receiver.wait("2", timeout=0.01)


def test_what_arrived_stays_readable_after_the_end() -> None:
    with seqrkit.receiver() as receiver:
        post(receiver, data={"invoiceReference": "1"})
    assert receiver.wait("1", timeout=0).invoice_reference == "1"
    with pytest.raises(httpx.ConnectError):
        post(receiver, data={})


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (b"POST http://[ HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "the form has nothing"),
        (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "the form has nothing"),
        (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\na&b", "the last 6 bytes of the body were"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "has no Content-Length and was"),
        (b"DELETE / HTTP/1.1\r\n\r\n", "the method is DELETE, not POST"),
    ],
)
def test_an_absurd_request_is_recorded_and_prints_nothing(
    receiver: NotificationReceiver,
    request_: bytes,
    problem: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = int(receiver.url.rpartition(":")[2].strip("/"))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.0 200")
    assert problem in receiver.wait().problems
    assert capsys.readouterr().err == ""


def test_a_broken_connection_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with seqrkit.receiver() as receiver:
        port = int(receiver.url.rpartition(":")[2].strip("/"))
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
            reset = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        assert post(receiver, data={"invoiceReference": "1"}) == 200
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("status", ["200", 0, 99999, None])
def test_a_status_that_is_not_one_is_refused(status: Any) -> None:
    with pytest.raises(ConfigurationError, match="use an HTTP status such as 200"):
        seqrkit.receiver(status=status)
