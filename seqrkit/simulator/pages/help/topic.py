"""A help page and its sections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MEANING: Final = "What it means"
ACTIONS: Final = "What to do"
REPRODUCE: Final = "How to reproduce it here"
REPEAT: Final = "May the request be repeated?"


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


def sentence(text: str) -> str:
    """Return a text as a sentence; empty for an empty one."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
