"""The demo scenario sends every operation, and every step succeeds on the embedded endpoint."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from attrs import evolve

from seqrkit import contract
from seqrkit.client import Client, Credentials
from seqrkit.clock import ManualClock
from seqrkit.contract import Severity
from seqrkit.demo import Fact, Run, Step, play, player, steps
from seqrkit.display.demo_step import PlayedStep, Verdict, by_interface
from seqrkit.errors import EndpointUnreachable
from seqrkit.model import Reply
from seqrkit.money import Amount
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import Interface, InvoiceStatus, ResultCode

EVERY = pytest.mark.parametrize("interface", Interface)
RESELLER = Credentials(
    reseller_id=PUBLISHED.reseller_id,
    reseller_user=PUBLISHED.reseller_user,
    reseller_password=PUBLISHED.reseller_password,
)

STEPS = steps(contract.load())
REGISTER = STEPS[0]
GAMING = {"resellers": [{"id": PUBLISHED.reseller_id, "gaming": True}]}


@cache
def played(interface: Interface, *, embedded: bool = True) -> tuple[PlayedStep, ...]:
    """The scenario of an interface, with or without a buyer and a manual clock."""
    clock = ManualClock()
    with Endpoint(clock=clock, settings=GAMING) as endpoint:
        client = Client(endpoint.url(interface), RESELLER, clock=clock, seed=0)
        run = Run(client, clock, endpoint.phone if embedded else None, tag="1")
        scenes = tuple(play(steps(client.contract), run))
        client.close()
        endpoint.close()
    return scenes


@EVERY
def test_the_scenario_sends_every_operation(interface: Interface) -> None:
    operations = set(contract.load(interface).operations)
    sent = {e.operation for scene in played(interface) for e in scene.exchanges}
    assert sent == operations


@EVERY
def test_every_step_succeeds(interface: Interface) -> None:
    for scene in played(interface):
        assert scene.verdict is Verdict.OK, f"{scene.number} {scene.title}: {scene.remarks}"


@EVERY
def test_only_the_references_example_and_its_update_have_findings(interface: Interface) -> None:
    found = [scene for scene in played(interface) if scene.findings]
    assert [scene.title for scene in found] == ["The reference's example", "Update the invoice"]


@EVERY
def test_every_reply_of_the_endpoint_keeps_the_contract(interface: Interface) -> None:
    for scene in played(interface):
        for exchange in scene.exchanges:
            assert not [f for f in exchange.reply_findings if f.severity is Severity.ERROR]


@EVERY
def test_every_run_sends_the_same_requests(interface: Interface) -> None:
    first = [e.masked_request for scene in played(interface) for e in scene.exchanges]
    played.cache_clear()
    again = [e.masked_request for scene in played(interface) for e in scene.exchanges]
    assert first == again


@EVERY
def test_steps_that_need_a_buyer_are_skipped_without_one_and_say_why(interface: Interface) -> None:
    scenes = played(interface, embedded=False)
    left_out = [scene for scene in scenes if scene.verdict is Verdict.LEFT_OUT]
    assert all(scene.remarks and not scene.exchanges for scene in left_out)
    assert not [scene.title for scene in scenes if scene.verdict is Verdict.FAILED]
    words = " ".join(remark for scene in left_out for remark in scene.remarks)
    assert "This step needs the simulated buyer; only the embedded endpoint has it." in words
    assert "This step needs a payment; step 6 was skipped." in words
    sent = {scene.operation for scene in scenes if scene.exchanges}
    assert {"registerTerminal", "sendInvoice", "cancelInvoice", "unregisterTerminal"} <= sent
    assert "refundPayment" not in sent


@EVERY
def test_every_step_has_a_reason_and_an_earlier_step_gives_what_it_needs(
    interface: Interface,
) -> None:
    known = {Fact.BUYER, Fact.MANUAL_CLOCK}
    for step in steps(contract.load(interface)):
        assert step.title
        assert step.why.endswith(".")
        assert set(step.needs) <= known, step.title
        known |= set(step.gives)


@pytest.mark.parametrize("missing", contract.load().operations)
def test_no_step_fails_on_an_interface_without_one_operation(run: Run, missing: str) -> None:
    scenes = list(play((step for step in STEPS if step.operation != missing), run))
    assert [s.title for s in scenes if s.verdict is Verdict.FAILED] == []


@pytest.fixture
def run() -> Iterator[Run]:
    clock = ManualClock()
    with Endpoint(clock=clock, settings=GAMING) as endpoint:
        client = Client(endpoint.url(), RESELLER, clock=clock)
        yield Run(client, clock, endpoint.phone)
        client.close()
    endpoint.close()


def only(run: Run, step: Step) -> PlayedStep:
    """The scene of a scenario of one step."""
    [scene] = play((step,), run)
    return scene


def test_another_code_than_expected_is_a_failure(run: Run) -> None:
    scene = only(run, replace(REGISTER, code=ResultCode.ACCESS_DENIED))
    assert scene.verdict is Verdict.FAILED
    assert scene.remarks == ("Expected 21 ACCESS_DENIED, got 0 SUCCESS.",)
    assert len(scene.exchanges) == 1


def test_another_status_than_expected_is_a_failure(run: Run) -> None:
    scene = only(run, replace(REGISTER, status=InvoiceStatus.PAID))
    assert scene.remarks == ("Expected status PAID, got None.",)


def test_findings_that_are_missed_or_not_expected_are_a_failure(run: Run) -> None:
    scene = only(run, replace(REGISTER, findings=frozenset({"invoice.title.required"})))
    assert scene.verdict is Verdict.FAILED
    assert "invoice.title.required" in scene.remarks[0]


def test_a_reply_that_breaks_the_contract_is_a_failure() -> None:
    [exchange] = played(Interface.CASHREGISTER_2)[0].exchanges
    broken = evolve(exchange, reply_findings=contract.load().lint(b"<a/>"))
    problems = list(player._unexpected(REGISTER, Reply(result_code=0), (broken,)))
    assert len(problems) == 1
    assert problems[0].startswith("The reply breaks the contract")


def test_a_step_that_raises_fails_and_what_depends_on_it_is_left_out(run: Run) -> None:
    def refused(_: Run) -> Reply:
        raise EndpointUnreachable("nobody is there")

    steps = (replace(REGISTER, action=refused), *STEPS[1:])
    scenes = list(play(steps, run))
    assert scenes[0].verdict is Verdict.FAILED
    assert scenes[0].remarks == (str(EndpointUnreachable("nobody is there")),)
    assert {scene.verdict for scene in scenes[1:]} == {Verdict.LEFT_OUT}
    assert "step 1 failed" in scenes[1].remarks[0]


def test_a_report_that_is_not_ready_is_requested_again(run: Run) -> None:
    patient = tuple(s for s in STEPS if s.title != "Wait three seconds")
    scenes = {s.title: s for s in play(patient, run)}
    codes = [exchange.result_code for exchange in scenes["Request the report"].exchanges]
    assert codes == [2, 2, 2, 0]
    assert scenes["Request the report"].verdict is Verdict.OK


def test_a_report_that_does_not_add_up_is_a_failure(run: Run) -> None:
    run.takings += Amount.of("1.00 SEK")
    scenes = {s.title: s for s in play(STEPS, run)}
    assert scenes["Request the report"].verdict is Verdict.FAILED
    assert "SalesTotal of the report is" in scenes["Request the report"].remarks[0]


def test_a_step_without_a_buyer_raises(run: Run) -> None:
    run.phone = None
    with pytest.raises(LookupError):
        _ = run.buyer


def test_scenes_are_grouped_by_interface() -> None:
    scenes = [*played(Interface.CASHREGISTER_2), *played(Interface.EXTCLIENTPROXY_V2)]
    grouped = by_interface(scenes)
    assert list(grouped) == list(Interface)
    assert sum(map(len, grouped.values())) == len(scenes)
