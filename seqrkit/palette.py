"""All colours: one accent, three signals, and greys.

A test checks that every pair of text and ground has a contrast of at least 4.5 to 1. Colour never
carries information alone: there is always a word as well.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as ``#rrggbb``."""

    ground: str
    panel: str
    code: str
    ink: str
    muted: str
    line: str
    chip: str
    """Ground of neutral pills."""
    accent: str
    """The accent for surfaces, dots and lines."""
    fine: str
    """The accent for text."""
    fine_soft: str
    look: str
    look_soft: str
    wrong: str
    wrong_soft: str
    tag: str
    attribute: str

    def variables(self) -> str:
        """Return CSS declarations of custom properties: ``--wrong-soft: #fdeceb; ...``."""
        return "".join(
            f"--{field.name.replace('_', '-')}:{getattr(self, field.name)};"
            for field in fields(self)
        )


LIGHT: Final = Palette(
    ground="#fbfbfa",
    panel="#ffffff",
    code="#f6f7f6",
    ink="#1d2327",
    muted="#5f6970",
    line="#e3e6e4",
    chip="#e9ecea",
    accent="#0f8f7c",
    fine="#0a6f60",
    fine_soft="#e3f4f0",
    look="#945400",
    look_soft="#fdf1dc",
    wrong="#b3261e",
    wrong_soft="#fdeceb",
    tag="#7b3fa0",
    attribute="#00639c",
)

DARK: Final = Palette(
    ground="#15191a",
    panel="#1c2122",
    code="#181d1e",
    ink="#e7ebe9",
    muted="#9ba6a1",
    line="#2e3536",
    chip="#2e3536",
    accent="#3fc1ab",
    fine="#3fc1ab",
    fine_soft="#173530",
    look="#f0b55a",
    look_soft="#3a2d15",
    wrong="#ff8f86",
    wrong_soft="#3d2220",
    tag="#c79bea",
    attribute="#6cc1ea",
)


def both_themes() -> str:
    """Return CSS declarations of both palettes; the ``color-scheme`` property selects one."""
    return "".join(
        f"--{field.name.replace('_', '-')}:"
        f"light-dark({getattr(LIGHT, field.name)},{getattr(DARK, field.name)});"
        for field in fields(Palette)
    )


TERMINAL: Final = {
    "tag": "magenta",
    "attribute": "cyan",
    "value": "default",
    "comment": "bright_black",
    "muted": "bright_black",
    "fine": "green",
    "look": "yellow",
    "wrong": "red",
    "heading": "bold",
}
"""Styles for terminals, in their own sixteen colours, since their ground is unknown."""
