"""The buyer's phone, simulated: it scans codes, shows bills, pays, declines and cancels."""

from __future__ import annotations

from seqrkit.money import Amount
from seqrkit.qr import QrCode
from seqrkit.vocabulary import InvoiceStatus


class Phone:
    """A buyer with an account and, if wanted, loyalty cards."""

    def scan(self, code: QrCode | str) -> Bill:
        """Scan an invoice's or a terminal's code and get the bill behind it.

        Raises `errors.InvalidCode` for a text that is no code, `errors.CannotPay` where nothing
        is to be paid.
        """
        raise NotImplementedError


class Bill:
    """What the app shows after a scan; its status is read from the store each time."""

    reference: str

    @property
    def status(self) -> InvoiceStatus:
        """Where the invoice is in its life just now."""
        raise NotImplementedError

    def pay(self, amount: Amount | str | None = None) -> Bill:
        """Confirm with the PIN: all that is open, or part of it."""
        raise NotImplementedError

    def decline(self) -> Bill:
        """Have the buyer's bank decline."""
        raise NotImplementedError

    def cancel(self) -> Bill:
        """Press cancel in the app."""
        raise NotImplementedError

    def begin_confirmation(self) -> Bill:
        """Open the PIN dialog: codes 48 and 51 until it closes."""
        raise NotImplementedError

    def leave_confirmation(self) -> Bill:
        """Close the PIN dialog without paying."""
        raise NotImplementedError
