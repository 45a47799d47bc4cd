"""The steps of an example: requests with their replies, and payments of the buyer.

`needed` reduces them to those that a failure needs. A step is linked to another one by a value that
the service has returned, such as an invoiceReference, and that a later request contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lxml import etree

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange
from seqrkit.vocabulary import ResultCode

RETURNED: Final = frozenset(
    {"invoiceReference", "ersReference", "terminalId", "transactionPeriodId"}
)
"""The elements of replies whose values later requests contain."""
_CHOSEN: Final = ("seqrId",)
"""The elements of requests whose values are chosen by the merchant and kept by the service."""
ENTRY: Final = "entry/value"
HOLDERS: Final = (*sorted(RETURNED), *_CHOSEN, "id")
"""The elements of requests that name something, as does `ENTRY`, the value of a parameter.

The same text elsewhere, such as 12 as an amount, is not a reference.
"""
_COMPARED: Final = ("Reference", "invoiceQRCode", "terminalId", "PeriodId", "contentString")
"""How the paths of those elements of replies end whose expected texts can contain a reference."""
_NEW: Final = {
    "sendInvoice": "invoiceReference",
    "registerTerminal": "terminalId",
    "markTransactionPeriod": "transactionPeriodId",
}
"""The references that a reply to an operation gives out anew."""
_SPECIAL: Final = re.compile(r"[][\\.^$*+?(){}|]")
_BLANKS: Final = re.compile("([\\s\ufeff]+)")
_BYTES: Final = 3
"""The most bytes of UTF-8 that a character of white space has."""
_READS: Final = "getPaymentStatus"
_ABOUT_ALL: Final = ("executeReport", "markTransactionPeriod")
"""Operations that concern payments which they do not name."""


STATUS: Final = "HTTP status"
CONTENT_TYPE: Final = "Content-Type"
FINDING: Final = "finding"
"""A finding of the linter about the reply, by its id."""
SUCCESSES: Final = "number of replies with resultCode 0"
DIFFERENT: Final = "number of different "
"""How an element begins whose different texts in several replies are counted."""
WELL_FORMED: Final = "well-formed "
"""How an element begins whose text is XML: "yes" if it is well-formed."""
MINUTES: Final = "minutes from now to "
"""How an element begins that is a date, compared with the Date of the reply."""


class Expected(NamedTuple):
    """What the last reply of a failing sequence should have, so that a script can verify it.

    `element` is a path of elements such as ``receipt.invoice.title``, or one of the names above.
    `pattern` is an extended regular expression for all of its text, in which a run of blanks is one
    space; unless it `matches`, the text must be another. The last request is sent `times` at once,
    or, if they are `different`, that many of the last requests; `pause` seconds after the others.
    The pattern stands for the text that the reply of the exchange with the number `since` had, if
    there is one: such texts differ from service to service.
    """

    element: str
    pattern: str
    matches: bool = True
    times: int = 1
    different: bool = False
    pause: int = 0
    since: int = 0

    def names(self, text: str) -> bool:
        """Return whether it contains a value that an earlier reply has returned."""
        if not text.strip() or not self.element.endswith(_COMPARED):
            return False
        return bool(as_reference(text).search(self.pattern))


class BuyerPays(NamedTuple):
    """The buyer pays an invoice after the exchange with this number."""

    reference: str
    after: int


Step = Exchange | BuyerPays
Trace = tuple[Step, ...]


def outcome_of(exchange: Exchange) -> str:
    """Return the outcome of an exchange in wire terms."""
    if exchange.result_code is not None:
        return f"resultCode {exchange.result_code}"
    return f"fault {exchange.fault.code}" if exchange.fault else f"HTTP {exchange.status}"


def literal(text: str) -> str:
    """Return an extended regular expression for a text, in which blanks count as one space.

    A service may trim the text. Where it has other white space than blanks, a script in Python
    finds a space, and a shell that white space, as characters or as bytes.
    """
    parts = _BLANKS.split(text)
    for index in range(1, len(parts), 2):
        is_edge = not (parts[index - 1] and parts[index + 1])
        most = 0 if parts[index].isascii() else _BYTES * len(parts[index])
        parts[index] = f".{{{not is_edge:d},{most}}}" if most else " " * (not is_edge)
    parts[::2] = (_SPECIAL.sub(r"\\\g<0>", part) for part in parts[::2])
    return "".join(parts)


def as_reference(text: str) -> re.Pattern[str]:
    """Return a regular expression for a reference in the pattern of an expected text."""
    # Not a part of another reference, of an amount such as 1\.00, or of repetitions such as {0,99}.
    start = r"(?<![0-9A-Za-z{,])(?<![0-9]\\\.)|(?<=/R)"
    end = r"(?![0-9A-Za-z},]|\\\.[0-9])"
    return re.compile(f"(?:{start}){re.escape(literal(text))}{end}")


def returned(exchange: Exchange) -> dict[str, str]:
    """Return the values that a reply has given out, with the names of their elements."""
    # A receipt has the terminal's name as its terminalId.
    registers = exchange.operation == "registerTerminal"
    names = RETURNED if registers else RETURNED - {"terminalId"}
    return {text: name for name, text in _texts(exchange.response or b"") if name in names and text}


def returned_anew(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Yield the references in a reply that no other reply may contain."""
    name = _NEW.get(exchange.operation)
    if name and exchange.result_code == 0:
        yield from ((name, value) for value, each in returned(exchange).items() if each == name)


