"""After a reply the workbench offers what usually follows, with the code and the phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import seqrkit
from contract_tests.toolkit.calls import INVOICE
from contract_tests.toolkit.widgets.interaction import piece
from seqrkit import Session
from seqrkit.session import published
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import PATHS
from seqrkit.widgets import Workbench

FIRST: tuple[str, ...] = ("getPaymentStatus", "cancelInvoice")
PAID = ("submitPaymentReceipt", "refundPayment")


@pytest.fixture(params=PATHS)
def seqr(request: pytest.FixtureRequest) -> Iterator[Session]:
    clock = seqrkit.ManualClock()
    with seqrkit.connect(interface=request.param, clock=clock, quiet=True) as session:
        yield session


@pytest.fixture
def bench(seqr: Session) -> Workbench:
    return seqr.workbench()


def sold(bench: Workbench, **texts: str) -> None:
    form = bench.form("sendInvoice")
    form.fill_samples()
    form.update({f"invoice.{name}": text for name, text in texts.items()})
    form.send()


def asked(bench: Workbench) -> tuple[str, ...]:
    bench.operation = "getPaymentStatus"
    bench.form("getPaymentStatus").send()
    return bench.next_steps.offered


def hidden(widget: object) -> bool:
    return "seqr-hidden" in getattr(widget, "_dom_classes")  # noqa: B009


def test_nothing_is_offered_before_the_first_reply(bench: Workbench) -> None:
    assert hidden(bench.next_steps)
    assert bench.next_steps.offered == ()


def test_an_invoice_shows_its_code_until_it_is_paid(seqr: Session, bench: Workbench) -> None:
    sold(bench)
    reference = seqr.phone.open_bills()[0].reference  # type: ignore[union-attr]
    assert not hidden(bench.next_steps)
    assert f"HTTP://SEQR.SE/R{reference}" in piece(bench.next_steps.view, "code")
    assert bench.next_steps.offered == FIRST == asked(bench)
    bench.next_steps.use_phone()
    seqr.phone.bill(reference).pay()
    assert asked(bench) == PAID
    assert piece(bench.next_steps.view, "code") == ""


@pytest.mark.parametrize("act", ["pay", "decline", "cancel"])
def test_only_the_status_is_offered_once_the_buyer_is_done(
    seqr: Session, bench: Workbench, act: str
) -> None:
    other = str(seqr.send_invoice(INVOICE).qr)
    sold(bench)
    bench.next_steps.use_phone()
    (phone,) = bench.next_steps.children[1].children[:1]
    code = phone.reference
    phone.scan(other)
    phone.confirm()
    assert phone.screen == "end"
    assert bench.next_steps.offered == FIRST, "the bill of another invoice"
    phone.back()
    phone.scan(f"HTTP://SEQR.SE/R{code}")
    getattr(phone, "confirm" if act == "pay" else act)()
    assert bench.next_steps.offered == FIRST[:1]
    assert piece(bench.next_steps.view, "code") == ""
    assert "Scan" not in piece(bench.next_steps.view, "buttons")


def test_a_report_follows_the_end_of_a_period(bench: Workbench) -> None:
    bench.operation = "markTransactionPeriod"
    bench.form("markTransactionPeriod").send()
    assert bench.next_steps.offered == ("executeReport",)


def test_a_reservation_can_be_committed(seqr: Session, bench: Workbench) -> None:
    sold(bench, paymentMode="RESERVATION_REQUIRED")
    bench.next_steps.use_phone()
    seqr.phone.open_bills()[0].pay()  # type: ignore[union-attr]
    assert asked(bench) == ("getPaymentStatus", "commitReservation", "cancelInvoice")


def test_a_merchant_that_acknowledges_is_asked_to(bench: Workbench) -> None:
    sold(bench, acknowledgmentMode="REQUIRE_ACKNOWLEDGMENT")
    bench.next_steps.use_phone()
    assert asked(bench) == ("getPaymentStatus", "updateInvoice", "cancelInvoice")


def test_nothing_follows_a_cancelled_invoice(bench: Workbench) -> None:
    sold(bench)
    bench.operation = "cancelInvoice"
    bench.form("cancelInvoice").send()
    assert hidden(bench.next_steps)
    asked(bench)
    assert hidden(bench.next_steps)


def test_a_failure_keeps_what_is_offered(bench: Workbench) -> None:
    sold(bench)
    bench.operation = "commitReservation"
    form = bench.form("commitReservation")
    form.update({"invoiceReference": "1"})
    form.send()
    assert bench.next_steps.offered == FIRST


def test_a_step_opens_its_form_with_the_reference(seqr: Session, bench: Workbench) -> None:
    sold(bench)
    bench.next_steps.go("cancelInvoice")
    assert bench.operation == "cancelInvoice"
    reference = seqr.phone.open_bills()[0].reference  # type: ignore[union-attr]
    assert bench.form("cancelInvoice").value["invoiceReference"] == reference
    assert [each.operation for each in seqr.exchanges] == ["sendInvoice"]


def test_the_code_is_that_of_the_invoice_asked_about(seqr: Session, bench: Workbench) -> None:
    sold(bench)
    first = seqr.phone.open_bills()[0].reference  # type: ignore[union-attr]
    bench.operation = "sendInvoice"
    sold(bench)
    assert first not in piece(bench.next_steps.view, "code")
    form = bench.form("getPaymentStatus")
    form.update({"invoiceReference": first})
    bench.operation = "getPaymentStatus"
    form.update({"invoiceReference": first})
    form.send()
    assert f"HTTP://SEQR.SE/R{first}" in piece(bench.next_steps.view, "code")


def test_the_status_is_asked_for_at_once(seqr: Session, bench: Workbench) -> None:
    sold(bench)
    bench.next_steps.go("getPaymentStatus").join()
    assert [each.operation for each in seqr.exchanges] == ["sendInvoice", "getPaymentStatus"]


def test_a_closed_one_has_no_models(bench: Workbench) -> None:
    sold(bench)
    bench.next_steps.use_phone()
    every = [bench.next_steps, *bench.next_steps.children, *bench.next_steps.children[1].children]
    assert all(each.comm for each in every)
    bench.close()
    assert not any(each.comm for each in every)


def test_without_a_simulated_phone_there_is_only_the_code(seqr: Session) -> None:
    bench = Workbench(seqr)
    sold(bench)
    assert "HTTP://SEQR.SE/R" in piece(bench.next_steps.view, "code")
    assert "Scan" not in piece(bench.next_steps.view, "buttons")
    bench.close()


def test_two_notebooks_share_an_endpoint_and_link_to_its_phone() -> None:
    with Endpoint() as endpoint:
        address = endpoint.url()
        with connect_to(address) as one, connect_to(address) as other:
            for bench in (one.workbench(), other.workbench()):
                sold(bench)
                assert f'href="{endpoint.base_url}/phone?code=HTTP://SEQR.SE/R' in str(
                    piece(bench.next_steps.view, "code")
                )


def connect_to(address: str) -> Session:
    return seqrkit.connect(address, quiet=True, **published())  # type: ignore[arg-type]
