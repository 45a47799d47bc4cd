"""Comments, CDATA sections and instructions in text that may not be well-formed."""

from __future__ import annotations

import re
from typing import Final

from seqrkit.contract.attribute_slips import Problem

SECTIONS: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
"""How each kind begins and ends."""
_NAMES: Final = {"<!--": "the comment ", "<![CDATA[": "the CDATA section "}
_COMMENT_END: Final = re.compile(r"<!--[^<>]*?(--\s+>|--!>|(?<!-)->)(?=\s*<)")
"""The wrong end of a comment, before a tag."""


def read_section(text: str, opening: str, start: int, innermost: str, line: int) -> int | Problem:
    """Return where a section ends, or its slip; `innermost` is the name of the open element."""
    closing = SECTIONS[opening]
    end = text.find(closing, start + len(opening))
    wrong = _COMMENT_END.match(text, start, len(text) if end < 0 else end)
    if wrong is not None:
        fix = (*wrong.span(1), closing)
        return Problem("comment", f"a comment ends with {wrong[1]}; write -->", fix)
    if end < 0:
        message = (
            f"{_NAMES.get(opening, '')}{opening} of line {line} has no {closing}; write {closing}, "
            "if the message is not truncated"
        )
        end = text.find(f"</{innermost}", start) if innermost else -1
        if opening != "<![CDATA[":  # a comment rather ends with its line
            line_end = text.find("\n", start, max(end, 0))
            end = end if line_end < 0 else line_end
        return Problem("truncated", message, (end, end, closing) if end >= 0 else None)
    hyphens = text.find("--", start + 4, end + 2) if opening == "<!--" else end
    if hyphens < end:
        message = "a comment contains --, which XML does not allow; write one -"
        return Problem("comment", message, (hyphens, hyphens + 2, "-"))
    return end + len(closing)


def misplaced_declaration(text: str, span: tuple[int, int], place: str, *, after: bool) -> Problem:
    """Explain an XML declaration that is inside a place, `after` the document, or not first."""
    if place:
        message = f"an XML declaration is inside {place}; remove it"
        return Problem("declaration", message, (*span, ""))
    if after:
        message = "a second XML declaration follows: the text contains several documents"
        return Problem("trailing", message, None)
    before = "a byte order mark" if "\ufeff" in text[: span[0]] else "white space"
    message = f"{before} precedes the XML declaration; begin with <?xml"
    return Problem("leading", message, None)
