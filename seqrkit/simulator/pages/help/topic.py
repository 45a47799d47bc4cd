"""The parts of a help page, and how a name that someone types is compared with its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MEANING: Final = "What it means"
ACTIONS: Final = "What to do"
REPRODUCE: Final = "How to reproduce it here"
REPEAT: Final = "May the request be repeated?"
_PREFIX: Final = re.compile(r"(?i:(?:result\s*)?code[\s.:#_]*)|\w+\.(?=[A-Z_ ]+$)")
"""What may stand before a code or a value: ``ResultCode ``, ``InvoiceStatus.``."""


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
    documents' `INVALID_INITIATOR_ PRINCIPAL_ID`, which has a space.
    """
    return re.sub(r"[\s_]", "", name).lower()


def keys(typed: str) -> Iterable[str]:
    """Yield the keys under which to look for what someone typed: ``ResultCode 29``, ``29``."""
    yield key(typed)
    prefix = _PREFIX.match(typed.strip())
    yield key(typed.strip()[prefix.end() :] if prefix else typed)


def sentence(text: str) -> str:
    """Return a text as a sentence; empty for an empty one."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
