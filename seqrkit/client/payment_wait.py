"""Waiting for a payment: poll once a second until it is made, cannot be made, or is too late."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from typing import Final

from seqrkit import schemas
from seqrkit.client.progress_bar import Progress, shown
from seqrkit.client.reply_classification import retry_after
from seqrkit.clock import Clock
from seqrkit.errors import (
    ConfigurationError,
    DeadlinePassed,
    HttpError,
    PaymentNotCompleted,
    ResultError,
    SeqrError,
    SoapFault,
    TlsError,
    TransportError,
    UnknownStatus,
)
from seqrkit.errors.notebook_traceback import Interrupted
from seqrkit.model import PaymentStatusReply
from seqrkit.vocabulary import InvoiceStatus

INTERVAL: Final = 1.0
"""Default seconds between two polls (vendor's guides: once a second)."""
DEADLINE: Final = 120.0
"""Default seconds for the buyer to pay."""
_SHORTEST_POLL: Final = 1.0
"""Minimum seconds for the answer to the last poll, even if the deadline is nearer."""
_LAST_POLL: Final = 5.0
"""Seconds for the poll after Ctrl-C, which nobody wants to wait for."""

DONE: Final = {
    InvoiceStatus.PAID: "the buyer has paid",
    InvoiceStatus.RESERVED: "the amount is reserved; call commit_reservation or cancel_invoice",
}
GIVEN_UP: Final = {
    InvoiceStatus.CANCELED: "it was cancelled, and nothing can be paid any more",
    InvoiceStatus.FAILED: "the payment failed; send a new invoice to try again",
    InvoiceStatus.EXPIRED: "its reservation lapsed, and nothing was paid",
}
_BUSY_STATUSES: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""HTTP statuses that the next poll may not have, although the request was refused."""
_LOGINS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})
"""HTTP statuses of wrong credentials."""

_KNOWN: Final = frozenset(InvoiceStatus)

OnStatus = Callable[[PaymentStatusReply], object]
Poll = Callable[[str, int, float], PaymentStatusReply]
"""Asks once for an invoice, its version and a timeout; raises the client's exceptions."""


def check_times(interval: float, deadline: float) -> None:
    """Raise `ConfigurationError` for an interval or a deadline that is not valid."""
    are_numbers = all(isinstance(each, int | float) for each in (interval, deadline))
    if not (are_numbers and interval > 0 and deadline >= 0):
        raise ConfigurationError(
            f"interval= is {interval!r} and deadline= {deadline!r}; both are numbers of seconds, "
            "an interval more than 0, and a deadline not negative"
        )


class Wait:
    """The wait for one invoice.

    A poll may always be repeated (behaviour: "Repeating a request"), so one that failed is repeated
    if the next one may succeed. `reached` says whether the service has answered this client before:
    then a login or certificate that a web server refuses is temporary.
    """

    def __init__(
        self,
        poll: Poll,
        clock: Clock,
        invoice_reference: str,
        timeout: float,
        reached: Callable[[], bool] = lambda: False,
    ) -> None:
        self._poll = poll
        self._clock = clock
        self._timeout = timeout
        self._reached = reached
        self._version = 0
        self._not_before = 0.0
        self.reference = invoice_reference
        self.last: PaymentStatusReply | None = None
        """The latest reply."""
        self.lost: SeqrError | None = None
        """Why the latest poll has no reply; `None` if it has one."""

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
            except KeyboardInterrupt:
                bar.close()
                sentence = self._interrupted()
                # The message is lost if a caller catches the interrupt.
                sys.stderr.write(f"{sentence}\n")
                raise Interrupted(sentence) from None

    def _paid(
        self, interval: float, deadline: float, bar: Progress, on_status: OnStatus | None
    ) -> PaymentStatusReply:
        start = self._clock.monotonic()
        slept = 0.0

        def elapsed() -> float:
            # A clock that a test library has frozen does not count what was slept.
            return max(self._clock.monotonic() - start, slept)

        while True:
            # One poll is at or after the deadline itself, so a payment in the last second is seen.
            changed = self.ask(min(self._timeout, max(deadline - elapsed(), _SHORTEST_POLL)))
            bar.update(self._progress, elapsed())
            if changed and self.last is not None and on_status is not None:
                on_status(self.last)
            if self.last is not None and self.lost is None:
                if self.last.status in DONE:
                    return self.last
                self._give_up(self.last)
            left = deadline - elapsed()
            if left <= 0:
                raise self._too_late(deadline) from self.lost
            pause = min(interval, left)
            self._clock.sleep(pause)
            slept += pause

    @property
    def over(self) -> bool:
        """Whether the invoice has reached a final status or is reserved."""
        return self.last is not None and self.last.status in DONE | GIVEN_UP

    def ask(self, timeout: float | None = None) -> bool:
        """Poll once; return whether the status or the version is new.

        A failure that the next poll may not have is in `lost`; any other is raised, and so is
        `UnknownStatus`. Before the time that a Retry-After header named, nothing is sent.
        """
        if self._clock.monotonic() < self._not_before:
            return False
        try:
            reply = self._poll(self.reference, self._version, timeout or self._timeout)
        except SeqrError as error:
            if not _may_improve(error, reached=self.last is not None or self._reached()):
                raise
            self.lost = error
            # A gateway may say it with a fault or a page as well.
            if error.exchange is not None:
                seconds = retry_after(error.exchange) or 0.0
                self._not_before = self._clock.monotonic() + seconds
            return False
        if reply.status not in _KNOWN:
            raise self._unknown(reply.status)
        before = self.last
        self.last, self.lost = reply, None
        # The version acknowledges what was seen; a reply without one must not take that back.
        self._version = reply.version if reply.version is not None else self._version
        return before is None or (before.status, before.version) != (reply.status, reply.version)

    @property
    def _status(self) -> str:
        return "unknown" if self.last is None else str(self.last.status)

    @property
    def _progress(self) -> str:
        if self.lost is None:
            return self._status
        status = f" {self.lost.status}" if isinstance(self.lost, HttpError) else ""
        return f"{self._status}, polling again after {type(self.lost).__name__}{status}"

    def _give_up(self, reply: PaymentStatusReply) -> None:
        for status, words in GIVEN_UP.items():
            if reply.status == status:
                raise PaymentNotCompleted(
                    f"Invoice {self.reference} is {status}: {words}.", status=status
                )

    def _unknown(self, status: str | None) -> UnknownStatus:
        raw = "no status" if not status else f'the unknown status "{status}"'
        meant = (status or "").upper()
        # Shown, not assumed: goods are handed over on this word.
        near = f" {meant} may be meant." if meant in _KNOWN else ""
        return UnknownStatus(
            f"Invoice {self.reference} has {raw}; the statuses are {', '.join(InvoiceStatus)}."
            f"{near} Find out from the service whether the invoice is paid before you hand over "
            f'goods, or call cancel_invoice("{self.reference}").',
            status=status,
        )

    def _too_late(self, deadline: float) -> DeadlinePassed:
        status = None if self.last is None else self.last.status
        lost = f" (the last poll failed: {self.lost.sentence})" if self.lost else ""
        return DeadlinePassed(
            f"No payment within {deadline:g} s{lost}. {self._state()}",
            status=status,
            last_error=self.lost,
        )

    def _interrupted(self) -> str:
        """Return what the user must know about the invoice after an interrupt."""
        try:
            self.ask(min(self._timeout, _LAST_POLL))
        except SeqrError as error:
            self.lost = error
        return f"Interrupted. {self._state()}"

    def _state(self) -> str:
        reference = self.reference
        if self.last is None:
            return (
                f"The state of invoice {reference} is unknown because no poll was answered: call "
                f'get_payment_status("{reference}") when the endpoint answers again.'
            )
        verb = "was last seen" if self.lost else "is"
        for status, words in (DONE | GIVEN_UP).items():
            if self.last.status == status:
                return f"Invoice {reference} {verb} {status}: {words}."
        return (
            f"Invoice {reference} {verb} {self._status}, and the buyer can still pay it: call "
            f'cancel_invoice("{reference}") to give it up, or wait_for_payment("{reference}") to '
            "go on waiting."
        )


def _may_improve(error: SeqrError, *, reached: bool) -> bool:
    """Return whether the next poll may succeed after an error."""
    if isinstance(error, ResultError):
        known = schemas.result_codes().get(error.code)
        return known is None or not known.is_final
    if isinstance(error, SoapFault):
        status = None if error.exchange is None else error.exchange.status
        # A poll that the service rejects as malformed will be rejected each time.
        return not error.nothing_was_done or status in _BUSY_STATUSES
    if isinstance(error, HttpError):
        # The poll is the same as those that were let through: a gateway's session has expired.
        return reached or error.status not in _LOGINS
    if isinstance(error, TlsError):
        return reached
    return isinstance(error, TransportError)
