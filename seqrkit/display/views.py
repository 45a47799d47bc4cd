"""What a notebook shows of exchanges, findings, messages, reports, codes and journals.

Loaded when one of them is shown for the first time, see `seqrkit.showing`.
"""

from __future__ import annotations

from seqrkit.contract import Finding
from seqrkit.display import cards, html, plain, text
from seqrkit.exchange import Exchange, Journal
from seqrkit.model import Invoice, Reply, Report
from seqrkit.model_base import Message
from seqrkit.qr import QrCode
from seqrkit.showing import Bundle, view


def bundle(plain_text: str, html_text: str) -> Bundle:
    """Views as text and as HTML."""
    return {"text/plain": plain_text.rstrip("\n"), "text/html": html_text}


@view.register
def _exchange(exchange: Exchange) -> Bundle:
    return bundle(text.exchange_text(exchange), html.exchange_html(exchange))


@view.register
def _finding(finding: Finding) -> Bundle:
    return bundle(str(finding), html.findings_html((finding,)))


@view.register
def _message(message: Message) -> Bundle:
    return bundle(plain.message_text(message), cards.message_html(message))


@view.register
def _reply(reply: Reply) -> Bundle:
    return bundle(plain.reply_text(reply), cards.reply_html(reply))


@view.register
def _invoice(invoice: Invoice) -> Bundle:
    return bundle(plain.invoice_text(invoice), cards.invoice_html(invoice))


@view.register
def _report(report: Report) -> Bundle:
    return bundle(plain.report_text(report), cards.report_html(report))


@view.register
def _code(code: QrCode) -> Bundle:
    return bundle(plain.code_text(code), cards.code_html(code))


@view.register
def _journal(journal: Journal) -> Bundle:
    return session_bundle(journal, f"{len(journal)} exchange{'' if len(journal) == 1 else 's'}")


def session_bundle(journal: Journal, head: str) -> Bundle:
    """A sequence diagram of what went back and forth, with a line above it."""
    return bundle(plain.session_text(journal, head), cards.session_html(journal, head))
