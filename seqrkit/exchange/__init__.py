"""Exchanges (a request and its outcome), and the journal that keeps them in memory and on disk.

The client makes an exchange once its outcome is known: a response of any kind, or the reason why
there is none. What an exchange shows or saves is masked; its bytes are those of the wire. Imports
the contract, which judges the messages, and the session format.
"""

from __future__ import annotations

from seqrkit.exchange.exchange import REFERENCES, Exchange
from seqrkit.exchange.headers import charset_in, header
from seqrkit.exchange.journal import Journal
from seqrkit.exchange.reply_findings import REPLY_LIMIT, reply_findings

__all__ = [
    "REFERENCES",
    "REPLY_LIMIT",
    "Exchange",
    "Journal",
    "charset_in",
    "header",
    "reply_findings",
]
