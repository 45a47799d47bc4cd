"""What each action does; `ask` holds every answer against its shape in the description."""

from __future__ import annotations

import quopri
from base64 import b64encode
from binascii import hexlify
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from httpx import RemoteProtocolError

from contract_tests.toolkit.simulator.control.controlled import SEND, Controlled
from contract_tests.toolkit.simulator.shop import standard
from seqrkit import contract
from seqrkit.model import InvoiceRow, ReceiptDocument
from seqrkit.simulator.behaviours import TABLE
from seqrkit.simulator.control import controlled_endpoint
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.faults.fault_kinds import EFFECTS
from seqrkit.vocabulary import NEWEST, PATHS, Interface


def test_the_state_counts(there: Controlled) -> None:
    before = there.ask("GET", "/control/state")
    assert before["counts"] == {"invoices": 0, "exchanges": 0, "terminals": 1, "faults": 0}
    assert before["clock"]["manual"] is True
    assert before["interfaces"] == {each.value: there.endpoint.url(each) for each in Interface}
    for reference in (b"a", b"b"):
        there.post(reference)
        there.ask("GET", "/control/state")
    after = there.ask("GET", "/control/state")["counts"]
    assert (after["invoices"], after["exchanges"]) == (2, 2)


def test_many_invoices_are_counted_in_parts(
    there: Controlled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controlled_endpoint, "COUNT_BATCH", 2)
    for expected in (4, 5, 7):
        while there.ask("GET", "/control/state")["counts"]["invoices"] < expected:
            there.send()
    assert there.endpoint.control.count_invoices() == 7


def test_a_reset_by_another_process_is_seen_in_the_count(tmp_path: Path) -> None:
    one, other = (Controlled(db=tmp_path / "shop.db") for _ in range(2))
    with closing(one), closing(other):
        for _ in range(3):
            one.send()
        assert _counts(one, other) == [3, 3]
        other.ask("POST", "/control/reset")
        assert _counts(one, other) == [0, 0]
        other.send()
        one.send()
        assert _counts(one, other) == [2, 2]


def _counts(*endpoints: Controlled) -> list[int]:
    return [each.ask("GET", "/control/state")["counts"]["invoices"] for each in endpoints]


def test_invoices_are_listed_newest_first_and_paged(there: Controlled) -> None:
    references = [there.send(f"{n} SEK", title=f"No. {n}") for n in range(1, 5)]
    listed = there.ask("GET", "/control/invoices", limit=2)
    assert [each["reference"] for each in listed] == references[:1:-1]
    earlier = there.ask("GET", "/control/invoices", before=listed[-1]["reference"])
    assert [each["reference"] for each in earlier] == references[1::-1]
    assert earlier[0]["title"] == "No. 2"
    assert earlier[0]["total"] == {"value": "2", "currency": "SEK"}


