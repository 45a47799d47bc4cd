"""What a widget is told of while it is there, and how it comes to an end."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets


class Leaving(ipywidgets.Box):
    """A box that takes its ways out when it is closed, each once.

    A widget is closed when it is collected, too, also one whose construction failed halfway.
    """

    _ways_out: tuple[Callable[[], None], ...] = ()

    def close(self) -> None:
        """Take the widget away; it is told of nothing any more."""
        ways, self._ways_out = self._ways_out, ()
        for leave in ways:
            leave()
        super().close()
