"""The bar below a form: buttons that fill, clear and send it, and a status line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets

from seqrkit.contract import Finding, Severity
from seqrkit.display import phrases
from seqrkit.display.exchange_html import result_pill
from seqrkit.display.highlight import count, worst
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html
from seqrkit.widgets.background_work import button
from seqrkit.widgets.basic_widgets import HIDDEN, classed, mark, see

_SAMPLES = "Give every empty required field the contract's sample value"


class ActionBar:
    """Buttons and one line about the form's state."""

    def __init__(
        self,
        *,
        fill: Callable[[], object],
        clear: Callable[[], object],
        undo: Callable[[], object],
        send: Callable[[], object],
    ) -> None:
        self._status = classed(ipywidgets.HTML(), "seqr-bar-note")
        self._undo = classed(_button("Undo", undo, "Restore what was removed"), HIDDEN)
        self._send = classed(button("Send", send, primary=True), "seqr-send")
        buttons = (
            _button("Fill with samples", fill, _SAMPLES),
            _button("Clear", clear, "Remove everything that was filled in"),
            self._undo,
        )
        self.box: ipywidgets.HBox = ipywidgets.HBox((*buttons, self._status, self._send))
        self.box.add_class("seqr-bar")

    def offer_undo(self, *, offered: bool) -> None:
        """Show or hide the button that restores what was removed."""
        see(self._undo, seen=offered)

    def ask(self, findings: Sequence[Finding]) -> None:
        """Ask whether to send a request with errors."""
        self.show_failure(f"{count(findings)}. Send it anyway?")
        self._send.description = "Send anyway"

    def show_busy(self, *, busy: bool) -> None:
        """Display whether a request is on its way."""
        mark(self.box, "seqr-busy", on=busy)

    def show_failure(self, sentence: str) -> None:
        """Display why a request could not be sent."""
        self._show(html('<span class="wrong">{}</span>', sentence))

    def show_outcome(self, exchange: Exchange) -> None:
        """Display the result and duration of an exchange."""
        duration = phrases.milliseconds(exchange)
        self._show(html("{} <small>{}</small>", result_pill(exchange), duration))

    def show_findings(self, findings: Sequence[Finding], *, todo: int, strict: bool) -> None:
        """Display the number of findings, and whether they prevent sending.

        `todo` is the number of required fields that are still empty.
        """
        prevented = strict and (todo or worst(findings) is Severity.ERROR)
        strictly = "this client is strict and will not send it"
        effect = strictly if prevented else "it can be sent anyway"
        fields = f"{todo} field{'s' if todo > 1 else ''} to do" if todo else ""
        counted = ", ".join(filter(None, (fields, count(findings))))
        self._show(f"{counted}: {effect}" if counted else "no findings")

    def _show(self, text: Markup | str) -> None:
        self._send.description = "Send"
        self._status.value = html('<p role="status">{}</p>', text)


def _button(label: str, action: Callable[[], object], tooltip: str) -> ipywidgets.Button:
    made = ipywidgets.Button(description=label, tooltip=tooltip)
    made.on_click(lambda _: action())
    return made
