"""Strict mode rejects what the default mode accepts with a note.

The departures are derived from the wire tables, so that each new field has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import NamedTuple

import pytest
from attrs import evolve
from lxml import etree

import seqrkit
from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from contract_tests.toolkit.simulator.hosting import Hosted
from contract_tests.toolkit.simulator.test_lenient_reading import fault
from seqrkit import Session
from seqrkit.clock import ManualClock
from seqrkit.errors import ResultError, SoapFault
from seqrkit.model import MarkTransactionPeriod, PrincipalId, SendInvoice
from seqrkit.simulator import Endpoint
from seqrkit.simulator.wire.codec import DecodedRequest, wire_codec
from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable, message_tables
from seqrkit.vocabulary import Interface, ResultCode

Change = Callable[[etree._Element], object]
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
UNREADABLE = {
    "int": ["soon", "1.5", "", str(2**31)],
    "long": ["soon", str(2**63)],
    "decimal": ["1,5", "NaN", ""],
    "dateTime": ["yesterday", "2026-02-30T10:00:00Z"],
    "base64Binary": ["A"],
}
CALLS = [
    (interface, name) for interface in Interface for name in message_tables(interface).requests
]


class Departure(NamedTuple):
    """A departure from the schema: its place, the change, and the rule of its note."""

    steps: tuple[int, ...]
    change: Change
    rule: str

    def of(self, message: etree._Element) -> bytes:
        """The message with this departure, in an envelope."""
        changed = deepcopy(message)
        place = changed
        for step in self.steps:
            place = place[step]
        self.change(place)
        return in_envelope(changed)


def into(name: str) -> Change:
    """Put an element inside."""
    return lambda element: etree.SubElement(element, name)


def saying(text: str) -> Change:
    """Change the text of an element."""

    def change(element: etree._Element) -> None:
        element.text = text

    return change


def again(element: etree._Element) -> None:
    """Repeat an element."""
    element.addnext(deepcopy(element))


def nil(element: etree._Element) -> None:
    """Mark an element as nil."""
    element.set(NIL, "true")


def refer(element: etree._Element) -> None:
    """Make an element a reference of rpc/encoded."""
    element.set("href", "#id0")


def departures(
    part: TypeTable, element: etree._Element, steps: tuple[int, ...] = ()
) -> Iterator[Departure]:
    """Every departure that there can be in a message of a type, each once."""
    yield Departure(steps, into("colour"), f"{part.path}.unknown-element")
    children = {child.name: child for child in part.children}
    for place, inside in enumerate(element):
        yield from of_field(part, children[str(inside.tag)], inside, (*steps, place))


def of_field(
    part: TypeTable, child: ElementTable, element: etree._Element, steps: tuple[int, ...]
) -> Iterator[Departure]:
    """The departures of one element."""
    yield Departure(steps, nil, "wire.nil")
    yield Departure(steps, refer, "soap.document-literal")
    if not child.repeated:
        yield Departure(steps, again, f"{part.path}.{child.name}.repeated")
    if child.is_map:
        yield from of_map(steps)
    elif child.wrapper:
        yield Departure(steps, into("colour"), f"{child.name}.unknown-element")
        yield Departure((*steps, 0), nil, "wire.nil")
        if child.part is not None:
            yield from departures(child.part, element[0], (*steps, 0))
    elif child.part is not None:
        yield from departures(child.part, element, steps)
    elif child.values:
        for text in ("BARTER", "", f" {min(child.values)} "):
            yield Departure(steps, saying(text), f"{part.path}.{child.name}.enumeration")
    elif child.base == "string":
        yield Departure(steps, into("bold"), f"{part.path}.unknown-element")
    else:
        for text in UNREADABLE[child.base]:
            yield Departure(steps, saying(text), f"{part.path}.{child.name}.type")


def of_map(steps: tuple[int, ...]) -> Iterator[Departure]:
    """The departures of a parameterMap with one entry."""
    yield Departure(steps, into("entry"), "wire.parameter-map")
    yield Departure(steps, into("colour"), "parameterMap.unknown-element")
    yield Departure((*steps, 0), into("colour"), "mapArray.unknown-element")
    yield Departure((*steps, 0, 0), into("colour"), "parameter.unknown-element")


def whole(interface: Interface, operation: str) -> etree._Element:
    """A message with every field."""
    return build(CONTRACTS[interface], operation)


def all_departures(interface: Interface, operation: str) -> list[Departure]:
    """Every departure of an operation's message."""
    message = whole(interface, operation)
    return list(departures(message_tables(interface).requests[operation], message))


def noted(request: DecodedRequest) -> list[str]:
    """The rules of the notes on departures from the schema."""
    return [note.rule for note in request.notes if note.breaks_schema]


@pytest.mark.parametrize(("interface", "operation"), CALLS)
def test_a_message_that_fits_the_schema_is_taken_in_strict_mode(
    interface: Interface, operation: str, strict: Hosted
) -> None:
    for every in (True, False):
        message = in_envelope(build(CONTRACTS[interface], operation, every=every))
        assert strict.post(message, interface=interface).status_code == 200
        assert noted(wire_codec(interface).read(message)) == []


