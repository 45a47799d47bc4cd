"""The buyer who pays invoices: a simulated phone, a command, a person, or a function."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Final

from seqrkit.errors import CannotPay, ConfigurationError
from seqrkit.qr import QrCode, deep_link, invoice_code
from seqrkit.session import Session
from seqrkit.vocabulary import InvoiceStatus

Buyer = Callable[[str], None]
"""Pays the invoice of an invoiceReference, or raises `CannotPay`."""
SECONDS: Final = 60
"""The time that a buyer's command may take."""
PLACEHOLDERS: Final = ("{link}", "{reference}")


def command_buyer(command: str) -> Buyer:
    """Return a buyer that runs a command: ``pay {link} {reference}``.

    `{reference}` stands for the invoiceReference, `{link}` for the content of the QR code. The
    command ends with code 0 once the invoice is paid. Raises `ConfigurationError` for a command
    that names neither.
    """
    try:
        # No shell: a reference comes from the service, and must not be able to run anything.
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigurationError(f"the buyer's command cannot be read: {error}") from error
    if not any(mark in word for word in words for mark in PLACEHOLDERS):
        raise ConfigurationError(
            f'the buyer\'s command "{command}" must contain {" or ".join(PLACEHOLDERS)}'
        )
    if shutil.which(words[0]) is None:
        raise ConfigurationError(f"the buyer's command cannot be started: {words[0]} was not found")
    hung: list[str] = []

    def pay(reference: str) -> None:
        if hung:  # it would take as long for each further payment
            raise ConfigurationError(hung[0])
        link = invoice_code(reference)
        run = [word.replace("{link}", link).replace("{reference}", reference) for word in words]
        try:
            ended = subprocess.run(  # noqa: S603 - the user's own command
                run, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except OSError as error:
            reason = error.strerror or error
            raise ConfigurationError(f"the buyer's command cannot be started: {reason}") from error
        except subprocess.TimeoutExpired as error:
            hung.append(f"the buyer's command did not end within {SECONDS} s: {shlex.join(run)}")
            raise ConfigurationError(hung[0]) from error
        if ended.returncode:
            said = (ended.stderr or ended.stdout).strip().splitlines()[-1:]
            raise CannotPay(
                f"the buyer's command ended with code {ended.returncode}"
                f"{': ' if said else ''}{''.join(said)}"
            )

    return pay


def manual_buyer(reference: str) -> None:
    """Show the code and the link of an invoice, and wait until a person has paid it."""
    code = invoice_code(reference)
    # The original stream, because a progress bar puts one without an encoding in its place.
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    drawn = QrCode(code).text(encoding=encoding)
    # On standard error, because standard output is the report.
    sys.stderr.write(
        f"\n{drawn}\nPay invoice {reference}: scan {code}\nor open {deep_link(code)}\n"
    )
    sys.stderr.write("Press Enter when it is paid: ")
    sys.stderr.flush()
    if not sys.stdin.readline():
        raise ConfigurationError("a manual buyer needs a terminal: standard input has ended")


def verify_payment(session: Session, reference: str) -> None:
    """Raise `CannotPay` if an invoice is open after its payment, which no check is to blame for."""
    if session.get_payment_status(reference, check=False).status is InvoiceStatus.ISSUED:
        error = CannotPay(
            f"invoice {reference} is still ISSUED after the buyer was done: the buyer must not end "
            "before it is paid"
        )
        error.exchange = session.exchanges[-1]
        raise error


def phone_buyer(session: Session) -> Buyer:
    """Return the buyer with the session's simulated phone."""

    def pay(reference: str) -> None:
        session.phone.scan(invoice_code(reference)).pay()

    return pay
