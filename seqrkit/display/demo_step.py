"""A step of a story after it was played, as terminal and page show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from seqrkit.contract import Finding
from seqrkit.exchange import Exchange
from seqrkit.qr import QrCode
from seqrkit.vocabulary import Interface


class Verdict(StrEnum):
    """How a step went, in the words that are shown."""

    OK = "ok"
    FAILED = "not as it should"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One step: what was done and why, the exchanges it made, and whether it went as it should.

    A step without an `operation` is the buyer's, or time passing. `remarks` say what there is to
    say besides: what the buyer saw, what went wrong, why it was left out.
    """

    number: int
    interface: Interface
    title: str
    why: str
    operation: str | None
    verdict: Verdict
    exchanges: tuple[Exchange, ...] = ()
    remarks: tuple[str, ...] = ()
    qr: QrCode | None = None

    @property
    def anchor(self) -> str:
        """Its id in a page."""
        return f"{self.interface}-{self.number}"

    @property
    def duration(self) -> float:
        """Seconds spent waiting for replies."""
        return sum(exchange.duration for exchange in self.exchanges)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the linter said of its requests and replies."""
        return tuple(f for e in self.exchanges for f in (*e.findings, *e.reply_findings))


def chapters(scenes: Iterable[Scene]) -> dict[Interface, list[Scene]]:
    """The scenes by interface, in their order."""
    found: dict[Interface, list[Scene]] = {}
    for scene in scenes:
        found.setdefault(scene.interface, []).append(scene)
    return found
