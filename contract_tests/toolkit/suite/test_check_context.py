"""The context of a check: failures are shrunk, and errors that the endpoint causes are failures."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from contract_tests.toolkit.suite.sample_checks import CASE, EXCHANGE, PROFILE, check, run
from seqrkit import contract
from seqrkit.errors import (
    CannotPay,
    ConnectionLost,
    EndpointUnreachable,
    InvalidInvoiceReference,
    SeqrError,
    TimedOut,
)
from seqrkit.suite import CheckEnvironment, CheckFailure, Profile
from seqrkit.suite.framework import Aspect, CheckContext
from seqrkit.suite.framework.failure_causes import STOPPED
from seqrkit.vocabulary import ResultCode

RULE = contract.load().rules["invoice.title.required"]
NUMBERS: SearchStrategy[int] = st.integers(0, 10_000)


def drawn_by(profile: Profile) -> list[int]:
    """Return the examples of a profile."""
    drawn: list[int] = []
    run(lambda context: context.explore(NUMBERS, drawn.append), profile)
    return drawn


def test_a_failure_names_check_rule_and_messages() -> None:
    with pytest.raises(CheckFailure) as failed:
        run(lambda context: context.fail("no title", rule=RULE, exchange=EXCHANGE))
    assert str(failed.value) == f"group.holds[{CASE}]: no title"
    assert failed.value.message == "no title"
    assert failed.value.rule is RULE
    assert failed.value.exchange is EXCHANGE
    assert failed.value.envelope == EXCHANGE.request


def test_a_given_envelope_takes_precedence_over_the_one_sent() -> None:
    with pytest.raises(CheckFailure) as failed:
        run(lambda context: context.fail("no", envelope=b"<small/>", exchange=EXCHANGE))
    assert failed.value.envelope == b"<small/>"


def test_a_message_is_only_made_for_a_failure() -> None:
    run(lambda context: context.expect(condition=True, message=lambda: pytest.fail("was made")))
    with pytest.raises(CheckFailure, match="made when needed"):
        run(lambda context: context.expect(condition=0, message=lambda: "made when needed"))


def test_the_number_of_examples_is_the_profile_s_or_the_property_s() -> None:
    assert len(drawn_by(Profile("test", examples=7, steps=1, seed=1))) == 7
    drawn: list[int] = []
    run(lambda context: context.explore(NUMBERS, drawn.append, examples=3))
    assert len(drawn) == 3


def test_a_failing_example_is_shrunk() -> None:
    def small(context: CheckContext) -> None:
        context.explore(NUMBERS, lambda n: context.expect(n < 13, f"{n} is too much"))

    with pytest.raises(CheckFailure, match=": 13 is too much"):
        run(small)


@given(st.frozensets(st.integers(0, 29)))
def test_a_listed_value_is_shrunk_in_two_passes_over_its_parts(
    needed: frozenset[int],
) -> None:
    tried: list[tuple[int, ...]] = []

    def smaller(value: tuple[int, ...], start: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        for position in range(start, len(value)):
            yield position, value[:position] + value[position + 1 :]

    def fails(context: CheckContext) -> None:
        def test(value: tuple[int, ...]) -> None:
            tried.append(value)
            context.expect(not needed <= {*value}, f"{value}", deviation="failed")

        context.examine([tuple(range(30))], test, smaller)

    with pytest.raises(CheckFailure) as failed:
        run(fails)
    assert failed.value.message == f"{tuple(sorted(needed))}"
    assert len(tried) <= 2 * 30 + 1


def test_a_profile_without_shrinking_reports_the_first_failure() -> None:
    failed: list[int] = []

    def small(context: CheckContext) -> None:
        def test(number: int) -> None:
            if number > 13:
                failed.append(number)
                context.fail(f"{number} is too much")

        context.explore(NUMBERS, test)

    with pytest.raises(CheckFailure):
        run(small, Profile("test", examples=20, steps=1, seed=1, shrinks=False))
    assert len(set(failed)) == 1


def test_a_seed_determines_the_examples() -> None:
    assert drawn_by(PROFILE) == drawn_by(PROFILE)
    assert drawn_by(PROFILE) != drawn_by(PROFILE.seeded(2))


def test_two_shards_of_one_seed_draw_different_examples() -> None:
    first, second = (drawn_by(PROFILE.seeded(1, shard, 2)) for shard in (1, 2))
    assert len(set(first) & set(second)) < len(first) / 2


def test_without_a_seed_each_run_draws_new_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")  # which makes Hypothesis by itself derandomize
    assert drawn_by(PROFILE.seeded(None)) != drawn_by(PROFILE.seeded(None))


def test_a_failure_that_does_not_occur_again_is_a_failure() -> None:
    tried: list[int] = []

    def fails_once(context: CheckContext) -> None:
        def test(number: int) -> None:
            tried.append(number)
            context.expect(len(tried) != 5, "the fifth")

        context.explore(NUMBERS, test)

    with pytest.raises(CheckFailure, match="the fifth"):
        run(fails_once)


def test_a_cause_is_shrunk_only_in_the_first_check_that_shows_it() -> None:
    tried: list[int] = []

    def fails(context: CheckContext) -> None:
        def test(number: int) -> None:
            tried.append(number)
            context.expect(number < 13, "too much", exchange=EXCHANGE, deviation="much")

        context.explore(NUMBERS, test)

    with CheckEnvironment(PROFILE) as environment:
        for number in (1, 2):
            tried.clear()
            with pytest.raises(CheckFailure, match="too much"):
                check(fails).run(environment)
            assert (13 in tried) is (number == 1)


def test_an_unexpected_result_code_is_a_failure() -> None:
    def refused(_: CheckContext) -> None:
        raise InvalidInvoiceReference(
            "unknown invoice", code=ResultCode.INVALID_INVOICE_REFERENCE, exchange=EXCHANGE
        )

    with pytest.raises(CheckFailure, match="unknown invoice") as failed:
        run(refused)
    assert failed.value.exchange is EXCHANGE


def test_an_error_of_one_example_is_a_failure_even_if_it_occurs_once() -> None:
    tried: list[int] = []

    def slow_once(context: CheckContext) -> None:
        def test(number: int) -> None:
            tried.append(number)
            if len(tried) == 4:
                raise TimedOut("no answer within 1 s", exchange=EXCHANGE)

        context.explore(NUMBERS, test)

    with pytest.raises(CheckFailure, match="no answer within 1 s"):
        run(slow_once)


def test_an_unreachable_endpoint_is_not_a_failure() -> None:
    def unreachable(_: CheckContext) -> None:
        raise EndpointUnreachable("cannot connect", exchange=EXCHANGE)

    with pytest.raises(EndpointUnreachable):
        run(unreachable)


# The check generates values of its own.
@settings(suppress_health_check=[HealthCheck.nested_given])
@given(
    kind=st.sampled_from([EndpointUnreachable, TimedOut, ConnectionLost, CannotPay]),
    last=st.integers(1, 20),
    way=st.sampled_from(["explore", "examine"]),
    has_stopped=st.booleans(),
)
def test_nothing_is_sent_to_a_service_that_has_stopped(
    kind: type[SeqrError], last: int, way: str, *, has_stopped: bool
) -> None:
    sent: list[int] = []

    def stops(number: int) -> None:
        sent.append(number)
        if len(sent) == last:
            raise kind("no answer")

    def sends(context: CheckContext) -> None:
        if way == "examine":
            context.examine(range(20), stops, lambda *_: ())
        context.explore(NUMBERS, stops, examples=20)

    is_lost = kind in {TimedOut, ConnectionLost}
    with CheckEnvironment(PROFILE, answers=lambda: not has_stopped) as environment:
        with pytest.raises(CheckFailure if is_lost else (CheckFailure, SeqrError)) as ended:
            check(sends).run(environment)
        if has_stopped:
            assert len(sent) == last
            assert is_lost is isinstance(ended.value, CheckFailure)
            with pytest.raises(EndpointUnreachable, match=STOPPED):
                check(sends).run(environment)
            assert len(sent) == last
        if has_stopped and isinstance(ended.value, CheckFailure):
            assert (ended.value.cause, ended.value.others) == (STOPPED, ())


def test_an_error_of_the_suite_is_not_a_failure() -> None:
    def crash(_: CheckContext) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(crash)


def test_recorded_items_are_the_environment_s_coverage() -> None:
    with CheckEnvironment(PROFILE) as environment:
        records = check(lambda context: context.record(Aspect.CODE, "0", "49"))
        records.run(environment)
        records.run(environment)
        assert environment.coverage.covered(Aspect.CODE) == {"0", "49"}


def test_checks_share_a_session_that_is_connected_when_first_used() -> None:
    with CheckEnvironment(PROFILE) as environment:
        contexts = [CheckContext(environment, "one", CASE) for _ in range(2)]
        assert not environment._sessions
        assert contexts[0].session is contexts[1].session
        assert contexts[0].contract is contract.load(CASE.interface)
