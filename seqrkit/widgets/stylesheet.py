"""The one style of all widgets: the palette, what `display` draws with, and the sheets here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import ipywidgets

from seqrkit.display import exchange_html

_HERE = Path(__file__).parent


def sheet() -> ipywidgets.HTML:
    """The style sheet, as a child for a root of the class ``seqr``; it is not seen itself."""
    style = ipywidgets.HTML(f"<style>{_whole()}</style>")
    style.add_class("seqr-sheet")
    return style


@cache
def _whole() -> str:
    own = "".join(path.read_text(encoding="utf-8") for path in sorted(_HERE.glob("*.css")))
    return f"{exchange_html.style(exchange_html.EXCHANGE, 'card.css')}{own}"
