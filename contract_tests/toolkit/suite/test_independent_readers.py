"""What the suite says of messages: what differs, who accepts, what comes twice."""

import pytest
from attrs import evolve

from seqrkit import strategies
from seqrkit.model import Invoice, InvoiceRow, SendInvoice
from seqrkit.suite.framework.check_context import Case
from seqrkit.suite.oracles.independent_readers import difference, said
from seqrkit.suite.oracles.message_cases import message_name, new_boundaries, with_repeated_items
from seqrkit.suite.oracles.schema_validators import Verdicts
from seqrkit.suite.oracles.validator_disagreements import DISAGREEMENTS, is_known
from seqrkit.vocabulary import Interface

REQUEST = SendInvoice(
    invoice=Invoice(
        title="Shop",
        invoice_rows=[InvoiceRow(item_description="Tea", item_total_amount="3.00 SEK")],
        total_amount="3.00 SEK",
    )
)


def test_a_difference_is_named_by_its_place() -> None:
    assert REQUEST.invoice is not None
    other = evolve(REQUEST, invoice=evolve(REQUEST.invoice, title="Stall"))
    assert difference(other, REQUEST) == "invoice.title is 'Stall', and was 'Shop'"
    assert difference(said(other), said(REQUEST)) == "invoice.title is 'Stall', and was 'Shop'"
    fewer = evolve(REQUEST, invoice=evolve(REQUEST.invoice, invoice_rows=()))
    assert difference(fewer, REQUEST).startswith("invoice.invoice_rows is ()")
    assert difference(None, REQUEST).startswith("it is None")


def test_of_two_that_come_the_second_is_another_and_costs_nothing() -> None:
    doubled = with_repeated_items(REQUEST)
    assert doubled.invoice is not None
    first, second = doubled.invoice.invoice_rows or ()
    assert (first.item_description, second.item_description) == ("Tea", "another")
    assert str(second.item_total_amount) == "0 SEK"


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        (Verdicts(libxml2=True, xmlschema=True), "both validators accept it"),
        (Verdicts(libxml2=False, xmlschema=False), "both validators refuse it"),
        (Verdicts(libxml2=True, xmlschema=False), "libxml2 accepts it, xmlschema refuses it"),
        (Verdicts(libxml2=False, xmlschema=True), "xmlschema accepts it, libxml2 refuses it"),
    ],
)
def test_verdicts_read_as_a_sentence(verdicts: Verdicts, words: str) -> None:
    assert str(verdicts) == words


def test_every_text_of_a_known_disagreement_is_covered_by_its_pattern() -> None:
    for each in DISAGREEMENTS:
        for base, contents in each.contents.items():
            assert all(is_known(base, text) for text in contents if each.covers), each.name
    assert not is_known("decimal", "149.99")


@pytest.mark.parametrize("interface", Interface)
def test_every_boundary_is_some_messages_own(interface: Interface) -> None:
    own = {(b.path, b.value) for found in new_boundaries(interface).values() for b in found}
    for name in new_boundaries(interface):
        assert own >= {(b.path, b.value) for b in strategies.boundary(name, interface)}


def test_a_case_knows_its_message() -> None:
    newest = Interface.CASHREGISTER_2
    assert message_name(Case(newest, "sendInvoice")) == "sendInvoice"
    assert message_name(Case(newest, "sendInvoice", "reply")) == "sendInvoiceResponse"
