"""The groups about an endpoint are whole: every operation, event, code and change of status."""

import ast
from pathlib import Path
from unittest.mock import patch

import pytest

from seqrkit import contract, schemas, soap
from seqrkit.simulator.states import HANDLERS
from seqrkit.suite import CheckEnvironment, CheckFailure, checks
from seqrkit.suite.properties import life
from seqrkit.suite.properties.life import (
    books,
    reachable_transitions,
    reference_model,
    transition_path,
)
from seqrkit.suite.properties.replay.executable_requests import WITH_BUYER, WITHOUT_BUYER
from seqrkit.vocabulary import Interface, ResultCode

_DAY = f"{Interface.CASHREGISTER_2}/buyers who hesitate"


@pytest.mark.parametrize("interface", Interface)
def test_every_operation_has_a_fitting_state(interface: Interface):
    assert set(contract.load(interface).operations) <= {*WITH_BUYER, *WITHOUT_BUYER}


def test_every_event_of_the_machine_can_be_walked():
    assert set(transition_path.ACTIONS) == set(HANDLERS)


def test_what_a_report_shows_masked_can_be_sent_again_with_the_caller_s_own_password():
    with CheckEnvironment() as environment:
        session = environment.session(Interface.CASHREGISTER_2)
        environment.shop(Interface.CASHREGISTER_2).till.send()
        shown = soap.mask(session.exchanges[-1].request)
        assert session.send_raw(shown, check=True).result_code == ResultCode.SUCCESS


def test_an_event_that_nobody_tries_is_told():
    class Earthquake:
        pass

    reachable_transitions.paths.cache_clear()
    with (
        patch.dict(reachable_transitions.__dict__, HANDLERS={**HANDLERS, Earthquake: None}),
        pytest.raises(NotImplementedError, match="Earthquake"),
    ):
        reachable_transitions.paths()


def test_the_changes_of_status_are_those_of_the_documents_and_the_endpoint():
    assert life.transitions() == {
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


def test_every_code_of_the_reference_is_one_that_the_endpoint_gives():
    documented = {
        str(code)
        for code, meaning in schemas.result_codes().items()
        if meaning.source.startswith("001")
    }
    assert documented <= life.codes(Interface.CASHREGISTER_2)


def test_a_failure_of_a_life_tells_what_has_happened():
    (check,) = (each for each in checks("life") if str(each) == f"life.days[{_DAY}]")
    with (
        CheckEnvironment() as environment,
        patch.object(reference_model.Sale, "cancel", lambda _: ResultCode.SYSTEM_ERROR),
        pytest.raises(CheckFailure, match=r"not 90 SYSTEM_ERROR \(when .*the PIN dialog, ") as e,
    ):
        check.run(environment)
    assert e.value.exchange is not None
    assert e.value.exchange.operation == "cancelInvoice"


def test_no_two_checks_have_one_name():
    names = [str(check) for check in checks("replay", "life")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", [reference_model, books], ids=lambda module: module.__name__)
def test_the_model_knows_nothing_of_the_endpoint(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in imported if name.startswith("seqrkit.simulator")]
