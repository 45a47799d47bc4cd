"""The envelope panel shows a request line by line, and its reply."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from html import unescape
from string import ascii_letters
from typing import Any

import pytest
from attrs import evolve

from contract_tests.toolkit import exchanges
from contract_tests.toolkit.display.balance import Balance
from contract_tests.toolkit.exchanges import ANSWERED, PASSWORD
from contract_tests.toolkit.messages import CONTRACTS, INTERFACES, build, in_envelope
from contract_tests.toolkit.widgets.interaction import body_of, happen
from seqrkit.contract import Contract
from seqrkit.display.annotated_message_html import message_body
from seqrkit.exchange import Exchange
from seqrkit.widgets.envelope_panel import CELL, CURL, PYTHON, REQUEST, RESPONSE, EnvelopePanel

ENDPOINT = "http://127.0.0.1:9/soap"


def seen(panel: EnvelopePanel, tab: int) -> str:
    """Return the HTML of a tab after selecting it."""
    panel.tab = tab
    return body_of(panel)


@pytest.fixture
def panel() -> EnvelopePanel:
    return EnvelopePanel(ENDPOINT, ANSWERED.interface)


def show(panel: EnvelopePanel, exchange: Exchange = ANSWERED) -> None:
    panel.show_message(exchange.request, exchange.findings)


def test_findings_are_at_their_lines_with_rule_and_source(panel: EnvelopePanel) -> None:
    show(panel)
    body = seen(panel, REQUEST)
    for finding in ANSWERED.findings:
        assert f"<code>{finding.id}</code>" in body
        assert f"{finding.message} ({finding.id}, {finding.source})" in unescape(body)
    assert panel.state["values"]["titles"][REQUEST] == "Request · 1"
    panel.show_message(b"<a/>", ())
    assert panel.state["values"]["titles"][REQUEST] == "Request"
    assert "no findings" in seen(panel, REQUEST)


def test_a_refused_request_is_not_said_to_have_no_findings(panel: EnvelopePanel) -> None:
    panel.show_exchange(evolve(ANSWERED, reply_findings=()))
    assert "no findings" not in seen(panel, RESPONSE)


@pytest.mark.parametrize("tab", [REQUEST, CURL, PYTHON, CELL])
def test_no_tab_contains_the_password(panel: EnvelopePanel, tab: int) -> None:
    show(panel)
    assert ("********" in seen(panel, tab)) == (tab == REQUEST)
    assert PASSWORD not in seen(panel, tab)


def test_the_commands_go_to_the_endpoint(panel: EnvelopePanel) -> None:
    show(panel)
    assert f"curl --silent --show-error {ENDPOINT}" in seen(panel, CURL)
    assert f'seqrkit.connect("{ENDPOINT}"' in unescape(seen(panel, PYTHON))


def test_only_the_visible_tab_is_drawn(panel: EnvelopePanel) -> None:
    show(panel)
    drawn = seen(panel, CURL)
    panel.show_message(b"<other/>", ())
    assert body_of(panel) != drawn
    assert "other" in body_of(panel)
    assert "other" in seen(panel, REQUEST)


def test_a_changed_line_is_sent_alone(
    panel: EnvelopePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(panel)
    happen(panel, "opened", panel.state["version"])
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(panel, "send", sent.append)
    changed = evolve(ANSWERED, request=ANSWERED.request.replace(b"extWS", b"extWSx"))
    assert changed.request != ANSWERED.request
    show(panel, changed)
    ((values, lists),) = [(each["values"], each["lists"]) for each in sent]
    assert values == {}
    (((start, removed, (line,)),),) = lists.values()
    assert removed == 1
    assert "extWSx" in line
    assert ANSWERED.request.split(b"\n")[start].strip() == b"<channel>extWS</channel>"


def test_the_button_copies_the_visible_tab(
    panel: EnvelopePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(panel)
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(panel, "send", sent.append)
    happen(panel, "copy")
    happen(panel, "tab", CURL)
    happen(panel, "copy")
    envelope, command = (each["copied"] for each in sent if "copied" in each)
    assert envelope == ANSWERED.masked_request.decode()
    assert command in unescape(body_of(panel))


@pytest.mark.parametrize("exchange", exchanges.ALL, ids=repr)
def test_an_exchange_opens_its_response(panel: EnvelopePanel, exchange: Exchange) -> None:
    assert "No request has been sent yet" in seen(panel, RESPONSE)
    panel.tab = REQUEST
    panel.show_exchange(exchange)
    assert panel.tab == RESPONSE
    body = unescape(seen(panel, RESPONSE))
    assert "12.5 ms" in body
    assert exchange.failure is None or exchange.failure in body
    assert f"exchange {exchange.number}, as sent" in seen(panel, REQUEST)


@pytest.mark.parametrize("judge", [CONTRACTS[each] for each in INTERFACES], ids=INTERFACES)
def test_every_line_with_a_field_has_its_meaning_as_tooltip(judge: Contract) -> None:
    for name in judge.elements:
        element = build(judge, name)
        body = unescape("".join(message_body(in_envelope(element), (), judge).lines))
        for child in element.iterdescendants():
            if not len(child):
                tag = str(child.tag)
                assert f'title="{tag}: ' in body, f"{name}: {tag}"


def test_utf_16_is_displayed_without_a_curl_command(panel: EnvelopePanel) -> None:
    data = ANSWERED.request.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    panel.show_message(data, ())
    assert "copy it as Python instead" in seen(panel, CURL)


@pytest.mark.parametrize("tab", range(4))
def test_texts_of_a_message_are_escaped(panel: EnvelopePanel, tab: int) -> None:
    hostile = "'\"><img src=x onerror=alert(1)><script>alert(1)</script>"
    said = f'<a t="1">{hostile}</a>\n'.encode()
    found = (replace(ANSWERED.findings[0], message=hostile),)
    panel.show_exchange(
        evolve(ANSWERED, request=said, response=said, findings=found, reply_findings=found)
    )
    shown = seen(panel, tab)
    assert "alert(1)" in shown
    assert "<img" not in shown
    assert "<script" not in shown
    assert not Balance(shown).open


def test_long_texts_are_forgotten_once_they_are_no_longer_shown(panel: EnvelopePanel) -> None:
    sizes: list[int] = []
    tracemalloc.start()
    try:
        for letter in ascii_letters[:30]:
            texts = "".join(f"<a>{letter * 50_000}{number}</a>\n" for number in range(3))
            show(panel, evolve(ANSWERED, request=f"<b>\n{texts}</b>".encode()))
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[-1] - sizes[9] < 500_000  # a few messages are remembered for their secrets
