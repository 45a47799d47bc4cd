"""What a service's WSDL describes differently from the bundled one, in words.

Both descriptions are expanded to the elements of each message, so that names of types and the
layout of files mean nothing: a WSDL that a SOAP library generated is compared like the published
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree

from seqrkit.errors import ConfigurationError
from seqrkit.schemas import XS

WSDL: Final = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP: Final = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_MOST_ELEMENTS: Final = 10_000
"""Elements of a message: nested types can describe more than a computer can hold."""
_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Element:
    """What a schema says of an element in a message."""

    type: str
    is_required: bool
    is_repeated: bool
    values: frozenset[str]


class ServiceDescription:
    """The operations of a WSDL with its schemas: the roots of all documents.

    Raises `ConfigurationError` for a message with too many elements.
    """

    def __init__(self, documents: Iterable[etree._Element]) -> None:
        roots = tuple(documents)
        schemas = [each for root in roots for each in root.iter(f"{XS}schema")]
        self._elements = _named(schemas, "element")
        self._types = _named(schemas, "complexType") | _named(schemas, "simpleType")
        messages = {
            each.get("name"): _local(part.get("element"))
            for root in roots
            for each in root.iter(f"{WSDL}message")
            for part in each.iter(f"{WSDL}part")
        }
        self.namespaces: frozenset[str] = frozenset(
            each.get("targetNamespace", "") for each in schemas
        ) - {""}
        # Document is the default of WSDL 1.1 (section 3.3).
        styles = (each.get("style") for root in roots for each in root.iter(f"{_SOAP}binding"))
        self.styles: frozenset[str] = frozenset(each or "document" for each in styles)
        self.operations: dict[str, Mapping[str, Element]] = {}
        """The elements of each operation by their path, beginning with request or reply."""
        for operation in (each for root in roots for each in root.iter(f"{WSDL}portType")):
            for each in operation.iter(f"{WSDL}operation"):
                self.operations[each.get("name", "")] = dict(self._messages(each, messages))

    def _messages(
        self, operation: etree._Element, messages: Mapping[str | None, str]
    ) -> Iterator[tuple[str, Element]]:
        for side, kind in (("request", "input"), ("reply", "output")):
            for each in operation.iter(f"{WSDL}{kind}"):
                declared = self._elements.get(messages.get(_local(each.get("message")), ""))
                if declared is not None:
                    elements = self._inside(declared, side, ())
                    yield from islice(elements, _MOST_ELEMENTS)
                    if next(elements, None) is not None:
                        raise ConfigurationError(
                            f"the {side} of {operation.get('name')} has more than "
                            f"{_MOST_ELEMENTS} elements; it cannot be compared"
                        )

    def _inside(
        self, declared: etree._Element, path: str, above: tuple[etree._Element, ...]
    ) -> Iterator[tuple[str, Element]]:
        kind = self._type_of(declared)
        if kind is None or kind in above or len(above) > _DEEPEST:  # a type can contain itself
            return
        for child in self._children(kind):
            referred = self._elements.get(_local(child.get("ref")), child)
            place = f"{path}/{referred.get('name')}"
            yield place, self._element(child, referred)
            yield from self._inside(referred, place, (*above, kind))

    def _children(
        self, kind: etree._Element, bases: tuple[etree._Element, ...] = ()
    ) -> Iterator[etree._Element]:
        """Yield the elements of a complex type, inherited ones first."""
        for each in kind.iterchildren("*"):
            if each.tag == f"{XS}element":
                yield each
            elif each.tag == f"{XS}extension":
                base = self._types.get(_local(each.get("base")))
                if base is not None and base not in bases:  # a type can extend itself
                    yield from self._children(base, (*bases, base))
                yield from self._children(each, bases)
            elif each.tag in {f"{XS}{name}" for name in ("sequence", "all", "choice")} or (
                each.tag == f"{XS}complexContent"
            ):
                yield from self._children(each, bases)

    def _type_of(self, declared: etree._Element) -> etree._Element | None:
        inline = next(declared.iterchildren(f"{XS}complexType", f"{XS}simpleType"), None)
        return self._types.get(_local(declared.get("type"))) if inline is None else inline

    def _element(self, child: etree._Element, referred: etree._Element) -> Element:
        kind = self._type_of(referred)
        values = frozenset[str]()
        name = _local(referred.get("type")) or "string"
        if kind is not None and kind.tag == f"{XS}simpleType":
            values = frozenset(each.get("value", "") for each in kind.iter(f"{XS}enumeration"))
            name = next((_local(e.get("base")) for e in kind.iter(f"{XS}restriction")), "string")
        elif kind is not None:
            name = "elements"
        return Element(
            type=name,
            is_required=child.get("minOccurs", "1") != "0",
            is_repeated=child.get("maxOccurs", "1") not in {"0", "1"},
            values=values,
        )


def drift(live: ServiceDescription, known: ServiceDescription) -> Iterator[str]:
    """Yield in sentences what the live description has differently, and the operations affected."""
    for name in sorted(known.operations.keys() - live.operations.keys()):
        yield f"operation {name} is missing"
    for name in sorted(live.operations.keys() - known.operations.keys()):
        yield f"operation {name} is new"
    if live.namespaces.isdisjoint(known.namespaces):
        yield f"the namespace is {_listed(live.namespaces)} instead of {_listed(known.namespaces)}"
    if live.styles != known.styles:
        yield f"the SOAP style is {_listed(live.styles)} instead of {_listed(known.styles)}"
    affected: dict[str, list[str]] = {}
    for name in known.operations:
        if name in live.operations:
            for change in _changes(live.operations[name], known.operations[name]):
                affected.setdefault(change, []).append(name)
    for change, operations in affected.items():
        every = len(operations) == len(known.operations)
        yield f"{'every operation' if every else ', '.join(operations)}: {change}"


def _changes(live: Mapping[str, Element], known: Mapping[str, Element]) -> Iterator[str]:
    for path, was in known.items():
        now = live.get(path)
        if now is not None:
            yield from (f"{path} {change}" for change in _between(now, was))
        # An element that is missing as a whole is one difference, not one for each of its parts.
        elif path.rpartition("/")[0] not in known.keys() - live.keys():
            yield f"{path} is missing"
    for path, now in live.items():
        if path not in known and path.rpartition("/")[0] not in live.keys() - known.keys():
            yield f"{path} is new and {'required' if now.is_required else 'optional'}"
    common = [path for path in known if path in live]
    if common != [path for path in live if path in known]:
        yield "the elements are in another order"


def _between(now: Element, was: Element) -> Iterator[str]:
    if now.type != was.type:
        yield f"is {now.type} instead of {was.type}"
    if now.is_required != was.is_required:
        yield "is required now" if now.is_required else "is optional now"
    if now.is_repeated != was.is_repeated:
        yield "may be repeated now" if now.is_repeated else "may no longer be repeated"
    if now.values - was.values and was.values:
        yield f"also allows {_listed(now.values - was.values)}"
    if was.values - now.values and now.values:
        yield f"no longer allows {_listed(was.values - now.values)}"
    if bool(now.values) != bool(was.values):
        yield "allows any value now" if was.values else f"allows only {_listed(now.values)}"


def _named(schemas: Iterable[etree._Element], kind: str) -> dict[str, etree._Element]:
    found = (each for schema in schemas for each in schema.iterchildren(f"{XS}{kind}"))
    return {each.get("name", ""): each for each in found}


def _local(name: str | None) -> str:
    return (name or "").rpartition(":")[2]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
