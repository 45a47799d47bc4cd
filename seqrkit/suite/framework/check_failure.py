"""The exceptions that end a check: a failure with its evidence, and a check left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack
from unittest import SkipTest

from seqrkit.exchange import Exchange
from seqrkit.suite.framework.example_steps import Expected

if TYPE_CHECKING:
    from seqrkit.contract import Rule
    from seqrkit.simulator.behaviours import Behaviour
    from seqrkit.suite.framework.example_steps import Trace


class Evidence(TypedDict, total=False):
    """What a failure is about.

    `rule` is the rule of the contract that was not followed. `envelope` is the smallest message
    that shows the failure; `exchange` is what was sent and received. Both contain passwords: mask
    them before showing them. `deviation` is a name that two failures of one cause share, whatever
    the check, the example and the seed; deviations of several operations can have one `cause`.
    `expects` is what the last reply should have; `tested` is the exchange to blame if another one
    shows it. `behaviour` says which statement requires it, if that is not the property's source.
    """

    rule: Rule | None
    envelope: bytes | None
    exchange: Exchange | None
    deviation: str
    cause: str
    expects: Expected | None
    tested: Exchange | None
    behaviour: Behaviour | None


class CheckFailure(AssertionError):
    """A property does not hold. Without an envelope, the request of the exchange shows it.

    `trace` has every step of the example; `others` are further failures of the same check.
    """

    def __init__(self, check: str, message: str, **evidence: Unpack[Evidence]) -> None:
        super().__init__(f"{check}: {message}")
        self.check = check
        self.message = message
        self.rule: Rule | None = evidence.get("rule")
        self.exchange: Exchange | None = evidence.get("exchange")
        sent = self.exchange.request if self.exchange else None
        self.envelope: bytes | None = evidence.get("envelope") or sent
        self.deviation: str = evidence.get("deviation") or check
        self.cause: str = evidence.get("cause") or self.deviation
        self.expects: Expected | None = evidence.get("expects")
        self.tested: Exchange | None = evidence.get("tested")
        self.behaviour: Behaviour | None = evidence.get("behaviour")
        self.trace: Trace = ()
        self.others: tuple[CheckFailure, ...] = ()


class LeftOut(SkipTest):
    """A check, or a part of it, needs something that is missing here; the text names it.

    pytest and Hypothesis treat it as they treat a skipped test.
    """


class Inapplicable(LeftOut):
    """The service lacks what a check needs, and no document requires it of a service."""
