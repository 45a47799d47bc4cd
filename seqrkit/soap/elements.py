"""Elements of a message: local names, children, texts, nil, and rpc/encoded references."""

from __future__ import annotations

from typing import Final

from lxml import etree

XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
"""The namespace of `xsi:nil` and `xsi:type`, as lxml writes it."""
_TRUE: Final = frozenset({"true", "1"})


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    tag = str(element.tag)
    # Called for every element of every message; QName takes half as long again.
    return tag[tag.rfind("}") + 1 :]


def namespace(element: etree._Element) -> str:
    """Return the namespace of an element, empty for none."""
    tag = str(element.tag)
    return tag[1 : tag.rfind("}")] if tag.startswith("{") else ""


def child_of(element: etree._Element, name: str) -> etree._Element | None:
    """Return the child with a local name, in another letter case if none is written so.

    Of several, the last one with content is returned.
    """
    found = [*element.iterchildren(f"{{*}}{name}")] or [
        child for child in element.iterchildren("*") if local(child).lower() == name.lower()
    ]
    # The service's own stack takes the last of duplicates; an empty one must not hide a result.
    with_content = [child for child in found if len(child) or (child.text or "").strip()]
    return (with_content or found)[-1] if found else None


def text_of(element: etree._Element | None) -> str | None:
    """Return the text of an element; `None` if it is absent, nil or contains elements."""
    if element is None:
        return None
    element = resolved(element)
    return None if is_nil(element) or len(element) else element.text or ""


def is_nil(element: etree._Element) -> bool:
    """Return whether `xsi:nil` marks an element as having no value, and it has no content."""
    is_marked = element.get(f"{XSI}nil", "").strip() in _TRUE
    # Some stacks mark every optional element as nil, also those that have a value.
    return is_marked and not len(element) and not (element.text or "").strip()


def resolved(element: etree._Element) -> etree._Element:
    """Return the element that an rpc/encoded reference (`href="#id"`) points to, or the element.

    A reference is followed once: one that leads to another, or to its own parent, stays as it is.
    """
    reference = element.get("href", "")
    if not reference.startswith("#") or len(element):
        return element
    root = element.getroottree().getroot()
    found = next((each for each in root.iter("*") if each.get("id") == reference[1:]), element)
    return element if found in element.iterancestors() else found