def test_a_list_does_not_check_long_requests(
    there: Controlled, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.http.post(PATHS[NEWEST], content=SEND % b"r" + b" " * 10_000)
    with monkeypatch.context() as patch:
        patch.setattr(contract.Contract, "lint_message", lambda *_: pytest.fail("it is checked"))
        (line,) = there.ask("GET", "/control/exchanges")
    assert line["findings"] is None
    assert there.ask("GET", f"/control/exchanges/{line['number']}")["findings"]


def test_lists_cut_long_texts(there: Controlled) -> None:
    reference = there.send(title="Cinema " * 100_000)
    (invoice,) = there.ask("GET", "/control/invoices")
    assert len(str(invoice)) < 2000
    (found,) = there.ask("GET", "/control/search", q=reference)["invoices"]
    assert found == invoice
    whole = there.ask("GET", f"/control/invoices/{reference}")
    assert len(whole["title"]) == 700_000


def test_invoices_are_found_by_status(there: Controlled) -> None:
    open_, paid = there.send(), there.send()
    there.endpoint.phone.scan(f"HTTP://SEQR.SE/R{paid}").pay()
    for status, reference in (("ISSUED", open_), ("PAID", paid), ("paid", paid)):
        listed = there.ask("GET", "/control/invoices", status=status)
        assert [each["reference"] for each in listed] == [reference]
    assert there.ask("GET", "/control/invoices", status="FAILED") == []


def test_an_invoice_has_its_timeline_its_money_and_its_receipts(there: Controlled) -> None:
    row = InvoiceRow(item_description="Ticket", item_quantity=2, item_total_amount="100 SEK")
    reference = there.send(invoice_rows=[row], notification_url="http://127.0.0.1:9/")
    there.endpoint.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay()
    there.endpoint.clock.sleep(5)
    paid = there.call("getPaymentStatus", invoice_reference=reference, invoice_version=0)
    there.call(
        "submitPaymentReceipt",
        ers_reference=paid.ers_reference,
        receipt_document=ReceiptDocument(mime_type="text/plain", receipt_data=b"Thank you"),
    )
    there.call("refundPayment", ers_reference=paid.ers_reference, invoice=standard("30 SEK"))
    there.call("cancelInvoice", invoice_reference=reference)
    whole = there.ask("GET", f"/control/invoices/{reference}")
    told = [(each["event"], each["status"], each["version"]) for each in whole["timeline"]]
    assert told == [
        ("sendInvoice", "ISSUED", 0),
        ("buyer scans", "ISSUED", 0),
        ("buyer pays", "PAID", 1),
        ("getPaymentStatus", "PAID", 1),
        ("refundPayment", "PAID", 1),
        ("cancelInvoice", "PAID", 1),
    ]
    assert whole["timeline"][-1]["code"] == 50
    assert {each["behaviour"] for each in whole["timeline"]} <= set(TABLE)
    assert [(each["kind"], each["amount"]["value"]) for each in whole["payments"]] == [
        ("sale", "100"),
        ("refund", "30"),
    ]
    assert whole["receipts"][0]["text"] == "Thank you"
    assert whole["rows"][0]["description"] == "Ticket"
    assert whole["refunded"]["value"] == "30"


def test_a_reversal_is_in_the_timeline_at_its_own_time(there: Controlled) -> None:
    reference = there.send()
    there.endpoint.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay()
    paid_at = there.ask("GET", "/control/clock")["now"]
    there.ask("POST", "/control/clock/advance", {"seconds": 3600})
    last = there.ask("GET", f"/control/invoices/{reference}")["timeline"][-1]
    assert (last["status"], last["behaviour"]) == ("CANCELED", "reversal")
    waited = datetime.fromisoformat(last["at"]) - datetime.fromisoformat(paid_at)
    assert waited == timedelta(seconds=20)


def test_an_exchange_is_shown_without_its_password(there: Controlled) -> None:
    there.post(b"till-7")
    (line,) = there.ask("GET", "/control/exchanges")
    assert (line["operation"], line["code"], line["description"]) == ("sendInvoice", 0, "SUCCESS")
    assert line["client_reference"] == "till-7"
    whole = there.ask("GET", f"/control/exchanges/{line['number']}")
    assert "<password>********</password>" in whole["request"]
    assert "12345678" not in str(whole)
    assert "invoiceReference" in whole["response"]
    errors = [each for each in whole["findings"] if each["severity"] == "error"]
    assert len(errors) == line["findings"]["errors"] > 0


@pytest.mark.parametrize("start", ['<password a="/">', '<password a="/>">', "<password a='>' >"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-7", "utf-16", "utf-16-le", "utf-32", "utf-32-be", "cp500"]
)
def test_no_spelling_of_a_request_shows_its_password(
    start: str, encoding: str, there: Controlled
) -> None:
    secret = "a-secret-7f3a"
    text = (SEND % b"r").decode().replace("<password>12345678<", f"{start}{secret}<")
    assert secret in text
    body = text.encode(encoding)
    if encoding == "utf-7":  # Python writes the tags as they are
        body = body.replace(b"<", b"+ADw-").replace(b">", b"+AD4-")
    there.http.post(PATHS[NEWEST], content=body)
    (line,) = there.ask("GET", "/control/exchanges")
    shown = str(there.ask("GET", f"/control/exchanges/{line['number']}"))
    assert secret not in shown.replace("\0", "").replace("\\x00", "")


@pytest.mark.parametrize(
    ("encode", "filler"),
    [(b64encode, 0), (b64encode, 40_000), (quopri.encodestring, 0), (hexlify, 0)],
)
def test_what_cannot_be_parsed_is_described_and_not_shown(
    encode: Callable[[bytes], bytes], filler: int, there: Controlled
) -> None:
    body = encode(SEND % b"r" + b" " * filler)
    there.http.post(PATHS[NEWEST], content=body, headers={"Content-Type": "text/xml; charset=odd"})
    (line,) = there.ask("GET", "/control/exchanges")
    whole = there.ask("GET", f"/control/exchanges/{line['number']}")
    assert whole["request"].startswith(f"({len(body):,} bytes, text/xml, not shown because they ")


def test_an_unknown_charset_is_a_finding(there: Controlled) -> None:
    content_type = {"Content-Type": "text/xml; charset=odd"}
    assert there.http.post(PATHS[NEWEST], content=SEND % b"r", headers=content_type).is_success
    (line,) = there.ask("GET", "/control/exchanges")
    found = there.ask("GET", f"/control/exchanges/{line['number']}")["findings"]
    assert "soap.encoding" in {each["rule"] for each in found}


def test_an_exchange_shows_its_injected_fault(there: Controlled) -> None:
    there.endpoint.faults.add("drop-after", operation="sendInvoice", count=1)
    with pytest.raises(RemoteProtocolError):
        there.post()
    there.post()
    after, faulty = there.ask("GET", "/control/exchanges")
    assert (faulty["status"], after["status"]) == (0, 200)
    assert "connection dropped, carried out" in faulty["fault"]
    assert after["fault"] is None


def test_what_was_put_up_with_names_the_behaviour_it_rests_on(there: Controlled) -> None:
    body = SEND.replace(b"<title>", b"<colour>red</colour><title>") % b"r1"
    there.http.post(PATHS[Interface.CASHREGISTER_2], content=body)
    line = there.ask("GET", "/control/exchanges")[0]
    (note,) = there.ask("GET", f"/control/exchanges/{line['number']}")["notes"]
    assert (note["rule"], note["taken"]) == ("invoice.unknown-element", "ignored")
    assert TABLE[note["behaviour"]].source == note["source"]
    assert there.http.get(f"/help/{note['behaviour']}").status_code == 200


def test_only_exchanges_after_a_number_are_requested(there: Controlled) -> None:
    for number in range(5):
        there.post(b"%d" % number)
    numbers = [each["number"] for each in there.ask("GET", "/control/exchanges", after=3)]
    assert numbers == [5, 4]
    assert len(there.ask("GET", "/control/exchanges", limit=2)) == 2


def test_what_is_no_message_is_an_exchange_too(there: Controlled) -> None:
    there.http.post("/soap/merchant/cashregister-2", content=b"<not-xml")
    (line,) = there.ask("GET", "/control/exchanges")
    assert (line["status"], line["operation"], line["code"]) == (500, "", None)
    assert "not" in line["description"]
    shown = there.ask("GET", f"/control/exchanges/{line['number']}")["request"]
    assert shown.startswith("(8 bytes, no media type, not shown because they cannot be parsed: ")


def test_a_search_finds_by_each_of_the_three_references(there: Controlled) -> None:
    there.post(b"till-7-order-1")
    there.post(b"till-8-order-2")
    number, other = (each["number"] for each in there.ask("GET", "/control/exchanges"))
    reference = there.ask("GET", f"/control/exchanges/{number}")["invoice_reference"]
    found = there.ask("GET", "/control/search", q="till-8")
    assert [each["number"] for each in found["exchanges"]] == [number] != [other]
    assert [each["reference"] for each in found["invoices"]] == [reference]
    by_invoice = there.ask("GET", "/control/search", q=reference)
    assert [each["number"] for each in by_invoice["exchanges"]] == [number]
    there.endpoint.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay()
    ers = there.ask("GET", f"/control/invoices/{reference}")["payments"][0]["reference"]
    by_payment = there.ask("GET", "/control/search", q=ers)
    assert [each["reference"] for each in by_payment["invoices"]] == [reference]
    assert there.ask("GET", "/control/search", q="nobody") == {"exchanges": [], "invoices": []}


@pytest.mark.parametrize(
    "words", ["årets bok", "ÅRETS", '100% "ull"', "1149,50 sek", "1149.50", "till-7_42", "ull 7_42"]
)
def test_a_search_finds_invoices_by_their_words(there: Controlled, words: str) -> None:
    there.send("100 SEK", title="Another", client_invoice_id="till-7-42")
    title = 'Årets bok, 100% "ull"'
    reference = there.send("1149.50 SEK", title=title, client_invoice_id="till-7_42")
    found = there.ask("GET", "/control/search", q=words)["invoices"]
    assert [each["reference"] for each in found] == [reference]


def test_older_exchanges_are_listed_before_a_number(there: Controlled) -> None:
    for _ in range(3):
        there.post()
    newest, *older = there.ask("GET", "/control/exchanges")
    assert there.ask("GET", "/control/exchanges", before=newest["number"]) == older


@pytest.mark.parametrize(
    "kind",
    [Kind.GARBAGE, Kind.HALF_REPLY, Kind.DROP_AFTER, Kind.HTTP_503, Kind.RESULT_CODE],
)
def test_a_search_finds_an_exchange_whose_reply_a_fault_spoiled(
    there: Controlled, kind: Kind
) -> None:
    carried_out = None if EFFECTS[kind].is_fixed else True
    code = 94 if kind is Kind.RESULT_CODE else None
    there.endpoint.faults.add(
        kind, operation="sendInvoice", count=1, code=code, carried_out=carried_out
    )
    with suppress(RemoteProtocolError):
        there.post(b"lost-1")
    (invoice,) = there.ask("GET", "/control/invoices")
    found = there.ask("GET", "/control/search", q=invoice["reference"])
    (line,) = found["exchanges"]
    assert line["client_reference"] == "lost-1"
    assert [each["reference"] for each in found["invoices"]] == [invoice["reference"]]


def test_terminals_are_listed_without_passwords(there: Controlled) -> None:
    (terminal,) = there.ask("GET", "/control/terminals")
    assert terminal["id"] == "public_test_shop_terminal"
    assert "scrypt" not in str(terminal)


def test_the_phone_scans_pays_a_part_and_the_rest_and_gets_a_receipt(there: Controlled) -> None:
    reference = there.send(back_url="https://shop.example/thanks", footer="Bye")
    bill = there.ask("POST", "/control/phone/scan", {"code": f"HTTP://SEQR.SE/R{reference}"})
    assert (bill["receiver"], bill["footer"], bill["cashier"]) == ("Public Test Shop", "Bye", "Bob")
    path = f"/control/phone/bills/{reference}"
    part = there.ask("POST", f"{path}/pay", {"amount": "40 SEK", "pin": "1234"})
    assert (part["status"], part["open"]["value"]) == ("PARTIALLY_PAID", "60")
    assert part["receipt"] is None
    paid = there.ask("POST", "/control/phone/bills/latest/pay", {})
    assert (paid["status"], paid["opened_url"]) == ("PAID", "https://shop.example/thanks")
    assert paid["receipt"]["amount"]["value"] == "100"
    assert there.ask("GET", path) == paid


def test_the_phone_opens_and_leaves_the_pin_dialog(there: Controlled) -> None:
    reference = there.send()
    path = f"/control/phone/bills/{reference}"
    there.ask("POST", "/control/phone/scan", {"code": f"HTTP://SEQR.SE/R{reference}"})
    there.ask("POST", f"{path}/confirm")
    assert there.call("cancelInvoice", invoice_reference=reference).result_code == 51
    there.ask("POST", f"{path}/leave")
    assert there.ask("POST", f"{path}/decline")["status"] == "FAILED"


def test_the_phone_cancels(there: Controlled) -> None:
    reference = there.send()
    there.ask("POST", "/control/phone/scan", {"code": f"HTTP://SEQR.SE/R{reference}"})
    assert there.ask("POST", "/control/phone/bills/latest/cancel")["status"] == "CANCELED"


def test_cards_are_put_on_the_phone_offered_and_taken_off(there: Controlled) -> None:
    there.ask("POST", "/control/phone/cards", {"value": "9752", "id": "CARD"})
    assert there.ask("GET", "/control/phone/cards")[0]["value"] == "9752"
    reference = there.send(acknowledgment_mode="OPTIONAL_ACKNOWLEDGMENT")
    bill = there.ask("POST", "/control/phone/scan", {"code": f"HTTP://SEQR.SE/R{reference}"})
    assert bill["waiting"] is True
    whole = there.ask("GET", f"/control/invoices/{reference}")
    assert whole["tokens"] == [{"id": "CARD", "description": "CARD", "value": "9752", "status": 0}]
    assert there.ask("DELETE", "/control/phone/cards") == []


def test_faults_are_added_listed_and_removed(there: Controlled) -> None:
    fault = {"kind": "result-code", "code": 94, "operation": "sendInvoice", "count": 1}
    added = there.ask("POST", "/control/faults", fault)
    assert there.ask("GET", "/control/faults") == [added]
    assert b"<resultCode>94<" in there.post().content
    assert there.ask("GET", "/control/faults")[0]["struck"] == 1
    there.ask("DELETE", f"/control/faults/{added['id']}")
    there.ask("POST", "/control/faults", {"kind": "slow", "delay": "uniform 1 2"})
    there.ask("DELETE", "/control/faults")
    assert there.ask("GET", "/control/faults") == []


def test_the_table_of_behaviours_is_served(there: Controlled) -> None:
    assert [each["id"] for each in there.ask("GET", "/control/fidelity")] == list(TABLE)


def test_reset_brings_everything_back_to_the_start(there: Controlled) -> None:
    start = there.ask("GET", "/control/clock")
    there.post()
    there.ask("POST", "/control/clock/advance", {"seconds": 86_400})
    there.ask("POST", "/control/phone/cards", {"value": "1"})
    there.ask("POST", "/control/faults", {"kind": "http-503"})
    there.ask("POST", "/control/reset")
    assert there.ask("GET", "/control/state")["counts"] == {
        "invoices": 0,
        "exchanges": 0,
        "terminals": 1,
        "faults": 0,
    }
    assert there.ask("GET", "/control/phone/cards") == []
    assert there.ask("GET", "/control/clock") == start
    assert b"<resultCode>0<" in there.post().content


def test_a_snapshot_is_restored_over_http(there: Controlled) -> None:
    reference = there.send()
    document = there.ask("GET", "/control/snapshot")
    there.ask("POST", "/control/reset")
    assert there.refused("GET", f"/control/invoices/{reference}")[0] == 404
    assert there.ask("POST", "/control/restore", document) == {
        "invoices": 1,
        "without_password": [],
    }
    assert there.ask("GET", f"/control/invoices/{reference}")["title"] == "Grand Cinema"
