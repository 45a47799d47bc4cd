"""Stories: they call every operation, and every step goes as it should on the embedded endpoint."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from attrs import evolve

from seqrkit import contract
from seqrkit.client import Client, Credentials
from seqrkit.clock import ManualClock
from seqrkit.contract import Severity
from seqrkit.demo import STORIES, Fact, Played, Stage, Step, play, player
from seqrkit.display.demo_step import Scene, Verdict, chapters
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


@cache
def played(interface: Interface, *, embedded: bool = True) -> tuple[Scene, ...]:
    """The story of an interface, with or without a buyer and a clock that stands still."""
    clock = ManualClock()
    with Endpoint(clock=clock) as endpoint:
        client = Client(endpoint.url(interface), RESELLER, clock=clock, seed=0)
        stage = Stage(client, clock, endpoint.phone if embedded else None, tag="1")
        scenes = tuple(play(STORIES[interface], stage))
        client.close()
        endpoint.close()
    return scenes


@EVERY
def test_every_operation_is_in_the_story(interface: Interface) -> None:
    operations = set(contract.load(interface).operations)
    assert {step.operation for step in STORIES[interface] if step.operation} == operations
    sent = {e.operation for scene in played(interface) for e in scene.exchanges}
    assert sent == operations


@EVERY
def test_every_step_goes_as_it_should(interface: Interface) -> None:
    for scene in played(interface):
        assert scene.verdict is Verdict.OK, f"{scene.number} {scene.title}: {scene.remarks}"


@EVERY
def test_only_the_bill_written_by_hand_has_findings(interface: Interface) -> None:
    found = [scene for scene in played(interface) if scene.findings]
    assert [scene.title for scene in found] == ["A bill written by hand"]


@EVERY
def test_every_reply_of_the_endpoint_keeps_the_contract(interface: Interface) -> None:
    for scene in played(interface):
        for exchange in scene.exchanges:
            assert not [f for f in exchange.reply_findings if f.severity is Severity.ERROR]


@EVERY
def test_the_story_tells_the_same_each_time(interface: Interface) -> None:
    first = [e.masked_request for scene in played(interface) for e in scene.exchanges]
    played.cache_clear()
    again = [e.masked_request for scene in played(interface) for e in scene.exchanges]
    assert first == again


@EVERY
def test_without_a_buyer_what_needs_one_is_left_out_and_says_why(interface: Interface) -> None:
    scenes = played(interface, embedded=False)
    left_out = [scene for scene in scenes if scene.verdict is Verdict.LEFT_OUT]
    assert all(scene.remarks and not scene.exchanges for scene in left_out)
    assert not [scene.title for scene in scenes if scene.verdict is Verdict.FAILED]
    words = " ".join(remark for scene in left_out for remark in scene.remarks)
    assert "It needs the simulated buyer, and only the embedded endpoint has it." in words
    assert "It needs a payment, and step 6 was left out." in words
    sent = {scene.operation for scene in scenes if scene.exchanges}
    assert {"registerTerminal", "sendInvoice", "cancelInvoice", "unregisterTerminal"} <= sent
    assert "refundPayment" not in sent


@EVERY
def test_every_step_says_why_and_what_it_needs_is_given_before(interface: Interface) -> None:
    known = {Fact.BUYER, Fact.STILL_CLOCK}
    for step in STORIES[interface]:
        assert step.title
        assert step.why.endswith(".")
        assert set(step.needs) <= known, step.title
        known |= set(step.gives)


@pytest.fixture
def stage() -> Iterator[Stage]:
    clock = ManualClock()
    with Endpoint(clock=clock) as endpoint:
        client = Client(endpoint.url(), RESELLER, clock=clock)
        yield Stage(client, clock, endpoint.phone)
        client.close()
    endpoint.close()


def only(stage: Stage, step: Step) -> Scene:
    """The scene of a story of one step."""
    [scene] = play((step,), stage)
    return scene


REGISTER = STORIES[Interface.CASHREGISTER_2][0]


def test_another_code_than_expected_is_a_failure(stage: Stage) -> None:
    scene = only(stage, replace(REGISTER, code=ResultCode.ACCESS_DENIED))
    assert scene.verdict is Verdict.FAILED
    assert scene.remarks == ("Expected 21 ACCESS_DENIED, got 0 SUCCESS.",)
    assert len(scene.exchanges) == 1


def test_another_status_than_expected_is_a_failure(stage: Stage) -> None:
    scene = only(stage, replace(REGISTER, status=InvoiceStatus.PAID))
    assert scene.remarks == ("Expected status PAID, got None.",)


def test_findings_that_are_missed_or_not_expected_are_a_failure(stage: Stage) -> None:
    scene = only(stage, replace(REGISTER, findings=frozenset({"invoice.title.required"})))
    assert scene.verdict is Verdict.FAILED
    assert "invoice.title.required" in scene.remarks[0]


def test_a_reply_that_breaks_the_contract_is_a_failure() -> None:
    [exchange] = played(Interface.CASHREGISTER_2)[0].exchanges
    broken = evolve(exchange, reply_findings=contract.load().lint(b"<a/>"))
    problems = list(player._unexpected(REGISTER, Reply(result_code=0), (broken,)))
    assert len(problems) == 1
    assert problems[0].startswith("The reply breaks the contract")


def test_a_step_that_raises_fails_and_what_depends_on_it_is_left_out(stage: Stage) -> None:
    def refused(_: Stage) -> Played:
        raise EndpointUnreachable("nobody is there")

    steps = (replace(REGISTER, run=refused), *STORIES[Interface.CASHREGISTER_2][1:])
    scenes = list(play(steps, stage))
    assert scenes[0].verdict is Verdict.FAILED
    assert scenes[0].remarks == (str(EndpointUnreachable("nobody is there")),)
    assert {scene.verdict for scene in scenes[1:]} == {Verdict.LEFT_OUT}
    assert "step 1 did not go as it should" in scenes[1].remarks[0]


def test_a_report_that_is_not_ready_is_asked_for_again(stage: Stage) -> None:
    patient = tuple(s for s in STORIES[Interface.CASHREGISTER_2] if s.title != "Three seconds pass")
    scenes = {s.title: s for s in play(patient, stage)}
    codes = [exchange.result_code for exchange in scenes["The report"].exchanges]
    assert codes == [2, 2, 2, 0]
    assert scenes["The report"].verdict is Verdict.OK


def test_a_report_that_does_not_add_up_is_a_failure(stage: Stage) -> None:
    stage.takings += Amount.of("1.00 SEK")
    scenes = {s.title: s for s in play(STORIES[Interface.CASHREGISTER_2], stage)}
    assert scenes["The report"].verdict is Verdict.FAILED
    assert "SalesTotal is" in scenes["The report"].remarks[0]


def test_a_buyer_that_is_not_there_is_not_used(stage: Stage) -> None:
    stage.phone = None
    with pytest.raises(LookupError):
        _ = stage.buyer


def test_scenes_are_grouped_by_interface() -> None:
    scenes = [*played(Interface.CASHREGISTER_2), *played(Interface.EXTCLIENTPROXY_V2)]
    grouped = chapters(scenes)
    assert list(grouped) == list(Interface)
    assert sum(map(len, grouped.values())) == len(scenes)
