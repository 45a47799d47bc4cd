"""One operation as a form: what is typed is in its envelope at once, and what is sent is that."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

import ipywidgets
import traitlets

from seqrkit import soap
from seqrkit.client import Client
from seqrkit.display.highlight import count
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.exchange import Exchange
from seqrkit.field_paths import Assignment, as_text, assignments_of
from seqrkit.model_base import Request
from seqrkit.notebook_repr import Bundle
from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.action_bar import Bar
from seqrkit.widgets.background_work import in_background
from seqrkit.widgets.context_fields import NAME, PRINCIPAL, context_fields
from seqrkit.widgets.draft import Draft
from seqrkit.widgets.envelope_panel import EnvelopePanel
from seqrkit.widgets.field_specs import Kind
from seqrkit.widgets.form_sections import fields_of
from seqrkit.widgets.primitives import Atoms
from seqrkit.widgets.reference_suggestions import contents, references
from seqrkit.widgets.stylesheet import sheet


class Form(ipywidgets.VBox):
    """A form for one operation, filled in by the mouse or from code alike.

    `value` holds the texts by their wire paths (``invoice.totalAmount.value``); setting it replaces
    them, `update` changes some. Passwords in it are masked, and a mask that is set leaves the
    password as it is. `envelope` is the message, passwords masked, `findings` what the contract
    says of it; both follow every keystroke. `exchange` is the last one sent, `failure` the
    sentence that says why the last could not be, `busy` whether one is on its way. All of them can
    be observed.

    `principal` is who sends it, where the operation leaves a choice. Displayed by itself the form
    has its envelope beside it.

    Raises `ConfigurationError` for an operation that the interface does not have.
    """

    value = traitlets.Dict()
    envelope = traitlets.Bytes()
    findings = traitlets.Tuple()
    exchange = traitlets.Any(allow_none=True)
    failure = traitlets.Unicode()
    busy = traitlets.Bool()

    def __init__(
        self, client: Client, operation: str, *, principal: PrincipalType | str | None = None
    ) -> None:
        super().__init__()
        self.client = client
        self.draft = Draft(client.contract, operation)
        self.atoms = Atoms()
        self.currency = client.contract.field("amount.currency").sample
        self._principal = principal
        self._secrets = {p for p, spec in self.draft.places() if spec.kind is Kind.SECRET}
        self._filled: dict[str, str] = {}
        self._brought: dict[str, str] = {}
        self._is_telling = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._desk: ipywidgets.Widget | None = None
        self._begin()
        rest = [each for each in self.draft.specs if each.name != NAME]
        self._fields = (*context_fields(self), *fields_of(rest, str, self))
        head = self.atoms.html(self._heading(), "seqr-form-head")
        self.body = self.atoms.stack(
            (head, *(field.box for field in self._fields)), "seqr-form-body"
        )
        self._tell()
        self.bar = Bar(self).box
        self.add_class("seqr-form")
        self.children = (self.body, self.bar)
        self._show()

    @property
    def operation(self) -> str:
        """The operation that is asked for, by its wire name."""
        return self.draft.operation

    @property
    def request(self) -> Request:
        """The request in the model's classes, as `client.send` takes it.

        Raises `ConfigurationError` for a text that its field cannot hold.
        """
        who = self.draft.text(f"{PRINCIPAL}.type")
        return self.draft.request_in(self.client.context(self.operation, principal=who))

    # Filling it in

    def update(self, values: Mapping[str, object]) -> None:
        """Change some texts; `None` leaves an element out. Amounts may be given as a whole.

        Whole numbers, decimals, times, amounts and bytes are written as they are on the wire.
        Raises `ConfigurationError` for a path that the operation does not have, and for a value
        that is no text; nothing is changed then.
        """
        self.draft.update({**values, **self._unmasked(values)})
        self._changed()

    def add_item(self, path: str) -> int:
        """Add an empty item to the list at a path (``invoice.invoiceRows``); returns its number."""
        number = self.draft.add(path)
        self._changed()
        return number

    def remove_item(self, path: str, number: int) -> None:
        """Take an item out of a list; those after it move up."""
        self.draft.remove(path, number)
        self._changed()

    def move_item(self, path: str, number: int, to: int) -> None:
        """Put an item of a list in the place of another."""
        self.draft.move(path, number, to)
        self._changed()

    def fill_samples(self) -> None:
        """Give what is required and left out the contract's sample."""
        self.draft.fill_samples()
        self._changed()

    def fill_references(self, *exchanges: Exchange) -> None:
        """Write what exchanges brought that this request asks for: references, and what they name.

        Of several exchanges the last counts. What was typed stays.
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
        """Fill in what a request of the model says, and leave out all else but the context."""
        self.draft.take(request)
        if getattr(request, "context", None) is None:
            self._forget_context()
            self._begin()
        self._changed()

    def repeat(self, exchange: Exchange) -> None:
        """Fill in what an exchange asked, to be sent again with a clientReference of its own.

        Raises `ConfigurationError` for an exchange of another operation, `MessageError` for a
        request that is no message.
        """
        self.draft.read(exchange.masked_request)
        own = "context.clientReference"
        self._filled[own] = self.draft.text(own) or ""
        self._begin()
        self._changed()

    def _forget_context(self) -> None:
        """Have the context filled in as it is at the start."""
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
        """Leave out all that was filled in, but for what a client fills in by itself."""
        self.draft.clear()
        self._filled.clear()
        self._brought.clear()
        self._begin()
        self._changed()

    def send_as(self, principal: PrincipalType | str) -> None:
        """Fill in the context anew, for a terminal or for a user of the reseller."""
        self._principal = principal
        for path in self.draft.texts:
            if path.startswith(f"{NAME}."):
                self.draft.set(path, None)
        self._forget_context()
        self._begin()
        self._changed()

    # Sending it

    def send(self) -> Exchange:
        """Send what the envelope shows, with the password where it is masked; wait for the answer.

        Raises what `client.send_raw` raises; `failure` says it as well.
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
        """Send it without waiting, as the button does; what came of it is in the traits.

        What is on its way already is not sent again.
        """
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = in_background(self._send_quietly)
            return self._thread

    def _send_quietly(self) -> None:
        try:
            self.send()
        except SeqrError:
            return  # `failure` says it

    # What its fields are told, and tell

    def write(self, changes: Mapping[str, str | None]) -> None:
        """Take what was typed into a field."""
        for path, text in changes.items():
            self.draft.set(path, text)
        self._tell()
        if len(changes) > 1:
            self._show()

    def now(self) -> str:
        """The client's time, as it is on the wire."""
        return as_text(self.client.clock.now().replace(microsecond=0))

    def _begin(self) -> None:
        """Fill in what the client would, anew where it is still as it was filled in."""
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
        self._tell()

    def _show(self) -> None:
        for field in self._fields:
            field.show()

    def _tell(self) -> None:
        found = self.draft.findings_at()
        for field in self._fields:
            field.remark(found)
        self._is_telling = True
        self.value = dict(self._masked(self.draft.texts.items()))
        self._is_telling = False
        self.findings = self.draft.findings
        self.envelope = soap.mask(self.draft.envelope())

    def _masked(self, texts: Iterable[Assignment]) -> Iterator[Assignment]:
        """Texts as they may be told: a password is there, and not said."""
        return ((path, soap.MASK if path in self._secrets else text) for path, text in texts)

    def _unmasked(self, texts: Mapping[str, object]) -> dict[str, str]:
        """What stands in the draft where a mask was given."""
        masked = {path for path in self._secrets if texts.get(path) == soap.MASK}
        return {path: self.draft.text(path) or soap.MASK for path in masked}

    @traitlets.validate("value")
    def _proposed(self, proposal: Mapping[str, Any]) -> dict[str, str]:
        given: dict[str, str] = proposal["value"]
        if self._is_telling:
            return given
        draft = Draft(self.draft.contract, self.operation)
        draft.update(given)
        return draft.texts

    @traitlets.observe("value")
    def _replaced(self, change: Mapping[str, Any]) -> None:
        if not self._is_telling:
            texts: dict[str, str] = change["new"]
            texts |= self._unmasked(texts)
            self.draft.clear()
            self.draft.update(texts)
            self._changed()

    # Shown

    def _heading(self) -> str:
        known = self.client.contract.operations[self.operation]
        lost = (
            f"<details><summary>When the reply is lost</summary><p>{escape(known.repeat_sentence)} "
            f"<small>{escape(known.repeat_source)}</small></p></details>"
        )
        return (
            f"<h3>{self.operation}</h3><p>{escape(known.meaning)} "
            f"<small>{escape(known.source)}</small></p>{lost}"
        )

    def _repr_mimebundle_(self, **options: Any) -> Bundle:
        if self._desk is None:
            panel = EnvelopePanel()
            beside = self.atoms.line((self, panel), "seqr-alone")
            self._desk = self.atoms.stack((sheet(), beside), "seqr")
            self.observe(lambda _: self._draw(panel), "envelope")
            self.observe(lambda _: self._answered(panel), "exchange")
            self._draw(panel)
            self._answered(panel)
        bundle = self._desk._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self)}

    def _draw(self, panel: EnvelopePanel) -> None:
        client = self.client
        panel.show(
            self.envelope, self.findings, endpoint=client.address, interface=client.interface
        )

    def _answered(self, panel: EnvelopePanel) -> None:
        if self.exchange is not None:
            panel.show_exchange(self.exchange, endpoint=self.client.address)

    def __repr__(self) -> str:
        return f"Form: {self.operation}, {count(self.findings) or 'no findings'}"
