"""The rules across the fields of a type, by the kind of the ``c:check`` that states each.

The schema says which rules there are, of what, and why; this module has the code that judges each
kind. A judge is only called if the message keeps the rules that the check presupposes, so that one
mistake is one finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lxml.etree import XPath, _Element

from seqrkit import schemas
from seqrkit.contract.embedded_documents import is_text_of, wrong_type
from seqrkit.contract.finding_messages import WHITE, alike, followed
from seqrkit.contract.findings import LONGEST_VALUE, Finding, quote, shorten
from seqrkit.contract.message_definitions import Check, MessageType
from seqrkit.contract.numbers_and_check_digits import count, number, total_of
from seqrkit.contract.soap_library_mistakes import ATTACHED
from seqrkit.money import EXACT
from seqrkit.vocabulary import PrincipalType, TokenStatus


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule: the path of the element from the judged one, and what is wrong."""

    place: str
    element: _Element
    message: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """A check with the function that finds what breaks it in an element of its type.

    `doubt` is an XPath predicate. If it is false for a valid element, `look` finds nothing there:
    libxml2 clears most messages by it without a call of `look`.
    """

    check: Check
    look: Callable[[_Element, Check], Iterable[Problem]]
    doubt: str


@lru_cache(maxsize=1024)
def judges_of(kind: MessageType, *, of_request: bool) -> tuple[Judge, ...]:
    """Return the judges of a type's checks, in the order of the schema."""
    applying = (check for check in kind.checks if of_request or not check.requests_only)
    return tuple(
        Judge(check, look, doubt(check))
        for check in applying
        for look, doubt in (_KINDS[check.rule.kind],)
    )


def judge_whole(
    judges: Iterable[Judge],
    element: _Element,
    path: str,
    found: list[tuple[_Element, Finding]],
    start: int,
) -> None:
    """Add the findings of judges to `found`; from `start` on, it has those of the parts."""
    for judge in judges:
        rule = judge.check.rule
        broken = {finding.id for _, finding in found[start:]}
        # A sum of unreadable amounts would be a second finding about the same mistake.
        if not broken.isdisjoint(rule.presupposes):
            continue
        for problem in judge.look(element, judge.check):
            at, place = problem.element, f"{path}/{problem.place}"
            value = None if problem.value is None else shorten(problem.value, LONGEST_VALUE)
            message = problem.message + followed(rule.path, problem.value)
            found.append((at, Finding(rule, place, at.sourceline, message, value)))


def _needed(owner: _Element, check: Check) -> Iterator[Problem]:
    if _fulfilled(owner, check) and not text_of(owner, check.element):
        state = "missing" if owner.find(check.element) is None else "empty"
        message = f"{check.element} is {state}: {check.rule.statement}"
        yield Problem(check.element, owner, message)


def _present(owner: _Element, check: Check) -> Iterator[Problem]:
    if owner.find(check.element) is None:
        yield from _needed(owner, check)


def _not_used(owner: _Element, check: Check) -> Iterator[Problem]:
    element = owner.find(check.element)
    value = text_of(owner, check.element)
    if element is not None and value and not (check.field and _fulfilled(owner, check)):
        said = text_of(owner, check.field) if check.field else ""
        here = f" with {check.field.rpartition('/')[2]} {said}" if said else ""
        message = f"{quote(value)} is unexpected{here}: {check.rule.statement}"
        yield Problem(check.element, element, message, value)


def _fulfilled(owner: _Element, check: Check) -> bool:
    return not check.field or text_of(owner, check.field) in check.values


def _condition(check: Check) -> str:
    """Return the XPath predicate of a check's condition."""
    said = f"normalize-space({check.field})"
    return " or ".join(f"{said} = '{value}'" for value in check.values if check.field) or "true()"


def _needs(check: Check) -> str:
    return f"({_condition(check)}) and not(normalize-space({check.element}))"


def _uses(check: Check) -> str:
    unless = f"not({_condition(check)}) and " if check.field else ""
    return f"{unless}normalize-space({check.element})"


def _minor_units(amount: _Element, check: Check) -> Iterator[Problem]:
    value, currency = text_of(amount, check.element), text_of(amount, "currency")
    element = amount.find(check.element)
    decimals = len(value.partition(".")[2])
    units = schemas.currencies().get(currency)
    if element is None or units is None or decimals <= units or number(value) is None:
        return
    allowed = "has none" if units == 0 else f"has {units}"
    message = f"{quote(value)} has {count(decimals, 'decimal')}, but {currency} {allowed}"
    yield Problem(check.element, element, message, value)


