"""Decides whether a condition of a test holds for an exchange."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from seqrkit.certification.procedures import Condition
from seqrkit.certification.sales import Observation, Sales, elements, texts
from seqrkit.contract import Severity
from seqrkit.contract.findings import quote
from seqrkit.contract.numbers_and_check_digits import number
from seqrkit.display import outcome_phrases
from seqrkit.model import SendInvoice
from seqrkit.suite_options import matches
from seqrkit.vocabulary import InvoiceStatus

_ENDED: Final = frozenset(
    set(InvoiceStatus)
    - {InvoiceStatus.ISSUED, InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE, InvoiceStatus.PARTIALLY_PAID}
)
"""The statuses after which a client need not poll."""


class Problem(NamedTuple):
    """Why a condition does not hold; `key` is the same for each exchange and in each session."""

    key: str
    sentence: str


class Conditions:
    """Judge of the conditions within one session."""

    def __init__(self, sales: Sales) -> None:
        self._sales = sales
        # Made once for a path, since a day's session asks it for thousands of requests.
        self._first: dict[str, dict[tuple[str, str], Observation]] = {}

    def holds(
        self, condition: Condition, seen: Observation, before: Observation | None = None
    ) -> bool:
        """Return whether the condition holds; `before` is the exchange of the step before."""
        return next(self.problems(condition, seen, before), None) is None

    def problems(
        self, condition: Condition, seen: Observation, before: Observation | None = None
    ) -> Iterator[Problem]:
        """Yield why the condition does not hold, with the advice."""
        if condition.of and seen.exchange.operation != condition.of:
            return
        advice = f"; {condition.advice}" if condition.advice else ""
        for key, sentence in self._problems(condition, seen, before):
            yield Problem(key, f"{sentence}{advice}")

    def _problems(
        self, condition: Condition, seen: Observation, before: Observation | None
    ) -> Iterator[Problem]:
        if condition.request:
            yield from _value(condition, condition.request, texts(seen.request, condition.request))
        if condition.reply:
            found = texts(seen.reply, condition.reply)
            yield from _value(condition, condition.reply, found)
            if before is not None and (condition.rises or condition.differs):
                yield from _compared(condition, found, texts(before.reply, condition.reply))
            if condition.unlike_request and found == texts(seen.request, condition.unlike_request):
                yield Problem(condition.reply, f"{condition.reply} is that of the request")
        if condition.finding and not any(
            matches([condition.finding], each.id) for each in seen.exchange.findings
        ):
            yield Problem(condition.finding, f"the request keeps the rule {condition.finding}")
        if condition.rows:
            yield from _rows(condition, seen)
        if condition.no_finding:
            yield from _findings(condition, seen)
        if condition.unique:
            yield from self._unique(condition.unique, seen)
        if condition.seconds:
            yield from self._interval(condition, seen)

    def _unique(self, path: str, seen: Observation) -> Iterator[Problem]:
        if path not in self._first:
            found: dict[tuple[str, str], Observation] = {}
            for each in self._sales:
                for text in filter(None, texts(each.request, path)):
                    # By operation: a refund may rightly repeat the clientInvoiceId of its sale.
                    found.setdefault((each.exchange.operation, text), each)
            self._first[path] = found
        for text in filter(None, texts(seen.request, path)):
            first = self._first[path][seen.exchange.operation, text]
            if first is not seen:
                sentence = f"{path} {quote(text)} was already used in exchange"
                yield Problem(path, f"{sentence} {first.exchange.number}")

    def _interval(self, condition: Condition, seen: Observation) -> Iterator[Problem]:
        """Judge the time since the poll before the previous one: a single poll may be early."""
        before = seen.sale.timeline.before(seen.place, seen.exchange.operation)
        # After the end of a sale a later poll asks about something else, for example a refund.
        if len(before) < 2 or set(texts(before[1].reply, "return/status")) & _ENDED:  # noqa: PLR2004
            return
        average = seen.exchange.seconds_after(before[0].exchange) / 2
        if not average:
            return  # a clock that stands still, or an archive without times
        least, most = condition.seconds
        sent = self._sales.timeline.before(seen.place, SendInvoice.OPERATION)
        # The register was busy with the next buyer: the pause does not mean a slow poll.
        is_next_sale = any(each.place > before[1].place for each in sent)
        if average < least:
            yield Problem("too often", f"the latest polls came every {average:.2g} s")
        elif average > most and not is_next_sale:
            yield Problem("too seldom", f"the latest polls came every {average:.0f} s")


def other_code(seen: Observation, code: int = 0) -> Iterator[Problem]:
    """Yield a problem if the service did not answer with this result code."""
    if seen.exchange.result_code != code:
        wanted = outcome_phrases.named(code, None)
        yield Problem(
            "resultCode", f"the answer is {outcome_phrases.short(seen.exchange)}, not {wanted}"
        )


def _compared(condition: Condition, now: list[str], was: list[str]) -> Iterator[Problem]:
    if condition.differs and now == was:
        yield Problem(condition.reply, f"{condition.reply} is unchanged")
    if condition.rises and not all(
        new is not None and old is not None and new > old
        for new, old in zip(map(number, now), map(number, was), strict=False)
    ):
        changed = f"{' '.join(was) or 'missing'}, then {' '.join(now) or 'missing'}"
        yield Problem(condition.reply, f"{condition.reply} does not rise: it is {changed}")


def _value(condition: Condition, path: str, found: list[str]) -> Iterator[Problem]:
    text = found[-1] if found else ""  # of duplicates the service takes the last
    wanted = " or ".join(condition.one_of)
    if condition.absent:
        if text:
            yield Problem(path, f"{path} is {quote(text)}; it must be missing")
    elif condition.pattern and not re.fullmatch(condition.pattern, text):
        yield Problem(path, f"{path} is {quote(text)}, which is not like {condition.pattern}")
    # `none_of` alone allows an absent value; every other condition wants one.
    elif not text and not condition.none_of:
        must = f"; it must be {wanted}" if wanted else ""
        yield Problem(path, f"{path} is {'empty' if found else 'missing'}{must}")
    elif condition.one_of and text not in condition.one_of:
        yield Problem(path, f"{path} is {quote(text)}; it must be {wanted}")
    elif text in condition.none_of:
        yield Problem(path, f"{path} is {_named(path, text)}")


def _named(path: str, text: str) -> str:
    is_code = path.endswith("resultCode") and text.isdecimal()
    return outcome_phrases.named(int(text), None) if is_code else quote(text)


def _rows(condition: Condition, seen: Observation) -> Iterator[Problem]:
    rows = elements(seen.request, condition.rows)
    name = condition.rows.rpartition("/")[2]
    if not rows:
        yield Problem(condition.rows, f"the request has no {name}")
    for path in condition.have:
        lacking = [n for n, row in enumerate(rows, 1) if not any(texts(row, path))]
        if lacking:
            which = f"{name} {lacking[0]}" + (
                f" and {len(lacking) - 1} more" if lacking[1:] else ""
            )
            yield Problem(f"{condition.rows}/{path}", f"{path} is missing in {which}")


def _findings(condition: Condition, seen: Observation) -> Iterator[Problem]:
    for each in seen.exchange.findings:
        is_error = each.severity is Severity.ERROR
        if matches([condition.no_finding], each.id) and (is_error or not condition.only_errors):
            rule = f" ({each.id}; {each.source})" if condition.only_errors else ""
            yield Problem(each.id, f"{each.message}{rule}")
