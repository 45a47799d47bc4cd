"""One operation as a form; every keystroke updates its envelope, which is what is sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import ipywidgets
import traitlets

from seqrkit.client import Client
from seqrkit.contract import Severity
from seqrkit.display.highlight import count, worst
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.notebook_repr import Bundle
from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.action_bar import ActionBar
from seqrkit.widgets.background_work import in_background
from seqrkit.widgets.basic_widgets import Closing, Root, VBox
from seqrkit.widgets.browser_view import in_marimo
from seqrkit.widgets.editing import Editing
from seqrkit.widgets.envelope_panel import RESPONSE, EnvelopePanel
from seqrkit.widgets.form_view import FormView


class Form(VBox, Editing, Closing):
    """A form for one operation, filled in by hand or from code.

    `value` holds the texts by wire path (``invoice.totalAmount.value``); setting it replaces all of
    them, `update` changes some. Passwords in it are masked, and setting a mask keeps the password.
    `envelope` is the message with masked passwords, `findings` are the contract's findings about
    it; both follow every keystroke. `exchange` is the last one, `failure` says why the last request
    could not be sent, `busy` whether one is on its way, `focused` is the path of the field that the
    user is in, `todo` has the paths of required fields without a text that the user has not left
    yet. All of them can be observed; `revision` counts the changes of envelope, findings and to do.

    `principal` is the sender if the operation leaves a choice. Displayed alone, the form has its
    envelope beside it.

    Raises `ConfigurationError` for an operation that the interface does not have.
    """

    exchange: traitlets.Any = traitlets.Any(allow_none=True)
    busy: traitlets.Bool[bool, bool | int] = traitlets.Bool()
    focused: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()

    def __init__(
        self, client: Client, operation: str, *, principal: PrincipalType | str | None = None
    ) -> None:
        super().__init__()
        self.begin(client, operation, principal)
        self._thread: threading.Thread | None = None
        self._view: ipywidgets.Widget | None = None
        self._asked = False
        self.bar: ActionBar = ActionBar(
            fill=self.fill_samples,
            clear=self.clear,
            undo=self.undo,
            send=self.send_or_ask,
            first=self.show_first,
        )
        self.body: FormView = FormView(self)
        self.panel: EnvelopePanel = EnvelopePanel(client.address, client.interface)
        """The envelope beside the form, and the reply to it."""
        self.observe(lambda _: self.show_envelope(), "revision")
        self.observe(lambda _: self._mark_line(), "focused")
        self.observe(lambda _: self._show_reply(), "exchange")
        self.observe(self._changed, ["envelope", "undoable"])
        self.observe(self._report, ["busy", "envelope", "findings", "todo", "failure", "exchange"])
        self.redraw()
        self.add_class("seqr-form")
        self.children: tuple[Any, ...] = (self.body, self.panel, self.bar)

    # Sending

    def send(self) -> Exchange:
        """Send the envelope with its password and wait for the reply.

        Raises what `client.send_raw` raises, after setting `failure`.
        """
        self.busy, self.failure, self._asked = True, "", False
        envelope = self.finish()
        try:
            exchange = self.client.send_raw(envelope, self.operation)
        except SeqrError as error:
            # What was sent is shown even if no reply came.
            self.exchange = getattr(error, "exchange", None) or self.exchange
            self.failure = str(error)
            raise
        finally:
            self.busy = False
        self.go_on(exchange)
        self.exchange = exchange
        return exchange

    def send_or_ask(self) -> threading.Thread | None:
        """Send without waiting; a request with errors only when called a second time."""
        self.finish()
        self.bar.reveal(".seqr-form:not(.seqr-hidden) > .seqr-bar")  # it may be out of view
        if worst(self.findings) is Severity.ERROR and not (self._asked or self.client.strict):
            self._asked = True
            self.bar.ask(self.findings)
            return None
        return self.send_in_background()

    def send_in_background(self) -> threading.Thread:
        """Send without waiting, as the button does; `exchange` or `failure` holds the outcome.

        Does nothing while a request is on its way.
        """
        with self.drawing:
            if self._thread is None or not self._thread.is_alive():
                self._thread = in_background(self._send_quietly)
            return self._thread

    def _send_quietly(self) -> None:
        with suppress(SeqrError):  # `failure` holds the reason
            self.send()

    # Display

    def draw(self, texts: dict[str, str]) -> None:
        """Display the texts and findings at their fields."""
        self.body.draw(texts)

    def _changed(self, change: Mapping[str, Any]) -> None:
        if change["name"] == "undoable":
            self.bar.offer_undo(offered=self.undoable)
        else:  # the consent was for the request as it was
            self._asked = False

    def show_envelope(self) -> None:
        """Show the envelope and its findings in the panel, in place of a reply."""
        todo = len(self.todo)
        self.panel.show_message(self.envelope, self.reported, todo=todo, line=self._line)

    def show_first(self) -> None:
        """Move the focus to the first field with an error, else to one to do or with a warning."""
        self.body.send({"first": True})

    @property
    def _line(self) -> int:
        return self.draft.line_of(self.focused) if self.focused else 0

    def _mark_line(self) -> None:
        if self.panel.tab == RESPONSE:
            self.show_envelope()
        else:
            self.panel.mark(self._line)

    def _show_reply(self) -> None:
        if self.exchange is None:
            self.show_envelope()
        else:
            self.panel.show_exchange(self.exchange)

    def _report(self, change: Mapping[str, Any]) -> None:
        has_changed = change["name"] in {"envelope", "findings", "todo"}
        if change["name"] == "busy":
            self.bar.show_busy(self.busy)
        elif self.failure and not has_changed:
            self.bar.show_failure(self.failure)
        elif self.exchange is not None and not has_changed:
            self.bar.show_outcome(self.exchange)
        else:
            self.bar.show_findings(self.reported, todo=len(self.todo), strict=self.client.strict)

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        if self._view is None:
            self._view = Root([self])
            self._subscriptions = (self._view.close,)
        return {**self._view._repr_mimebundle_(**options), "text/plain": repr(self)}

    def _display_(self) -> object:
        """Return what marimo displays."""
        return in_marimo(self.body, self.bar, self.panel)

    def __repr__(self) -> str:
        return f"Form: {self.operation}, {count(self.findings) or 'no findings'}"
