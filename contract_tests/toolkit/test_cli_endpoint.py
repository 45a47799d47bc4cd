"""`seqrkit tail` and `seqrkit notifications` at a served endpoint."""

import json
import time
from collections.abc import Iterator

import pytest

from contract_tests.toolkit.commands import run
from seqrkit import Invoice, ManualClock, NotificationReceiver, connect
from seqrkit.session import Session, published
from seqrkit.simulator import Endpoint


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with Endpoint(clock=ManualClock()) as endpoint:
        monkeypatch.setenv("SEQR_ENDPOINT", endpoint.base_url)
        yield endpoint


@pytest.fixture
def till(endpoint: Endpoint) -> Iterator[Session]:
    with connect(endpoint.url(), quiet=True, **published()) as session:  # type: ignore[arg-type]
        yield session


def test_tail_prints_the_exchanges_so_far(
    till: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = till.send_invoice(Invoice(title="Tea", total_amount="10 SEK"))
    till.get_payment_status(reply.invoice_reference)
    till.get_payment_status("1", check=False)
    first, second, third = run(capsys, "tail", "--no-follow").out.splitlines()
    assert first.split()[1:5] == ["1", "sendInvoice", "0", reply.invoice_reference]
    assert first.endswith("3 errors")
    assert second.split()[1:4] == ["2", "getPaymentStatus", "0"]
    assert third.split()[1:4] == ["3", "getPaymentStatus", "54"]
    last = run(capsys, "tail", "--no-follow", "-n", "1").out.splitlines()
    assert last == [third]
    chosen = run(capsys, "tail", "--no-follow", "--operation", "sendInvoice", "--json").out
    assert json.loads(chosen)["operation"] == "sendInvoice"
    assert run(capsys, "tail", "--no-follow", "-n", "0").out == ""


def test_tail_prints_what_happens_later(
    endpoint: Endpoint,
    till: Session,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = iter(
        [
            lambda: till.cancel_invoice("1", check=False),
            lambda: None,
            endpoint.control.reset,
            lambda: till.get_payment_status("2", check=False),
        ]
    )

    def next_step(_seconds: float) -> None:
        for step in steps:
            step()
            return
        raise KeyboardInterrupt

    till.get_payment_status("1", check=False)
    monkeypatch.setattr(time, "sleep", next_step)
    ended = run(capsys, "tail", "-n", "0")
    assert ended.code == 130
    numbers = [line.split()[1:3] for line in ended.out.splitlines()]
    assert numbers == [["2", "cancelInvoice"], ["1", "getPaymentStatus"]]


def test_notifications_are_listed_and_sent_again(
    endpoint: Endpoint, till: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "notifications").out == "no notifications were sent\n"
    with NotificationReceiver() as receiver:
        invoice = Invoice(title="Tea", total_amount="10 SEK", notification_url=receiver.url)
        reference = till.send_invoice(invoice).invoice_reference
        assert reference
        refused = run(capsys, "notifications", "resend", reference)
        assert (refused.code, refused.out) == (2, "")
        assert f"invoice {reference} is ISSUED; only a paid or reserved one" in refused.err
        till.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay()
        assert endpoint.notifications.settle()
        again = run(capsys, "notifications", "resend", reference)
        assert again.out == f"the notification of invoice {reference} was queued\n"
        assert endpoint.notifications.settle()
        assert len(receiver.notifications) == 2
    listed = run(capsys, "notifications").out.splitlines()
    assert len(listed) == 2
    assert all(reference in line and receiver.url in line for line in listed)


def test_only_invoices_with_a_url_notify(till: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no invoice 1" in run(capsys, "notifications", "resend", "1").err
    reference = till.send_invoice(Invoice(title="Tea", total_amount="10 SEK")).invoice_reference
    assert reference
    assert "has no notificationUrl" in run(capsys, "notifications", "resend", reference).err
