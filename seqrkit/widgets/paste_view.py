"""A field for a message from elsewhere, such as what a register in another language sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seqrkit.errors import SeqrError
from seqrkit.widgets.browser_view import BrowserView, script


class PasteView(BrowserView):
    """Gives what is pasted to `take`, and displays the sentence of an error that it raises."""

    _esm = script("paste_view.js")

    def __init__(self, take: Callable[[str], object], **options: Any) -> None:
        super().__init__({"open": self._open}, **options)
        self._take = take
        self.note: str = ""
        """The sentence that is displayed."""
        self._opened = 0
        self._show()

    def _open(self, text: str) -> None:
        try:
            self._take(text)
        except SeqrError as error:
            self.note = str(error)
        else:
            self.note = ""
        self._opened += 1
        self._show()

    def _show(self) -> None:
        """Display the note; the number tells the browser that something was opened without one."""
        self.show({"note": self.note, "opened": self._opened})
