"""The client: sends requests to one endpoint, and reads, records and classifies the answers.

Requests of the model go in, and replies of the model or exceptions come out; each exchange is kept
in a journal. zeep writes the envelopes from the published WSDL, `http_client` posts them, and
`reply_reader` reads the replies by the contract's tables. Never imports the simulator.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Final, Self

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
from seqrkit.errors import ConfigurationError, ReportNotReady
from seqrkit.exchange import Journal
from seqrkit.http_client import check_seconds, client_of, is_loopback
from seqrkit.model import (
    GetPaymentStatus,
    MarkTransactionPeriodReply,
    PaymentStatusReply,
    Report,
    SendInvoiceReply,
)
from seqrkit.vocabulary import ReportId

if TYPE_CHECKING:
    from seqrkit.reconciliation import Reconciliation

__all__ = ["CONNECT_TIMEOUT", "TIMEOUT", "Client", "Credentials", "Pace"]

TIMEOUT: Final = 30.0
"""Default seconds for a complete answer."""
CONNECT_TIMEOUT: Final = 10.0
"""Default seconds for a connection."""
REPORT_DEADLINE: Final = 30.0
"""Seconds to wait for a report; the service needs about 3 (vendor's manual)."""


class Client(Operations):
    """A client of one endpoint, with a method for each operation.

    `endpoint` is the URL, with or without ``?wsdl``; `interface` is derived from its path if it is
    not given. `timeout` (seconds) is for a complete answer, `connect_timeout` for the connection.
    With `strict` a request that breaks the contract is not sent. `record` is a file to which each
    exchange is appended at once as a line of JSON, passwords masked, and with `mask_personal_data`
    also the values of cards and tokens, the cashierId and the user of a credit.

    TLS certificates are verified against `ca` (a PEM file or directory), else against the files
    that SSL_CERT_FILE and SSL_CERT_DIR name, else against the system's authorities.
    `client_certificate` is a PEM file with certificate and key, or the pair of files. `proxy` is
    the URL of an HTTP proxy, empty for none; by default it is the environment's, which is never
    used for loopback. `headers` are sent with each request, and not recorded. An ``http://``
    endpoint beyond loopback causes a warning, because passwords travel in clear text; `allow_http`
    silences it.

    `clock` and `seed` make tests repeatable: with a seed the clientReferences are always the same.
    `shown_as` is the address that exchanges and errors show instead of the real one. `pace` limits
    how fast requests follow each other.

    Threads may share a client. Raises `ConfigurationError` for invalid arguments.
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
        mask_personal_data: bool = False,
        ca: str | PathLike[str] | None = None,
        client_certificate: str | tuple[str, str] | None = None,
        proxy: str | None = None,
        headers: Mapping[str, str] | None = None,
        allow_http: bool = False,
        clock: Clock | None = None,
        seed: int | None = None,
        shown_as: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        check_seconds(timeout=timeout, connect_timeout=connect_timeout)
        spoken = interface_of(endpoint, interface)
        url = address(endpoint, spoken)
        clock = clock or SystemClock()
        http_client = client_of(
            url,
            connect_timeout=connect_timeout,
            ca=None if ca is None else str(ca),
            client_certificate=client_certificate,
            proxy=proxy,
            headers=headers,
        )
        transport = Transport(
            Http(http_client, url, shown_as or url),
            endpoint=shown_as or url,
            interface=spoken,
            journal=Journal(record, mask_personal_data=mask_personal_data),
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
        if not allow_http and url.startswith("http:") and not is_loopback(url):
            warnings.warn(
                f"{url} is not encrypted: passwords are sent in clear text; use https://, or "
                "accept it with allow_http=True",
                UserWarning,
                stacklevel=2,
            )

    def as_terminal(self, terminal_id: str, password: str) -> Self:
        """Return this client acting as another terminal, such as one that was just registered.

        Both share connections and journal; closing either closes both.
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
        """Poll getPaymentStatus once a second until the invoice is PAID or RESERVED.

        `interval` and `deadline` are seconds of the client's clock. `on_status` is called with each
        reply that has a new status or version; a shop with loyalty cards handles
        PENDING_ISSUER_ACKNOWLEDGE there, with `update_invoice`. `progress` says whether to show a
        bar; by default it is shown on a terminal and in a notebook.

        A failed poll is repeated if the next one may succeed: no answer, an answer that is not a
        reply, an HTTP error (at the pace of Retry-After), a result code of something else. Raises
        at once what cannot improve: `PaymentNotCompleted` if the invoice is CANCELED, FAILED or
        EXPIRED, `UnknownStatus`, and errors of credentials, reference or certificates. Raises
        `DeadlinePassed` with the last error if the buyer has not paid by then: the invoice stays
        open unless you cancel it. Raises `ConfigurationError` without a reference, and for an
        invalid interval or deadline. Ctrl-C polls once more and reports the invoice's state.
        Source: Glase Merchant API v2.6.0, getPaymentStatus; vendor's guides (once a second).
        """
        wait = self.watch(invoice_reference)
        check_times(interval, deadline)
        return wait.until(
            interval=interval, deadline=deadline, progress=progress, on_status=on_status
        )

    def watch(self, invoice_reference: str | SendInvoiceReply) -> Wait:
        """Return the wait of `wait_for_payment` for loops of your own: its `ask` polls once.

        Raises `ConfigurationError` without a reference.
        """
        reference = reference_of(invoice_reference)
        if not reference:
            raise ConfigurationError("no invoiceReference to wait for; send an invoice first")

        # The latest first: in a long session the first match is then found at once.
        def reached() -> bool:
            return any(each.result_code is not None for each in reversed(self.exchanges))

        return Wait(self._poll, self.clock, reference, self._transport.timeout, reached)

    def reconcile(
        self,
        records: Iterable[object],
        period: str | MarkTransactionPeriodReply,
        *,
        terminal_id: str | None = None,
        reference: str = "ers_reference",
        amount: str = "amount",
        currency: str = "currency",
    ) -> Reconciliation:
        """Compare own sales with the service's report of a transaction period.

        `records` are mappings, objects or a DataFrame, each with the ersReference of a payment or
        a refund and its amount (negative for a refund): an `Amount`, ``"149.99 SEK"``, or an exact
        number with its currency beside it. `reference`, `amount` and `currency` name the columns.
        Replies of `get_payment_status` are records as well. A currency is compared only if both
        sides name one.

        `period` is the reply of `mark_transaction_period` or its id; `terminal_id` is that of a
        period of one terminal. While the report is not ready it is fetched again once a second,
        up to 30 s. Raises what `execute_report` raises, `ConfigurationError` and `InvalidAmount`
        for a record that cannot be read, and `MessageError` for such a report. Source: Glase
        Merchant API v2.6.0, executeReport; vendor's guides (report names).
        """
        from seqrkit.reconciliation import Columns, reconcile  # deferred: rarely used

        given = (
            period.transaction_period_id
            if isinstance(period, MarkTransactionPeriodReply)
            else period
        )
        if not given:
            raise ConfigurationError("no period to reconcile; call mark_transaction_period first")
        parameters = {"transactionPeriodId": given}
        if terminal_id is not None:
            parameters["TERMINALID"] = terminal_id
        report_id = ReportId.DETAILS if terminal_id is None else ReportId.TERMINAL_DETAILS
        report = self._report(report_id, parameters)
        return reconcile(records, report.rows, given, Columns(reference, amount, currency))

    def _report(self, report_id: str, parameters: Mapping[str, str | None]) -> Report:
        """Return a report, as soon as it is ready."""
        end = self.clock.monotonic() + REPORT_DEADLINE
        while True:
            try:
                reply = self.execute_report(report_id, parameters=parameters)
            except ReportNotReady:
                # Asked for once more at the deadline, so the loop ends with the service's own
                # answer.
                if self.clock.monotonic() >= end:
                    raise
                self.clock.sleep(1)
            else:
                return reply.report or Report()

    def close(self) -> None:
        """Close the connections and the journal's file; the exchanges stay readable."""
        self._transport.close()

    def _poll(
        self, invoice_reference: str, invoice_version: int, timeout: float
    ) -> PaymentStatusReply:
        request = GetPaymentStatus(
            invoice_reference=invoice_reference, invoice_version=invoice_version
        )
        # Not `get_payment_status`, which has no timeout for the single call.
        reply = self._sent(request, check=True, timeout=timeout)
        assert isinstance(reply, PaymentStatusReply)  # noqa: S101 - the operation's reply
        return reply

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def acting_as(self) -> tuple[str, ...]:
        """The principals it can act as, such as ``terminal public_test_shop_terminal``."""
        known = {
            "terminal": self._credentials.terminal_id,
            "reseller": self._credentials.reseller_id,
        }
        return tuple(f"{name} {value}" for name, value in known.items() if value)

    def __repr__(self) -> str:
        who = " and ".join(self.acting_as) or "nobody"
        return f"<{type(self).__name__} of {self.interface} at {self.endpoint} as {who}>"
