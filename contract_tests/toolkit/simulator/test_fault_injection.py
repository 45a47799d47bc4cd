"""What a client meets when a fault strikes, and what the service has kept of its request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import seqrkit
from seqrkit import CreditUserRequest, Invoice, ReceiptDocument, Session
from seqrkit.clock import ManualClock
from seqrkit.errors import (
    AccessDenied,
    ConfigurationError,
    ConnectionLost,
    HttpError,
    NotAReply,
    SeqrError,
    ServiceUnavailable,
    TimedOut,
    for_code,
)
from seqrkit.model import REQUESTS
from seqrkit.simulator.faults import Fault, Kind
from seqrkit.simulator.faults.fault_kinds import EFFECTS
from seqrkit.simulator.transactions.snapshots import restore, snapshot
from seqrkit.vocabulary import InvoiceStatus, ResultCode

IMPATIENT = 0.3  # seconds of real time, for the answer that never comes
FIVE = Invoice(title="Five", client_invoice_id="5", total_amount="5 SEK")
SIX = Invoice(title="Six", total_amount="6 SEK")

MET: dict[Kind, type[SeqrError] | None] = {
    Kind.RESULT_CODE: ServiceUnavailable,
    Kind.SLOW: None,
    Kind.NO_ANSWER: TimedOut,
    Kind.DROP_BEFORE: ConnectionLost,
    Kind.DROP_AFTER: ConnectionLost,
    Kind.HALF_REPLY: ConnectionLost,
    Kind.GARBAGE: NotAReply,
    Kind.HTTP_500: HttpError,
    Kind.HTTP_503: HttpError,
}
DETAILS: dict[Kind, dict[str, Any]] = {Kind.RESULT_CODE: {"code": 94}, Kind.SLOW: {"delay": 1}}


def fault(kind: Kind, **details: Any) -> Fault:
    return Fault.from_dict({"kind": kind, **DETAILS.get(kind, {}), **details})


class World:
    """A shop in which each operation has something to do, and its clients."""

    def __init__(self, session: Session) -> None:
        assert session.simulator is not None
        self.session, self.endpoint, self.clock = (
            session,
            session.simulator,
            session.simulator.clock,
        )
        self.phone = self.endpoint.phone
        self.open = session.send_invoice(FIVE).invoice_reference or ""
        self.paid = self.sold()
        self.reserved = self.sold(payment_mode="RESERVATION_REQUIRED")
        self.ers = session.get_payment_status(self.paid).ers_reference or ""
        terminal = session.register_terminal("1", "secret", "Till").terminal_id or ""
        self.till = session.as_terminal(terminal, "secret")
        self.period = session.mark_transaction_period().transaction_period_id
        self.clock.sleep(3)  # until its report is ready
        self.at_first = snapshot(self.endpoint.service.transactions)

    def sold(self, **details: Any) -> str:
        reply = self.session.send_invoice(
            Invoice(title="Sold", client_invoice_id="1", total_amount="9 SEK", **details)
        )
        assert reply.qr is not None
        self.phone.scan(reply.qr).pay()
        return reply.invoice_reference or ""

    def again(self) -> None:
        """Everything is as it was at first."""
        restore(self.endpoint.service.transactions, self.at_first)
        self.session.faults.clear()

    @property
    def kept(self) -> str:
        """All that the store holds, but for what is random in it."""
        tables = json.dumps(snapshot(self.endpoint.service.transactions)["tables"], sort_keys=True)
        return re.sub(r"\b[0-9a-f]{32}\b", "terminal", tables)


ACTIONS: dict[str, Callable[[World], Any]] = {
    "sendInvoice": lambda world: world.session.send_invoice(FIVE),
    "updateInvoice": lambda world: world.session.update_invoice(world.open, SIX),
    "getPaymentStatus": lambda world: world.session.get_payment_status(world.open),
    "cancelInvoice": lambda world: world.session.cancel_invoice(world.open),
    "commitReservation": lambda world: world.session.commit_reservation(world.reserved),
    "submitPaymentReceipt": lambda world: world.session.submit_payment_receipt(
        world.ers, ReceiptDocument(mime_type="text/plain", receipt_data=b"Thanks")
    ),
    "refundPayment": lambda world: world.session.refund_payment(world.ers, FIVE),
    "creditUser": lambda world: world.session.credit_user(
        CreditUserRequest(user_id=world.phone.user_id, amount="5 SEK", correlation_id="1")
    ),
    "registerTerminal": lambda world: world.session.register_terminal("2", "secret", "Till"),
    "unregisterTerminal": lambda world: world.till.unregister_terminal(),
    "assignSeqrId": lambda world: world.till.assign_seqr_id("shop1"),
    "markTransactionPeriod": lambda world: world.session.mark_transaction_period(),
    "executeReport": lambda world: world.session.execute_report(
        "Reconciliation/Shop.xml", parameters={"transactionPeriodId": world.period}
    ),
}
READING = {"getPaymentStatus", "executeReport"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with seqrkit.connect(clock=ManualClock(), seed=1, quiet=True) as session:
        yield World(session)


@pytest.fixture
def hurried(world: World) -> Iterator[World]:
    """The same world for clients that do not wait long."""
    transport = world.session._transport
    patience, transport.timeout = transport.timeout, IMPATIENT
    yield world
    transport.timeout = patience


def test_all_operations_and_all_kinds_are_here() -> None:
    assert set(ACTIONS) == set(REQUESTS)
    of_requests = {kind for kind in Kind if not EFFECTS[kind].affects_notifications}
    assert {*MET, Kind.CARRIED_OUT_TWICE} == of_requests


def test_a_request_can_be_carried_out_twice(world: World) -> None:
    world.again()
    before = world.endpoint.control.count_invoices()
    world.session.faults.add(fault(Kind.CARRIED_OUT_TWICE, count=1))
    world.session.send_invoice(FIVE)
    assert world.endpoint.control.count_invoices() == before + 2


@pytest.mark.parametrize("kind", MET)
@pytest.mark.parametrize("operation", ACTIONS)
def test_a_faulty_request_is_carried_out_or_not_and_the_client_cannot_tell(
    operation: str, kind: Kind, world: World, request: pytest.FixtureRequest
) -> None:
    if kind is Kind.NO_ANSWER:
        request.getfixturevalue("hurried")
    world.again()
    before = world.kept
    ACTIONS[operation](world)
    after = world.kept
    assert (before == after) is (operation in READING)

    world.again()
    assert world.kept == before
    struck = world.session.faults.add(fault(kind, operation=operation, count=1))
    met = MET[kind]
    if met is None:
        ACTIONS[operation](world)
    else:
        with pytest.raises(met) as error:
            ACTIONS[operation](world)
        assert error.value.exchange is world.session.exchanges[-1]
        assert error.value.repeat_advice
    assert world.kept == (after if struck.fault.executes_request else before)
    assert world.session.faults.get(struck.id).left == 0


@pytest.mark.parametrize(
    "kind", [kind for kind, meaning in EFFECTS.items() if not meaning.is_fixed]
)
@pytest.mark.parametrize("carried_out", [True, False])
def test_whether_a_request_is_carried_out_can_be_chosen_where_the_kind_leaves_it_open(
    kind: Kind,
    carried_out: bool,  # noqa: FBT001 - a parameter of the test
    hurried: World,
) -> None:
    hurried.again()
    before = hurried.kept
    hurried.session.faults.add(fault(kind, carried_out=carried_out))
    met = MET[kind]
    assert met is not None
    with pytest.raises(met):
        hurried.session.refund_payment(hurried.ers, FIVE)
    assert (hurried.kept != before) is carried_out


# The case that costs merchants money


def test_a_payment_whose_confirmation_was_lost_is_final(world: World) -> None:
    world.again()
    reference = world.sold()
    world.session.faults.add("drop-after", operation="getPaymentStatus", count=1)
    with pytest.raises(ConnectionLost):
        world.session.get_payment_status(reference)
    world.clock.sleep(30)
    assert world.session.get_payment_status(reference).status is InvoiceStatus.PAID


def test_a_payment_whose_poll_never_arrived_is_reversed(world: World) -> None:
    world.again()
    reference = world.sold()
    world.session.faults.add("drop-before", operation="getPaymentStatus", count=1)
    with pytest.raises(ConnectionLost):
        world.session.get_payment_status(reference)
    world.clock.sleep(30)
    assert world.session.get_payment_status(reference).status is InvoiceStatus.CANCELED


def test_a_refund_repeated_after_a_lost_reply_pays_twice(world: World) -> None:
    world.again()
    world.session.faults.add("drop-after", operation="refundPayment", count=1)
    four = Invoice(title="Four", total_amount="4 SEK")
    with pytest.raises(ConnectionLost, match="twice"):
        world.session.refund_payment(world.ers, four)
    world.session.refund_payment(world.ers, four)
    third = world.session.refund_payment(world.ers, four, check=False)
    assert third.result_code == ResultCode.SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION


def test_an_answer_can_be_so_slow_that_a_reservation_lapses_meanwhile(world: World) -> None:
    world.again()
    world.session.faults.add("slow", delay=4000, operation="getPaymentStatus", count=1)
    at = world.clock.now()
    assert world.session.get_payment_status(world.reserved).status is InvoiceStatus.RESERVED
    assert (world.clock.now() - at).total_seconds() == 4000
    assert world.session.get_payment_status(world.reserved).status is InvoiceStatus.CANCELED


# Result codes


@pytest.mark.parametrize("code", [code for code in ResultCode if code])
def test_any_result_code_can_be_had(code: ResultCode, world: World) -> None:
    world.again()
    world.session.faults.add("result-code", code=code, operation="sendInvoice", count=1)
    with pytest.raises(for_code(code)) as error:
        world.session.send_invoice(FIVE)
    assert error.value.code == code


@pytest.mark.parametrize("operation", ACTIONS)
def test_an_undocumented_code_can_be_injected_into_any_operation(
    operation: str, world: World
) -> None:
    world.again()
    world.session.faults.add("result-code", code=777, count=1)
    with pytest.raises(seqrkit.errors.ResultError, match="777 an undocumented result code"):
        ACTIONS[operation](world)


def test_an_unavailable_bank_answers_every_operation_with_94(world: World) -> None:
    world.again()
    away = world.session.faults.add("result-code", code="SERVICE_UNAVAILABLE")
    for action in ACTIONS.values():
        with pytest.raises(ServiceUnavailable):
            action(world)
    world.session.faults.remove(away.id)
    world.session.send_invoice(FIVE)


# Scope


def test_a_fault_of_one_terminal_leaves_the_others_alone(world: World) -> None:
    world.again()
    till = world.till._credentials.terminal_id
    world.session.faults.add("result-code", code=21, terminal=till)
    world.session.send_invoice(FIVE)
    with pytest.raises(AccessDenied):
        world.till.send_invoice(FIVE)


def test_a_delayed_fault_happens_late(world: World) -> None:
    world.again()
    at = world.clock.now()
    world.session.faults.add("http-503", delay="uniform 5 6", count=1)
    with pytest.raises(HttpError) as error:
        world.session.send_invoice(FIVE)
    assert error.value.status == 503
    assert 5 <= (world.clock.now() - at).total_seconds() <= 6


def test_garbage_is_the_same_for_the_same_seed(world: World) -> None:
    world.again()
    bodies = []
    for _ in range(2):
        world.session.faults.add("garbage", count=1, seed=3)
        with pytest.raises(NotAReply):
            world.session.send_invoice(FIVE)
        bodies.append(world.session.exchanges[-1].response)
    assert bodies[0] == bodies[1]


def test_the_endpoint_remembers_what_was_sent_and_why(world: World) -> None:
    world.again()
    standing = world.session.faults.add("half-reply", count=1)
    with pytest.raises(ConnectionLost):
        world.session.send_invoice(FIVE)
    *_, seen = world.endpoint.application.exchanges
    assert seen.injected is not None
    assert seen.injected.fault is standing.fault
    assert b"Envelope" in seen.response
    assert not seen.response.endswith(b"Envelope>")


def test_a_connection_that_was_dropped_is_replaced(world: World) -> None:
    world.again()
    for kind in (Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.HALF_REPLY):
        world.session.faults.add(kind, count=1)
        with pytest.raises(ConnectionLost):
            world.session.send_invoice(FIVE)
        world.session.send_invoice(FIVE)


# With time that passes by itself


def test_a_slow_answer_is_not_waited_for_and_the_invoice_is_there() -> None:
    with seqrkit.connect(quiet=True, timeout=IMPATIENT) as session:
        session.send_invoice(FIVE)
        session.faults.add("slow", delay=3600, count=1)
        with pytest.raises(TimedOut):
            session.send_invoice(FIVE)
        *_, seen = session.simulator.application.exchanges  # type: ignore[union-attr]
        assert seen.status == 200
        assert b"<resultCode>0<" in seen.response


@pytest.mark.parametrize(("kind", "delay"), [("no-answer", None), ("slow", 3600)])
def test_an_endpoint_that_owes_an_answer_stops_without_a_word(
    kind: str, delay: float | None, caplog: pytest.LogCaptureFixture
) -> None:
    with seqrkit.connect(quiet=True, timeout=IMPATIENT) as session:
        session.send_invoice(FIVE)
        session.faults.add(kind, delay=delay)
        with pytest.raises(TimedOut):
            session.send_invoice(FIVE)
    assert not caplog.records


def test_faults_are_of_the_embedded_endpoint() -> None:
    with (
        seqrkit.connect(quiet=True) as here,
        seqrkit.connect(here.endpoint, quiet=True, allow_http=True) as there,
        pytest.raises(ConfigurationError, match="faults cannot be injected at"),
    ):
        there.faults.clear()
