"""A form sends what it displays and shows findings at their fields."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal

import ipywidgets
import pytest
from attrs import evolve

from contract_tests.toolkit.calls import CREDENTIALS, INVOICE
from contract_tests.toolkit.widgets.interaction import all_of, box_of, field, labelled, press, text
from contract_tests.toolkit.widgets.visible import SECONDS
from seqrkit import Client, ManualClock, Session, connect, soap
from seqrkit.contract import load
from seqrkit.errors import ConfigurationError, ContractViolation, TransportError
from seqrkit.exchange import Exchange
from seqrkit.model import GetPaymentStatus, SendInvoice
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.simulator import PUBLISHED
from seqrkit.vocabulary import Interface, PaymentMode
from seqrkit.widgets import Form
from seqrkit.widgets.envelope_panel import CURL, REQUEST, RESPONSE, EnvelopePanel
from seqrkit.widgets.field_specs import Spec, specs
from seqrkit.widgets.password import PasswordInput

OPERATIONS = tuple(load().operations)
ROWS = "invoice.invoiceRows"


@pytest.fixture
def form(seqr: Session) -> Form:
    return Form(seqr, "sendInvoice")


def leaves(fields: tuple[Spec, ...]) -> Iterator[Spec]:
    for spec in fields:
        yield from leaves(spec.inside) if spec.inside else (spec,)


def opened(form: Form) -> Form:
    """Return a form with an item in each list and everything unfolded."""
    for button in [*all_of(form)]:
        if "seqr-add" in getattr(button, "_dom_classes", ()):
            button.click()
    for _ in range(3):  # folds can contain folds
        for button in [*all_of(form)]:
            if str(getattr(button, "description", "")).startswith("\u25b8"):
                button.click()
    for button in [*all_of(form)]:
        if "itemDiscount" in str(getattr(button, "tooltip", "")):
            button.click()
    return form


def turn(seqr: Session, seconds: float) -> None:
    assert isinstance(seqr.clock, ManualClock)
    seqr.clock.advance(seconds)


# What is there


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_field_of_the_contract_can_be_filled_in(seqr: Session, operation: str) -> None:
    form = opened(Form(seqr, operation))
    given = {}
    for number, widget in enumerate(each for each in all_of(form) if has_text(each)):
        if isinstance(widget, ipywidgets.Dropdown):
            widget.value = next(value for _, value in reversed(widget.options) if value)
        else:
            widget.value = f"text {number}"
    given = form.value
    wanted = [spec.field.path for spec in leaves(specs(seqr.contract, operation))]
    assert len(given) == len(wanted), sorted(given)


def has_text(widget: ipywidgets.Widget) -> bool:
    kinds = (ipywidgets.Text, ipywidgets.Textarea, ipywidgets.Dropdown, PasswordInput)
    return isinstance(widget, kinds) and widget.description != "sent by"


def test_a_field_is_labelled_with_its_wire_name_and_marked_if_required(
    form: Form, seqr: Session
) -> None:
    title = field(form, "title")
    assert "seqr-required" in box_of(form, title)._dom_classes
    meaning = seqr.contract.field("invoice.title")
    assert meaning.meaning in title.tooltip
    assert meaning.source in title.tooltip
    press(form, "optional")
    assert "seqr-required" not in box_of(form, field(form, "backURL"))._dom_classes


def test_optional_fields_are_folded_at_first(form: Form) -> None:
    assert not labelled(form, "backURL")
    assert not labelled(form, "clientReference")
    press(form, "optional")
    press(form, "context")
    assert field(form, "backURL").value == ""
    assert len(field(form, "clientReference").value) == 32
    press(form, "context")
    assert not labelled(form, "clientReference")


def test_an_older_interface_has_fewer_fields() -> None:
    with connect(interface=Interface.EXTCLIENTPROXY_V2, quiet=True) as seqr:
        assert not labelled(Form(seqr, "commitReservation"), "amount")
        with pytest.raises(ConfigurationError, match="no operation creditUser"):
            Form(seqr, "creditUser")


# Typing


def test_typing_updates_the_envelope_and_the_findings(form: Form) -> None:
    seen: list[bytes] = []
    form.observe(lambda change: seen.append(change["new"]), "envelope")
    title = field(form, "title")
    assert "title is missing" in text(box_of(form, title))
    assert "invoice.title.required" in text(box_of(form, title))
    assert "seqr-wrong" in box_of(form, title)._dom_classes
    title.value = "Grand Cinema"
    assert b"<title>Grand Cinema</title>" in seen[-1]
    assert form.value["invoice.title"] == "Grand Cinema"
    assert "title is missing" not in text(form)
    assert "seqr-wrong" not in box_of(form, title)._dom_classes
    assert "heading of the bill" in text(box_of(form, title))
    title.value = ""
    assert b"<title" not in seen[-1]
    assert "invoice.title" not in form.value


def test_warnings_differ_from_errors(form: Form) -> None:
    press(form, "context")
    channel = field(form, "channel")
    channel.value = "extWS"
    assert "seqr-look" in box_of(form, channel)._dom_classes
    assert "warning" in text(box_of(form, channel))


def test_a_field_with_a_limit_counts_characters(form: Form) -> None:
    press(form, "context")
    reference = field(form, "clientReference")
    assert "32/32" in text(box_of(form, reference))
    reference.value += "!"
    assert "33/32" in text(box_of(form, reference))
    assert "at most 32 are allowed" in text(box_of(form, reference))


def test_an_amount_gets_its_currency_and_loses_it_with_its_value(form: Form) -> None:
    total, currency = field(form, "totalAmount"), field(form, "totalAmount currency")
    assert currency.value == "SEK"
    assert b"totalAmount" not in form.envelope
    total.value = "149.99"
    assert form.value["invoice.totalAmount.currency"] == "SEK"
    currency.value = "EUR"
    assert b"<currency>EUR</currency>" in form.envelope
    press(form, "+ row")
    field(form, "itemTotalAmount of row").value = "149.99"
    assert form.value[f"{ROWS}[0].itemTotalAmount.currency"] == "EUR"
    assert "1 row \u00b7 149.99 EUR" in text(form)
    total.value = ""
    assert "invoice.totalAmount.currency" not in form.value
    currency.value = ""
    assert form.value[f"{ROWS}[0].itemTotalAmount.currency"] == "EUR"


def test_a_decimal_comma_offers_a_decimal_point(form: Form) -> None:
    total = field(form, "totalAmount")
    total.value = "149,99"
    assert b"<value>149,99</value>" in form.envelope
    assert "has a decimal comma; write a decimal point" in text(box_of(form, total))
    press(form, "write 149.99")
    assert total.value == "149.99"
    assert b"<value>149.99</value>" in form.envelope
    assert "decimal comma" not in text(form)


def test_a_date_has_a_now_button(form: Form, seqr: Session) -> None:
    date = field(form, "issueDate")
    assert date.value == "2026-01-01T12:00:00+00:00"
    date.value = "yesterday"
    turn(seqr, 61)
    press(form, "now")
    assert date.value == "2026-01-01T12:01:01+00:00"
    assert date.value in form.envelope.decode()


def test_a_value_outside_the_choices_is_displayed(form: Form) -> None:
    form.update({"invoice.paymentMode": "CASH"})
    mode = field(form, "paymentMode")
    assert mode.value == "CASH"
    assert "seqr-wrong" in box_of(form, mode)._dom_classes
    mode.value = "RESERVATION_REQUIRED"
    assert b"<paymentMode>RESERVATION_REQUIRED<" in form.envelope
    assert "taken by commitReservation" in text(box_of(form, mode))


def test_a_document_can_be_uploaded(seqr: Session) -> None:
    form = Form(seqr, "submitPaymentReceipt")
    (upload,) = [each for each in all_of(form) if isinstance(each, ipywidgets.FileUpload)]
    file = {"name": "r", "type": "text/html", "size": 13, "last_modified": 0}
    upload.set_state({"value": [file | {"content": memoryview(b"<html></html>")}]})
    assert form.value["receiptDocument.receiptData"] == "PGh0bWw+PC9odG1sPg=="


# Items


def test_rows_are_added_removed_and_moved(form: Form) -> None:
    for name in "abc":
        press(form, "+ row")
        labelled(form, "itemDescription of row")[-1].value = name
    press(form, "Move up", 2)
    press(form, "Move up", 0)
    press(form, "Remove", 0)
    assert names(form) == ["c", "b"]
    field(form, "itemDescription of row", 1).value = "B"
    assert names(form) == ["c", "B"]
    assert "2 rows" in text(form)
    form.value = {**form.value, f"{ROWS}[2].itemDescription": "d"}
    assert [each.value for each in labelled(form, "itemDescription of row")] == ["c", "B", "d"]
    form.clear()
    assert not labelled(form, "itemDescription of row")


def names(form: Form) -> list[str]:
    return [t for path, t in form.value.items() if path.endswith("itemDescription")]


def test_the_other_fields_of_a_row_can_be_unfolded(form: Form) -> None:
    press(form, "+ row")
    assert not labelled(form, "itemEAN")
    form.update({f"{ROWS}[0].itemEAN": "123"})
    assert "neither an EAN-8 nor an EAN-13" in text(form)
    others = next(w.tooltip for w in all_of(form) if "itemEAN" in str(getattr(w, "tooltip", "")))
    press(form, others)
    ean = field(form, "itemEAN")
    assert ean.value == "123"
    assert "neither an EAN-8 nor an EAN-13" in text(box_of(form, ean))
    ean.value = ""
    assert f"{ROWS}[0].itemEAN" not in form.value
    press(form, others)
    assert not labelled(form, "itemEAN")


def test_parameters_are_keys_and_values(seqr: Session) -> None:
    form = Form(seqr, "executeReport")
    press(form, "+ entry")
    field(form, "key of entry").value = "TERMINALID"
    field(form, "value of entry").value = "x"
    assert b"<key>TERMINALID</key>" in form.envelope
    form.update({"parameters.TERMINALID": "y", "parameters.transactionPeriodId": "z"})
    assert [each.value for each in labelled(form, "value of entry")] == ["y", "z"]


# From code


def test_code_and_mouse_fill_a_form_alike(form: Form) -> None:
    form.fill_samples()
    form.update({"invoice.title": "Shop", "invoice.totalAmount": "1.50 EUR"})
    assert field(form, "title").value == "Shop"
    assert field(form, "totalAmount").value == "1.50"
    assert form.findings == ()
    request = form.request
    assert isinstance(request, SendInvoice)
    assert request.invoice is not None
    assert request.invoice.total_amount == Amount.of("1.50 EUR")
    assert form.client.send(request).result_code == 0
    assert str(form) == repr(form) == "Form: sendInvoice, no findings"


def test_a_request_object_fills_the_form(form: Form) -> None:
    form.fill_samples()
    form.take(SendInvoice(invoice=INVOICE))
    assert b"paymentMode" not in form.envelope
    request = form.request
    assert isinstance(request, SendInvoice)
    assert request.invoice == INVOICE
    assert request.context is not None
    assert request.context.password == PUBLISHED.terminal_password
    context = evolve(request.context, channel="mine")
    form.take(evolve(request, context=context))
    assert form.value["context.channel"] == "mine"
    assert PUBLISHED.terminal_password not in str(form.value)
    assert form.send().succeeded


def test_setting_value_replaces_all_texts_or_none(form: Form) -> None:
    before = form.value
    with pytest.raises(ConfigurationError, match=r"did you mean invoice\.title"):
        form.value = {"invoice.titel": "x"}
    assert form.value == before
    form.value = {"invoice.totalAmount": "1 SEK"}
    assert form.value == {"invoice.totalAmount.currency": "SEK", "invoice.totalAmount.value": "1"}
    assert b"<channel>" not in form.envelope
    form.value = before
    assert form.value == before


def test_code_and_mouse_change_items_alike(form: Form) -> None:
    for name in "abc":
        form.update({f"{ROWS}[{form.add_item(ROWS)}].itemDescription": name})
    form.move_item(ROWS, 2, 0)
    form.remove_item(ROWS, 1)
    assert [each.value for each in labelled(form, "itemDescription of row")] == ["c", "b"]
    assert names(form) == ["c", "b"]
    with pytest.raises(ConfigurationError, match="has 2 items"):
        form.remove_item(ROWS, 2)


def test_a_text_can_be_left_out_from_code(form: Form) -> None:
    form.update({"invoice.issueDate": None, "context.clientId": ""})
    assert b"issueDate" not in form.envelope
    assert b"<clientId></clientId>" in form.envelope or b"<clientId/>" in form.envelope


def test_samples_fill_empty_fields_and_clear_empties_them(form: Form) -> None:
    before = form.value
    field(form, "title").value = "Mine"
    press(form, "Fill with samples")
    assert field(form, "title").value == "Mine"
    assert field(form, "footer").value == form.client.contract.field("invoice.footer").sample
    assert text(form.bar) == "no findings"
    press(form, "Clear")
    assert field(form, "title").value == ""
    assert form.value.keys() == before.keys()


# Passwords


def test_no_trait_contains_a_password(seqr: Session) -> None:
    form = Form(seqr, "registerTerminal")
    form.update({"password": "new-secret", "context.password": "own-secret"})
    told = f"{form.value} {form.envelope!r} {text(form)}"
    assert "secret" not in told
    assert form.value["password"] == soap.MASK
    form.value = form.value
    form.value = {**form.value, "name": "till"}
    assert b"new-secret" in form.draft.envelope()
    assert b"own-secret" in form.draft.envelope()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_password_is_in_the_state_of_any_widget(seqr: Session, operation: str) -> None:
    form = opened(Form(seqr, operation))
    passwords = labelled(form, "password")
    assert passwords
    for number, control in enumerate(passwords):
        control.value = f"typed-secret-{number}"
    form.body.children[0].value += "a text to find"
    state = json.dumps(ipywidgets.Widget.get_manager_state())
    assert "a text to find" in state
    assert "typed-secret" not in state
    assert form.draft.envelope().count(b"typed-secret") == len(passwords)


def test_a_password_set_from_code_is_masked_in_its_field(seqr: Session) -> None:
    form = Form(seqr, "registerTerminal")
    control = field(form, "password")
    form.update({"password": "from-code"})
    assert (control.value, control.placeholder) == ("from-code", soap.MASK)
    press(form, "Clear")
    assert (control.value, control.placeholder) == ("", "")


def test_the_length_of_a_hidden_password_is_checked(seqr: Session) -> None:
    form = Form(seqr, "registerTerminal")
    form.fill_samples()
    field(form, "password").value = "abc"
    assert [finding.id for finding in form.findings] == ["registerTerminal.password.min-length"]


# Sending


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_displayed_envelope_is_sent(seqr: Session, operation: str) -> None:
    form = Form(seqr, operation)
    form.fill_samples()
    shown, findings = form.envelope, form.findings
    exchange = form.send()
    assert exchange is form.exchange
    assert exchange.masked_request == shown
    assert exchange.findings == findings
    assert exchange.result_code not in {None, 20}
    assert not form.busy
    assert not form.failure


def test_an_invalid_request_is_sent_as_displayed(form: Form) -> None:
    form.update({"invoice.totalAmount": "1,50 XXX"})
    assert "it can be sent anyway" in text(form.bar)
    exchange = form.send()
    assert b"<value>1,50</value>" in exchange.request
    assert exchange.result_code == 49
    assert "49 INVALID_INVOICE_DATA" in text(form.bar)


def test_the_send_button_does_not_block_the_kernel(form: Form) -> None:
    busy: list[bool] = []
    form.observe(lambda change: busy.append(change["new"]), "busy")
    form.fill_samples()
    thread = form.send_in_background()
    thread.join()
    assert busy == [True, False]
    assert form.exchange.succeeded
    assert "0 SUCCESS" in text(form.bar)


def test_a_request_in_progress_is_not_sent_again(
    seqr: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = Form(seqr, "unregisterTerminal")
    answer, asked = threading.Event(), threading.Event()
    send_raw = seqr.send_raw

    def slow(data: bytes, operation: str) -> Exchange:
        asked.set()
        answer.wait(SECONDS)
        return send_raw(data, operation)

    monkeypatch.setattr(seqr, "send_raw", slow)
    busy: list[bool] = []
    form.observe(lambda change: busy.append(change["new"]), "busy")
    (send,) = [each for each in all_of(form.bar) if "seqr-send" in each._dom_classes]
    send.click()
    assert asked.wait(SECONDS)
    assert busy == [True]
    assert "seqr-busy" in form.bar._dom_classes
    send.click()
    thread = form.send_in_background()
    assert form.send_in_background() is thread
    answer.set()
    thread.join()
    assert busy == [True, False]
    assert "seqr-busy" not in form.bar._dom_classes
    assert len(seqr.exchanges) == 1


def test_each_request_has_a_new_reference_and_time_unless_typed(form: Form, seqr: Session) -> None:
    form.fill_samples()
    first = form.value
    turn(seqr, 5)
    form.send()
    assert form.value["context.clientReference"] != first["context.clientReference"]
    assert form.value["invoice.issueDate"] == "2026-01-01T12:00:05+00:00"
    form.update({"context.clientReference": "mine", "invoice.issueDate": None})
    form.send()
    assert form.value["context.clientReference"] == "mine"
    assert "invoice.issueDate" not in form.value


def test_a_strict_clients_refusal_is_displayed() -> None:
    with connect(strict=True, quiet=True) as seqr:
        form = Form(seqr, "cancelInvoice")
        assert "strict and will not send it" in text(form.bar)
        with pytest.raises(ContractViolation):
            form.send()
        assert "invoiceReference" in form.failure
        assert form.failure in text(form.bar)
        assert not form.busy


def test_an_unreachable_endpoint_is_reported_and_the_exchange_kept() -> None:
    client = Client("http://127.0.0.1:9/soap/merchant/cashregister-2", CREDENTIALS)
    form = Form(client, "unregisterTerminal")
    with pytest.raises(TransportError):
        form.send()
    assert form.exchange is client.exchanges[-1]
    assert form.failure in text(form.bar)
    form.send_in_background().join()
    assert len(client.exchanges) == 2
    before = form.value
    form.fill_references(client.exchanges[-1])  # without references
    assert form.value == before


def test_a_form_without_credentials_works_and_says_so() -> None:
    form = Form(Client("http://127.0.0.1:9/soap/merchant/cashregister-2"), "cancelInvoice")
    assert "its id is not known" in form.failure
    assert "no principal" in text(form)
    form.update({"invoiceReference": "1"})
    assert b"<invoiceReference>1<" in form.envelope


def test_the_principal_can_be_chosen(seqr: Session) -> None:
    form = Form(seqr, "markTransactionPeriod", principal="TERMINALID")
    assert form.value["context.initiatorPrincipalId.type"] == "TERMINALID"
    field(form, "sent by").value = "RESELLERUSER"
    assert form.value["context.initiatorPrincipalId.userId"] == "9900"
    assert "reseller public_test_shop, filled in" in text(form)
    form.send_as("TERMINALID")
    assert field(form, "sent by").value == "TERMINALID"
    assert "context.initiatorPrincipalId.userId" not in form.value
    assert form.send().succeeded


# References


def test_the_last_reply_fills_references_into_the_next_form(seqr: Session) -> None:
    invoice = Form(seqr, "sendInvoice")
    invoice.fill_samples()
    sent = invoice.send()
    status = Form(seqr, "getPaymentStatus")
    status.fill_references(sent)
    request = status.request
    assert isinstance(request, GetPaymentStatus)
    seqr.phone.scan(invoice_code(request.invoice_reference or "")).pay()
    paid = status.send()
    assert status.value["invoiceVersion"] == "1"
    refund = Form(seqr, "refundPayment")
    refund.fill_references(paid)
    refund.fill_samples()
    assert refund.send().succeeded
    assert refund.value["ersReference"].encode() in (paid.response or b"")
    status.fill_references(invoice.send())
    assert status.value["invoiceReference"] != request.invoice_reference
    assert status.value["invoiceVersion"] == "0"


def test_the_last_of_several_exchanges_fills_the_reference(seqr: Session) -> None:
    invoice = Form(seqr, "sendInvoice")
    invoice.fill_samples()
    invoice.send()
    last = invoice.send()
    Form(seqr, "markTransactionPeriod").send()
    cancel = Form(seqr, "cancelInvoice")
    cancel.fill_references(*seqr.exchanges)
    assert cancel.value["invoiceReference"].encode() in (last.response or b"")


def test_the_last_transaction_period_is_filled_into_the_report(seqr: Session) -> None:
    mark = Form(seqr, "markTransactionPeriod")
    mark.update({"parameters.TERMINALID": "public_test_shop_terminal"})
    marked = mark.send()
    report = Form(seqr, "executeReport")
    report.fill_references(marked)
    entries = {report.value[f"parameters[{n}].key"] for n in range(2)}
    assert entries == {"transactionPeriodId", "TERMINALID"}
    again = Form(seqr, "markTransactionPeriod")
    again.fill_references(marked)
    assert again.value["parameters[0].key"] == "TERMINALID"
    assert "parameters[1].key" not in again.value


def bought(seqr: Session) -> Form:
    """Return the form of getPaymentStatus for an invoice that a buyer with a card has scanned."""
    invoice = Form(seqr, "sendInvoice")
    invoice.update(
        {
            "invoice.title": "Shop",
            "invoice.acknowledgmentMode": "REQUIRE_ACKNOWLEDGMENT",
            f"{ROWS}[0].itemQuantity": "1",
            f"{ROWS}[0].itemTotalAmount": "2.50 SEK",
            "invoice.totalAmount": "2.50 SEK",
        }
    )
    invoice.fill_samples()
    invoice.send()
    status = Form(seqr, "getPaymentStatus")
    status.fill_references(*seqr.exchanges)
    seqr.phone.add_card("2610411111110", "SOME_CARD")
    seqr.phone.scan(invoice_code(status.value["invoiceReference"]))
    status.send()
    return status


def test_a_reference_fills_in_its_invoice_and_tokens(seqr: Session) -> None:
    bought(seqr)
    Form(seqr, "markTransactionPeriod").send()
    update = Form(seqr, "updateInvoice")
    update.fill_references(*seqr.exchanges)
    assert update.findings == ()
    assert update.value["invoice.title"] == "Shop"
    assert update.value[f"{ROWS}[0].itemTotalAmount.value"] == "2.50"
    assert update.value["tokens[0].value"] == "2610411111110"
    assert update.value["tokens[0].status"] == "1"
    update.fill_references(*seqr.exchanges)
    assert update.draft.count(ROWS) == 1
    assert update.send().succeeded


def test_a_refund_starts_from_the_receipt(seqr: Session) -> None:
    status = bought(seqr)
    update = Form(seqr, "updateInvoice")
    update.fill_references(*seqr.exchanges)
    update.update({f"{ROWS}[0].itemTotalAmount.value": "2.00", "invoice.totalAmount.value": "2.00"})
    update.send()
    seqr.phone.bill(status.value["invoiceReference"]).pay()
    status.send()
    refund = Form(seqr, "refundPayment")
    refund.fill_references(*seqr.exchanges)
    assert refund.value["invoice.totalAmount.value"] == "2.00"
    assert refund.send().succeeded


def test_typed_rows_are_not_mixed_with_others(seqr: Session) -> None:
    bought(seqr)
    update = Form(seqr, "updateInvoice")
    update.update({f"{ROWS}[0].itemDescription": "mine"})
    update.fill_references(*seqr.exchanges)
    rows = {path: text for path, text in update.value.items() if path.startswith(ROWS)}
    assert rows == {f"{ROWS}[0].itemDescription": "mine"}
    assert update.value["invoice.title"] == "Shop"


def test_a_repeated_exchange_gets_a_new_reference(seqr: Session, form: Form) -> None:
    form.fill_samples()
    form.update({"invoice.totalAmount": "1,50 SEK", "context.channel": None})
    exchange = form.send()
    again = Form(seqr, "sendInvoice")
    again.repeat(exchange)
    wrong = again.value.pop("context.clientReference")
    assert "context.channel" not in again.value
    assert again.value["invoice.totalAmount.value"] == "1,50"
    assert wrong.encode() not in exchange.request
    assert again.send().result_code == exchange.result_code
    with pytest.raises(ConfigurationError, match="this is sendInvoice"):
        Form(seqr, "cancelInvoice").repeat(exchange)


def test_a_typed_reference_is_kept(seqr: Session) -> None:
    invoice = Form(seqr, "sendInvoice")
    invoice.fill_samples()
    cancel = Form(seqr, "cancelInvoice")
    cancel.update({"invoiceReference": "mine"})
    cancel.fill_references(invoice.send())
    assert cancel.value["invoiceReference"] == "mine"


# Shown


def test_a_form_is_displayed_with_its_envelope(form: Form) -> None:
    bundle = form._repr_mimebundle_()
    assert bundle["text/plain"] == "Form: sendInvoice, 5 errors"
    kind = "application/vnd.jupyter.widget-view+json"
    assert form._repr_mimebundle_()[kind] == bundle[kind]
    assert form.client.contract.operations["sendInvoice"].meaning in text(form)
    field(form, "title").value = "Seen beside"
    view = form._view
    assert "Seen beside" in text(view)
    form.fill_samples()
    form.send()
    assert "0 SUCCESS" in text(view)


def test_an_earlier_exchange_is_displayed_with_the_form(form: Form) -> None:
    form.fill_samples()
    form.send()
    form._repr_mimebundle_()
    assert "invoiceReference" in text(form._view)


def test_typing_switches_from_the_response_to_the_request(form: Form) -> None:
    form.fill_samples()
    form._repr_mimebundle_()
    (panel,) = [each for each in all_of(form._view) if isinstance(each, EnvelopePanel)]
    form.send()
    assert panel.tab == RESPONSE
    field(form, "title").value = "Another"
    assert panel.tab == REQUEST
    panel.tab = CURL
    field(form, "title").value = "And another"
    assert panel.tab == CURL


def test_without_ipywidgets_the_error_says_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import seqrkit.widgets

    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    monkeypatch.delitem(vars(seqrkit.widgets), "Form", raising=False)
    with pytest.raises(ConfigurationError, match=r"pip install 'seqrkit\[notebook\]'"):
        _ = seqrkit.widgets.Form
    with pytest.raises(AttributeError, match="attribute Frame"):
        _ = seqrkit.widgets.Frame  # type: ignore[attr-defined]


def test_values_of_the_model_are_written_in_their_wire_format(form: Form) -> None:
    form.update(
        {
            "invoice.totalAmount": Amount.of("1.50 SEK"),
            "invoice.paymentMode": PaymentMode.RESERVATION_DESIRED,
            "invoice.commitReservationTimeout": 60,
            "invoice.invoiceRows[0].itemQuantity": Decimal("2.5"),
        }
    )
    assert form.value["invoice.totalAmount.value"] == "1.50"
    assert form.value["invoice.paymentMode"] == "RESERVATION_DESIRED"
    assert form.value["invoice.commitReservationTimeout"] == "60"
    assert form.value["invoice.invoiceRows[0].itemQuantity"] == "2.5"


@pytest.mark.parametrize(
    "wrong",
    [
        {"invoice.totalAmount": 1.5},
        {"invoice.footer": ["a"]},
        {"invoice.footer": True},
        {"invoice.nowhere": "x"},
        {"invoice.nowhere": None},
        {"invoice.invoiceRows[9].itemQuantity": "1"},
    ],
)
def test_an_invalid_update_changes_nothing(form: Form, wrong: dict[str, object]) -> None:
    form.update({"invoice.title": "Shop"})
    before = form.value, form.envelope, form.draft.texts
    with pytest.raises(ConfigurationError, match=next(iter(wrong)).partition("[")[0]):
        form.update({"invoice.title": "Other", **wrong})
    assert (form.value, form.envelope, form.draft.texts) == before
    assert form.draft.envelope().count(b"Shop") == 1
