"""The buyer's phone and the clock as widgets."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from decimal import Decimal

import ipywidgets
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter

from contract_tests.toolkit.calls import INVOICE
from contract_tests.toolkit.widgets.interaction import all_of
from contract_tests.toolkit.widgets.visible import SECONDS, coming, press, shown
from seqrkit import ManualClock, Session, SystemClock, connect
from seqrkit.widgets.background_work import Redrawing, button
from seqrkit.widgets.clock_widget import STEPS, ClockWidget
from seqrkit.widgets.phone_widget import PhoneWidget

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def seqr() -> Iterator[Session]:
    with connect(quiet=True, clock=ManualClock(), seed=1) as session:
        yield session


@pytest.fixture
def phone(seqr: Session) -> Iterator[PhoneWidget]:
    assert seqr.simulator is not None
    widget = PhoneWidget(seqr.simulator.phone)
    yield widget
    widget.close()


@given(total=st.decimals("0.02", "9999", places=2), currency=st.sampled_from(["SEK", "EUR"]))
def test_the_field_for_a_part_suggests_the_open_amount(total: Decimal, currency: str) -> None:
    with connect(quiet=True, clock=ManualClock()) as seqr:
        sent = seqr.send_invoice(evolve(INVOICE, total_amount=f"{total} {currency}"))
        assert seqr.simulator is not None
        phone = PhoneWidget(seqr.simulator.phone)
        phone.scan(sent.qr)
        (field,) = (each for each in all_of(phone) if isinstance(each, ipywidgets.Text))
        assert field.placeholder == f"{total} {currency}"
        field.value = "0.01"
        phone.pay()
        phone.confirm()
        assert field.placeholder == f"{total - Decimal('0.01')} {currency}"
        phone.close()


def test_a_bill_is_scanned_and_paid(seqr: Session, phone: PhoneWidget) -> None:
    assert "No open bill." in shown(phone)
    reply = seqr.send_invoice(INVOICE)
    phone.refresh()
    assert f"[{INVOICE.title} · {INVOICE.total_amount}]" in shown(phone)
    phone.scan(reply.qr)
    page = shown(phone)
    for part in ("Movie ticket", "149.99 SEK", "cashier Bob", "Enjoy the film", "[Pay]"):
        assert part in page
    phone.pay()
    assert phone.screen == "confirm"
    assert "[Confirm with the PIN]" in shown(phone)
    phone.confirm()
    assert (phone.screen, phone.trouble) == ("end", "")
    assert "paid to Grand Cinema" in shown(phone)
    assert "reversed at 12:00:20 unless the shop polls" in shown(phone)
    paid = seqr.get_payment_status(reply)
    phone.refresh()
    assert str(paid.ers_reference) in shown(phone)
    assert "reversed at" not in shown(phone)
    phone.back()
    assert repr(phone) == "Phone: home, no open bill"


@pytest.mark.parametrize(
    ("act", "status", "said"),
    [
        ("decline", "FAILED", "declined by the bank"),
        ("cancel", "CANCELED", "cancelled; nothing is paid to Grand Cinema"),
    ],
)
def test_a_bill_is_not_paid(
    seqr: Session, phone: PhoneWidget, act: str, status: str, said: str
) -> None:
    reply = seqr.send_invoice(INVOICE)
    phone.scan(reply.qr)
    getattr(phone, act)()
    assert seqr.get_payment_status(reply).status == status
    assert said in shown(phone)
    assert "Receipt" not in shown(phone)


class AnnouncedLock:
    """A lock that says when a thread asks for it."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self.asked = threading.Event()

    def __enter__(self) -> None:
        self.asked.set()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.mark.parametrize("act", ["cancel", "decline", "back", "pay"])
