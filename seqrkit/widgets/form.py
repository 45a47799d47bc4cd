"""One operation as a form; every keystroke updates its envelope, which is what is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import ipywidgets
import traitlets

from seqrkit import soap
from seqrkit.client import Client
from seqrkit.display.highlight import count
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.exchange import Exchange
from seqrkit.field_paths import Assignment, as_text, assignments_of
from seqrkit.html import Markup, html
from seqrkit.model_base import Request
from seqrkit.notebook_repr import Bundle
from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.action_bar import ActionBar
from seqrkit.widgets.background_work import in_background
from seqrkit.widgets.context_fields import NAME, PRINCIPAL, context_fields
from seqrkit.widgets.draft import Draft
from seqrkit.widgets.envelope_panel import EnvelopePanel
from seqrkit.widgets.field_specs import Kind
from seqrkit.widgets.form_sections import fields_of
from seqrkit.widgets.primitives import Atoms, VBox, stylesheet
from seqrkit.widgets.reference_suggestions import contents, references


class Form(VBox):
    """A form for one operation, filled in by hand or from code.

    `value` holds the texts by wire path (``invoice.totalAmount.value``); setting it replaces all of
    them, `update` changes some. Passwords in it are masked, and setting a mask keeps the password.
    `envelope` is the message with masked passwords, `findings` are the contract's findings about
    it; both follow every keystroke. `exchange` is the last one, `failure` says why the last request
    could not be sent, `busy` whether one is on its way. All of them can be observed.

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

    def __init__(
        self, client: Client, operation: str, *, principal: PrincipalType | str | None = None
    ) -> None:
        super().__init__()
        self.client = client
        self.draft: Draft = Draft(client.contract, operation)
        self.atoms: Atoms = Atoms()
        self.currency: str = client.contract.field("amount.currency").sample
        self._principal = principal
        self._secrets = {p for p, spec in self.draft.places() if spec.kind is Kind.SECRET}
        self._filled: dict[str, str] = {}
        self._brought: dict[str, str] = {}
        self._is_updating = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._view: ipywidgets.Widget | None = None
        self._begin()
        rest = [each for each in self.draft.specs if each.name != NAME]
        self._fields = (*context_fields(self), *fields_of(rest, "", self))
        head = self.atoms.html(self._heading(), "seqr-form-head")
        self.body: ipywidgets.VBox = self.atoms.stack(
            (head, *(field.box for field in self._fields)), "seqr-form-body"
        )
        bar = ActionBar(
            self.atoms,
            fill=self.fill_samples,
            clear=self.clear,
            send=lambda: self.send_in_background().join(),
        )
        self._bar = bar
        self.bar: ipywidgets.HBox = bar.box
        self.observe(self._report, ["busy", "findings", "failure", "exchange"])
        self._update()
        self.add_class("seqr-form")
        self.children: tuple[Any, Any] = (self.body, self.bar)
        self._show()

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
        self.draft.update({**values, **self._unmasked(values)})
        self._changed()

    def add_item(self, path: str) -> int:
        """Add an empty item to the list at a path (``invoice.invoiceRows``); return its number."""
        number = self.draft.add(path)
        self._changed()
        return number

    def remove_item(self, path: str, number: int) -> None:
        """Remove an item from a list; the following ones move up."""
        self.draft.remove(path, number)
        self._changed()

    def move_item(self, path: str, number: int, to: int) -> None:
        """Move an item of a list to the position of another."""
        self.draft.move(path, number, to)
        self._changed()

    def fill_samples(self) -> None:
        """Give every empty required field the contract's sample value."""
        self.draft.fill_samples()
        self._changed()

    def fill_references(self, *exchanges: Exchange) -> None:
        """Fill in references from exchanges, and the invoices and tokens they refer to.

        The last of several exchanges takes precedence. Typed texts are kept.
        """
        for exchange in exchanges:
            self._bring(references(self.draft, exchange))
        found = dict(contents(self.draft, exchanges))
        for path, _ in self.draft.lists():
            here = {p: text for p, text in self.draft.texts.items() if p.startswith(f"{path}[")}
            if here.items() - self._brought.items():
                found = {p: text for p, text in found.items() if not p.startswith(f"{path}[")}
            elif any(p.startswith(f"{path}[") for p in found):
                for _ in range(self.draft.count(path)):
                    self.draft.remove(path, 0)
        self._bring(found.items())
        self._changed()

    def take(self, request: Request) -> None:
        """Fill in the fields of a request object and clear the others, except the context."""
        self.draft.take(request)
        if getattr(request, "context", None) is None:
            self._forget_context()
            self._begin()
        self._changed()

    def repeat(self, exchange: Exchange) -> None:
        """Fill in the request of an exchange, with a new clientReference.

        Raises `ConfigurationError` for an exchange of another operation, `MessageError` for a
        request that is not a SOAP message.
        """
        self.draft.read(exchange.masked_request)
        own = "context.clientReference"
        self._filled[own] = self.draft.text(own) or ""
        self._begin()
        self._changed()

    def _forget_context(self) -> None:
        """Let the client fill in the context again."""
        for path in [path for path in self._filled if path.startswith(f"{NAME}.")]:
            del self._filled[path]

    def _bring(self, texts: Iterable[Assignment]) -> None:
        samples = {path: spec.field.sample for path, spec in self.draft.places()}
        for path, text in texts:
            ours = {None, samples.get(path), self._filled.get(path), self._brought.get(path)}
            if self.draft.text(path) in ours:
                self.draft.set(path, text)
                self._brought[path] = text

    def clear(self) -> None:
        """Clear all fields except those that the client fills in."""
        self.draft.clear()
        self._filled.clear()
        self._brought.clear()
        self._begin()
        self._changed()

    def send_as(self, principal: PrincipalType | str) -> None:
        """Fill in the context again, for a terminal or for a user of the reseller."""
        self._principal = principal
        for path in self.draft.texts:
            if path.startswith(f"{NAME}."):
                self.draft.set(path, None)
        self._forget_context()
        self._begin()
        self._changed()

    # Sending

    def send(self) -> Exchange:
        """Send the envelope with its password and wait for the reply.

        Raises what `client.send_raw` raises, after setting `failure`.
        """
        self.busy, self.failure = True, ""
        try:
            exchange = self.client.send_raw(self.draft.envelope(), self.operation)
        except SeqrError as error:
            self.exchange = getattr(error, "exchange", None) or self.exchange
            self.failure = str(error)
            raise
        finally:
            self.busy = False
        self._begin()
        self.fill_references(exchange)
        self.exchange = exchange
        return exchange

    def send_in_background(self) -> threading.Thread:
        """Send without waiting, as the button does; `exchange` or `failure` holds the outcome.

        Does nothing while a request is on its way.
        """
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = in_background(self._send_quietly)
            return self._thread

    def _send_quietly(self) -> None:
        try:
            self.send()
        except SeqrError:
            return  # `failure` holds the reason

    # Used by the fields

    def write(self, changes: Mapping[str, str | None]) -> None:
        """Write texts, or leave out elements with `None`, then update findings and envelope."""
        for path, text in changes.items():
            self.draft.set(path, text)
        self._update()
        if len(changes) > 1:
            self._show()

    def now(self) -> str:
        """Return the client's time in its wire format."""
        return as_text(self.client.clock.now().replace(microsecond=0))

    def _begin(self) -> None:
        """Fill in the client's values; those filled in earlier are replaced unless changed."""
        try:
            begun = self.client.begun(self.operation, principal=self._principal)
        except ConfigurationError as error:
            self.failure = str(error)
            return
        filled = dict(self._masked(assignments_of(begun)))
        for path, text in filled.items():
            if self.draft.text(path) == self._filled.get(path) and path not in self._brought:
                self.draft.set(path, text)
        self._filled |= filled

    def _changed(self) -> None:
        self._show()
        self._update()

    def _show(self) -> None:
        for field in self._fields:
            field.show()

    def _update(self) -> None:
        found = self.draft.findings_at()
        for field in self._fields:
            field.show_findings(found)
        self._is_updating = True
        with self.hold_trait_notifications():  # observers see envelope and findings together
            self.value = dict(self._masked(self.draft.texts.items()))
            self.findings = self.draft.findings
            envelope = self.draft.envelope()
            self.envelope = soap.Secrets.of(envelope).mask_bytes(envelope)
        self._is_updating = False

    def _masked(self, texts: Iterable[Assignment]) -> Iterator[Assignment]:
        """Yield texts with masked passwords."""
        return ((path, soap.MASK if path in self._secrets else text) for path, text in texts)

    def _unmasked(self, texts: Mapping[str, object]) -> dict[str, str]:
        """Return the draft's passwords for paths whose text is a mask."""
        masked = {path for path in self._secrets if texts.get(path) == soap.MASK}
        return {path: self.draft.text(path) or soap.MASK for path in masked}

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
            texts |= self._unmasked(texts)
            self.draft.clear()
            self.draft.update(texts)
            self._changed()

    # Display

    def show_in(self, panel: EnvelopePanel) -> None:
        """Show the envelope and its findings in a panel."""
        client = self.client
        panel.show_message(
            self.envelope, self.findings, endpoint=client.address, interface=client.interface
        )

    def _heading(self) -> Markup:
        known = self.client.contract.operations[self.operation]
        return html(
            "<h3>{}</h3><p>{} <small>{}</small></p><details><summary>If the reply is lost</summary>"
            "<p>{} <small>{}</small></p></details>",
            self.operation,
            known.meaning,
            known.source,
            known.repeat_sentence,
            known.repeat_source,
        )

    def _report(self, change: Mapping[str, Any]) -> None:
        if change["name"] == "busy":
            self._bar.show_busy(busy=self.busy)
        elif self.failure and change["name"] != "findings":
            self._bar.show_failure(self.failure)
        elif self.exchange is not None and change["name"] != "findings":
            self._bar.show_outcome(self.exchange)
        else:
            self._bar.show_findings(self.findings, strict=self.client.strict)

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        if self._view is None:
            panel = EnvelopePanel()
            beside = self.atoms.line((self, panel), "seqr-alone")
            self._view = self.atoms.stack((stylesheet(), beside), "seqr")
            self.observe(lambda _: self.show_in(panel), ["envelope", "findings"])
            self.observe(lambda _: self._show_exchange(panel), "exchange")
            self.show_in(panel)
            self._show_exchange(panel)
        bundle = self._view._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self)}

    def _show_exchange(self, panel: EnvelopePanel) -> None:
        if self.exchange is not None:
            panel.show_exchange(self.exchange, endpoint=self.client.address)

    def __repr__(self) -> str:
        return f"Form: {self.operation}, {count(self.findings) or 'no findings'}"
