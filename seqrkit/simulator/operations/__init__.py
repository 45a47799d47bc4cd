"""The operations of the API, and who may call each.

A `Call` and a request come in; a reply goes out, or the refusal. It imports transactions,
authentication, states, store, behaviours and the model, and nothing of SOAP or HTTP.
"""

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
from seqrkit.simulator.operations.operation_call import Call
from seqrkit.vocabulary import Interface


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: the function that carries it out, and its conditions.

    `reading` marks an operation that rarely changes anything; `needs_long_password` one that is
    denied to a terminal with a short password.
    """

    carry_out: Callable[[Call, Any], Reply | Refusal]
    reading: bool = False
    needs_long_password: bool = False


OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "sendInvoice": Operation(invoices.send_invoice, needs_long_password=True),
        "updateInvoice": Operation(invoices.update_invoice),
        "getPaymentStatus": Operation(
            payments.get_payment_status, reading=True, needs_long_password=True
        ),
        "cancelInvoice": Operation(invoices.cancel_invoice),
        "commitReservation": Operation(payments.commit_reservation),
        "submitPaymentReceipt": Operation(payments.submit_payment_receipt),
        "refundPayment": Operation(payments.refund_payment),
        "creditUser": Operation(payouts.credit_user),
        "registerTerminal": Operation(terminals.register_terminal),
        "unregisterTerminal": Operation(terminals.unregister_terminal, needs_long_password=True),
        "assignSeqrId": Operation(terminals.assign_seqr_id),
        "markTransactionPeriod": Operation(reconciliation.mark_transaction_period),
        "executeReport": Operation(reconciliation.execute_report, reading=True),
    }
)
"""Every operation, by its wire name."""


@cache
def admitted(interface: Interface) -> Mapping[str, frozenset[str]]:
    """Return the principal types that may call each operation of an interface."""
    operations = contract.load(interface).operations
    return MappingProxyType({name: each.admitted for name, each in operations.items()})
