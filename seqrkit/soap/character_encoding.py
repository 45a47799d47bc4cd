"""The character encoding of a message, decided in one place for client, linter and endpoint.

A byte order mark comes first, then HTTP's charset, then the XML declaration, then UTF-8 (RFC 7303,
section 3). A label that contradicts the bytes is ignored, because a wrong label must not cost a
reply; each wrong label becomes a remark that says what the sender should change.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from lxml import etree

from seqrkit.soap.xml_declaration import WELL_FORMED

_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml\s[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)")
_HEAD: Final = 1024
"""Number of bytes that are searched for an XML declaration."""
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_FOREIGN: Final = (
    # First, because the byte order mark of UTF-32 begins with that of UTF-16.
    ("utf-32-le", "UTF-32", re.compile(rb"\xff\xfe\0\0|<\0\0\0")),
    ("utf-32-be", "UTF-32", re.compile(rb"\0\0\xfe\xff|\0\0\0<")),
    ("utf-7", "UTF-7", re.compile(rb"\+ADw[-A-Za-z?/+]")),
    ("cp500", "EBCDIC", re.compile(rb"[\x40\x25\x15]*\x4c[\x6f\x5a\x81-\xe9][^<]*\Z", re.DOTALL)),
)
"""Encodings that readers of SOAP need not know: how a message in each begins."""
_LAST_RESORT: Final = "cp1252"
"""Undeclared bytes that are not UTF-8 are mostly in the Windows encoding of Western Europe."""
_ON_THE_WIRE: Final = {"cp1252": "windows-1252", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}


class Source(StrEnum):
    """Where the name of an encoding was found."""

    MARK = "the byte order mark"
    HTTP = "the charset of the Content-Type"
    DECLARATION = "the XML declaration"
    DEFAULT = "the default"


_CHANGES: Final = {
    Source.MARK: "write the byte order mark of the encoding that is used, or omit it",
    Source.HTTP: "send Content-Type: text/xml; charset={used}",
    Source.DECLARATION: 'write encoding="{used}" in the XML declaration',
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a message, by its Python name, and where it was found.

    `remarks` are sentences about labels that are wrong or contradict each other. `refusal` says
    why a strict reader refuses the bytes: no label explains them, so the encoding is a guess.
    """

    name: str
    source: Source
    remarks: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The remarks without the refusal."""
        return tuple(remark for remark in self.remarks if remark != self.refusal)

    def decoded(self, data: bytes) -> str:
        """Decode a message, without its byte order mark."""
        # "replace", because the encoding may be a guess, and a guess must not raise.
        return data.decode(self.name, "replace").removeprefix("\ufeff")

    def text(self, data: bytes) -> str:
        """Decode a message and drop its XML declaration; line numbers stay the same."""
        # The text is encoded again as UTF-8, which the old declaration would contradict.
        text = self.decoded(data)
        declaration = WELL_FORMED.match(text)
        if declaration is None:
            return text
        return "\n" * declaration[0].count("\n") + text[declaration.end() :]


_UTF_8: Final = Encoding("utf-8", Source.DEFAULT)


def charset_of(content_type: str | None) -> str | None:
    """Return the charset parameter of a Content-Type header, or `None`."""
    found = _CHARSET.search(content_type or "")
    return None if found is None else found[1]


def decide(data: bytes, charset: str | None = None) -> Encoding:
    """Decide the encoding of a message; `charset` is that of HTTP, if any."""
    # Nearly every message ends here: its labels agree with its bytes, and nothing is to be weighed.
    declared = _DECLARED.search(data, 0, _HEAD)
    names = {_known(label) for label in (charset, declared and declared[1].decode()) if label}
    is_plain = names <= {"utf-8"} and _decodes(data, "utf-8")
    is_plain = is_plain or (names <= {"utf-8", "ascii"} and data.isascii())
    # UTF-16 without a mark has NULs, which are valid UTF-8 as well.
    if data[:1] == b"<" and data[1:2] != b"\0" and is_plain:
        return _UTF_8
    return _weighed(data, charset)


def _weighed(data: bytes, charset: str | None) -> Encoding:
    for codec, label, beginning in _FOREIGN:
        if beginning.match(data) and _decodes(data, codec):
            sentence = f"the message is in {label}; write UTF-8"
            return Encoding(codec, Source.DEFAULT, (sentence,), sentence)
    wide = _wide(data)
    labels = _labels(data, charset, wide)
    names = {source: _resolved(_known(label), wide) for source, label in labels.items()}
    for source, name in names.items():
        if name is not None and _fits(data, name, wide):
            return Encoding(name, source, tuple(_remarks(labels, names, name, source)))
    name = wide or "utf-8"
    readable = _decodes(data, name)
    name = name if readable or wide else _LAST_RESORT
    remarks = _remarks(labels, names, name, Source.DEFAULT)
    # A document's own label binds it; a charset of HTTP is often a server's default.
    own = [remark for remark in remarks if not remark.startswith(Source.HTTP)]
    refusal = "" if readable else _not_utf_8(data)
    return Encoding(
        name,
        Source.DEFAULT,
        tuple(dict.fromkeys(filter(None, (*remarks, refusal)))),
        refusal or "".join(own[:1]),
    )


def _labels(data: bytes, charset: str | None, wide: str | None) -> dict[Source, str]:
    """The name that each source gives, in order of precedence."""
    labels = {}
    mark = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    if mark is not None:
        labels[Source.MARK] = mark
    if charset is not None:
        labels[Source.HTTP] = charset
    head = data[:_HEAD] if wide is None else data[:_HEAD].decode(wide, "ignore").encode()
    declared = _DECLARED.search(head)
    if declared is not None:
        labels[Source.DECLARATION] = declared[1].decode()
    return labels


def _wide(data: bytes) -> str | None:
    """Return the variant of UTF-16 that the first bytes are in, whatever their labels say."""
    first = data[:8].lstrip(b"\xff\xfe")[:2] if data[:2] in _MARKS else data[:2]
    if first[1:] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if first[:1] == b"\0" and first[1:] else None


@lru_cache(maxsize=64)
def _known(label: str) -> str | None:
    """Return Python's name for an encoding that libxml2 knows too, or `None`.

    Python also has text transformations such as punycode, which are not encodings of XML.
    """
    try:
        name = codecs.lookup(label).name
        # Python writes utf-16-le where libxml2 writes UTF-16LE.
        etree.XMLParser(encoding=name.replace("utf-16-", "utf-16"))
    except LookupError:
        return None
    return name


def _resolved(name: str | None, wide: str | None) -> str | None:
    # Without a mark, UTF-16 is big-endian (RFC 2781, section 4.3).
    return wide or "utf-16-be" if name == "utf-16" else name


def _fits(data: bytes, name: str, wide: str | None) -> bool:
    """Return whether bytes can be in an encoding: of the same width, and all of them decode."""
    return name.startswith("utf-16") == (wide is not None) and _decodes(data, name)


def _decodes(data: bytes, name: str) -> bool:
    if name == "utf-8" and data.isascii():
        return True
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _remarks(
    labels: dict[Source, str], names: dict[Source, str | None], used: str, decider: Source
) -> list[str]:
    remarks = []
    overruled = False
    for source, label in labels.items():
        if source is decider:
            overruled = True
        if names[source] == used:
            continue
        change = _CHANGES[source].format(used=_ON_THE_WIRE.get(used, used))
        if names[source] is None:
            why = "which is not a known encoding"
        elif overruled:
            why = f"and {decider} says {labels[decider]}, which comes first"
        else:
            why = f"but the bytes are {_ON_THE_WIRE.get(used, used)}"
        remarks.append(f"{source} says {label}, {why}; {change}")
    return remarks


def _not_utf_8(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        at, line = error.start, data.count(b"\n", 0, error.start) + 1
        if error.reason == "unexpected end of data":
            return f"the message ends inside a character of line {line}: it is truncated"
        return (
            f"the byte 0x{data[at]:02X} at position {at} (line {line}) is not UTF-8; declare the "
            f'encoding that was used, e.g. <?xml version="1.0" encoding="windows-1252"?>, or '
            "write UTF-8"
        )
    return "the bytes are not text in any of the encodings named; write UTF-8"
