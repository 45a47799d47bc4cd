"""What a page of help is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands under it: a paragraph each. Commands stand between backticks."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A page: `id` is what it is asked for by, `see` the ids of those that go with it."""

    id: str
    title: str
    sections: tuple[Section, ...]
    see: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What it says first."""
        return self.sections[0].paragraphs[0] if self.sections else ""


def sections(*given: tuple[str, tuple[str, ...]]) -> tuple[Section, ...]:
    """Sections out of headings and paragraphs, without those that are empty."""
    kept = ((heading, tuple(filter(None, paragraphs))) for heading, paragraphs in given)
    return tuple(Section(heading, paragraphs) for heading, paragraphs in kept if paragraphs)