def _too_fine(check: Check) -> str:
    del check
    two = " ".join(code for code, units in schemas.currencies().items() if units >= _USUAL_DECIMALS)
    usual = f"contains(' {two} ', concat(' ', currency, ' '))"
    decimals = "string-length(substring-after(value, '.'))"
    return f"{decimals} > {_USUAL_DECIMALS} or ({decimals} and not({usual}))"


_USUAL_DECIMALS: Final = 2


def _one_currency(invoice: _Element, check: Check) -> Iterator[Problem]:
    del check
    found = [(each, _text(each)) for each in invoice.iter("currency")]
    # The total decides, because it is what the buyer pays.
    total = text_of(invoice, "totalAmount/currency") or (found[0][1] if found else "")
    others = [(element, currency) for element, currency in found if currency not in {total, ""}]
    if not others:
        return
    element, currency = others[0]
    message = f"{quote(currency)} is not the currency of the invoice, {total}; use one currency"
    if len(others) > 1:
        message += f" (also in {len(others) - 1} more places)"
    yield Problem(_place(element, invoice), element, message, currency)


_ROWS: Final = XPath("invoiceRows/invoiceRow/itemTotalAmount/value")
_TOTAL: Final = XPath("totalAmount/value")


def _sum(invoice: _Element, check: Check) -> Iterator[Problem]:
    del check
    total_element, rows = _first(_TOTAL(invoice)), _ROWS(invoice)
    if total_element is None or not rows:
        return
    total = number(total_element.text)
    items = [number(row.text) for row in rows]
    read = [item for item in items if item is not None]
    added = total_of(read)
    if total is None or len(read) < len(items) or added == total:
        return
    currency = text_of(invoice, "totalAmount/currency")
    adding = "the row adds" if len(rows) == 1 else f"the {len(rows)} rows add"
    message = f"totalAmount is {_money(total)} {currency}, but {adding} up to {_money(added)}"
    yield Problem(_TOTAL.path, total_element, message, total_element.text or "")


def _product(row: _Element, check: Check) -> Iterator[Problem]:
    """Compare a row's total with quantity and price; rounding to a minor unit is allowed."""
    names = ("itemQuantity", "itemUnitPrice/value", "itemTotalAmount/value")
    quantity, price, total = (number(row.findtext(name)) for name in names)
    currencies = {text_of(row, f"{name}/currency") for name in ("itemUnitPrice", check.element)}
    if quantity is None or price is None or total is None or len(currencies) > 1:
        return
    discount = number(row.findtext("itemDiscount/value")) or Decimal(0)
    product = EXACT.multiply(quantity, price)
    unit = Decimal(1).scaleb(-schemas.currencies().get(currencies.pop(), _USUAL_DECIMALS))
    # The documents do not say whether itemTotalAmount is before or after the discount.
    right = (product, EXACT.subtract(product, discount))
    if any(abs(EXACT.subtract(total, each)) < unit for each in right):
        return
    less = f", {_money(right[1])} less the discount" if discount else ""
    message = (
        f"itemTotalAmount is {_money(total)}, but {_money(quantity)} times {_money(price)} is "
        f"{_money(product)}{less}"
    )
    element = row.find("itemTotalAmount/value")
    if element is not None:
        yield Problem("itemTotalAmount/value", element, message, element.text or "")


def _no_product(check: Check) -> str:
    total = f"{check.element}/value"
    return (
        # XPath calculates with doubles, which are exact up to 15 digits only.
        f"itemUnitPrice and (string-length({total}) > 14 or "
        f"not(itemQuantity * itemUnitPrice/value = {total}))"
    )


def _token_status(token: _Element, check: Check) -> Iterator[Problem]:
    status = token.find(check.element)
    if status is not None and number(status.text) == TokenStatus.PENDING:
        message = "only the service sends status 0 (pending); send 1 (used) for an applied token"
        yield Problem(check.element, status, message, "0")


def _keys(request: _Element, check: Check) -> Iterator[Problem]:
    for key in request.iterfind(_KEY):
        name = _text(key)
        if not name or name in check.values:
            continue
        like = alike(name, check.values)
        hint = f"; did you mean {like}?" if like else ""
        message = f"{quote(name)} is not a known key: {check.rule.statement}{hint}"
        yield Problem(_place(key, request), key, message, name)


