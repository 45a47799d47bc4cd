"""The thirteen operations: what each does, and who may call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from seqrkit.model import Reply
from seqrkit.simulator.invoice import Refuse
from seqrkit.simulator.operations import (
    crediting,
    invoices,
    payments,
    reconciliation,
    terminals,
)
from seqrkit.simulator.operations.call import Call
from seqrkit.vocabulary import Interface, PrincipalType

_TERMINAL: Final = frozenset({PrincipalType.TERMINALID})
_RESELLER: Final = frozenset({PrincipalType.RESELLERUSER})
_BOTH_INTERFACES: Final = frozenset(Interface)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its work, and the conditions under which it is done.

    `reading` says that it mostly changes nothing; `password_matters` that a terminal with a short
    password of its own is denied it.
    """

    do: Callable[[Call, Any], Reply | Refuse]
    principals: frozenset[PrincipalType] = _TERMINAL
    reading: bool = False
    password_matters: bool = False
    interfaces: frozenset[Interface] = _BOTH_INTERFACES


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
        "creditUser": Operation(
            crediting.credit_user, interfaces=frozenset({Interface.CASHREGISTER_2})
        ),
        "registerTerminal": Operation(terminals.register_terminal, _RESELLER),
        "unregisterTerminal": Operation(
            terminals.unregister_terminal, _RESELLER | _TERMINAL, password_matters=True
        ),
        "assignSeqrId": Operation(terminals.assign_seqr_id),
        "markTransactionPeriod": Operation(
            reconciliation.mark_transaction_period, _RESELLER | _TERMINAL
        ),
        "executeReport": Operation(
            reconciliation.execute_report, _RESELLER | _TERMINAL, reading=True
        ),
    }
)
"""Every operation, by its wire name."""
