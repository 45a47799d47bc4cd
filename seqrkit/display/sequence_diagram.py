"""The steps of a sequence diagram: requests and their outcomes, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.contract.findings import shorten
from seqrkit.display import outcome_phrases
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange
from seqrkit.model import CancelInvoice, CommitReservation, GetPaymentStatus
from seqrkit.vocabulary import InvoiceStatus

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


_BUYER: Final[Mapping[str, str]] = {
    InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE: "the buyer has scanned the code",
    InvoiceStatus.RESERVED: "the buyer has confirmed the reservation",
    InvoiceStatus.PARTIALLY_PAID: "the buyer has paid a part",
    InvoiceStatus.PAID: "the buyer has paid",
    InvoiceStatus.FAILED: "the bank of the buyer has declined",
    InvoiceStatus.CANCELED: "the buyer or the service has cancelled",
}
"""What a new status says of the buyer."""
_BY_OTHERS: Final = frozenset(
    {
        CancelInvoice.OPERATION,
        CommitReservation.OPERATION,
        InvoiceStatus.RESERVED,
        InvoiceStatus.PAID,
    }
)
"""After these the merchant or the service changes the status."""
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
    buyer: str = ""
    """What the buyer has done before, as a new status shows it."""

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
    known: dict[str, str] = {}
    for exchange in exchanges:
        asked, answered = _facts(exchange.masked_request), _facts(exchange.masked_response)
        new = replace(
            _step(exchange, asked, answered), buyer=_buyer_action(exchange, asked, answered, known)
        )
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
    return _step(exchange, _facts(exchange.masked_request), _facts(exchange.masked_response))


def _step(exchange: Exchange, asked: Mapping[str, str], answered: Mapping[str, str]) -> Step:
    return Step(
        first=exchange.number,
        last=exchange.number,
        at=exchange.started_at,
        operation=shorten(exchange.name),
        asked=" ".join(asked.values()),
        result=shorten(outcome_phrases.result(exchange), _LONGEST_RESULT),
        answered=" ".join(answered.values()),
        succeeded=exchange.succeeded,
    )


def _buyer_action(
    exchange: Exchange,
    asked: Mapping[str, str],
    answered: Mapping[str, str],
    known: dict[str, str],
) -> str:
    """Return what the buyer has done; `known` has the latest status or change of each invoice."""
    reference = asked.get("invoiceReference", "")
    if exchange.operation in _BY_OTHERS and (exchange.succeeded or exchange.status is None):
        known[reference] = exchange.operation
    status = answered.get("status", "")
    before = known.get(reference)
    if exchange.operation != GetPaymentStatus.OPERATION or not status or status == before:
        return ""
    known[reference] = status
    return "" if before in _BY_OTHERS else _BUYER.get(status, "")


def _facts(message: bytes | None) -> Mapping[str, str]:
    if not message:
        return {}
    try:
        payload = soap.read_envelope(soap.parse(message, limit=REPLY_LIMIT)).payload
    except MessageError:
        return {}  # `result` describes what came instead
    found = dict(_near(payload))
    return {name: found[name] for name in _SUMMARY if found.get(name)}


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
