"""Repair slips in replies that leave no doubt about the message: a payment must not be lost.

Repaired are bare ampersands and angle brackets, HTML entities, characters that XML does not allow,
prefixes without a declaration, malformed attributes and comments, line breaks and images of HTML,
elements that are nested too deep, and an envelope that ends after its complete content. Any other
message that ends early is not, nor one whose tags do not match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from types import MappingProxyType
from typing import Final

from seqrkit.soap.envelope import ENVELOPE_NAMESPACE
from seqrkit.soap.fault import carried
from seqrkit.vocabulary import NAMESPACE

_CONTENT = re.compile(r".*</(?:[\w.-]+:)?(?:\w+Response|Fault)\s*>", re.DOTALL)
_OPENED = re.compile(r"<((?:[\w.-]+:)?(?:Envelope|Body))[\s>]")
# What is not closed ends with the text: a search for each end would take quadratic time.
_TOKEN = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"
    r"|<(?P<closing>/?)(?P<name>[A-Za-z_][^\s<>/\"'=]*+)"
    r"(?P<attributes>(?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*+(?=>)|[^<>]*)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?<![\w:.-])([A-Za-z_:][\w:.-]*+)\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s\"'=]*[^\s\"'=/](?![\"']))"
)
_TAG = re.compile(r"<[A-Za-z_][^<>]*>")
_BARE_BRACKET = re.compile(r"<(?![A-Za-z_/!?])")
_AMPERSAND = re.compile(r"&(?:#[xX]([0-9A-Fa-f]{1,6});|#([0-9]{1,7});|([A-Za-z][A-Za-z0-9]*);)?")
_PREFIX = re.compile(r"[<\s]([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*")
_DECLARATION = re.compile(r"\sxmlns:([A-Za-z_][\w.-]*)\s*=\s*[\"']([^\"']*)[\"']")
_VOID: Final = frozenset({"br", "hr", "img", "input", "wbr"})
"""Elements of HTML that have no end tag: a text of HTML that was not escaped."""
_PREDEFINED: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LARGEST: Final = 0x10FFFF
_DEEPEST: Final = 200
"""Levels of elements that are read; the API's messages have 9, and libxml2 reads 256."""
_WELL_KNOWN: Final = MappingProxyType(
    {
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsd": "http://www.w3.org/2001/XMLSchema",
        "xs": "http://www.w3.org/2001/XMLSchema",
        **dict.fromkeys(
            ("soap", "soapenv", "SOAP-ENV", "soap-env", "S", "s", "env"), ENVELOPE_NAMESPACE
        ),
    }
)


def repaired(message: bytes) -> bytes:
    """Return a message in UTF-8 with its slips repaired."""
    text = _closed(carried(message.decode("utf-8", "replace")))
    return _with_declarations("".join(_repaired_parts(text))).encode()


def _repaired_parts(text: str) -> Iterator[str]:
    """Yield texts, CDATA sections and tags, without comments and what is nested too deep."""
    depth = end = 0
    for token in _TOKEN.finditer(text):
        yield _escaped(text[end : token.start()])
        end = token.end()
        if token["name"] is None or token["name"].lower() in _VOID:
            yield token["cdata"] or ""
            continue
        # Counted before a closing tag and after an opening one, so that both have the same depth.
        depth -= bool(token["closing"])
        if depth < _DEEPEST:
            yield _tag(token)
        depth += not token["closing"] and not token["attributes"].endswith("/")
    yield _escaped(text[end:])


def _escaped(text: str) -> str:
    return _AMPERSAND.sub(_reference, _BARE_BRACKET.sub("&lt;", text).replace("]]>", "]]&gt;"))


def _tag(token: re.Match[str]) -> str:
    """Return a tag with the attributes that can be read; of two with one name, the first."""
    if token["closing"]:
        return f"</{token['name']}>"
    attributes: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(token["attributes"]):
        # xmlns:p="" is not allowed (Namespaces in XML 1.0, section 2.2); p is declared anew below.
        if value.strip("\"'") or not name.startswith("xmlns:"):
            quoted = value if value[0] in "\"'" else f'"{value}"'
            attributes.setdefault(name, f" {name}={_escaped(quoted)}")
    end = "/" if token["attributes"].endswith("/") else ""
    return f"<{token['name']}{''.join(attributes.values())}{end}>"


def _closed(text: str) -> str:
    """Close an envelope that ends after its content: its Content-Length counted characters."""
    found = _CONTENT.match(text)
    names = _OPENED.findall(text)
    if found is None or not names or f"</{names[0]}>" in text:
        return text
    return found[0] + "".join(f"</{name}>" for name in reversed(names))


def _reference(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if hexadecimal or decimal:
        number = int(hexadecimal, 16) if hexadecimal else int(decimal)
        allowed = number <= _LARGEST and carried(chr(number)) == chr(number)
        return found[0] if allowed else "\N{REPLACEMENT CHARACTER}"
    if name in _PREDEFINED:
        return found[0]
    # Without a DTD, XML has five entities; programs that escape as for HTML write &nbsp; and
    # others.
    return html5.get(f"{name};") or found[0].replace("&", "&amp;", 1)


def _with_declarations(text: str) -> str:
    """Declare the prefixes of a message on its root element."""
    root = _TAG.search(text)
    if root is None:
        return text
    known = {**_WELL_KNOWN, **dict(_DECLARATION.findall(text))}
    used = {prefix for tag in _TAG.findall(text) for prefix in _PREFIX.findall(tag)}
    # What no declaration explains is most likely the prefix of the operation.
    missing = used - {"xml", "xmlns", *(name for name, _ in _DECLARATION.findall(root[0]))}
    declared = "".join(
        f' xmlns:{prefix}="{known.get(prefix, NAMESPACE)}"' for prefix in sorted(missing)
    )
    end = root.end() - (2 if root[0].endswith("/>") else 1)
    return text[:end] + declared + text[end:]
