"""On a clock that nobody turns, timers fire by themselves: no request has to come first."""

import threading
from datetime import datetime, timedelta

import pytest

from contract_tests.toolkit.simulator.shop import WEBSHOP, standard
from seqrkit.clock import SystemClock
from seqrkit.errors import StoreError
from seqrkit.model import SendInvoice
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import InvoiceStatus

PATIENCE = 30


class LaterClock(SystemClock):
    """The machine's clock, some time ahead."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


def test_a_payment_is_reversed_without_a_request_in_between() -> None:
    clock, changed = LaterClock(), threading.Event()
    with Endpoint(clock=clock) as endpoint:
        reply = endpoint.service.handle(
            "sendInvoice", SendInvoice(context=WEBSHOP, invoice=standard())
        )
        bill = endpoint.phone.scan(f"HTTP://SEQR.SE/R{reply.invoice_reference}").pay()  # type: ignore[attr-defined]
        original = endpoint.service.transactions.run

        def run(*arguments: object, **options: object) -> object:
            done: object = original(*arguments, **options)  # type: ignore[arg-type]
            if done:  # the timer returns how many events it applied
                changed.set()
            return done

        endpoint.service.transactions.run = run  # type: ignore[method-assign,assignment]
        clock.ahead = timedelta(seconds=20)
        assert changed.wait(PATIENCE)
        assert bill.status is InvoiceStatus.CANCELED


def test_an_unavailable_store_is_logged_and_does_not_stop_the_endpoint(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked = threading.Semaphore(0)
    endpoint = Endpoint()

    def fail() -> int:
        ticked.release()
        raise StoreError("the database refused")

    monkeypatch.setattr(endpoint.service, "tick", fail)
    with endpoint:
        for _ in range(2):
            assert ticked.acquire(timeout=PATIENCE)
        assert endpoint.is_running
    assert "due could not be carried out: the database refused" in caplog.text
    assert "Traceback" not in caplog.text
