"""Life: whole payments, compared with a model; every result code and every change of status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqrkit.suite.life.reach import codes, transitions
from seqrkit.suite.property import Case, Chapter, Need

if TYPE_CHECKING:
    from seqrkit.suite.trial import Trial

__all__ = ["CHAPTER", "codes", "transitions"]

CHAPTER = Chapter("life")

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
