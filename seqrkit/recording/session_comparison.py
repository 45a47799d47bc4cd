"""What differs in meaning between two sessions: values by their wire paths, not bytes.

References, identifiers and times differ between any two runs. Two references correspond if they
appeared first at the same place, and from then on each must stand where the other one does. A time
corresponds to any other time.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from lxml import etree

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.exchange import REFERENCES, REPLY_LIMIT, Exchange
from seqrkit.vocabulary import USER_TOKEN

_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_MADE_ANEW: Final = REFERENCES | {
    "correlationId",
    "invoiceQRCode",
    "payerTerminalId",
    "terminalId",
    "userId",
}
"""Elements whose values the service or the client makes anew in each run."""

SHORTEST: Final = 6
"""Characters of a reference that is replaced wherever it stands; a shorter one may be a number."""
# "<?x" in base64: how every document of the service begins.
_XML_IN_BASE64: Final = "PD94"
_PRESENT: Final = "present"


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
    counterparts = Counterparts()
    first, second = ([each.operation for each in session] for session in (one, other))
    # Its guess at junk drops the most frequent items, which here are the polls.
    matcher = SequenceMatcher(a=first, b=second, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            for before, after in zip(one[i:i_end], other[j:j_end], strict=True):
                yield from counterparts.differences(before, after)
            continue
        for each in one[i:i_end]:
            yield Difference(each.number, None, each.name, "", "")
        for each in other[j:j_end]:
            yield Difference(None, each.number, each.name, "", "")


def _places(facts: Iterable[str]) -> set[str]:
    """Return the paths of all elements: those with values and those around them."""
    every = (path.split("/") for path in facts)
    return {"/".join(steps[:n]) for steps in every for n in range(1, len(steps) + 1)}


def _first_missing(path: str, places: AbstractSet[str]) -> str:
    steps = path.split("/")
    above = ("/".join(steps[:n]) for n in range(1, len(steps)))
    return next((each for each in above if each not in places), path)


class Counterparts:
    """Knows which reference of one session corresponds to which of the other."""

    def __init__(self) -> None:
        self._forward: dict[str, str] = {}
        self._back: dict[str, str] = {}

    def differences(self, one: Exchange, other: Exchange) -> Iterator[Difference]:
        """Yield what differs between the next exchange of each session."""
        before, after = _facts(one), _facts(other)
        places_before, places_after = _places(before), _places(after)
        found = {}
        for path in dict.fromkeys((*before, *after)):
            was, now = before.get(path), after.get(path)
            if was is not None and now is not None and self._match(path, was, now):
                continue
            if (was is None or now is None) and path in places_before & places_after:
                continue  # an empty part on one side: what the other has inside is named below it
            # Of a part that only one side has, only the part itself is named.
            where = _first_missing(path, places_after if now is None else places_before)
            if was is None or now is None:
                whole = "" if where == path else _PRESENT
                found[where] = (was and (whole or was), now and (whole or now))
            else:
                found[path] = (was, now)
        for path, (was, now) in found.items():
            yield Difference(one.number, other.number, path, was or "", now or "")

    def _match(self, path: str, was: str, now: str) -> bool:
        """Return whether two values mean the same; references correspond from then on."""
        # Both ways, or two references could become one: a client that mixes up two sales would
        # pass.
        if was in self._forward or now in self._back:
            return self._forward.get(was) == now
        if path.rpartition("/")[2] in _MADE_ANEW and was and now:
            self._forward[was], self._back[now] = now, was
            return True
        return was == now or self._translated(was) == _TIME.sub("a time", now)

    def _translated(self, text: str) -> str:
        """Return a text, such as a report, with the references of the other session."""
        known = {each for each in self._forward if len(each) >= SHORTEST and each in text}
        if known:
            # The longest first, because one reference can begin with another.
            pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
            text = re.sub(pattern, lambda found: self._forward[found[0]], text)
        return _TIME.sub("a time", text)


def _facts(exchange: Exchange) -> dict[str, str]:
    """Return each value of an exchange by its path."""
    # Masked: passwords differ between two accounts and mean nothing.
    facts = dict(values(exchange.masked_request, "request/"))
    facts |= values(exchange.masked_response, "reply/")
    for path in [path for path, text in facts.items() if text == USER_TOKEN]:
        token = path.rpartition("/")[0]  # its value is a userId, which each service makes anew
        if f"{token}/value" in facts:
            facts[f"{token}/userId"] = facts.pop(f"{token}/value")
    if exchange.status is not None:
        facts["HTTP status"] = str(exchange.status)
    if exchange.failure_kind:
        facts["failure"] = exchange.failure_kind
    return facts


def references(exchange: Exchange) -> dict[str, str]:
    """Return the references in request and reply by their paths."""
    facts = _facts(exchange)
    return {p: text for p, text in facts.items() if text and p.rpartition("/")[2] in _MADE_ANEW}


def values(message: bytes | None, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of a message with their paths; a message that is not XML is one value."""
    if not message:
        return
    try:
        root = soap.payload_of(soap.parse(message, limit=REPLY_LIMIT))
    except MessageError:
        yield f"{place}(not SOAP)", message.decode("utf-8", "replace")
        return
    yield from _inside(root, place + soap.local(root))


def _inside(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    children = list(element.iterchildren("*"))
    if not children:
        # Line breaks and indents carry no meaning in any field of the interface.
        yield path, " ".join(_readable(element.text or "").split())
    seen: Counter[str] = Counter()
    for child in children:
        name = soap.local(child)
        # The first has no number, so a list of one is at the same path as a single element.
        place = f"[{seen[name]}]" if seen[name] else ""
        seen[name] += 1
        yield from _inside(child, f"{path}/{name}{place}")


def _readable(text: str) -> str:
    """Return a document in base64 as text, since it may have references inside."""
    if not text.startswith(_XML_IN_BASE64):
        return text
    try:
        return base64.b64decode(text).decode()
    except ValueError:
        return text
