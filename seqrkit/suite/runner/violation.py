"""A property that does not hold, with the message that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seqrkit.contract import Rule
    from seqrkit.exchange import Exchange
    from seqrkit.suite.runner.property import Case, Property


class Violation(AssertionError):
    """A property of the suite does not hold.

    `sentence` says what was found in place of what. `rule` is the rule of the contract that it is
    about, where it is about one. `envelope` is the smallest message that shows it, where a message
    does; `exchange` what was sent and answered, where something was sent. Messages hold their
    passwords: mask what is shown.
    """

    def __init__(
        self,
        property_: Property,
        case: Case,
        sentence: str,
        *,
        rule: Rule | None = None,
        envelope: bytes | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        super().__init__(f"{property_.id}, {case}: {sentence}")
        self.property = property_
        self.case = case
        self.sentence = sentence
        self.rule = rule
        self.envelope = exchange.request if envelope is None and exchange else envelope
        self.exchange = exchange
