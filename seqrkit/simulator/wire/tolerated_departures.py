"""Notes on requests: departures from the schema that the endpoint accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

from seqrkit.simulator.behaviours import Note, behaviour
from seqrkit.soap import local, namespace

if TYPE_CHECKING:
    from lxml.etree import _Element

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TRUE: Final = frozenset({"true", "1"})
SPACE: Final = " \t\r\n"
"""White space in XML."""
MAX_NOTES: Final = 100
"""Maximum number of notes on one message; a hostile one could cause a hundred thousand."""
MAX_INDEX: Final = 1000
"""Maximum number of siblings that a path counts, for the same reason."""

_MISSING: Final = "read as missing"
_SHOWN: Final = 40


class Notes(list[Note]):
    """The notes of one message."""

    def add(self, id: str, rule: str, element: _Element, wrong: str, taken: str = _MISSING) -> None:
        """Add a note with the behaviour of this id, unless there are too many already."""
        if len(self) < MAX_NOTES:
            self.append(Note(behaviour(id), rule, path_of(element), wrong, taken))

    def invalid(
        self, id: str, rule: str, element: _Element, base: str, taken: str = _MISSING
    ) -> None:
        """Add a note on a text that is not valid for a built-in type."""
        text = (element.text or "").strip(SPACE)
        self.add(id, rule, element, f"{shown(text)} is not a valid xs:{base}", taken)

    def attributes(self, element: _Element) -> bool:
        """Note attributes that change the meaning of an element; return whether it is nil."""
        if element.get("href") is not None:
            wrong = "href is a reference of rpc/encoded, but the service is document/literal"
            taken = "read without the content that it refers to"
            self.add("read.href", "soap.document-literal", element, wrong, taken)
        is_nil = element.get(NIL) in TRUE
        if is_nil:
            self.add("read.nil", "wire.nil", element, "xsi:nil is not in the schema")
        return is_nil

    def unknown(self, place: str, element: _Element, names: Iterable[str]) -> None:
        """Add a note on an unknown element; `names` are those that the schema allows there."""
        name, space = local(element), namespace(element)
        if name in names and space:
            wrong = f"<{name}> is in namespace {shown(space)}, but must be in none"
        else:
            wrong = f"<{shortened(name)}> is not allowed here"
        rule = f"{place}.unknown-element"
        self.add("read.unknown-element", rule, element, wrong, "ignored")

    def parameter(self, rule: str, entry: _Element, wrong: str) -> None:
        """Add a note on an entry of a parameter map."""
        taken = "the last value counts" if rule.endswith("repeated-key") else "ignored"
        self.add("read.parameter-key", rule, entry, wrong, taken)

    def unknown_key(self, rule: str, entry: _Element, key: str, known: Sequence[str]) -> None:
        """Add a note on an unknown key of a parameter map."""
        close = similar(key, known)
        advice = f"write {close}" if close else f"the known keys are {' and '.join(known)}"
        self.parameter(rule, entry, f'the key "{shortened(key)}" is not known; {advice}')


def path_of(element: _Element) -> str:
    """Return the path of an element: sendInvoice/invoice/totalAmount/value."""
    steps = []
    for each in (element, *element.iterancestors()):
        if local(each) == "Body":
            break
        tag = str(each.tag)
        # An index only where there are several: paths are compared with those of the linter.
        earlier = len(list(islice(each.itersiblings(tag, preceding=True), MAX_INDEX)))
        later = next(each.itersiblings(tag), None) is not None
        steps.append(f"{local(each)}[{earlier + 1}]" if earlier or later else local(each))
    return "/".join(reversed(steps))


def similar(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant: the same in another case, or a close one."""
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.75)
    return by_lower[close[0]] if close else None


def shown(text: str | None) -> str:
    """Return a text in quotation marks, shortened."""
    return f'"{shortened(text)}"' if text else "an empty text"


def shortened(text: str) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
