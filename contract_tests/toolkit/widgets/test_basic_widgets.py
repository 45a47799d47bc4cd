"""The widgets' stylesheet is complete and uses the palette."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seqrkit import widgets
from seqrkit.display import exchange_html
from seqrkit.palette import LIGHT
from seqrkit.widgets.basic_widgets import stylesheet

SHEETS = sorted(Path(widgets.__file__).parent.glob("*.css"))


def test_the_stylesheet_contains_all_sheets_and_the_palette() -> None:
    whole = stylesheet().value
    assert whole.startswith("<style>")
    assert exchange_html.style() in whole
    assert LIGHT.accent in whole
    for each in SHEETS:
        assert each.read_text(encoding="utf-8") in whole


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colours_are_in_the_palette_only(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl\(", text) == []
    assert not re.search(r"url\(|@import", text), "it loads nothing from anywhere"
