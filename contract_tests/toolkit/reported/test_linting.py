"""Messages and captures given to the linter."""

from __future__ import annotations

import json
from html import escape

import pytest

from contract_tests.toolkit.captures.inputs import ENVELOPE, http, resp
from contract_tests.toolkit.client.test_unusual_replies import PAID, XSI, part
from contract_tests.toolkit.contract.test_frequent_mistakes import typed
from contract_tests.toolkit.messages import NEWEST, at, build, in_envelope


def lint(old: str, new: str) -> dict[str, str]:
    """The findings about the sample invoice with a change, by rule."""
    assert old in ENVELOPE
    return {each.id: each.message for each in NEWEST.lint(ENVELOPE.replace(old, new, 1).encode())}


@pytest.mark.parametrize("kind", ["xsd:short", "xsd:int"])
def test_lint_01_a_derived_type_has_no_finding(kind: str) -> None:
    for path in ("context/clientRequestTimeout", "invoice/commitReservationTimeout"):
        assert not NEWEST.lint(typed(at(build(NEWEST, "sendInvoice"), path), kind))


@pytest.mark.parametrize("path", ["invoice/title", "invoice/issueDate", "invoice/cashierId"])
def test_lint_02_a_type_of_something_else_is_an_error(path: str) -> None:
    (finding,) = NEWEST.lint(typed(at(build(NEWEST, "sendInvoice"), path), "ext:amount"))
    assert (finding.id, finding.severity) == ("wire.xsi-type", "error")


def test_judge_01_ampersands_are_explained() -> None:
    assert "write &amp;" in lint("My Sample Store", "Tom & Jerry")["soap.not-xml"]
    url = "<notificationUrl>https://shop.example/x?a=1&amp;amp;b=2<"
    found = lint(ENVELOPE[ENVELOPE.index("<notificationUrl>") : ENVELOPE.index("</notif") + 1], url)
    assert "escaped twice" in found["wire.escaped-twice"]


INSIDE = {
    "an HTTP request": http(ENVELOPE),
    "an HTTP response": resp(PAID),
    "an MTOM part": part(ENVELOPE),
    "an escaped envelope": escape(ENVELOPE).encode(),
    "JSON": json.dumps({"request": ENVELOPE}).encode(),
}


@pytest.mark.parametrize("name", INSIDE)
def test_judge_02_the_message_in_a_capture_is_judged(name: str) -> None:
    wrong = INSIDE[name].replace(b">WS<", b">extWS<").replace(b"&gt;WS&lt;", b"&gt;extWS&lt;")
    right, changed = NEWEST.lint_file(INSIDE[name])[0], NEWEST.lint_file(wrong)[0]
    assert right.name in {"sendInvoice", "getPaymentStatusResponse"}
    assert "context.channel.recommended" not in {each.id for each in right.findings}
    if right.name == "sendInvoice":
        assert "context.channel.recommended" in {each.id for each in changed.findings}


def test_judge_03_an_undeclared_latin_1_byte_is_named_with_its_position() -> None:
    data = ENVELOPE.replace("My Sample Store", "Caf\xe9").encode("latin-1")
    text = "\n".join(each.message for each in NEWEST.lint(data))
    assert "0xE9" in text
    assert str(data.index(b"\xe9")) in text
    assert "ISO-8859-1" in text or "windows-1252" in text


def test_judge_04_only_the_value_of_a_password_is_masked() -> None:
    password = at(build(NEWEST, "sendInvoice"), "context/password")
    password.text = "s3cret-77"
    (finding,) = NEWEST.lint(typed(password, "xsd:int"))
    assert '"xsd:int"' in finding.message
    assert "s3cret-77" not in f"{finding} {finding.value}"


def test_judge_05_values_that_cannot_be_meant_have_findings() -> None:
    identity = ENVELOPE[ENVELOPE.index("<id>") : ENVELOPE.index("</id>")]
    assert "29" in str(lint(identity, identity.replace("<id>", "<id> ") + " "))
    price = "<itemQuantity>1<"
    assert [each for each in lint(price, "<itemQuantity>7<") if "itemTotalAmount" in each]
    url = ENVELOPE[ENVELOPE.index("<notificationUrl>") : ENVELOPE.index("</notificationUrl>")]
    found = lint(url, "<notificationUrl>http://localhost:8080/paid")
    assert [each for each in found if each.startswith("invoice.notificationUrl")]


def test_judge_06_nil_says_give_it_a_value() -> None:
    title = ENVELOPE[ENVELOPE.index("<title>") : ENVELOPE.index("</title>") + len("</title>")]
    assert "give it a value" in str(lint(title, f'<title {XSI} xsi:nil="true"/>'))
    nil = build(NEWEST, "cancelInvoice")
    for child in list(nil):
        nil.remove(child)
    nil.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
    messages = [each.message for each in NEWEST.lint(in_envelope(nil))]
    assert any("nil" in each for each in messages)
    assert not any("leave it out" in each for each in messages)
