"""The lexical forms that every service must read are those that the published schema allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.suite.sample_checks import PROFILE
from seqrkit import soap
from seqrkit.suite import CheckEnvironment
from seqrkit.suite.framework import Case, CheckContext
from seqrkit.suite.oracles.reply_checks import wire_schema
from seqrkit.suite.properties.replay.lexical_forms import BEYOND, FORMS, written
from seqrkit.vocabulary import Interface

ALLOWED = [
    (operation, name, text)
    for operation, texts in FORMS.items()
    for name, forms in texts.items()
    for text in forms
]


def is_valid(interface: Interface, operation: str, name: str, text: str) -> bool:
    """Return whether the published schema allows a request with this text."""
    with CheckEnvironment(PROFILE) as environment:
        context = CheckContext(environment, "a check", Case(interface, operation))
        payload = soap.read_payload(written(context, name, text))
    assert text in {each.text for each in payload.iter(etree.Element)}
    return wire_schema(interface).validate(payload)


@pytest.mark.parametrize("interface", Interface)
@given(st.sampled_from(ALLOWED))
def test_the_schema_allows_the_form(interface: Interface, form: tuple[str, str, str]) -> None:
    assert is_valid(interface, *form)


@pytest.mark.parametrize("text", BEYOND)
def test_the_schema_allows_no_exponent(text: str) -> None:
    assert not is_valid(next(iter(Interface)), "sendInvoice", "value", text)
