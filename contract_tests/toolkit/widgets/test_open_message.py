"""Messages from elsewhere open as forms with their findings, and never reach the widget's state."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from contract_tests.toolkit.widgets.interaction import body_of
from seqrkit import Request, Session, strategies
from seqrkit.errors import MessageError
from seqrkit.widgets import Workbench
from seqrkit.widgets.envelope_panel import REQUEST
from seqrkit.widgets.request_sources import PasteView

CONTRACT = CONTRACTS["cashregister-2"]
PASSWORD = "s3cret of a register"


@pytest.fixture(scope="module")
def seqr() -> Iterator[Session]:
    with seqrkit.connect(quiet=True) as session:
        yield session


@pytest.fixture(scope="module")
def bench(seqr: Session) -> Workbench:
    return seqr.workbench()


def captured(message: bytes, how: str) -> bytes:
    if how == "HTTP":
        head = f"POST /soap HTTP/1.1\r\nHost: a\r\nContent-Length: {len(message)}\r\n\r\n"
        return head.encode() + message
    if how == "bare, without namespace":
        return re.sub(rb"</?\w+:(?:Envelope|Body)[^>]*>|(?<=<)\w+:|(?<=</)\w+:", b"", message)
    if how == "log":
        return b"2026-11-26 12:00:00 DEBUG Till - sending\n" + message
    return message


@pytest.mark.parametrize("operation", CONTRACT.operations)
@settings(max_examples=20)  # each example draws a whole form
@given(data=st.data(), how=st.sampled_from(["XML", "HTTP", "log", "bare, without namespace"]))
def test_it_opens_as_a_form_that_sends_the_same(
    bench: Workbench, operation: str, how: str, data: st.DataObject
) -> None:
    request = cast("Request", data.draw(strategies.valid(operation)))
    bench.open_message(captured(strategies.envelope(request), how))
    assert bench.operation == operation
    form = bench.form(operation)
    again = cast("Any", form.request)
    assert again.context.client_reference == cast("Any", request).context.client_reference
    assert form.findings == ()


def test_it_is_shown_as_it_is_with_its_findings_until_the_form_is_edited(
    bench: Workbench, seqr: Session
) -> None:
    bench.open_message(in_envelope(build(CONTRACT, "sendInvoice")).replace(b"title>", b"titel>"))
    assert bench.panel.tab == REQUEST
    assert "titel" in body_of(bench.panel)
    assert "1 error" in body_of(bench.panel)
    bench.form("sendInvoice").update({"invoice.title": "Grand Cinema"})
    assert "titel" not in body_of(bench.panel)
    assert len(seqr.exchanges) == 0


@pytest.mark.parametrize(
    "message",
    ["", "hello", "<a/>", "<soapenv:Envelope", "\N{REPLACEMENT CHARACTER}", '{"a": 1}'],
)
def test_what_is_no_request_leaves_the_form_as_it_is(bench: Workbench, message: str) -> None:
    bench.operation = "cancelInvoice"
    before = bench.form("cancelInvoice").value
    with pytest.raises(MessageError, match="no request of cashregister-2 can be read"):
        bench.open_message(message)
    assert bench.operation == "cancelInvoice"
    assert bench.form("cancelInvoice").value == before


def test_the_field_reports_what_is_wrong_and_keeps_no_text(bench: Workbench) -> None:
    (paste,) = [each for each in bench.children if isinstance(each, PasteView)]
    paste.receive("open", "hello")
    assert "no request of cashregister-2" in paste.note
    element = build(CONTRACT, "registerTerminal")
    for each in element.iter("password"):
        each.text = PASSWORD
    paste.receive("open", in_envelope(element).decode())
    assert paste.note == ""
    assert PASSWORD.encode() in bench.form("registerTerminal").draft.envelope()
    assert PASSWORD not in json.dumps(paste.state)
