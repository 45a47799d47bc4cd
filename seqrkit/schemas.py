"""Finds and loads the files of schemas/ in a checkout, an editable install or a wheel.

Currencies, unit codes, result codes and meanings of values are read on first use and kept. The
files cite the reference documents by letter and lines: `Source` writes that in words.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, cast
from urllib.parse import urlsplit

from seqrkit.errors import ConfigurationError, SchemaError
from seqrkit.vocabulary import NEWEST, PATHS, Interface

if TYPE_CHECKING:
    from lxml.etree import _Element

XS = "{http://www.w3.org/2001/XMLSchema}"
CONTRACT = "{urn:seqrkit:contract}"
"""The annotation vocabulary of the documented schemas."""

_PACKAGE = Path(__file__).resolve().parent
# The wheel's first: beside an installed package another project's `schemas` may stand.
_PLACES = (_PACKAGE / "_data" / "schemas", _PACKAGE.parent / "schemas")


@cache
def bundled() -> Path:
    """Return the directory of the schemas.

    Raises `SchemaError` if there is none, which means a broken installation.
    """
    for place in _PLACES:
        # A file that no other project has, since "schemas" is a frequent name.
        if (place / "documented-common.xsd").is_file():
            return place
    places = " nor in ".join(map(str, _PLACES))
    msg = f"the schemas are neither in {places}; reinstall seqrkit"
    raise SchemaError(msg)


@dataclass(frozen=True, slots=True)
class SchemaSet:
    """The files of one interface: two as published, one with the documented rules."""

    root: Path
    interface: Interface

    @property
    def wsdl(self) -> Path:
        """The published service description."""
        return self.root / self.interface / "service.wsdl"

    @property
    def wire(self) -> Path:
        """The published schema of the messages."""
        return self.root / self.interface / "wire.xsd"

    @property
    def documented(self) -> Path:
        """The schema with the documented rules, meanings and sources."""
        return self.root / self.interface / "documented.xsd"


def schema_set(interface: str = NEWEST, root: Path | None = None) -> SchemaSet:
    """Return the schemas of an interface, from the bundled directory or from another root.

    Raises `ConfigurationError` for an unknown interface.
    """
    try:
        known = Interface(interface)
    except ValueError as error:
        names = " or ".join(Interface)
        msg = f'there is no interface "{interface}"; it is {names}'
        raise ConfigurationError(msg) from error
    return SchemaSet(root or bundled(), known)


def interface_at(url: str) -> Interface | None:
    """Return the interface whose published path ends an address, also behind a prefix."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    # At the end: gateways and worlds put a path of their own before it.
    return next((known for known, end in PATHS.items() if path.endswith(end)), None)


def read(path: Path) -> _Element:
    """Return the root element of a schema file; raise `SchemaError` if it cannot be read."""
    from lxml import etree  # deferred: `import seqrkit` stays light

    try:
        return etree.parse(path).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        msg = f"{path} cannot be read as a schema: {error}"
        raise SchemaError(msg) from error


def read_toml(name: str) -> dict[str, Any]:
    """Return the content of a bundled TOML file; raise `SchemaError` if it cannot be read."""
    path = bundled() / name
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path} cannot be read: {error}; reinstall seqrkit") from error


@cache
def currencies() -> Mapping[str, int]:
    """Return the number of decimals of each currency of ISO 4217, by code."""
    found = read(bundled() / "iso-4217.xsd").iter(f"{XS}enumeration")
    units = {_get(each, "value"): int(_get(each, f"{CONTRACT}minorUnits")) for each in found}
    return MappingProxyType(units)


@cache
def unit_codes() -> Mapping[str, tuple[str, ...]]:
    """Return the unit codes of UN/ECE Recommendation 20 and ISO 20022, with other spellings."""
    found = read(bundled() / "unit-codes.xsd").iter(f"{XS}enumeration")
    codes = {
        _get(each, "value"): tuple(_get(each, f"{CONTRACT}spellings").split()) for each in found
    }
    return MappingProxyType(codes)


@cache
def value_meanings(type_name: str, interface: str = NEWEST) -> Mapping[str, str]:
    """Return the meaning of each value of an enumeration, such as ``invoiceStatus``."""
    found = read(schema_set(interface).documented).iterfind(
        f"{XS}simpleType[@name='{type_name}']//{XS}enumeration"
    )
    meanings = {_get(each, "value"): _text(each, f".//{XS}documentation") for each in found}
    return MappingProxyType(meanings)


@cache
def published_values(type_name: str, interface: str = NEWEST) -> frozenset[str]:
    """Return the values of an enumeration in the published schema of an interface."""
    found = read(schema_set(interface).wire).iterfind(
        f"{XS}simpleType[@name='{type_name}']//{XS}enumeration"
    )
    return frozenset(_get(each, "value") for each in found)


