"""One poll against one canned answer."""

from __future__ import annotations

from typing import NamedTuple

from contract_tests.toolkit.client.test_secrets import client_of
from contract_tests.toolkit.client.test_unusual_replies import PAID
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.http_client import Response
from seqrkit.model import PaymentStatusReply

XML = {"Content-Type": "text/xml; charset=utf-8"}


class Asked(NamedTuple):
    """What a caller gets: a reply or an error, and the exchange."""

    reply: PaymentStatusReply | None
    error: SeqrError | None
    exchange: Exchange

    @property
    def findings(self) -> str:
        """The findings about the reply, with their rules."""
        return "\n".join(f"{each.id} {each}" for each in self.exchange.reply_findings)

    @property
    def paid(self) -> PaymentStatusReply:
        """The reply, which must report a payment, as must the exchange."""
        assert self.reply is not None, self.error
        assert (self.reply.result_code, self.reply.status) == (0, "PAID")
        assert self.exchange.succeeded
        return self.reply


def ask(
    body: bytes | str = PAID,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Asked:
    """Ask for the status of an invoice and get this answer, without a network."""
    data = body.encode() if isinstance(body, str) else body
    answer = Response(status, XML if headers is None else headers, data, complete=True)
    with client_of(answer, "till & pass") as client:
        try:
            reply, error = client.get_payment_status("1397222701693"), None
        except SeqrError as raised:
            reply, error = None, raised
        (exchange,) = client.exchanges
    return Asked(reply, error, exchange)
