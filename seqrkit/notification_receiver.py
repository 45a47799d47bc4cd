"""A small HTTP server that receives payment notifications, for tests and notebooks."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self
from urllib.parse import parse_qsl

from seqrkit.clock import Clock, SystemClock
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.rows import Rows

# A notification has less than a hundred bytes.
_MAX_BODY: Final = 65_536
_NAMED: Final = 5
_FORM: Final = "application/x-www-form-urlencoded"
_REFERENCE: Final = "invoiceReference"


class NoNotification(SeqrError, TimeoutError):
    """No notification arrived in time."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A request that arrived, as it was sent.

    `problems` says in what it differs from a notification of the service: a POST whose form has one
    field, the invoiceReference (vendor's guides; the documents say only that the URL is accessed).
    """

    at: datetime
    invoice_reference: str | None
    method: str
    path: str
    problems: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Print nothing for a client that breaks its connection, which the base class reports."""


class NotificationReceiver:
    """Receives notifications at `url` while the ``with`` block runs.

    ::

        with seqrkit.receiver() as receiver:
            reply = seqr.send_invoice(Invoice(..., notification_url=receiver.url))
            seqr.phone.scan(reply.qr).pay()
            receiver.wait(reply.invoice_reference)

    It listens on this machine only. `status` is the HTTP status of its answers and may be changed
    at any time: the service repeats a notification that is not answered with 200.
    """

    def __init__(self, *, status: int = 200, clock: Clock | None = None) -> None:
        self.status = status  # checked by the property
        self._clock = clock or SystemClock()
        self._arrived = threading.Condition()
        self._notifications: list[Notification] = []
        # Never on all addresses: a notebook runs in networks with strangers.
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="seqrkit receiver", daemon=True
        )
        self._thread.start()

    @property
    def status(self) -> int:
        """The HTTP status of the answers, from 200 to 599."""
        return self._status

    @status.setter
    def status(self, status: int) -> None:
        if status not in range(200, 600):
            raise ConfigurationError(f"status is {status!r}; use an HTTP status such as 200 or 500")
        self._status = status

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url}, {len(self._notifications)} notifications)"

    @property
    def url(self) -> str:
        """The address for notificationUrl; a path and a query may be appended."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def notifications(self) -> Rows[Notification]:
        """What has arrived, in order; displayed as a table."""
        with self._arrived:
            return Rows(self._notifications)

    def wait(self, invoice_reference: str | None = None, timeout: float = 10) -> Notification:
        """Return the first notification, or the first one of an invoice, as soon as it is there.

        `timeout` is in real seconds. Raises `NoNotification` after it, with what arrived instead.
        """

        def first() -> Notification | None:
            wanted = (each for each in self._notifications if _is_of(each, invoice_reference))
            return next(wanted, None)

        with self._arrived:
            # In real seconds, since the notification comes from another thread or machine.
            self._arrived.wait_for(first, timeout)
            found = first()
            others = len(self._notifications)
        if found is None:
            about = f" of invoice {invoice_reference}" if invoice_reference else ""
            raise NoNotification(
                f"no notification{about} arrived at {self.url} within {timeout:g} s; "
                f"{others} others did. The service sends one when the invoice is paid."
            )
        return found

    def add(self, notification: Notification) -> None:
        """Record a notification."""
        with self._arrived:
            self._notifications.append(notification)
            self._arrived.notify_all()

    def now(self) -> datetime:
        """Return the instant of the receiver's clock."""
        return self._clock.now()

    def close(self) -> None:
        """Stop listening; what arrived stays readable."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def receiver(*, status: int = 200, clock: Clock | None = None) -> NotificationReceiver:
    """Start a server on this machine that records and checks payment notifications.

    End it with ``with`` or `close`. `status` is the HTTP status that it answers, 200 by default.
    """
    return NotificationReceiver(status=status, clock=clock)


def _is_of(notification: Notification, invoice_reference: str | None) -> bool:
    return invoice_reference is None or notification.invoice_reference == invoice_reference


def _handler(receiver: NotificationReceiver) -> type[BaseHTTPRequestHandler]:
    """Return the request handler of a receiver."""

    class Handler(BaseHTTPRequestHandler):
        # A client that opens a connection and sends nothing must not keep its thread.
        timeout = 10

        def do_POST(self) -> None:
            """Record the request and answer it."""
            length = self.headers.get("Content-Length", "0")
            size = int(length) if length.isascii() and length.isdigit() else 0
            body = self.rfile.read(min(size, _MAX_BODY))
            form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
            query = parse_qsl(self.path.partition("?")[2])
            # The form counts, and the query for a service that sends a GET, so `wait` finds both.
            reference = dict(query + form).get(_REFERENCE)
            receiver.add(
                Notification(
                    receiver.now(),
                    reference,
                    self.command,
                    self.path,
                    "; ".join(self._problems(form, size - len(body))),
                    dict(self.headers.items()),
                    body,
                )
            )
            self.send_response(receiver.status)
            # Without it a client waits for the end of the connection.
            self.send_header("Content-Length", "0")
            self.end_headers()

        # Recorded all the same: a request with the wrong method is what the test wants to see.
        do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 - as above

        def _problems(self, form: list[tuple[str, str]], missing: int) -> list[str]:
            found = []
            if "Transfer-Encoding" in self.headers:
                found.append("the body has no Content-Length and was not read")
            if missing > 0:
                found.append(f"the last {missing:,} bytes of the body were not read")
            if self.command != "POST":
                found.append(f"the method is {self.command}, not POST")
            kind = self.headers.get_content_type() if "Content-Type" in self.headers else "none"
            if kind != _FORM:
                found.append(f"Content-Type is {kind}, not {_FORM}")
            names = [name for name, _ in form]
            if names != [_REFERENCE]:
                more = ", ..." if len(names) > _NAMED else ""
                said = ", ".join(names[:_NAMED]) + more or "nothing"
                found.append(f"the form has {said} instead of {_REFERENCE}")
            elif not form[0][1].isdigit():
                found.append(f"{_REFERENCE} is not a number")
            return found

        def log_message(self, *_: object) -> None:
            """Print nothing: the receiver has what arrived."""

    return Handler
