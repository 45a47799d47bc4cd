"""Passwords that a service repeats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

import ipywidgets
import pytest

from contract_tests.toolkit.client.test_secrets import BODIES, client_of, seen
from contract_tests.toolkit.escapings import ESCAPINGS, readings
from contract_tests.toolkit.widgets.interaction import compare
from seqrkit.errors import SeqrError
from seqrkit.http_client import Response
from seqrkit.widgets.envelope_panel import EnvelopePanel
from seqrkit.widgets.exchange_history import History

SECRET = "p&s<w>\"o'd"
PLACES = ["resultDescription", "faultstring", "page", "JSON", "text"]


def echo(place: str, written: str, status: int = 200) -> Response:
    """An answer that repeats a written password in its body and headers."""
    headers = {
        "Content-Type": "text/xml; charset=utf-8",
        "X-Echo": written,
        "Location": f"https://shop.example/?password={ESCAPINGS['url'](written)}",
    }
    body = BODIES[place](ESCAPINGS["xml"](written)).encode()
    return Response(status, headers, body, complete=True)


@pytest.mark.parametrize("status", [200, 302, 500])
@pytest.mark.parametrize("place", PLACES)
def test_secret_01_a_repeated_password_is_in_no_view(place: str, status: int) -> None:
    with client_of(echo(place, SECRET, status), SECRET) as client:
        assert not [view for view in seen(client) if SECRET in view]


@pytest.mark.parametrize("escaping", ["xml", "html", "url", "form", "json"])
@pytest.mark.parametrize("place", PLACES)
def test_secret_02_an_escaped_password_is_in_no_view(place: str, escaping: str) -> None:
    with client_of(echo(place, ESCAPINGS[escaping](SECRET)), SECRET) as client:
        assert not [view for view in seen(client) if SECRET in view]


def states(widget: ipywidgets.Widget) -> Iterator[str]:
    """What a widget and those in it send to a browser or save with a notebook."""
    yield json.dumps(widget.get_state(), default=str, ensure_ascii=False)
    for child in getattr(widget, "children", ()):
        yield from states(child)


@pytest.mark.parametrize("place", PLACES)
def test_secret_03_no_view_file_or_widget_has_the_password(place: str) -> None:
    with client_of(echo(place, SECRET), SECRET) as client:
        assert not [view for view in seen(client) if SECRET in view]
        with suppress(SeqrError):
            client.get_payment_status("1397222701693")
        panel = EnvelopePanel(client.address, client.interface)
        history = History(client.exchanges, panel.show_exchange, panel.show_exchange)
        panel.show_exchange(client.exchanges[0])
        compare(history, 1, 2)
        shown = {each for widget in (history, panel) for each in states(widget)}
    assert not [each for each in shown for text in readings(each) if SECRET in text]


@pytest.mark.parametrize("secret", ["a", "ab", "abc"])
def test_secret_04_a_short_password_is_masked_in_password_elements_only(secret: str) -> None:
    with client_of(echo("resultDescription", f"not {secret}"), secret) as client:
        client.get_payment_status("1", check=False)
        (exchange,) = client.exchanges
    assert exchange.result_description == f"no not {secret}!"
    assert f">{secret}<".encode() not in exchange.masked_request
