"""Messages of the model, reports, QR codes and sessions as HTML with its style."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from seqrkit.display import outcome_phrases
from seqrkit.display.exchange_html import fragment, pill
from seqrkit.display.message_fields import bill_of, fields_of
from seqrkit.display.sequence_diagram import MOST, earlier, steps
from seqrkit.display.summary_text import ON_BILL, RESULT
from seqrkit.exchange import Exchange
from seqrkit.html import Markup, html, render
from seqrkit.model import ExecuteReportReply, Invoice, Reply, Report, SendInvoiceReply
from seqrkit.model_base import Message
from seqrkit.qr import QrCode
from seqrkit.reconciliation import Reconciliation
from seqrkit.reports import sheet
from seqrkit.rows import Rows, Sheet

_EMPTY: dict[str, object] = dict.fromkeys(
    ("title", "result", "meaning", "fields", "bill", "code", "report", "table", "steps", "left_out")
)
"""The values that the template can show."""


def message_html(message: Message) -> Markup:
    """Return any request, reply or part: its fields under the names of the wire."""
    return _card(title=type(message).__name__, fields=list(fields_of(message)))


def reply_html(reply: Reply) -> Markup:
    """Return result code, name and meaning, then the fields, with the QR code beside them."""
    named = outcome_phrases.named(reply.result_code, reply.result_description)
    code = reply.qr if isinstance(reply, SendInvoiceReply) else None
    report = reply.report if isinstance(reply, ExecuteReportReply) else None
    return _card(
        "table.css" if report else "",
        title=type(reply).__name__,
        result=pill("wrong" if reply.result_code else "fine", named),
        meaning=outcome_phrases.explained(reply.result_code) if reply.result_code else "",
        fields=[] if report else list(fields_of(reply, RESULT)),
        code=code and code_body(code),
        report=report,
        table=report and _table(sheet(report.document)),
    )


def invoice_html(invoice: Invoice) -> Markup:
    """Return the invoice as a bill, then the fields that a bill does not show."""
    fields = list(fields_of(invoice, ON_BILL))
    title = invoice.title or "no title"
    return _card("bill.css", title=title, bill=list(bill_of(invoice)), fields=fields)


def report_html(report: Report) -> Markup:
    """Return the report as a table, or its document if that is not a table."""
    return _card("table.css", report=report, table=_table(sheet(report.document)))


def rows_html(rows: Rows[object]) -> Markup:
    """Return typed rows as a table."""
    return _card("table.css", table=_table(rows.sheet()))


def reconciliation_html(reconciliation: Reconciliation) -> Markup:
    """Return the sums of both sides, then the discrepancies as a table."""
    found = reconciliation.discrepancies
    return _card(
        "table.css",
        title=reconciliation.title,
        result=pill("wrong" if found else "fine", reconciliation.verdict),
        fields=list(reconciliation.facts),
        table=_table(found.sheet()) if found else None,
    )


def code_html(code: QrCode) -> Markup:
    """Return the QR code as a picture with its payload below."""
    return fragment(code_body(code, "code alone"), "card.css")


def session_html(exchanges: Sequence[Exchange], head: str) -> Markup:
    """Return a sequence diagram: an arrow for each request and one for each outcome."""
    shown = steps(exchanges[-MOST:])
    left_out = earlier(exchanges)
    return _card("sequence.css" if shown else "", title=head, steps=shown, left_out=left_out)


def code_body(code: QrCode, kind: str = "code") -> Markup:
    """Return the QR code without the style."""
    # An image, since notebooks that are not trusted do not render inline SVG.
    return html(
        '<figure class="{}"><img width="168" height="168" alt="QR code {payload}" '
        'src="data:image/svg+xml;base64,{}"><figcaption>{payload}</figcaption></figure>',
        kind,
        base64.b64encode(code.svg().encode()).decode(),
        payload=code.payload,
    )


def _table(sheet: Sheet | None) -> Sheet | None:
    return None if sheet is None else sheet.shown()


def _card(*sheets: str, **values: object) -> Markup:
    body = render("display/card.html", **_EMPTY | values)
    return fragment(body, "card.css", *filter(None, sheets))
