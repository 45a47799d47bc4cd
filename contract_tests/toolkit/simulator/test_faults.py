"""Faults as data, and which one applies to a request, how often and how likely."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit.errors import ConfigurationError
from seqrkit.model import REQUESTS
from seqrkit.simulator.faults import Delay, Fault, Faults, Kind
from seqrkit.simulator.faults.active_faults import MAX_FAULTS
from seqrkit.simulator.faults.delay import DISTRIBUTIONS, LONGEST
from seqrkit.simulator.faults.fault_kinds import EFFECTS
from seqrkit.vocabulary import ResultCode

SECONDS = st.floats(0, 1000)
DELAYS = st.one_of(
    SECONDS.map(lambda seconds: Delay("fixed", (seconds,))),
    st.tuples(SECONDS, SECONDS).map(lambda two: Delay("uniform", (min(two), max(two)))),
    SECONDS.map(lambda mean: Delay("exponential", (mean,))),
    st.tuples(SECONDS, st.floats(0, 3)).map(lambda two: Delay("lognormal", two)),
)


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    """Every fault that there can be."""
    kind = draw(st.sampled_from(Kind))
    meaning = EFFECTS[kind]
    is_fixed, of_requests = meaning.is_fixed, not meaning.affects_notifications
    delays = st.none() if kind is Kind.NOTIFICATION_LOST else st.none() | DELAYS
    return Fault(
        kind=kind,
        code=draw(st.integers(1, 200)) if kind is Kind.RESULT_CODE else None,
        delay=draw(DELAYS if kind is Kind.SLOW else delays),
        carried_out=None if is_fixed else draw(st.none() | st.booleans()),
        operation=draw(st.none() | st.sampled_from(sorted(REQUESTS))) if of_requests else None,
        terminal=draw(st.none() | st.text(min_size=1)) if of_requests else None,
        count=draw(st.none() | st.integers(1, 1000)),
        probability=draw(st.floats(0, 1, exclude_min=True)),
        seed=draw(st.none() | st.integers(0, 1000)),
    )


@given(faults())
def test_a_fault_goes_through_json_and_comes_back(fault: Fault) -> None:
    assert Fault.from_dict(json.loads(json.dumps(fault.to_dict()))) == fault


@given(faults())
def test_a_fault_says_what_it_does_in_one_line(fault: Fault) -> None:
    assert EFFECTS[fault.kind].description in str(fault)
    if fault.operation:
        assert str(fault).startswith(f"{fault.operation}: ")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            {"kind": "result-code", "code": 94, "operation": "refundPayment", "count": 1},
            "refundPayment: answered with 94 SERVICE_UNAVAILABLE, not carried out, once",
        ),
        (
            {"kind": "slow", "delay": 2, "probability": 0.25},
            "any request: answered late, after 2 s, with a probability of 0.25",
        ),
        (
            {"kind": "drop-after", "count": 3, "delay": "uniform 1 3"},
            "any request: connection dropped, after 1 to 3 s, carried out, 3 times",
        ),
        (
            {"kind": "result-code", "code": 12345},
            "any request: answered with 12345, not carried out",
        ),
        (
            {"kind": "http-500", "terminal": "till"},
            "any request: answered with HTTP 500 and no SOAP fault, not carried out, for till",
        ),
        ({"kind": "notification-twice"}, "every notification: notification sent twice"),
    ],
)
def test_a_fault_in_words(data: dict[str, object], says: str) -> None:
    assert str(Fault.from_dict(data)) == says


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "kind is missing; it must be one of result-code, slow"),
        ({"kind": "fire"}, 'kind is "fire"; it must be one of'),
        ({"kind": ["slow"]}, "kind is "),
        ({"kind": "slow"}, "slow requires a delay"),
        ({"kind": "slow", "delay": "long"}, '"long" is not a delay; give a number of seconds'),
        ({"kind": "slow", "delay": ""}, '"" is not a delay'),
        ({"kind": "slow", "delay": -1}, "outside 0 to 86400"),
        ({"kind": "slow", "delay": "nan"}, "outside 0 to 86400"),
        ({"kind": "slow", "delay": "uniform 3 1"}, "minimum above its maximum"),
        ({"kind": "slow", "delay": "uniform 3"}, "uniform MINIMUM MAXIMUM"),
        (
            {"kind": "slow", "delay": 1, "code": 20},
            "requires a code, and no other kind accepts one",
        ),
        ({"kind": "slow", "delay": 1, "carried_out": False}, "determines whether the request"),
        ({"kind": "result-code"}, "result-code requires a code"),
        ({"kind": "result-code", "code": 0}, "above 0, because 0 is success"),
        ({"kind": "result-code", "code": "FINE"}, '"FINE" is not a result code'),
        ({"kind": "result-code", "code": True}, "is not a result code"),
        ({"kind": "result-code", "code": 2**40}, "it must be a result code"),
        ({"kind": "garbage", "carried_out": 1}, "carried_out is 1; it must be"),
        ({"kind": "garbage", "operation": "pay"}, '"pay" is not an operation; use one of'),
        ({"kind": "garbage", "terminal": ""}, "terminal must be the id"),
        ({"kind": "garbage", "terminal": 7}, "terminal must be the id"),
        ({"kind": "garbage", "count": 0}, "it must be an integer above 0"),
        ({"kind": "garbage", "count": True}, "it must be an integer above 0"),
        ({"kind": "garbage", "probability": 0}, "it must be above 0 and at most 1"),
        ({"kind": "garbage", "probability": "1"}, "it must be above 0 and at most 1"),
        ({"kind": "garbage", "seed": "x"}, "seed is 'x'; it must be an integer"),
        ({"kind": "garbage", "terminals": "x"}, 'a fault has no "terminals"; it has kind, code'),
        ({"kind": "notification-lost", "operation": "sendInvoice"}, "limited by count"),
        ({"kind": "notification-lost", "delay": 1}, "cannot have a delay"),
    ],
)
def test_invalid_arguments_are_rejected_in_one_sentence(data: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Fault.from_dict(data)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.dictionaries(st.sampled_from([*Fault.__slots__, "x"]), st.from_type(object) | st.text()))
def test_any_arguments_give_a_fault_or_a_sentence(data: dict[str, object]) -> None:
    with suppress(ConfigurationError):
        assert str(Fault.from_dict(data))


@pytest.mark.parametrize("code", ["SERVICE_UNAVAILABLE", "94", 94, ResultCode.SERVICE_UNAVAILABLE])
def test_a_code_is_a_number_or_a_name(code: int | str) -> None:
    assert Faults().add("result-code", code=code).fault.code == 94


# Delays


@given(DELAYS)
def test_a_delay_is_one_line_and_comes_back_from_it(delay: Delay) -> None:
    assert Delay.of(str(delay)) == delay == Delay.of(delay)


@given(DELAYS, st.integers())
def test_a_delay_is_drawn_within_a_day(delay: Delay, seed: int) -> None:
    seconds = delay.draw(Random(seed))  # noqa: S311
    assert 0 <= seconds <= LONGEST
    if delay.distribution == "fixed":
        assert [seconds] == list(delay.parameters)
    if delay.distribution == "uniform":
        assert delay.parameters[0] <= seconds <= delay.parameters[1]


@pytest.mark.parametrize(
    ("text", "mean"),
    [("4", 4), ("uniform 2 6", 4), ("exponential 4", 4), ("lognormal 4 0.1", 4.02)],
)
def test_a_delay_is_distributed_as_it_says(text: str, mean: float) -> None:
    random, delay = Random(1), Delay.of(text)  # noqa: S311
    drawn = [delay.draw(random) for _ in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.03)
    assert (len(set(drawn)) > 1) == (text != "4")


def test_every_distribution_is_tested() -> None:
    assert set(DISTRIBUTIONS) == {"fixed", "uniform", "exponential", "lognormal"}


# The collection


def test_faults_are_added_listed_removed_and_cleared() -> None:
    faults = Faults()
    first, second = faults.add("garbage"), faults.add(Fault(kind=Kind.HTTP_503))
    assert [each.id for each in faults] == [first.id, second.id] == [1, 2]
    assert faults.remove(1) == first
    with pytest.raises(ConfigurationError, match="there is no fault 1"):
        faults.remove(1)
    with pytest.raises(ConfigurationError, match="there is no fault 1"):
        faults.get(1)
    assert faults.get(2).to_dict() == {
        "id": 2,
        "struck": 0,
        "left": None,
        "says": "any request: answered with HTTP 503, not carried out",
        "fault": {"kind": "http-503"},
    }
    assert repr(faults).splitlines()[1] == f"  {second}"
    assert faults.clear() == 1
    assert len(faults) == 0


def test_an_id_is_never_given_again() -> None:
    faults = Faults()
    faults.remove(faults.add("garbage").id)
    assert faults.add("garbage").id == 2


def test_a_fault_that_can_affect_no_request_is_refused() -> None:
    faults = Faults()
    states = [faults.affects_requests]
    faults.add("notification-lost")
    states.append(faults.affects_requests)
    once = faults.add("garbage", count=1)
    states.append(faults.affects_requests)
    faults.inject("sendInvoice", None)
    states.append(faults.affects_requests)
    faults.remove(once.id)
    faults.add("garbage")
    states.append(faults.affects_requests)
    faults.clear()
    assert [*states, faults.affects_requests] == [False, False, True, False, True, False]


@pytest.mark.parametrize("operation", sorted(REQUESTS))
def test_a_fault_strikes_its_operation_and_its_terminal_only(operation: str) -> None:
    faults = Faults()
    faults.add("garbage", operation=operation, terminal="till")
    struck = {
        (each, caller)
        for each in REQUESTS
        for caller in ("till", "other", None)
        if faults.inject(each, caller)
    }
    assert struck == {(operation, "till")}


@given(st.integers(1, 20), st.integers(1, 40))
def test_a_fault_strikes_as_often_as_it_may(count: int, requests: int) -> None:
    faults = Faults()
    faults.add("garbage", count=count)
    struck = sum(faults.inject("sendInvoice", None) is not None for _ in range(requests))
    (standing,) = faults
    assert struck == standing.times == min(count, requests)
    assert standing.left == count - struck


def test_the_oldest_that_strikes_is_the_one() -> None:
    faults = Faults()
    faults.add("garbage", count=1)
    faults.add("http-500", operation="cancelInvoice")
    faults.add("http-503")
    kinds = [faults.inject(name, None) for name in ("sendInvoice", "sendInvoice", "cancelInvoice")]
    assert [each and each.kind for each in kinds] == ["garbage", "http-503", "http-500"]


def drawn(faults: Faults, requests: int = 200) -> list[object]:
    struck = [faults.inject("sendInvoice", None) for _ in range(requests)]
    return [each and (each.id, each.seconds, each.seed) for each in struck]


@given(st.integers(), st.floats(0.05, 0.95))
def test_the_same_seed_draws_the_same(seed: int, probability: float) -> None:
    twice = [Faults(seed), Faults(seed)]
    for each in twice:
        each.add("slow", delay="exponential 1", probability=probability)
    assert drawn(twice[0]) == drawn(twice[1])


def test_a_fault_with_a_seed_of_its_own_draws_the_same_among_any_others() -> None:
    alone, among = Faults(seed=None), Faults(seed=None)
    among.add("garbage", operation="cancelInvoice")
    numbers = [
        each.add("slow", delay="uniform 0 1", probability=0.5, seed=7) for each in (alone, among)
    ]
    assert [number.id for number in numbers] == [1, 2]
    one, other = drawn(alone), drawn(among)
    assert [each and each[1:] for each in one] == [each and each[1:] for each in other]  # type: ignore[index]
    assert drawn(Faults(seed=None)) == [None] * 200


def test_a_probability_is_kept() -> None:
    faults = Faults(seed=1)
    faults.add("garbage", probability=0.3)
    struck = [each for each in drawn(faults, 10_000) if each]
    assert len(struck) == pytest.approx(3000, rel=0.1)


def test_notifications_and_requests_are_struck_by_their_own() -> None:
    faults = Faults()
    faults.add("notification-lost", count=1)
    faults.add("garbage", count=1)
    one, other = faults.inject("sendInvoice", None), faults.inject_notification()
    assert one is not None
    assert other is not None
    assert (one.kind, other.kind) == (Kind.GARBAGE, Kind.NOTIFICATION_LOST)
    assert faults.inject_notification() is faults.inject("sendInvoice", None) is None


def test_strikes_are_counted_in_many_threads() -> None:
    faults = Faults()
    faults.add("garbage", count=500)
    with ThreadPoolExecutor(8) as pool:
        struck = list(pool.map(lambda _: faults.inject("sendInvoice", None), range(1600)))
    assert len([each for each in struck if each]) == 500


def test_observers_are_called_for_every_change() -> None:
    faults, heard = Faults(), []
    faults.observers.append(lambda: heard.append(len(faults)))
    id_ = faults.add("garbage").id
    faults.inject("sendInvoice", None)
    faults.remove(id_)
    faults.clear()
    assert heard == [1, 1, 0, 0]


def test_there_are_only_so_many() -> None:
    faults = Faults()
    for _ in range(MAX_FAULTS):
        faults.add("garbage")
    with pytest.raises(ConfigurationError, match="remove some first"):
        faults.add("garbage")
