"""The parts of a help page, and how a name that someone types is compared with its names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

MEANING: Final = "What it means"
ACTIONS: Final = "What to do"
REPRODUCE: Final = "How to reproduce it here"
REPEAT: Final = "May the request be repeated?"
_PREFIX: Final = re.compile(
    r"(?i:(?:result|error|err|fel|kod|code|#|e(?=[0-9]))[-\s.:#=_]*)+(?=\w+$)"
    r"|(?:\w+\.)+(?=\w+ ?\w*$)|[0-9]+[-\s.:,]+(?=[A-Z]{2})"
)
"""What may stand before a code or a value: ``ResultCode ``, ``InvoiceStatus.``, the code itself."""
_TAG: Final = re.compile(r"<[^<>]*>")
_HTTP: Final = re.compile(r"(?:http|status|error|fel|\s|[:/])*([1-5][0-9][0-9])", re.IGNORECASE)
"""A status of HTTP; result codes have at most two digits."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, paragraphs, and a table whose first row is its head.

    Commands and names stand between backticks; a paragraph of several lines is code.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A help page; `see` lists the ids of related pages, `names` what else it is found by."""

    id: str
    title: str
    sections: tuple[Section, ...]
    see: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All paragraphs."""
        return " ".join(text for section in self.sections for text in section.paragraphs)

    @property
    def summary(self) -> str:
        """The first paragraph."""
        return next((each.paragraphs[0] for each in self.sections if each.paragraphs), "")


def topic(
    id_: str,
    title: str,
    sections: Mapping[str, Iterable[str]],
    see: Iterable[str] = (),
    names: Iterable[str] = (),
) -> Topic:
    """Return a page without empty paragraphs and sections."""
    full = ((heading, tuple(filter(None, texts))) for heading, texts in sections.items())
    parts = tuple(Section(*each) for each in full if each[1])
    return Topic(id_, title, parts, tuple(dict.fromkeys(see)), tuple(names))


def key(name: str) -> str:
    """Return what the spellings of a name have in common.

    `totalAmount` and `total_amount` are one name; so are `SYSTEM_ERROR`, `SystemError` and the
    documents' `INVALID_INITIATOR_ PRINCIPAL_ID`, which has a space; `Lösenord` and `losenord`.
    """
    # Without accents: Swedish users type them or not.
    plain = unicodedata.normalize("NFKD", name)
    return re.sub(r"[\s_-]|[^\x00-\x7f]", "", plain).lower()


def keys(typed: str) -> Iterable[str]:
    """Yield the keys under which to look for what someone typed: ``ResultCode 29``, ``29``."""
    yield key(typed)
    typed = (_TAG.sub(" ", typed).strip() or typed.strip("</ >")).rstrip(".,;:")
    yield key(typed)
    prefix = _PREFIX.match(typed)
    rest = typed[prefix.end() :] if prefix else typed
    with suppress(ValueError):
        # Logs write codes with leading zeros or in hexadecimal.
        rest = str(int(rest, 16 if rest.lower().startswith("0x") else 10))
    yield key(rest)
    status = _HTTP.fullmatch(typed)
    if status and int(status[1]) in set(HTTPStatus):
        yield from (f"http{status[1]}", "httperror")


def sentence(text: str) -> str:
    """Return a text as a sentence; empty for an empty one."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
