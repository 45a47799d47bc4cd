"""The client: builds requests with zeep from the published WSDL, posts, records and reads them."""

from __future__ import annotations

from os import PathLike
from types import TracebackType
from typing import Final, Self

from attrs import evolve

from seqrkit.client.credentials import Credentials
from seqrkit.client.endpoint_address import address, interface_of
from seqrkit.client.http import Http
from seqrkit.client.operations import Operations, reference_of
from seqrkit.client.payment_wait import DEADLINE, INTERVAL, OnStatus, Wait, check_times
from seqrkit.client.rate_limit import Pace
from seqrkit.client.recording_transport import Transport
from seqrkit.client.request_context import references
from seqrkit.clock import Clock, SystemClock
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Journal
from seqrkit.model import GetPaymentStatus, PaymentStatusReply, SendInvoiceReply

__all__ = ["CONNECT_TIMEOUT", "TIMEOUT", "Client", "Credentials", "Pace"]

TIMEOUT: Final = 30.0
"""Seconds for a whole answer when nothing else is said."""
CONNECT_TIMEOUT: Final = 10.0
"""Seconds for a connection when nothing else is said."""


class Client(Operations):
    """Speaks to one endpoint, as a terminal and as a reseller's user, by the operation.

    `endpoint` is the address, with or without ``?wsdl``; `interface` is taken from its path where
    it is not given. `timeout` is in seconds and for a whole answer, `connect_timeout` for a
    connection. With `strict` a request that breaks the contract is not sent. `record` names a file
    that gets each exchange as a line of JSON at once, passwords masked.

    TLS certificates are verified, against `ca` (a PEM file or directory) instead of the system's
    authorities where given; `client_certificate` is a PEM file with certificate and key, or the
    pair of files; `proxy` is the URL of an HTTP proxy, instead of the environment's, or empty for
    none. Loopback is never reached through the environment's proxy.

    `clock` and `seed` are for repeatable tests: with a seed the clientReferences are the same every
    time. `shown_as` is the address that exchanges and errors show in place of the real one, `pace`
    limits how fast requests follow each other.

    Threads may share a client. Raises `ConfigurationError` for arguments that cannot be right.
    """

    def __init__(
        self,
        endpoint: str,
        credentials: Credentials | None = None,
        *,
        interface: str | None = None,
        timeout: float = TIMEOUT,
        connect_timeout: float = CONNECT_TIMEOUT,
        strict: bool = False,
        record: str | PathLike[str] | None = None,
        ca: str | PathLike[str] | None = None,
        client_certificate: str | tuple[str, str] | None = None,
        proxy: str | None = None,
        clock: Clock | None = None,
        seed: int | None = None,
        shown_as: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        if min(timeout, connect_timeout) <= 0:
            raise ConfigurationError("timeout and connect_timeout are seconds, and more than 0")
        spoken = interface_of(endpoint, interface)
        url = address(endpoint, spoken)
        clock = clock or SystemClock()
        http = Http(
            url,
            connect_timeout=connect_timeout,
            ca=None if ca is None else str(ca),
            client_certificate=client_certificate,
            proxy=proxy,
            shown_as=shown_as,
        )
        transport = Transport(
            http,
            endpoint=shown_as or url,
            interface=spoken,
            journal=Journal(record),
            clock=clock,
            timeout=timeout,
            pace=pace,
        )
        super().__init__(
            transport,
            credentials or Credentials(),
            clock=clock,
            strict=strict,
            new_reference=references(seed),
        )

    def as_terminal(self, terminal_id: str, password: str) -> Self:
        """The same client acting as another terminal, e.g. one that was just registered.

        Connections and journal are shared; closing either closes both.
        """
        return self._acting_as(
            evolve(self._credentials, terminal_id=terminal_id, terminal_password=password)
        )

    def wait_for_payment(
        self,
        invoice_reference: str | SendInvoiceReply,
        *,
        interval: float = INTERVAL,
        deadline: float = DEADLINE,
        progress: bool | None = None,
        on_status: OnStatus | None = None,
    ) -> PaymentStatusReply:
        """Ask for the payment's status once a second until it is PAID or RESERVED.

        `interval` and `deadline` are seconds of the client's clock. `on_status` is called with
        each reply that has a new status or version; a shop with loyalty answers
        PENDING_ISSUER_ACKNOWLEDGE there, with `update_invoice`. `progress` says whether to show a
        bar; by default where somebody is there to see it.

        A poll that is lost is repeated. Raises `PaymentNotCompleted` when the invoice is CANCELED,
        FAILED or EXPIRED, `DeadlinePassed` when the buyer has not paid by then: the invoice is
        then still open, unless you cancel it; `ConfigurationError` without a reference, and for an
        interval or a deadline that cannot be. After Ctrl-C its state is asked for once more and
        told. Source: 001 getPaymentStatus; vendor's guides (once a second).
        """
        wait = self.watch(invoice_reference)
        check_times(interval, deadline)
        return wait.until(
            interval=interval, deadline=deadline, progress=progress, on_status=on_status
        )

    def watch(self, invoice_reference: str | SendInvoiceReply) -> Wait:
        """`wait_for_payment` for those who have a loop of their own: its `ask` polls once.

        Raises `ConfigurationError` without a reference.
        """
        reference = reference_of(invoice_reference)
        if not reference:
            raise ConfigurationError("there is no invoiceReference to wait for; send an invoice")
        return Wait(self._poll, self.clock, reference, self._transport.timeout)

    def close(self) -> None:
        """Close connections and the file of the journal; the exchanges stay readable."""
        self._transport.close()

    def _poll(
        self, invoice_reference: str, invoice_version: int, timeout: float
    ) -> PaymentStatusReply:
        request = GetPaymentStatus(
            invoice_reference=invoice_reference, invoice_version=invoice_version
        )
        reply = self._sent(request, check=True, timeout=timeout)
        assert isinstance(reply, PaymentStatusReply)  # noqa: S101 - what this operation answers
        return reply

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def acting_as(self) -> tuple[str, ...]:
        """Who sends, in words: ``terminal public_test_shop_terminal``; empty is nobody known."""
        known = {
            "terminal": self._credentials.terminal_id,
            "reseller": self._credentials.reseller_id,
        }
        return tuple(f"{name} {value}" for name, value in known.items() if value)

    def __repr__(self) -> str:
        who = " and ".join(self.acting_as) or "nobody"
        return f"<{type(self).__name__} of {self.interface} at {self.endpoint} as {who}>"
