"""What IPython shows of an error: the sentence first, then the user's own lines."""

from __future__ import annotations

import linecache
import traceback
from typing import Final

_FOLDED: Final = frozenset({"seqrkit", "IPython", "ipykernel", "nbclient"})
"""Packages whose frames say nothing about the user's mistake."""


def notebook_traceback(error: BaseException) -> list[str]:
    """Return the lines about an error; frames inside seqrkit and IPython are counted only.

    ``traceback.print_exc()`` in the same cell shows all of them.
    """
    lines = [f"{type(error).__name__}: {error}"]
    folded = 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] in _FOLDED:
            folded += 1
            continue
        name = frame.f_code.co_filename
        line = linecache.getline(name, number, frame.f_globals).strip()
        in_cell = frame.f_globals.get("__name__") == "__main__"
        lines.append(f"  {'' if in_cell else f'{name}, '}line {number}: {line}")
    if folded:
        lines.append(f"  ({folded} frames inside seqrkit and IPython are not shown)")
    return lines


class Interrupted(KeyboardInterrupt):
    """A KeyboardInterrupt that says what was interrupted, and how to go on."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows."""
        return notebook_traceback(self)
