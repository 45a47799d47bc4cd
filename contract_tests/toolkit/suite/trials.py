"""Checks made for a test, with nothing behind them but what the test says."""

from collections.abc import Callable, Iterable

from seqrkit.suite import Bench, Case, Chapter, Check, Need, Profile, Trial
from seqrkit.vocabulary import Interface

PROFILE = Profile("test", examples=20, steps=5, seed=1)
CASE = Case(Interface.CASHREGISTER_2, "sendInvoice", "one")


def cases(_: Interface) -> list[Case]:
    """The only one, whatever the interface."""
    return [CASE]


def check(holds: Callable[[Trial], None], needs: Iterable[Need] = ()) -> Check:
    """A check of a property that says what a function does."""
    chapter = Chapter("chapter")
    chapter.property("holds", "It holds.", source="here", cases=lambda _: [CASE], needs=needs)(
        holds
    )
    (made,) = chapter
    return Check(made, CASE)


def run(holds: Callable[[Trial], None], profile: Profile = PROFILE) -> None:
    """Run it."""
    with Bench(profile) as bench:
        Trial(bench, check(holds)).run()
