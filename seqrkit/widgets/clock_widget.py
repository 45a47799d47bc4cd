"""A clock as a widget: what it says, and for a manual one the buttons that turn it."""

from __future__ import annotations

from typing import Any, Final

import ipywidgets

from seqrkit.clock import Clock, ManualClock
from seqrkit.widgets.buttons import button
from seqrkit.widgets.stylesheet import sheet

STEPS: Final = {
    "1 s": (1, "a second: one poll"),
    "20 s": (20, "20 seconds: a payment that nobody asked about is reversed"),
    "1 min": (60, "a minute"),
    "1 h": (3600, "an hour"),
    "1 day": (86400, "a day"),
}
"""How far a button turns the clock, in seconds, and what that is good for."""


class ClockWidget(ipywidgets.VBox):
    """What the clock says; one that stands still is turned here."""

    def __init__(self, clock: Clock, **options: Any) -> None:
        self._clock = clock
        self._face = ipywidgets.HTML()
        steps = STEPS if isinstance(clock, ManualClock) else {}
        row = ipywidgets.HBox([self._button(words, *step) for words, step in steps.items()])
        row.add_class("seqr-turn")
        super().__init__([sheet(), self._face, row], **options)
        self.add_class("seqr")
        self.add_class("seqr-clock")
        if isinstance(clock, ManualClock):
            clock.subscribe(lambda _: self._tell())
        self._tell()

    def advance(self, seconds: float) -> None:
        """Turn the clock; whatever falls due on the way happens. Only for a manual one."""
        self._clock.sleep(seconds)

    def _button(self, words: str, seconds: float, hint: str) -> ipywidgets.Button:
        return button(f"+ {words}", lambda: self.advance(seconds), f"Turn the clock by {hint}")

    def _tell(self) -> None:
        if not isinstance(self._clock, ManualClock):
            self._face.value = (
                '<p>The machine&rsquo;s own clock, which goes by itself. <span class="seqr-small">'
                "connect(clock=ManualClock()) has one to turn.</span></p>"
            )
            return
        now = self._clock.now()
        self._face.value = (
            f'<time role="timer" aria-live="polite" datetime="{now.isoformat()}">'
            f"<b>{now:%H:%M:%S}</b> <small>{now:%Y-%m-%d} UTC · stands still</small></time>"
        )

    def __repr__(self) -> str:
        return f"Clock: {self._clock!r}"
