"""Messages of the model, reports, QR codes and sessions as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

from seqrkit.display import outcome_phrases
from seqrkit.display.exchange_text import PLAIN_WIDTH
from seqrkit.display.message_fields import Field, bill_of, fields_of
from seqrkit.display.sequence_diagram import MOST, Step, earlier, steps
from seqrkit.exchange import Exchange
from seqrkit.model import ExecuteReportReply, Invoice, Reply, Report
from seqrkit.model_base import Message
from seqrkit.qr import QrCode
from seqrkit.reports import sheet
from seqrkit.terminal_text import one_line

BILL_WIDTH: Final = 48
"""Columns of a bill, as on a receipt."""
RESULT: Final = ("resultCode", "resultDescription")
ON_BILL: Final = ("title", "invoiceRows", "totalAmount")


def message_text(message: Message) -> str:
    """Return any request, reply or part: a line for each field with a value."""
    return _lines(type(message).__name__, fields_of(message))


def reply_text(reply: Reply) -> str:
    """Return result code, name and meaning, then the fields, or the table of a report."""
    named = outcome_phrases.named(reply.result_code, reply.result_description)
    meaning = outcome_phrases.explained(reply.result_code)
    head = f"{type(reply).__name__}: {one_line(named)}"
    head = f"{head}\n{meaning}" if reply.result_code and meaning else head
    if isinstance(reply, ExecuteReportReply) and reply.report is not None:
        return f"{head}\n{report_text(reply.report)}"
    return _lines(head, fields_of(reply, RESULT))


def invoice_text(invoice: Invoice) -> str:
    """Return the invoice as a bill, then the fields that a bill does not show."""
    lines = [one_line(invoice.title or "no title")]
    lines += [_apart(f"  {item}", amount) for item, amount in bill_of(invoice)]
    return _lines("\n".join(lines), fields_of(invoice, ON_BILL))


def report_text(report: Report) -> str:
    """Return the report as a table, or its document if that is not a table."""
    table = sheet(report.document)
    head = one_line(report.title or (table.kind if table else "Report"))
    if table is None:
        return "\n".join(filter(None, (head, (report.content_string or "").rstrip())))
    return f"{_lines(head, table.shown().facts)}\n{table}"


def code_text(code: QrCode) -> str:
    """Return the payload, then the code as characters for a dark terminal."""
    return f"{code.payload}\n{code.text()}"


def session_text(exchanges: Sequence[Exchange], head: str, width: int = PLAIN_WIDTH) -> str:
    """Return a sequence diagram: an arrow for each request and one for each outcome."""
    shown = steps(exchanges[-MOST:])
    if not shown:
        return f"{head}\nno exchanges yet"
    inner = width - 2
    ends = _between("client", "service", width, " ")
    arrows = (f"│{line}│" for step in shown for line in _arrows(step, inner))
    return "\n".join((*filter(None, (head, earlier(exchanges))), ends, *arrows))


def _arrows(step: Step, width: int) -> Iterator[str]:
    asked = " ".join(filter(None, (step.numbers, step.operation, step.asked, step.times)))
    came = " · ".join(filter(None, (step.result, step.answered)))
    if step.buyer:
        yield f"{f' {step.buyer} ':·^{width}}"
    yield f"──{_between(f' {asked} ', f' {step.at:%H:%M:%S} ', width - 4, '─')}─▶"
    yield f"◀─{_between('', f' {came} ', width - 4, '─')}──"


def _between(left: str, right: str, width: int, fill: str) -> str:
    """Return a line with two texts at its ends, the longer one cut if they do not fit."""
    over = cell_len(left) + cell_len(right) + 1 - width
    if over > 0 and cell_len(left) > cell_len(right):
        left = _cut(left, over)
    elif over > 0:
        right = _cut(right, over)
    return f"{left}{fill * max(width - cell_len(left) - cell_len(right), 0)}{right}"


def _cut(text: str, over: int) -> str:
    return f"{set_cell_size(text, max(cell_len(text) - over - 2, 0))}… "


def _apart(left: str, right: str) -> str:
    return _between(left, right, max(BILL_WIDTH, cell_len(left) + cell_len(right) + 2), " ")


def _lines(head: str, fields: Iterable[Field]) -> str:
    listed = tuple(fields)
    widest = max((len(name) for name, _ in listed), default=0)
    return "\n".join((head, *(f"  {name:<{widest}}  {value}" for name, value in listed)))
