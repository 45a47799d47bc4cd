"""The tree behind a draft: its texts as elements, in the order of the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from seqrkit import soap
from seqrkit.widgets.field_specs import Kind, Spec

Node = dict[str, "str | Node | list[Node]"]
"""What is in an element, by wire name; what is left out is not there."""


class Place(NamedTuple):
    """A field of one node: an element that is there, or could be.

    `number` is that of the item, from 0; `None` for what is no item.
    """

    holder: Node
    spec: Spec
    number: int | None = None


def skeleton(fields: tuple[Spec, ...]) -> Node:
    """The parts that every request has, with nothing in them."""
    return {
        each.name: skeleton(each.inside)
        for each in fields
        if each.kind is Kind.PART and each.required
    }


def part_of(node: Node, name: str, *, make: bool = False) -> Node:
    """The node inside another; an empty one where there is none, which `make` puts there."""
    found = node.get(name)
    if not isinstance(found, dict):
        found = {}
        if make:
            node[name] = found
    return found


def items_of(node: Node, name: str, *, make: bool = False) -> list[Node]:
    """The items of a list in a node; none where there is no list, which `make` puts there."""
    found = node.get(name)
    if not isinstance(found, list):
        found = []
        if make:
            node[name] = found
    return found


def texts(fields: tuple[Spec, ...], node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its path, in the order of the wire."""
    for spec in fields:
        found = node.get(spec.name)
        if isinstance(found, str):
            yield f"{path}{spec.name}", found
        elif isinstance(found, dict):
            yield from texts(spec.inside, found, f"{path}{spec.name}.")
        elif found is not None:
            for number, item in enumerate(found):
                yield from texts(spec.inside, item, f"{path}{spec.name}[{number}].")


def places(fields: tuple[Spec, ...], path: str = "") -> Iterator[tuple[str, Spec]]:
    """Every field by its path, but for what is inside items."""
    for spec in fields:
        yield f"{path}{spec.name}", spec
        if spec.kind in {Kind.PART, Kind.AMOUNT}:
            yield from places(spec.inside, f"{path}{spec.name}.")


def read(element: etree._Element, fields: tuple[Spec, ...]) -> Node:
    """The node of an element, as far as it has these fields; of several the last counts."""
    node: Node = {}
    for spec in fields:
        found = element.findall(spec.name)
        if not found:
            continue
        if spec.kind.holds_text:
            node[spec.name] = found[-1].text or ""
        elif spec.kind is Kind.ITEMS:
            items = found[-1].findall("/".join(spec.wrap)) if spec.wrap else found
            node[spec.name] = [read(item, spec.inside) for item in items]
        else:
            node[spec.name] = read(found[-1], spec.inside)
    return node


def write(parent: etree._Element, fields: tuple[Spec, ...], node: Node) -> None:
    """Write a node's elements into their parent, in the order of the wire."""
    for spec in fields:
        found = node.get(spec.name)
        if isinstance(found, str):
            etree.SubElement(parent, spec.name).text = soap.carried(found)
        elif isinstance(found, dict):
            write(etree.SubElement(parent, spec.name), spec.inside, found)
        elif found:
            *around, name = (spec.name, *spec.wrap)
            holder = parent
            for each in around:
                holder = etree.SubElement(holder, each)
            for item in found:
                write(etree.SubElement(holder, name), spec.inside, item)
