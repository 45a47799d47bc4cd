"""What cannot be done is one sentence, with a status of its own."""

from __future__ import annotations

import re

import pytest

from contract_tests.toolkit.simulator.control.controlled import Controlled
from seqrkit.clock import SystemClock

LATEST = "/control/phone/bills/latest"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/control/invoices/1", None, 404, "no invoice 1"),
        ("GET", "/control/invoices/x", None, 404, "no invoice x"),
        ("GET", "/control/invoices?limit=-1", None, 400, "use an integer"),
        ("GET", "/control/invoices?status=LOST", None, 400, "not a status"),
        ("GET", "/control/exchanges/7", None, 404, "no exchange 7"),
        ("GET", "/control/exchanges/x", None, 404, "no exchange x"),
        ("GET", "/control/exchanges?after=x", None, 400, "use an integer"),
        ("GET", "/control/search", None, 400, "2 characters"),
        ("POST", "/control/clock/advance", {}, 400, "seconds"),
        ("POST", "/control/clock/advance", {"seconds": -1}, 400, "seconds"),
        ("POST", "/control/clock/advance", {"seconds": True}, 400, "seconds"),
        ("POST", "/control/clock/advance", {"seconds": "20"}, 400, "seconds"),
        ("POST", "/control/phone/scan", {}, 400, '"code"'),
        ("POST", "/control/phone/scan", {"code": 7}, 400, '"code" is 7'),
        ("POST", "/control/phone/scan", {"code": "hello"}, 400, "not a SEQR code"),
        ("POST", "/control/phone/scan", {"code": "HTTP://SEQR.SE/R1"}, 404, "no invoice 1"),
        ("POST", "/control/phone/scan", {"code": "HTTP://SEQR.SE/QNOBODY"}, 409, "seqrId"),
        ("POST", LATEST + "/pay", {}, 409, "scan a code first"),
        ("GET", "/control/phone/bills/1", None, 404, "no invoice 1"),
        ("POST", "/control/phone/cards", {"id": "x"}, 400, '"value"'),
        ("POST", "/control/faults", {"kind": "nonsense"}, 400, "nonsense"),
        ("POST", "/control/faults", {}, 400, "kind"),
        ("DELETE", "/control/faults/7", None, 404, "no fault 7"),
        ("POST", "/control/restore", {}, 400, "not a snapshot"),
        ("POST", "/control/phone/scan", [], 400, "not a JSON object"),
    ],
)
def test_the_error_is_one_sentence(
    there: Controlled, method: str, path: str, *, body: object, status: int, words: str
) -> None:
    found, sentence = there.refused(method, path, body)
    assert found == status
    assert words in sentence
    assert "\n" not in sentence


def test_bills_are_paid_up_to_the_end_of_the_clock(there: Controlled) -> None:
    century = {"seconds": 3_155_760_000}
    while (answer := there.http.post("/control/clock/advance", json=century)).is_success:
        pass
    assert (answer.status_code, "the year 9998" in answer.json()["error"]) == (400, True)
    there.ask("POST", "/control/phone/scan", {"code": f"HTTP://SEQR.SE/R{there.send()}"})
    there.ask("POST", LATEST + "/pay", {})


def test_a_bill_that_is_paid_is_not_paid_again(there: Controlled) -> None:
    reference = there.send()
    there.ask("POST", "/control/phone/scan", {"code": f"HTTP://SEQR.SE/R{reference}"})
    for wrong in ({"amount": "101 SEK"}, {"amount": "1 EUR"}, {"amount": "x"}, {"pin": "12"}):
        assert there.refused("POST", LATEST + "/pay", wrong)[0] in {400, 409}
    there.ask("POST", LATEST + "/pay", {})
    status, sentence = there.refused("POST", LATEST + "/pay", {})
    assert status == 409
    assert "it is PAID" in sentence


def test_a_body_that_is_no_json_is_refused(there: Controlled) -> None:
    for body in (b"{", b"\xff\xfe", b"[" * 100_000):
        answer = there.http.post("/control/phone/scan", content=body)
        assert answer.status_code in {400, 413}
        assert re.search("body|message", answer.json()["error"])


def test_a_large_body_is_refused(there: Controlled) -> None:
    answer = there.http.post("/control/phone/scan", content=b" " * 70_000)
    assert answer.status_code == 413


def test_a_method_that_a_path_has_not_is_405(there: Controlled) -> None:
    status, sentence = there.refused("DELETE", "/control/state")
    assert status == 405
    assert "/control/state does not support DELETE" in sentence
    assert there.http.delete("/control/state").headers["allow"]


def test_an_unknown_resource_is_404_and_names_the_list(there: Controlled) -> None:
    status, sentence = there.refused("GET", "/control/nonsense")
    assert status == 404
    assert "/control/openapi.json" in sentence


def test_a_real_clock_is_not_turned() -> None:
    there = Controlled(clock=SystemClock())
    try:
        assert there.ask("GET", "/control/clock")["manual"] is False
        status, sentence = there.refused("POST", "/control/clock/advance", {"seconds": 1})
        assert status == 409
        assert "--manual-clock" in sentence
    finally:
        there.close()


def test_a_defect_of_the_endpoint_is_a_sentence_too(
    there: Controlled, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(there.endpoint.control, "count_invoices", fail)
    status, sentence = there.refused("GET", "/control/state")
    assert status == 500
    assert "Zero" not in sentence
    assert "ZeroDivisionError" in caplog.text
