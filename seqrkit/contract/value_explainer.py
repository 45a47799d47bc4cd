"""Asks xmlschema why a value is refused. It is imported when that is first asked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seqrkit.contract.documented_schema import KINDS

if TYPE_CHECKING:
    import xmlschema

_CACHED_LENGTH: Final = 64


class Explainer:
    """Asks xmlschema which facets a value breaks. Loads it, and the schema, when first asked."""

    def __init__(self, documented: Path) -> None:
        self._path = documented
        self._loaded: xmlschema.XMLSchema | None = None
        self._short = lru_cache(maxsize=2048)(self._broken)

    def broken(self, type_name: str, field: str, text: str) -> frozenset[str]:
        """The kinds of the facets that `text` breaks; ``type`` alone where it is not of the type.

        Short answers are kept: most values come again, and xmlschema takes its time.
        """
        ask = self._short if len(text) <= _CACHED_LENGTH else self._broken
        return ask(type_name, field, text)

    def _broken(self, type_name: str, field: str, text: str) -> frozenset[str]:
        errors = self._simple_type(type_name, field).iter_errors(text)
        try:
            tags = {getattr(getattr(e.validator, "elem", None), "tag", None) for e in errors}
        except OverflowError:  # a year of twenty digits, which libxml2 has refused
            return frozenset({"type"})
        if tags - KINDS.keys():
            return frozenset({"type"})
        return frozenset(KINDS[tag] for tag in tags if tag is not None)

    def _simple_type(self, type_name: str, field: str) -> xmlschema.validators.XsdSimpleType:
        import xmlschema
        from xmlschema.validators import XsdElement, XsdGroup, XsdSimpleType

        if self._loaded is None:
            self._loaded = xmlschema.XMLSchema(str(self._path))
        content = getattr(self._loaded.types[type_name], "content", None)
        elements = content.iter_elements() if isinstance(content, XsdGroup) else ()
        for element in elements:
            if isinstance(element, XsdElement) and element.local_name == field:
                kind = element.type
                if isinstance(kind, XsdSimpleType):
                    return kind
        raise LookupError(f"xmlschema finds no text in {field} of {type_name}")
