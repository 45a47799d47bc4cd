"""Outlines of messages: every element in order, whether it repeats, and its built-in type.

Published schema, documented schema, WSDL, contract and the endpoint's tables are compared by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import zeep
from xmlschema.validators import XsdElement, XsdGroup, XsdType
from zeep.xsd.types.builtins import default_types

from seqrkit.contract import MessageType
from seqrkit.schemas import XS
from seqrkit.simulator.wire.message_tables import ElementTable, TypeTable
from seqrkit.suite.oracles.schema_validators import compiled

_ELEMENTS: Final = ""
"""The type of an element that contains elements."""


class Line(NamedTuple):
    """An element of a message; `type` is its built-in type, empty if it contains elements."""

    path: str
    many: bool
    type: str

    def below(self, path: str) -> Line:
        """Return the same line inside another element."""
        return self._replace(path=f"{path}/{self.path}")

    def __str__(self) -> str:
        return f"{self.path}{' (any number)' if self.many else ''} {self.type}".rstrip()


_MAP: Final = (
    Line("parameter", many=False, type=_ELEMENTS),
    Line("parameter/entry", many=True, type=_ELEMENTS),
    Line("parameter/entry/key", many=False, type="string"),
    Line("parameter/entry/value", many=False, type="string"),
)
"""The elements of a parameterMap, which is one entry of the endpoint's tables."""

_ZEEP: Final = {type(kind): name.localname for name, kind in default_types.items()}
"""The built-in types by their classes in zeep, from which zeep derives restricted types."""


def nested(name: str, lines: Iterable[Line], *, many: bool = False) -> Iterator[Line]:
    """Yield an element with the elements inside it."""
    yield Line(name, many, _ELEMENTS)
    yield from (line.below(name) for line in lines)


def of_schema(schema: Path, message: str) -> Iterator[Line]:
    """Return the outline by a schema, as xmlschema reads it."""
    return (line for line, _ in declared(schema, message))


def declared(schema: Path, message: str) -> Iterator[tuple[Line, XsdElement]]:
    """Return the outline by a schema, each line with its declaration."""
    return _declared(compiled(schema).xmlschema.elements[message])


def _declared(element: XsdElement) -> Iterator[tuple[Line, XsdElement]]:
    content = getattr(element.type, "content", None)
    for each in content.iter_elements() if isinstance(content, XsdGroup) else ():
        if isinstance(each, XsdElement):
            name, many = str(each.local_name), each.max_occurs is None
            yield Line(name, many, _built_in(each.type) if each.type.is_simple() else ""), each
            yield from ((line.below(name), inner) for line, inner in _declared(each))


def _built_in(kind: XsdType) -> str:
    """Return the built-in type that a simple type restricts."""
    name = kind.name or ""
    if name.startswith(XS) or kind.base_type is None:
        return name.removeprefix(XS)
    return _built_in(kind.base_type)


@cache
def description(wsdl: Path) -> Any:  # noqa: ANN401 - zeep has no types
    """Return the binding of a WSDL, as zeep reads it."""
    transport: Any = zeep.Transport()  # zeep annotates the parameter as a class
    (binding,) = zeep.wsdl.Document(str(wsdl), transport).bindings.values()
    return binding


def of_description(wsdl: Path, message: str) -> Iterator[Line]:
    """Return the outline by a WSDL, as zeep reads it."""
    operation = message.removesuffix("Response")
    known = description(wsdl).get(operation)
    return _of_zeep((known.input if operation == message else known.output).body.type)


def _of_zeep(kind: Any) -> Iterator[Line]:  # noqa: ANN401 - zeep has no types
    for name, element in kind.elements:
        many = element.accepts_multiple
        if isinstance(element.type, zeep.xsd.ComplexType):
            yield from nested(name, _of_zeep(element.type), many=many)
        else:
            built_in = (_ZEEP[cls] for cls in type(element.type).__mro__ if cls in _ZEEP)
            yield Line(name, many, next(built_in))


def of_contract(kind: MessageType) -> Iterator[Line]:
    """Return the outline of a type of the contract."""
    for field in kind.fields:
        if field.type is None:
            yield Line(field.name, field.repeated, field.base)
        else:
            yield from nested(field.name, of_contract(field.type), many=field.repeated)


def of_table(part: TypeTable) -> Iterator[Line]:
    """Return the outline of a type of the endpoint's tables."""
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
