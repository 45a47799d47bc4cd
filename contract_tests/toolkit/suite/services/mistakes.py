"""Mistakes to plant in the payment service, and what the suite must say about each."""

from __future__ import annotations

from typing import Final, NamedTuple


class Mistake(NamedTuple):
    """A mistake by its name in the service.

    `blamed` is a part of the deviation that must be found, `check` a pattern of the checks that
    find it, `at_most` the number of causes that may be reported.
    """

    name: str
    blamed: str
    check: str
    at_most: int = 1

    def __str__(self) -> str:
        return self.name


MISTAKES: Final = (
    Mistake("qr code without reference", "sendInvoice: invoiceQRCode", "done*sendInvoice"),
    Mistake("undocumented code", "cancelInvoice reply: resultCode 71", "callers*cancelInvoice"),
    Mistake("cancel fails", "cancelInvoice: status FAILED", "done*cancelInvoice"),
    Mistake("refund without password", "refundPayment: wrong password", "callers", 2),
    Mistake("short titles", "sendInvoice: resultCode 49", "long-texts*Invoice", 2),
    Mistake("terminals of 30 characters", "registerTerminal: form of", "done*registerTerminal"),
    Mistake("update after the end", "updateInvoice: canceled", "life.codes*updateInvoice", 2),
    Mistake("refunds race", "refundPayment: two at once", "at-once"),
    Mistake("html", "reply: Content-Type", "done*cancelInvoice"),
)
"""Every planted mistake."""
EVERY_TIME: Final = MISTAKES
"""The mistakes that are planted in every run of the tests."""
