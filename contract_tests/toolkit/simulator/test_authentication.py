"""Terminals, resellers, their passwords, ids, receipts and credits."""

import re
import threading
from decimal import Decimal
from time import monotonic

import httpx
import pytest

from contract_tests.toolkit.simulator.messages import PLAIN
from contract_tests.toolkit.simulator.shop import RESELLER, WEBSHOP, Shop, context, standard
from seqrkit.clock import DEFAULT_START, ManualClock
from seqrkit.model import ClientContext, CreditUserRequest, PrincipalId, ReceiptDocument
from seqrkit.money import EXACT, Amount
from seqrkit.simulator import Endpoint
from seqrkit.simulator.authentication import principals
from seqrkit.simulator.authentication.login_throttle import MAX_FAILURES, LoginThrottle
from seqrkit.simulator.authentication.passwords import HashNeeded, Passwords
from seqrkit.simulator.authentication.principals import PUBLISHED
from seqrkit.simulator.operations.payouts import converted
from seqrkit.simulator.reference_numbers import ReferenceNumbers
from seqrkit.simulator.store.records import SubmittedReceipt


def test_the_published_hashes_are_those_of_the_published_passwords() -> None:
    passwords = Passwords()
    for stored, password in (
        (principals._RESELLER_HASH, PUBLISHED.reseller_password),
        (principals._TERMINAL_HASH, PUBLISHED.terminal_password),
    ):
        passwords.verify(stored, password)
        assert passwords.check(stored, password)


def test_a_password_is_hashed_with_salt_and_verified_once() -> None:
    passwords = Passwords(cost=4)
    stored = passwords.hash("secret")
    assert "secret" not in stored
    assert stored != passwords.hash("secret")
    assert passwords.check(stored, "secret")
    other = Passwords(cost=4)
    with pytest.raises(HashNeeded):
        other.check(stored, "wrong")
    other.verify(stored, "wrong")
    assert not other.check(stored, "wrong")


def test_the_number_of_remembered_passwords_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqrkit.simulator.authentication.passwords._REMEMBERED", 2)
    passwords = Passwords(cost=1)
    stored = [passwords.hash(str(number)) for number in range(3)]
    with pytest.raises(HashNeeded):
        passwords.check(stored[0], "0")


def test_failed_logins_are_delayed_after_twenty_in_a_minute() -> None:
    throttle = LoginThrottle(ManualClock(), only_local=False)
    assert [throttle.failed("one", at=number) for number in range(20)] == [0] * 20
    assert throttle.failed("one", at=20) == 2
    assert throttle.failed("one", at=21) == 4
    assert max(throttle.failed("one", at=22) for _ in range(100)) == 20
    assert throttle.failed("another", at=20) == 0
    assert throttle.failed("one", at=100) == 0


def test_guesses_of_a_token_are_delayed() -> None:
    with Endpoint(token="a-token-of-the-test") as endpoint:
        for _ in range(MAX_FAILURES):
            endpoint.control.throttle.failed("127.0.0.1", monotonic())
        with httpx.Client(base_url=endpoint.base_url, trust_env=False, timeout=0.5) as client:
            with pytest.raises(httpx.ReadTimeout):
                client.get("/control/state", headers={"Authorization": "Bearer wrong"})
            right = {"Authorization": f"Bearer {endpoint.token}"}
            assert client.get("/control/state", headers=right).status_code == 200


def test_a_new_password_is_hashed_outside_the_transaction() -> None:
    passwords = Passwords(cost=1)
    with pytest.raises(HashNeeded) as needed:
        passwords.new_hash("secret")
    needed.value.compute()
    assert passwords.check(passwords.new_hash("secret"), "secret")
    with pytest.raises(HashNeeded):
        passwords.new_hash("secret")


def test_wrong_passwords_do_not_delay_a_verified_one() -> None:
    hashing, release = threading.Event(), threading.Event()
    with Endpoint() as endpoint, httpx.Client(trust_env=False) as client:

        def slow(_stored: str, _password: str) -> None:
            hashing.set()
            assert release.wait(10)

        endpoint.service.transactions.passwords.verify = slow  # type: ignore[assignment,method-assign]
        wrong = PLAIN.replace(PUBLISHED.terminal_password.encode(), b"guessed")
        guessing = threading.Thread(
            target=lambda: httpx.post(endpoint.url(), content=wrong, trust_env=False)
        )
        guessing.start()
        assert hashing.wait(10)
        assert b"<resultCode>0<" in client.post(endpoint.url(), content=PLAIN).content
        assert guessing.is_alive()
        endpoint.service.transactions.passwords.remember(
            principals._TERMINAL_HASH, "guessed", right=False
        )
        release.set()
        guessing.join(10)
        assert not guessing.is_alive()


def test_a_combined_id_names_reseller_and_user() -> None:
    principal = PrincipalId(id="public_test_shop/9900", type="RESELLERUSER")
    caller = ClientContext(initiator_principal_id=principal, password="1234")
    assert Shop().call("markTransactionPeriod", caller).result_code == 0


