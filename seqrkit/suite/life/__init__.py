"""Life: whole payments, compared with a model; every result code and every change of status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqrkit.suite.answers import judged
from seqrkit.suite.life.reach import codes, paths, transitions
from seqrkit.suite.life.walking import walk
from seqrkit.suite.life.world import World
from seqrkit.suite.property import Case, Chapter, Need

if TYPE_CHECKING:
    from seqrkit.suite.trial import Trial

__all__ = ["CHAPTER", "codes", "transitions"]

CHAPTER = Chapter("life")

_SENDS: Final = (Need.ENDPOINT, Need.WRITES)
_LIVES: Final = (Need.ENDPOINT, Need.WRITES, Need.BUYER, Need.CLOCK)


@CHAPTER.property(
    "as-the-model",
    "Whatever merchants, buyers and time do: codes, statuses, versions, receipts and reports are "
    "those of the model.",
    source="001; vendor's developer manual; assumed where neither says (seqrkit fidelity)",
    cases=lambda interface: [Case(interface)],
    needs=_LIVES,
)
def _as_the_model(trial: Trial) -> None:
    from seqrkit.suite.life.machine import Life

    trial.live(lambda: Life(trial))


@CHAPTER.property(
    "transitions",
    "Every change of status happens as in the model, and is seen.",
    source="001 getPaymentStatus; vendor's developer manual; assumed (seqrkit fidelity)",
    cases=lambda interface: [Case(interface, name=each) for each in paths()],
    needs=_LIVES,
)
def _transitions(trial: Trial) -> None:
    with judged(trial):
        world = World(trial)
        walk(world, paths()[trial.case.name])
        trial.expect(trial.case.name in world.happened, f"{trial.case.name} did not happen")
        world.finish()
