"""Buyer and clock of a standalone endpoint do what those of the embedded one do."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from contract_tests.replies import Watch
from contract_tests.toolkit.peer import peer, replying
from seqrkit import ManualClock, connect
from seqrkit.control_client.client import Remote
from seqrkit.control_client.clock import RemoteClock
from seqrkit.control_client.phone import RemotePhone
from seqrkit.errors import CannotPay, ConfigurationError, EndpointError, InvalidCode
from seqrkit.model import Invoice, InvoiceRow, ReceiptDocument
from seqrkit.money import Amount
from seqrkit.session import Session, published
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import NEWEST, PATHS, AcknowledgmentMode, Interface, ResultCode

NO_WAIT = AcknowledgmentMode.NO_ACKNOWLEDGMENT


@pytest.fixture
def served() -> Iterator[Endpoint]:
    with Endpoint(clock=ManualClock()) as endpoint:
        yield endpoint


@pytest.fixture(params=["embedded", "remote"])
def session(request: pytest.FixtureRequest, served: Endpoint) -> Iterator[Session]:
    """A session with an embedded endpoint, and one with a served one under control."""
    if request.param == "embedded":
        with connect(clock=ManualClock(), quiet=True) as session:
            yield session
        return
    where = served.url(Interface.CASHREGISTER_2)
    credentials: dict[str, Any] = dict(published())
    with connect(where, quiet=True, **credentials) as session:
        session.clock = session.endpoint_clock
        yield session


def sent(session: Session, **more: Any) -> str:
    """The code of a new invoice."""
    reply = session.send_invoice(Invoice(title="Tea", total_amount="10 SEK", **more))
    return str(reply.qr)


def test_a_buyer_pays(session: Session) -> None:
    bill = session.phone.scan(sent(session))
    assert (bill.status, str(bill.total), bill.waiting) == ("ISSUED", "10 SEK", False)
    bill.begin_confirmation().leave_confirmation().pay()
    assert session.phone.bill(bill.reference).status == "PAID"
    assert session.wait_for_payment(bill.reference).status == "PAID"


def test_a_bill_has_rows_tokens_terminal_and_receipts(session: Session) -> None:
    session.phone.add_card("1", "CARD", "Fish club")
    row = InvoiceRow(
        item_description="Tea",
        item_quantity=Decimal(2),
        item_discount="1 SEK",
        item_tax_rate=Decimal(25),
        item_total_amount="10 SEK",
    )
    bill = session.phone.scan(sent(session, invoice_rows=[row], acknowledgment_mode=NO_WAIT)).pay()
    payment = session.wait_for_payment(bill.reference)
    receipt = ReceiptDocument(
        mime_type="text/plain", receipt_data=b"Thanks", receipt_type="PAYMENT_RECEIPT"
    )
    session.submit_payment_receipt(str(payment.ers_reference), receipt)
    assert list(bill.rows) == [row]
    assert [(each.description, each.status) for each in bill.tokens] == [("Fish club", 0)]
    assert (bill.title, bill.terminal) == ("Tea", "Public Test Shop")
    assert list(bill.receipts) == [receipt]


def test_the_older_interface_returns_the_address_of_the_phone(
    session: Session, every_reply: Watch
) -> None:
    session.phone.deliver_to("1 High Street")
    bill = session.phone.scan(sent(session))
    older = session.endpoint.replace(PATHS[NEWEST], PATHS[Interface.EXTCLIENTPROXY_V2])
    if session.simulator is not None:
        older = session.simulator.url(Interface.EXTCLIENTPROXY_V2)
    credentials: dict[str, Any] = dict(published())
    with connect(older, quiet=True, **credentials) as there:
        reply = there.get_payment_status(bill.reference)
        assert reply.status == "ISSUED"
        assert "<deliveryAddress>1 High Street</deliveryAddress>" in str(
            there.exchanges[-1].response
        )
    assert len(every_reply.problems) == 1  # the published schema has no such element
    every_reply.problems.clear()
    session.get_payment_status(bill.reference)
    assert "deliveryAddress" not in str(session.exchanges[-1].response)


@pytest.mark.parametrize("part", ["4 SEK", Amount.of("4 SEK"), Decimal(4)], ids=repr)
def test_a_buyer_pays_a_part(session: Session, part: Amount | Decimal | str) -> None:
    bill = session.phone.scan(sent(session)).pay(part)
    assert bill.status == "PARTIALLY_PAID"


@pytest.mark.parametrize(("gesture", "status"), [("decline", "FAILED"), ("cancel", "CANCELED")])
def test_a_buyer_does_not_pay(session: Session, gesture: str, status: str) -> None:
    bill = session.phone.scan(sent(session))
    getattr(bill, gesture)()
    assert bill.status == status


def test_a_refused_payment_names_the_reason_and_the_code(session: Session) -> None:
    bill = session.phone.scan(sent(session)).pay()
    with pytest.raises(CannotPay, match="it is PAID") as caught:
        bill.pay()
    assert isinstance(caught.value.code, ResultCode)
    with pytest.raises(CannotPay, match="no invoice 4711") as unknown:
        session.phone.bill("4711")
    assert unknown.value.code is ResultCode.INVALID_INVOICE_REFERENCE
    with pytest.raises(InvalidCode, match="no code to scan"):
        session.phone.scan(None)


def test_cards_are_offered_until_they_are_removed(session: Session) -> None:
    session.phone.add_card("9752")
    bill = session.phone.scan(sent(session, acknowledgment_mode="OPTIONAL_ACKNOWLEDGMENT"))
    assert bill.waiting
    session.phone.remove_cards()
    assert not session.phone.scan(
        sent(session, acknowledgment_mode="OPTIONAL_ACKNOWLEDGMENT")
    ).waiting


def test_sleeping_on_a_manual_clock_advances_it(session: Session, served: Endpoint) -> None:
    before = session.clock.now()
    session.clock.sleep(20)
    assert (session.clock.now() - before).total_seconds() == session.clock.monotonic() == 20
    if session.simulator is None:
        assert served.clock.now() == session.clock.now()
        assert repr(session.clock).startswith("RemoteClock(2026-")


def test_a_real_clock_is_not_turned() -> None:
    with Endpoint() as endpoint, pytest.raises(ConfigurationError, match="--manual-clock"):
        RemoteClock(Remote(endpoint.base_url, None))


def test_another_endpoint_has_neither_phone_nor_clock() -> None:
    with peer(replying) as other, connect(other.url(), quiet=True) as session:
        with pytest.raises(ConfigurationError, match="has no simulated phone"):
            _ = session.phone
        with pytest.raises(ConfigurationError, match="has no clock that can be advanced"):
            _ = session.endpoint_clock


def test_an_endpoint_that_starts_later_has_a_phone() -> None:
    with Endpoint() as endpoint:
        where = endpoint.url(Interface.CASHREGISTER_2)
    with connect(where, quiet=True) as session:
        with pytest.raises(ConfigurationError, match="has no simulated phone"):
            _ = session.phone
        with Endpoint(port=int(where.split(":")[2].split("/")[0])):
            assert isinstance(session.phone, RemotePhone)


def test_an_endpoint_beyond_loopback_is_asked_only_with_a_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("seqrkit.control_client.client.control_of", asked.append)
    with connect("https://host.invalid/", quiet=True) as session:
        assert session.control is None
        assert asked == []
        monkeypatch.setenv("SEQR_CONTROL_TOKEN", "x")
        assert session.control is None
        assert len(asked) == 1


def test_the_phone_s_page_is_linked_in_notebooks(served: Endpoint) -> None:
    shown = RemotePhone(Remote(served.base_url, None))._repr_html_()
    assert f'href="{served.base_url}/phone"' in shown


def test_a_refusal_that_is_no_code_points_to_its_help(served: Endpoint) -> None:
    with pytest.raises(EndpointError, match=r"scan a code first \(`seqrkit explain no-bill`\)"):
        Remote(served.base_url, None).post("phone", "bills", "latest", "pay")
    assert served.base_url in repr(RemotePhone(Remote(served.base_url, None)))