def test_the_user_id_of_a_terminal_is_ignored() -> None:
    principal = PrincipalId(id=PUBLISHED.terminal_id, type="TERMINALID", user_id="anything")
    caller = ClientContext(initiator_principal_id=principal, password="12345678")
    assert Shop().call("sendInvoice", caller, invoice=standard()).result_code == 0


def test_a_reseller_unregisters_its_only_terminal() -> None:
    shop = Shop()
    till = shop.register()
    assert shop.call("unregisterTerminal", RESELLER).result_code == 0
    assert shop.call("sendInvoice", till, invoice=standard()).result_code == 29


def test_a_blocked_terminal_can_be_unblocked() -> None:
    shop = Shop()
    till = shop.register()
    terminal_id = till.initiator_principal_id.id  # type: ignore[union-attr]
    assert terminal_id is not None
    shop.service.configure({"terminals": [{"id": terminal_id, "blocked": True}]})
    assert shop.status(None, caller=till).result_code == 33
    shop.service.configure({"terminals": [{"id": terminal_id, "blocked": False}]})
    assert shop.status(None, caller=till).result_code == 54


def test_only_a_webshops_reply_has_a_qr_code() -> None:
    shop = Shop()
    for caller, has in ((shop.register(), False), (WEBSHOP, True)):
        reply = shop.call("sendInvoice", caller, invoice=standard())
        code = f"HTTP://SEQR.SE/R{reply.invoice_reference}"
        assert reply.invoice_qr_code == (code if has else None)


def test_ids_have_the_services_form_and_depend_on_the_seed() -> None:
    numbers = ReferenceNumbers(seed=7)
    assert numbers.earliest_invoice(DEFAULT_START) == 1767268800000
    reference = numbers.reference(DEFAULT_START.replace(microsecond=663000), 42)
    assert reference == "2026010112000066300000042"
    assert len(numbers.terminal_id(1)) == 32
    assert int(numbers.terminal_id(1), 16)
    assert numbers.terminal_id(1) == ReferenceNumbers(seed=7).terminal_id(1)
    assert numbers.terminal_id(1) != ReferenceNumbers(seed=8).terminal_id(1)
    assert ReferenceNumbers(seed=None).terminal_id(1) != ReferenceNumbers(seed=None).terminal_id(1)
    assert numbers.user_id("buyer").isalnum()
    assert len(numbers.user_id("buyer")) <= 36


def test_a_terminal_id_is_32_hexadecimal_characters() -> None:
    shop = Shop()
    principals_ = [shop.register().initiator_principal_id for _ in range(2)]
    first, second = (str(principal and principal.id) for principal in principals_)
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize("digits", [1, 40, 1000])
def test_a_payout_of_any_size_is_converted(digits: int) -> None:
    amount = Amount(Decimal("9" * digits + ".99"), "EUR")
    assert converted(amount, "SEK").value == EXACT.multiply(amount.value or 0, 11)
    back = converted(Amount(Decimal(10), "SEK"), "GBP")
    assert back == Amount.of("0.77 GBP")


def test_a_payout_is_converted_for_the_user_of_the_payment() -> None:
    shop = Shop()
    shop.change_reseller(gaming=True)
    reference = shop.send()
    shop.scan(reference).pay()
    (token,) = shop.status(reference).customer_tokens
    assert (token.id, token.description, token.status) == (token.description, token.id, 0)
    request = CreditUserRequest(user_id=token.value, amount="100.00 EUR", correlation_id="1")
    reply = shop.call("creditUser", credit_user_request=request)
    assert (reply.result_code, reply.correlation_id) == (0, "1")
    (credit,) = shop.phone.credits
    assert credit.reference == reply.ers_reference
    assert (credit.amount, credit.received) == (Amount.of("100.00 EUR"), Amount.of("1100.00 SEK"))
    assert credit.description == "Withdrawal from iGaming"


def test_payments_and_refunds_can_have_several_receipts_and_empty_ones() -> None:
    shop = Shop()
    payment = shop.sell()
    refund = shop.refund(payment, "1 SEK").ers_reference
    document = ReceiptDocument(mime_type="text/html", receipt_data=b"<p/>", receipt_type="OTHER")
    for reference in (payment, refund):
        for receipt in (document, None, document):
            reply = shop.call(
                "submitPaymentReceipt", ers_reference=reference, receipt_document=receipt
            )
            assert (reply.result_code, reply.ers_reference) == (0, None)
        with shop.service.transactions.store.read() as tx:
            found = tx.find(SubmittedReceipt, movement=reference)
        assert [each.document for each in found] == [document, ReceiptDocument(), document]


def test_two_shops_have_separate_money() -> None:
    shop = Shop()
    shop.add_shop("other", "1", "pass", "other_terminal", "secret")
    shop.sell(caller=context("other_terminal", "secret"))
    period = shop.mark()
    other = shop.call("markTransactionPeriod", context("other", "pass", "1")).transaction_period_id
    shop.clock.advance(3)
    assert "<SalesCount>0<" in shop.report("Shop.xml", period).report.content_string
    assert shop.report("Shop.xml", other).result_code == 90
