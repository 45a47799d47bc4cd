"""Mistakes about money: payments, reservations, refunds, payouts and reports."""

from typing import Final

from contract_tests.toolkit.suite.mutation import Mutation, code
from seqrkit.simulator.operations import (
    invoices,
    payments,
    payouts,
    reconciliation,
    report_documents,
)
from seqrkit.simulator.states import buyer_events, merchant_events, outcomes
from seqrkit.simulator.store import serialization
from seqrkit.simulator.store.sql_transaction import SqlTransaction
from seqrkit.simulator.transactions.ledger import Ledger

DAYS: Final = r"life\.days"
TURNS: Final = r"life\.transitions"
CODES: Final = r"life\.codes"

MONEY: Final[tuple[Mutation, ...]] = (
    # Refunds
    code(
        "a refund is counted twice",
        merchant_events.refund,
        "refunded = invoice.refunded + event.amount",
        "refunded = invoice.refunded + event.amount + event.amount",
        first=DAYS,
    ),
    code(
        "a refund is not counted",
        merchant_events.refund,
        "replace(invoice, refunded=refunded, due=None)",
        "replace(invoice, due=None)",
        first=DAYS,
    ),
    code(
        "the whole payment cannot be refunded",
        merchant_events.refund,
        "refunded > invoice.paid",
        "refunded >= invoice.paid",
        first=DAYS,
    ),
    code(
        "refunds may be twice the payment",
        merchant_events.refund,
        "refunded > invoice.paid",
        "refunded > invoice.paid + invoice.paid",
        first=CODES,
    ),
    code(
        "a refund may be in another currency",
        merchant_events.refund,
        "if event.amount.currency != invoice.total.currency:",
        "event = replace(event, amount=replace(event.amount, currency=invoice.total.currency))\n"
        "    if False:",
        first=CODES,
    ),
    code(
        "a refund is given back twice",
        merchant_events.refund,
        "(given_back,)",
        "(given_back, GiveBack(event.amount, event.reference + '0'))",
        first=DAYS,
    ),
    code(
        "a refund gives back all that was paid",
        merchant_events.refund,
        "GiveBack(event.amount, event.reference)",
        "GiveBack(invoice.paid, event.reference)",
        first=DAYS,
    ),
    code(
        "a refund is answered with the payment's ersReference",
        payments.refund_payment,
        "ers_reference=event.reference",
        "ers_reference=movement.reference",
        first=DAYS,
    ),
    code(
        "a refund can be refunded",
        payments.refund_payment,
        "movement is None or movement.kind is not MovementKind.SALE",
        "movement is None",
        first=CODES,
    ),
    # Payments
    code(
        "a payment is rounded to whole units",
        outcomes.pay,
        "Charge(amount, reference)",
        "Charge(Amount(round(amount.value), amount.currency), reference)",
        first=DAYS,
    ),
    code(
        "a payment is charged in kronor, whatever its currency",
        outcomes.pay,
        "Charge(amount, reference)",
        "Charge(Amount(amount.value, 'SEK'), reference)",
        first=r"life\.currencies",
    ),
    code(
        "a part payment makes the invoice PAID",
        outcomes.pay,
        "paid != invoice.total",
        "not paid",
        first=TURNS,
    ),
    code(
        "a second part payment replaces the first",
        outcomes.pay,
        "invoice.paid + amount",
        "amount",
        first=DAYS,
    ),
    code(
        "a buyer may pay twice the open amount",
        buyer_events.confirm,
        "amount <= invoice.open",
        "amount <= invoice.open + invoice.open",
        first=DAYS,
    ),
    code(
        "a payment charges the buyer twice",
        outcomes.pay,
        "return Step(whole, applied, (charge, ",
        "return Step(whole, applied, (charge, Charge(charge.amount, reference + '0'), ",
        first=DAYS,
    ),
    code(
        "a payment is not recorded as a movement",
        Ledger.apply,
        "isinstance(effect, Charge | GiveBack)",
        "isinstance(effect, GiveBack)",
        first=DAYS,
    ),
    # Reservations
    code(
        "a commit ignores its amount",
        merchant_events.commit,
        "event.amount or min(",
        "min(",
        first=DAYS,
    ),
    code(
        "a commit may be twice the reservation",
        merchant_events.commit,
        "amount <= invoice.reserved",
        "amount <= invoice.reserved + invoice.reserved",
        first=CODES,
    ),
    code(
        "a commit of all that was reserved is refused",
        merchant_events.commit,
        "amount <= invoice.reserved",
        "amount < invoice.reserved",
        first=DAYS,
    ),
    code(
        "a reservation charges the buyer",
        buyer_events.confirm,
        "if reserves is not None:",
        "if False:",
        first=DAYS,
    ),
    code(
        "a reserved invoice is updated above what was reserved",
        merchant_events._update_reserved,
        "event.total > invoice.reserved",
        "False",
        first=CODES,
    ),
    # Requests
    code(
        "an invoice of 0 is accepted",
        invoices.total_of,
        "total.value <= 0",
        "total.value < 0",
        first=CODES,
    ),
    code(
        "an invoice in an unknown currency is accepted",
        invoices.total_of,
        "total.currency not in schemas.currencies()",
        "not total.currency",
        first=CODES,
    ),
    code(
        "an update leaves the total as it was",
        merchant_events._updated,
        "total=event.total",
        "total=invoice.total",
        first=DAYS,
    ),
    code(
        "the receipt shows the rows of before the update",
        invoices._updated,
        "return attrs.evolve(old, **"
        "{name: value for name, value in sent.items() if value is not None})",
        "return old",
        first=DAYS,
    ),
    code(
        "the receipt shows another total",
        payments._receipt,
        "invoice=invoice,",
        "invoice=attrs.evolve(invoice, total_amount='1 SEK'),",
        first=DAYS,
    ),
    code(
        "the store forgets what was refunded",
        serialization.decode_record,
        "return InvoiceState(**columns, **fields)",
        "del fields['refunded']\n    return InvoiceState(**columns, **fields)",
        first=DAYS,
    ),
    code(
        "the store rounds amounts",
        serialization.decode_record,
        "return InvoiceState(**columns, **fields)",
        "total = fields['total']\n    "
        "fields['total'] = Amount(round(total.value, 1), total.currency)\n    "
        "return InvoiceState(**columns, **fields)",
        first=DAYS,
    ),
    # Reports
    code(
        "refunds are not in the reports",
        report_documents.Writer._rows,
        "moved = self.movements",
        "moved = [m for m in self.movements if m.kind is MovementKind.SALE]",
        first=DAYS,
    ),
    code(
        "a refund counts as a sale",
        report_documents._signed,
        "else -movement.amount",
        "else movement.amount",
        first=DAYS,
    ),
    code(
        "refunds raise the number of sales",
        report_documents.Writer._sum,
        "sum(m.kind is MovementKind.SALE for m in moved)",
        "len(moved)",
        first=DAYS,
    ),
    code("reports round to tenths", report_documents._number, ":.5f}", ":.1f}", first=DAYS),
    code(
        "a sum adds its first row twice",
        report_documents.Writer._sum,
        "sum(map(_signed, moved), NOTHING)",
        "sum(map(_signed, [*moved[:1], *moved]), NOTHING)",
        first=DAYS,
    ),
    code(
        "reports lose the cashier of a sale",
        report_documents.Writer._cashier,
        "movement.cashier or",
        "'' or",
        first=DAYS,
    ),
    code(
        "a reversal is not recorded as a movement",
        Ledger._move,
        "kind = _kind(effect)",
        "kind = _kind(effect)\n    if kind is MovementKind.REVERSAL:\n        return",
        first=DAYS,
    ),
    code(
        "a period holds what the one before it held",
        reconciliation.mark_transaction_period,
        "previous[0].last if previous else 0",
        "0",
        first=DAYS,
    ),
    code(
        "a period misses what moved last",
        reconciliation.mark_transaction_period,
        "latest[0].number if latest else 0",
        "latest[0].number - 1 if latest else 0",
        first=DAYS,
    ),
    code(
        "a terminal's period holds what other terminals sold",
        SqlTransaction.movements,
        "if period.terminal is None",
        "if True",
        first=r"replay\.terminal-reports",
    ),
    code(
        "the sum of a terminal's period is in whole units",
        report_documents.Writer._sum,
        "_number(total)",
        'f"{int(total.value):.5f}"',
        first=r"replay\.terminal-reports",
    ),
    # Payouts
    code(
        "a payout is not converted",
        payouts.credit_user,
        "received=converted(amount, user.currency)",
        "received=amount",
        first=r"life\.payouts",
    ),
    code(
        "a payout loses its correlationId",
        payouts.credit_user,
        "correlation_id=credit.correlation_id",
        "correlation_id=None",
        first=r"life\.payouts|replay\.paid.*creditUser",
    ),
    code(
        "a negative payout is accepted",
        payouts.credit_user,
        "amount.value <= 0",
        "amount.value == 0",
        first=CODES,
    ),
)
