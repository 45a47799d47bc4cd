"""The rules that XSD cannot say: across fields, about principals, about the envelope.

They have the same shape as those that `facets` reads. A judge looks at one element of a request
and yields what it finds; it is called only where the rules that its own presupposes are kept, and
keeps silent about values that another rule finds unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from lxml.etree import XPath, _Element

from seqrkit import schemas
from seqrkit.contract.finding_messages import WHITE
from seqrkit.contract.findings import Finding, Rule, Severity, quote, shorten
from seqrkit.contract.message_types import Operation
from seqrkit.contract.numbers import count, number, total_of
from seqrkit.vocabulary import PrincipalType, TokenStatus


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule broken below the element that was judged, at `place` (a path from it)."""

    rule: Rule
    place: str
    element: _Element
    message: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Looks at an element of one type for what breaks a rule.

    `doubt` is an XPath predicate of a valid element, false only where there is nothing to find:
    most messages are cleared by it, and never looked at.
    """

    look: Callable[[_Element], Iterable[Problem]]
    doubt: str

    def __call__(self, element: _Element) -> Iterable[Problem]:
        """What is wrong with an element."""
        return self.look(element)


_PRINCIPAL_TYPE: Final = XPath("context/initiatorPrincipalId/type")
_ROWS: Final = XPath("invoiceRows/invoiceRow/itemTotalAmount/value")
_TOTAL: Final = XPath("totalAmount/value")

_CONTEXT: Final = "001 ClientContext parameter used in all calls"
_AMOUNT_READABLE: Final = (
    "amount.currency.required",
    "amount.currency.empty",
    "amount.currency.enumeration",
    "amount.currency.repeated",
    "amount.value.required",
    "amount.value.type",
    "amount.value.repeated",
    "amount.unknown-element",
)
_INVOICE_READABLE: Final = (
    *_AMOUNT_READABLE,
    "invoice.totalAmount.required",
    "invoice.totalAmount.repeated",
    "invoice.invoiceRows.repeated",
    "invoice.unknown-element",
    "invoiceRows.unknown-element",
    "invoiceRow.unknown-element",
    "invoiceRow.itemTotalAmount.required",
    "invoiceRow.itemTotalAmount.repeated",
    "wire.nil",
)

USER_ID_REQUIRED: Final = Rule(
    "principalId.userId.required",
    "principalId.userId",
    "required",
    "userId is required with RESELLERUSER",
    Severity.ERROR,
    _CONTEXT,
    "the service also accepts a combined id, reseller/user, without a userId (public clients)",
    (
        "principalId.type.required",
        "principalId.type.enumeration",
        "principalId.unknown-element",
        "wire.nil",
    ),
)
USER_ID_NOT_USED: Final = Rule(
    "principalId.userId.not-used",
    "principalId.userId",
    "not-used",
    "userId is not used with TERMINALID and should be omitted",
    Severity.WARNING,
    "convention: the document calls userId optional",
    "public shop plugins send it, and the service accepts it",
    ("principalId.type.required", "principalId.type.enumeration"),
)
MINOR_UNITS: Final = Rule(
    "amount.value.minor-units",
    "amount.value",
    "minor-units",
    "an amount should have no more decimals than its currency has minor units (ISO 4217)",
    Severity.WARNING,
    "assumed: ISO 4217",
    "the documents' pattern, #.##, allows two decimals for every currency",
    (*_AMOUNT_READABLE, "amount.value.pattern"),
)
ONE_CURRENCY: Final = Rule(
    "invoice.currency.same",
    "invoice.currency",
    "same",
    "all amounts of an invoice should be in one currency",
    Severity.WARNING,
    "assumed: an invoice has one total",
    "",
    ("amount.currency.required", "amount.currency.empty", "amount.currency.enumeration"),
)
SUM: Final = Rule(
    "invoice.invoiceRows.sum",
    "invoice.invoiceRows",
    "sum",
    "the itemTotalAmount values of the rows should add up to totalAmount",
    Severity.WARNING,
    "vendor: POS guide",
    "the guide says must; the service also accepts other sums (seen in a public shop plugin)",
    (*_INVOICE_READABLE, "invoice.totalAmount.positive", ONE_CURRENCY.id),
)
TOKEN_STATUS: Final = Rule(
    "token.status.merchant",
    "token.status",
    "merchant",
    "a merchant should send a token with status 1 (used); 0 (pending) is sent by the service",
    Severity.WARNING,
    "001 sendInvoice SOAP request fields",
    "",
    ("token.status.required", "token.status.type", "token.status.enumeration"),
)
UNIQUE_REFERENCE: Final = Rule(
    "context.clientReference.unique",
    "context.clientReference",
    "unique",
    "clientReference should be unique for its clientId",
    Severity.WARNING,
    _CONTEXT,
    "the service does not check this field; seqrkit checks it within one session",
    ("context.clientReference.required", "context.clientReference.empty"),
)


def _user_id(principal: _Element) -> Iterable[Problem]:
    parts = _parts(principal)
    kind, user = _text(parts.get("type")), parts.get("userId")
    given = _text(user) != ""
    if kind == PrincipalType.RESELLERUSER and not given:
        message = "userId is missing; it is required with RESELLERUSER, for example 9900"
        return (Problem(USER_ID_REQUIRED, "userId", principal, message),)
    if kind == PrincipalType.TERMINALID and given and user is not None:
        value = user.text or ""
        message = f"{quote(value)} is not used with TERMINALID; omit userId"
        return (Problem(USER_ID_NOT_USED, "userId", user, message, shorten(value)),)
    return ()


def _minor_units(amount: _Element) -> Iterable[Problem]:
    parts = _parts(amount)
    element = parts.get("value")
    value = _text(element)
    decimals = len(value.partition(".")[2])
    if element is None or decimals == 0:
        return ()
    currency = _text(parts.get("currency"))
    units = schemas.currencies().get(currency)
    if units is None or decimals <= units or number(value) is None:
        return ()
    allowed = "has none" if units == 0 else f"has {units}"
    message = f"{quote(value)} has {count(decimals, 'decimal')}, but {currency} {allowed}"
    return (Problem(MINOR_UNITS, "value", element, message, shorten(value)),)


def _one_currency(invoice: _Element) -> Iterable[Problem]:
    found = [(each, _text(each)) for each in invoice.iter("currency")]
    total = text_of(invoice, "totalAmount/currency") or (found[0][1] if found else "")
    others = [(element, currency) for element, currency in found if currency not in {total, ""}]
    if not others:
        return ()
    element, currency = others[0]
    message = f"{quote(currency)} is not the currency of the invoice, {total}; use one currency"
    if len(others) > 1:
        message += f" (also in {len(others) - 1} more places)"
    place = _place(element, invoice)
    return (Problem(ONE_CURRENCY, place, element, message, shorten(currency)),)


def _sum(invoice: _Element) -> Iterable[Problem]:
    total_element, rows = _first(_TOTAL(invoice)), _ROWS(invoice)
    if total_element is None or not rows:
        return ()
    total = number(total_element.text)
    items = [number(row.text) for row in rows]
    read = [item for item in items if item is not None]
    added = total_of(read)
    if total is None or len(read) < len(items) or added == total:
        return ()
    currency = text_of(invoice, "totalAmount/currency")
    adding = "the row adds" if len(rows) == 1 else f"the {len(rows)} rows add"
    message = f"totalAmount is {_money(total)} {currency}, but {adding} up to {_money(added)}"
    value = shorten(total_element.text or "")
    return (Problem(SUM, _TOTAL.path, total_element, message, value),)


def _token_status(token: _Element) -> Iterable[Problem]:
    status = token.find("status")
    value = number(None if status is None else status.text)
    if status is not None and value == TokenStatus.PENDING:
        message = "only the service sends status 0 (pending); send 1 (used) for an applied token"
        return (Problem(TOKEN_STATUS, "status", status, message, "0"),)
    return ()


def principal_rule(operation: Operation) -> tuple[Rule, Judge] | None:
    """Who may call an operation: a rule where only one kind of principal may, and its judge."""
    if len(operation.principals) != 1:
        return None
    allowed = operation.principals[0]
    rule = Rule(
        f"{operation.name}.principal",
        f"{operation.name}.principal",
        "principal",
        f"{operation.name} must be called with principal type {allowed}",
        operation.principal_severity,
        operation.principal_source,
        operation.principal_note,
        ("principalId.type.required", "principalId.type.empty", "principalId.type.enumeration"),
        allowed,
    )

    def look(request: _Element) -> Iterable[Problem]:
        kind = _first(_PRINCIPAL_TYPE(request))
        said = _text(kind)
        if kind is not None and said in _PRINCIPALS and said != allowed:
            message = f"principal type {said} cannot call {operation.name}; use {allowed}"
            return (Problem(rule, _PRINCIPAL_TYPE.path, kind, message, said),)
        return ()

    return rule, Judge(look, f"{_PRINCIPAL_TYPE.path} != '{allowed}'")


_PRINCIPALS: Final = frozenset(PrincipalType)

CROSS_RULES: Final = (
    USER_ID_REQUIRED,
    USER_ID_NOT_USED,
    MINOR_UNITS,
    ONE_CURRENCY,
    SUM,
    TOKEN_STATUS,
    UNIQUE_REFERENCE,
)
"""What the judges and the watch look for, besides who calls what."""


def judge_whole(
    judges: Iterable[Judge],
    element: _Element,
    path: str,
    found: list[tuple[_Element, Finding]],
    start: int,
) -> None:
    """Add what judges find in an element to `found`, where its parts stand from `start` on."""
    for judge in judges:
        broken = {finding.id for _, finding in found[start:]}
        for problem in judge(element):
            if broken.isdisjoint(problem.rule.presupposes):
                at, place = problem.element, f"{path}/{problem.place}"
                finding = Finding(
                    problem.rule, place, at.sourceline, problem.message, problem.value
                )
                found.append((at, finding))


def judges() -> dict[str, tuple[Judge, ...]]:
    """Who looks for them, by the path of the type, in the order of looking. Of requests only."""
    two = " ".join(code for code, units in schemas.currencies().items() if units >= _USUAL_DECIMALS)
    usual = f"contains(' {two} ', concat(' ', currency, ' '))"
    decimals = "string-length(substring-after(value, '.'))"
    one_row = f"count(invoiceRows/invoiceRow) = 1 and {_ROWS.path} = {_TOTAL.path}"
    return {
        "principalId": (Judge(_user_id, "not(type = 'TERMINALID') or userId"),),
        "amount": (
            Judge(_minor_units, f"{decimals} > {_USUAL_DECIMALS} or ({decimals} and not({usual}))"),
        ),
        "invoice": (
            Judge(_one_currency, ".//currency != totalAmount/currency"),
            Judge(_sum, f"{_ROWS.path} and not({one_row})"),
        ),
        "token": (Judge(_token_status, "not(status > 0)"),),
    }


_USUAL_DECIMALS: Final = 2


def text_of(element: _Element, path: str) -> str:
    """The text at a path, without white space around it; empty where there is nothing."""
    return (element.findtext(path) or "").strip(WHITE)


def _text(element: _Element | None) -> str:
    return "" if element is None else (element.text or "").strip(WHITE)


def _first(elements: Sequence[_Element]) -> _Element | None:
    return elements[0] if elements else None


def _parts(element: _Element) -> dict[object, _Element]:
    """The children by name; of several, the last, as the service reads them."""
    return {each.tag: each for each in element}


def _money(value: Decimal) -> str:
    return shorten(f"{value:f}", 40)


def _place(element: _Element, top: _Element) -> str:
    """The path from `top` to an element below it, with the number of each row."""
    steps: list[str] = []
    while element is not top:
        name = str(element.tag)
        if name == "invoiceRow":
            name += f"[{sum(1 for _ in element.itersiblings(name, preceding=True)) + 1}]"
        steps.append(name)
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return "/".join(reversed(steps))
