"""Judgement of xsi:type attributes by the published schema.

xmlschema decides which types are derived from which; it is imported for the first xsi:type.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lxml.etree import XPath, _Element

from seqrkit.contract.findings import quote
from seqrkit.soap import local
from seqrkit.vocabulary import NAMESPACE

if TYPE_CHECKING:
    import xmlschema
    from xmlschema.validators import XsdType

XSI_NAMESPACE: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE: Final = f"{{{XSI_NAMESPACE}}}type"
_XML_SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
_SOAP_ENCODING: Final = "http://schemas.xmlsoap.org/soap/encoding/"
_USED: Final = XPath("boolean(descendant-or-self::*/@xsi:type)", namespaces={"xsi": XSI_NAMESPACE})


class XsiTypes:
    """The types that a published schema declares for the elements of its messages."""

    def __init__(self, wire: Path) -> None:
        self._path = wire
        self._declared = lru_cache(maxsize=1024)(self._find)

    def used_in(self, element: _Element) -> bool:
        """Return whether an element or one inside it has an xsi:type."""
        return bool(_USED(element))

    def problem(self, element: _Element, path: str) -> str:
        """Return why an element's xsi:type is wrong; empty for its type or a derived one.

        `path` leads to the element from its operation.
        """
        said = element.get(XSI_TYPE, "").strip()
        prefix, _, name = said.rpartition(":")
        space = element.nsmap.get(prefix or None)
        if space is None:
            why = f"but the prefix {prefix} is not declared" if prefix else "without a prefix"
            return f"xsi:type is {quote(said)}, {why}; remove the attribute"
        if space == _SOAP_ENCODING:
            return f"xsi:type is {quote(said)}, a type of rpc/encoded; use document/literal"
        given = self._schema.maps.types.get(f"{{{space}}}{name}")
        # The number of a row does not matter for its type.
        declared = self._declared(re.sub(r"\[[0-9]+\]", "", path))
        if given is None:
            return f"xsi:type is {quote(said)}, an unknown type; remove the attribute"
        # A path that begins at a fragment of a message leads to no declared type.
        if declared is not None and not given.is_derived(declared):
            return (
                f"xsi:type is {quote(said)}, which is not derived from {_name(declared)}, the type "
                f"of <{local(element)}>; remove the attribute"
            )
        if given.is_simple() and not len(element) and not given.is_valid(element.text or ""):
            return f"the value is not of the type {quote(said)} that xsi:type names"
        return ""

    @cached_property
    def _schema(self) -> xmlschema.XMLSchema:
        import xmlschema

        return xmlschema.XMLSchema(str(self._path))

    def _find(self, path: str) -> XsdType | None:
        from xmlschema.validators import XsdElement, XsdGroup

        operation, *steps = path.split("/")
        declared = self._schema.elements.get(operation)
        for step in steps:
            content = getattr(None if declared is None else declared.type, "content", None)
            inside = content.iter_elements() if isinstance(content, XsdGroup) else ()
            elements = (each for each in inside if isinstance(each, XsdElement))
            declared = next((each for each in elements if each.local_name == step), None)
        return None if declared is None else declared.type


def _name(declared: XsdType) -> str:
    """Return the name of a type as people write it: xsd:int, amount."""
    name = declared.name or "an anonymous type"
    return name.replace(f"{{{_XML_SCHEMA}}}", "xsd:").replace(f"{{{NAMESPACE}}}", "")
