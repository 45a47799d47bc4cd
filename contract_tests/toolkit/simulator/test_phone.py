"""The buyer's phone: every form of a code, and a clear message for each refusal."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.errors import CannotPay, InvalidAmount, InvalidCode
from seqrkit.money import Amount
from seqrkit.qr import QrCode
from seqrkit.vocabulary import ResultCode


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.mark.parametrize(
    "form",
    ["HTTP://SEQR.SE/R{}", "http://seqr.se/r{}", "seqr://SEQR.SE/R{}", "seqr-debug://SEQR.SE/R{}"],
)
def test_every_form_of_an_invoices_code_is_scanned(shop: Shop, form: str) -> None:
    reference = shop.send()
    assert shop.phone.scan(form.format(reference)).reference == reference
    assert shop.phone.scan(QrCode(form.format(reference))).reference == reference


def test_a_terminals_code_leads_to_its_current_invoice(shop: Shop) -> None:
    till = shop.register(name="Till 4")
    shop.call("assignSeqrId", till, seqr_id="ABC123")
    with pytest.raises(CannotPay, match='"Till 4" has no bill to pay'):
        shop.phone.scan("HTTP://SEQR.SE/QABC123")
    shop.send("1 SEK", caller=till)
    reference = shop.send("2 SEK", caller=till)
    bill = shop.phone.scan("HTTP://SEQR.SE/QABC123")
    assert (bill.reference, bill.total) == (reference, Amount.of("2 SEK"))


def test_unregistering_a_terminal_frees_its_code(shop: Shop) -> None:
    first, second = shop.register(), shop.register()
    shop.call("assignSeqrId", first, seqr_id="ABC123")
    shop.call("unregisterTerminal", first)
    with pytest.raises(CannotPay, match="no terminal has the seqrId ABC123"):
        shop.phone.scan("HTTP://SEQR.SE/QABC123")
    assert shop.call("assignSeqrId", second, seqr_id="ABC123").result_code == 0


def test_a_text_that_is_not_a_code_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidCode, match="not a SEQR code"):
        shop.phone.scan("https://example.com/")


def test_a_reply_without_a_code_is_refused(shop: Shop) -> None:
    refused = shop.call("sendInvoice")
    code: QrCode | None = refused.qr  # as a reply has it, for the type checker
    assert code is None
    with pytest.raises(InvalidCode, match="no code to scan"):
        shop.phone.scan(code)


def test_an_unknown_invoice_is_refused(shop: Shop) -> None:
    with pytest.raises(CannotPay, match="no invoice 1397222701693") as told:
        shop.phone.scan("HTTP://SEQR.SE/R1397222701693")
    assert told.value.code is ResultCode.INVALID_INVOICE_REFERENCE


def test_a_paid_bill_is_shown_and_not_paid_again(shop: Shop) -> None:
    reference = shop.send()
    shop.scan(reference).pay()
    bill = shop.scan(reference)
    assert bill.status == "PAID"
    with pytest.raises(CannotPay, match=rf"{reference} cannot be paid: it is PAID") as told:
        bill.pay()
    assert told.value.code is ResultCode.REJECTED_PAYMENT


def test_a_cancelled_bill_is_not_paid(shop: Shop) -> None:
    reference = shop.send()
    bill = shop.scan(reference)
    shop.call("cancelInvoice", invoice_reference=reference)
    with pytest.raises(CannotPay, match="it was cancelled"):
        bill.pay()


@pytest.mark.parametrize("amount", ["0 SEK", "100.01 SEK", Decimal(-1)])
def test_zero_and_more_than_the_open_amount_are_not_paid(shop: Shop, amount: str | Decimal) -> None:
    bill = shop.scan(shop.send())
    with pytest.raises(CannotPay, match="the amount must be more than zero") as told:
        bill.pay(amount)
    assert told.value.code is ResultCode.REJECTED_AMOUNT


@given(
    st.sampled_from(["NaN", "sNaN", "Infinity", "-Infinity"]).map(Decimal)
    | st.sampled_from([Amount(None, "SEK"), Amount(Decimal(5), None)])
    | st.text().filter(lambda text: "SEK" not in text.upper())
)
def test_a_value_that_is_not_an_amount_is_not_paid(amount: Amount | Decimal | str) -> None:
    shop = Shop()
    bill = shop.scan(shop.send())
    with pytest.raises(InvalidAmount):
        bill.pay(amount)
    assert bill.status == "ISSUED"


def test_a_bill_is_paid_in_its_own_currency(shop: Shop) -> None:
    with pytest.raises(InvalidAmount, match="is in SEK"):
        shop.scan(shop.send()).pay("5 EUR")


def test_a_reservation_is_not_made_in_part(shop: Shop) -> None:
    bill = shop.scan(shop.send(payment_mode="RESERVATION_REQUIRED"))
    with pytest.raises(CannotPay):
        bill.pay("1 SEK")
    assert bill.status == "ISSUED"


def test_the_bill_shows_what_the_merchant_wrote(shop: Shop) -> None:
    bill = shop.scan(shop.send(title="Fish & Chips"))
    assert (bill.title, bill.rows) == ("Fish & Chips", ())
    assert repr(bill) == f"<Bill {bill.reference}: 100 SEK, ISSUED>"


def test_cards_can_be_removed_from_the_phone(shop: Shop) -> None:
    shop.phone.add_card("1", id="CARD")
    assert repr(shop.phone) == "<Phone with CARD>"
    shop.phone.remove_cards()
    assert shop.phone.cards == ()


def test_the_phone_lists_the_open_bills(shop: Shop) -> None:
    told: list[int] = []
    leave = shop.phone.subscribe(lambda: told.append(1))
    older, newer, paid = shop.send(), shop.send(), shop.send()
    shop.scan(paid).pay()
    assert [bill.reference for bill in shop.phone.open_bills()] == [newer, older]
    assert [bill.reference for bill in shop.phone.open_bills(1)] == [newer]
    heard = len(told)
    assert heard >= 5, "three were sent, one was scanned and paid"
    leave()
    shop.send()
    assert len(told) == heard
