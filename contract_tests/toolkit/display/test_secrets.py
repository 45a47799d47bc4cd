"""A password that a service repeats is not displayed, wherever and however it is escaped."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit import exchanges
from contract_tests.toolkit.display.test_hostile_text import page_of
from contract_tests.toolkit.escapings import escaped, readings
from contract_tests.toolkit.widgets.interaction import body_of
from seqrkit import contract
from seqrkit.display import (
    annotated_message_html,
    copy_as_code,
    exchange_diff,
    exchange_html,
    exchange_text,
)
from seqrkit.exchange import Exchange
from seqrkit.exchange.reply_findings import reply_findings
from seqrkit.widgets.envelope_panel import CURL, PYTHON, REQUEST, RESPONSE, EnvelopePanel

REPLY = exchanges.REPLY.decode()
PLACES = [
    "</resultDescription>",
    "</resultCode>",
    "<return>",
    "</return>",
    "<s:Body>",
    "</s:Envelope>",
    "xmlns:n=",
]
"""Texts of a reply before which the password is inserted."""


def views(exchange: Exchange) -> Iterator[str]:
    """Yield every view of an exchange."""
    yield exchange_html.exchange_html(exchange)
    yield exchange_text.exchange_text(exchange)
    yield exchange_diff.diff_body(exchange, exchanges.FAULT)
    yield page_of(exchange)
    response = exchange.masked_response or b""
    yield from annotated_message_html.message_body(
        response, exchange.reply_findings, contract.load()
    ).lines
    yield copy_as_code.curl(exchange.masked_request, exchange.endpoint, exchange.interface)
    panel = EnvelopePanel(exchange.endpoint, exchange.interface)
    panel.show_exchange(exchange)
    for tab in (REQUEST, RESPONSE, CURL, PYTHON):
        panel.tab = tab
        yield body_of(panel)


@given(place=st.sampled_from(PLACES), written=escaped(exchanges.PASSWORD), judged=st.booleans())
def test_no_view_shows_a_password_that_the_reply_repeats(
    place: str, written: str, *, judged: bool
) -> None:
    response = REPLY.replace(place, f"{written}{place}", 1).encode()
    exchange = evolve(exchanges.ANSWERED, response=response)
    if judged:
        found = reply_findings(contract.load(), response, 200, {}, exchange.secrets)
        exchange = evolve(exchange, reply_findings=found)
    for shown in views(exchange):
        assert not [read for read in readings(shown) if exchanges.PASSWORD in read]
