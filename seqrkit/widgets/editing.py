"""A request that is edited: its texts, what is filled in for the user, and what can be undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import traitlets

from seqrkit import soap
from seqrkit.client import Client
from seqrkit.contract import Finding
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.model_base import Request
from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.form_structure import CONTEXT, PRINCIPAL, pasted
from seqrkit.widgets.prefill import Prefill, State, missing_samples
from seqrkit.widgets.request_draft import Draft, Snapshot

_P = ParamSpec("_P")
_R = TypeVar("_R")


def edit(change: Callable[Concatenate[Editing, _P], _R]) -> Callable[Concatenate[Editing, _P], _R]:
    """Redraw after a change of the draft, which no other thread reads meanwhile."""

    @wraps(change)
    def changed(edited: Editing, /, *arguments: _P.args, **options: _P.kwargs) -> _R:
        with edited.drawing:
            result = change(edited, *arguments, **options)
            edited.redraw()
        return result

    return changed


class Editing(traitlets.HasTraits):
    """A request that is edited, for a widget that displays it in `draw`.

    `begin` is called first. The traits are those of `Form`.
    """

    value: traitlets.Dict[str, str] = traitlets.Dict()
    envelope: traitlets.Bytes = traitlets.Bytes()
    findings: traitlets.Tuple = traitlets.Tuple()
    failure: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()
    todo: traitlets.Any = traitlets.Any(frozenset())
    revision: traitlets.Int[int, int] = traitlets.Int()
    undoable: traitlets.Bool[bool, bool | int] = traitlets.Bool()

    def begin(self, client: Client, operation: str, principal: PrincipalType | str | None) -> None:
        """Begin a request of an operation, with what the client fills in."""
        self.client = client
        self.draft: Draft = Draft(client.contract, operation)
        self.currency: str = client.contract.field("amount.currency").sample
        self.prefill: Prefill = Prefill(client, self.draft, principal)
        self.drawing: threading.RLock = threading.RLock()
        """Held by a thread while it changes the draft, and until the browser has been told."""
        self._undo: tuple[Snapshot, State, Snapshot] | None = None
        self._is_updating = False
        self._fill_in()

    def draw(self, texts: dict[str, str]) -> None:
        """Display the texts and findings at their fields."""
        raise NotImplementedError

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

    @edit
    def update(self, values: Mapping[str, object]) -> None:
        """Change some texts; `None` leaves an element out. An amount may be one text.

        Integers, decimals, times, amounts and bytes are converted to their wire format. Raises
        `ConfigurationError` for a path that the operation does not have and for a value of another
        type; nothing is changed then.
        """
        self.draft.update({**values, **self.prefill.unmask(values)})

    @edit
    def add_item(self, path: str, identity: str | None = None) -> int:
        """Add an item to the list at a path (``invoice.invoiceRows``); return its number.

        It is not sent until it has a text.
        """
        return self.draft.add(path, identity)

    @edit
    def remove_item(self, path: str, number: int) -> None:
        """Remove an item from a list; the following ones move up."""
        self._remove(lambda: self.draft.remove(path, number))

    @edit
    def move_item(self, path: str, number: int, to: int) -> None:
        """Move an item of a list to the position of another."""
        self.draft.move(path, number, to)

    @edit
    def paste(self, path: str, number: int, column: str, table: str) -> None:
        """Write a table from a spreadsheet into the items of a list, from that cell on."""
        spec = dict(self.draft.lists())[path]
        self.draft.update(pasted(spec, (path, number, column), table, self.currency))

    @edit
    def fill_samples(self) -> None:
        """Give every empty required field the contract's sample value."""
        self.draft.update(missing_samples(self.draft))

    @edit
    def fill_references(self, *exchanges: Exchange) -> None:
        """Fill in references from exchanges, and the invoices and tokens they refer to.

        The last of several exchanges takes precedence. Typed texts are kept.
        """
        self.prefill.fill_from_exchanges(exchanges)

    @edit
    def repeat(self, request: bytes) -> None:
        """Fill in a request that was sent, passwords masked, with a new clientReference.

        Raises `ConfigurationError` for a request of another operation, `MessageError` for one that
        is not a SOAP message.
        """
        self.draft.read(request)
        self.prefill.replace("context.clientReference")
        self._fill_in()

    @edit
    def read(self, data: bytes) -> None:
        """Fill in a message from elsewhere; elements that are not fields are left out.

        Fields that it lacks are errors, not to do.

        Raises `MessageError` if it is not a SOAP message, `ConfigurationError` for a message of
        another operation.
        """
        self.draft.read(data)
        self.draft.leave(self.draft.todo(outside=CONTEXT))
        self.prefill.forget()

    @edit
    def clear(self) -> None:
        """Clear all fields except those that the client fills in."""
        self._remove(self._clear)

    def _clear(self) -> None:
        self.draft.clear()
        self.prefill.forget()
        self._fill_in()

    @edit
    def undo(self) -> None:
        """Restore what the last `clear` or `remove_item` removed; what was typed since stays."""
        if self._undo is None:
            return
        (earlier, prefill, before), now = self._undo, self.draft.snapshot
        filled = set(filter(self.prefill.fills_in, now.texts))
        self.draft.snapshot, self.prefill.state = earlier, prefill
        for path, items in now.items.items():
            for each in items:
                if each not in before.items.get(path, ()):
                    self.draft.add(path, each)
        for path in {**before.texts, **now.texts}:
            text, place = now.texts.get(path), self.draft.numbered(path)
            if place and text != before.texts.get(path) and path not in filled:
                self.draft.set(place, text)
        self._undo, self.undoable = None, False

    def _remove(self, remove: Callable[[], None]) -> None:
        earlier, prefill = self.draft.snapshot, self.prefill.state
        remove()
        self._undo = earlier, prefill, self.draft.snapshot
        self.undoable = True

    @edit
    def send_as(self, principal: PrincipalType | str) -> None:
        """Fill in the context again, for a terminal or for a user of the reseller."""
        self.prefill.principal = principal
        self.prefill.empty_context()
        self._fill_in()

    @edit
    def go_on(self, exchange: Exchange) -> None:
        """Fill in what the request after an exchange needs."""
        self._fill_in(again=True)
        self.prefill.fill_from_exchanges([exchange])

    def finish(self) -> bytes:
        """Return the envelope to send. Its fields are left: empty ones are errors, not to do.

        Items without a text are removed.
        """
        with self.drawing:
            self.draft.leave(self.todo)
            if self.draft.remove_empty() or self.todo:
                self.redraw()
            return self.draft.envelope()

    # Drawing

    def _fill_in(self, *, again: bool = False) -> None:
        try:
            self.prefill.fill_from_client(again=again)
        except ConfigurationError as error:
            self.failure = str(error)

    def redraw(self) -> None:
        """Update fields, findings and envelope after a change of the draft."""
        with self.drawing:
            envelope = self.draft.envelope()
            masked = soap.Secrets.of(envelope).mask_bytes(envelope)
            before = self.envelope, self.findings, self.todo
            texts = self.draft.texts
            self._is_updating = True
            try:
                with self.hold_trait_notifications():  # observers see all of them together
                    self.todo = self.draft.todo(outside=CONTEXT)
                    self.value = self.prefill.mask(texts.items())
                    self.findings = self.draft.findings
                    self.envelope = masked
            finally:
                self._is_updating = False  # an observer that fails does not lock the form
            if before != (self.envelope, self.findings, self.todo):
                self.revision += 1
            self.draw(texts)  # after the envelope, for which users wait

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

    @property
    def reported(self) -> tuple[Finding, ...]:
        """The findings, without those about fields that are still to be filled in."""
        return tuple(each for each in self.findings if self.draft.path_of(each) not in self.todo)
