"""The one place that holds colours: one accent, three signals, everything else grey.

Every pair of text and ground that the pages use has a contrast of at least 4.5 to 1, which a test
computes. Colour never says anything alone: a word always says it too.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """Ground of what is neither good nor bad."""
    accent: str
    """The accent as a surface, a dot or a line."""
    fine: str
    """The accent as text."""
    fine_soft: str
    look: str
    look_soft: str
    wrong: str
    wrong_soft: str
    tag: str
    attribute: str

    def variables(self) -> str:
        """CSS declarations, a custom property each: ``--wrong-soft: #fdeceb; ...``."""
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
    """CSS declarations of both palettes at once; ``color-scheme`` says which of them is seen."""
    return "".join(
        f"--{field.name.replace('_', '-')}:"
        f"light-dark({getattr(LIGHT, field.name)},{getattr(DARK, field.name)});"
        for field in fields(Palette)
    )


TEXT_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "ink": ("ground", "panel", "code", "chip", "fine_soft", "look_soft", "wrong_soft"),
    "muted": ("ground", "panel", "code", "chip"),
    "fine": ("ground", "panel", "fine_soft"),
    "look": ("ground", "panel", "look_soft"),
    "wrong": ("ground", "panel", "wrong_soft"),
    "tag": ("code", "look_soft", "wrong_soft"),
    "attribute": ("code", "look_soft", "wrong_soft"),
    "ground": ("fine",),  # the one button that goes on
}
"""Which colour is written on which ground; the contrast of each pair is tested."""

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
"""The same in a terminal: its own sixteen colours, since only it knows what its ground is."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:  # noqa: PLR2004 - the knee of the sRGB curve
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
