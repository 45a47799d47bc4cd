"""What IPython shows of an error: the sentence first, then the user's own lines."""

from __future__ import annotations

from typing import Final

_FOLDED: Final = frozenset({"seqrkit", "IPython", "ipykernel", "nbclient"})
"""Packages whose frames say nothing about the user's mistake."""


class ShortTraceback(BaseException):
    """An exception whose frames inside seqrkit and IPython are counted in notebooks, not shown.

    ``traceback.print_exc()`` in the cell shows all of them.
    """

    # IPython's documented name for this hook.
    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows."""
        import linecache  # deferred: for notebooks only
        import traceback

        lines = [f"{type(self).__name__}: {self}"]
        folded = 0
        for frame, number in traceback.walk_tb(self.__traceback__):
            module, file = frame.f_globals.get("__name__", ""), frame.f_code.co_filename
            if str(module).partition(".")[0] in _FOLDED:
                folded += 1
                continue
            line = linecache.getline(file, number, frame.f_globals).strip()
            where = "" if module == "__main__" else f"{file}, "  # a cell has a file of no use
            lines.append(f"  {where}line {number}: {line}")
        if folded:
            lines.append(f"  ({folded} frames inside seqrkit and IPython are not shown)")
        return lines


class Interrupted(ShortTraceback, KeyboardInterrupt):
    """A KeyboardInterrupt that says what was interrupted, and how to go on."""
