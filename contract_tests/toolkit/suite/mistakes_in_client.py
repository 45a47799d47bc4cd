"""Mistakes of the client: in what it fills in, writes and reads."""

from functools import partial
from typing import Final
from unittest.mock import patch

from contract_tests.toolkit.suite.mutation import Mutation, code
from seqrkit.client import reply_classification, reply_reader, request_context, zeep_envelopes
from seqrkit.client.operations import Operations
from seqrkit.client.request_sender import Sender

WIRE: Final = r"wire\."
FILLS: Final = r"wire\.client-fills-in"
DAYS: Final = r"life\.days"

CLIENT: Final[tuple[Mutation, ...]] = (
    # What it writes
    code(
        "the client rounds amounts",
        zeep_envelopes._value,
        '"value": value.value}',
        '"value": value.value and round(value.value, 1)}',
        first=WIRE,
    ),
    code(
        "the client writes every amount in kronor",
        zeep_envelopes._value,
        '"currency": value.currency',
        '"currency": "SEK"',
        first=WIRE,
    ),
    code(
        "the client writes rows from the last to the first",
        zeep_envelopes._value,
        "for item in value]}",
        "for item in reversed(value)]}",
        first=WIRE,
    ),
    code(
        "the client writes the first token only",
        zeep_envelopes._value,
        "return [_values(item, element.type) for item in value]",
        "return [_values(item, element.type) for item in value[:1]]",
        first=WIRE,
    ),
    code(
        "the client writes the first parameter only",
        zeep_envelopes._value,
        "for k, v in value.items()]",
        "for k, v in [*value.items()][:1]]",
        first=WIRE,
    ),
    code(
        "the client omits false values",
        zeep_envelopes._values,
        "if value is None:",
        "if not value:",
        first=WIRE,
    ),
    # What it reads
    code(
        "the client reads amounts rounded",
        reply_reader._amount,
        "Amount(exact, ",
        "Amount(exact and round(exact, 1), ",
        first=WIRE,
    ),
    code(
        "the client reads the first row only",
        reply_reader._value,
        "for each in items if",
        "for each in items[:1] if",
        first=WIRE,
    ),
    code(
        "the client reads no tokens",
        reply_reader._value,
        "for each in items if",
        "for each in () if",
        first=WIRE,
    ),
    # What it fills in
    code(
        "a clientReference has a character too many",
        request_context.references,
        ":032x}",
        ":033x}",
        first=FILLS,
    ),
    Mutation(
        "the client names no channel",
        partial(patch.object, request_context, "CHANNEL", None),
        FILLS,
    ),
    code(
        "the client calls as a principal that is not admitted",
        Sender.context,
        "map(PrincipalType, self.contract.operations[operation].principals)",
        "set(PrincipalType).difference(self.contract.operations[operation].principals)",
        first=FILLS,
    ),
    code(
        "the client ignores the amount of a commit",
        Operations.commit_reservation,
        "amount=None if amount is None else optional_amount(amount)",
        "amount=None",
        first=DAYS,
    ),
    code(
        "the client refunds without a total",
        Operations.refund_payment,
        "invoice=self._standard(invoice)",
        "invoice=evolve(self._standard(invoice), total_amount=None)",
        first=DAYS,
    ),
    code(
        "the client sends the previous version",
        Operations.get_payment_status,
        "invoice_version=invoice_version,",
        "invoice_version=invoice_version - 1,",
        first=DAYS,
    ),
    code(
        "all requests of a client have one clientReference",
        Sender.context,
        "self._new_reference()",
        "'mine'",
        first=FILLS,
    ),
    # How it classifies replies
    code(
        "the client takes a refusal for success",
        reply_classification.failed,
        "reply.result_code != ResultCode.SUCCESS",
        "reply.result_code > 98",
        first=r"life\.raised",
    ),
)
