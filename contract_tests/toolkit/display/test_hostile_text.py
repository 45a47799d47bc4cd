"""Any exchange can be displayed: text in it never becomes markup or controls a terminal."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit import exchanges
from contract_tests.toolkit.display.balance import Balance
from contract_tests.toolkit.messages import in_envelope
from seqrkit import contract, model
from seqrkit.contract import Finding, Rule, Severity
from seqrkit.display import (
    annotated_message_html,
    copy_as_code,
    demo_page,
    exchange_diff,
    exchange_html,
    exchange_text,
    notebook_views,
    outcome_phrases,
    summary_html,
    summary_text,
)
from seqrkit.display.demo_step import PlayedStep, Verdict
from seqrkit.display.demo_text import LineView, StepView
from seqrkit.errors import NotAReply, SeqrError, UnknownStatus
from seqrkit.exchange import Exchange
from seqrkit.html import joined
from seqrkit.money import Amount
from seqrkit.qr import QrCode
from seqrkit.soap import carried

PIECES = ("<b x=", ">", "'", '"', "&lt;", "--><", "</pre>", "{{1}}", "\x1b[31m", "\x9b", "\u202e")
HOSTILE = st.lists(st.sampled_from(PIECES), min_size=1).map("".join)
INVISIBLE = "".join(
    char
    for char in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} and char not in "\t\n"
)
"""Every character that controls a terminal, reorders a text or is not displayed."""
COMMANDS = re.compile(f"[{re.escape(INVISIBLE)}\ud800-\udfff]")
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
    body = annotated_message_html.message_body(exchange.request, exchange.findings, contract.load())
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


def texts(exchange: Exchange) -> Iterator[object]:
    """Every text view of an exchange and of messages and errors with the same text."""
    text = exchange.operation
    amount = Amount(Decimal(1), text)
    reply = model.SendInvoiceReply(
        result_code=4711, result_description=text, invoice_reference=text, invoice_qr_code=text
    )
    invoice = model.Invoice(
        title=text,
        footer=text,
        total_amount=amount,
        invoice_rows=[
            model.InvoiceRow(item_unit=text, item_description=text, item_total_amount=amount)
        ],
    )
    report = model.Report(title=text, content_string=text)
    fault = evolve(exchange, response=answered_fault(text), failure=None)
    step = PlayedStep(
        number=1,
        interface=exchange.interface,
        title=text,
        why=text,
        operation=text,
        verdict=Verdict.FAILED,
        exchanges=(exchange, fault),
        remarks=(text,),
        qr=QrCode(text),
    )
    for each in (exchange, fault, evolve(exchange, response=None), *exchange.findings):
        yield from (str(each), repr(each), each._repr_mimebundle_()["text/plain"])
    for shown in (invoice, reply, report, QrCode(text)):
        yield from (repr(shown), shown._repr_mimebundle_()["text/plain"])
    yield notebook_views.session_bundle([exchange], text)["text/plain"]
    for error in (SeqrError(text), NotAReply(text), UnknownStatus(text, status=text)):
        yield from (str(error), repr(error), error.sentence)
    for view in (StepView(step), LineView(step), text):
        printed = StringIO()
        console = exchange_text.console(printed, width=200)
        console.print(view, markup=False)
        yield printed.getvalue()


def answered_fault(text: str) -> bytes:
    """A fault whose texts contain each character that XML allows, as a reference."""
    said = "".join(f"&#{ord(char)};" for char in text if carried(char) == char)
    content = f"<faultcode>{said}</faultcode><faultstring>{said}</faultstring>" * 4
    return in_envelope(etree.fromstring(f"<Fault>{content}<detail>{said}</detail></Fault>"))


@given(HOSTILE | st.text(min_size=1))
@example("\x9b31m\u202e\x1b]0;title\x07\udc80")
@example(INVISIBLE)
def test_no_view_holds_control_characters(text: str) -> None:
    exchange = hostile_exchange(text)
    for view in (*texts(exchange), *views(exchange)):
        assert not COMMANDS.search(str(view))


@pytest.mark.parametrize(
    "code", [10**4999, -(10**4999), 2**70], ids=["long", "negative", "70 bits"]
)
def test_a_result_code_of_any_length_can_be_displayed(code: int) -> None:
    assert len(outcome_phrases.named(code, "x" * 10_000)) < 120
    reply = model.Reply(result_code=code)
    assert len(summary_text.reply_text(reply)) < 500
    assert len(summary_html.reply_html(reply)) < 5_000


def test_an_exchange_with_a_result_code_of_5000_digits_can_be_displayed() -> None:
    exchange = evolve(exchanges.ANSWERED, response=LONG)

    bundle = exchange._repr_mimebundle_()
    for shown in bundle.values():
        assert "4,680morecharacters" in "".join(str(shown).split())
    assert outcome_phrases.short(exchange)
    assert copy_as_code.curl(exchange.request, exchange.endpoint, exchange.interface)
