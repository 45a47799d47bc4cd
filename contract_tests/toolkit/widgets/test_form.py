"""A form sends what it displays and shows findings at their fields."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import ipywidgets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.calls import CREDENTIALS, INVOICE
from contract_tests.toolkit.widgets import visible
from contract_tests.toolkit.widgets.interaction import (
    all_of,
    field,
    fields,
    happen,
    labelled,
    piece,
    text,
    words,
)
from contract_tests.toolkit.widgets.visible import SECONDS
from seqrkit import Client, ManualClock, Session, connect, soap
from seqrkit.contract import load
from seqrkit.errors import ConfigurationError, ContractViolation, TransportError
from seqrkit.exchange import Exchange
from seqrkit.field_paths import samples
from seqrkit.model import GetPaymentStatus, SendInvoice
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.vocabulary import Interface, PaymentMode
from seqrkit.widgets import Form
from seqrkit.widgets.envelope_panel import CURL, REQUEST, RESPONSE, EnvelopePanel
from seqrkit.widgets.field_specs import Spec, specs
from seqrkit.widgets.form_structure import structure
from seqrkit.widgets.request_draft import Draft

OPERATIONS = tuple(load().operations)
ROWS = "invoice.invoiceRows"
COMPLETE = tuple(samples(load(), "sendInvoice"))


@pytest.fixture
def form(seqr: Session) -> Form:
    return Form(seqr, "sendInvoice")


def leaves(fields: tuple[Spec, ...]) -> Iterator[Spec]:
    for spec in fields:
        yield from leaves(spec.inside) if spec.inside else (spec,)


def opened(form: Form) -> Form:
    """Return a form with an item in each list."""
    for path, _ in form.draft.lists():
        form.add_item(path)
    return form


def turn(seqr: Session, seconds: float) -> None:
    assert isinstance(seqr.clock, ManualClock)
    seqr.clock.advance(seconds)


# What is there


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_field_of_the_contract_can_be_filled_in(seqr: Session, operation: str) -> None:
    form = opened(Form(seqr, operation))
    for number, each in enumerate(fields(form)):
        each.value = f"text {number}"
    wanted = [spec.field.path for spec in leaves(specs(seqr.contract, operation))]
    assert len(form.value) == len(wanted), sorted(form.value)


def test_a_field_is_labelled_with_its_wire_name_and_marked_if_required(
    form: Form, seqr: Session
) -> None:
    title = field(form, "title").node
    assert title["required"]
    meaning = seqr.contract.field("invoice.title")
    assert meaning.meaning in title["help"]
    assert meaning.source in title["help"]
    assert not field(form, "backURL").node["required"]


def test_optional_fields_and_the_context_are_folded(form: Form) -> None:
    folded = {node["label"]: node for node in form.body.structure if node["kind"] == "fold"}
    assert [*folded] == ["context"]
    (invoice,) = [node for node in form.body.structure if node.get("name") == "invoice"]
    (optional,) = [node for node in invoice["nodes"] if node["kind"] == "fold"]
    assert "backURL" in [node["name"] for node in optional["nodes"]]
    summaries = form.body.state["values"]
    assert "backURL" in summaries["fold invoice.optional"]
    assert "terminal public_test_shop_terminal, filled in" in summaries["fold context"]
    form.update({"context.clientReference": "x" * 33})
    assert "1 error" in form.body.state["values"]["fold context"]


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
    title.leave()
    assert "title is missing" in title.note
    assert "invoice.title.required" in title.note
    assert title.signal == "wrong"
    title.value = "Grand Cinema"
    assert b"<title>Grand Cinema</title>" in seen[-1]
    assert form.value["invoice.title"] == "Grand Cinema"
    assert title.signal == ""
    assert "heading of the bill" in title.note
    title.value = ""
    assert b"<title" not in seen[-1]
    assert "invoice.title" not in form.value


def test_a_required_field_is_to_do_until_it_is_left_or_sent(form: Form) -> None:
    title, footer = field(form, "title"), field(form, "footer")
    assert title.signal == footer.signal == "todo"
    assert "missing" not in title.note
    assert words(piece(form.bar, "status")) == "5 fields to do : it can be sent anyway"
    assert form.reported == ()
    title.leave()
    assert (title.signal, footer.signal) == ("wrong", "todo")
    assert words(piece(form.bar, "status")) == "4 fields to do, 1 error : it can be sent anyway"
    form.send_or_ask()
    assert footer.signal == "wrong"
    form.clear()
    assert title.signal == "todo"


def test_a_cell_is_to_do_until_it_is_left_wherever_its_row_moves(form: Form) -> None:
    form.update({f"{ROWS}[{number}].itemDescription": "Popcorn" for number in range(2)})
    field(form, "itemQuantity").leave()
    signals = [each.signal for each in labelled(form, "itemQuantity")]
    assert signals == ["wrong", "todo"]
    form.move_item(ROWS, 0, 1)
    assert [each.signal for each in labelled(form, "itemQuantity")] == ["todo", "wrong"]
    form.remove_item(ROWS, 0)
    assert [each.signal for each in labelled(form, "itemQuantity")] == ["wrong"]


def test_a_row_without_a_text_is_neither_an_error_nor_sent(form: Form) -> None:
    form.fill_samples()
    form.update({f"{ROWS}[0].itemDescription": "Popcorn", f"{ROWS}[0].itemQuantity": "1"})
    form.update({f"{ROWS}[0].itemTotalAmount": "149.99 SEK", "invoice.totalAmount": "149.99 SEK"})
    form.add_item(ROWS)
    field(form, "itemQuantity", 1).leave()
    assert [each["empty"] for each in form.body.state["lists"][ROWS]] == [False, True]
    assert form.findings == ()
    assert form.body.state["values"][ROWS]["sum"] == "149.99 SEK"
    field(form, "itemDescription", 1).value = "Soda"
    assert labelled(form, "itemQuantity")[1].signal == "wrong"
    field(form, "itemDescription", 1).value = ""
    assert form.send().succeeded
    assert form.draft.count(ROWS) == 1


def test_sending_with_errors_asks_once(form: Form) -> None:
    happen(form.body, "send")
    assert "5 errors . Send it anyway?" in text(form.bar)
    field(form, "title").value = "Grand Cinema"
    assert form.send_or_ask() is None, "it has changed since"
    thread = form.send_or_ask()
    assert thread is not None
    thread.join()
    assert form.exchange.result_code == 49
    form.fill_samples()
    sent = form.send_or_ask()
    assert sent is not None
    sent.join()
    assert form.exchange.succeeded


def test_the_bar_shows_an_outcome_until_the_request_changes(form: Form) -> None:
    form.fill_samples()
    form.update({"invoice.totalAmount": "1 KRO"})
    form.send()
    assert words(piece(form.bar, "status")).startswith("49 INVALID_INVOICE_DATA 1 error")
    form.update({"invoice.totalAmount": "1 SEK"})
    form.send()
    assert words(piece(form.bar, "status")).startswith("0 SUCCESS")
    field(form, "title").value = "Grand Cinema"
    assert words(piece(form.bar, "status")) == "no findings"


def test_the_bar_shows_the_status_in_a_reply(seqr: Session) -> None:
    form = Form(seqr, "getPaymentStatus")
    form.update({"invoiceReference": seqr.send_invoice(INVOICE).invoice_reference})
    form.send()
    assert words(piece(form.bar, "status")).startswith("0 SUCCESS ISSUED")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left_out=st.sets(st.sampled_from([path for path, _ in COMPLETE])))
def test_a_message_from_elsewhere_stays_as_it_is_when_it_is_sent(
    seqr: Session, left_out: set[str]
) -> None:
    form, draft = Form(seqr, "sendInvoice"), Draft(load(), "sendInvoice")
    draft.update((path, text) for path, text in COMPLETE if path not in left_out)
    form.read(draft.envelope())
    before = form.value
    form.send()
    assert form.value == before
    form.close()


def test_the_tax_rate_is_on_the_line_of_a_row(form: Form) -> None:
    (rows,) = (each for each in structure(form.draft)[-2]["nodes"] if each["kind"] == "items")
    names = [each["name"] for each in rows["columns"]]
    assert names == ["itemDescription", "itemQuantity", "itemTotalAmount", "itemTaxRate"]


def test_warnings_differ_from_errors(form: Form) -> None:
    channel = field(form, "channel")
    channel.value = "extWS"
    assert channel.signal == "look"
    assert "warning" in channel.note


def test_a_field_with_a_limit_counts_characters(form: Form) -> None:
    reference = field(form, "clientReference")
    assert "32/32" in reference.note
    reference.value += "!"
    assert "33/32" in reference.note
    assert "at most 32 are allowed" in reference.note


def test_an_amount_gets_its_currency_and_loses_it_with_its_value(form: Form) -> None:
    total, currency = field(form, "totalAmount"), field(form, "totalAmount currency")
    assert currency.value == "SEK"
    assert b"totalAmount" not in form.envelope
    total.value = "149.99"
    assert form.value["invoice.totalAmount.currency"] == "SEK"
    currency.value = "EUR"
    assert b"<currency>EUR</currency>" in form.envelope
    form.add_item(ROWS)
    field(form, "itemTotalAmount").value = "149.99"
    assert form.value[f"{ROWS}[0].itemTotalAmount.currency"] == "EUR"
    assert form.body.state["values"][ROWS]["sum"] == "149.99 EUR"
    total.value = ""
    assert "invoice.totalAmount.currency" not in form.value
    currency.value = ""
    assert form.value[f"{ROWS}[0].itemTotalAmount.currency"] == "EUR"


def test_the_total_offers_the_sum_of_the_rows(form: Form) -> None:
    form.update({f"{ROWS}[0].itemTotalAmount": "20.00 SEK", "invoice.totalAmount": "1 SEK"})
    form.update({f"{ROWS}[1].itemTotalAmount": "30.00 SEK"})
    rows, total = form.body.state["values"][ROWS], field(form, "totalAmount")
    assert rows["correction"] == "use as totalAmount"
    assert total.correct() == "write 50.00 SEK"
    assert form.value["invoice.totalAmount.value"] == "50.00"
    assert total.entry["correction"] == ""


def test_a_decimal_comma_offers_a_decimal_point(form: Form) -> None:
    total = field(form, "totalAmount")
    total.value = "149,99"
    assert b"<value>149,99</value>" in form.envelope
    assert "has a decimal comma; write a decimal point" in total.note
    assert total.correct() == "write 149.99"
    assert total.value == "149.99"
    assert b"<value>149.99</value>" in form.envelope
    assert "decimal comma" not in total.note


def test_a_date_has_a_now_button(form: Form, seqr: Session) -> None:
    date = field(form, "issueDate")
    assert date.value == "2026-01-01T12:00:00+00:00"
    date.value = "yesterday"
    turn(seqr, 61)
    happen(form.body, "now", date.path)
    assert date.value == "2026-01-01T12:01:01+00:00"
    assert date.value in form.envelope.decode()


def test_a_value_outside_the_choices_is_displayed(form: Form) -> None:
    form.update({"invoice.paymentMode": "CASH"})
    mode = field(form, "paymentMode")
    assert mode.value == "CASH"
    assert mode.signal == "wrong"
    mode.value = "RESERVATION_REQUIRED"
    assert b"<paymentMode>RESERVATION_REQUIRED<" in form.envelope
    assert "taken by commitReservation" in mode.note


def test_the_panel_marks_the_line_of_the_field_that_the_user_is_in(form: Form) -> None:
    form.fill_samples()
    form.update({f"{ROWS}[0].itemQuantity": "1", f"{ROWS}[1].itemQuantity": "2"})
    form._repr_mimebundle_()
    (panel,) = [each for each in all_of(form._view) if isinstance(each, EnvelopePanel)]
    for path, line in {
        "invoice.title": "<title>",
        f"{ROWS}[1].itemQuantity": "<itemQuantity>2<",
        f"{ROWS}[1].itemSKU": "<invoiceRow>",
        "invoice.backURL": "<invoice>",
    }.items():
        happen(form.body, "enter", path)
        marked = panel.state["values"]["line"]
        assert line in form.envelope.decode().splitlines()[marked - 1]


def test_a_typed_text_is_confirmed_in_one_small_message(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(form.body, "opened", form.body.state["version"])
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(form.body, "send", sent.append)
    field(form, "footer").value = "typed"
    (message,) = sent
    assert message["values"]["done test"] == 1
    assert len(json.dumps(sent)) < 1_000


# Items


def test_rows_are_added_removed_and_moved(form: Form) -> None:
    for name in "abc":
        happen(form.body, "add", ROWS)
        labelled(form, "itemDescription")[-1].value = name
    happen(form.body, "up", f"{ROWS}[2]")
    happen(form.body, "remove", f"{ROWS}[0]")
    assert names(form) == ["c", "b"]
    field(form, "itemDescription", 1).value = "B"
    assert names(form) == ["c", "B"]
    form.value = {**form.value, f"{ROWS}[2].itemDescription": "d"}
    assert [each.value for each in labelled(form, "itemDescription")] == ["c", "B", "d"]
    form.clear()
    assert not labelled(form, "itemDescription")


def test_removing_and_clearing_can_be_undone(form: Form) -> None:
    form.fill_samples()
    form.update({f"{ROWS}[0].itemDescription": "a", f"{ROWS}[1].itemDescription": "b"})
    before = form.value
    assert "Undo" not in visible.shown(form.bar)
    form.remove_item(ROWS, 0)
    visible.press(form.bar, "Undo")
    assert form.value == before
    visible.press(form.bar, "Clear")
    assert "invoice.footer" not in form.value
    visible.press(form.bar, "Undo")
    assert form.value == before
    assert "Undo" not in visible.shown(form.bar)
    form.undo()
    assert form.value == before


def test_undo_keeps_what_was_typed_since(form: Form) -> None:
    form.update({f"{ROWS}[{number}].itemDescription": text for number, text in enumerate("abc")})
    form.update({"invoice.title": "Cinema", "invoice.footer": "Thanks"})
    form.remove_item(ROWS, 0)
    form.update({"invoice.title": "Theatre", f"{ROWS}[1].itemDescription": "C"})
    form.add_item(ROWS)
    form.undo()
    assert (names(form), form.draft.count(ROWS)) == (["a", "b", "C"], 4)
    assert form.value["invoice.title"] == "Theatre"
    form.clear()
    form.update({"invoice.title": "Opera", f"{ROWS}[0].itemDescription": "d"})
    form.undo()
    assert (names(form), form.draft.count(ROWS)) == (["a", "b", "C", "d"], 5)
    assert form.value["invoice.title"] == "Opera"
    assert form.value["invoice.footer"] == "Thanks"


def test_a_table_from_a_spreadsheet_is_pasted_into_rows(form: Form) -> None:
    form.add_item(ROWS)
    table = "Popcorn\t2\t15.00\n\nCola\t1\t20 EUR\r\n"
    happen(form.body, "paste", f"{ROWS}[0]", "itemDescription", table)
    assert names(form) == ["Popcorn", "Cola"]
    assert [each.value for each in labelled(form, "itemQuantity")] == ["2", "1"]
    assert form.value[f"{ROWS}[0].itemTotalAmount.currency"] == form.currency
    assert form.value[f"{ROWS}[1].itemTotalAmount.currency"] == "EUR"
    happen(form.body, "paste", f"{ROWS}[1]", "itemQuantity", "3\n4")
    assert [each.value for each in labelled(form, "itemQuantity")] == ["2", "3", "4"]


def names(form: Form) -> list[str]:
    return [t for path, t in form.value.items() if path.endswith("itemDescription")]


def test_findings_about_the_other_fields_of_a_row_are_below_it(form: Form) -> None:
    form.update({f"{ROWS}[0].itemEAN": "123"})
    ean = field(form, "itemEAN")
    assert ean.value == "123"
    assert "neither an EAN-8 nor an EAN-13" in ean.note
    ean.value = ""
    assert f"{ROWS}[0].itemEAN" not in form.value


def test_parameters_are_keys_and_values(seqr: Session) -> None:
    form = Form(seqr, "executeReport")
    form.add_item("parameters")
    field(form, "key").value = "TERMINALID"
    field(form, "value").value = "x"
    assert b"<key>TERMINALID</key>" in form.envelope
    form.update({"parameters.TERMINALID": "y", "parameters.transactionPeriodId": "z"})
    assert [each.value for each in labelled(form, "value")] == ["y", "z"]


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
    assert [each.value for each in labelled(form, "itemDescription")] == ["c", "b"]
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
    visible.press(form.bar, "Fill with samples")
    assert field(form, "title").value == "Mine"
    assert field(form, "footer").value == form.client.contract.field("invoice.footer").sample
    assert words(piece(form.bar, "status")) == "no findings"
    visible.press(form.bar, "Clear")
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
    form.body.heading += "a text to find"
    state = json.dumps(ipywidgets.Widget.get_manager_state())
    assert "a text to find" in state
    assert "typed-secret" not in state
    assert form.draft.envelope().count(b"typed-secret") == len(passwords)


def test_a_password_is_masked_and_never_sent_to_the_browser(
    seqr: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = Form(seqr, "registerTerminal")
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(form.body, "send", sent.append)
    password = field(form, "password", -1)
    form.update({"password": "from-code"})
    assert (password.entry["masked"], password.entry["typed"]) == (True, False)
    password.value = "typed-secret"
    assert (password.entry["masked"], password.entry["typed"]) == (True, True)
    form.clear()
    assert (password.entry["masked"], password.entry["typed"]) == (False, False)
    assert "secret" not in json.dumps(sent)
    assert "from-code" not in json.dumps(sent)


def test_the_length_of_a_hidden_password_is_checked(seqr: Session) -> None:
    form = Form(seqr, "registerTerminal")
    form.fill_samples()
    field(form, "password", -1).value = "abc"
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
    visible.press(form.bar, "Send")
    assert asked.wait(SECONDS)
    assert busy == [True]
    assert "seqr-busy" in form.bar._dom_classes
    visible.press(form.bar, "Send")
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
    assert "no principal" in form.body.state["values"]["fold context"]
    form.update({"invoiceReference": "1"})
    assert b"<invoiceReference>1<" in form.envelope


def test_the_principal_can_be_chosen(seqr: Session) -> None:
    form = Form(seqr, "markTransactionPeriod", principal="TERMINALID")
    assert form.value["context.initiatorPrincipalId.type"] == "TERMINALID"
    happen(form.body, "sender", "RESELLERUSER")
    assert form.value["context.initiatorPrincipalId.userId"] == "9900"
    assert "reseller public_test_shop, filled in" in form.body.state["values"]["fold context"]
    form.send_as("TERMINALID")
    assert form.body.state["values"]["sender"] == "TERMINALID"
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
    again.repeat(exchange.masked_request)
    wrong = again.value.pop("context.clientReference")
    assert "context.channel" not in again.value
    assert again.value["invoice.totalAmount.value"] == "1,50"
    assert wrong.encode() not in exchange.request
    assert again.send().result_code == exchange.result_code
    with pytest.raises(ConfigurationError, match="this is sendInvoice"):
        Form(seqr, "cancelInvoice").repeat(exchange.request)


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
