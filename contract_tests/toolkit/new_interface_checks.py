"""Tests that test_new_interface.py runs in the copy that `new_interface.make` makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

import seqrkit
from contract_tests.toolkit.new_interface import ADDED, NAME, REMOVED
from seqrkit import Session, contract, suite
from seqrkit.demo.scenario import INVOICES
from seqrkit.errors import UnwritableRequest
from seqrkit.vocabulary import NEWEST, Interface

CHANGES: dict[str, Any] = {"table_number": "7"}  # no name that the type checker knows
INVOICE = attrs.evolve(INVOICES["tickets"], **CHANGES)


@pytest.fixture
def session() -> Iterator[Session]:
    with seqrkit.connect(clock=seqrkit.ManualClock()) as session:
        yield session


def test_the_newest_interface_is_the_default(session: Session) -> None:
    assert NEWEST == session.interface == NAME
    assert next(iter(Interface)) == NAME


def test_client_and_endpoint_carry_the_new_field(session: Session) -> None:
    reply = session.send_invoice(INVOICE)
    sent = session.exchanges[0]
    assert sent.findings == ()
    assert f"<{ADDED}>7</{ADDED}>".encode() in sent.request
    session.phone.scan(reply.qr).pay()
    paid = session.wait_for_payment(reply)
    assert paid.receipt is not None
    assert getattr(paid.receipt.invoice, "table_number", None) == "7"


def test_the_client_refuses_the_removed_operation(session: Session) -> None:
    with pytest.raises(UnwritableRequest, match=f"{NAME} has no operation '{REMOVED}'"):
        session.cancel_invoice("1")


def test_the_linter_knows_the_new_field_on_this_interface_only(session: Session) -> None:
    session.send_invoice(INVOICE)
    message = session.exchanges[0].request
    assert contract.load(NAME).lint(message) == ()
    found = contract.load("cashregister-2").lint(message)
    assert [each.id for each in found] == ["invoice.unknown-element"]


def test_a_form_has_the_new_field(session: Session) -> None:
    form = session.form("sendInvoice")
    form.draft.set(f"invoice.{ADDED}", "7")
    assert f"<{ADDED}>7</{ADDED}>".encode() in form.draft.envelope()
    assert REMOVED not in contract.load(NAME).operations


CHECKS = [
    *suite.checks("wire", "examples", "replay", interfaces=[NEWEST], operations=("sendInvoice",)),
    *suite.checks("life", interfaces=[NEWEST]),
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_the_suite_passes(check: suite.Check) -> None:
    with suite.CheckEnvironment(suite.Profile("tiny", examples=1, steps=5)) as environment:
        check.run(environment)
