"""Waiting for a payment: once a second, until it is made, given up, or too late."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from typing import Final, Protocol

from seqrkit.client.progress_bar import Progress, shown
from seqrkit.clock import Clock
from seqrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    DeadlinePassed,
    EndpointUnreachable,
    HttpError,
    PaymentNotCompleted,
    SeqrError,
    ServiceUnavailable,
    SoapFault,
    SystemBusy,
    TimedOut,
)
from seqrkit.model import PaymentStatusReply
from seqrkit.vocabulary import InvoiceStatus

INTERVAL: Final = 1.0
"""Seconds between two polls (vendor's guides: once a second)."""
DEADLINE: Final = 120.0
"""Seconds a buyer is given when nothing else is said."""
_SHORTEST_POLL: Final = 1.0
"""Seconds that the last poll before the deadline gets all the same."""
_LAST_WORD: Final = 5.0
"""Seconds for the one poll after Ctrl-C: whoever pressed it wants to get away."""

DONE: Final = {
    InvoiceStatus.PAID: "the buyer has paid",
    InvoiceStatus.RESERVED: "the amount is reserved; call commit_reservation or cancel_invoice",
}
GIVEN_UP: Final = {
    InvoiceStatus.CANCELED: "it was cancelled, and nothing is to be paid any more",
    InvoiceStatus.FAILED: "the payment failed; send a new invoice to try again",
    InvoiceStatus.EXPIRED: "its reservation lapsed, and nothing was paid",
}

OnStatus = Callable[[PaymentStatusReply], object]


def check_times(interval: float, deadline: float) -> None:
    """Raise `ConfigurationError` for seconds between polls, or for a buyer, that cannot be."""
    if not (interval > 0 and deadline >= 0):
        raise ConfigurationError(
            f"interval is {interval:g} s and deadline {deadline:g} s; an interval is more than "
            "0, and a deadline not in the past"
        )


class Poll(Protocol):
    """Asks for the status once: reference, version, seconds to wait for the answer."""

    def __call__(
        self, invoice_reference: str, invoice_version: int, timeout: float
    ) -> PaymentStatusReply:
        """Return the reply, or raise what the client raises."""


class Wait:
    """One wait for one invoice.

    A poll that is lost is repeated at the next beat, since getPaymentStatus may always be
    repeated (behaviour: "Repeating a request"); the deadline ends that as well.
    """

    def __init__(self, poll: Poll, clock: Clock, invoice_reference: str, timeout: float) -> None:
        self._poll = poll
        self._clock = clock
        self._timeout = timeout
        self._version = 0
        self.reference = invoice_reference
        self.last: PaymentStatusReply | None = None
        """The latest reply."""
        self.lost: SeqrError | None = None
        """Why the latest poll has no reply; `None` where it has one."""

    def until(
        self,
        *,
        interval: float,
        deadline: float,
        progress: bool | None,
        on_status: OnStatus | None,
    ) -> PaymentStatusReply:
        """Poll until the payment is made or reserved; see `Client.wait_for_payment`."""
        with closing(shown(progress, deadline)) as bar:
            try:
                return self._paid(interval, deadline, bar, on_status)
            except KeyboardInterrupt as interrupt:
                bar.close()
                sentence = self._interrupted()
                interrupt.add_note(sentence)
                # An interrupt that is caught further up would keep its note to itself.
                sys.stderr.write(f"{sentence}\n")
                raise

    def _paid(
        self, interval: float, deadline: float, bar: Progress, on_status: OnStatus | None
    ) -> PaymentStatusReply:
        start = self._clock.monotonic()
        while True:
            left = deadline - (self._clock.monotonic() - start)
            changed = self.ask(min(self._timeout, max(left, _SHORTEST_POLL)))
            bar.update(self._status, self._clock.monotonic() - start)
            if changed and self.last is not None and on_status is not None:
                on_status(self.last)
            if self.last is not None and self.lost is None:
                if self.last.status in DONE:
                    return self.last
                self._give_up(self.last)
            left = deadline - (self._clock.monotonic() - start)
            if left <= 0:
                raise self._too_late(deadline) from self.lost
            self._clock.sleep(min(interval, left))

    @property
    def over(self) -> bool:
        """Whether nothing more is to be waited for: it is paid, reserved or given up."""
        return self.last is not None and self.last.status in DONE | GIVEN_UP

    def ask(self, timeout: float | None = None) -> bool:
        """Poll once; whether there is a status or a version that was not there before.

        A poll that is `lost` is not raised; what repeating cannot help is.
        """
        try:
            reply = self._poll(self.reference, self._version, timeout or self._timeout)
        except (TimedOut, ConnectionLost, EndpointUnreachable, HttpError, SoapFault) as error:
            if isinstance(error, HttpError) and error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            if isinstance(error, SoapFault) and error.nothing_was_done:
                raise
            self.lost = error
            return False
        except (ServiceUnavailable, SystemBusy) as error:
            self.lost = error
            return False
        before = self.last
        self.last, self.lost = reply, None
        self._version = reply.version if reply.version is not None else self._version
        return before is None or (before.status, before.version) != (reply.status, reply.version)

    @property
    def _status(self) -> str:
        return "unknown" if self.last is None else str(self.last.status)

    def _give_up(self, reply: PaymentStatusReply) -> None:
        for status, words in GIVEN_UP.items():
            if reply.status == status:
                raise PaymentNotCompleted(
                    f"Invoice {self.reference} is {status}: {words}.", status=status
                )

    def _too_late(self, deadline: float) -> DeadlinePassed:
        status = None if self.last is None else self.last.status
        lost = f" (the last poll was lost: {self.lost.sentence})" if self.lost else ""
        return DeadlinePassed(
            f"No payment within {deadline:g} s{lost}. {self._state()}", status=status
        )

    def _interrupted(self) -> str:
        """What is to be known about the invoice when the user breaks off."""
        try:
            self.ask(min(self._timeout, _LAST_WORD))
        except SeqrError as error:
            self.lost = error
        return f"Interrupted. {self._state()}"

    def _state(self) -> str:
        reference = self.reference
        if self.last is None:
            return (
                f"The state of invoice {reference} is not known, no poll was answered: ask "
                f'get_payment_status("{reference}") once the endpoint answers again.'
            )
        said = "was last seen" if self.lost else "is"
        for status, words in (DONE | GIVEN_UP).items():
            if self.last.status == status:
                return f"Invoice {reference} {said} {status}: {words}."
        return (
            f"Invoice {reference} {said} {self._status}, and the buyer can still pay it: call "
            f'cancel_invoice("{reference}") to give it up, or wait_for_payment("{reference}") to '
            "go on waiting."
        )
