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
    return tag[tag.rfind("}") + 1 :]


def namespace(element: etree._Element) -> str:
    """Return the namespace of an element, empty for none."""
    tag = str(element.tag)
    return tag[1 : tag.rfind("}")] if tag.startswith("{") else ""


def child_of(element: etree._Element, name: str) -> etree._Element | None:
    """Return the child with a local name; of several, the last, which the service reads."""
    found = None
    for child in element.iterchildren("*"):
        if local(child) == name:
            found = child
    return found


def text_of(element: etree._Element | None) -> str | None:
    """Return the text of an element; `None` if it is absent, nil or contains elements."""
    if element is None:
        return None
    element = resolved(element)
    return None if is_nil(element) or len(element) else element.text or ""


def is_nil(element: etree._Element) -> bool:
    """Return whether `xsi:nil` marks an element as having no value."""
    return element.get(f"{XSI}nil", "").strip() in _TRUE


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
