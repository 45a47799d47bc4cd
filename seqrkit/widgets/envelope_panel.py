"""The envelope beside a form, and the reply to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import ipywidgets

from seqrkit import contract, soap
from seqrkit.contract import Finding
from seqrkit.display import copy_as_code, exchange_html, message_html, phrases
from seqrkit.display.highlight import count, worst
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html
from seqrkit.widgets.primitives import VBox, classed

REQUEST, RESPONSE, CURL, PYTHON = range(4)
"""The tabs, by number."""
_TITLES: Final = ("Request", "Response", "curl", "Python")
_EMPTY: Final = Markup('<p class="seqr-empty">{}</p>')


class EnvelopePanel(VBox):
    """Tabs with a request, its reply, and commands that send it.

    Only the visible tab is drawn. `show` is for a message that is being written, `show_exchange`
    for one that was sent.
    """

    def __init__(self, **options: Any) -> None:
        self._pages = tuple(classed(ipywidgets.HTML(), "seqr-code") for _ in _TITLES)
        self._tabs = ipywidgets.Tab(self._pages, titles=_TITLES, selected_index=REQUEST)
        self._drawn: list[object] = [None] * len(_TITLES)
        self._shown: tuple[object, ...] = ()
        nothing = _EMPTY.format("No request has been sent yet.")
        self._draw: list[Callable[[], str]] = [str, lambda: nothing, str, str]
        super().__init__([self._tabs], **options)
        self.add_class("seqr-envelope")
        self._tabs.observe(self._refresh, "selected_index")

    @property
    def tab(self) -> int:
        """The number of the visible tab; can be set."""
        return int(self._tabs.selected_index)

    @tab.setter
    def tab(self, number: int) -> None:
        self._tabs.selected_index = number

    def show(
        self, data: bytes, findings: Sequence[Finding], *, endpoint: str, interface: str
    ) -> None:
        """Show a message with its findings, and commands that send it to an endpoint.

        Switches from the response, which belongs to an earlier request, to the request.
        """
        self._show(soap.mask(data), findings, endpoint, interface, "")
        if self.tab == RESPONSE:
            self.tab = REQUEST

    def show_exchange(self, exchange: Exchange, *, endpoint: str | None = None) -> None:
        """Show request and reply, and switch to the reply.

        `endpoint` is the address for the commands if it differs from the exchange's.
        """
        self._show(
            exchange.masked_request,
            exchange.findings,
            endpoint or exchange.endpoint,
            exchange.interface,
            f"exchange {exchange.number}, as sent",
        )
        self._put(RESPONSE, lambda: _response(exchange))
        self.tab = RESPONSE

    def __repr__(self) -> str:
        return f"Envelope panel: {_TITLES[self.tab]}"

    def _show(
        self,
        masked: bytes,
        findings: Sequence[Finding],
        endpoint: str,
        interface: str,
        remark: str,
    ) -> None:
        shown = (masked, tuple(findings), endpoint, interface, remark)
        if shown == self._shown:
            return
        self._shown = shown
        self._put(REQUEST, lambda: _message(masked, findings, interface, remark))
        self._put(CURL, lambda: _command(copy_as_code.curl, masked, endpoint, interface))
        self._put(PYTHON, lambda: _command(copy_as_code.python, masked, endpoint, interface))
        highest = worst(findings)
        counted = count(each for each in findings if each.severity is highest)
        self._tabs.set_title(REQUEST, " · ".join(filter(None, (_TITLES[REQUEST], counted))))

    def _put(self, tab: int, draw: Callable[[], str]) -> None:
        self._draw[tab] = draw
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        draw = self._draw[self.tab]
        if self._drawn[self.tab] is not draw:
            self._drawn[self.tab] = draw
            self._pages[self.tab].value = draw()


def _message(message: bytes, findings: Sequence[Finding], interface: str, remark: str) -> Markup:
    return html(
        '<header class="seqr-code-head">{}<small>{}</small>{}</header>{}',
        exchange_html.findings_pills(findings) or exchange_html.pill("fine", "no findings"),
        remark,
        message_html.copy_button("Copy envelope", message.decode("utf-8", "replace")),
        message_html.message_body(message, findings, contract.load(interface)),
    )


def _response(exchange: Exchange) -> Markup:
    outcome = html(
        '<div class="outcome">{}<span class="ms">{}</span></div>',
        exchange_html.result_body(exchange),
        phrases.milliseconds(exchange),
    )
    if not exchange.masked_response:
        return outcome
    status = "" if exchange.status in {None, 200} else f"HTTP {exchange.status}"
    return outcome + _message(
        exchange.masked_response, exchange.reply_findings, exchange.interface, status
    )


def _command(
    write: Callable[[bytes, str, str], str], message: bytes, endpoint: str, interface: str
) -> Markup:
    try:
        command = write(message, endpoint, interface)
    except ConfigurationError as error:
        return _EMPTY.format(error)
    name = _TITLES[CURL] if write is copy_as_code.curl else _TITLES[PYTHON]
    return html(
        '<header class="seqr-code-head"><small>passwords come from the environment</small>{}'
        '</header><pre tabindex="0">{}</pre>',
        message_html.copy_button(f"Copy {name}", command),
        command,
    )
