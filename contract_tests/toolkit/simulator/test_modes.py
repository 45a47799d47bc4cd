"""Default mode and documented mode side by side, over HTTP: one row for each difference.

A row is a request with a mistake, the rule that all views of findings then show, and the result
code in each mode. Places are lines of the reference documents, as in behaviours/table.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx
import pytest
from attrs import evolve

import seqrkit
from contract_tests.replies import Watch
from seqrkit import CustomerToken, Invoice, ReceiptDocument, contract, model
from seqrkit.control_client.client import Remote
from seqrkit.exchange import Exchange
from seqrkit.model_base import Request
from seqrkit.recording.session_files import read_session
from seqrkit.session import Session
from seqrkit.simulator.store.records import Period
from seqrkit.vocabulary import Interface

NEW, OLD = Interface.CASHREGISTER_2, Interface.EXTCLIENTPROXY_V2
INVOICE = Invoice(
    payment_mode="IMMEDIATE_DEBIT",
    acknowledgment_mode="NO_ACKNOWLEDGMENT",
    issue_date=datetime(2026, 1, 1, tzinfo=UTC),
    title="Fishmonger",
    client_invoice_id="1",
    total_amount="10.00 SEK",
    cashier_id="Bob",
    footer="Thank you",
)
RECEIPT = ReceiptDocument(
    mime_type="text/html", receipt_data=b"<p>Fish</p>", receipt_type="PAYMENT_RECEIPT"
)
BARE = Invoice(total_amount="10.00 SEK")
UNKNOWN = CustomerToken(id="UNKNOWN", value="1", status=1, description="A card")
MODES = {"default": False, "documented": True}
Make = Callable[[Session], Request]


class Row(NamedTuple):
    """A request, the rule that it breaks, and the codes of the default and documented mode.

    `shown` is the id of the rule, empty if there is none.
    """

    place: str
    make: Make
    shown: str
    default: int
    documented: int
    interface: Interface = NEW


def sending(**changes: Any) -> Make:
    return lambda _seqr: model.SendInvoice(invoice=evolve(INVOICE, **changes))


def with_context(**changes: Any) -> Make:
    def make(seqr: Session) -> Request:
        context = evolve(seqr.context("sendInvoice"), **changes)
        return model.SendInvoice(context=context, invoice=INVOICE)

    return make


def registering(**changes: Any) -> Make:
    fields = {"external_terminal_id": "1", "password": "secret", "name": "Till"}
    return lambda _seqr: model.RegisterTerminal(**(fields | changes))


def marking(**parameters: str) -> Make:
    return lambda _seqr: model.MarkTransactionPeriod(parameters=parameters)


def reporting(**fields: Any) -> Make:
    return lambda _seqr: model.ExecuteReport(report_id="A_REPORT", **fields)


def updating(invoice: Invoice, *, scanned: bool = False, **fields: Any) -> Make:
    def make(seqr: Session) -> Request:
        sale = seqr.send_invoice(INVOICE)
        if scanned:
            seqr.phone.scan(sale.qr)
        return model.UpdateInvoice(
            invoice_reference=sale.invoice_reference, invoice=invoice, **fields
        )

    return make


def paid(seqr: Session) -> str:
    sale = seqr.send_invoice(INVOICE)
    seqr.phone.scan(sale.qr).pay()
    return str(seqr.get_payment_status(sale).ers_reference)


def refunding(invoice: Invoice) -> Make:
    return lambda seqr: model.RefundPayment(ers_reference=paid(seqr), invoice=invoice)


def receipt(document: ReceiptDocument | None) -> Make:
    return lambda seqr: model.SubmitPaymentReceipt(
        ers_reference=paid(seqr), receipt_document=document
    )


ROWS = [
    Row("G1828", registering(password=None), "registerTerminal.password.required", 90, 90),
    Row("G1828", registering(password=""), "registerTerminal.password.empty", 90, 90),
    Row("G2475", registering(password="abc"), "registerTerminal.password.min-length", 0, 0),
    Row(
        "G1818",
        registering(external_terminal_id=None),
        "registerTerminal.externalTerminalId.required",
        0,
        90,
    ),
    Row("G1838", registering(name=None), "registerTerminal.name.required", 0, 90),
    Row("G340", with_context(password=None), "context.password.required", 20, 20),
    Row("G340", with_context(password=""), "context.password.empty", 20, 20),
    Row("G2474", with_context(password="wrong", channel="W" * 41), "", 20, 20),
    Row("G257", with_context(channel="W" * 41), "context.channel.max-length", 0, 90),
    Row(
        "G293", with_context(client_reference="1" * 33), "context.clientReference.max-length", 0, 90
    ),
    Row(
        "S59",
        with_context(client_reference="1" * 33),
        "context.clientReference.max-length",
        0,
        90,
        OLD,
    ),
    Row(
        "G302",
        with_context(client_request_timeout=5),
        "context.clientRequestTimeout.enumeration",
        0,
        90,
    ),
    Row(
        "S48",
        with_context(client_request_timeout=5),
        "context.clientRequestTimeout.enumeration",
        0,
        90,
        OLD,
    ),
    Row("G399", sending(title=None), "invoice.title.required", 0, 49),
    Row("not in S", sending(title=None), "invoice.title.required", 0, 0, OLD),
    Row("G451", sending(footer=None), "invoice.footer.required", 0, 49),
    Row("G420", sending(total_amount="10.001 SEK"), "amount.value.pattern", 0, 49),
    Row("G2484", sending(notification_url="http://"), "invoice.notificationUrl.pattern", 64, 64),
    Row("G2484", sending(notification_url="http://["), "invoice.notificationUrl.pattern", 64, 64),
    Row(
        "G2484", sending(notification_url="http://x y/"), "invoice.notificationUrl.pattern", 64, 64
    ),
    Row("G2484", sending(notification_url="HTTP://shop.example/"), "", 0, 0),
    Row("G2484", sending(notification_url=""), "", 0, 0),
    Row(
        "G2484",
        sending(notification_url="https://shop.example/"),
        "invoice.notificationUrl.scheme",
        0,
        64,
    ),
    Row("G75", updating(INVOICE, scanned=True), "session.updateInvoice.before-scan", 0, 0),
    Row("G998", updating(BARE), "invoice.title.required", 0, 0),
    Row("S94", updating(INVOICE, tokens=[UNKNOWN]), "session.tokens.known", 0, 49),
    Row("S94", updating(INVOICE, tokens=[UNKNOWN]), "session.tokens.known", 0, 49, OLD),
    Row(
        "G730",
        lambda _seqr: model.SendInvoice(invoice=INVOICE, tokens=[UNKNOWN]),
        "session.tokens.known",
        0,
        49,
    ),
    Row("G1658", refunding(BARE), "invoice.title.required", 0, 0),
    Row("G2491", refunding(evolve(BARE, total_amount="11.00 SEK")), "", 98, 98),
    Row("G1242", receipt(None), "submitPaymentReceipt.receiptDocument.required", 0, 90),
    Row(
        "G1242",
        receipt(evolve(RECEIPT, mime_type=None)),
        "receiptDocument.mimeType.required",
        0,
        90,
    ),
    Row(
        "G1242",
        receipt(evolve(RECEIPT, receipt_data=None)),
        "receiptDocument.receiptData.required",
        0,
        90,
    ),
    Row(
        "G1242",
        receipt(evolve(RECEIPT, receipt_type=None)),
        "receiptDocument.receiptType.required",
        0,
        90,
    ),
    Row("G1242", receipt(RECEIPT), "", 0, 0),
    Row(
        "G2176",
        marking(TerminalId="public_test_shop_terminal"),
        "markTransactionPeriod.parameters.keys",
        0,
        90,
    ),
    Row("G2295", reporting(parameters={"foo": "1"}), "executeReport.parameters.keys", 0, 90),
    Row("G2355", reporting(language="sv"), "executeReport.language.recommended", 0, 0),
]


@pytest.fixture(scope="module", params=MODES)
def sessions(request: pytest.FixtureRequest) -> Iterator[tuple[str, dict[Interface, Session]]]:
    found = {}
    for interface in Interface:
        session = seqrkit.connect(
            interface=interface, documented=MODES[request.param], seed=1, quiet=True
        )
        assert session.simulator
        session.simulator.configure({"reports": [{"id": "A_REPORT", "text": "1"}]})
        found[interface] = session
    yield request.param, found
    for session in found.values():
        session.close()


def on_dashboard(session: Session) -> set[str]:
    """The rules of the findings that the dashboard shows with the last exchange."""
    assert session.simulator
    control = Remote(session.simulator.base_url, None)
    last = control.get("exchanges", limit="1")[0]["number"]
    return {each["rule"] for each in control.get("exchanges", str(last))["findings"]}


def in_recording(session: Session) -> set[str]:
    """The rules of the findings of the last exchange in a recording of the session."""
    lines = "\n".join(json.dumps(each.to_dict(keep_secrets=True)) for each in session.exchanges)
    return rules_of(read_session(lines.encode())[-1])


def in_lint(session: Session) -> set[str]:
    """The rules of the linter's findings about the last two of the session's messages in a file."""
    pairs = [(each.request, each.response or b"") for each in session.exchanges]
    messages = b"\n".join(message for pair in pairs for message in pair)
    found = contract.load(session.interface).lint_file(messages)
    return {finding.id for each in found[-2:] for finding in each.findings}


def rules_of(exchange: Exchange) -> set[str]:
    return {each.id for each in (*exchange.findings, *exchange.reply_findings)}


def assert_shown(rule: str, session: Session, *, expected: bool = True) -> None:
    """A rule is broken in the last exchange, as all views show."""
    views = {
        "exchange": rules_of(session.exchanges[-1]),
        "dashboard": on_dashboard(session),
        "recording": in_recording(session),
        "lint": in_lint(session),
    }
    assert {name: rule in rules for name, rules in views.items()} == dict.fromkeys(views, expected)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.place} {row.shown or row.default}")
def test_each_mistake_is_answered_as_its_mode_requires(
    row: Row, sessions: tuple[str, dict[Interface, Session]]
) -> None:
    mode, by_interface = sessions
    session = by_interface[row.interface]
    reply = session.send(row.make(session), check=False)
    assert reply.result_code == getattr(row, mode), reply
    if row.shown and not reply.result_code:
        assert_shown(row.shown, session)
    if reply.result_code != row.default:  # a rejection names its rule and the document
        document = "SEQR Merchant API v2" if row.interface is OLD else "Glase Merchant API v2.6.0"
        assert document in str(reply.result_description)


def test_nothing_is_closed_by_a_rejected_period(
    sessions: tuple[str, dict[Interface, Session]],
) -> None:
    mode, by_interface = sessions
    session = by_interface[NEW]
    payment = paid(session)
    session.send(marking(foo="1")(session), check=False)
    period = session.mark_transaction_period().transaction_period_id
    assert session.simulator
    movements = session.simulator.service.transactions.run(
        lambda ledger: [
            each.reference
            for found in ledger.tx.find(Period, id=period)
            for each in ledger.tx.movements(found)
        ]
    )
    assert (payment in movements) == (mode == "documented")


def test_the_name_of_code_98_is_its_description_in_documented_mode(
    sessions: tuple[str, dict[Interface, Session]],
) -> None:
    mode, by_interface = sessions
    session = by_interface[NEW]
    too_much = refunding(evolve(BARE, total_amount="11.00 SEK"))
    reply = session.send(too_much(session), check=False)
    name = "SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION"
    assert (reply.result_description == name) == (mode == "documented")


@pytest.mark.parametrize("interface", Interface)
def test_a_part_payment_has_the_status_that_the_served_wsdl_declares(
    interface: Interface, sessions: tuple[str, dict[Interface, Session]], every_reply: Watch
) -> None:
    mode, by_interface = sessions
    session = by_interface[interface]
    sale = session.send_invoice(INVOICE)
    session.phone.scan(sale.qr).pay("5 SEK")
    status = session.get_payment_status(sale).status
    is_extended = interface is OLD and mode == "documented"
    assert len(every_reply.problems) == is_extended  # the published schema lacks the status
    every_reply.problems.clear()
    expected = "PARTIALLY_PAID" if interface is NEW or is_extended else "ISSUED"
    assert status == expected
    assert_shown("session.status.part-paid", session, expected=expected == "ISSUED")
    assert not [each for each in session.exchanges[-1].findings if "status" in each.id]
    assert session.simulator
    wsdl = httpx.get(f"{session.simulator.url(interface)}?wsdl").text
    assert ('"PARTIALLY_PAID"' in wsdl) == (expected == "PARTIALLY_PAID")


def test_a_wrong_password_comes_before_the_documents_rules(
    sessions: tuple[str, dict[Interface, Session]],
) -> None:
    session = sessions[1][NEW]
    context = evolve(session.context("sendInvoice"), password="wrong")
    request = model.SendInvoice(context=context, invoice=BARE)
    reply = session.send(request, check=False)
    assert (reply.result_code, reply.result_description) == (20, "AUTHENTICATION_FAILED")


def test_a_running_endpoint_changes_its_mode_by_its_settings() -> None:
    with seqrkit.connect(quiet=True) as session:
        assert session.simulator
        control = Remote(session.simulator.base_url, None)
        codes = []
        for documented in (False, True, False):
            control.post("settings", body={"documented": documented})
            assert control.get("state")["documented"] is documented
            codes.append(session.send(sending(title=None)(session), check=False).result_code)
        assert codes == [0, 49, 0]
        control.post("settings", body={"documented": True})
        control.post("reset")
        assert control.get("state")["documented"] is False
