"""A password field that keeps its text out of the widget state.

`ipywidgets.Password` is not used, because its text is part of the state that JupyterLab and
``nbconvert --execute`` save in the notebook.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from seqrkit.soap import MASK


class PasswordInput(anywidget.AnyWidget):
    """A labelled password field.

    `value` exists in the kernel only; the browser sends what is typed as a custom message. The
    placeholder shows a mask while there is a value, since the browser never gets it back.
    """

    _esm = (Path(__file__).parent / "password.js").read_text(encoding="utf-8")
    description: traitlets.Unicode[str, str | bytes] = traitlets.Unicode().tag(sync=True)
    placeholder: traitlets.Unicode[str, str | bytes] = traitlets.Unicode().tag(sync=True)
    value: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._receiving = False
        self.on_msg(self._receive)

    def _receive(self, _: object, content: dict[str, Any], _buffers: object) -> None:
        if isinstance(content.get("typed"), str):
            self._receiving = True
            try:
                self.value = content["typed"]
            finally:
                self._receiving = False

    @traitlets.observe("value")
    def _replaced(self, change: traitlets.Bunch) -> None:
        self.placeholder = MASK if change["new"] else ""
        if not self._receiving:
            self.send({"replaced": True})
