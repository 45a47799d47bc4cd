"""What a document lists for replies to getPaymentStatus and the published schema lacks.

For extclientproxy-v2 that is the status PARTIALLY_PAID and the element deliveryAddress. The codec
can write them; the WSDL declares them in documented mode.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from seqrkit import contract, schemas
from seqrkit.schemas import XS
from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.vocabulary import Interface

_STATUS: Final = "invoiceStatus"
_REPLY: Final = "erswsPaymentStatusResponse"
_ADDRESS: Final = "deliveryAddress"


def has_address(interface: Interface) -> bool:
    """Whether the document of an interface lists deliveryAddress: only the older one does."""
    return contract.load(interface).document == "S"


def extended(part: TypeTable, interface: Interface) -> TypeTable:
    """Return the table of a reply with the elements and values that are documented only."""
    statuses = frozenset(schemas.value_meanings(_STATUS, interface))
    children = [
        replace(child, values=child.values | statuses) if child.attribute == "status" else child
        for child in part.children
    ]
    if has_address(interface) and part.path == _REPLY:
        children.append(
            ElementTable(
                _ADDRESS,
                "delivery_address",
                required=False,
                repeated=False,
                base="string",
                unpublished=True,
            )
        )
    return replace(part, children=tuple(children))


def declare(schema: _Element, interface: Interface) -> None:
    """Add the documented elements and values to the published schema of an interface."""
    for values in schema.iterfind(f"{XS}simpleType[@name='{_STATUS}']/{XS}restriction"):
        known = {each.get("value") for each in values}
        for value in schemas.value_meanings(_STATUS, interface).keys() - known:
            etree.SubElement(values, f"{XS}enumeration", value=value)
    if has_address(interface):
        reply = f"{XS}complexType[@name='{_REPLY}']//{XS}extension/{XS}sequence"
        for fields in schema.iterfind(reply):
            etree.SubElement(fields, f"{XS}element", name=_ADDRESS, type="xs:string", minOccurs="0")
