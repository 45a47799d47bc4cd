"""Any exchange can be displayed: text in it never becomes markup or controls a terminal."""

import re
from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from contract_tests.toolkit import exchanges
from contract_tests.toolkit.display.balance import Balance
from seqrkit import contract, model
from seqrkit.contract import Finding, Rule, Severity
from seqrkit.display import (
    copy_as_code,
    demo_page,
    exchange_diff,
    exchange_html,
    exchange_text,
    message_html,
    phrases,
    summary_html,
    summary_text,
)
from seqrkit.display.demo_step import PlayedStep, Verdict
from seqrkit.exchange import Exchange
from seqrkit.html import joined
from seqrkit.qr import QrCode

PIECES = ("<b x=", ">", "'", '"', "&lt;", "--><", "</pre>", "{{1}}", "\x1b[31m", "\x9b", "\u202e")
HOSTILE = st.lists(st.sampled_from(PIECES), min_size=1).map("".join)
COMMANDS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]"
)
LONG_CODES = (10**4999, -(10**4999), 2**70)
LONG = exchanges.REPLY.replace(b">54<", b">" + b"9" * 5000 + b"<")


def hostile_exchange(text: str) -> Exchange:
    """An exchange with the text in every field that holds one."""
    rule = Rule(text, text, text, text, Severity.ERROR, text, note=text)
    finding = Finding(rule, text, 3, text, text)
    body = f"<a>\n{text}\n<b>{text}</b></a>".encode("utf-8", "replace")
    return evolve(
        exchanges.ANSWERED,
        operation=text,
        endpoint=text,
        request=body,
        response=body,
        failure=text,
        failure_kind=text,
        findings=(finding,),
        reply_findings=(finding,),
    )


def page_of(exchange: Exchange, text: str = "x") -> str:
    """The demo page with a step that made the exchange."""
    step = PlayedStep(
        number=1,
        interface=exchange.interface,
        title=text,
        why=text,
        operation=text,
        verdict=Verdict.FAILED,
        exchanges=(exchange,),
        remarks=(text,),
        qr=QrCode(text),
    )
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return demo_page.demo_page([step], title=text, lead=text, endpoint=text, at=at)


def views(exchange: Exchange) -> list[str]:
    """Every HTML view of an exchange."""
    text = exchange.operation
    reply = model.SendInvoiceReply(
        result_code=4711, result_description=text, invoice_reference=text, invoice_qr_code=text
    )
    body = message_html.message_body(exchange.request, exchange.findings, contract.load())
    return [
        page_of(exchange, text),
        exchange_html.exchange_html(exchange),
        exchange_html.findings_html(exchange.findings),
        exchange_diff.diff_body(exchange, exchanges.ANSWERED),
        joined((body.above, *body.lines, body.below)),
        summary_html.session_html([exchange], text),
        summary_html.reply_html(reply),
        summary_html.report_html(model.Report(title=text, content_string=text)),
        summary_html.invoice_html(model.Invoice(title=text, footer=text)),
    ]


@given(HOSTILE)
def test_html_views_have_the_same_elements_whatever_the_text(text: str) -> None:
    for shown, plain in zip(
        views(hostile_exchange(text)), views(hostile_exchange("x" * len(text))), strict=True
    ):
        read = Balance(shown)
        assert read.open == []
        assert "b" not in set(read.tags) - set(Balance(plain).tags)


@given(HOSTILE | st.text())
@example("\x9b31m\u202e\x1b]0;title\x07\udc80")
def test_text_views_hold_no_control_characters(text: str) -> None:
    exchange = hostile_exchange(text)
    assert not COMMANDS.search(exchange_text.exchange_text(exchange))
    assert not COMMANDS.search(summary_text.session_text([exchange], "session"))
    assert not COMMANDS.search(summary_text.invoice_text(model.Invoice(title=text, footer=text)))
    report = model.Report(title=text, content_string=text)
    assert not COMMANDS.search(summary_text.report_text(report))


@pytest.mark.parametrize(
    "code", [10**4999, -(10**4999), 2**70], ids=["long", "negative", "70 bits"]
)
def test_a_result_code_of_any_length_can_be_displayed(code: int) -> None:
    assert len(phrases.named(code, "x" * 10_000)) < 120
    reply = model.Reply(result_code=code)
    assert len(summary_text.reply_text(reply)) < 500
    assert len(summary_html.reply_html(reply)) < 5_000


def test_an_exchange_with_a_result_code_of_5000_digits_can_be_displayed() -> None:
    exchange = evolve(exchanges.ANSWERED, response=LONG)

    bundle = exchange._repr_mimebundle_()
    for shown in bundle.values():
        assert "4,680morecharacters" in "".join(str(shown).split())
    assert phrases.short(exchange)
    assert copy_as_code.curl(exchange.request, exchange.endpoint, exchange.interface)
