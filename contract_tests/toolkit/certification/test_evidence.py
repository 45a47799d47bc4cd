"""The endpoint confirms each observable behaviour, and a reply that differs refutes it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

import seqrkit
from contract_tests.toolkit.certification.test_judge import POS, WEBSHOP, sales
from contract_tests.toolkit.test_session_replay import play
from seqrkit import AcknowledgmentMode, Exchange, Invoice, ManualClock, Session
from seqrkit.certification import Sales, evidence, judge
from seqrkit.certification.procedures import observable
from seqrkit.model import ReceiptDocument
from seqrkit.simulator.behaviours import TABLE


def sold(seqr: Session, mode: AcknowledgmentMode = AcknowledgmentMode.NO_ACKNOWLEDGMENT) -> str:
    invoice = Invoice(title="Tea", total_amount="10 SEK", acknowledgment_mode=mode)
    return seqr.send_invoice(invoice).invoice_reference or ""


def try_everything(seqr: Session) -> None:
    """Show each behaviour that a session can show, also the refusals."""
    tea = Invoice(title="Tea", total_amount="10 SEK")
    receipt = ReceiptDocument.html("<p>Tea</p>")
    seqr.register_terminal("till", "s3cret", "Till")
    seqr.assign_seqr_id("not alphanumeric", check=False)
    seqr.send_invoice(Invoice(title="Tea", total_amount="0 SEK"), check=False)
    for url in ("ftp://shop.example", "https://shop.example"):
        address = Invoice(title="Tea", total_amount="10 SEK", notification_url=url)
        seqr.send_invoice(address, check=False)
    seqr.cancel_invoice("unknown", check=False)
    paid = sold(seqr)
    seqr.get_payment_status(paid)
    seqr.phone.scan(f"HTTP://SEQR.SE/R{paid}").pay()
    status = seqr.get_payment_status(paid)
    for request in (seqr.cancel_invoice, seqr.commit_reservation):
        request(paid, check=False)
    seqr.update_invoice(paid, tea, check=False)
    seqr.submit_payment_receipt(paid, receipt, check=False)
    seqr.refund_payment(paid, tea, check=False)
    seqr.refund_payment(status, tea)
    seqr.refund_payment(status, tea, check=False)
    canceled = sold(seqr)
    for _ in range(2):
        seqr.cancel_invoice(canceled, check=False)
    seqr.get_payment_status(canceled)
    seqr.update_invoice(canceled, tea, check=False)
    declined = sold(seqr)
    seqr.phone.scan(f"HTTP://SEQR.SE/R{declined}").decline()
    seqr.get_payment_status(declined)
    seqr.cancel_invoice(declined, check=False)
    waiting = sold(seqr, AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT)
    seqr.phone.scan(f"HTTP://SEQR.SE/R{waiting}")
    seqr.get_payment_status(waiting)
    seqr.update_invoice(waiting, tea)
    seqr.get_payment_status(waiting)
    seqr.get_payment_status(None, check=False)  # a webshop terminal has no current invoice


@pytest.fixture(scope="module")
def thorough() -> tuple[Exchange, ...]:
    with seqrkit.connect(clock=ManualClock(), seed=1, quiet=True) as seqr:
        play(seqr)
        password = "s3cret"
        terminal = seqr.register_terminal("till-2", password, "Till 2").terminal_id or ""
        till = seqr.as_terminal(terminal, password)
        sold(till)
        till.get_payment_status(None)
        try_everything(seqr)
        return tuple(seqr.exchanges)


def test_each_observable_behaviour_is_in_the_table() -> None:
    assert observable().keys() <= TABLE.keys()


@pytest.mark.parametrize("session", [POS, WEBSHOP], ids=["pos", "webshop"])
def test_a_rehearsal_refutes_nothing(session: tuple[Exchange, ...]) -> None:
    found = evidence(Sales(session))
    assert found
    assert not [each for each in found.values() if each.refuted]


def test_the_endpoint_confirms_every_observable_behaviour(thorough: tuple[Exchange, ...]) -> None:
    found = evidence(Sales(thorough))
    assert not {id_: each.refuted for id_, each in found.items() if each.refuted}
    assert {id_ for id_, each in found.items() if each.confirmed} == observable().keys()


def otherwise(exchange: Exchange) -> Iterator[Exchange]:
    """Return an exchange with other replies, each different in one respect."""
    saved = dict(exchange.to_dict())
    reply = str(saved["response"])
    more = "<ersReference>1</ersReference><receipt><paymentReference>1</paymentReference></receipt>"
    asked = "".join(re.findall("<ersReference>(.*?)<", str(saved["request"])))
    for pattern, new in (
        (r"<resultCode>\d+<", "<resultCode>77<"),
        (r"<resultCode>\d+<", "<resultCode>64<"),
        (r"<status>\w+<", "<status>OTHER<"),
        ("<status>.*?</status>", ""),
        (r"<version>\d+<", "<version>-1<"),
        ("<receipt>.*</receipt>", ""),
        ("</return>", f"{more}</return>"),
        ("<ersReference>.*?<", f"<ersReference>{asked}<"),
        (r"<(ersReference|invoiceReference|terminalId|invoiceQRCode|mimeType)>.*?<", r"<\1>x<"),
        ("<resultDescription>.*?<", "<resultDescription>other<"),
    ):
        yield Exchange.from_dict(saved | {"response": re.sub(pattern, new, reply, flags=re.DOTALL)})


@pytest.mark.parametrize("id_", sorted(observable()))
def test_a_different_reply_refutes_the_behaviour(id_: str, thorough: tuple[Exchange, ...]) -> None:
    place = evidence(Sales(thorough))[id_].confirmed[0]
    refuted = [
        found
        for other in otherwise(thorough[place - 1])
        for found in evidence(sales([*thorough[: place - 1], other])).get(id_, (None, ()))[1]
    ]
    assert refuted
    assert {each.exchange for each in refuted} == {place}


def test_no_reply_and_a_busy_service_are_no_evidence(thorough: tuple[Exchange, ...]) -> None:
    for code in ("94", "93", "20"):
        busy = [
            Exchange.from_dict(
                saved | {"response": re.sub(r"<resultCode>\d+<", f"<resultCode>{code}<", reply)}
            )
            for each in thorough
            if (reply := str((saved := dict(each.to_dict()))["response"]))
        ]
        assert not [each.refuted for each in evidence(Sales(busy)).values() if each.refuted]


def test_a_long_wait_for_a_payment_is_judged_in_linear_time() -> None:
    """Judging 2,000 polls of one invoice took half a minute when each was compared with each."""
    at = next(n for n, each in enumerate(POS) if each.operation == "getPaymentStatus")
    sales = Sales([*POS[:at], *[POS[at]] * 2000, *POS[at:]])
    began = time.process_time()
    assert evidence(sales)
    assert judge(sales, "pos")
    assert time.process_time() - began < 5
