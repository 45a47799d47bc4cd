"""Where libxml2 and xmlschema disagree, and who of them accepts what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from seqrkit import contract
from seqrkit.suite.messages import payload_of
from seqrkit.suite.validators import Verdicts

if TYPE_CHECKING:
    from seqrkit.strategies import Broken


class Disagreement(NamedTuple):
    """The content of an element of some built-in type, as markup, and who accepts it."""

    types: tuple[str, ...]
    content: str
    said: Verdicts
    why: str


_BY_XMLSCHEMA: Final = Verdicts(libxml2=False, xmlschema=True)
_BY_LIBXML2: Final = Verdicts(libxml2=True, xmlschema=False)

DISAGREEMENTS: Final = (
    Disagreement(("int", "long"), "\u0661", _BY_XMLSCHEMA, "xmlschema takes digits of any script"),
    Disagreement(("decimal",), "1 000", _BY_XMLSCHEMA, "xmlschema takes spaces within a number"),
    Disagreement(("base64Binary",), "*", _BY_LIBXML2, "libxml2 skips what is not base64"),
)


def known(broken: Broken) -> bool:
    """Whether a value that is not of its type is one of those about which they disagree."""
    element = payload_of(broken.envelope)
    field = contract.load().field(broken.rule.path)
    texts = {child.text for child in element.iter(field.name)}
    return any(each.content in texts and field.base in each.types for each in DISAGREEMENTS)
