"""What differs in meaning between two sessions: values by their wire paths, not bytes.

References, identifiers and times differ between any two runs. Two references correspond if they
appeared first at the same place, and from then on each must stand where the other one does. A time
corresponds to any other time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from lxml import etree

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_REFERENCES: Final = frozenset(
    {
        "clientReference",
        "correlationId",
        "ersReference",
        "invoiceQRCode",
        "invoiceReference",
        "payerTerminalId",
        "paymentReference",
        "terminalId",
        "transactionPeriodId",
        "userId",
    }
)
"""Elements whose values the service or the client makes anew in each run."""


class Difference(NamedTuple):
    """A difference between exchanges `one` and `other` (numbers; `None` without a counterpart).

    `path` is the place in request or reply; `before` and `after` are the values, empty for none.
    """

    one: int | None
    other: int | None
    path: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return the difference in one line."""
        if self.one is None or self.other is None:
            side = "only in the second" if self.one is None else "only in the first"
            return f"{side}: {self.one or self.other} {self.path}"
        numbers = f"{self.one}" if self.one == self.other else f"{self.one}/{self.other}"
        return f"{numbers} {self.path}: {self.before or 'none'} -> {self.after or 'none'}"


def differences(one: Sequence[Exchange], other: Sequence[Exchange]) -> Iterator[Difference]:
    """Yield what differs; exchanges are counterparts by their operations and order."""
    counterparts = _Counterparts()
    first, second = ([each.operation for each in session] for session in (one, other))
    matcher = SequenceMatcher(a=first, b=second, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            for before, after in zip(one[i:i_end], other[j:j_end], strict=True):
                yield from _between(before, after, counterparts)
            continue
        for each in one[i:i_end]:
            yield Difference(each.number, None, each.operation or "raw bytes", "", "")
        for each in other[j:j_end]:
            yield Difference(None, each.number, each.operation or "raw bytes", "", "")


def _between(one: Exchange, other: Exchange, counterparts: _Counterparts) -> Iterator[Difference]:
    before, after = _facts(one), _facts(other)
    for path in dict.fromkeys((*before, *after)):
        was, now = before.get(path), after.get(path)
        if was is None or now is None or not counterparts.match(path, was, now):
            yield Difference(one.number, other.number, path, was or "", now or "")


class _Counterparts:
    """Knows which reference of one session corresponds to which of the other."""

    def __init__(self) -> None:
        self._forward: dict[str, str] = {}
        self._back: dict[str, str] = {}

    def match(self, path: str, was: str, now: str) -> bool:
        """Return whether two values mean the same; references correspond from then on."""
        if was in self._forward or now in self._back:
            return self._forward.get(was) == now
        if path.rpartition("/")[2] in _REFERENCES and was and now:
            self._forward[was], self._back[now] = now, was
            return True
        return was == now or bool(_TIME.fullmatch(was) and _TIME.fullmatch(now))


def _facts(exchange: Exchange) -> dict[str, str]:
    """Return each value of an exchange by its path."""
    facts = {f"request/{path}": text for path, text in _leaves(exchange.masked_request)}
    facts |= {f"reply/{path}": text for path, text in _leaves(exchange.masked_response)}
    if exchange.status is not None:
        facts["HTTP status"] = str(exchange.status)
    if exchange.failure_kind:
        facts["failure"] = exchange.failure_kind
    return facts


def _leaves(message: bytes | None) -> Iterator[tuple[str, str]]:
    """Yield the values of a message with their paths; a message that is not XML is one value."""
    if not message:
        return
    try:
        root = soap.payload_of(soap.parse(message, limit=REPLY_LIMIT))
    except MessageError:
        yield "(not SOAP)", message[:200].decode("utf-8", "replace")
        return
    yield from _inside(root, soap.local(root))


def _inside(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    children = list(element.iterchildren("*"))
    if not children:
        yield path, " ".join((element.text or "").split())
    repeated = Counter(map(soap.local, children))
    seen: Counter[str] = Counter()
    for child in children:
        name = soap.local(child)
        place = f"[{seen[name]}]" if repeated[name] > 1 else ""
        seen[name] += 1
        yield from _inside(child, f"{path}/{name}{place}")
