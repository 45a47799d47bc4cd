"""A draft holds valid and invalid texts, writes its envelope and locates findings."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.messages import CONTRACTS, NEWEST, OLDEST, at, build, to_bytes
from seqrkit import soap, strategies
from seqrkit.client.zeep_envelopes import envelopes
from seqrkit.contract import Contract, Severity
from seqrkit.errors import ConfigurationError, NotXml
from seqrkit.field_paths import assignments_of
from seqrkit.model import REQUESTS, ClientContext, ExecuteReport, SendInvoice, UnregisterTerminal
from seqrkit.model_base import Request
from seqrkit.money import Amount
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.strategies import Broken
from seqrkit.vocabulary import Interface
from seqrkit.widgets.field_specs import Kind, Spec, specs
from seqrkit.widgets.prefill import missing_samples
from seqrkit.widgets.request_draft import Draft

STRUCTURAL = {"required", "unknown-element", "out-of-order", "repeated", "type"}
EVERY = [(judge, name) for judge in CONTRACTS.values() for name in judge.operations]


def draft(operation: str, *texts: tuple[str, str]) -> Draft:
    made = Draft(NEWEST, operation)
    made.update(texts)
    return made


def filled(judge: Contract, operation: str) -> Draft:
    """Return a draft with a sample in every field and an item in each list."""
    made = Draft(judge, operation)
    for path, _ in made.lists():
        made.add(path)
    fill(made, made.specs, "")
    return made


def fill(made: Draft, fields: tuple[Spec, ...], path: str) -> None:
    for spec in fields:
        place = f"{path}{spec.name}"
        if spec.kind is Kind.PART:
            fill(made, spec.inside, f"{place}.")
        elif spec.kind is Kind.ITEMS:
            fill(made, spec.inside, f"{place}[0].")
        else:
            made.set(place, spec.field.sample)


# Agreement with the client


@given(st.sampled_from(sorted(REQUESTS)).flatmap(strategies.valid))
def test_a_draft_of_a_valid_request_equals_the_clients_request(request: object) -> None:
    assert isinstance(request, Request)
    interface = Interface.CASHREGISTER_2
    made = Draft(NEWEST, request.OPERATION)
    made.update(assignments_of(request))
    assert made.findings == ()
    read = wire_codec(interface).read
    if getattr(request, "parameters", None) == {}:
        request = evolve(request, parameters=None)  # type: ignore[misc]
    assert read(made.envelope()).request == read(envelopes(interface).write(request)).request
    assert made.request_in(ClientContext()) == request


@pytest.mark.parametrize(("judge", "operation"), EVERY, ids=str)
def test_a_draft_is_read_back_from_its_envelope(judge: Contract, operation: str) -> None:
    made, again = filled(judge, operation), Draft(judge, operation)
    again.read(made.envelope())
    assert again.texts == made.texts
    assert again.envelope() == made.envelope()


def test_unknown_elements_are_ignored_when_a_message_is_read() -> None:
    made = Draft(NEWEST, "cancelInvoice")
    element = build(NEWEST, "cancelInvoice")
    at(element, "invoiceReference").tag = "invoiceRef"
    element.append(element[0])
    made.read(to_bytes(element))
    assert [*made.texts][-1] == "context.password"
    with pytest.raises(ConfigurationError, match="this is cancelInvoice, and not sendInvoice"):
        Draft(NEWEST, "sendInvoice").read(made.envelope())
    with pytest.raises(NotXml):
        made.read(b"no message")


@pytest.mark.parametrize(("judge", "operation"), EVERY, ids=str)
def test_a_complete_draft_is_in_the_order_of_the_wire(judge: Contract, operation: str) -> None:
    made = filled(judge, operation)
    assert not STRUCTURAL & {f.rule.kind for f in made.findings}, made.findings
    assert wire_codec(judge.interface).read(made.envelope()).request == made.request_in(
        ClientContext()
    )


@pytest.mark.parametrize(("judge", "operation"), EVERY, ids=str)
def test_samples_have_no_errors(judge: Contract, operation: str) -> None:
    made = Draft(judge, operation)
    made.update(
        {f"context.{path}": text for path, text in CONTEXT.items()}
        | {"context.initiatorPrincipalId.type": judge.operations[operation].principals[0]}
    )
    for path, _ in made.lists():
        made.add(path)
    made.update(missing_samples(made))
    assert not [f for f in made.findings if f.severity is Severity.ERROR]


CONTEXT = {
    "channel": "WS",
    "clientId": "me",
    "clientReference": "1",
    "clientRequestTimeout": "0",
    "initiatorPrincipalId.id": "x",
    "initiatorPrincipalId.userId": "9900",
    "password": "secret",
}


def test_samples_replace_no_text() -> None:
    made = draft("sendInvoice", ("invoice.title", "Mine"), ("invoice.totalAmount", "1.00 EUR"))
    made.update(missing_samples(made))
    assert made.text("invoice.title") == "Mine"
    assert made.text("invoice.totalAmount.value") == "1.00"
    assert made.text("invoice.totalAmount.currency") == "EUR"
    assert made.text("invoice.footer") == NEWEST.field("invoice.footer").sample


# What is typed is what is sent


def test_invalid_values_are_written_unchanged() -> None:
    made = draft(
        "sendInvoice", ("invoice.paymentMode", "CASH"), ("invoice.totalAmount", "1,50 SEK")
    )
    read = soap.read_envelope(soap.parse(made.envelope())).payload
    assert at(read, "invoice/paymentMode").text == "CASH"
    assert at(read, "invoice/totalAmount/value").text == "1,50"
    found = made.findings_at()
    assert "decimal comma" in found["invoice.totalAmount.value"][0].message
    assert found["invoice.paymentMode"][0].id == "invoice.paymentMode.enumeration"
    with pytest.raises(ConfigurationError, match=r"totalAmount\.value.* decimal comma"):
        _ = made.request_in(ClientContext())


def test_an_empty_text_is_an_element_and_none_is_not() -> None:
    made = draft("sendInvoice", ("invoice.title", ""), ("invoice.totalAmount.value", "1"))
    assert b"<title></title>" in made.envelope() or b"<title/>" in made.envelope()
    made.set("invoice.title", None)
    made.set("invoice.totalAmount.value", None)
    assert b"title" not in made.envelope()
    assert b"totalAmount" not in made.envelope()
    assert made.texts == {}


def test_characters_that_xml_cannot_contain_are_replaced() -> None:
    made = draft("sendInvoice", ("invoice.title", "a\x00b\x1b\ud800"))
    assert "<title>a\ufffdb\ufffd\ufffd</title>" in made.envelope().decode()


def test_the_envelope_has_one_element_per_line() -> None:
    made = draft("cancelInvoice", ("invoiceReference", "1"))
    assert b"\n      <invoiceReference>1</invoiceReference>\n" in made.envelope()
    assert made.envelope() is made.envelope()


# Findings


def broken_examples() -> list[tuple[str, Broken]]:
    """Return one example of each rule in each operation."""
    made = {
        (name, each.rule.id): (name, each)
        for name in NEWEST.operations
        for each in strategies.broken_examples(name)
    }
    return list(made.values())


def test_every_finding_has_a_field_of_the_form() -> None:
    known = {
        name: {*Draft(NEWEST, name).texts, *all_paths(specs(NEWEST, name))}
        for name in NEWEST.operations
    }
    placed = 0
    for name, example in broken_examples():
        made = Draft(NEWEST, name)
        for finding in NEWEST.lint(example.envelope):
            path = made.path_of(finding)
            if finding.path.startswith(name):
                assert plain(path) in known[name] | {""}, finding
                placed += path != ""
    assert placed > 300


def all_paths(fields: tuple[Spec, ...], path: str = "") -> set[str]:
    found = set()
    for spec in fields:
        place = f"{path}{spec.name}"
        found |= {place} | all_paths(spec.inside, f"{place}.")
    return found


def plain(path: str) -> str:
    """Return a path without item numbers."""
    return "".join(part.partition("]")[2] if i else part for i, part in enumerate(path.split("[")))


def test_findings_about_an_item_have_its_path() -> None:
    made = draft("sendInvoice")
    made.set("invoice.invoiceRows[0].itemQuantity", "1")
    made.set("invoice.invoiceRows[1].itemDescription", "Popcorn")
    made.set("tokens[0].status", "1")
    made.set("tokens[1].id", "1")
    found = made.findings_at()
    assert "invoice.invoiceRows[1].itemQuantity" in found
    assert "invoice.invoiceRows[0].itemQuantity" not in found
    assert "invoice.invoiceRows[0].itemTotalAmount" in found
    assert "tokens[1].status" in found
    assert "tokens[0].status" not in found


# Items

ROWS = "invoice.invoiceRows"
SOME_ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["itemDescription", "itemQuantity", "itemTotalAmount"]),
        st.sampled_from(["1", "7.50 SEK", "none"]),
    )
)


@given(SOME_ROWS)
def test_items_without_a_text_are_not_written(rows: list[dict[str, str]]) -> None:
    made, other = draft("sendInvoice"), draft("sendInvoice")
    places = {}
    for row in rows:
        number = made.add(ROWS)
        if row:
            places[f"{ROWS}[{other.add(ROWS)}]"] = f"{ROWS}[{number}]"
        for name, text in row.items():
            made.set(f"{ROWS}[{number}].{name}", text)
            other.set(f"{ROWS}[{other.count(ROWS) - 1}].{name}", text)
    assert made.envelope() == other.envelope()

    def here(path: str) -> str:
        item, end, rest = path.partition("]")
        return f"{places[item + end]}{rest}" if end else path

    assert made.findings_at() == {here(path): each for path, each in other.findings_at().items()}
    assert [*map(made.line_of, places.values())] == [*map(other.line_of, places)]
    assert made.remove_empty() is (len(places) < len(rows))
    assert made.texts == other.texts


def test_an_empty_item_of_a_message_is_written() -> None:
    made = draft("sendInvoice")
    made.read(
        b"<sendInvoice><invoice><invoiceRows><invoiceRow/></invoiceRows></invoice></sendInvoice>"
    )
    assert b"<invoiceRow/>" in made.envelope()
    assert f"{ROWS}[0].itemQuantity" in made.findings_at()


def test_items_are_added_removed_and_moved() -> None:
    rows = "invoice.invoiceRows"
    made = draft("sendInvoice")
    for name in "abc":
        made.set(f"{rows}[{made.add(rows)}].itemDescription", name)
    made.move(rows, 0, 2)
    made.remove(rows, 0)
    assert [*made.texts.values()] == ["c", "a"]
    assert made.count(rows) == 2
    assert b"<itemDescription>c<" in made.envelope()
    for wrong in (made.remove, lambda path, number: made.move(path, number, 0)):
        with pytest.raises(ConfigurationError, match="none with the number 2"):
            wrong(rows, 2)


def test_items_may_be_given_in_any_order_without_a_gap() -> None:
    made = draft("sendInvoice", ("tokens[1].id", "b"), ("tokens[0].id", "a"))
    assert made.texts == {"tokens[0].id": "a", "tokens[1].id": "b"}
    with pytest.raises(ConfigurationError, match=r"the next is tokens\[2\]"):
        made.set("tokens[3].id", "c")


def test_only_lists_have_items() -> None:
    made = draft("sendInvoice", ("tokens[0].id", "a"))
    with pytest.raises(ConfigurationError, match="invoice is not a list"):
        made.add("invoice")
    with pytest.raises(
        ConfigurationError, match=r"tokens\[0\] is an item; use remove to remove it"
    ):
        made.set("tokens[0]", None)


def test_a_parameter_has_a_short_path() -> None:
    made = draft("executeReport", ("parameters.TERMINALID", "x"), ("parameters.TERMINALID", "y"))
    assert made.texts == {"parameters[0].key": "TERMINALID", "parameters[0].value": "y"}
    assert made.text("parameters.TERMINALID") == "y"
    assert made.text("parameters.other") is None
    assert made.count("parameters") == 1
    sent = made.request_in(ClientContext())
    assert isinstance(sent, ExecuteReport)
    assert sent.parameters == {"TERMINALID": "y"}


# Requests


def test_a_masked_password_is_not_part_of_the_request() -> None:
    made = draft("unregisterTerminal", ("context.password", soap.MASK), ("context.channel", "x"))
    sent = made.request_in(ClientContext(password="secret", channel="WS"))
    assert sent == UnregisterTerminal(context=ClientContext(password="secret", channel="x"))


def test_an_amount_can_be_one_text() -> None:
    made = draft("sendInvoice", ("invoice.totalAmount", " 1.50  SEK "))
    sent = made.request_in(ClientContext())
    assert isinstance(sent, SendInvoice)
    assert sent.invoice is not None
    assert sent.invoice.total_amount == Amount.of("1.50 SEK")
    made.set("invoice.totalAmount", "2")
    assert made.texts == {"invoice.totalAmount.value": "2"}


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("invoice.titel", "did you mean invoice.title?"),
        ("invoice", "has fields inside"),
        ("invoice.title.x", "has no invoice.title.x"),
        ("invoice[0].title", "there is only one invoice"),
        ("tokens.id", "give the number, from 0"),
        ("tokens", "has fields inside"),
        ("", "the path is empty"),
        ("..", "has no .."),
    ],
)
def test_an_unknown_path_is_an_error_with_advice(path: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\w") as refused:
        Draft(NEWEST, "sendInvoice").set(path, "x")
    assert sentence in str(refused.value)


def test_errors_name_the_interface_that_lacks_a_field() -> None:
    with pytest.raises(
        ConfigurationError, match="commitReservation of extclientproxy-v2 has no am"
    ):
        Draft(OLDEST, "commitReservation").set("amount.value", "1")
    with pytest.raises(ConfigurationError, match="extclientproxy-v2 has no operation creditUser"):
        Draft(OLDEST, "creditUser")