@pytest.mark.parametrize(("interface", "operation"), CALLS)
def test_every_departure_is_accepted_by_default_and_rejected_in_strict_mode(
    interface: Interface, operation: str, strict: Hosted
) -> None:
    message = whole(interface, operation)
    asked = len(strict.service.asked)
    for departure in all_departures(interface, operation):
        broken = departure.of(message)
        rules = noted(wire_codec(interface).read(broken))
        assert departure.rule in rules, broken.decode()
        refused = fault(strict.post(broken, interface=interface))
        assert refused.code == "Client"
        assert refused.reason.startswith("rejected in strict mode: ")
        assert f"[{rules[0]}]" in refused.reason
    assert len(strict.service.asked) == asked


def test_every_kind_of_note_is_among_them() -> None:
    rules = {departure.rule for call in CALLS for departure in all_departures(*call)}
    kinds = {rule.rpartition(".")[2] for rule in rules}
    assert kinds == {
        "unknown-element", "repeated", "type", "enumeration", "nil", "parameter-map",
        "document-literal",
    }  # fmt: skip


def test_several_departures_are_counted(strict: Hosted) -> None:
    message = whole(Interface.CASHREGISTER_2, "cancelInvoice")
    etree.SubElement(message, "colour")
    etree.SubElement(message, "shape")
    reason = fault(strict.post(in_envelope(message))).reason
    assert "<colour>" in reason
    assert reason.endswith("; and 1 more")


# Slips that fit the schema: the documented code


@pytest.fixture(params=[False, True], ids=["lenient", "strict"])
def asked_of(request: pytest.FixtureRequest) -> Iterator[tuple[Session, bool]]:
    """A session with an endpoint, and whether that is strict."""
    with (
        Endpoint(clock=ManualClock(), strict=request.param) as endpoint,
        seqrkit.connect(
            endpoint.url(),
            terminal_id="public_test_shop_terminal",
            terminal_password="12345678",
            reseller_id="public_test_shop",
            reseller_user="9900",
            reseller_password="1234",
            quiet=True,
        ) as session,
    ):
        session.clock = endpoint.clock
        yield session, request.param


def test_a_combined_reseller_id_is_unknown_in_strict_mode(asked_of: tuple[Session, bool]) -> None:
    session, is_strict = asked_of
    principal = PrincipalId(id="public_test_shop/9900", type="RESELLERUSER")
    context = evolve(session.context("markTransactionPeriod"), initiator_principal_id=principal)
    answered = session.send(MarkTransactionPeriod(context=context), check=False).result_code
    assert answered == (ResultCode.INITIATOR_PRINCIPAL_NOT_FOUND if is_strict else 0)


@pytest.mark.parametrize("name", ["Shop.xml", "STD_RECON_001"])
def test_a_report_has_one_name_in_strict_mode(name: str, asked_of: tuple[Session, bool]) -> None:
    session, is_strict = asked_of
    period = {"transactionPeriodId": session.mark_transaction_period().transaction_period_id}
    session.clock.sleep(3)
    assert session.execute_report("Reconciliation/Shop.xml", parameters=period).report
    answered = session.execute_report(name, parameters=period, check=False).result_code
    assert answered == (ResultCode.SYSTEM_ERROR if is_strict else 0)


def test_every_note_is_about_an_entry_that_strict_mode_refuses() -> None:
    messages = [
        (interface, departure.of(whole(interface, operation)))
        for interface, operation in CALLS
        for departure in all_departures(interface, operation)
    ]
    behaviours = {
        note.behaviour
        for interface, data in messages
        for note in wire_codec(interface).read(data).notes
    }
    assert {each.id for each in behaviours} - {"read.parameter-key"} == {
        "read.unknown-element",
        "read.repeated",
        "read.nil",
        "read.integer",
        "read.date",
        "read.value",
        "read.enumeration",
        "read.parameter-map",
        "read.href",
    }


# What documented codes are for is answered with them, strict or not


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total_amount": None}, ResultCode.INVALID_INVOICE_DATA),
        ({"total_amount": "0 SEK"}, ResultCode.INVALID_INVOICE_DATA),
        ({"total_amount": "-1 SEK"}, ResultCode.INVALID_INVOICE_DATA),
        ({"total_amount": "1 XXQ"}, ResultCode.INVALID_INVOICE_DATA),
        ({"notification_url": "ftp://shop.example"}, ResultCode.INVALID_NOTIFICATION_URL),
    ],
)
def test_a_documented_refusal_is_the_same_in_strict_mode(
    change: dict[str, str | None], code: ResultCode, asked_of: tuple[Session, bool]
) -> None:
    session, _ = asked_of
    invoice = seqrkit.Invoice(**{"title": "x", "total_amount": "5 SEK", **change})  # type: ignore[arg-type]
    with pytest.raises(ResultError) as refused:
        session.send_invoice(invoice)
    assert refused.value.code == code


def test_the_client_meets_a_soap_fault_that_names_the_rule(
    asked_of: tuple[Session, bool],
) -> None:
    session, is_strict = asked_of
    request = SendInvoice(
        context=session.context("sendInvoice"),
        invoice=seqrkit.Invoice(title="x", total_amount="5 SEK", payment_mode="BARTER"),
    )
    if is_strict:
        with pytest.raises(SoapFault, match=r"invoice\.paymentMode\.enumeration"):
            session.send_raw(session.envelope(request), check=True)
    else:
        assert session.send_raw(session.envelope(request)).result_code == 0
