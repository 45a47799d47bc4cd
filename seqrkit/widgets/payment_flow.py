"""A payment as a shop's page follows it: sent, asked about, ended. Nothing of it is a widget."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from seqrkit import schemas
from seqrkit.client import Client
from seqrkit.client.payment_wait import DEADLINE
from seqrkit.errors import SeqrError
from seqrkit.model import CustomerToken, Invoice
from seqrkit.qr import QrCode
from seqrkit.vocabulary import InvoiceStatus, PaymentMode

TYPE: Final = "invoiceStatus"
"""The type of the schema that says what each status means."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A status that was seen, when, and what it means; `reference` is the payment's, once made."""

    at: datetime
    status: str
    meaning: str
    reference: str = ""


class Payment:
    """One invoice: sends it, then knows what every poll told.

    Safe to use from several threads. Raises what `Client.send_invoice` raises.
    """

    def __init__(
        self,
        client: Client,
        invoice: Invoice,
        tokens: Sequence[CustomerToken] = (),
        *,
        deadline: float = DEADLINE,
    ) -> None:
        self.invoice = invoice
        self.deadline = deadline
        self.trouble = ""
        """What went wrong last, as a sentence; empty when nothing did."""
        self._client = client
        self._meanings = schemas.value_meanings(TYPE, client.interface)
        self._asking = threading.Lock()
        self._broken = False
        reply = client.send_invoice(invoice, tokens)
        self._watch = client.watch(reply)
        self.code = QrCode(str(reply.qr))
        """What the buyer scans."""
        self._started = client.clock.monotonic()
        self.moments = [self._moment(InvoiceStatus.ISSUED)]
        """Each status that was seen, in order."""

    @property
    def reference(self) -> str:
        """The invoiceReference."""
        return self._watch.reference

    @property
    def status(self) -> str:
        """The status that was seen last."""
        return self.moments[-1].status

    @property
    def awaited(self) -> InvoiceStatus:
        """The status that ends it well: PAID, or RESERVED where a reservation was asked for."""
        immediate = {None, PaymentMode.IMMEDIATE_DEBIT}
        at_once = self.invoice.payment_mode in immediate
        return InvoiceStatus.PAID if at_once else InvoiceStatus.RESERVED

    @property
    def left(self) -> float:
        """Seconds of the client's clock until the buyer is no longer waited for."""
        elapsed = self._client.clock.monotonic() - self._started
        return max(self.deadline - elapsed, 0)

    @property
    def over(self) -> bool:
        """Whether there is nothing more to ask."""
        return self._watch.over

    @property
    def waiting(self) -> bool:
        """Whether it is worth asking: not over, and neither too late nor beyond help."""
        return not (self.over or self._broken) and self.left > 0

    def ask(self) -> None:
        """Poll once. What goes wrong is in `trouble`; what repeating cannot help ends the wait."""
        with self._asking:
            try:
                changed = self._watch.ask()
            except SeqrError as error:
                self._broken, self.trouble = True, str(error)
                return
            lost = self._watch.lost
            self.trouble = f"The last poll was lost: {lost.sentence}" if lost else ""
            self._broken = False
            if changed and self._watch.last is not None:
                self._seen(self._watch.last.status, self._watch.last.ers_reference)

    def cancel(self) -> None:
        """Withdraw the invoice, and ask what has become of it."""
        try:
            self._client.cancel_invoice(self.reference)
        except SeqrError as error:
            self.ask()
            self.trouble = str(error)
        else:
            self.ask()

    def go_on(self) -> None:
        """Give the buyer as long again."""
        self._started = self._client.clock.monotonic()
        self._broken = False

    def _seen(self, status: str | None, reference: str | None) -> None:
        moment = self._moment(status or "no status", reference or "")
        if (moment.status, moment.reference) != (self.status, self.moments[-1].reference):
            self.moments.append(moment)

    def _moment(self, status: str, reference: str = "") -> Moment:
        meaning = self._meanings.get(status, "")
        return Moment(self._client.clock.now(), str(status), meaning, reference)
