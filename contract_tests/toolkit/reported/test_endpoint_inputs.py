"""Requests of third-party stacks and departures from the schema, at an endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest

from contract_tests.toolkit.simulator.control.controlled import Controlled
from contract_tests.toolkit.simulator.hosting import hosted
from contract_tests.toolkit.simulator.messages import PLAIN, call
from contract_tests.toolkit.simulator.test_connection_upgrade import H2C, WEBSOCKET
from contract_tests.toolkit.simulator.test_foreign_requests import (
    HREF,
    MULTI_REF,
    SOAP_12_TYPE,
    TWO,
    UTF_16,
    fault,
    header,
    noted,
    post,
)
from contract_tests.toolkit.simulator.test_strict_schema import (
    ANOTHER_ORDER,
    CHILD_IN_VALUE,
    DECLARED,
    dated,
    is_valid,
)
from seqrkit.simulator.http.own_address import base_url
from seqrkit.vocabulary import NEWEST, PATHS


@pytest.fixture(scope="module")
def default() -> Iterator[Controlled]:
    there = Controlled()
    yield there
    there.close()


@pytest.fixture(scope="module")
def strict() -> Iterator[Controlled]:
    there = Controlled(strict=True)
    yield there
    there.close()


@pytest.fixture(scope="module")
def documented() -> Iterator[Controlled]:
    there = Controlled(documented=True)
    yield there
    there.close()


def without(text: str) -> bytes:
    """An invoice in whose context this is missing."""
    return PLAIN.replace(text.encode(), b"")


def titled(attributes: str) -> bytes:
    """An invoice whose title has these attributes."""
    return DECLARED.replace(b"<title>", f"<title {attributes}>".encode())


def judged(strict: Controlled, message: bytes, *, valid: bool) -> None:
    """Strict mode, and libxml2 by the published schema, decide alike, with line and reason."""
    assert is_valid(message) is valid
    answer = post(strict, message)
    if valid:
        assert answer.status_code == 200
    else:
        assert re.match(r"rejected in strict mode: line \d+: \S", fault(answer).reason)


TIMEOUT = "<clientRequestTimeout>0</clientRequestTimeout>"


@pytest.mark.parametrize(
    "message",
    [without(TIMEOUT), PLAIN.replace(b"<title>", b"and<title>"), titled('lang="en"')],
    ids=["no clientRequestTimeout", "text between elements", "an unknown attribute"],
)
def test_strict_01_missing_text_and_attributes_are_rejected(
    strict: Controlled, message: bytes
) -> None:
    judged(strict, message, valid=False)


@pytest.mark.parametrize(
    "attributes", ['xsi:nil="false"', 'xsi:nil="yes"', 'xsi:type="xsd:int"', 'xsi:type="q:a"']
)
def test_strict_02_nil_and_wrong_types_are_rejected(strict: Controlled, attributes: str) -> None:
    judged(strict, titled(attributes), valid=False)


def test_strict_03_another_order_is_rejected(strict: Controlled) -> None:
    judged(strict, ANOTHER_ORDER, valid=False)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2026-01-31T12:00:00+14:01", False),
        ("0000-01-31T12:00:00", False),
        ("2026-01-31T24:00:00", True),
    ],
)
def test_strict_04_dates_are_those_of_the_schema(
    strict: Controlled,
    text: str,
    valid: bool,  # noqa: FBT001
) -> None:
    judged(strict, dated(text), valid=valid)


def test_strict_05_an_element_in_a_number_is_never_read_in_silence(
    default: Controlled, strict: Controlled
) -> None:
    judged(strict, CHILD_IN_VALUE, valid=False)
    assert post(default, CHILD_IN_VALUE).status_code == 200
    assert "amount.unknown-element" in noted(default)


def test_strict_06_the_reason_is_that_of_libxml2_on_the_line_of_the_bytes(
    strict: Controlled,
) -> None:
    message = PLAIN.replace(b"<title>", b"\n\n<colour/><title>")
    line = message[: message.index(b"<colour/>")].count(b"\n") + 1
    reason = fault(post(strict, message)).reason
    assert f"line {line}: " in reason
    assert "colour" in reason


@pytest.mark.parametrize("offer", [H2C, WEBSOCKET], ids=["h2c", "websocket"])
def test_endpoint_01_an_offered_upgrade_is_ignored(
    default: Controlled, offer: tuple[str, ...]
) -> None:
    headers = dict(line.split(": ", 1) for line in offer)
    answer = post(default, PLAIN, headers)
    assert answer.status_code == 200
    assert "<resultCode>0</resultCode>" in answer.text


def test_endpoint_02_the_path_prefix_of_a_proxy_is_in_the_address() -> None:
    path = PATHS[NEWEST]
    headers = {"X-Forwarded-Host": "pay.example", "X-Forwarded-Prefix": "/shop/api/"}
    with hosted(own_url=partial(base_url, trust_forwarded=True)) as there:
        text = there.client.get(f"{path}?wsdl", headers=headers).text
    assert f"http://pay.example/shop/api{path}" in text


def test_endpoint_03_utf_16_over_utf_8_needs_the_charset_of_http(default: Controlled) -> None:
    body = UTF_16.encode() + PLAIN
    assert post(default, body).status_code == 200
    reason = fault(post(default, body, {"Content-Type": "text/xml"})).reason
    assert 'write encoding="utf-8"' in reason


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"--b--", 'multipart/related; type="application/xop+xml"; boundary=b', "turn MTOM off"),
        (b"\xe0\0\0\1", "application/fastinfoset", "turn it off"),
        (PLAIN + b" " * 2**20, "text/xml", "--max-bytes"),
    ],
    ids=["MTOM", "Fast Infoset", "too large"],
)
def test_endpoint_04_a_rejected_body_gets_a_fault_with_advice(
    default: Controlled, body: bytes, kind: str, words: str
) -> None:
    assert words in fault(post(default, body, {"Content-Type": kind})).reason


@pytest.mark.parametrize(
    ("body", "headers"),
    [(TWO, {}), (MULTI_REF, {}), (HREF, {}), (PLAIN, SOAP_12_TYPE)],
    ids=["two operations", "multiRef", "href", "application/soap+xml"],
)
def test_endpoint_05_rpc_and_soap_12_are_noted_or_rejected(
    default: Controlled, strict: Controlled, body: bytes, headers: dict[str, str]
) -> None:
    assert post(default, body, headers).status_code == 200
    assert noted(default)
    assert fault(post(strict, body, headers)).reason.startswith("rejected in strict mode")


@pytest.mark.parametrize("mode", ["default", "strict"])
def test_endpoint_06_a_header_for_another_actor_is_ignored(
    request: pytest.FixtureRequest, mode: str
) -> None:
    body = header('soapenv:mustUnderstand="1" soapenv:actor="urn:another"')
    assert post(request.getfixturevalue(mode), body).status_code == 200


def test_endpoint_07_a_misspelt_operation_is_suggested(default: Controlled) -> None:
    reason = fault(post(default, call("unRegisterTerminal"))).reason
    assert "is unregisterTerminal meant?" in reason


def test_endpoint_08_a_trailing_nul_is_named(default: Controlled) -> None:
    assert "NUL" in fault(post(default, PLAIN + b"\0")).reason


def report(*keys: str, value: str = "1") -> bytes:
    """A report with these keys."""
    entries = "".join(f"<entry><key>{key}</key><value>{value}</value></entry>" for key in keys)
    parameters = f"<parameters><parameter>{entries}</parameter></parameters>"
    return call("executeReport", "<reportId>STD_RECON_001</reportId>" + parameters)


WRONG_KEYS = {
    "TRANSACTIONPERIODID": report("TRANSACTIONPERIODID"),
    "transactionPeriodID": report("transactionPeriodID"),
    "terminalId": report("terminalId"),
    "no value": report("TERMINALID", value=""),
    "repeated": report("TERMINALID", "TERMINALID"),
}


@pytest.mark.parametrize("name", WRONG_KEYS)
def test_endpoint_09_wrong_keys_are_noted_and_rejected_by_the_documents(
    default: Controlled, documented: Controlled, name: str
) -> None:
    assert post(default, WRONG_KEYS[name]).status_code == 200
    assert noted(default)
    answer = post(documented, WRONG_KEYS[name])
    assert answer.status_code == 200
    assert "<resultCode>0</resultCode>" not in answer.text
