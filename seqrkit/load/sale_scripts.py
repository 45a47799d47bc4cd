"""Scripts: the requests of a sale as bytes, with gaps for what earlier replies say.

A request is written once. When it is sent, only its references are filled in, so that the load
generator spends its time on sending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from attrs import evolve

from seqrkit import soap
from seqrkit.client import Client, Credentials
from seqrkit.exchange import Exchange
from seqrkit.model import (
    CancelInvoice,
    ClientContext,
    GetPaymentStatus,
    Invoice,
    MarkTransactionPeriod,
    RefundPayment,
    SendInvoice,
)
from seqrkit.model_base import Request
from seqrkit.recording.session_comparison import SHORTEST, references
from seqrkit.session_replay import with_principal, with_references, with_text
from seqrkit.vocabulary import PrincipalType

VARIABLE: Final = "SEQRKIT_LOAD"
"""The environment variable that names the file with the scripts, for `locustfile`."""
CLIENT_REFERENCE: Final = "clientReference"
PAY: Final = "(the buyer pays)"
"""The operation of a step in which the simulated buyer pays."""
_GAP: Final = re.compile(rb"\{(\w+)\}")
# A buyer takes a moment: registers poll in vain before the payment.
_POLLS: Final = 2


class Step(msgspec.Struct, frozen=True):
    """A request: its body in pieces, of which every other one is the name of a value.

    `learns` maps elements of the reply to the names of the values that they give.
    """

    operation: str
    pieces: tuple[bytes, ...]
    learns: Mapping[str, str]

    def body(self, values: Mapping[bytes, bytes]) -> bytes:
        """Return the request with its values; a value that is not known stays empty."""
        filled = list(self.pieces)
        # `split` with a group puts the names at the odd places.
        filled[1::2] = [values.get(name, b"") for name in filled[1::2]]
        return b"".join(filled)


Script = Sequence[Step]


def sale(client: Client, invoice: Invoice, credentials: Credentials, *, is_paid: bool) -> Script:
    """Return a sale: the invoice, polls, then a payment and a refund, or a cancellation."""
    reference = "{invoiceReference}"
    poll = GetPaymentStatus(invoice_reference=reference, invoice_version=0)
    requests: list[Request] = [SendInvoice(invoice=invoice), *[poll] * _POLLS]
    steps = [_step(client, each, credentials) for each in requests]
    if is_paid:
        back = RefundPayment(
            ers_reference="{ersReference}",
            invoice=evolve(invoice, title="Refund"),
        )
        steps += [Step(PAY, (b"",), {})]
        steps += [_step(client, each, credentials) for each in (poll, back)]
    else:
        steps.append(_step(client, CancelInvoice(invoice_reference=reference), credentials))
    return steps


def shop(client: Client, credentials: Credentials) -> Script:
    """Return what a shop's back office does: it ends a transaction period."""
    return [_step(client, MarkTransactionPeriod(), credentials)]


def _step(client: Client, request: Any, credentials: Credentials) -> Step:  # noqa: ANN401 - any
    context = client.context(request.OPERATION)
    password = _password(context, credentials, request.OPERATION)
    context = evolve(context, client_reference=f"{{{CLIENT_REFERENCE}}}")
    written = client.envelope(evolve(request, context=context))
    learns = {name: name for name in ("invoiceReference", "ersReference")}
    return Step(request.OPERATION, _pieces(soap.unmask(written, password)), learns)


def recorded(client: Client, exchanges: Iterable[Exchange], credentials: Credentials) -> Script:
    """Return the requests of a session, with the client's credentials and its own references."""
    gaps: dict[str, str] = {}
    steps = []
    for exchange in exchanges:
        if exchange.operation not in client.contract.operations:
            continue
        context = client.context(exchange.operation)
        data = with_principal(exchange.masked_request, context)
        password = _password(context, credentials, exchange.operation)
        # A brace in a title would be taken for a gap; in XML this is the same character.
        data = soap.unmask(data.replace(b"{", b"&#123;"), password)
        data = with_references(data, gaps)
        data = with_text(data, CLIENT_REFERENCE.encode(), f"{{{CLIENT_REFERENCE}}}")
        learns = {}
        for path, value in references(exchange).items():
            element = path.rpartition("/")[2]
            # From replies only: a reference that the client made itself is the recording's own
            # text.
            if path.startswith("reply/") and len(value) >= SHORTEST and element not in learns:
                learns[element] = f"{element}{exchange.number}"
                gaps[value] = f"{{{learns[element]}}}"
        steps.append(Step(exchange.operation, _pieces(data), learns))
    return steps


def _password(context: ClientContext, credentials: Credentials, operation: str) -> str:
    principal = context.initiator_principal_id
    kind = None if principal is None else principal.type
    return credentials.password(PrincipalType(kind or PrincipalType.TERMINALID), operation)


def _pieces(data: bytes) -> tuple[bytes, ...]:
    return tuple(_GAP.split(data))


def learned(step: Step, reply: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the values that a reply gives, by name."""
    for element, name in step.learns.items():
        found = re.search(rb"<(?:\w+:)?%s[^>]*>([^<]+)<" % element.encode(), reply)
        if found is not None:
            yield name.encode(), found[1]
