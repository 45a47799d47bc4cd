"""Attributes of a tag in text that may not be well-formed: where one ends, or its slip."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from seqrkit.contract.findings import shorten
from seqrkit.soap import ENVELOPE_NAMESPACE
from seqrkit.vocabulary import NAMESPACE

Fix = tuple[int, int, str]
"""The start and end of what to replace, and the replacement."""

_ATTRIBUTE: Final = re.compile(r"\s*([^\s=<>/\"']+)\s*(=?)\s*")
_CURLY: Final = "\u2018-\u201f\u2032\u2033\u00ab\u00bb\u00b4`\uff02"
_OUTSIDE: Final = rf"[^\s<>\"'{_CURLY}]"
# A URL first: its slashes would otherwise be taken for the end of an empty element.
_BARE_VALUE: Final = re.compile(
    rf"({_OUTSIDE}*?://{_OUTSIDE}+|{_OUTSIDE}*[^\s<>\"'/{_CURLY}])[\"']?"
)
_CURLY_VALUE: Final = re.compile(
    rf"[{_CURLY}]([^{_CURLY}<>\"]*)[{_CURLY}]|(?P<escape>&(?:quot|apos);)([^<>\"&]*)(?P=escape)"
)
_XMLNS: Final = re.compile(r"(?!xmlns(?::|\Z))x[mlns]{2,4}[.:;,_-]?(\w*)", re.IGNORECASE)
"""Misspelt names of namespace declarations."""
_URL_VALUE: Final = re.compile(r"[\"'][^\"'<>]*://")
_OPEN_QUOTE: Final = re.compile(r"([^\s<>\"']*)[\"']?(?=>|\s+[\w.:-]+\s*=\s*\Z)")
"""A value that goes on to the end of the tag, or to the next attribute."""
_AFTER_VALUE: Final = frozenset({"", ">", "/", "?", " ", "\t", "\r", "\n"})


_NAMESPACES: Final = {
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
"""The namespaces that prefixes usually stand for."""
_SOAP_NAMES: Final = frozenset({"Envelope", "Header", "Body", "Fault", "encodingStyle"})


class Attribute(NamedTuple):
    """The name of an attribute, and the span of its value without the quotes."""

    name: str
    start: int
    end: int


class Problem(NamedTuple):
    """The kind of a slip, what is wrong, and the only likely correction, if there is one."""

    kind: str
    message: str
    fix: Fix | None


def missing_declaration(name: str) -> str:
    """Return the likely declaration of the prefix of a name."""
    prefix, _, local = name.rpartition(":")
    own = ENVELOPE_NAMESPACE if local in _SOAP_NAMES else NAMESPACE
    return f'xmlns:{shorten(prefix)}="{_NAMESPACES.get(prefix, own)}"'


def read_attribute(text: str, tag: str, at: int) -> Attribute | Problem:
    """Read the attribute of a tag that begins at a position of the text."""
    found = _ATTRIBUTE.match(text, at)
    if found is None:
        following = at + len(text[at:]) - len(text[at:].lstrip())
        fix = (at, at, ">") if text.startswith("<", following) else None
        return Problem("unclosed", f"<{shorten(tag)} is not closed by >", fix)
    about = f"the attribute {shorten(found[1])} of <{shorten(tag)}>"
    start = found.end() + 1
    quote = text[found.end() : start]
    misnamed = _misnamed(text, tag, about, found)
    if misnamed or not found[2] or quote not in {'"', "'"}:
        return misnamed or _unquoted(text, tag, about, found)
    end = text.find(quote, start)
    open_end = _OPEN_QUOTE.match(text, start, len(text) if end < 0 else end)
    less = text.find("<", start, max(end, 0))
    if less >= 0 and open_end is None and text.find(">", less, end) < 0:
        message = f"{about} contains a bare <; write &lt;"
        return Problem("less-than", message, (less, less + 1, "&lt;"))
    if end < 0 or open_end is not None or less >= 0:
        fix = None if open_end is None else (open_end.end(1), open_end.end(), quote)
        return Problem("attribute", f"{about} has no closing quote", fix)
    if text[end + 1 : end + 2] in _AFTER_VALUE:
        return Attribute(found[1], start, end)
    message = f"white space is missing after {about}"
    return Problem("attribute", message, (end + 1, end + 1, " "))


def _misnamed(text: str, tag: str, about: str, found: re.Match[str]) -> Problem | None:
    """Explain a comma before an attribute, or a misspelt or empty declaration of a namespace."""
    start = found.start(1)
    if found[1][0] in ",;":
        message = f"{found[1][0]} is between the attributes of <{shorten(tag)}>; remove it"
        return Problem("attribute", message, (start, start + 1, " "))
    prefix = found[1].removeprefix("xmlns:")
    if prefix != found[1] and text[found.end() : found.end() + 2] in {'""', "''"}:
        right = missing_declaration(tag if tag.startswith(f"{prefix}:") else f"{prefix}:")
        message = f"the namespace of the prefix {shorten(prefix)} is empty; write {right}"
        return Problem("undeclared", message, (start, found.end() + 2, right))
    misspelt = _XMLNS.fullmatch(found[1])
    if misspelt is None or _URL_VALUE.match(text, found.end()) is None:
        return None
    right = f"xmlns:{misspelt[1]}" if misspelt[1] else "xmlns"
    return Problem("attribute", f"{about} is misspelt; write {right}", (*found.span(1), right))


def _unquoted(text: str, tag: str, about: str, found: re.Match[str]) -> Problem:
    """Explain an attribute whose value is missing or not in straight quotes."""
    curly = _CURLY_VALUE.match(text, found.end())
    if curly is not None:
        kind = "escaped" if curly["escape"] else "typographic"
        message = f"{about} has {kind} quotes; write straight ones"
        value = curly[3] if curly["escape"] else curly[1]
        return Problem("attribute", message, (curly.start(), curly.end(), f'"{value}"'))
    if not found[2] and text[found.end() : found.end() + 1] in {'"', "'"}:
        message = f"= is missing after {about}"
        return Problem("attribute", message, (found.end(1), found.end(1), "="))
    if not found[2] and text.startswith(":", found.end()):
        message = f"white space is inside of {about}; remove it"
        return Problem("attribute", message, (found.end(1), found.end(), ""))
    name = f"{tag}{found[1]}"
    if not found[2] and (f"</{name}>" in text or f"</{tag} {found[1]}>" in text):
        message = f"white space is inside the name of a tag; write <{shorten(name)}>"
        return Problem("spaced", message, (found.start(), found.start(1), ""))
    bare = _BARE_VALUE.match(text, found.end()) if found[2] else None
    fix = None if bare is None else (bare.start(), bare.end(), f'"{bare[1]}"')
    return Problem("attribute", f"{about} needs a value in quotes", fix)
