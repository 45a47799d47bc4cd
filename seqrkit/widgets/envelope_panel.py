"""The raw envelope beside a form, and what came back for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final

import ipywidgets

from seqrkit import contract, soap
from seqrkit.contract import Finding
from seqrkit.display import copy_as_code, exchange_html, message_html, phrases
from seqrkit.display.highlight import count, worst
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange

REQUEST, RESPONSE, CURL, PYTHON = range(4)
"""The tabs, by their number."""
_TITLES: Final = ("Request", "Response", "curl", "Python")
_NOTHING_YET: Final = '<p class="seqr-empty">Nothing has been sent yet.</p>'


class EnvelopePanel(ipywidgets.VBox):
    """A message line by line, its reply, and the commands that send it: one tab each.

    Only the tab that is seen is drawn. `show` is for a message that is being written,
    `show_exchange` for what has been sent.
    """

    def __init__(self, **options: Any) -> None:
        self._pages = tuple(ipywidgets.HTML() for _ in _TITLES)
        for page in self._pages:
            page.add_class("seqr-code")
        self._tabs = ipywidgets.Tab(self._pages, titles=_TITLES, selected_index=REQUEST)
        self._drawn: list[object] = [None] * len(_TITLES)
        self._draw: list[Callable[[], str]] = [str, lambda: _NOTHING_YET, str, str]
        super().__init__([self._tabs], **options)
        self.add_class("seqr-envelope")
        self._tabs.observe(self._refresh, "selected_index")

    @property
    def tab(self) -> int:
        """The tab that is seen; can be set."""
        return int(self._tabs.selected_index)

    @tab.setter
    def tab(self, number: int) -> None:
        self._tabs.selected_index = number

    def show(
        self, data: bytes, findings: Sequence[Finding], *, endpoint: str, interface: str
    ) -> None:
        """Show a message with the findings about it, and how to send it to an endpoint.

        Whoever looks at the reply to an earlier one is brought back to what is being written.
        """
        self._show(soap.mask(data), findings, endpoint, interface, "")
        if self.tab == RESPONSE:
            self.tab = REQUEST

    def show_exchange(self, exchange: Exchange, *, endpoint: str | None = None) -> None:
        """Show what was sent and what came back, and go to the latter.

        `endpoint` is the address for the commands, where the exchange names another.
        """
        self._show(
            exchange.masked_request,
            exchange.findings,
            endpoint or exchange.endpoint,
            exchange.interface,
            f"exchange {exchange.number}, as it was sent",
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
        self._put(REQUEST, lambda: _message(masked, findings, interface, remark))
        self._put(CURL, lambda: _command(copy_as_code.curl, masked, endpoint, interface))
        self._put(PYTHON, lambda: _command(copy_as_code.python, masked, endpoint, interface))
        gravest = worst(findings)
        said = count(each for each in findings if each.severity is gravest)
        self._tabs.set_title(REQUEST, f"{_TITLES[REQUEST]} · {said}" if said else _TITLES[REQUEST])

    def _put(self, tab: int, draw: Callable[[], str]) -> None:
        self._draw[tab] = draw
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        draw = self._draw[self.tab]
        if self._drawn[self.tab] is not draw:
            self._drawn[self.tab] = draw
            self._pages[self.tab].value = draw()


def _message(message: bytes, findings: Sequence[Finding], interface: str, remark: str) -> str:
    body = message_html.message_body(message, findings, contract.load(interface))
    pills = exchange_html.findings_pills(findings) or '<span class="pill fine">no findings</span>'
    said = f"<small>{remark}</small>" if remark else ""
    button = message_html.copy_button("Copy envelope", message.decode("utf-8", "replace"))
    return f'<header class="seqr-code-head">{pills}{said}{button}</header>{body}'


def _response(exchange: Exchange) -> str:
    outcome = (
        f'<div class="outcome">{exchange_html.result_body(exchange)}'
        f'<span class="ms">{phrases.milliseconds(exchange)}</span></div>'
    )
    if not exchange.masked_response:
        return outcome
    status = "" if exchange.status in {None, 200} else f"HTTP {exchange.status}"
    return outcome + _message(
        exchange.masked_response, exchange.reply_findings, exchange.interface, status
    )


def _command(
    write: Callable[[bytes, str, str], str], message: bytes, endpoint: str, interface: str
) -> str:
    try:
        command = write(message, endpoint, interface)
    except ConfigurationError as error:
        return f'<p class="seqr-empty">{escape(str(error))}</p>'
    name = _TITLES[CURL] if write is copy_as_code.curl else _TITLES[PYTHON]
    return (
        '<header class="seqr-code-head"><small>passwords come from the environment</small>'
        f"{message_html.copy_button(f'Copy {name}', command)}</header>"
        f'<pre tabindex="0">{escape(command)}</pre>'
    )
