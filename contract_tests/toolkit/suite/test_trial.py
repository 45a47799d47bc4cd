"""A trial says what is wrong, shrinks it first, and takes what a client meets for a violation."""

from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from contract_tests.toolkit.suite.trials import CASE, PROFILE, check, run
from seqrkit import contract
from seqrkit.errors import EndpointUnreachable, InvalidInvoiceReference, TimedOut
from seqrkit.exchange import Exchange
from seqrkit.suite import Aspect, Bench, Profile, Trial, Violation
from seqrkit.vocabulary import Interface, ResultCode

RULE = contract.load().rules["invoice.title.required"]
EXCHANGE = Exchange(
    operation="sendInvoice",
    interface=Interface.CASHREGISTER_2,
    endpoint="here",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    duration=0,
    request=b"<sent/>",
)
NUMBERS: SearchStrategy[int] = st.integers(0, 10_000)


def seen_by(profile: Profile) -> list[int]:
    """The examples of a profile."""
    seen: list[int] = []
    run(lambda trial: trial.explore(NUMBERS, seen.append), profile)
    return seen


def test_a_failure_names_property_case_rule_and_messages() -> None:
    with pytest.raises(
        Violation, match=r"chapter\.holds, cashregister-2/sendInvoice/one: no"
    ) as no:
        run(lambda trial: trial.fail("no title", rule=RULE, exchange=EXCHANGE))
    told = no.value
    assert (told.property.id, told.case, told.sentence) == ("chapter.holds", CASE, "no title")
    assert told.rule is RULE
    assert told.exchange is EXCHANGE
    assert told.envelope == EXCHANGE.request


def test_a_message_that_shows_it_goes_before_the_one_that_was_sent() -> None:
    with pytest.raises(Violation) as told:
        run(lambda trial: trial.fail("no", envelope=b"<small/>", exchange=EXCHANGE))
    assert told.value.envelope == b"<small/>"


def test_what_holds_costs_no_sentence() -> None:
    run(lambda trial: trial.expect(held=True, sentence=lambda: pytest.fail("was made")))
    with pytest.raises(Violation, match="made when needed"):
        run(lambda trial: trial.expect(held=0, sentence=lambda: "made when needed"))


def test_as_many_examples_as_the_profile_says_or_the_property() -> None:
    assert len(seen_by(Profile("test", examples=7, steps=1, seed=1))) == 7
    seen: list[int] = []
    run(lambda trial: trial.explore(NUMBERS, seen.append, examples=3))
    assert len(seen) == 3


def test_what_fails_is_shrunk() -> None:
    def small(trial: Trial) -> None:
        trial.explore(NUMBERS, lambda n: trial.expect(n < 13, f"{n} is too much"))

    with pytest.raises(Violation, match=": 13 is too much"):
        run(small)


def test_a_profile_that_does_not_shrink_takes_the_first() -> None:
    failed: list[int] = []

    def small(trial: Trial) -> None:
        def look(number: int) -> None:
            if number > 13:
                failed.append(number)
                trial.fail(f"{number} is too much")

        trial.explore(NUMBERS, look)

    with pytest.raises(Violation):
        run(small, Profile("test", examples=20, steps=1, seed=1, shrinks=False))
    assert len(set(failed)) == 1


def test_one_seed_gives_the_same_examples_and_another_gives_others() -> None:
    assert seen_by(PROFILE) == seen_by(PROFILE)
    assert seen_by(PROFILE) != seen_by(PROFILE.seeded(2))


def test_two_shards_of_one_seed_give_different_examples() -> None:
    first, second = (seen_by(PROFILE.seeded(1, shard, 2)) for shard in (1, 2))
    assert len(set(first) & set(second)) < len(first) / 2


def test_without_a_seed_each_run_looks_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")  # where Hypothesis by itself would repeat itself
    assert seen_by(PROFILE.seeded(None)) != seen_by(PROFILE.seeded(None))


def test_what_fails_once_and_not_again_has_failed() -> None:
    tried: list[int] = []

    def forgetful(trial: Trial) -> None:
        def look(number: int) -> None:
            tried.append(number)
            trial.expect(len(tried) != 5, "the fifth")

        trial.explore(NUMBERS, look)

    with pytest.raises(Violation, match="the fifth"):
        run(forgetful)


def test_an_answer_that_the_client_does_not_take_is_a_violation() -> None:
    def refused(_: Trial) -> None:
        raise InvalidInvoiceReference(
            "nothing of that reference",
            code=ResultCode.INVALID_INVOICE_REFERENCE,
            exchange=EXCHANGE,
        )

    with pytest.raises(Violation, match="nothing of that reference") as told:
        run(refused)
    assert told.value.exchange is EXCHANGE


def test_so_is_one_in_the_middle_of_examples_even_where_it_comes_once() -> None:
    tried: list[int] = []

    def slow_once(trial: Trial) -> None:
        def look(number: int) -> None:
            tried.append(number)
            if len(tried) == 4:
                raise TimedOut("no answer within 1 s", exchange=EXCHANGE)

        trial.explore(NUMBERS, look)

    with pytest.raises(Violation, match="no answer within 1 s"):
        run(slow_once)


def test_where_nobody_answers_nobody_is_judged() -> None:
    def nobody(_: Trial) -> None:
        raise EndpointUnreachable("nobody is there", exchange=EXCHANGE)

    with pytest.raises(EndpointUnreachable):
        run(nobody)


def test_a_defect_of_the_suite_is_no_violation() -> None:
    def crash(_: Trial) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(crash)


def test_what_was_seen_is_counted_on_the_bench() -> None:
    with Bench(PROFILE) as bench:
        trial = Trial(bench, check(lambda trial: trial.saw(Aspect.CODE, "0", "49")))
        trial.run()
        trial.run()
        assert bench.coverage.seen(Aspect.CODE) == {"0", "49"}


def test_a_session_is_made_once_when_it_is_asked_for() -> None:
    with Bench(PROFILE) as bench:
        trials = [Trial(bench, check(lambda _: None)) for _ in range(2)]
        for trial in trials:
            trial.run()
        assert not bench._sessions
        assert trials[0].session is trials[1].session
        assert trials[0].contract is contract.load(Interface.CASHREGISTER_2)
