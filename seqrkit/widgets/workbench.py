"""The workbench: every request as a form, its envelope beside it, and what was sent so far."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

import ipywidgets
import traitlets

from seqrkit.client import Client
from seqrkit.clock import ManualClock
from seqrkit.display import phrases
from seqrkit.errors import MessageError
from seqrkit.exchange import Exchange
from seqrkit.widgets.closing import Leaving
from seqrkit.widgets.envelope_panel import REQUEST, EnvelopePanel
from seqrkit.widgets.exchange_history import History
from seqrkit.widgets.field_specs import specs
from seqrkit.widgets.form import Form
from seqrkit.widgets.primitives import mark
from seqrkit.widgets.stylesheet import sheet

REMEMBERED: Final = 20
"""The last exchanges whose references are filled into a form that is opened."""


class Workbench(ipywidgets.VBox, Leaving):
    """All operations of a client's interface; a form is built when its operation is opened.

    `operation` is the one that is open; setting it opens another, and the references of the last
    replies are filled into its form. Raises `ConfigurationError` for an operation that the
    interface does not have.
    """

    operation = traitlets.Unicode()

    def __init__(self, client: Client, operation: str | None = None, **options: Any) -> None:
        operation = _known(client, operation or next(iter(client.contract.operations)))
        self._client = client
        self._forms: dict[str, Form] = {}
        self._panel = EnvelopePanel()
        self._history = History(client.exchanges)
        self._head = _Head(client)
        self._menu = _Menu(client, operation)
        self._form = _slot("seqr-form-slot")
        self._bar = _slot("seqr-bar-slot")
        columns = _slot("seqr-columns", self._menu, self._form, self._panel)
        super().__init__(
            [sheet(), self._head, columns, self._bar, self._history],
            operation=operation,
            **options,
        )
        self.add_class("seqr")
        self.add_class("seqr-workbench")
        traitlets.link((self, "operation"), (self._menu, "operation"))
        self._history.observe(self._opened, "opened")
        self._history.observe(self._repeat, "repeated")
        self._ways_out = (self._head.close, self._menu.close, self._history.close)

    def form(self, operation: str) -> Form:
        """The form of an operation, the same one each time."""
        if operation not in self._forms:
            form = Form(self._client, operation)
            form.observe(self._written, "envelope")
            form.observe(self._sent, "exchange")
            self._forms[operation] = form
        return self._forms[operation]

    @property
    def panel(self) -> EnvelopePanel:
        """The envelope beside the form."""
        return self._panel

    @property
    def history(self) -> History:
        """What was sent so far."""
        return self._history

    @traitlets.validate("operation")
    def _proposed(self, proposal: traitlets.Bunch) -> str:
        return _known(self._client, proposal["value"])

    @traitlets.observe("operation")
    def _open(self, _: object = None) -> None:
        form = self.form(self.operation)
        last = self._client.exchanges[-REMEMBERED:]
        form.fill_references(*(exchange for exchange in last if exchange.succeeded))
        self._form.children = (form.body,)
        self._bar.children = (form.bar,)
        self._panel.tab = REQUEST
        self._show(form)

    def _written(self, change: traitlets.Bunch) -> None:
        if change["owner"] is self.form(self.operation):
            self._show(self.form(self.operation))

    def _show(self, form: Form) -> None:
        client = self._client
        self._panel.show(
            form.envelope, form.findings, endpoint=client.address, interface=client.interface
        )

    def _sent(self, change: traitlets.Bunch) -> None:
        if change["owner"] is self.form(self.operation):
            self._opened(change)

    def _opened(self, change: traitlets.Bunch) -> None:
        if change["new"] is not None:
            self._panel.show_exchange(change["new"], endpoint=self._client.address)

    def _repeat(self, change: traitlets.Bunch) -> None:
        exchange: Exchange | None = change["new"]
        if exchange is None or exchange.operation not in self._client.contract.operations:
            return  # raw bytes have no form
        self.operation = exchange.operation
        form = self.form(exchange.operation)
        try:
            form.repeat(exchange)
        except MessageError as error:
            form.failure = f"exchange {exchange.number} cannot be filled in: {error}"
        self._panel.tab = REQUEST
        self._show(form)

    def __repr__(self) -> str:
        exchanges = len(self._client.exchanges)
        many = "" if exchanges == 1 else "s"
        operations = len(self._client.contract.operations)
        return (
            f"Workbench: {operations} requests of {self._client.interface}, {self.operation} open, "
            f"{exchanges} exchange{many}"
        )


class _Head(ipywidgets.HBox, Leaving):
    """What it is, where requests go and as whom; and the time, where that stands still."""

    def __init__(self, client: Client) -> None:
        where = f"{client.interface} · {urlsplit(client.endpoint).netloc}"
        who = client.acting_as
        title = ipywidgets.HTML(
            f'<h2>seqrkit workbench</h2><span class="pill">{escape(where)}</span>'
            f'<span class="pill" title="{escape(" and ".join(who))}">'
            f"{escape(who[0] if who else 'nobody')}</span>"
        )
        title.add_class("seqr-title")
        self._time = ipywidgets.HTML()
        super().__init__([title, self._time])
        self.add_class("seqr-head")
        if isinstance(client.clock, ManualClock):
            self._ways_out = (client.clock.subscribe(lambda _: self._tell(client)),)
            self._tell(client)

    def _tell(self, client: Client) -> None:
        now = f"{client.clock.now():%H:%M:%S}"
        self._time.value = f"<time>{now} UTC · clock stands still</time>"


class _Menu(ipywidgets.VBox, Leaving):
    """The operations in the reference's groups: a button each, and as a menu where it is narrow."""

    operation = traitlets.Unicode()

    def __init__(self, client: Client, operation: str) -> None:
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for name, known in client.contract.operations.items():
            groups[known.group].append(name)
        look = {"layout": ipywidgets.Layout(), "style": ipywidgets.ButtonStyle()}
        self._buttons = {
            name: ipywidgets.Button(description=name, **look)
            for names in groups.values()
            for name in names
        }
        self._meanings = {name: each.meaning for name, each in client.contract.operations.items()}
        listed: list[ipywidgets.Widget] = []
        for group, names in groups.items():
            listed.append(ipywidgets.HTML(f"<h3>{escape(group)}</h3>"))
            listed += [self._buttons[name] for name in names]
        buttons = _slot("seqr-operations", *listed)
        menu = ipywidgets.Dropdown(description="Operation", options=list(self._buttons))
        menu.add_class("seqr-operation-menu")
        super().__init__([buttons, menu], operation=operation)
        self.add_class("seqr-menu")
        for name, button in self._buttons.items():
            button.on_click(lambda _, name=name: setattr(self, "operation", name))
            button.tooltip = self._meanings[name]
        traitlets.link((self, "operation"), (menu, "value"))
        for exchange in client.exchanges:
            self._went(exchange)
        self._ways_out = (client.exchanges.subscribe(self._went),)

    @traitlets.observe("operation")
    def _mark(self, change: traitlets.Bunch) -> None:
        for name, button in self._buttons.items():
            mark(button, "seqr-current", on=name == change["new"])

    def _went(self, exchange: Exchange) -> None:
        button = self._buttons.get(exchange.operation)
        if button is None:
            return  # bytes that name no operation of this interface
        mark(button, "seqr-went-fine", on=exchange.succeeded)
        mark(button, "seqr-went-wrong", on=not exchange.succeeded)
        meaning = self._meanings[exchange.operation]
        button.tooltip = f"{meaning} Last: {phrases.result(exchange)}."


def _known(client: Client, operation: str) -> str:
    specs(client.contract, operation)  # raises for one that the interface does not have
    return operation


def _slot(name: str, *children: ipywidgets.Widget) -> ipywidgets.VBox:
    slot = ipywidgets.VBox(children)
    slot.add_class(name)
    return slot
