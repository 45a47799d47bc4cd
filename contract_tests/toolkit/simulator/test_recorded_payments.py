"""Payments with the recorded requests of other SOAP stacks, in each mode, without the stacks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from contract_tests.toolkit.simulator.control.controlled import Controlled
from contract_tests.toolkit.simulator.interop import CLIENTS, MODES
from seqrkit.soap import Outcome, outcome_of, read_payload
from seqrkit.vocabulary import NEWEST, PATHS

_RECORDED = (CLIENTS / "recorded_payments.jsonl").read_text("utf-8").splitlines()[1:]
PAYMENTS = {recorded["stack"]: recorded for recorded in map(json.loads, _RECORDED)}
REJECTED = {
    ("gsoap-nil", "strict"): "The element is not 'nillable'",
    ("soap-lite", "strict"): "specified by xsi:type, is blocked or not validly derived",
}
"""Payments that the published schema does not allow, and the reason in the fault."""


REFUSED = {("go", mode): 49 for mode in MODES if MODES[mode].get("documented")}
"""Refunds that the document does not allow, with the result code: an empty invoiceRows."""


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def there(mode: str) -> Iterator[Controlled]:
    controlled = Controlled(**MODES[mode])
    yield controlled
    controlled.close()


def ask(there: Controlled, body: str, **references: str) -> tuple[Outcome, httpx.Response]:
    """Send a recorded request with the references of this endpoint."""
    for name, reference in references.items():
        body = re.sub(rf"(<(?:\w+:)?{name}\b[^>]*>)[^<]*", rf"\g<1>{reference}", body)
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
    answer = there.http.post(PATHS[NEWEST], content=body.encode(), headers=headers)
    return outcome_of(read_payload(answer.content)), answer


def text_in(answer: httpx.Response, name: str) -> str:
    """The text of an element of a reply."""
    found = re.search(rf"<{name}>([^<]*)<", answer.text)
    assert found is not None, answer.text
    return found[1]


@pytest.mark.parametrize("stack", PAYMENTS)
def test_a_recorded_payment_is_made(there: Controlled, mode: str, stack: str) -> None:
    recorded = PAYMENTS[stack]
    is_strict = "strict" if MODES[mode].get("strict") else mode
    sent, answer = ask(there, recorded["sendInvoice"])
    reason = REJECTED.get((stack, is_strict))
    if reason is not None:
        assert sent.fault is not None
        assert reason in sent.fault.reason
        return
    assert sent.result_code == 0, answer.text
    reference = text_in(answer, "invoiceReference")
    there.ask("POST", "/control/phone/scan", {"code": text_in(answer, "invoiceQRCode")})
    there.ask("POST", "/control/phone/bills/latest/pay", {})
    paid, answer = ask(there, recorded["getPaymentStatus"], invoiceReference=reference)
    assert (paid.result_code, paid.status) == (0, "PAID")
    refunded, answer = ask(
        there, recorded["refundPayment"], ersReference=text_in(answer, "ersReference")
    )
    assert refunded.result_code == REFUSED.get((stack, mode), 0), answer.text
