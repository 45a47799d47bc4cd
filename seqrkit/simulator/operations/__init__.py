"""The operations: what each does, and who may call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from seqrkit import contract
from seqrkit.model import Reply
from seqrkit.simulator.behaviours import Refusal
from seqrkit.simulator.operations import invoices, payments, payouts, reconciliation, terminals
from seqrkit.simulator.operations.call import Call
from seqrkit.vocabulary import Interface


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its work, and the conditions under which it is done.

    `reading` says that it mostly changes nothing; `password_matters` that a terminal with a short
    password of its own is denied it.
    """

    do: Callable[[Call, Any], Reply | Refusal]
    reading: bool = False
    password_matters: bool = False


OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "sendInvoice": Operation(invoices.send_invoice, password_matters=True),
        "updateInvoice": Operation(invoices.update_invoice),
        "getPaymentStatus": Operation(
            payments.get_payment_status, reading=True, password_matters=True
        ),
        "cancelInvoice": Operation(invoices.cancel_invoice),
        "commitReservation": Operation(payments.commit_reservation),
        "submitPaymentReceipt": Operation(payments.submit_payment_receipt),
        "refundPayment": Operation(payments.refund_payment),
        "creditUser": Operation(payouts.credit_user),
        "registerTerminal": Operation(terminals.register_terminal),
        "unregisterTerminal": Operation(terminals.unregister_terminal, password_matters=True),
        "assignSeqrId": Operation(terminals.assign_seqr_id),
        "markTransactionPeriod": Operation(reconciliation.mark_transaction_period),
        "executeReport": Operation(reconciliation.execute_report, reading=True),
    }
)
"""Every operation, by its wire name."""


@cache
def admitted(interface: Interface) -> Mapping[str, frozenset[str]]:
    """Who may call each operation of an interface, as the contract has it."""
    operations = contract.load(interface).operations
    return MappingProxyType({name: each.admitted for name, each in operations.items()})