def needed(
    trace: Trace,
    failing: Step,
    registrations: Sequence[Exchange] = (),
    tested: Exchange | None = None,
    expects: Expected | None = None,
) -> Trace:
    """Return the steps that lead to the failing one, and those that register its terminals.

    `tested` is the request to blame, which need not name what the failing step names. `expects` can
    name what earlier replies have returned. Of equal requests that it says were sent at once, only
    the last one, the failing one, is kept.
    """
    operation = failing.operation if isinstance(failing, Exchange) else ""
    others = expects.times - 1 if expects else 0
    before, together = _before(trace, failing), list[Step]()
    if expects and expects.different:
        together = before[len(before) - others :]
    else:
        _leave_out_equal(before, failing, others)
    known = {text for each in (*registrations, *before) for text in _given(each)}
    wanted = {text for text in known if expects and expects.names(text)}
    if isinstance(failing, Exchange):
        known |= {text for name, text in _texts(failing.request) if name in _CHOSEN and text}
    wanted |= _values(failing) & known
    if tested is not None:
        wanted |= _values(tested) & known
    for each in together:
        wanted |= _values(each) & known
    kept: list[Step] = [failing]
    for step in reversed(before):
        values = _values(step) & known
        # Before another operation a poll is needed only if it was the first to name a value.
        if isinstance(step, Exchange) and step.operation == _READS != operation:
            first = set(_given(step)).difference(*map(_given, _earlier(before, step)))
            concerned = bool(first & wanted) or (expects and step.number == expects.since)
        else:
            concerned = bool(values & wanted) or operation in _ABOUT_ALL
        if concerned or step is tested or step in together:
            kept.append(step)
            wanted |= values
    own: list[Step] = []
    for each in reversed(registrations):  # an invoice comes after the terminal that has sent it
        if _given(each) & wanted and each not in kept:
            own.append(each)
            wanted |= _values(each) & known
    lenders = [each for each in _lender(failing, registrations) if each not in kept]
    return (*(reversed(own) if own else lenders), *reversed(kept))


def _before(trace: Trace, failing: Step) -> list[Step]:
    """Return the steps before the failing one, but for reports that were not ready."""
    found: list[Step] = []
    for step in trace:
        is_early = isinstance(step, Exchange) and step.result_code == ResultCode.REPORT_NOT_READY
        if position(step) < position(failing) and not is_early:
            found.append(step)
    return found


def _leave_out_equal(steps: list[Step], failing: Step, others: int) -> None:
    """Remove requests from the end that were sent at once with the failing one, and equal it."""
    for _ in range(others):
        last = steps[-1] if steps else None
        if isinstance(last, Exchange) and isinstance(failing, Exchange):
            if last.operation != failing.operation:
                break
            steps.pop()


def _lender(failing: Step, registrations: Sequence[Exchange]) -> Sequence[Exchange]:
    """Return the registration of a terminal whose password another caller has sent."""
    password = _passwords(failing)[:1] if isinstance(failing, Exchange) else []
    return [each for each in registrations if password and _passwords(each)[1:] == password][:1]


def _earlier(trace: Sequence[Step], step: Step) -> Sequence[Step]:
    return trace[: trace.index(step)]


def position(step: Step) -> float:
    """Return a number that orders the steps of a trace."""
    # A payment has no number, and lies between two exchanges.
    return step.number if isinstance(step, Exchange) else step.after + 0.5


def _given(step: Step) -> set[str]:
    return set(returned(step)) if isinstance(step, Exchange) else set()


def _passwords(exchange: Exchange) -> list[str]:
    """Return the passwords in a request: the caller's, and that of a new terminal."""
    return [text for name, text in _texts(exchange.request) if name == "password" and text]


def _values(step: Step) -> set[str]:
    if isinstance(step, BuyerPays):
        return {step.reference}
    named = {text for name, text in _texts(step.request) if name in (*HOLDERS, ENTRY)}
    return named | _given(step)


def _texts(message: bytes) -> list[tuple[str, str]]:
    try:
        payload = soap.read_payload(message, limit=REPLY_LIMIT)
    except MessageError:
        return []  # it names nothing
    return [(_name(each), soap.text_of(each) or "") for each in payload.iter("*")]


def _name(element: etree._Element) -> str:
    parent = element.getparent()
    inside = f"{soap.local(parent)}/" if parent is not None else ""
    name = soap.local(element)
    return ENTRY if inside + name == ENTRY else name
