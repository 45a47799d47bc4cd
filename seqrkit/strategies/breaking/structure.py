"""Recipes for rules about elements: missing, unknown, repeated, out of order, with text between."""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from lxml import etree
from lxml.etree import _Element

from seqrkit.contract.content_model import XSI
from seqrkit.strategies.breaking.locations import Recipe, Site
from seqrkit.vocabulary import NAMESPACE

_STRANGERS: Final = ("deliveryAddress", "x", "unknown", "Envelope", "\u00e5\u00e4\u00f6")
"""Names that no type has and that are not similar to one."""


def _required(site: Site) -> None:
    assert site.field is not None  # noqa: S101 - who is required is a field
    for child in site.owner.findall(site.field.name):
        site.owner.remove(child)


def _repeated(site: Site) -> None:
    for _ in range(site.choose((1, 2))):
        site.child.addnext(deepcopy(site.child))


def _unknown(site: Site) -> None:
    name: str = site.choose((*_STRANGERS, _INSIDE, _QUALIFIED))
    if name == _QUALIFIED and len(site.owner):
        site.owner[-1].tag = f"{{{NAMESPACE}}}{site.owner[-1].tag!s}"
    elif name == _INSIDE and _leaves(site):
        leaf = site.choose(_leaves(site))
        leaf.text = None
        etree.SubElement(leaf, "b").text = "bold"
    else:
        site.owner.insert(site.choose((len(site.owner), 0)), etree.Element(name.strip(_SIGNS)))


_SIGNS: Final = "<>:"
_INSIDE: Final = "<b>"
"""Stands for an element inside one with text."""
_QUALIFIED: Final = "ext:"
"""Stands for an element of the type that is wrongly in the service's namespace."""


def _leaves(site: Site) -> list[_Element]:
    return [child for child in site.owner if site.kind.by_name[str(child.tag)].type is None]


def _out_of_order(site: Site) -> None:
    """Move an element behind one that the schema has after it."""
    children = list(site.owner)
    moves = [
        (early, late)
        for place, early in enumerate(children)
        for late in children[place + 1 :]
        if early.tag != late.tag
    ]
    early, late = site.choose(moves)
    late.addnext(early)


def _elements(site: Site) -> list[_Element]:
    return list(site.top.iter())


def _attribute(site: Site) -> None:
    element = site.choose(_elements(site))
    element.set(*site.choose((("id", "1"), ("lang", "sv"))))


def _xsi_type(site: Site) -> None:
    # An element with others inside would be judged by the wrong type.
    element = site.choose([each for each in _elements(site) if not len(each)])
    element.set(f"{XSI}type", site.choose(("xs:token", "ext:amount", "Array")))


def _text(site: Site) -> None:
    element = site.choose([each for each in _elements(site) if len(each)])
    if site.choose((True, False)):
        element.text = "stray"
    else:
        element[-1].tail = "stray"


def _nil(site: Site) -> None:
    # Not the operation's element: nil there is no request at all.
    element = site.choose(_elements(site)[1:])
    element.clear()
    element.set(f"{XSI}nil", site.choose(("true", "1")))


def _parameter_map(site: Site) -> None:
    """Put the entries directly into parameters, as the vendor's FAQ shows it."""
    for holder in list(site.owner):
        site.owner.extend(list(holder))
        site.owner.remove(holder)


RECIPES: Final[dict[str, Recipe]] = {
    "required": _required,
    "repeated": _repeated,
    "unknown-element": _unknown,
    "out-of-order": _out_of_order,
    "attribute": _attribute,
    "xsi-type": _xsi_type,
    "text": _text,
    "nil": _nil,
    "parameter-map": _parameter_map,
}
"""The recipe of each kind of rule."""
