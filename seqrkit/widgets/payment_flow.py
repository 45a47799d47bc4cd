"""A payment as a webshop's page follows it: invoice sent, polled, ended. Without widgets."""

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
"""The schema type whose values are the statuses, with their meanings."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A status that was seen, the time, its meaning, and the ersReference if there is one."""

    at: datetime
    status: str
    meaning: str
    reference: str = ""


class Payment:
    """Sends an invoice and records every status that polling returns.

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
        self.trouble: str = ""
        """The last problem as a sentence; empty if there is none."""
        self._client = client
        self._meanings = schemas.value_meanings(TYPE, client.interface)
        self._polling = threading.Lock()
        self._failed = False
        reply = client.send_invoice(invoice, tokens)
        self._watch = client.watch(reply)
        self.code: QrCode = QrCode(str(reply.qr))
        """The QR code that the buyer scans."""
        self._started = client.clock.monotonic()
        self.moments: list[Moment] = [self._moment(InvoiceStatus.ISSUED)]
        """Every status that was seen, in order."""

    @property
    def reference(self) -> str:
        """The invoiceReference."""
        return self._watch.reference

    @property
    def status(self) -> str:
        """The last status that was seen."""
        return self.moments[-1].status

    @property
    def awaited(self) -> InvoiceStatus:
        """The status of success: PAID, or RESERVED if the invoice asks for a reservation."""
        immediate = {None, PaymentMode.IMMEDIATE_DEBIT}
        return (
            InvoiceStatus.PAID if self.invoice.payment_mode in immediate else InvoiceStatus.RESERVED
        )

    @property
    def left(self) -> float:
        """Seconds of the client's clock until the deadline."""
        elapsed = self._client.clock.monotonic() - self._started
        return max(self.deadline - elapsed, 0)

    @property
    def over(self) -> bool:
        """Whether the status is final."""
        return self._watch.over

    @property
    def waiting(self) -> bool:
        """Whether to poll again: not over, before the deadline, and no error that would recur."""
        return not (self.over or self._failed) and self.left > 0

    def poll(self) -> None:
        """Poll once. `trouble` holds a problem; one that polling again cannot fix ends the wait."""
        with self._polling:
            try:
                changed = self._watch.ask()
            except SeqrError as error:
                self._failed, self.trouble = True, str(error)
                return
            lost = self._watch.lost
            self.trouble = f"The last poll failed: {lost.sentence}" if lost else ""
            self._failed = False
            if changed and self._watch.last is not None:
                self._record(self._watch.last.status, self._watch.last.ers_reference)

    def cancel(self) -> None:
        """Cancel the invoice, then poll its status."""
        trouble = ""
        try:
            self._client.cancel_invoice(self.reference)
        except SeqrError as error:
            trouble = str(error)
        self.poll()
        self.trouble = trouble or self.trouble

    def extend(self) -> None:
        """Start the deadline again."""
        self._started = self._client.clock.monotonic()
        self._failed = False

    def _record(self, status: str | None, reference: str | None) -> None:
        moment = self._moment(status or "no status", reference or "")
        if (moment.status, moment.reference) != (self.status, self.moments[-1].reference):
            self.moments.append(moment)

    def _moment(self, status: str, reference: str = "") -> Moment:
        meaning = self._meanings.get(status, "")
        return Moment(self._client.clock.now(), str(status), meaning, reference)
