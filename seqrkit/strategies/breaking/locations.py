"""The places in a message where a rule can be broken, and the fields that must be present."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from lxml.etree import _Element

from seqrkit.contract import Check, Contract, Field, MessageType, Rule
from seqrkit.strategies.envelope_writer import owners
from seqrkit.strategies.required_fields import called_by, callers, types_in
from seqrkit.vocabulary import PrincipalType

_Option = TypeVar("_Option")


class Choose(Protocol):
    """Chooses one of the ways to break a rule; the first is the simplest."""

    def __call__(self, options: Sequence[_Option], /) -> _Option:
        """Return one of the options; there is at least one."""


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A place to break a rule: an element of the rule's type in a valid message.

    `field` is the field of that type which the rule is about, `check` the check that states it, if
    there is one. `choose` chooses one of the ways to break it.
    """

    rule: Rule
    contract: Contract
    top: _Element
    owner: _Element
    kind: MessageType
    field: Field | None
    check: Check | None
    choose: Choose

    @property
    def child(self) -> _Element:
        """The element that the rule is about; raises `LookupError` if it is absent."""
        found = None if self.field is None else self.owner.find(self.field.name)
        if found is None:
            msg = f"there is no element to break {self.rule.id}"
            raise LookupError(msg)
        return found


Recipe = Callable[[Site], None]
"""Changes a message so that it breaks the rule of the site."""

_MAP: Final = "wire.parameter-map"
_MAP_TYPE: Final = "parameterMap"
_CALLER: Final = "principalId.type"


def check_of(kind: MessageType, rule: Rule) -> Check | None:
    """Return the check of a type that states a rule."""
    return next((check for check in kind.checks if check.rule.id == rule.id), None)


def home_field(kind: MessageType, rule: Rule) -> Field | None:
    """Return the field of a type that has a rule."""
    return next((field for field in kind.fields if rule in field.rules), None)


def is_home(kind: MessageType, rule: Rule, *, top: bool) -> bool:
    """Return whether a rule can be broken in an element of a type."""
    if rule.id == _MAP:
        return kind.path == _MAP_TYPE
    if rule.path == "wire":
        return top
    return rule in kind.rules or home_field(kind, rule) is not None


def ways(contract: Contract, name: str, rule: Rule) -> tuple[frozenset[str], ...]:
    """Return the fields that must be present to break a rule, a set of paths for each place.

    Empty if no message of that name can break it.
    """
    operation = contract.operations.get(name)
    found = (
        frozenset({*way, *_needed(kind, rule)})
        for way, kind in types_in(contract.elements[name])
        if is_home(kind, rule, top=not way)
    )
    # Replies have no parameters, and their tokens come from the service.
    if operation is None and (rule.id == _MAP or rule.kind == "merchant"):
        return ()
    if rule.path in _never_present(contract.elements[name]):
        return ()
    return tuple(
        dict.fromkeys(way for way in found if operation is None or callers(operation, way))
    )


def _never_present(kind: MessageType) -> set[str]:
    """Return the paths of the fields that no valid message has, whatever its values."""
    found = {
        path
        for check in kind.checks
        if check.rule.kind == "not-used" and not check.field
        for path in _paths(kind, check.element)
        if path.endswith(check.element.rpartition("/")[2])
    }
    inner = (_never_present(field.type) for field in kind.fields if field.type is not None)
    return found.union(*inner)


def _paths(kind: MessageType, steps: str) -> set[str]:
    """Return the paths of the fields along some steps from a type."""
    found: set[str] = set()
    for step in steps.split("/"):
        field = kind.by_name[step]
        found.add(field.path)
        kind = field.type or kind
    return found


def _needed(kind: MessageType, rule: Rule) -> set[str]:
    """Return what has to be present besides an element of the type, to break a rule there."""
    check = check_of(kind, rule)
    if check is not None:
        return _read(kind, check)
    if rule.id == _MAP:
        return {"parameterMap.parameter", "mapArray.entry"}
    if rule.kind == "out-of-order":
        return {kind.fields[0].path, kind.fields[-1].path}
    field = home_field(kind, rule)
    return set() if field is None else {field.path}


def _read(kind: MessageType, check: Check) -> set[str]:
    """Return the paths of the fields whose values a check reads."""
    found = set[str]().union(*(_paths(kind, path) for path in check.reads))
    if _CALLER in found and check.field:
        wanted = check.rule.kind == "needed"
        callers = [each for each in PrincipalType if (each in check.values) is wanted]
        found = {called_by(each) for each in callers}
    return found


def sites(contract: Contract, top: _Element, name: str, rule: Rule, choose: Choose) -> list[Site]:
    """Return the places of a message where a rule can be broken, in document order."""
    found = []
    for owner, kind in owners(top, contract.elements[name]):
        field = home_field(kind, rule)
        there = field is None or owner.find(field.name) is not None
        if there and is_home(kind, rule, top=owner is top):
            check = check_of(kind, rule)
            found.append(Site(rule, contract, top, owner, kind, field, check, choose))
    return [site for site in found if _fits(site)]


def _fits(site: Site) -> bool:
    """Return whether all elements that the recipe needs are present."""
    if site.rule.kind == "out-of-order":
        return len({child.tag for child in site.owner}) > 1
    if site.rule.id == _MAP:
        return site.owner.find("parameter/entry") is not None
    if site.check is None:
        return True
    return all(site.owner.find(path) is not None for path in site.check.reads)
