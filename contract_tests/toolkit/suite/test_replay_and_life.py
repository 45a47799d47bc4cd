"""The groups about an endpoint cover every operation, event, code and change of status."""

import ast
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import count, product
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from contract_tests.toolkit.suite.mistakes_in_states import STATES
from contract_tests.toolkit.suite.mutation import PROFILE
from contract_tests.toolkit.suite.rewriting import rewritten
from contract_tests.toolkit.suite.sample_checks import check
from seqrkit import contract, schemas, soap
from seqrkit.contract import CONTRADICTIONS
from seqrkit.model import PaymentStatusReply, Reply
from seqrkit.session import Session
from seqrkit.simulator.behaviours import refusal
from seqrkit.simulator.operations import invoices
from seqrkit.simulator.states import HANDLERS
from seqrkit.simulator.states.outcomes import REVERSED_AFTER
from seqrkit.suite import CheckEnvironment, CheckFailure, checks
from seqrkit.suite.framework import CheckContext, LeftOut
from seqrkit.suite.framework.till import Till
from seqrkit.suite.oracles.message_cases import element_of
from seqrkit.suite.oracles.reply_checks import expect_code
from seqrkit.suite.properties import life
from seqrkit.suite.properties.life import (
    books,
    reference_model,
    status_transitions,
)
from seqrkit.suite.properties.life.refusals import REFUSALS
from seqrkit.suite.properties.replay.replayed_request import Replay
from seqrkit.suite.properties.replay.request_effects import (
    WITH_BUYER,
    WITHOUT_BUYER,
    is_terminal_id,
)
from seqrkit.suite.reports.failure_report import failure_report
from seqrkit.vocabulary import NEWEST, Interface, ResultCode

_DAY = f"{NEWEST}/hesitant buyers"


@pytest.mark.parametrize("interface", Interface)
def test_every_operation_can_be_replayed(interface: Interface):
    assert set(contract.load(interface).operations) <= {*WITH_BUYER, *WITHOUT_BUYER}


@pytest.mark.parametrize("cancels", [True, False])
@pytest.mark.parametrize("registers", [True, False])
def test_invoices_are_read_at_once_as_far_as_a_service_allows(*, cancels: bool, registers: bool):
    wanted = f"replay.at-once[{NEWEST}/getPaymentStatus]"

    def refuse(session: Session, _: str, *, check: bool = True) -> Reply:
        return session.get_payment_status("0", check=check)

    reads = next(each for each in checks("replay", interfaces=[NEWEST]) if str(each) == wanted)
    refused = nullcontext() if cancels else patch.object(Session, "cancel_invoice", refuse)
    offered = {"registerTerminal"} if registers else set()
    is_left_out = False
    with CheckEnvironment(offers=offered.__contains__) as environment, refused:
        try:
            reads.run(environment)
        except LeftOut:
            is_left_out = True
    assert is_left_out is not (cancels or registers)


@given(
    st.uuids().flatmap(lambda each: st.sampled_from([str(each), each.hex, str(each.int)]))
    | st.integers(min_value=0).map(str)
    | st.from_regex("[0-9A-Za-z]{1,25}", fullmatch=True)
)
@example("9" * 31)
@example("9" * 39)
def test_a_terminal_id_can_have_any_usual_form(id_: str):
    assert is_terminal_id(id_)


@given(st.uuids(), st.integers(1, 3))
def test_a_terminal_id_that_is_cut_or_padded_is_found(id_: UUID, digits: int):
    padded = f"{id_.hex}{'f' * digits}"
    assert not is_terminal_id(padded)
    assert not is_terminal_id(padded[2 * digits :])


def test_no_value_that_the_references_show_must_be_refused():
    shown = {value for each in CONTRADICTIONS for value in each.literal}
    fixed = [each for each in REFUSALS.values() if isinstance(each.request, list)]
    assert any(each.behaviour.id == "seqr-id.alphanumeric" for each in fixed)
    for each in fixed:
        known = contract.load(NEWEST).operations.get(each.operation)
        fields = [] if known is None else contract.load(NEWEST).types[known.name].fields
        texts = [text for text in each.request if isinstance(text, str)]
        for field, text in product(fields, texts):
            assert f"{each.operation}.{field.name}={text}" not in shown


@pytest.mark.parametrize(
    ("sources", "source", "letter"),
    [("DA", "assumed (seqrkit fidelity)", "A"), ("D", "here", "D")],
)
def test_a_failure_calls_an_assumed_code_assumed(sources: str, source: str, letter: str):
    """Only the refusal itself can follow from the source of the property."""

    def accepted(context: CheckContext) -> None:
        context.shop.till.send()
        sent = context.session.exchanges[-1]
        expect_code(context, sent, "unknown report", refusal("report.unknown"), "A")

    failing = check(accepted)
    with (
        CheckEnvironment(PROFILE, sources=sources) as environment,
        pytest.raises(CheckFailure) as failed,
    ):
        failing.run(environment)
    report = failure_report(failing, failed.value, endpoint="", again="", directory=None)
    assert (report.source, report.letter) == (source, letter)


