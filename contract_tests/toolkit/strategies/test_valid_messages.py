import sys
from typing import cast
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from lxml import etree

from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import soap, strategies
from seqrkit.strategies.characters import WHITE_SPACE, text
from seqrkit.strategies.drawn_choices import Drawn, strategy
from seqrkit.strategies.valid_values import allowed, choice
from seqrkit.suite.oracles.message_cases import element_of
from seqrkit.vocabulary import Interface

SPACES = "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1)))) + "\ufeff"


def test_every_field_of_an_invoice_and_its_rows_is_generated() -> None:
    seen: set[str] = set()

    @settings(max_examples=150, database=None)
    @given(strategies.valid("sendInvoice"))
    def look(request: strategies.Message) -> None:
        seen.update(
            map(soap.local, element_of(Interface.CASHREGISTER_2, "sendInvoice", request).iter())
        )

    look()
    types = CONTRACTS["cashregister-2"].types
    fields = {
        field.name
        for name in ("clientContext", "invoice", "paymentInvoiceRow", "customerToken")
        for field in types[name].fields
    }
    assert fields <= seen


def test_services_that_parse_a_notification_url_accept_it() -> None:
    schema = "{http://www.w3.org/2001/XMLSchema}"
    root = etree.Element(f"{schema}schema", nsmap={"xs": schema[1:-1]})
    etree.SubElement(root, f"{schema}element", name="url", type="xs:anyURI")
    judge = etree.XMLSchema(root)  # libxml2 parses a URI by RFC 3986

    @settings(max_examples=100, database=None)
    @given(strategy(choice(CONTRACTS["cashregister-2"].field("invoice.notificationUrl")).of))
    def look(url: object) -> None:
        element = etree.Element("url")
        element.text = str(url)
        assert judge.validate(element)
        assert urlsplit(str(url)).port != 0

    look()


@given(st.integers(0, 127), st.text(SPACES, min_size=1, max_size=1), st.binary(max_size=9))
def test_a_text_of_white_space_is_not_taken_for_one_of_at_least_a_character(
    code: int, space: str, more: bytes
) -> None:
    """A service that trims it has none; npm's soap does, as JavaScript does."""
    assert set(WHITE_SPACE) == set(SPACES)
    found = text(1)(code, Drawn(cast("DrawFn", None), 0, space, more))
    assert isinstance(found, str)
    assert found.strip(SPACES)


@pytest.mark.parametrize("path", ["amount.currency", "invoiceRow.itemUnit"])
def test_each_of_many_values_can_be_generated(path: str) -> None:
    field = CONTRACTS["cashregister-2"].field(path)
    values = [*allowed(field)] or next(r.parameter for r in field.rules if r.kind == "unit").split()
    form = choice(field).of
    seen = {
        form(code, Drawn(cast("DrawFn", None), 0, chr(character), b""))
        for character in range(len(values))
        for code in range(128)
    }
    assert len(values) > 128
    assert seen >= set(values)


@pytest.mark.parametrize("make", [strategies.valid, strategies.broken, strategies.wild])
def test_an_unknown_message_is_an_error_that_names_it(make: object) -> None:
    assert callable(make)
    with pytest.raises(LookupError, match="no message 'payInvoice'; it has sendInvoice"):
        make("payInvoice")
