"""A clock as a widget: its time, and buttons that advance a manual clock."""

from __future__ import annotations

from typing import Any, Final

import ipywidgets

from seqrkit.clock import Clock, ManualClock
from seqrkit.html import html
from seqrkit.widgets.background_work import button
from seqrkit.widgets.basic_widgets import Root, classed

STEPS: Final = {
    "1 s": (1, "a second: one poll"),
    "20 s": (20, "20 seconds: a payment that is not polled is reversed"),
    "1 min": (60, "a minute"),
    "1 h": (3600, "an hour"),
    "1 day": (86400, "a day"),
}
"""Steps of the buttons: seconds, and the tooltip."""


class ClockWidget(Root):
    """The time of a clock; a manual clock is advanced here."""

    def __init__(self, clock: Clock, **options: Any) -> None:
        self._clock = clock
        self._face = ipywidgets.HTML()
        steps = STEPS if isinstance(clock, ManualClock) else {}
        buttons = [self._button(label, *step) for label, step in steps.items()]
        row = classed(ipywidgets.HBox(buttons), "seqr-turn")
        super().__init__([self._face, row], "seqr-clock", **options)
        if isinstance(clock, ManualClock):
            self._subscriptions = (clock.subscribe(lambda _: self._show()),)
        self._show()

    def advance(self, seconds: float) -> None:
        """Advance a manual clock; everything due by then happens."""
        self._clock.sleep(seconds)

    def _button(self, label: str, seconds: float, what: str) -> ipywidgets.Button:
        return button(f"+ {label}", lambda: self.advance(seconds), f"Advance the clock by {what}")

    def _show(self) -> None:
        now = self._clock.now()
        self._face.value = (
            html(
                '<time role="timer" aria-live="polite" datetime="{}"><b>{}</b> '
                "<small>{} UTC · manual clock</small></time>",
                now.isoformat(),
                f"{now:%H:%M:%S}",
                f"{now:%Y-%m-%d}",
            )
            if isinstance(self._clock, ManualClock)
            else html(
                '<p>The system clock. <span class="seqr-small">For a clock that you advance use '
                "connect(clock=ManualClock()).</span></p>"
            )
        )

    def __repr__(self) -> str:
        return f"Clock: {self._clock!r}"