def test_a_final_payment_that_is_reversed_is_found_after_a_pause():
    (mistake,) = (each for each in STATES if each.name == "a final payment is reversed")
    found = checks("life", interfaces=[NEWEST], operations=["getPaymentStatus"])
    (check,) = (each for each in found if each.property.id == "life.final")
    check.run(CheckEnvironment(PROFILE))
    with mistake.environment() as environment, pytest.raises(CheckFailure) as failed:
        check.run(environment)
    assert failed.value.expects
    assert failed.value.expects.pause > REVERSED_AFTER.seconds


def test_a_payment_date_that_changes_is_found_after_a_pause():
    found = checks("life", interfaces=[NEWEST], operations=["getPaymentStatus"])
    (check,) = (each for each in found if each.property.id == "life.final")
    read, minutes = Till.status, count()

    def status(till: Till, reference: str, version: int = 0) -> PaymentStatusReply:
        reply = read(till, reference, version)
        assert reply.receipt is not None
        assert isinstance(reply.receipt.payment_date, datetime)
        later = reply.receipt.payment_date + timedelta(minutes=next(minutes))
        return evolve(reply, receipt=evolve(reply.receipt, payment_date=later))

    with patch.object(Till, "status", status), pytest.raises(CheckFailure) as failed:
        check.run(CheckEnvironment(PROFILE))
    assert "paymentDate is 2026-01-01T12:02:00+00:00 21 s after it was" in str(failed.value)


@pytest.mark.parametrize("name", ["refundPayment", "creditUser"])
def test_all_examples_are_sent_in_the_few_currencies_of_a_service(name: str):
    found: list[set[str | None]] = []

    def effect(replay: Replay) -> None:
        element = element_of(NEWEST, name, replay.request)
        found.append({each.text for each in element.iter("currency")})

    few = rewritten(invoices.total_of, "schemas.currencies()", "{'SEK', 'EUR'}")
    paid = f"replay.paid[{NEWEST}/{name}]"
    check = next(each for each in checks("replay") if str(each) == paid)
    effects = patch.dict(WITH_BUYER, {name: effect})
    with few, effects, CheckEnvironment(PROFILE, sources="DV") as environment:
        check.run(environment)
    assert len(found) >= PROFILE.examples
    assert all(each in ({"SEK"}, {"EUR"}, set()) for each in found)


def test_every_event_of_the_state_machine_has_an_action():
    assert set(status_transitions.ACTIONS) == set(HANDLERS)


def test_a_masked_request_can_be_sent_again():
    with CheckEnvironment() as environment:
        session = environment.session(NEWEST)
        environment.shop(NEWEST).till.send()
        masked = soap.mask(session.exchanges[-1].request)
        assert session.send_raw(masked, check=True).result_code == ResultCode.SUCCESS


def test_an_event_without_a_path_is_an_error():
    class Earthquake:
        pass

    status_transitions.paths.cache_clear()
    with (
        patch.dict(status_transitions.__dict__, HANDLERS={**HANDLERS, Earthquake: None}),
        pytest.raises(NotImplementedError, match="Earthquake"),
    ):
        status_transitions.paths(NEWEST)


def test_the_changes_of_status_are_those_of_the_documents():
    assert set(life.paths(NEWEST)) == {
        "ISSUED > PENDING_ISSUER_ACKNOWLEDGE",
        "ISSUED > RESERVED",
        "ISSUED > PARTIALLY_PAID",
        "ISSUED > PAID",
        "ISSUED > CANCELED",
        "ISSUED > FAILED",
        "PENDING_ISSUER_ACKNOWLEDGE > ISSUED",
        "PENDING_ISSUER_ACKNOWLEDGE > CANCELED",
        "RESERVED > PAID",
        "RESERVED > CANCELED",
        "PARTIALLY_PAID > PAID",
        "PAID > CANCELED",
    }


def test_the_endpoint_can_answer_every_documented_code():
    documented = {
        str(code)
        for code, meaning in schemas.result_codes().items()
        if meaning.source.startswith("Glase Merchant API")
    }
    assert documented <= life.possible_codes(NEWEST)


def test_a_failure_names_the_preceding_events():
    (check,) = (each for each in checks("life") if str(each) == f"life.days[{_DAY}]")
    with (
        CheckEnvironment() as environment,
        patch.object(reference_model.Sale, "cancel", lambda _: ResultCode.SYSTEM_ERROR),
        pytest.raises(CheckFailure, match=r"expected 90 .*the PIN dialog, ") as e,
    ):
        check.run(environment)
    assert e.value.exchange is not None
    assert e.value.exchange.operation == "cancelInvoice"


def test_check_names_are_unique():
    names = [str(check) for check in checks("replay", "life")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", [reference_model, books], ids=lambda module: module.__name__)
def test_the_model_imports_nothing_of_the_simulator(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in imported if name.startswith("seqrkit.simulator")]
