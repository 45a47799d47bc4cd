"""The exchanges so far: buttons for the latest, and a comparison of any two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from seqrkit.display import outcome_phrases
from seqrkit.display.exchange_diff import diff_body
from seqrkit.display.exchange_html import pill
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange, Journal
from seqrkit.html import Markup, html, joined
from seqrkit.widgets.browser_view import HtmlView, button, menu

SHOWN: Final = 5
"""Number of exchanges with a button: the latest. The others are in the menus."""
IN_MENUS: Final = 50
"""Number of exchanges in the menus of the comparison: the latest."""


_Taker = Callable[[Exchange], object]


class History(HtmlView):
    """The exchanges of a journal, updated as they are recorded.

    `show_exchange` gets the exchange whose button was clicked, `repeat` the one whose request is to
    be filled into its form.
    """

    def __init__(self, journal: Journal, show_exchange: _Taker, repeat: _Taker) -> None:
        self._journal = journal
        self._show_exchange = show_exchange
        self.opened: Exchange | None = None
        """The exchange whose button was clicked last."""
        self._last: tuple[Exchange, ...] = ()
        self._offered: tuple[Exchange, ...] = ()
        self._pair: list[Exchange] = []
        self._comparing = False
        handlers: dict[str, Callable[..., object]] = {
            "open": self._open,
            "repeat": lambda number: repeat(self._find(number)),
            "choose": self._choose,
            "compare": self._compare,
        }
        super().__init__(handlers)
        self.add_class("seqr-history")
        self._refresh()
        self._subscriptions = (journal.subscribe(self._refresh),)

    def __repr__(self) -> str:
        return f"History of {len(self._journal)} exchanges"

    def _find(self, number: int) -> Exchange:
        # What is displayed stays usable when the journal forgets it.
        known: tuple[Exchange, ...] = (*self._last, *self._offered, *self._journal)
        found = next((each for each in known if each.number == number), None)
        if found is None:
            every = len(self._journal)
            raise ConfigurationError(f"exchange {number} does not exist; there are {every}")
        return found

    def _open(self, number: int) -> None:
        with self._drawing:
            self.opened = self._find(number)
            self._draw()
        self._show_exchange(self.opened)

    def _choose(self, place: int, number: str) -> None:
        with self._drawing:
            self._pair[place] = self._find(int(number))
            self._draw()

    def _compare(self) -> None:
        with self._drawing:
            self._comparing = not self._comparing
            self._draw()

    def _refresh(self, _: object = None) -> None:
        with self._drawing:
            latest = tuple(self._journal[-IN_MENUS:])
            self._last = latest[-SHOWN:]
            if not self._comparing:  # an open comparison stays unchanged
                self._offered = latest
                self._pair = [*latest[-2:]]
            self._draw()

    def _draw(self) -> None:
        hidden = self._last[0].number - 1 if self._last else 0
        earlier = f"{hidden} earlier" if hidden else "" if self._last else "No exchanges yet."
        again = self.opened.number if self.opened and self.opened.operation else 0
        strip = (
            html('<span class="seqr-earlier">{}</span>', earlier) if earlier else "",
            *map(_entry, self._last),
            button(f"Fill the form with {again}", "repeat", again) if again else "",
        )
        choice, difference = Markup(), Markup()
        if len(self._pair) > 1:
            one, other = self._pair
            options = [(_label(each), each.number) for each in reversed(self._offered)]
            choice = html(
                '<div class="seqr-choice">{}{}{}</div>',
                menu("Compare", options, one.number, "choose", 0),
                menu("with", options, other.number, "choose", 1),
                button(f"{'Hide' if self._comparing else 'Show'} the difference", "compare"),
            )
            if self._comparing:
                difference = diff_body(one, other)
        self.show(
            {
                "strip": html('<div class="seqr-strip">{}</div>', joined(strip)),
                "choice": choice,
                "difference": html('<div class="seqr-diff">{}</div>', difference)
                if difference
                else "",
            }
        )


def _entry(exchange: Exchange) -> Markup:
    meaning = f"{outcome_phrases.meaning(exchange)} Open exchange {exchange.number}."
    return html(
        '<span class="seqr-entry">{}{}<span class="ms">{}</span></span>',
        button(_name(exchange), "open", exchange.number, tooltip=meaning),
        pill("fine" if exchange.succeeded else "wrong", _result(exchange)),
        outcome_phrases.milliseconds(exchange),
    )


def _result(exchange: Exchange) -> str:
    return "0" if exchange.succeeded else outcome_phrases.short(exchange)


def _name(exchange: Exchange) -> str:
    return f"{exchange.number} {exchange.name}"


def _label(exchange: Exchange) -> str:
    return f"{_name(exchange)} · {_result(exchange)}"
