"""A report as a table that can be sorted, searched and saved as CSV."""

from __future__ import annotations

import re
from typing import Final

from seqrkit import soap
from seqrkit.client.reply_reader import read_reply
from seqrkit.exchange import REPLY_LIMIT, Exchange
from seqrkit.model import ExecuteReport, ExecuteReportReply, Report
from seqrkit.reports import sheet
from seqrkit.terminal_text import one_line
from seqrkit.widgets.browser_view import BrowserView, script

_ZEROS: Final = re.compile(r"(?<=\d)(\.\d\d\d*?)0+$", re.ASCII)
"""Zeros after the second decimal of an amount."""


class ReportTable(BrowserView):
    """The rows of a report, with amounts in plain decimals; sorting and searching need no kernel.

    ``report.rows.to_pandas()`` has the same rows as a DataFrame.
    """

    _esm = script("report_table.js")

    def __init__(self) -> None:
        super().__init__({})
        self.is_empty: bool = True
        """Whether there is no table to display."""
        self.show({"title": "", "facts": [], "columns": [], "rows": [], "numbers": []})

    def show_report(self, report: Report) -> None:
        """Show another report; nothing if its document is not a table."""
        found = sheet(report.document)
        self.is_empty = found is None
        if found is None:
            return
        table = found.shown()
        self.show(
            {
                "title": one_line(report.title or table.kind),
                "facts": [list(each) for each in table.facts],
                "columns": list(table.columns),
                "rows": [[_ZEROS.sub(r"\1", cell) for cell in row] for row in table.rows],
                "numbers": [table.is_number(each) for each in range(len(table.columns))],
            }
        )

    def __repr__(self) -> str:
        shown = self.state["values"]
        return f"Report {shown.get('title', '')}: {len(shown.get('rows', ()))} rows"


def report_of(exchange: Exchange) -> Report | None:
    """Return the report in the reply of an exchange, if there is one."""
    if exchange.operation != ExecuteReport.OPERATION or not exchange.succeeded:
        return None
    root = soap.parse(exchange.masked_response or b"", limit=REPLY_LIMIT)
    reply = read_reply(soap.read_envelope(root).payload, exchange.operation, exchange.interface)
    return reply.report if isinstance(reply, ExecuteReportReply) else None
