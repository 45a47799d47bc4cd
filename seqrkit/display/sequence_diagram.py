"""The steps of a sequence diagram: requests and their outcomes, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.contract.findings import shorten
from seqrkit.display import phrases
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange

_SUMMARY: Final = (
    "title",
    "totalAmount",
    "amount",
    "status",
    "invoiceReference",
    "ersReference",
    "transactionPeriodId",
    "terminalId",
    "seqrId",
    "reportId",
)
"""Fields that summarize an exchange, if they are near the top of a message."""
_LONGEST_RESULT: Final = 160
"""Characters of the reason why there is no result."""
_AROUND: Final = {"invoice", "return", "creditUserRequest"}
"""Elements whose fields count as near the top."""


MOST: Final = 200
"""Number of exchanges that a diagram shows: the latest. Earlier ones are counted."""


@dataclass(frozen=True, slots=True)
class Step:
    """A request and its outcome; equal consecutive ones are one step.

    `first` and `last` are exchange numbers, `asked` and `answered` the main values of request and
    reply, `result` is code and name, or the reason for their absence.
    """

    first: int
    last: int
    at: datetime
    operation: str
    asked: str
    result: str
    answered: str
    succeeded: bool

    @property
    def numbers(self) -> str:
        """``3``, or ``3-7`` for several."""
        return f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def times(self) -> str:
        """``5 times`` for several; empty for one."""
        count = self.last - self.first + 1
        return f"{count} times" if count > 1 else ""


def steps(exchanges: Iterable[Exchange]) -> list[Step]:
    """Return the exchanges as steps, in their order."""
    shown: list[Step] = []
    for exchange in exchanges:
        new = step_of(exchange)
        same = shown and replace(shown[-1], first=new.first, last=new.last, at=new.at) == new
        # Polls are most of a session; filtered exchanges with gaps between them stay apart.
        if same and shown[-1].last == new.first - 1:
            shown[-1] = replace(shown[-1], last=new.last)
        else:
            shown.append(new)
    return shown


def earlier(exchanges: Sequence[Exchange]) -> str:
    """Return how many exchanges a diagram leaves out, in words; empty for none."""
    left_out = len(exchanges) - MOST
    return f"… {left_out:,} earlier exchanges" if left_out > 0 else ""


def step_of(exchange: Exchange) -> Step:
    """Return one exchange as a step."""
    return Step(
        first=exchange.number,
        last=exchange.number,
        at=exchange.started_at,
        operation=shorten(exchange.name),
        asked=" ".join(_facts(exchange.masked_request)),
        result=shorten(phrases.result(exchange), _LONGEST_RESULT),
        answered=" ".join(_facts(exchange.masked_response)),
        succeeded=exchange.succeeded,
    )


@lru_cache(maxsize=1024)
def _facts(message: bytes | None) -> tuple[str, ...]:
    if not message:
        return ()
    try:
        payload = soap.read_envelope(soap.parse(message, limit=REPLY_LIMIT)).payload
    except MessageError:
        return ()  # `result` describes what came instead
    found = dict(_near(payload))
    return tuple(found[name] for name in _SUMMARY if found.get(name))


def _near(payload: etree._Element) -> Iterator[tuple[str, str]]:
    for child in payload.iterchildren(etree.Element):
        name = soap.local(child)
        if name in _AROUND:
            yield from _near(child)
        elif name in _SUMMARY:
            yield name, _value(child)


def _value(element: etree._Element) -> str:
    parts = {soap.local(part): part.text or "" for part in element.iterchildren(etree.Element)}
    text = f"{parts.get('value', '')} {parts.get('currency', '')}" if parts else element.text or ""
    return shorten(" ".join(text.split()))
