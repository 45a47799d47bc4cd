"""A form's fields follow the schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.toolkit.messages import NEWEST
from contract_tests.toolkit.strategies.test_derived import FACET, changed
from contract_tests.toolkit.widgets.interaction import field, text
from seqrkit import Client
from seqrkit.contract import Contract, Severity
from seqrkit.widgets import Form
from seqrkit.widgets.field_specs import Kind, Spec, specs

KINDS = {
    "title": Kind.TEXT,
    "paymentMode": Kind.CHOICE,
    "issueDate": Kind.DATE,
    "totalAmount": Kind.AMOUNT,
    "invoiceRows": Kind.ITEMS,
    "tokens": Kind.ITEMS,
    "invoice": Kind.PART,
    "password": Kind.SECRET,
}


def walk(fields: tuple[Spec, ...]) -> Iterator[Spec]:
    for each in fields:
        yield each
        yield from walk(each.inside)


def named(contract: Contract, operation: str, name: str) -> Spec:
    return next(each for each in walk(specs(contract, operation)) if each.name == name)


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of_a_field_comes_from_the_schema(name: str) -> None:
    assert named(NEWEST, "sendInvoice", name).kind is KINDS[name]


def test_a_limit_has_a_severity() -> None:
    assert named(NEWEST, "sendInvoice", "clientReference").limit() == (32, Severity.ERROR)
    assert named(NEWEST, "sendInvoice", "itemUnit").limit() is None
    assert named(NEWEST, "sendInvoice", "title").limit() is None


def test_recommended_values_are_suggested() -> None:
    assert named(NEWEST, "sendInvoice", "channel").suggestions == ("WS", "ClientWS")
    assert named(NEWEST, "sendInvoice", "status").suggestions == ("0", "1", "90", "99")


def test_items_know_the_elements_around_them() -> None:
    assert named(NEWEST, "sendInvoice", "invoiceRows").wrap == ("invoiceRow",)
    assert named(NEWEST, "sendInvoice", "tokens").wrap == ()
    parameters = named(NEWEST, "executeReport", "parameters")
    assert parameters.wrap == ("parameter", "entry")
    assert parameters.keyed


@pytest.mark.parametrize("operation", NEWEST.operations)
def test_every_field_has_a_meaning_and_a_source(operation: str) -> None:
    for spec in walk(specs(NEWEST, operation)):
        assert spec.field.meaning in spec.help()
        assert f"[{spec.field.source}]" in spec.help()


def test_a_limit_removed_from_the_schema_is_not_in_the_form(tmp_path: Path) -> None:
    form = Form(Register(changed(tmp_path, FACET, "")), "cancelInvoice")
    reference = field(form, "clientReference")
    reference.value = "x" * 33
    assert "/32" not in reference.note
    assert reference.signal == ""


def test_a_value_added_to_the_schema_can_be_chosen(tmp_path: Path) -> None:
    old = '<xs:enumeration value="NO_ACKNOWLEDGMENT">'
    new = f'<xs:enumeration value="SOME_DAY"/>{old}'
    form = Form(Register(changed(tmp_path, old, new)), "sendInvoice")
    field(form, "acknowledgmentMode").value = "SOME_DAY"
    assert b">SOME_DAY<" in form.envelope
    assert "acknowledgmentMode.enumeration" not in text(form)


class Register(Client):
    """Return a client with another contract."""

    def __init__(self, contract: Contract) -> None:
        super().__init__("http://127.0.0.1:9/")
        self._other = contract

    @property
    def contract(self) -> Contract:
        return self._other
