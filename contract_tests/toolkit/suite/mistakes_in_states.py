"""Mistakes about the life of an invoice: its status, its version, its time limits."""

from datetime import timedelta
from functools import partial
from typing import Final
from unittest.mock import patch

from contract_tests.toolkit.suite.mutation import Mutation, code
from seqrkit.simulator.operations import invoices, payments, reconciliation, terminals
from seqrkit.simulator.states import buyer_events, merchant_events, outcomes, time_events

DAYS: Final = r"life\.days"
TURNS: Final = r"life\.transitions"
CODES: Final = r"life\.codes"

STATES: Final[tuple[Mutation, ...]] = (
    # Versions
    code(
        "a new status does not raise the version",
        outcomes.with_status,
        "invoice.version + raised",
        "invoice.version",
        first=DAYS,
    ),
    code(
        "a new status raises the version by two",
        outcomes.with_status,
        "invoice.version + raised",
        "invoice.version + 2 * raised",
        first=DAYS,
    ),
    code(
        "a refusal raises the version",
        merchant_events.cancel,
        "return Step(invoice, _NOT_CANCELED",
        "return Step(replace(invoice, version=invoice.version + 1), _NOT_CANCELED",
        first=DAYS,
    ),
    code(
        "a scan with a new token does not raise the version",
        buyer_events.scan,
        "version=scanned.version + 1",
        "version=scanned.version",
        first=DAYS,
    ),
    code(
        "the first version is 1",
        invoices.send_invoice,
        "total=total,",
        "total=total, version=1,",
        first=DAYS,
    ),
    code(
        "a poll with an old version is not answered with the state",
        payments.get_payment_status,
        "call.ledger.apply(found, Poll()).invoice",
        "found.state if (request.invoice_version or 0) < found.state.version"
        " else call.ledger.apply(found, Poll()).invoice",
        first=DAYS,
    ),
    # Time
    Mutation(
        "a payment is reversed a second late",
        partial(patch.object, outcomes, "REVERSED_AFTER", timedelta(seconds=21)),
        DAYS,
    ),
    Mutation(
        "a payment is reversed a second early",
        partial(patch.object, outcomes, "REVERSED_AFTER", timedelta(seconds=19)),
        DAYS,
    ),
    code(
        "a final payment is reversed",
        merchant_events._acknowledge,
        "replace(invoice, due=None)",
        "invoice",
        first=DAYS,
    ),
    code(
        "a committed payment is reversed",
        merchant_events.commit,
        "replace(paid.invoice, due=None)",
        "paid.invoice",
        first=DAYS,
    ),
    code(
        "a payment that was reversed stays PAID",
        time_events.lapse,
        "with_status(invoice, CANCELED, refunded=invoice.paid)",
        "with_status(invoice, PAID, refunded=invoice.paid)",
        first=DAYS,
    ),
    code(
        "no payment is reversed",
        time_events.lapse,
        "invoice.status is PAID:",
        "invoice.status is None:",
        first=DAYS,
    ),
    code(
        "a reservation never lapses",
        time_events.lapse,
        "invoice.status is RESERVED:",
        "invoice.status is None:",
        first=DAYS,
    ),
    code(
        "a reservation holds twice as long",
        buyer_events._reserve,
        "timedelta(seconds=min(",
        "2 * timedelta(seconds=min(",
        first=DAYS,
    ),
    Mutation(
        "a reservation without a time holds for a day",
        partial(patch.object, buyer_events, "RESERVED_FOR", timedelta(days=1)),
        DAYS,
    ),
    Mutation(
        "a report is ready a second late",
        partial(patch.object, reconciliation, "READY_AFTER", timedelta(seconds=4)),
        r"life\.ready",
    ),
    code(
        "a report is ready at once",
        reconciliation._report_of_period,
        "call.now < period.marked_at + READY_AFTER",
        "call.now < period.marked_at",
        first=r"life\.ready",
    ),
    # The buyer
    code(
        "a scan without acknowledgment waits for the merchant",
        buyer_events._waits,
        "NO_ACKNOWLEDGMENT:\n            return False",
        "NO_ACKNOWLEDGMENT:\n            return True",
        first=DAYS,
    ),
    code(
        "a scan with acknowledgment does not wait",
        buyer_events.scan,
        "invoice.status is ISSUED and _waits(",
        "invoice.status is PAID and _waits(",
        first=DAYS,
    ),
    code(
        "a loyalty token does not arrive",
        buyer_events.scan,
        "tokens=(*invoice.tokens, *offered)",
        "tokens=invoice.tokens",
        first=DAYS,
    ),
    code(
        "the buyer's cancel changes nothing",
        buyer_events.cancel,
        "with_status(invoice, CANCELED)",
        "invoice",
        first=DAYS,
    ),
    code(
        "an invoice that the bank declined is CANCELED",
        buyer_events.decline,
        "with_status(invoice, FAILED)",
        "with_status(invoice, CANCELED)",
        first=DAYS,
    ),
    code(
        "RESERVATION_DESIRED is debited at once",
        buyer_events._reserves,
        "if event.bank_reserves:",
        "if not event.bank_reserves:",
        first=DAYS,
    ),
    # The merchant
    code(
        "an update does not acknowledge",
        merchant_events.update,
        "with_status(updated, ISSUED, acknowledged=True)",
        "updated",
        first=DAYS,
    ),
    code(
        "a paid invoice can be updated",
        merchant_events.update,
        "if invoice.status in _NOT_UPDATED:",
        "if invoice.status in _NOT_UPDATED and invoice.status is not PAID:",
        first=CODES,
    ),
    code(
        "an applied token stays pending",
        merchant_events._updated,
        "given.pop((token.id, token.value), token)",
        "(given.pop((token.id, token.value), token), token)[1]",
        first=DAYS,
    ),
    code(
        "an applied token is returned twice",
        merchant_events._updated,
        "given.pop((token.id, token.value), token)",
        "token",
        first=DAYS,
    ),
    code(
        "cancelling twice is answered with success",
        merchant_events.cancel,
        'return Step(invoice, refusal("cancel.canceled"))',
        "return Step(invoice)",
        first=CODES,
    ),
    code(
        "a payment can be cancelled",
        merchant_events.cancel,
        "if invoice.status in _NOT_CANCELED:",
        "if invoice.status in _NOT_CANCELED and invoice.status is not PAID:",
        first=CODES,
    ),
    code(
        "an invoice is cancelled while the buyer confirms",
        merchant_events.cancel,
        "if invoice.confirming:",
        "if False:",
        first=CODES,
    ),
    code(
        "cancelInvoice answers 0 and cancels nothing",
        merchant_events.cancel,
        "with_status(invoice, CANCELED, reserved=NOTHING, withdrawn=True)",
        "invoice",
        first=DAYS,
    ),
    code(
        "a commit works without a reservation",
        merchant_events.commit,
        "if invoice.status is not RESERVED:",
        "if invoice.status not in {RESERVED, ISSUED}:",
        first=CODES,
    ),
    code(
        "a cash register has many open invoices",
        invoices.send_invoice,
        "has_one_open and terminal.current is not None",
        "False",
        first=DAYS,
    ),
    code(
        "a webshop has one open invoice",
        invoices.send_invoice,
        "terminal.kind is not TerminalKind.WEBSHOP",
        "True",
        first=DAYS,
    ),
    code(
        "an unregistered terminal keeps its seqrId",
        terminals.unregister_terminal,
        ", seqr_id=None",
        "",
        first=r"replay\.freed",
    ),
    # getPaymentStatus
    code(
        "an unpaid invoice has a receipt",
        payments.get_payment_status,
        "_receipt(call, found, state) if paid else None",
        "_receipt(call, found, state)",
        first=DAYS,
    ),
    code(
        "a payment has no ersReference",
        payments.get_payment_status,
        "state.ers_reference if paid else None",
        "None",
        first=DAYS,
    ),
)
