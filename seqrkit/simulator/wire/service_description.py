"""The WSDL documents that the endpoint serves, each with the address that was requested."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import Final

from lxml import etree

from seqrkit import schemas
from seqrkit.errors import SchemaError
from seqrkit.schemas import XS
from seqrkit.simulator.wire import unpublished_fields
from seqrkit.vocabulary import Interface

_SOAP: Final = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_ADDRESS: Final = "@address@"


@lru_cache(maxsize=64)  # bounded, because the address comes from the client
def description(interface: Interface, address: str, *, documented: bool = False) -> bytes:
    """Return the WSDL of an interface with its schema inline and this address in its port.

    If `documented`, the schema also declares what only the interface's document lists.
    """
    # Replaced as text: parsing the WSDL for each address would be slower, and the text occurs once.
    return _template(interface, documented).replace(_ADDRESS, escape(address)).encode()


@cache
def _template(interface: Interface, documented: bool) -> str:  # noqa: FBT001 - a key of the cache
    files = schemas.schema_set(interface)
    root, schema = schemas.read(files.wsdl), schemas.read(files.wire)
    imported = next(root.iter(f"{XS}import"), None)
    address = next(root.iter(f"{_SOAP}address"), None)
    around = None if imported is None else imported.getparent()
    types = None if around is None else around.getparent()
    if around is None or types is None or address is None:
        msg = f"{files.wsdl} has no schema import or no soap:address"
        raise SchemaError(msg)
    if documented:
        unpublished_fields.declare(schema, interface)
    types.replace(around, schema)
    address.set("location", _ADDRESS)
    etree.strip_tags(root, etree.Comment)
    text = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
