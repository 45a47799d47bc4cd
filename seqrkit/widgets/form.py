"""One operation as a form; every keystroke updates its envelope, which is what is sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import ipywidgets
import traitlets

from seqrkit import soap
from seqrkit.client import Client
from seqrkit.contract import Finding, Severity
from seqrkit.display.highlight import count, worst
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.exchange import Exchange
from seqrkit.model_base import Request
from seqrkit.notebook_repr import Bundle
from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.action_bar import ActionBar
from seqrkit.widgets.background_work import in_background
from seqrkit.widgets.basic_widgets import Closing, Root, VBox, classed, close_all
from seqrkit.widgets.browser_view import in_marimo
from seqrkit.widgets.envelope_panel import EnvelopePanel
from seqrkit.widgets.form_structure import CONTEXT, pasted
from seqrkit.widgets.form_view import PRINCIPAL, FormView
from seqrkit.widgets.prefill import Prefill, State
from seqrkit.widgets.request_draft import Draft, Snapshot


class Form(VBox, Closing):
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

    value: traitlets.Dict[str, str] = traitlets.Dict()
    envelope: traitlets.Bytes = traitlets.Bytes()
    findings: traitlets.Tuple = traitlets.Tuple()
    exchange: traitlets.Any = traitlets.Any(allow_none=True)
    failure: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()
    busy: traitlets.Bool[bool, bool | int] = traitlets.Bool()
    focused: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()
    todo: traitlets.Any = traitlets.Any(frozenset())
    revision: traitlets.Int[int, int] = traitlets.Int()

    def __init__(
        self, client: Client, operation: str, *, principal: PrincipalType | str | None = None
    ) -> None:
        super().__init__()
        self.client = client
        self.draft: Draft = Draft(client.contract, operation)
        self.currency: str = client.contract.field("amount.currency").sample
        self.prefill: Prefill = Prefill(client, self.draft, principal)
        self._is_updating = False
        self._lock = threading.Lock()
        self.drawing = threading.RLock()
        """Held by a thread from its reading of the draft until the browser has been told."""
        self._thread: threading.Thread | None = None
        self._view: ipywidgets.Widget | None = None
        self._begin()
        self._undo: tuple[Snapshot, State] | None = None
        self._asked = False
        self.bar: ActionBar = ActionBar(
            fill=self.fill_samples, clear=self.clear, undo=self.undo, send=self.send_or_ask
        )
        self.body: FormView = FormView(self)
        self.panel: EnvelopePanel = EnvelopePanel()
        """The envelope beside the form, and the reply to it."""
        self.observe(lambda _: self.show_envelope(), ["revision", "focused"])
        address = client.address
        self.observe(
            lambda c: (
                self.panel.show_exchange(c["new"], endpoint=address)
                if c["new"] is not None
                else self.show_envelope()
            ),
            "exchange",
        )
        self._subscriptions = (lambda: close_all([self.panel]),)
        self.observe(self._report, ["busy", "findings", "todo", "failure", "exchange"])
        self.redraw()
        self.add_class("seqr-form")
        self.children: tuple[Any, Any] = (self.body, self.bar)

    @property
    def operation(self) -> str:
        """The operation's wire name."""
        return self.draft.operation

    @property
    def request(self) -> Request:
        """The request as an object of the model, as `client.send` takes it.

        Raises `ConfigurationError` for a text that its field cannot hold.
        """
        who = self.draft.text(f"{PRINCIPAL}.type")
        return self.draft.request_in(self.client.context(self.operation, principal=who))

    # Filling in

    def update(self, values: Mapping[str, object]) -> None:
        """Change some texts; `None` leaves an element out. An amount may be one text.

        Integers, decimals, times, amounts and bytes are converted to their wire format. Raises
        `ConfigurationError` for a path that the operation does not have and for a value of another
        type; nothing is changed then.
        """
        self.draft.update({**values, **self.prefill.unmask(values)})
        self.redraw()

    def add_item(self, path: str, identity: str | None = None) -> int:
        """Add an empty item to the list at a path (``invoice.invoiceRows``); return its number."""
        number = self.draft.add(path, identity)
        self.redraw()
        return number

    def remove_item(self, path: str, number: int) -> None:
        """Remove an item from a list; the following ones move up."""
        self._remember()
        self.draft.remove(path, number)
        self.redraw()

    def move_item(self, path: str, number: int, to: int) -> None:
        """Move an item of a list to the position of another."""
        self.draft.move(path, number, to)
        self.redraw()

    def paste(self, path: str, number: int, column: str, table: str) -> None:
        """Write a table from a spreadsheet into the items of a list, from that cell on."""
        spec = dict(self.draft.lists())[path]
        self.draft.update(pasted(spec, (path, number, column), table, self.currency))
        self.redraw()

    def fill_samples(self) -> None:
        """Give every empty required field the contract's sample value."""
        self.draft.fill_samples()
        self.redraw()

    def fill_references(self, *exchanges: Exchange) -> None:
        """Fill in references from exchanges, and the invoices and tokens they refer to.

        The last of several exchanges takes precedence. Typed texts are kept.
        """
        self.prefill.fill_from_exchanges(exchanges)
        self.redraw()

    def repeat(self, request: bytes) -> None:
        """Fill in a request that was sent, passwords masked, with a new clientReference.

        Raises `ConfigurationError` for a request of another operation, `MessageError` for one that
        is not a SOAP message.
        """
        self.draft.read(request)
        self.prefill.replace("context.clientReference")
        self._begin()
        self.redraw()

    def read(self, data: bytes) -> None:
        """Fill in a message from elsewhere; elements that are not fields are left out.

        Fields that it lacks are errors, not to do.

        Raises `MessageError` if it is not a SOAP message, `ConfigurationError` for a message of
        another operation.
        """
        self.draft.read(data)
        self.draft.left |= self.draft.todo(outside=CONTEXT)
        self.prefill.forget()
        self.redraw()

    def clear(self) -> None:
        """Clear all fields except those that the client fills in."""
        self._remember()
        self.draft.clear()
        self.prefill.forget()
        self._begin()
        self.redraw()

    def undo(self) -> None:
        """Restore what was there before the last `clear` or `remove_item`."""
        if self._undo is not None:
            self.draft.snapshot, self.prefill.state = self._undo
            self._undo = None
            self.bar.offer_undo(offered=False)
            self.redraw()

    def _remember(self) -> None:
        self._undo = self.draft.snapshot, self.prefill.state
        self.bar.offer_undo(offered=True)

    def send_as(self, principal: PrincipalType | str) -> None:
        """Fill in the context again, for a terminal or for a user of the reseller."""
        self.prefill.principal = principal
        self.prefill.empty_context()
        self._begin()
        self.redraw()

    # Sending

    def send(self) -> Exchange:
        """Send the envelope with its password and wait for the reply.

        Raises what `client.send_raw` raises, after setting `failure`.
        """
        self.busy, self.failure, self._asked = True, "", False
        self._leave_all()
        try:
            exchange = self.client.send_raw(self.draft.envelope(), self.operation)
        except SeqrError as error:
            # What was sent is shown even if no reply came.
            self.exchange = getattr(error, "exchange", None) or self.exchange
            self.failure = str(error)
            raise
        finally:
            self.busy = False
        self._begin()
        self.fill_references(exchange)
        self.exchange = exchange
        return exchange

    def send_or_ask(self) -> threading.Thread | None:
        """Send without waiting; a request with errors only when called a second time."""
        self._leave_all()
        if worst(self.findings) is Severity.ERROR and not (self._asked or self.client.strict):
            self._asked = True
            self.bar.ask(self.findings)
            return None
        return self.send_in_background()

    def _leave_all(self) -> None:
        if self.todo:
            self.draft.left |= self.todo
            self.redraw()

    def send_in_background(self) -> threading.Thread:
        """Send without waiting, as the button does; `exchange` or `failure` holds the outcome.

        Does nothing while a request is on its way.
        """
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = in_background(self._send_quietly)
            return self._thread

    def _send_quietly(self) -> None:
        with suppress(SeqrError):  # `failure` holds the reason
            self.send()

    # Drawing

    def _begin(self) -> None:
        try:
            self.prefill.fill_from_client()
        except ConfigurationError as error:
            self.failure = str(error)

    def redraw(self) -> None:
        """Update fields, findings and envelope after a change of the draft."""
        with self.drawing:
            self._redraw()

    def _redraw(self) -> None:
        self._is_updating = True
        envelope = self.draft.envelope()
        masked = soap.Secrets.of(envelope).mask_bytes(envelope)
        # The consent was for that request: after an edit the user is asked again.
        self._asked = self._asked and masked == self.envelope
        before = self.envelope, self.findings, self.todo
        texts = self.draft.texts
        with self.hold_trait_notifications():  # observers see envelope and findings together
            self.todo = self.draft.todo(outside=CONTEXT)
            self.value = self.prefill.mask(texts.items())
            self.findings = self.draft.findings
            self.envelope = masked
        if before != (self.envelope, self.findings, self.todo):
            self.revision += 1
        self.body.draw(texts)  # after the envelope, for which users wait
        self._is_updating = False

    @traitlets.validate("value")
    def _proposed(self, proposal: Mapping[str, Any]) -> dict[str, str]:
        given: dict[str, str] = proposal["value"]
        if self._is_updating:
            return given
        draft = Draft(self.draft.contract, self.operation)
        draft.update(given)
        return draft.texts

    @traitlets.observe("value")
    def _replaced(self, change: Mapping[str, Any]) -> None:
        if not self._is_updating:
            texts: dict[str, str] = change["new"]
            texts |= self.prefill.unmask(texts)
            self.draft.clear()
            self.draft.update(texts)
            self.redraw()

    # Display

    def show_envelope(self) -> None:
        """Show the envelope and its findings in the panel, in place of a reply."""
        client = self.client
        self.panel.show_message(
            self.envelope,
            self.reported,
            endpoint=client.address,
            interface=client.interface,
            todo=len(self.todo),
            line=self.draft.line_of(self.focused) if self.focused else 0,
        )

    @property
    def reported(self) -> tuple[Finding, ...]:
        """The findings, without those about fields that are still to be filled in."""
        return tuple(each for each in self.findings if self.draft.path_of(each) not in self.todo)

    def _report(self, change: Mapping[str, Any]) -> None:
        if change["name"] == "busy":
            self.bar.show_busy(self.busy)
        elif self.failure and change["name"] not in {"findings", "todo"}:
            self.bar.show_failure(self.failure)
        elif self.exchange is not None and change["name"] not in {"findings", "todo"}:
            self.bar.show_outcome(self.exchange)
        else:
            self.bar.show_findings(self.reported, todo=len(self.todo), strict=self.client.strict)

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        if self._view is None:
            self._view = Root([classed(ipywidgets.HBox((self, self.panel)), "seqr-alone")])
            self._subscriptions = (*self._subscriptions, self._view.close)
        return {**self._view._repr_mimebundle_(**options), "text/plain": repr(self)}

    def _display_(self) -> object:
        """Return what marimo displays."""
        return in_marimo(self.body, self.bar, self.panel)

    def __repr__(self) -> str:
        return f"Form: {self.operation}, {count(self.findings) or 'no findings'}"
