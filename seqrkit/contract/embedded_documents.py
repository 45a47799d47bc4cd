"""The documents inside messages, in base64: the content of reports, and the data of receipts."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Final

from seqrkit import soap
from seqrkit.contract.findings import quote
from seqrkit.errors import MessageError

_TAG: Final = re.compile(rb"<[a-zA-Z!]")
_XML: Final = frozenset({"text/xml", "application/xml"})
_HTML: Final = "text/html"
_SHOWN_BYTES: Final = 20


def is_text_of(content: str, text: str) -> bool:
    """Whether a text is that of a document, without white space at the ends and line ends.

    A document that is not text in UTF-8 has no other text.
    """
    try:
        decoded = b64decode(content).decode()
    except ValueError:
        return True
    return decoded.strip().splitlines() == text.strip().splitlines()


def wrong_type(content: str, mime_type: str) -> str | None:
    """Return what a document is instead of what its MIME type states; `None` if it fits.

    HTML has a tag, and XML is well-formed; documents of other types are not judged.
    """
    kind = mime_type.partition(";")[0].strip().lower()
    try:
        document = b64decode(content, validate=True)
    except ValueError:
        return None  # what is not base64 has a finding of its own
    start = quote(document[:_SHOWN_BYTES].decode(errors="replace"))
    if kind == _HTML and not _TAG.search(document):
        return f"it begins with {start} and has no tags"
    if kind in _XML:
        try:
            soap.parse(document)
        except MessageError as error:
            return f"it begins with {start}; {error.sentence}"
    return None
