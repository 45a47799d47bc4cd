"""A step of the demo after it was played, for the terminal view and the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from seqrkit.contract import Finding
from seqrkit.exchange import Exchange
from seqrkit.qr import QrCode
from seqrkit.vocabulary import Interface


class Verdict(StrEnum):
    """The outcome of a step, as displayed."""

    OK = "ok"
    FAILED = "failed"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedStep:
    """One step: its purpose, the exchanges it made, and whether the result was as expected.

    A step without an `operation` is an action of the buyer, or time passing. `remarks` hold further
    sentences: what the buyer saw, what went wrong, why the step was left out.
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
        """The id of the step in a page."""
        return f"{self.interface}-{self.number}"

    @property
    def address(self) -> str:
        """The endpoint of its first exchange; empty without one."""
        return self.exchanges[0].endpoint if self.exchanges else ""

    @property
    def duration(self) -> float:
        """Seconds spent waiting for replies."""
        return sum(exchange.duration for exchange in self.exchanges)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The linter's findings about its requests and replies."""
        return tuple(f for e in self.exchanges for f in (*e.findings, *e.reply_findings))


def by_interface(steps: Iterable[PlayedStep]) -> dict[Interface, list[PlayedStep]]:
    """Group steps by interface, keeping their order."""
    found: dict[Interface, list[PlayedStep]] = {}
    for step in steps:
        found.setdefault(step.interface, []).append(step)
    return found
