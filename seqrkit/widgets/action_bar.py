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
from seqrkit.widgets.primitives import Atoms, classed, mark

_SAMPLES = "Give every empty required field the contract's sample value"


class ActionBar:
    """Buttons and one line about the form's state."""

    def __init__(
        self,
        atoms: Atoms,
        *,
        fill: Callable[[], object],
        clear: Callable[[], object],
        send: Callable[[], object],
    ) -> None:
        self._status = atoms.html("", "seqr-bar-note")
        self.box: ipywidgets.HBox = atoms.line(
            (
                atoms.button("Fill with samples", fill, tooltip=_SAMPLES),
                atoms.button("Clear", clear, tooltip="Remove everything that was filled in"),
                self._status,
                classed(button("Send", send, primary=True), "seqr-send"),
            ),
            "seqr-bar",
        )

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

    def show_findings(self, findings: Sequence[Finding], *, strict: bool) -> None:
        """Display the number of findings, and whether they prevent sending."""
        prevented = strict and worst(findings) is Severity.ERROR
        strictly = "this client is strict and will not send it"
        effect = strictly if prevented else "it can be sent anyway"
        counted = count(findings)
        self._show(f"{counted}: {effect}" if counted else "no findings")

    def _show(self, text: Markup | str) -> None:
        self._status.value = html('<p role="status">{}</p>', text)
