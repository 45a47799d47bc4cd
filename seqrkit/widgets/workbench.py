"""The workbench: every request as a form, its envelope beside it, and the exchanges so far."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import ipywidgets
import traitlets

from seqrkit import soap
from seqrkit.captures.message_finder import find_messages, tags
from seqrkit.captures.session_format import SavedExchange, to_bytes
from seqrkit.client import Client
from seqrkit.clock import ManualClock
from seqrkit.display import outcome_phrases
from seqrkit.errors import MessageError
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html, joined
from seqrkit.model import GetPaymentStatus
from seqrkit.simulator.phone import Phone
from seqrkit.widgets.basic_widgets import Root, classed, see
from seqrkit.widgets.browser_view import HtmlView, button, in_marimo, menu
from seqrkit.widgets.envelope_panel import REQUEST, EnvelopePanel
from seqrkit.widgets.exchange_history import History
from seqrkit.widgets.field_specs import specs
from seqrkit.widgets.form import Form
from seqrkit.widgets.next_steps import NextSteps
from seqrkit.widgets.report_table import ReportTable, report_of
from seqrkit.widgets.request_sources import PasteView, SavedView
from seqrkit.widgets.saved_requests import SavedRequests

REMEMBERED: Final = 20
"""Number of exchanges whose references are filled into a form that is opened: the latest."""


class Workbench(Root):
    """All operations of a client's interface; a form is built when its operation is opened.

    `operation` is the open one. Setting it opens another one and fills the references of recent
    replies into its form. `phone` is the simulated buyer's, offered after an invoice;
    `phone_page` is the address of its page at a standalone endpoint. `saved` is the folder of named
    requests and of the history of what was sent here; without it that of the variable
    SEQRKIT_DATA or the usual one. Raises `ConfigurationError` for an operation that
    the interface does not have.
    """

    operation: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()

    def __init__(
        self,
        client: Client,
        operation: str | None = None,
        *,
        phone: Phone | None = None,
        phone_page: str | None = None,
        saved: Path | None = None,
        **options: Any,
    ) -> None:
        operation = _known(client, operation or next(iter(client.contract.operations)))
        self._client = client
        self._forms: dict[str, Form] = {}
        self.history: History = History(client.exchanges, self._show_again, self._repeat)
        """The exchanges so far."""
        head = _Head(client)
        paste = PasteView(self.open_message)
        store = SavedRequests(saved, mask_personal_data=client.exchanges.mask_personal_data)
        self.saved: SavedView = SavedView(store, lambda: self.form(self.operation), self._take)
        """The named requests and the history of earlier kernels."""
        operations = _Menu(client, operation)
        self._columns = classed(ipywidgets.VBox([operations]), "seqr-columns")
        self.next_steps: NextSteps = NextSteps(client, self._go, phone, phone_page)
        """The operations that may follow the last reply."""
        self.report: ReportTable = ReportTable()
        """The table of the report in the visible exchange."""
        see(self.report, seen=False)
        super().__init__(
            [
                head,
                self._columns,
                self.next_steps,  # below, so that Send stays on the screen with the form
                self.report,
                paste,
                self.saved,
                self.history,
            ],
            "seqr-workbench",
            operation=operation,
            **options,
        )
        traitlets.link((self, "operation"), (operations, "operation"))

    def form(self, operation: str) -> Form:
        """Return the form of an operation, the same one each time."""
        if operation not in self._forms:
            form = Form(self._client, operation)
            see(form, seen=False)
            self._forms[operation] = form
            form.observe(self._sent, "exchange")
            # Forms stay in the page, since to draw one anew takes much longer than to hide it.
            self._columns.children = (*self._columns.children, form)
        return self._forms[operation]

    @property
    def panel(self) -> EnvelopePanel:
        """The envelope beside the open form."""
        return self.form(self.operation).panel

    @traitlets.validate("operation")
    def _proposed(self, proposal: traitlets.Bunch) -> str:
        return _known(self._client, proposal["value"])

    @traitlets.observe("operation")
    def _open(self, _: object = None) -> None:
        form = self.form(self.operation)
        last = self._client.exchanges[-REMEMBERED:]
        # A refused request may have had a wrong reference.
        form.fill_references(*(exchange for exchange in last if exchange.succeeded))
        self.panel.tab = REQUEST
        form.show_envelope()
        for each in self._forms.values():
            see(each, seen=each is form)

    def _sent(self, change: traitlets.Bunch) -> None:
        self.saved.keep(change["new"])
        if change["owner"] is self.form(self.operation):
            self._show_report(change["new"])
            self.next_steps.show(change["new"])

    def _show_again(self, exchange: Exchange) -> None:
        self.panel.show_exchange(exchange)
        self.panel.reveal(".seqr-columns")  # the history is below them
        self._show_report(exchange)

    def _show_report(self, exchange: Exchange) -> None:
        report = report_of(exchange)
        if report is not None:
            self.report.show_report(report)
        see(self.report, seen=report is not None and not self.report.is_empty)
        if report is not None:
            self.report.reveal(".seqr-report")

    def open_message(self, message: str | bytes) -> None:
        """Open a request in its form: XML, or the first one in an HTTP capture, archive or log.

        The panel shows it as it is, with its findings, until the form is edited. Raises
        `MessageError` if there is no readable request of this interface; the panel then shows the
        findings about what there is.
        """
        data = message.encode(errors="replace") if isinstance(message, str) else message
        known = self._client.contract
        names = tags(("Envelope", *known.operations))
        # As it is first: a message alone needs no search.
        for each in (data.strip(), *(found.data for found in find_messages(data, names, names))):
            try:
                inside = soap.parse(each).iter("*")
            except MessageError:
                continue
            operation = next(filter(known.operations.get, map(soap.local, inside)), None)
            if operation is not None:
                self.operation = operation  # first, since opening a form fills in references
                self.form(operation).read(each)
                self._show_foreign(each)
                self.panel.reveal(".seqr-columns")  # the field for messages is below them
                return
        self._show_foreign(data)
        raise MessageError(
            f"no request of {known.interface} can be read from it; the panel shows its findings"
        )

    def _show_foreign(self, data: bytes) -> None:
        self.panel.show_message(data, self._client.contract.lint(data))

    def _go(self, operation: str) -> threading.Thread | None:
        """Open the form of a step that follows a reply; ask for the status at once."""
        self.operation = operation
        if operation == GetPaymentStatus.OPERATION:
            return self.form(operation).send_or_ask()
        self.panel.reveal(".seqr-columns")  # the form may have been scrolled out of view
        return None

    def _repeat(self, exchange: Exchange) -> None:
        if exchange.operation not in self._client.contract.operations:
            return  # raw bytes have no form
        try:
            self._fill(exchange.operation, exchange.masked_request)
        except MessageError as error:
            form = self.form(exchange.operation)
            form.failure = f"exchange {exchange.number} cannot be filled in: {error}"

    def _take(self, saved: SavedExchange) -> None:
        self._fill(saved["operation"], to_bytes(saved["request"]))

    def _fill(self, operation: str, request: bytes) -> None:
        self.operation = operation
        self.panel.tab = REQUEST
        form = self.form(operation)
        form.repeat(request)
        form.show_envelope()
        self.panel.reveal(".seqr-columns")

    def _display_(self) -> object:
        """Return what marimo displays: the open form, its envelope and what was saved."""
        says = (
            "In marimo there are no menu, history and next steps; set `operation` to open another "
            "request and run this cell again."
        )
        form = self.form(self.operation)
        form.show_envelope()
        report = () if self.report.is_empty else (self.report,)
        return in_marimo(form.body, self.panel, *report, self.saved, says=says)

    def __repr__(self) -> str:
        client, number = self._client, len(self._client.exchanges)
        return (
            f"Workbench: {len(client.contract.operations)} requests of {client.interface}, "
            f"{self.operation} open, {number} exchange{'' if number == 1 else 's'}"
        )


class _Head(HtmlView):
    """Interface, endpoint and principal of the client, and the time of a manual clock."""

    def __init__(self, client: Client) -> None:
        super().__init__({})
        self.add_class("seqr-head")
        who = client.acting_as
        title = html(
            '<div class="seqr-title"><h2>seqrkit workbench</h2><span class="pill">{} · {}</span>'
            '<span class="pill" title="{}">{}</span></div>',
            client.interface,
            urlsplit(client.endpoint).netloc,
            " and ".join(who),
            who[0] if who else "no credentials",
        )
        self.show({"title": title})
        if isinstance(client.clock, ManualClock):
            self._subscriptions = (client.clock.subscribe(self._tell),)
            self._tell(client.clock.now())

    def _tell(self, now: datetime) -> None:
        self.show({"time": html("<time>{} UTC · manual clock</time>", f"{now:%H:%M:%S}")})


class _Menu(HtmlView):
    """The operations in the reference's groups: buttons, on a narrow screen a menu."""

    operation = traitlets.Unicode()

    def __init__(self, client: Client, operation: str) -> None:
        self._operations = client.contract.operations
        self._last: dict[str, Exchange] = {each.operation: each for each in client.exchanges}
        super().__init__(
            {"open": lambda name: self.set_trait("operation", name)}, operation=operation
        )
        self.add_class("seqr-menu")
        self._draw()
        self._subscriptions = (client.exchanges.subscribe(self._sent),)

    def _sent(self, exchange: Exchange) -> None:
        self._last[exchange.operation] = exchange
        self._draw()

    @traitlets.observe("operation")
    def _draw(self, _: object = None) -> None:
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for name, known in self._operations.items():
            groups[known.group].append(name)
        names = [(name, name) for name in self._operations]
        with self._drawing:
            listed = (
                html("<h3>{}</h3>{}", group, joined(map(self._button, names)))
                for group, names in groups.items()
            )
            chosen = menu("Operation", names, self.operation, "open")
            self.show(
                {
                    "buttons": html('<div class="seqr-operations">{}</div>', joined(listed)),
                    "menu": html('<div class="seqr-operation-menu">{}</div>', chosen),
                }
            )

    def _button(self, name: str) -> Markup:
        last = self._last.get(name)
        tooltip = self._operations[name].meaning
        look = "seqr-current" if name == self.operation else ""
        if last is not None:
            tooltip += f" Last result: {outcome_phrases.result(last)}."
            look += " seqr-went-fine" if last.succeeded else " seqr-went-wrong"
        return button(name, "open", name, look=look, tooltip=tooltip)


def _known(client: Client, operation: str) -> str:
    specs(client.contract, operation)  # raises for an operation that the interface does not have
    return operation
