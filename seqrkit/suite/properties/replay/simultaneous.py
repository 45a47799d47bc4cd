"""Requests at the same time: exactly as many succeed as would one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Final, TypeVar

from seqrkit.model import Reply
from seqrkit.suite.framework import CheckContext, Inapplicable, LeftOut, Need
from seqrkit.suite.framework.example_steps import DIFFERENT, SUCCESSES, Expected
from seqrkit.suite.framework.till import TOTAL, bill
from seqrkit.vocabulary import InvoiceStatus

_Reply = TypeVar("_Reply", bound=Reply)
_ROUNDS: Final = 3
"""How often two requests are sent at once: a race does not show each time."""
_CONNECTIONS: Final = 4


def cancels(check: CheckContext) -> None:
    """Cancel an invoice twice at once: one cancel succeeds."""
    for _ in range(_ROUNDS):
        reference = check.shop.till.send()
        cancel = partial(check.session.cancel_invoice, reference, check=False)
        _one_succeeds(check, cancel, "cancel.canceled")


def refunds(check: CheckContext) -> None:
    """Refund a whole payment twice at once: one refund succeeds."""
    if Need.BUYER in check.environment.unmet:
        raise LeftOut("needs a buyer")
    for _ in range(_ROUNDS):
        payment = check.shop.till.paid().ers_reference
        refund = partial(check.session.refund_payment, payment, bill(TOTAL), check=False)
        _one_succeeds(check, refund, "refund.sum")


def connections(check: CheckContext) -> None:
    """Send invoices over four connections of one terminal: each has its own reference."""
    till = check.shop.till
    totals = [f"{number}.00 SEK" for number in range(1, _CONNECTIONS + 1)]
    replies = _at_once([partial(till.session.send_invoice, bill(total)) for total in totals])
    references = [reply.invoice_reference or "" for reply in replies]
    check.expect(
        len(set(references)) == len(references),
        f"{_CONNECTIONS} invoices sent at once have the references {', '.join(references)}",
        exchange=check.session.exchanges[-1],
        deviation="sendInvoice: references of invoices sent at once",
        expects=Expected(f"{DIFFERENT}invoiceReference", str(_CONNECTIONS), times=_CONNECTIONS),
    )
    for reference in references:
        status = till.status(reference).status
        check.expect(
            status in {InvoiceStatus.ISSUED, InvoiceStatus.CANCELED},
            f"an invoice sent at the same time as others is {status}",
            exchange=check.session.exchanges[-1],
            deviation="sendInvoice: status of invoices sent at once",
            cause=check.environment.causes.get(InvoiceStatus.ISSUED, ""),
        )


def reads(check: CheckContext) -> None:
    """Read two invoices at once, of one terminal and of two: each reply is about its own."""
    has_read = _read_invoices(check)
    if check.shop.can_register and _read_at_terminals(check):
        has_read = True
    if not has_read:
        check.shop.require_registration()
        raise Inapplicable("needs two invoices whose getPaymentStatus succeeds alone and differs")


def _read_invoices(check: CheckContext) -> bool:
    """Read a canceled and an open invoice at once; return whether their statuses differ."""
    till = check.shop.till
    canceled = till.send()
    if till.session.cancel_invoice(canceled, check=False).result_code:
        return False
    reads = [partial(till.session.get_payment_status, each) for each in (canceled, till.send())]
    alone, again = ([read().status for read in reads] for _ in range(2))
    # One that changes when it is read again has another mistake.
    if len(set(alone)) == 1 or again != alone:
        return False
    for _ in range(_ROUNDS):
        found = [reply.status for reply in _at_once(reads)]
        check.expect(
            found == alone,
            f"two invoices that are {alone[0]} and {alone[1]} are {found[0]} and {found[1]} if "
            "they are read at once",
            exchange=check.session.exchanges[-1],
            deviation="getPaymentStatus: two invoices at once",
            cause=check.environment.causes.get(InvoiceStatus.ISSUED, ""),
            expects=Expected(f"{DIFFERENT}status", "2", times=2, different=True),
        )
    return True


def _read_at_terminals(check: CheckContext) -> bool:
    """Read an invoice of each of two terminals at once; return whether each can be read alone."""
    other, its = check.shop.witness
    till = check.shop.till
    reads = [partial(check.session.get_payment_status, till.send(), check=False)]
    reads.append(partial(other.session.get_payment_status, its, check=False))
    if any(read().result_code for read in reads):
        return False
    for _ in range(_ROUNDS):
        codes = [int(reply.result_code) for reply in _at_once(reads)]
        check.expect(
            not any(codes),
            f"two terminals that read their own invoices at once are answered with resultCode "
            f"{codes[0]} and {codes[1]}, expected 0 and 0",
            exchange=check.session.exchanges[-1],
            deviation="getPaymentStatus: two terminals at once",
            expects=Expected(SUCCESSES, "2", times=2, different=True),
        )
    return True


def _one_succeeds(check: CheckContext, send: Callable[[], Reply], cause: str) -> None:
    """Send twice at once; `cause` is that of a service which also accepts both in turn."""
    codes = sorted(int(reply.result_code) for reply in _at_once([send, send]))
    operation = check.case.operation
    # A service without the operation answers neither, and that is not about simultaneity.
    if not codes.count(0) and send().result_code:
        raise Inapplicable(f"needs a {operation} that succeeds alone")
    check.expect(
        codes.count(0) == 1,
        f"two {operation} at once are answered with resultCode {codes[0]} and {codes[1]}, expected "
        "one success",
        exchange=check.session.exchanges[-1],
        deviation=f"{operation}: two at once",
        cause=check.environment.causes.get(InvoiceStatus.CANCELED, cause),
        expects=Expected(SUCCESSES, "1", times=2),
    )


def _at_once(sends: Sequence[Callable[[], _Reply]]) -> list[_Reply]:
    ready = Barrier(len(sends))

    def run(send: Callable[[], _Reply]) -> _Reply:
        # Both threads start together, or the first would be done before the second begins.
        ready.wait()
        return send()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(run, sends))


SIMULTANEOUS: Final = {
    "cancelInvoice": cancels,
    "refundPayment": refunds,
    "sendInvoice": connections,
    "getPaymentStatus": reads,
}
"""What is sent at once, by operation."""