_KEY: Final = "parameters/parameter/entry/key"


def _unknown_key(check: Check) -> str:
    known = " or ".join(f". = '{value}'" for value in check.values)
    return f"{_KEY}[normalize-space() and not({known})]"


def _repeated_key(parameters: _Element, check: Check) -> Iterator[Problem]:
    del check
    seen: set[str] = set()
    for key in parameters.iterfind("entry/key"):
        name = _text(key)
        if name and name in seen:
            message = f"the key {quote(name)} occurs again; send each key once"
            yield Problem(_place(key, parameters), key, message, name)
        seen.add(name)


def _same_text(report: _Element, check: Check) -> Iterator[Problem]:
    """Compare the two forms of a report."""
    element, content = report.find(check.element), text_of(report, "content")
    if element is None or not content or not _text(element):
        return
    if not is_text_of(content, element.text or ""):
        message = f"contentString and content are different documents: {check.rule.statement}"
        yield Problem(check.element, element, message, element.text or "")


def _document_type(receipt: _Element, check: Check) -> Iterator[Problem]:
    element, kind = receipt.find(check.element), text_of(receipt, check.field)
    # An attachment has its content elsewhere, where it cannot be judged.
    content = text_of(receipt, check.element)
    problem = wrong_type(content, kind) if content not in {"", ATTACHED} else None
    if element is not None and problem is not None:
        message = f"the document is not {kind}: {problem}"
        yield Problem(check.element, element, message, content)


def _principal(request: _Element, check: Check) -> Iterator[Problem]:
    said = text_of(request, check.element)
    element = request.find(check.element)
    if element is not None and said in _PRINCIPALS and said not in check.values:
        operation = check.rule.path.partition(".")[0]
        message = f"principal type {said} cannot call {operation}; use {check.rule.parameter}"
        yield Problem(check.element, element, message, said)


_PRINCIPALS: Final = frozenset(PrincipalType)

_Kind = tuple[Callable[[_Element, Check], Iterable[Problem]], Callable[[Check], str]]

_KINDS: Final[dict[str, _Kind]] = {
    "needed": (_needed, _needs),
    "present": (_present, lambda check: f"({_condition(check)}) and not({check.element})"),
    "not-used": (_not_used, _uses),
    "minor-units": (_minor_units, _too_fine),
    "same": (_one_currency, lambda _: ".//currency != totalAmount/currency"),
    "sum": (
        _sum,
        lambda _: (
            f"{_ROWS.path} and "
            # XPath could only add doubles, so any sum of several rows is left to Python.
            f"not(count(invoiceRows/invoiceRow) = 1 and {_ROWS.path} = {_TOTAL.path})"
        ),
    ),
    "product": (_product, _no_product),
    "merchant": (_token_status, lambda _: "not(status > 0)"),
    "keys": (_keys, _unknown_key),
    "repeated-key": (_repeated_key, lambda _: "entry/key = entry/following-sibling::entry/key"),
    "same-text": (_same_text, lambda _: "content and contentString"),
    "document-type": (_document_type, lambda _: "normalize-space(receiptData)"),
    "principal": (_principal, lambda check: f"{check.element} != '{check.rule.parameter}'"),
}
"""By the kind of a check: the function that judges it, and the XPath predicate of its doubt."""


def text_of(element: _Element, path: str) -> str:
    """Return the text at a path and below, without white space around it."""
    found = element.find(path)
    if found is None:
        return ""
    return ("".join(found.itertext()) if len(found) else found.text or "").strip(WHITE)


def _text(element: _Element) -> str:
    return (element.text or "").strip(WHITE)


def _first(elements: Sequence[_Element]) -> _Element | None:
    return elements[0] if elements else None


def _money(value: Decimal) -> str:
    return shorten(f"{value:f}", 40)


def _place(element: _Element, top: _Element) -> str:
    """Return the path from `top` to an element below it, with the numbers of rows and entries."""
    steps: list[str] = []
    while element is not top:
        name = str(element.tag)
        if name in {"invoiceRow", "entry"}:
            name += f"[{sum(1 for _ in element.itersiblings(name, preceding=True)) + 1}]"
        steps.append(name)
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return "/".join(reversed(steps))
