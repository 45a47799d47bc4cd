"""The envelope beside a form, and the reply to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from seqrkit import contract, soap
from seqrkit.contract import Finding
from seqrkit.contract.message_identity import operation_of
from seqrkit.display import copy_as_code, exchange_html, outcome_phrases, typed_python
from seqrkit.display.annotated_message_html import MessageBody, message_body
from seqrkit.display.highlight import worst
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html, joined
from seqrkit.model import ClientContext
from seqrkit.model_base import Request
from seqrkit.widgets.browser_view import BrowserView, script
from seqrkit.widgets.field_specs import Kind
from seqrkit.widgets.request_draft import Draft

REQUEST, RESPONSE, CURL, PYTHON, CELL = range(5)
"""The tabs, by number."""
_TITLES: Final = ("Request", "Response", "curl", "Python", "Cell")
_HIDDEN: Final = "from the environment"
_EMPTY: Final = Markup('<p class="seqr-empty">{}</p>')


class _Page(NamedTuple):
    """The content of a tab: a head, a message, and the text that its button copies."""

    head: Markup
    body: MessageBody
    copied: str = ""


def _page(text: str) -> _Page:
    return _Page(Markup(), MessageBody(_EMPTY.format(text), (), Markup(), range(0)))


class EnvelopePanel(BrowserView):
    """Tabs with a request, its reply, and commands that send it to an endpoint.

    Only the visible tab is drawn, and of its lines only those that change. `show_message` is for a
    message that is being written, `show_exchange` for one that was sent.
    """

    _esm = script("envelope_panel.js")

    def __init__(self, endpoint: str, interface: str) -> None:
        super().__init__({"tab": self._select, "copy": self._copy})
        self._endpoint, self._interface = endpoint, interface
        self._tab = REQUEST
        self._line = 0
        self._titles = list(_TITLES)
        nothing = _page("No request has been sent yet.")
        self._draw: list[Callable[[], _Page]] = [lambda: nothing for _ in _TITLES]
        self._page = nothing
        self.add_class("seqr-envelope")
        self._refresh()

    @property
    def tab(self) -> int:
        """The number of the visible tab; can be set."""
        return self._tab

    @tab.setter
    def tab(self, number: int) -> None:
        if number != self._tab:
            self._tab = number
            self._refresh()

    def show_message(
        self, data: bytes, findings: Sequence[Finding], *, todo: int = 0, line: int = 0
    ) -> None:
        """Show a message with its findings.

        `todo` is the number of required fields that are still empty, `line` is marked.

        Switches from the response, which belongs to an earlier request, to the request.
        """
        if self._tab == RESPONSE:
            self._tab = REQUEST
        self._line = line
        remark = f"{todo} to do" if todo else ""
        self._show(soap.mask(data), findings, remark)

    def mark(self, line: int) -> None:
        """Mark another line of the request."""
        self._line = line
        self.show({"line": line if self._tab == REQUEST else 0})

    def show_exchange(self, exchange: Exchange) -> None:
        """Show request and reply, and switch to the reply."""
        self._draw[RESPONSE] = lambda: _response(exchange)
        self._line = 0
        self._tab = RESPONSE
        remark = f"exchange {exchange.number}, as sent"
        self._show(exchange.masked_request, exchange.findings, remark)

    def __repr__(self) -> str:
        return f"Envelope panel: {_TITLES[self._tab]}"

    def _show(self, masked: bytes, findings: Sequence[Finding], remark: str) -> None:
        # Drawn only when the tab is visible: each keystroke would otherwise write four programs.
        self._draw[REQUEST] = lambda: _message(masked, findings, self._interface, remark)
        for tab, write in ((CURL, copy_as_code.curl), (PYTHON, _python), (CELL, _cell)):
            self._draw[tab] = partial(_command, write, masked, self._endpoint, self._interface)
        # Their kind is on the page: with a word the tabs would take two lines in a narrow column.
        many = sum(each.severity is worst(findings) for each in findings)
        self._titles[REQUEST] = f"{_TITLES[REQUEST]} · {many}" if many else _TITLES[REQUEST]
        self._refresh()

    def _refresh(self) -> None:
        self._page = self._draw[self._tab]()
        head, body, copied = self._page
        values = {
            "tab": self._tab,
            "titles": [*self._titles],
            "head": head,
            "copy": bool(copied),
            "above": body.above,
            "below": body.below,
            "line": self._line if self._tab == REQUEST else 0,
            "folded": [body.folded.start, body.folded.stop],
        }
        self.show(values, {"lines": body.lines})

    def _select(self, number: int) -> None:
        self.tab = number

    def _copy(self) -> None:
        self.send({"copied": self._page.copied})


def _message(
    message: bytes,
    findings: Sequence[Finding],
    interface: str,
    remark: str,
    *,
    is_reply: bool = False,
) -> _Page:
    # Below the outcome of a refused request, "no findings" about the reply would be misread.
    fine = "" if is_reply or "to do" in remark else exchange_html.pill("fine", "no findings")
    head = html("{}<small>{}</small>", exchange_html.findings_pills(findings) or fine, remark)
    body = message_body(message, findings, contract.load(interface))
    return _Page(head, body, message.decode("utf-8", "replace"))


def _response(exchange: Exchange) -> _Page:
    outcome = html(
        '<div class="outcome">{}<span class="ms">{}</span></div>',
        exchange_html.result_body(exchange),
        outcome_phrases.milliseconds(exchange),
    )
    if not exchange.succeeded:
        outcome += joined(map(exchange_html.finding_body, exchange.findings))
    if not exchange.masked_response:
        return _Page(outcome, MessageBody(Markup(), (), Markup(), range(0)))
    status = "" if exchange.status in {None, 200} else f"HTTP {exchange.status}"
    page = _message(
        exchange.masked_response,
        exchange.reply_findings,
        exchange.interface,
        status,
        is_reply=True,
    )
    return page._replace(head=outcome + page.head)


def _python(masked: bytes, endpoint: str, interface: str) -> str:
    """Return a program with the request's fields; with its envelope if they cannot be read."""
    try:
        return typed_python.program(_request(masked, interface), endpoint, interface)
    except SeqrError:
        # An invalid text has no place in a typed request, and can still be sent.
        return copy_as_code.python(masked, endpoint, interface)


def _cell(masked: bytes, _endpoint: str, interface: str) -> str:
    return typed_python.cell(_request(masked, interface), interface)


def _request(masked: bytes, interface: str) -> Request:
    """Return a message as an object of the model.

    Raises `MessageError` if it is not a SOAP message, `ConfigurationError` for an unknown operation
    or a text that its field cannot hold.
    """
    draft = Draft(contract.load(interface), operation_of(masked))
    draft.read(masked)
    for path, spec in draft.places():
        if spec.kind is Kind.SECRET and draft.text(path) == soap.MASK:
            draft.set(path, _HIDDEN)  # a masked password counts as none
    return draft.request_in(ClientContext())


def _command(
    write: Callable[[bytes, str, str], str], masked: bytes, endpoint: str, interface: str
) -> _Page:
    try:
        command = write(masked, endpoint, interface)
    except SeqrError as error:
        return _page(str(error))
    head = html("<small>passwords come from the environment</small>")
    body = html('<pre tabindex="0">{}</pre>', command)
    return _Page(head, MessageBody(body, (), Markup(), range(0)), command)
