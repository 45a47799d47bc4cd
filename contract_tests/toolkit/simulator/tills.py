"""Cash registers that sell as fast as they can, and a book of the acknowledged requests."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import count
from os import PathLike
from typing import Final

from contract_tests.replies import check
from contract_tests.toolkit.simulator.messages import CONTEXT, call, invoice
from contract_tests.toolkit.simulator.served import Process
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.clock import DEFAULT_START, ManualClock
from seqrkit.money import NOTHING
from seqrkit.simulator import PUBLISHED
from seqrkit.simulator.store.records import Movement, MovementKind, Period, SubmittedReceipt
from seqrkit.vocabulary import Interface, InvoiceStatus

TOTAL: Final = Decimal(100)
CREW: Final = 4
RESELLER: Final = CONTEXT.replace(
    "<id>public_test_shop_terminal</id><type>TERMINALID</type>",
    f"<id>{PUBLISHED.reseller_id}</id><type>RESELLERUSER</type>"
    f"<userId>{PUBLISHED.reseller_user}</userId>",
).replace("12345678", PUBLISHED.reseller_password)
Gone = (OSError, http.client.HTTPException)
"""What a client meets whose endpoint dies."""


class Buyer:
    """The buyer, whose phone is in the control API."""

    def __init__(self, process: Process) -> None:
        self._client = process.client()

    def pay(self, reference: str) -> None:
        """Scan an invoice's code, and confirm; raises one of `Gone` where nobody answers."""
        scanned = self._client.control("phone/scan", code=f"HTTP://SEQR.SE/R{reference}")
        assert scanned[0] == 200, scanned
        paid = self._client.control(f"phone/bills/{reference}/pay", amount=None, pin="1234")
        assert paid[0] == 200, paid

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


@dataclass
class Book:
    """What was acknowledged: by a reply with code 0, or by the buyer's phone."""

    invoices: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    """Invoices that the buyer's phone said were paid, or reserved."""
    payments: dict[str, str] = field(default_factory=dict)
    """The ersReference of each invoice that was said to be paid."""
    refunds: dict[str, tuple[str, Decimal]] = field(default_factory=dict)
    """Of each refund's own ersReference the payment's, and the amount."""
    receipts: list[str] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """How much there is."""
        return sum(map(len, vars(self).values()))


class Soap:
    """Requests in one line each; every reply is judged."""

    def __init__(self, process: Process) -> None:
        self._client = process.client()

    def __call__(self, operation: str, content: str = "", context: str = CONTEXT) -> str:
        """The reply to a request."""
        status, answer = self._client.post(call(operation, content, context=context))
        check(Interface.CASHREGISTER_2, operation, status, answer)
        return answer.decode()

    def send(self, mode: str = "IMMEDIATE_DEBIT", context: str = CONTEXT) -> str:
        """Send an invoice that can be paid after a scan; its reference."""
        more = "<acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode>"
        written = invoice(more=more, total=money("totalAmount", TOTAL)).replace(
            "IMMEDIATE_DEBIT", mode
        )
        return told(self("sendInvoice", written, context), "invoiceReference")

    def poll(self, reference: str) -> str:
        """The reply to getPaymentStatus."""
        return self("getPaymentStatus", told_of(reference) + "<invoiceVersion>0</invoiceVersion>")

    def commit(self, reference: str) -> str:
        """The reply to commitReservation."""
        return self("commitReservation", told_of(reference))

    def refund(self, payment: str, amount: Decimal) -> str:
        """The reply to refundPayment."""
        back = f"<invoice><title>Back</title>{money('totalAmount', amount)}</invoice>"
        return self("refundPayment", f"<ersReference>{payment}</ersReference>{back}")

    def mark(self, context: str = RESELLER) -> str:
        """End a period of the shop; its id."""
        return told(self("markTransactionPeriod", "", context), "transactionPeriodId")

    def register(self, name: str) -> str:
        """Register a cash register; the context by which it introduces itself."""
        content = (
            f"<externalTerminalId>{name}</externalTerminalId><password>{PUBLISHED.terminal_password}"
            f"</password><name>{name}</name>"
        )
        terminal = told(self("registerTerminal", content, RESELLER), "terminalId")
        return CONTEXT.replace(PUBLISHED.terminal_id, terminal)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def money(name: str, amount: Decimal) -> str:
    """An amount as an element."""
    return f"<{name}><currency>SEK</currency><value>{amount}</value></{name}>"


def told_of(reference: str) -> str:
    """An invoiceReference as an element."""
    return f"<invoiceReference>{reference}</invoiceReference>"


def told(reply: str, name: str) -> str:
    """An element's text, of a reply with code 0."""
    assert code(reply) == 0, reply
    found = re.search(f"<{name}>([^<]+)<", reply)
    assert found, reply
    return found[1]


