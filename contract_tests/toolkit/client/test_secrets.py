"""A password that a service repeats is in no view and no file, wherever and however it stands."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.calls import CREDENTIALS, INVOICE
from contract_tests.toolkit.escapings import escaped, readings
from contract_tests.toolkit.peer import reply
from seqrkit import model, soap
from seqrkit.client import Client
from seqrkit.display import exchange_html, exchange_text, summary_html
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange, Journal
from seqrkit.http_client import ConnectionBroken, HttpFailure, Response
from seqrkit.recording.har import har_bytes

SECRETS = ["s3cret-1", "p&s<w>\"o'd", "100%25 sure/", "till\\pass+é"]
ENVELOPE = (
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
    '<s:Body><n:getPaymentStatusResponse xmlns:n="http://external.interfaces.ers.seamless.com/">'
    "<return>{}</return></n:getPaymentStatusResponse></s:Body></s:Envelope>"
)
RESULT = "<resultCode>{}</resultCode><resultDescription>{}</resultDescription>"
FAULT = soap.fault("Client", "REASON", "DETAIL").decode()
PAID = reply("getPaymentStatus", status="PAID").decode()

BODIES: dict[str, Callable[[str], str]] = {
    "resultDescription": lambda secret: ENVELOPE.format(RESULT.format(54, f"no {secret}!")),
    "success": lambda secret: PAID.replace("SUCCESS", secret),
    "result code": lambda secret: ENVELOPE.format(RESULT.format(secret, "")),
    "long result code": lambda secret: ENVELOPE.format(RESULT.format("9" * 55 + secret, "")),
    "status": lambda secret: PAID.replace(">PAID<", f">{secret}<"),
    "title": lambda secret: PAID.replace("</title>", f" {secret}</title>"),
    "receiverName": lambda secret: PAID.replace("</receiverName>", f"{secret}</receiverName>"),
    "amount": lambda secret: PAID.replace("</value>", f"{secret}</value>", 1),
    "date": lambda secret: PAID.replace("</paymentDate>", f"{secret}</paymentDate>"),
    "unknown element": lambda secret: PAID.replace("<status>", f"<x>{secret}</x><status>"),
    "long element": lambda secret: PAID.replace("<status>", f"<x>{'x' * 55}{secret}</x><status>"),
    "attribute": lambda secret: PAID.replace("<status>", f'<status a="{secret}">'),
    "comment": lambda secret: PAID.replace("<status>", f"<!-- {secret} --><status>"),
    "CDATA": lambda secret: PAID.replace("SUCCESS", f"<![CDATA[{secret}]]>"),
    "text between elements": lambda secret: PAID.replace("<status>", f"{secret}<status>"),
    "after the envelope": lambda secret: PAID + secret,
    "before the envelope": lambda secret: f"Warning: {secret} in x.php{PAID}",
    "faultcode": lambda secret: FAULT.replace("Client", secret),
    "faultstring": lambda secret: FAULT.replace("REASON", f"wrong password {secret}"),
    "detail": lambda secret: FAULT.replace("DETAIL", f"<request>{secret}</request>"),
    "tag": lambda secret: PAID.replace("<status>", f"<x.{secret}/><status>", 1),
    "operation": lambda secret: PAID.replace("getPaymentStatusR", f"{secret}R"),
    "namespace": lambda secret: PAID.replace("http://external", f"http://{secret}"),
    "page": lambda secret: f"<html><title>{secret}</title><p>{secret}</p></html>",
    "long page": lambda secret: f"<html><title>{'x' * 115}{secret}</title></html>",
    "JSON": lambda secret: '{"error": "' + secret + '"}',
    "text": lambda secret: secret,
    "nothing": lambda _: "",
}
"""Places in a body, each with the way to put a written secret there."""
HEADERS: list[Callable[[str], dict[str, str]]] = [
    lambda _: {},
    lambda secret: {"X-Echo": secret},
    lambda secret: {"Location": f"https://shop.example/?password={secret}"},
    lambda secret: {"Content-Type": f'text/xml; charset=utf-8; x="{secret}"'},
]
STATUSES = [200, 202, 302, 400, 401, 500, 503]


class Service:
    """Stands in for HTTP: gives one answer to each request, or fails."""

    def __init__(self, outcome: Response | HttpFailure) -> None:
        self._outcome = outcome

    def request(self, *_: object, **__: object) -> Response:
        if isinstance(self._outcome, HttpFailure):
            raise self._outcome
        return self._outcome

    def close(self) -> None:
        """Nothing is open."""


def client_of(outcome: Response | HttpFailure, secret: str, record: Path | None = None) -> Client:
    """A terminal with this password, at a service that gives this answer."""
    who = evolve(CREDENTIALS, terminal_password=secret)
    client = Client("http://127.0.0.1:1/", who, record=record)
    client._transport._http._client = Service(outcome)  # type: ignore[assignment]
    return client


def views(client: Client, error: BaseException | None, answer: model.Reply | None) -> Iterator[str]:
    """Everything that a user, a notebook, a log or a file can get to see."""
    (exchange,) = client.exchanges
    yield from (str(exchange), repr(exchange), repr(client.exchanges), repr(client))
    yield from _bundle(exchange)
    yield from _bundle(client.exchanges)
    yield json.dumps(exchange.to_dict(), ensure_ascii=False)
    yield har_bytes(client.exchanges).decode()
    yield exchange_text.exchange_text(exchange)
    yield exchange_html.exchange_html(exchange)
    yield from (f"{each} {each!r} {each.to_dict()}" for each in exchange.findings)
    yield from (f"{each} {each!r} {each.to_dict()}" for each in exchange.reply_findings)
    yield f"{exchange.fault} {exchange.result_description} {exchange.response_headers}"
    restored = Exchange.from_dict(exchange.to_dict())
    yield from (str(restored), str(restored.response), str(restored.reply_findings))
    if error is not None:
        yield f"{error} {error!r}"
        yield "".join(traceback.format_exception(error))
        yield str(vars(error))
    if answer is not None:
        yield repr(answer)
        yield from _bundle(answer)
        yield summary_html.reply_html(answer)


def _bundle(shown: seqrkit.Exchange | Journal | model.Reply) -> Iterator[str]:
    yield from map(str, shown._repr_mimebundle_().values())


def seen(client: Client) -> set[str]:
    """Each view of a call, as any of its readers may understand it."""
    error, answer = None, None
    try:
        answer = client.get_payment_status("1397222701693")
    except SeqrError as raised:
        error = raised
    return {reading for view in set(views(client, error, answer)) for reading in readings(view)}


@given(
    st.data(),
    st.sampled_from(SECRETS),
    st.sampled_from(sorted(BODIES)),
    st.sampled_from(HEADERS),
    st.sampled_from(STATUSES),
)
@settings(max_examples=50)
def test_a_repeated_password_is_in_no_view(
    data: st.DataObject,
    secret: str,
    place: str,
    headers: Callable[[str], dict[str, str]],
    status: int,
) -> None:
    body = BODIES[place](data.draw(escaped(secret))).encode()
    written = data.draw(escaped(secret)).encode().decode("latin-1")
    answer = Response(status, headers(written), body, complete=True)
    with client_of(answer, secret) as client:
        assert not [view for view in seen(client) if secret in view]


OTHERS: list[str] = [
    "<password>{}</password>",
    "<Password Type='x'>{}</Password>",
    "<a:userPassword xmlns:a='u'>{}</a:userPassword>",
    "<passwd><![CDATA[{}]]></passwd>",
    "<x>&lt;password>{}&lt;/password></x>",
    "<x>&lt;password&gt;{}&lt;/password&gt;</x>",
    "<x password='{}'/>",
    '<x>{{"terminalPassword": "{}"}}</x>',
    "<x>id=1&amp;password={}&amp;y=2</x>",
    "<x>https://user:{}@shop.example/</x>",
]
"""Ways in which an answer names a password that the client has never sent."""


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("in_envelope", [True, False])
def test_the_password_of_someone_else_is_in_no_view(other: str, *, in_envelope: bool) -> None:
    secret = "other-4411"
    named = f"{other.format(secret)}<x>{secret} is wrong</x>"
    body = PAID.replace("<status>", f"{named}<status>", 1) if in_envelope else named
    answer = Response(200, {"X-Echo": secret}, body.encode(), complete=True)
    with client_of(answer, "s3cret-1") as client:
        assert not [view for view in seen(client) if secret in view]


def test_the_passwords_of_the_client_that_were_not_sent_are_in_no_view() -> None:
    body = PAID.replace("SUCCESS", f"not {CREDENTIALS.reseller_password}").encode()
    with client_of(Response(200, {}, body, complete=True), "s3cret-1") as client:
        assert not [view for view in seen(client) if str(CREDENTIALS.reseller_password) in view]


def test_a_response_full_of_passwords_does_not_displace_those_of_the_client() -> None:
    many = "".join(f"<password>a-long-password-{n:>03}</password>" for n in range(50))
    body = PAID.replace("<status>", f"{many}<x>s3cret-1</x><status>", 1).encode()
    with client_of(Response(200, {}, body, complete=True), "s3cret-1") as client:
        assert not [view for view in seen(client) if "s3cret-1" in view]


@pytest.mark.parametrize("place", BODIES)
def test_a_repeated_password_is_in_no_file(place: str, tmp_path: Path) -> None:
    record = tmp_path / "session.jsonl"
    secret = "p&s-1"
    for written in (secret, "p&amp;s-1", "p%26s-1", "p\\u0026s-1", "&#112;&#x26;s-1"):
        answer = Response(200, {"X-Echo": written}, BODIES[place](written).encode(), complete=True)
        with client_of(answer, secret, record) as client:
            seen(client)
    assert not [each for each in readings(record.read_text("utf-8")) if secret in each]


@pytest.mark.parametrize("reason", ["bad header: b'X: p%26s-1'", "p&s-1"])
def test_a_failure_that_quotes_the_peer_shows_no_password(
    reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    failure = ConnectionBroken(reason)
    failure.__cause__ = ValueError("illegal line p&amp;s-1")
    with caplog.at_level(logging.DEBUG), client_of(failure, "p&s-1") as client:
        assert not [view for view in seen(client) if "p&s-1" in view]
    assert "p&s-1" not in caplog.text


def test_a_reference_is_exact_even_if_it_contains_the_password() -> None:
    body = reply("sendInvoice", invoiceReference="139712345").replace(b"SUCCESS", b"1234 ok")
    with client_of(Response(200, {}, body, complete=True), "1234") as client:
        answer = client.send_invoice(INVOICE)
    assert answer.invoice_reference == "139712345"
    assert answer.result_description == f"{soap.MASK} ok"
    assert client.exchanges.find("139712345")
    assert b"139712345" in (client.exchanges[0].masked_response or b"")


def test_a_number_in_an_amount_is_read_even_if_it_is_the_password() -> None:
    body = PAID.replace(">PAID<", ">PAID<").encode()
    with client_of(Response(200, {}, body, complete=True), "2026") as client:
        assert client.get_payment_status("1").status == "PAID"


def test_a_password_that_is_a_status_does_not_hide_it() -> None:
    with client_of(Response(200, {}, PAID.encode(), complete=True), "PAID") as client:
        answer = client.get_payment_status("1")
    assert answer.status is seqrkit.InvoiceStatus.PAID


def test_a_password_shorter_than_four_characters_is_masked_in_its_element_only() -> None:
    body = ENVELOPE.format(RESULT.format(20, "abc is wrong")).encode()
    with client_of(Response(200, {}, body, complete=True), "abc") as client:
        client.get_payment_status("1", check=False)
    (exchange,) = client.exchanges
    assert b">abc<" not in exchange.masked_request
    assert exchange.result_description == "abc is wrong"


def test_findings_about_a_request_do_not_quote_its_password() -> None:
    unit = "x" * 54 + "s3cret-1" + "x" * 200
    row = model.InvoiceRow(item_description="Ticket", item_unit=unit)
    with client_of(Response(200, {}, reply("sendInvoice"), complete=True), "s3cret-1") as client:
        client.send_invoice(evolve(INVOICE, invoice_rows=[row]))
    (exchange,) = client.exchanges
    assert {each.id for each in exchange.findings} >= {"invoiceRow.itemUnit.unit"}
    assert not [each for each in exchange.findings if "s3cr" in f"{each} {each.value}"]
