"""Messages of the model, reports, codes and sessions as HTML that stands alone."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from seqrkit.display import phrases
from seqrkit.display.exchange_html import fragment
from seqrkit.display.message_fields import Field, bill_of, fields_of
from seqrkit.display.report_table import Sheet, sheet
from seqrkit.display.sequence_diagram import MOST, Step, earlier, steps
from seqrkit.display.summary_text import ON_BILL, RESULT
from seqrkit.exchange import Exchange
from seqrkit.model import ExecuteReportReply, Invoice, Reply, Report, SendInvoiceReply
from seqrkit.model_base import Message
from seqrkit.qr import QrCode


def message_html(message: Message) -> str:
    """Any request, reply or part of one: its fields under the names of the wire."""
    return _card(_head(type(message).__name__) + _fields(fields_of(message)))


def reply_html(reply: Reply) -> str:
    """Result code, name and meaning, then the fields; the code to scan beside them."""
    signal = "wrong" if reply.result_code else "fine"
    named = escape(phrases.named(reply.result_code, reply.result_description))
    said = phrases.explained(reply.result_code) if reply.result_code else ""
    more = f'<span class="pill {signal}">{named}</span>'
    more += f'<span class="meaning">{escape(said)}</span>' if said else ""
    head = _head(type(reply).__name__, more)
    if isinstance(reply, ExecuteReportReply) and reply.report is not None:
        return _card(head + _report(reply.report), "table.css")
    code = reply.qr if isinstance(reply, SendInvoiceReply) else None
    return _card(head + _fields(fields_of(reply, RESULT), "" if code is None else code_body(code)))


def invoice_html(invoice: Invoice) -> str:
    """The invoice as a bill, and below it what a bill does not show."""
    items = "".join(
        f"<li><span>{escape(a)}</span><span>{escape(b)}</span></li>" for a, b in bill_of(invoice)
    )
    title = f"<header><b>{escape(invoice.title or 'no title')}</b></header>"
    bill = f'<div class="bill"><ul>{items}</ul></div>'
    return _card(title + bill + _fields(fields_of(invoice, ON_BILL)), "bill.css", kind="card slim")


def report_html(report: Report) -> str:
    """The report as a table; the document itself where it is none."""
    return _card(_report(report), "table.css")


def code_html(code: QrCode) -> str:
    """The code as a picture, with what it says below."""
    return fragment(code_body(code, "code alone"), "card.css")


def session_html(exchanges: Sequence[Exchange], head: str) -> str:
    """A sequence diagram: an arrow for each request, and one for what came back."""
    told = steps(exchanges[-MOST:])
    left_out = earlier(exchanges)
    more = f'<p class="more">{left_out}</p>' if left_out else ""
    if not told:
        return _card(f'<header><span class="op">{escape(head)}</span> no exchanges yet</header>')
    ends = '<div class="ends"><span>client</span><span>service</span></div>'
    arrows = f"<ol>{''.join(map(_arrows, told))}</ol>"
    return _card(f'{_head(head)}<div class="sequence">{more}{ends}{arrows}</div>', "sequence.css")


def _card(body: str, *sheets: str, kind: str = "card") -> str:
    return fragment(f'<article class="{kind}">{body}</article>', "card.css", *sheets)


def _head(name: str, more: str = "") -> str:
    return f'<header><span class="op">{escape(name)}</span>{more}</header>'


def _fields(fields: Iterable[Field], beside: str = "") -> str:
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in fields)
    listed = f'<dl class="fields">{told}</dl>' if told else ""
    return f'<div class="body">{listed}{beside}</div>' if listed or beside else ""


def code_body(code: QrCode, kind: str = "code") -> str:
    """The code without the style."""
    # a picture, since a notebook that is not trusted yet shows no drawing
    data = base64.b64encode(code.svg().encode()).decode()
    payload = escape(code.payload)
    return (
        f'<figure class="{kind}"><img width="168" height="168" alt="QR code {payload}" '
        f'src="data:image/svg+xml;base64,{data}"><figcaption>{payload}</figcaption></figure>'
    )


def _report(report: Report) -> str:
    read = sheet(report)
    if read is None:
        document = escape(report.content_string or "")
        return f'{_head(report.title or "Report")}<pre class="body">{document}</pre>'
    return f"{_head(report.title or read.kind)}{_fields(read.facts)}{_table(read)}"


def _table(read: Sheet) -> str:
    if not read.columns:
        return '<p class="body">no rows</p>'
    kinds = [' class="n"' if read.is_number(i) else "" for i in range(len(read.columns))]
    names = (
        f'<th scope="col"{kind}>{escape(n)}</th>'
        for n, kind in zip(read.columns, kinds, strict=True)
    )
    rows = (
        f"<tr>{''.join(f'<td{k}>{escape(c)}</td>' for c, k in zip(row, kinds, strict=True))}</tr>"
        for row in read.rows
    )
    return (
        f'<div class="wide" role="region" aria-label="Rows" tabindex="0">'
        f'<table class="rows"><thead><tr>{"".join(names)}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _arrows(step: Step) -> str:
    signal = "fine" if step.succeeded else "wrong"
    return (
        f'<li><p class="go">{"".join(_asked(step))}</p><p class="back">'
        f'<span class="pill {signal}">{escape(step.result)}</span>'
        f"{_span(step.answered)}</p></li>"
    )


def _asked(step: Step) -> Iterator[str]:
    yield f'<i>{step.numbers}</i><span class="op">{escape(step.operation)}</span>'
    yield _span(step.asked)
    yield f"<i>{step.times}</i>" if step.times else ""
    yield f"<time>{step.at:%H:%M:%S}</time>"


def _span(text: str) -> str:
    return f"<span>{escape(text)}</span>" if text else ""
