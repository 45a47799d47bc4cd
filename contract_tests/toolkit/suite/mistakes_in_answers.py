"""Mistakes in replies: codes, authorization, reading and writing of messages."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from unittest.mock import patch

from contract_tests.toolkit.suite.mutation import Mutation, code
from contract_tests.toolkit.suite.rewriting import answering
from seqrkit.simulator import application, soap_answers
from seqrkit.simulator.authentication import principals
from seqrkit.simulator.behaviours import Behaviour, refusal
from seqrkit.simulator.http import request_body
from seqrkit.simulator.operations import invoices, terminals
from seqrkit.simulator.operations.operation_call import Call
from seqrkit.simulator.wire import reply_writer, request_reader
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.vocabulary import ResultCode

CALLERS: Final = r"life\.callers"
CODES: Final = r"life\.codes"
PAID: Final = r"replay\.paid"
REPLAY: Final = r"replay\.done.*sendInvoice"


def _says(name: str, behaviour: Behaviour, said: ResultCode, *, first: str = CODES) -> Mutation:
    """Return a mistake in the code that a behaviour answers."""
    return Mutation(name, partial(answering, behaviour, said), first)


def _wire(
    name: str, function: Callable[..., Any], old: str, new: str, first: str = r"wire\."
) -> Mutation:
    """Return a mistake in the endpoint's wire layer, which is built once."""
    return code(name, function, old, new, first=first, rebuilt=(wire_codec,))


ANSWERS: Final[tuple[Mutation, ...]] = (
    # Codes
    _says(
        "cancelling a payment is answered as in progress",
        refusal("cancel.paid"),
        ResultCode.CANNOT_CANCEL_INVOICE_IN_PROGRESS,
    ),
    _says(
        "cancelling twice is answered as cancelling a payment",
        refusal("cancel.canceled"),
        ResultCode.CANNOT_CANCEL_PAID_INVOICE,
    ),
    _says(
        "an unknown invoice is an unknown payment",
        refusal("invoice.reference"),
        ResultCode.INVALID_ERS_REFERENCE,
    ),
    _says(
        "too much of a refund is a rejected amount",
        refusal("refund.sum"),
        ResultCode.REJECTED_AMOUNT,
    ),
    _says(
        "a wrong password is access denied",
        refusal("caller.password"),
        ResultCode.ACCESS_DENIED,
        first=CALLERS,
    ),
    _says(
        "a bad notificationUrl is bad invoice data",
        refusal("invoice.notification-url"),
        ResultCode.INVALID_INVOICE_DATA,
    ),
    _says(
        "a commit without reservation is a rejected amount",
        refusal("commit.not-reserved"),
        ResultCode.REJECTED_AMOUNT,
    ),
    _says(
        "a taken seqrId is an unknown customer",
        refusal("seqr-id.taken"),
        ResultCode.INVALID_CUSTOMER,
    ),
    # Authorization
    code(
        "any password is accepted",
        principals._terminal,
        "not passwords.check(terminal.password, password)",
        "False",
        first=CALLERS,
    ),
    code(
        "an unregistered terminal may call",
        principals._terminal,
        "inactive is not None",
        'inactive is refusal("caller.blocked")',
        first=CODES,
    ),
    code(
        "a terminal sees another's invoice",
        Call.invoice,
        "found and found.terminal == self.terminal.number",
        "found",
        first=CODES,
    ),
    code(
        "a seqrId may belong to two terminals",
        terminals.assign_seqr_id,
        "holder is not None and holder.number != call.terminal.number",
        "False",
        first=CODES,
    ),
    code(
        "a seqrId may have any characters",
        terminals.assign_seqr_id,
        "not (seqr_id.isascii() and seqr_id.isalnum())",
        "not seqr_id",
        first=CODES,
    ),
    code(
        "any notificationUrl is accepted",
        invoices.total_of,
        "not _url().fullmatch(url)",
        "False",
        first=CODES,
    ),
    # How messages are read
    _wire(
        "the endpoint reads amounts rounded",
        request_reader._decimal_reader,
        "Decimal(text)",
        "round(Decimal(text), 1)",
    ),
    _wire(
        "the endpoint loses enumerated values",
        request_reader._enumeration_reader,
        "return text\n",
        "return None\n",
    ),
    _wire(
        "the endpoint loses the zone of a date",
        request_reader._date_time_reader,
        "datetime.fromisoformat(midnight)",
        "datetime.fromisoformat(midnight).replace(tzinfo=None)",
    ),
    _wire(
        "the endpoint reads rows from the last to the first",
        request_reader._wrapper_reader,
        "for each in element:",
        "for each in reversed(element):",
    ),
    _wire(
        "the endpoint reads a parameter's key as its value",
        request_reader._read_entry,
        'found.get("value")',
        'found.get("key")',
    ),
    code(
        "the size limit is a byte lower",
        request_body.read_body,
        "if len(length) > len(str(limit)) or int(length) > limit:",
        "if len(length) > len(str(limit)) or int(length) > limit - 1:",
        first=r"replay\.size",
    ),
    code(
        "a request that is too large is read",
        application.Application._respond_to_post,
        "read_body(headers, receive, self.limit, self.body_seconds)",
        "read_body(headers, receive, 100 * self.limit, self.body_seconds)",
        first=r"replay\.size",
    ),
    # How they are written
    _wire(
        "a reply's elements are not in the schema's order",
        reply_writer._part_writer,
        "for get, put, empty in rows]",
        "for get, put, empty in reversed(rows)]",
        REPLAY,
    ),
    Mutation(
        "customerTokens are omitted where there are none",
        partial(patch.object, reply_writer, "ALWAYS", frozenset[str]()),
        r"replay\.done.*getPaymentStatus",
        rebuilt=(wire_codec,),
    ),
    _wire(
        "a reply has an undeclared element",
        reply_writer.reply_writer,
        "<return>'",
        "<return><extra/>'",
        REPLAY,
    ),
    code(
        "a receipt's amounts are rounded",
        reply_writer._decimal,
        ":f}",
        ":.1f}",
        first=r"replay\.paid",
    ),
    code(
        "a fault is answered with HTTP 200",
        soap_answers.SoapAnswers.reject,
        "self.finish(pending, FAULT, ",
        "self.finish(pending, OK, ",
        first=r"replay\.broken",
    ),
)
