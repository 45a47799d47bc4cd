"""A self-contained page with the exchanges of a session, which can be searched and opened."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence

from seqrkit.display import exchange_html, outcome_phrases
from seqrkit.display.highlight import readable
from seqrkit.display.sequence_diagram import step_of
from seqrkit.exchange import Exchange
from seqrkit.html import Markup


def session_page(exchanges: Sequence[Exchange], head: str) -> Markup:
    """Return the page; passwords are masked.

    The messages are in it once, compressed: the browser unpacks them when the first one is opened,
    so that a session of ten thousand exchanges is shown at once.
    """
    messages = [
        [
            readable(each.masked_request)[0],
            readable(each.masked_response or b"")[0],
            [str(found) for found in each.findings],
            [str(found) for found in each.reply_findings],
        ]
        for each in exchanges
    ]
    # Without the time, the same session gives the same page.
    packed = gzip.compress(json.dumps(messages).encode(), mtime=0)
    return exchange_html.page(
        "display/session_page.html",
        head=head,
        exchanges=[(each, step_of(each)) for each in exchanges],
        packed=base64.b64encode(packed).decode(),
        milliseconds=outcome_phrases.milliseconds,
    )
