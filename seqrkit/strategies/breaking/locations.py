"""Where in a message a rule can be broken, and what has to be there for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from lxml.etree import _Element

from seqrkit.contract import Contract, Field, MessageType, Rule
from seqrkit.strategies.required_fields import called_by, callers
from seqrkit.vocabulary import PrincipalType

_Option = TypeVar("_Option")


class Choose(Protocol):
    """Chooses one of the ways to break a rule; the first is the plainest."""

    def __call__(self, options: Sequence[_Option], /) -> _Option:
        """One of the options, of which there is at least one."""


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A place to break a rule: an element of the rule's type in a message that breaks none.

    `field` is the field of that type which the rule is about, where it is about one.
    """

    rule: Rule
    contract: Contract
    top: _Element
    owner: _Element
    kind: MessageType
    field: Field | None

    @property
    def child(self) -> _Element:
        """The element that the rule is about; a `LookupError` where there is none."""
        found = None if self.field is None else self.owner.find(self.field.name)
        if found is None:
            msg = f"there is no element to break {self.rule.id}"
            raise LookupError(msg)
        return found


Recipe = Callable[[Site, Choose], None]
"""Changes a message so that it breaks the rule of the site."""

_HOMES: Final = {
    "principalId.userId.required": "principalId",
    "principalId.userId.not-used": "principalId",
    "amount.value.minor-units": "amount",
    "invoice.currency.same": "invoice",
    "invoice.invoiceRows.sum": "invoice",
    "token.status.merchant": "token",
    "wire.parameter-map": "parameterMap",
}
"""The types that the rules across fields look at, by path."""
_PRESENT: Final = {
    "invoice.currency.same": {"invoice.invoiceRows"},
    "invoice.invoiceRows.sum": {"invoice.invoiceRows"},
    "wire.parameter-map": {"parameterMap.parameter", "mapArray.entry"},
    "principalId.userId.required": {called_by(PrincipalType.RESELLERUSER)},
    "principalId.userId.not-used": {called_by(PrincipalType.TERMINALID)},
}
"""Besides the type itself, what has to be there to break them."""


def home_field(kind: MessageType, rule: Rule) -> Field | None:
    """The field of a type whose rule it is."""
    return next((field for field in kind.fields if rule in field.rules), None)


def is_home(kind: MessageType, rule: Rule, *, top: bool) -> bool:
    """Whether a rule can be broken in an element of a type."""
    if rule.id in _HOMES:
        return kind.path == _HOMES[rule.id]
    if rule.path == "wire":
        return top
    if rule.kind == "principal":
        return rule.path == f"{kind.path}.principal"
    return rule in kind.rules or home_field(kind, rule) is not None


def ways(contract: Contract, name: str, rule: Rule) -> tuple[frozenset[str], ...]:
    """The ways to a place where a message can break a rule: what has to be present for each.

    Each is a set of paths of fields. Empty where no message of that name can break it.
    """
    operation = contract.operations.get(name)
    if operation is None and (rule.id in _HOMES or rule.kind == "principal"):
        return ()
    found = _ways(contract.elements[name], rule, ())
    return tuple(
        dict.fromkeys(way for way in found if operation is None or callers(operation, way))
    )


def _ways(kind: MessageType, rule: Rule, way: tuple[str, ...]) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    if is_home(kind, rule, top=not way):
        found.append(frozenset({*way, *_needed(kind, rule)}))
    for field in kind.fields:
        if field.type is not None:
            found += _ways(field.type, rule, (*way, field.path))
    return found


def _needed(kind: MessageType, rule: Rule) -> set[str]:
    if rule.id in _PRESENT:
        return _PRESENT[rule.id]
    if rule.kind == "out-of-order":
        return {kind.fields[0].path, kind.fields[-1].path}
    field = home_field(kind, rule)
    return set() if field is None else {field.path}


def sites(contract: Contract, top: _Element, name: str, rule: Rule) -> list[Site]:
    """The places of a message where a rule can be broken, in document order."""
    found = []
    for owner, kind in _owners(top, contract.elements[name]):
        field = home_field(kind, rule)
        there = field is None or owner.find(field.name) is not None
        if there and is_home(kind, rule, top=owner is top):
            found.append(Site(rule, contract, top, owner, kind, field))
    return [site for site in found if _fits(site)]


def _fits(site: Site) -> bool:
    """Whether what the recipe needs is there, and not just a type of the right name."""
    if site.rule.kind == "out-of-order":
        return len({child.tag for child in site.owner}) > 1
    if site.rule.path == "invoice.invoiceRows" or site.rule.kind == "same":
        return site.owner.find("invoiceRows/invoiceRow") is not None
    if site.rule.kind == "parameter-map":
        return site.owner.find("parameter/entry") is not None
    said = site.owner.findtext("type")
    if site.rule.id == "principalId.userId.required":
        return said == PrincipalType.RESELLERUSER
    if site.rule.id == "principalId.userId.not-used":
        return said == PrincipalType.TERMINALID
    return True


def _owners(element: _Element, kind: MessageType) -> Iterator[tuple[_Element, MessageType]]:
    yield element, kind
    for child in element:
        field = kind.by_name[str(child.tag)]
        if field.type is not None:
            yield from _owners(child, field.type)