def code(reply: str) -> int:
    """The resultCode of a reply."""
    found = re.search("<resultCode>([0-9]+)<", reply)
    assert found, reply
    return int(found[1])


def sell(soap: Soap, buyer: Buyer, book: Book, progress: Callable[[], object]) -> None:
    """Sell, refund and close the books again and again, until the endpoint is gone."""
    for number in count():
        for entry in _sale(soap, buyer, book, number):
            entry()
            progress()


def _sale(soap: Soap, buyer: Buyer, book: Book, number: int) -> Iterator[Callable[[], object]]:
    reserve = number % 3 == 2
    reference = soap.send("RESERVATION_REQUIRED" if reserve else "IMMEDIATE_DEBIT")
    yield lambda: book.invoices.append(reference)
    buyer.pay(reference)
    yield lambda: book.confirmed.append(reference)
    if reserve:
        assert code(soap.commit(reference)) == 0
    payment = told(soap.poll(reference), "ersReference")
    yield lambda: book.payments.update({reference: payment})
    for part in (60, 30, 10)[: number % 4]:
        amount = Decimal(part)
        refund = told(soap.refund(payment, amount), "ersReference")
        entry = {refund: (payment, amount)}
        yield partial(book.refunds.update, entry)
        assert code(soap.refund(payment, TOTAL)) == 98
    if number % 2:
        document = f"<ersReference>{payment}</ersReference>"
        assert code(soap("submitPaymentReceipt", document)) == 0
        yield lambda: book.receipts.append(payment)
    if number % 3 == 1:
        period = soap.mark()
        yield lambda: book.periods.append(period)


class Crew:
    """Some cash registers at work in threads, until their endpoints are gone."""

    def __init__(self, processes: list[Process], book: Book, number: int = CREW) -> None:
        self.done = threading.Semaphore(0)
        """Released at every acknowledgement."""
        self.failures: list[BaseException] = []
        of_each = [processes[each % len(processes)] for each in range(number)]
        self._threads = [
            threading.Thread(target=self._work, args=(process, book)) for process in of_each
        ]

    def start(self) -> None:
        """Set them to work."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until all have noticed; raises what went wrong in one of them."""
        for thread in self._threads:
            thread.join()
        for failure in self.failures:
            raise failure

    def _work(self, process: Process, book: Book) -> None:
        soap, buyer = Soap(process), Buyer(process)
        try:
            sell(soap, buyer, book, self.done.release)
        except Gone:
            pass
        except BaseException as error:  # noqa: BLE001 - raised by join, in the test's own thread
            self.failures.append(error)
        finally:
            soap.close()
            buyer.close()
            self.done.release()


def audit(db: str | PathLike[str], book: Book) -> None:
    """Find everything in the book again, and every sum as it must be."""
    far = ManualClock(DEFAULT_START.replace(year=2100))
    shop = Shop(db=db, clock=far)
    shop.mark()
    with shop.service.transactions.store.read() as tx:
        # Also those that were marked and that no reply told of.
        periods = [each.id for each in tx.find(Period, terminal=None)]
        assert set(book.periods) <= set(periods), "a period is lost"
        stored = {reference: tx.invoice(reference) for reference in book.invoices}
        lost = [reference for reference, each in stored.items() if each is None]
        assert not lost
        states = {reference: each.state for reference, each in stored.items() if each is not None}
        moved: dict[str, Movement] = {}
        for period in periods:
            found = tx.get(Period, id=period)
            assert found is not None
            for movement in tx.movements(found):
                assert movement.reference not in moved, "a transaction is in two periods"
                moved[movement.reference] = movement
        for payment in book.receipts:
            assert tx.find(SubmittedReceipt, movement=payment), f"the receipt of {payment} is lost"
    for reference in book.confirmed:
        state = states[reference]
        assert state.paid > NOTHING or state.reserved > NOTHING or _lapsed(state)
    for reference, payment in book.payments.items():
        assert states[reference].ers_reference == payment
        assert states[reference].status is InvoiceStatus.PAID
        assert moved[payment].amount.value == TOTAL
    for refund, (payment, amount) in book.refunds.items():
        assert moved[refund].kind is MovementKind.REFUND
        assert moved[refund].amount.value == amount
        assert moved[refund].invoice == moved[payment].invoice
    _no_refund_above_its_payment(moved)
    shop.service.close()


def _lapsed(state: object) -> bool:
    """A reservation that nobody committed is cancelled long before the audit."""
    return getattr(state, "status", None) is InvoiceStatus.CANCELED


def _no_refund_above_its_payment(moved: dict[str, Movement]) -> None:
    balance: dict[str, Decimal] = {}
    for movement in moved.values():
        value = movement.amount.value or Decimal(0)
        signed = value if movement.kind is MovementKind.SALE else -value
        balance[movement.invoice] = balance.get(movement.invoice, Decimal(0)) + signed
    assert all(0 <= each <= TOTAL for each in balance.values()), balance