# Letter and lines, as files cite them hundreds of times and a test compares them with the text.
_CITATION: Final = re.compile(r"\b([GS])(\d+)(?:-(\d+))?(?:\(([^()]*)\))?(?!\w)")


@dataclass(frozen=True, slots=True)
class Document:
    """A reference document; `sections` are its headings by the line they begin at."""

    title: str
    heading: str
    sections: Mapping[int, str]

    def section(self, line: int) -> str:
        """Return the name of the section that a line belongs to."""
        starts = sorted(self.sections)
        return self.sections[starts[bisect_right(starts, line) - 1]]


@dataclass(frozen=True, slots=True)
class Citation:
    """Lines of a document, from `first` to `last`, and words that occur in them."""

    document: Document
    first: int
    last: int
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.document.title}, {self.document.section(self.first)}, {self.lines}"

    @property
    def lines(self) -> str:
        """The line or lines, without document and section."""
        if self.first == self.last:
            return f"line {self.first}"
        return f"lines {self.first}-{self.last}"


class Source(str):
    """Where a statement comes from, in words; `citations` are the documents' lines it names."""

    __slots__ = ("citations",)
    citations: tuple[Citation, ...]

    def __new__(cls, text: str) -> Self:
        """Read a text of schemas/, in which citations are abbreviated."""
        found = tuple(map(_citation, _CITATION.finditer(text)))
        said = iter(found)
        self = super().__new__(cls, _CITATION.sub(lambda _: str(next(said)), text))
        self.citations = found
        return self


@cache
def documents() -> Mapping[str, Document]:
    """Return the reference documents by their letter."""
    found = {
        letter: Document(
            said["title"],
            said["heading"],
            MappingProxyType({int(line): name for line, name in said["sections"].items()}),
        )
        for letter, said in read_toml("documents.toml").items()
    }
    return MappingProxyType(found)


def _citation(match: re.Match[str]) -> Citation:
    letter, first, last, words = match.groups()
    quoted = tuple(word.strip() for word in words.split(";")) if words else ()
    return Citation(documents()[letter], int(first), int(last or first), quoted)


CarriedOut = Literal["yes", "no", "unknown", "earlier"]


@dataclass(frozen=True, slots=True)
class ResultCodeMeaning:
    """The meaning of a result code, and what to do.

    `carried_out` tells whether the request was carried out: ``yes``, ``no`` (rejected, without
    effect), ``unknown``, or ``earlier`` (mostly by an earlier request whose reply was lost).
    `is_final` is whether the next poll of a status is answered with the same code.
    `operations` are those that return the code according to the documents: `None` means any, empty
    that no document says. `assumed` are further ones, where the documents say nothing.
    """

    code: int
    name: str
    meaning: str
    advice: str
    source: str
    operations: tuple[str, ...] | None
    assumed: tuple[str, ...] | None
    carried_out: CarriedOut
    is_final: bool

    @property
    def named(self) -> tuple[str, ...]:
        """The operations that are named individually, documented or assumed."""
        return (*(self.operations or ()), *(self.assumed or ()))

    def fits(self, operation: str) -> bool:
        """Return whether an operation may return the code, documented or assumed."""
        return any(each is None or operation in each for each in (self.operations, self.assumed))

    def may_occur(self, operation: str) -> bool:
        """Return whether an operation may return the code, or the documents list it at another."""
        return self.operations != () or self.fits(operation)


@cache
def result_codes() -> Mapping[int, ResultCodeMeaning]:
    """Return the meaning of each result code, by number."""
    found = read(bundled() / "result-codes.xsd").iter(f"{XS}enumeration")
    # Read-only, because the cache gives the same object to everybody.
    return MappingProxyType({meaning.code: meaning for meaning in map(_meaning, found)})


def _meaning(element: _Element) -> ResultCodeMeaning:
    return ResultCodeMeaning(
        code=int(_get(element, "value")),
        name=_get(element, f"{CONTRACT}name"),
        meaning=_text(element, f".//{XS}documentation"),
        advice=_text(element, f".//{CONTRACT}advice"),
        source=Source(_get(element, f"{CONTRACT}source")),
        operations=_operations(element, "operations"),
        assumed=_operations(element, "assumed"),
        carried_out=cast("CarriedOut", element.get(f"{CONTRACT}carriedOut", "no")),
        is_final=element.get(f"{CONTRACT}final") == "yes",
    )


def _operations(element: _Element, name: str) -> tuple[str, ...] | None:
    said = _get(element, f"{CONTRACT}{name}")
    return None if said == "all" else tuple(said.split())


def _get(element: _Element, name: str) -> str:
    return element.get(name) or ""


def _text(element: _Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())
