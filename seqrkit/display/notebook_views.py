"""Notebook representations of exchanges, findings, messages, tables, QR codes and journals.

Loaded when one of them is displayed for the first time, see `seqrkit.notebook_repr`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from seqrkit.contract import Finding
from seqrkit.display import exchange_html, exchange_text, summary_html, summary_text
from seqrkit.exchange import Exchange, Journal
from seqrkit.model import Invoice, Reply, Report
from seqrkit.model_base import Message
from seqrkit.notebook_repr import Bundle, view
from seqrkit.qr import QrCode
from seqrkit.reconciliation import Reconciliation
from seqrkit.rows import Rows
from seqrkit.terminal_text import visible


def bundle(plain_text: str, html_text: str) -> Bundle:
    """Return a text, control characters escaped, and its HTML as a MIME bundle."""
    return {"text/plain": visible(plain_text).rstrip("\n"), "text/html": str(html_text)}


_VIEWS: Final[Mapping[type, tuple[Callable[[Any], str], Callable[[Any], str]]]] = {
    Exchange: (exchange_text.exchange_text, exchange_html.exchange_html),
    Finding: (str, lambda finding: exchange_html.findings_html((finding,))),
    Message: (summary_text.message_text, summary_html.message_html),
    Reply: (summary_text.reply_text, summary_html.reply_html),
    Invoice: (summary_text.invoice_text, summary_html.invoice_html),
    Report: (summary_text.report_text, summary_html.report_html),
    Rows: (str, summary_html.rows_html),
    Reconciliation: (str, summary_html.reconciliation_html),
    QrCode: (summary_text.code_text, summary_html.code_html),
}
"""Functions that give text and HTML of a class; an object uses those of its nearest class."""


def _register(kind: type, as_text: Callable[[Any], str], as_html: Callable[[Any], str]) -> None:
    view.register(kind, lambda shown: bundle(as_text(shown), as_html(shown)))


for _kind, _drawn in _VIEWS.items():
    _register(_kind, *_drawn)


@view.register
def _journal(journal: Journal) -> Bundle:
    return session_bundle(journal, f"{len(journal)} exchange{'' if len(journal) == 1 else 's'}")


def session_bundle(journal: Sequence[Exchange], head: str) -> Bundle:
    """Return a sequence diagram of the exchanges below a heading."""
    return bundle(
        summary_text.session_text(journal, head), summary_html.session_html(journal, head)
    )
