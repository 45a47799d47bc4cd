"""Finds and loads schemas/: from a checkout, an editable install or a wheel.

The facts that XSD files state for everyone (currencies and their minor units, result codes and
what they mean) are read from there once, when first asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast

from seqrkit.errors import ConfigurationError, SchemaError
from seqrkit.vocabulary import NEWEST, Interface

if TYPE_CHECKING:
    from lxml.etree import _Element

XS = "{http://www.w3.org/2001/XMLSchema}"
CONTRACT = "{urn:seqrkit:contract}"
"""The annotation vocabulary of the documented schemas."""

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_data" / "schemas", _PACKAGE.parent / "schemas")


@cache
def bundled() -> Path:
    """The directory that holds the schemas.

    Raises `SchemaError` where there is none, which means a broken installation.
    """
    for place in _PLACES:
        if (place / "documented-common.xsd").is_file():
            return place
    places = " nor in ".join(map(str, _PLACES))
    msg = f"the schemas are neither in {places}; reinstall seqrkit"
    raise SchemaError(msg)


@dataclass(frozen=True, slots=True)
class SchemaSet:
    """The three files of one interface: what was published, and what is documented."""

    root: Path
    interface: Interface

    @property
    def wsdl(self) -> Path:
        """The service description, as published."""
        return self.root / self.interface / "service.wsdl"

    @property
    def wire(self) -> Path:
        """The schema of the messages, as published."""
        return self.root / self.interface / "wire.xsd"

    @property
    def documented(self) -> Path:
        """The same messages with what the documents demand of them."""
        return self.root / self.interface / "documented.xsd"


def schema_set(interface: str = NEWEST, root: Path | None = None) -> SchemaSet:
    """The schemas of an interface, bundled ones unless another root is given.

    Raises `ConfigurationError` for an interface that was never published.
    """
    try:
        known = Interface(interface)
    except ValueError as error:
        names = " or ".join(Interface)
        msg = f'there is no interface "{interface}"; it is {names}'
        raise ConfigurationError(msg) from error
    return SchemaSet(root or bundled(), known)


def read(path: Path) -> _Element:
    """The root element of a schema file; raises `SchemaError` when it cannot be read."""
    from lxml import etree  # deferred: `import seqrkit` stays light

    try:
        return etree.parse(path).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        msg = f"{path} cannot be read as a schema: {error}"
        raise SchemaError(msg) from error


def read_toml(name: str) -> dict[str, Any]:
    """Return the content of a bundled TOML file; raises `SchemaError` if it cannot be read."""
    path = bundled() / name
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path} cannot be read: {error}; reinstall seqrkit") from error


@cache
def currencies() -> Mapping[str, int]:
    """ISO 4217: each currency's code, and how many decimals it has."""
    found = read(bundled() / "iso-4217.xsd").iter(f"{XS}enumeration")
    units = {_get(each, "value"): int(_get(each, f"{CONTRACT}minorUnits")) for each in found}
    return MappingProxyType(units)


@cache
def unit_codes() -> Mapping[str, tuple[str, ...]]:
    """The unit codes of UN/ECE Recommendation 20 and ISO 20022, with what shops write instead."""
    found = read(bundled() / "unit-codes.xsd").iter(f"{XS}enumeration")
    codes = {
        _get(each, "value"): tuple(_get(each, f"{CONTRACT}spellings").split()) for each in found
    }
    return MappingProxyType(codes)


@cache
def value_meanings(type_name: str, interface: str = NEWEST) -> Mapping[str, str]:
    """What each value of an enumeration of the documented schema means: ``invoiceStatus``."""
    found = read(schema_set(interface).documented).iterfind(
        f"{XS}simpleType[@name='{type_name}']//{XS}enumeration"
    )
    meanings = {_get(each, "value"): _text(each, f".//{XS}documentation") for each in found}
    return MappingProxyType(meanings)


CarriedOut = Literal["yes", "no", "unknown", "earlier"]


@dataclass(frozen=True, slots=True)
class ResultCodeMeaning:
    """What a result code says, and what to do about it.

    `carried_out` is whether the request was: ``yes``, ``no`` (refused, nothing was done),
    ``unknown``, or ``earlier`` (mostly: by an earlier request whose reply was lost).
    `operations` are those documented to answer it: `None` means any, empty that no document says.
    `assumed`, of the same kind, are those taken to answer it besides, where no document says what
    they do.
    """

    code: int
    name: str
    meaning: str
    advice: str
    source: str
    operations: tuple[str, ...] | None
    assumed: tuple[str, ...] | None
    carried_out: CarriedOut

    @property
    def named(self) -> tuple[str, ...]:
        """The operations that are said to answer it one by one, by a document or as assumed."""
        return (*(self.operations or ()), *(self.assumed or ()))

    def fits(self, operation: str) -> bool:
        """Whether an operation may answer it: by a document, or as assumed."""
        return any(each is None or operation in each for each in (self.operations, self.assumed))


@cache
def result_codes() -> Mapping[int, ResultCodeMeaning]:
    """The meaning of every result code, by its number."""
    found = read(bundled() / "result-codes.xsd").iter(f"{XS}enumeration")
    return MappingProxyType({meaning.code: meaning for meaning in map(_meaning, found)})


def _meaning(element: _Element) -> ResultCodeMeaning:
    return ResultCodeMeaning(
        code=int(_get(element, "value")),
        name=_get(element, f"{CONTRACT}name"),
        meaning=_text(element, f".//{XS}documentation"),
        advice=_text(element, f".//{CONTRACT}advice"),
        source=_get(element, f"{CONTRACT}source"),
        operations=_operations(element, "operations"),
        assumed=_operations(element, "assumed"),
        carried_out=cast("CarriedOut", element.get(f"{CONTRACT}carriedOut", "no")),
    )


def _operations(element: _Element, name: str) -> tuple[str, ...] | None:
    said = _get(element, f"{CONTRACT}{name}")
    return None if said == "all" else tuple(said.split())


def _get(element: _Element, name: str) -> str:
    return element.get(name) or ""


def _text(element: _Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())