def test_a_refresh_that_had_to_wait_shows_the_later_state(
    seqr: Session, phone: PhoneWidget, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    phone.scan(seqr.send_invoice(INVOICE).qr)
    lock = phone._drawing
    with lock:
        announced = AnnouncedLock(lock)
        monkeypatch.setattr(phone, "_drawing", announced)
        refresh = threading.Thread(target=phone.refresh)
        refresh.start()
        assert announced.asked.wait(SECONDS)
        getattr(phone, act)()
        expected = phone.screen
    refresh.join(SECONDS)
    assert expected != "bill"
    assert phone.screen == expected


def test_a_part_is_paid_and_the_rest_stays_open(seqr: Session, phone: PhoneWidget) -> None:
    phone.scan(seqr.send_invoice(INVOICE).qr)
    phone._part.value = "50"
    phone.pay()
    assert "50 SEK" in shown(phone)
    phone.confirm()
    assert phone.screen == "bill"
    assert "99.99 SEK" in shown(phone)
    assert "50 of 149.99 SEK is paid" in shown(phone)
    assert phone._part.value == ""


@pytest.mark.parametrize(
    ("part", "said"), [("50,5 SEK", "decimal comma"), ("500 SEK", "more than zero and at most")]
)
def test_an_invalid_part_is_rejected_with_the_reason(
    seqr: Session, phone: PhoneWidget, part: str, said: str
) -> None:
    phone.scan(seqr.send_invoice(INVOICE).qr)
    phone._part.value = part
    phone.pay()
    phone.confirm()
    assert said in phone.trouble
    assert said in shown(phone)
    phone.back()
    assert phone.trouble == ""


def test_while_the_pin_dialog_is_open_the_shop_cannot_cancel(
    seqr: Session, phone: PhoneWidget
) -> None:
    reply = seqr.send_invoice(INVOICE)
    phone.scan(reply.qr)
    phone.pay()
    assert seqr.cancel_invoice(reply, check=False).result_code == 51
    phone.back()
    assert phone.screen == "bill"
    assert seqr.cancel_invoice(reply, check=False).result_code == 0
    phone.refresh()
    assert phone.screen == "end"


def test_a_bill_that_waits_for_the_shop_cannot_be_paid_yet(
    seqr: Session, phone: PhoneWidget
) -> None:
    phone._card.value = " 77 "
    phone.add_card()
    assert "77" in shown(phone)
    reply = seqr.send_invoice(evolve(INVOICE, acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT"))
    phone.scan(reply.qr)
    assert "Waiting for the shop" in shown(phone)
    assert "[Pay]" not in shown(phone)
    seqr.update_invoice(reply, INVOICE)
    phone.refresh()
    assert "[Pay]" in shown(phone)
    phone.back()
    phone.remove_cards()
    assert "Loyalty cards" not in shown(phone)
    assert "[Remove all cards]" not in shown(phone)


def test_an_invalid_code_is_rejected_with_an_example(phone: PhoneWidget) -> None:
    phone._code.value = "nonsense"
    phone.scan()
    assert "looks like HTTP://SEQR.SE/R" in phone.trouble
    assert phone.screen == "home"


def test_a_reservation_shows_when_it_is_released(seqr: Session, phone: PhoneWidget) -> None:
    reply = seqr.send_invoice(
        evolve(INVOICE, payment_mode="RESERVATION_REQUIRED", commit_reservation_timeout=60)
    )
    phone.scan(reply.qr)
    phone.pay()
    phone.confirm()
    assert "reserved for Grand Cinema" in shown(phone)
    assert "released at 12:01:00 unless the shop commits it" in shown(phone)


def test_texts_of_shops_are_escaped(seqr: Session, phone: PhoneWidget) -> None:
    hostile = "<script>alert(1)</script>"
    reply = seqr.send_invoice(evolve(INVOICE, title=hostile, footer=hostile, cashier_id=hostile))
    for act in (lambda: phone.scan(reply.qr), phone.pay, phone.confirm):
        act()
        assert "<script" not in shown(phone)


def test_equal_bills_have_different_labels(seqr: Session, phone: PhoneWidget) -> None:
    references = [str(seqr.send_invoice(INVOICE).invoice_reference) for _ in range(2)]
    phone.refresh()
    for reference in references:
        assert f"149.99 SEK · …{reference[-4:]}]" in shown(phone)


def test_new_bills_appear_by_themselves(
    seqr: Session, phone: PhoneWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered, show = threading.Event(), phone._offers.show

    def note(pieces: dict[str, object]) -> None:
        show(pieces)
        if str(INVOICE.title) in str(pieces["bills"]):
            offered.set()

    monkeypatch.setattr(phone._offers, "show", note)
    seqr.send_invoice(INVOICE)
    assert offered.wait(SECONDS)
    press(phone, str(INVOICE.title))
    assert phone.screen == "bill"


def test_the_phone_survives_its_endpoint(seqr: Session, phone: PhoneWidget) -> None:
    seqr.close()
    phone.redraw()
    assert phone.trouble


def test_phone_and_clocks_have_one_widget_and_a_text(seqr: Session) -> None:
    said = "Phone: home, no open bill"
    for thing, text in ((seqr.phone, said), *((c, repr(c)) for c in (seqr.clock, SystemClock()))):
        bundle, again = (DisplayFormatter().format(thing)[0] for _ in range(2))
        assert bundle == again
        assert {"text/plain", VIEW} <= set(bundle)
        assert bundle["text/plain"] == text


def test_the_text_of_a_phone_describes_its_screen(seqr: Session) -> None:
    def text() -> str:
        return str(DisplayFormatter().format(seqr.phone)[0]["text/plain"])

    text()
    seqr.send_invoice(INVOICE)
    assert text() == f"Phone: home, {INVOICE.title} · {INVOICE.total_amount}"
    seqr.close()
    assert text() == f"Phone: home, {INVOICE.title} · {INVOICE.total_amount}"


def test_advancing_the_clock_makes_due_events_happen(seqr: Session) -> None:
    widget = ClockWidget(seqr.clock)
    assert "12:00:00" in shown(widget)
    reply = seqr.send_invoice(INVOICE)
    seqr.phone.scan(reply.qr).pay()
    widget.advance(20)
    assert "12:00:20" in shown(widget)
    assert seqr.get_payment_status(reply).status == "CANCELED"
    turned = coming(widget._face, "value", lambda face: "2026-01-02" in face)
    press(widget, "+ 1 day")
    assert turned()
    assert repr(widget) == f"Clock: {seqr.clock!r}"


def test_every_step_of_the_clock_has_a_button() -> None:
    page = shown(ClockWidget(ManualClock()))
    assert all(f"[+ {words}]" in page for words in STEPS)


def test_the_system_clock_has_no_buttons() -> None:
    page = shown(ClockWidget(SystemClock()))
    assert "[" not in page
    assert "connect(clock=ManualClock())" in page


def test_a_busy_button_is_disabled_and_works_once() -> None:
    begun, go_on = threading.Event(), threading.Event()
    times: list[int] = []

    def work() -> None:
        times.append(1)
        begun.set()
        assert go_on.wait(SECONDS)

    slow = button("Ask", work)
    busy = coming(slow, "disabled", lambda disabled: disabled is True)
    idle = coming(slow, "disabled", lambda disabled: disabled is False)
    slow.click()
    assert begun.wait(SECONDS)
    slow.click()
    assert busy()
    go_on.set()
    assert idle()
    assert len(times) == 1


def test_many_requests_cause_few_redraws() -> None:
    drawn: list[int] = []
    first, go_on, last = threading.Event(), threading.Event(), threading.Event()

    def draw() -> None:
        drawn.append(1)
        first.set()
        assert go_on.wait(SECONDS)
        if len(drawn) == 2:
            last.set()

    redrawing = Redrawing(draw)
    redrawing.request()
    assert first.wait(SECONDS)
    for _ in range(100):
        redrawing.request()
    go_on.set()
    assert last.wait(SECONDS)
    assert len(drawn) == 2


def test_in_marimo_it_says_where_else_there_is_a_phone(
    seqr: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "marimo", sys)
    assert seqr.simulator is not None
    bundle = seqr.simulator.phone._repr_mimebundle_()
    assert VIEW not in bundle
    assert "seqr.simulator.base_url" in str(bundle["text/html"])
