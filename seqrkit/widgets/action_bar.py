"""The bar below a form: buttons that fill, clear and send it, and a status line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seqrkit.contract import Finding, Severity
from seqrkit.display import outcome_phrases
from seqrkit.display.exchange_html import result_pill
from seqrkit.display.highlight import count, worst
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html
from seqrkit.widgets.basic_widgets import mark
from seqrkit.widgets.browser_view import HtmlView, button
from seqrkit.widgets.reference_suggestions import texts_of_exchange

_SAMPLES = "Give every empty required field the contract's sample value"


class ActionBar(HtmlView):
    """Buttons and a line about the form's state; `handlers` are fill, clear, undo, send, first."""

    def __init__(self, **handlers: Callable[[], object]) -> None:
        super().__init__(handlers)
        self.add_class("seqr-bar")
        fill = button("Fill with samples", "fill", tooltip=_SAMPLES)
        clear = button("Clear", "clear", tooltip="Remove everything that was filled in")
        self.show({"buttons": fill + clear, "undo": ""})
        self._show("no findings")

    def offer_undo(self, *, offered: bool) -> None:
        """Show or hide the button that restores what was removed."""
        undo = button("Undo", "undo", tooltip="Restore what was removed")
        self.show({"undo": undo if offered else ""})

    def ask(self, findings: Sequence[Finding]) -> None:
        """Ask whether to send a request with errors."""
        question = html('<span class="wrong">{}. Send it anyway?</span>', _link(count(findings)))
        self._show(question, send="Send anyway")

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001 - a setter
        """Display a spinner in the button that sends, or remove it."""
        mark(self, "seqr-busy", on=busy)

    def show_failure(self, sentence: str) -> None:
        """Display why a request could not be sent."""
        self._show(html('<span class="wrong">{}</span>', sentence))

    def show_outcome(self, exchange: Exchange) -> None:
        """Display the result of an exchange, the status in its reply, and the duration.

        If it was refused, the findings about the request lead to their fields.
        """
        status = texts_of_exchange(exchange).get("status")
        said = " · ".join(filter(None, (status, outcome_phrases.milliseconds(exchange))))
        why = "" if exchange.succeeded else count(exchange.findings)
        self._show(html("{} {} <small>{}</small>", result_pill(exchange), why and _link(why), said))

    def show_findings(self, findings: Sequence[Finding], *, todo: int, strict: bool) -> None:
        """Display the number of findings, and whether they prevent sending.

        `todo` is the number of required fields that are still empty.
        """
        prevented = strict and (todo or worst(findings) is Severity.ERROR)
        strictly = "this client is strict and will not send it"
        effect = strictly if prevented else "it can be sent anyway"
        fields = f"{todo} field{'s' if todo > 1 else ''} to do" if todo else ""
        counted = ", ".join(filter(None, (fields, count(findings))))
        self._show(html("{}: {}", _link(counted), effect) if counted else "no findings")

    def _show(self, text: Markup | str, *, send: str = "Send") -> None:
        self.show(
            {
                "status": html('<p class="seqr-bar-note" role="status">{}</p>', text),
                "send": button(send, "send", look="seqr-primary seqr-send"),
            }
        )


def _link(counted: str) -> Markup:
    """Return a button that moves the focus to the first of the counted fields."""
    return button(counted, "first", look="seqr-link", tooltip="Go to the first of them")
