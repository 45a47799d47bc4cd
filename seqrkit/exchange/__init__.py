"""Exchanges: a request as it was posted, and what came of it; and the journal that keeps them.

An exchange is made once, in the transport, when its outcome is known: an answer of any kind, or
the reason why there is none. What it shows and saves is masked; the bytes themselves are kept as
they went over the wire.
"""

from __future__ import annotations

from seqrkit.exchange.exchange import REPLY_LIMIT, Exchange, charset_in, header
from seqrkit.exchange.journal import Journal

__all__ = ["REPLY_LIMIT", "Exchange", "Journal", "charset_in", "header"]
