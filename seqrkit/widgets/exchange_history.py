"""What was sent so far: the last exchanges at a glance, and any two of them as a diff."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import escape
from typing import Any, Final

import ipywidgets
import traitlets

from seqrkit.display import phrases
from seqrkit.display.exchange_diff import diff_body
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange, Journal
from seqrkit.widgets.closing import Leaving
from seqrkit.widgets.primitives import see

SHOWN: Final = 5
"""The last exchanges that have a button; the others are in the menus."""
IN_MENUS: Final = 50
"""The last exchanges that can be chosen to be compared."""

_SHOW: Final = "Show the difference"
_HIDE: Final = "Hide the difference"


class History(ipywidgets.VBox, Leaving):
    """The exchanges of a journal as they come, whoever makes them.

    `opened` is the exchange that was pressed last, `repeated` the one whose request is to be filled
    into its form.
    """

    opened = traitlets.Any(allow_none=True)
    repeated = traitlets.Any(allow_none=True)

    def __init__(self, journal: Journal, **options: Any) -> None:
        self._journal = journal
        self._refreshing = threading.RLock()  # exchanges come from any thread
        self._entries = [
            _Entry(lambda exchange: self._tell("opened", exchange)) for _ in range(SHOWN)
        ]
        self._earlier = ipywidgets.HTML()
        self._earlier.add_class("seqr-earlier")
        self._one = ipywidgets.Dropdown(description="Compare")
        self._other = ipywidgets.Dropdown(description="with")
        self._comparing = ipywidgets.ToggleButton(description=_SHOW)
        self._comparing.add_class("seqr-compare")
        self._diff = ipywidgets.HTML()
        self._diff.add_class("seqr-diff")
        choice = ipywidgets.HBox([self._one, self._other, self._comparing])
        choice.add_class("seqr-choice")
        self._again = ipywidgets.Button()
        self._again.on_click(lambda _: self._tell("repeated", self.opened))
        strip = ipywidgets.HBox([self._earlier, *self._entries, self._again])
        strip.add_class("seqr-strip")
        super().__init__([ipywidgets.HBox([strip, choice]), self._diff], **options)
        self.add_class("seqr-history")
        self._choice = choice
        for control in (self._one, self._other, self._comparing):
            control.observe(self._draw, "value")
        self._offer_again()
        self._refresh()
        self._ways_out = (journal.subscribe(self._refresh),)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The exchanges that have a button, by their numbers."""
        shown = (entry.exchange for entry in self._entries)
        return tuple(each.number for each in shown if each is not None)

    @property
    def difference(self) -> str:
        """The comparison that is seen, as HTML; empty where there is none."""
        return str(self._diff.value)

    def compare(self, one: int, other: int) -> None:
        """Show two exchanges side by side, by their numbers.

        Raises `ConfigurationError` for a number that none has.
        """
        every = len(self._journal)
        for number in (one, other):
            if not 1 <= number <= every:
                raise ConfigurationError(f"there is no exchange {number}; there are {every}")
        self._offer(range(1, every + 1))
        self._one.value, self._other.value, self._comparing.value = one, other, True

    def __repr__(self) -> str:
        return f"History of {len(self._journal)} exchanges"

    def _refresh(self, _: Exchange | None = None) -> None:
        with self._refreshing:
            self._show()

    def _show(self) -> None:
        every = len(self._journal)
        last = list(self._journal[max(every - SHOWN, 0) : every])
        for entry, exchange in zip(self._entries, (*last, *[None] * SHOWN), strict=False):
            entry.show(exchange)
        hidden = every - len(last)
        self._earlier.value = (
            f"{hidden} earlier" if hidden else "" if every else "Nothing has been sent yet."
        )
        see(self._earlier, seen=bool(self._earlier.value))
        see(self._choice, seen=every > 1)
        if every > 1 and not self._comparing.value:  # what is being compared stays as it is
            self._offer(range(max(every - IN_MENUS, 0) + 1, every + 1))
            self._one.value, self._other.value = every - 1, every

    def _offer(self, numbers: range) -> None:
        options = [(_label(self._journal[number - 1]), number) for number in reversed(numbers)]
        for menu in (self._one, self._other):
            menu.options = options

    def _draw(self, _: object) -> None:
        one, other = self._one.value, self._other.value
        shown = bool(self._comparing.value) and one is not None and other is not None
        self._diff.value = (
            diff_body(self._journal[one - 1], self._journal[other - 1]) if shown else ""
        )
        self._comparing.description = _HIDE if shown else _SHOW
        see(self._diff, seen=shown)

    @traitlets.observe("opened")
    def _offer_again(self, _: object = None) -> None:
        exchange: Exchange | None = self.opened
        see(self._again, seen=exchange is not None and bool(exchange.operation))
        if exchange is not None:
            self._again.description = f"Fill the form with {exchange.number}"

    def _tell(self, trait: str, exchange: Exchange | None) -> None:
        self.set_trait(trait, None)  # so that the same one can be told again
        self.set_trait(trait, exchange)


class _Entry(ipywidgets.HBox):
    """One exchange in a line, to be pressed."""

    def __init__(self, open_it: Callable[[Exchange | None], None]) -> None:
        self.exchange: Exchange | None = None
        self._button = ipywidgets.Button()
        self._button.on_click(lambda _: open_it(self.exchange))
        self._result = ipywidgets.HTML()
        super().__init__([self._button, self._result])
        self.add_class("seqr-entry")

    def show(self, exchange: Exchange | None) -> None:
        """Be that exchange's entry from now on, or nobody's."""
        if exchange is self.exchange and exchange is not None:
            return
        self.exchange = exchange
        see(self, seen=exchange is not None)
        if exchange is None:
            return
        self._button.description = f"{exchange.number} {exchange.operation or 'raw bytes'}"
        self._button.tooltip = f"{phrases.meaning(exchange)} Open exchange {exchange.number}."
        signal = "fine" if exchange.succeeded else "wrong"
        said = _said(exchange)
        self._result.value = (
            f'<span class="pill {signal}">{escape(said)}</span>'
            f'<span class="ms">{phrases.milliseconds(exchange)}</span>'
        )


def _said(exchange: Exchange) -> str:
    """How it ended; success needs no word."""
    return "0" if exchange.succeeded else phrases.short(exchange)


def _label(exchange: Exchange) -> str:
    return f"{exchange.number} {exchange.operation or 'raw bytes'} · {_said(exchange)}"
