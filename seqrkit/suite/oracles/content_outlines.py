"""A message in outline: every element in order, how often it may stand, its built-in type.

All who know what messages are made of can be held against one another so: the published schema and
the documented one, the WSDL, the contract, the endpoint's tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import zeep
from xmlschema.validators import XsdElement, XsdGroup, XsdType

from seqrkit.schemas import XS
from seqrkit.suite.oracles.schema_validators import compiled

if TYPE_CHECKING:
    from pathlib import Path

    from seqrkit.contract import MessageType
    from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable

ELEMENTS: Final = ""
"""The type of what has elements inside."""


class Line(NamedTuple):
    """An element of a message: where, whether it may stand several times, its built-in type."""

    path: str
    many: bool
    type: str

    def below(self, path: str) -> Line:
        """The same inside another element."""
        return self._replace(path=f"{path}/{self.path}")

    def __str__(self) -> str:
        return f"{self.path}{' (any number)' if self.many else ''} {self.type}".rstrip()


_MAP: Final = (
    Line("parameter", many=False, type=ELEMENTS),
    Line("parameter/entry", many=True, type=ELEMENTS),
    Line("parameter/entry/key", many=False, type="string"),
    Line("parameter/entry/value", many=False, type="string"),
)
"""The elements of a parameterMap, which the tables have as a whole."""


def nested(name: str, lines: Iterable[Line], *, many: bool = False) -> Iterator[Line]:
    """An element with elements inside."""
    yield Line(name, many, ELEMENTS)
    yield from (line.below(name) for line in lines)


def of_schema(schema: Path, message: str) -> Iterator[Line]:
    """As xmlschema reads a schema file."""
    return (line for line, _ in declared(schema, message))


def declared(schema: Path, message: str) -> Iterator[tuple[Line, XsdElement]]:
    """Each line with the declaration that it comes from."""
    return _parts(compiled(schema).xmlschema.elements[message])


def _parts(element: XsdElement) -> Iterator[tuple[Line, XsdElement]]:
    content = getattr(element.type, "content", None)
    for each in content.iter_elements() if isinstance(content, XsdGroup) else ():
        if isinstance(each, XsdElement):
            name, many = str(each.local_name), each.max_occurs is None
            leaf = each.type.is_simple()
            yield Line(name, many, _built_in(each.type) if leaf else ELEMENTS), each
            yield from ((line.below(name), inner) for line, inner in _parts(each))


def _built_in(kind: XsdType) -> str:
    """The type of XML Schema itself that a simple type restricts."""
    name = kind.name or ""
    if name.startswith(XS) or kind.base_type is None:
        return name.removeprefix(XS)
    return _built_in(kind.base_type)


@cache
def description(wsdl: Path) -> Any:  # noqa: ANN401 - zeep's binding has no types
    """The binding of a service description, as zeep reads it."""
    transport: Any = zeep.Transport()  # zeep's annotations ask for the class itself
    (binding,) = zeep.wsdl.Document(str(wsdl), transport).bindings.values()
    return binding


def of_description(wsdl: Path, message: str) -> Iterator[Line]:
    """As zeep reads a WSDL."""
    operation = message.removesuffix("Response")
    known = description(wsdl).get(operation)
    return _of_zeep((known.input if operation == message else known.output).body.type)


def _of_zeep(kind: Any) -> Iterator[Line]:  # noqa: ANN401 - zeep has no types
    for name, element in kind.elements:
        many = element.accepts_multiple
        if isinstance(element.type, zeep.xsd.ComplexType):
            yield from nested(name, _of_zeep(element.type), many=many)
        else:
            yield Line(name, many, element.type._default_qname.localname)  # noqa: SLF001


def of_contract(kind: MessageType) -> Iterator[Line]:
    """As the contract has a type."""
    for field in kind.fields:
        if field.type is None:
            yield Line(field.name, field.repeated, field.base)
        else:
            yield from nested(field.name, of_contract(field.type), many=field.repeated)


def of_table(part: TypeTable) -> Iterator[Line]:
    """As the endpoint's tables have a type."""
    for child in part.children:
        if child.base:
            yield Line(child.name, child.repeated, child.base)
        else:
            yield from nested(child.name, _of_child(child), many=child.repeated)


def _of_child(child: ElementTable) -> Iterator[Line]:
    if child.part is None:
        return iter(_MAP)
    inner = of_table(child.part)
    return nested(child.wrapper, inner, many=True) if child.wrapper else inner
