"""The exchanges so far: buttons for the latest, and a comparison of any two."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

import ipywidgets
import traitlets

from seqrkit.display import phrases
from seqrkit.display.exchange_diff import diff_body
from seqrkit.display.exchange_html import pill
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange, Journal
from seqrkit.html import html
from seqrkit.widgets.basic_widgets import Closing, HBox, VBox, classed, see

SHOWN: Final = 5
"""Number of exchanges with a button: the latest. The others are in the menus."""
IN_MENUS: Final = 50
"""Number of exchanges in the menus of the comparison: the latest."""

_SHOW: Final = "Show the difference"
_HIDE: Final = "Hide the difference"


class History(VBox, Closing):
    """The exchanges of a journal, updated as they are recorded.

    `opened` is the exchange whose button was clicked last, `repeated` the one whose request is to
    be filled into its form.
    """

    opened: traitlets.Any = traitlets.Any(allow_none=True)
    repeated: traitlets.Any = traitlets.Any(allow_none=True)

    def __init__(self, journal: Journal, **options: Any) -> None:
        self._journal = journal
        self._refreshing = threading.RLock()  # exchanges are recorded in any thread
        self._entries = [
            _Entry(lambda exchange: self._announce("opened", exchange)) for _ in range(SHOWN)
        ]
        self._earlier = classed(ipywidgets.HTML(), "seqr-earlier")
        self._one = ipywidgets.Dropdown(description="Compare")
        self._other = ipywidgets.Dropdown(description="with")
        self._comparing = classed(ipywidgets.ToggleButton(description=_SHOW), "seqr-compare")
        self._diff = classed(ipywidgets.HTML(), "seqr-diff")
        menus = (self._one, self._other, self._comparing)
        self._choice = classed(ipywidgets.HBox(menus), "seqr-choice")
        self._again = ipywidgets.Button()
        self._again.on_click(lambda _: self._announce("repeated", self.opened))
        strip = classed(ipywidgets.HBox([self._earlier, *self._entries, self._again]), "seqr-strip")
        super().__init__([ipywidgets.HBox([strip, self._choice]), self._diff], **options)
        self.add_class("seqr-history")
        for menu in menus:
            menu.observe(self._draw, "value")
        self._offer_again()
        self._refresh()
        self._subscriptions = (journal.subscribe(self._refresh),)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the exchanges with a button."""
        shown = (entry.exchange for entry in self._entries)
        return tuple(each.number for each in shown if each is not None)

    @property
    def difference(self) -> str:
        """The visible comparison as HTML; empty if there is none."""
        return str(self._diff.value)

    def compare(self, one: int, other: int) -> None:
        """Show two exchanges side by side, given by number.

        Raises `ConfigurationError` for an unknown number.
        """
        every = len(self._journal)
        for number in (one, other):
            if not 1 <= number <= every:
                raise ConfigurationError(f"exchange {number} does not exist; there are {every}")
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
        none = "" if every else "No exchanges yet."
        self._earlier.value = f"{hidden} earlier" if hidden else none
        see(self._earlier, seen=bool(self._earlier.value))
        see(self._choice, seen=every > 1)
        if every > 1 and not self._comparing.value:  # an open comparison stays unchanged
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

    def _announce(self, trait: str, exchange: Exchange | None) -> None:
        self.set_trait(trait, None)  # so that setting the same exchange again is a change
        self.set_trait(trait, exchange)


class _Entry(HBox):
    """One exchange as a button with its result."""

    def __init__(self, open_it: Callable[[Exchange | None], None]) -> None:
        self.exchange: Exchange | None = None
        self._button = ipywidgets.Button()
        self._button.on_click(lambda _: open_it(self.exchange))
        self._result = ipywidgets.HTML()
        super().__init__([self._button, self._result])
        self.add_class("seqr-entry")

    def show(self, exchange: Exchange | None) -> None:
        """Show an exchange, or hide the entry."""
        # Five messages to the browser for each poll would be noticed.
        if exchange is self.exchange and exchange is not None:
            return
        self.exchange = exchange
        see(self, seen=exchange is not None)
        if exchange is None:
            return
        self._button.description = _name(exchange)
        self._button.tooltip = f"{phrases.meaning(exchange)} Open exchange {exchange.number}."
        self._result.value = html(
            '{}<span class="ms">{}</span>',
            pill("fine" if exchange.succeeded else "wrong", _result(exchange)),
            phrases.milliseconds(exchange),
        )


def _result(exchange: Exchange) -> str:
    return "0" if exchange.succeeded else phrases.short(exchange)


def _name(exchange: Exchange) -> str:
    return f"{exchange.number} {exchange.name}"


def _label(exchange: Exchange) -> str:
    return f"{_name(exchange)} · {_result(exchange)}"
