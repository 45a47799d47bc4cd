"""Exchanges (a request and its outcome), and the journal that keeps them in memory and on disk.

The client makes an exchange once its outcome is known: a response of any kind, or the reason why
there is none. What an exchange shows or saves is masked; its bytes are those of the wire. Imports
the contract, which judges the messages, and the session format.
"""

from seqrkit.exchange.exchange import REFERENCES as REFERENCES
from seqrkit.exchange.exchange import Exchange as Exchange
from seqrkit.exchange.headers import charset_in as charset_in
from seqrkit.exchange.headers import date_in as date_in
from seqrkit.exchange.headers import header as header
from seqrkit.exchange.journal import Journal as Journal
from seqrkit.exchange.reply_findings import REPLY_LIMIT as REPLY_LIMIT
from seqrkit.exchange.reply_findings import reply_findings as reply_findings
