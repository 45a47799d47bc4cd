"""The judge of answers: libxml2 with the published schema, the linter, and the codes documented."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from lxml import etree

from seqrkit import schemas, soap
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.vocabulary import PrincipalType, ResultCode

if TYPE_CHECKING:
    from seqrkit.exchange import Exchange
    from seqrkit.suite.runner.check_context import Trial
    from seqrkit.vocabulary import Interface

STRANGERS: Final = {
    PrincipalType.TERMINALID: ResultCode.INVALID_INITIATOR_PRINCIPAL_ID,
    PrincipalType.RESELLERUSER: ResultCode.INITIATOR_PRINCIPAL_NOT_FOUND,
}
"""The code for an id or a userId that nobody has, by the type of principal (001 Result codes)."""

_LOCK: Final = threading.Lock()  # one schema has one log of errors, whichever thread validates
_POLL: Final = "getPaymentStatus"
_LIMIT: Final = 64 * soap.MAX_BYTES


@cache
def wire_schema(interface: Interface) -> etree.XMLSchema:
    """The published schema of an interface, compiled."""
    return etree.XMLSchema(etree.parse(schemas.schema_set(interface).wire))


def wrong(interface: Interface, operation: str, status: int, answer: bytes) -> str | None:
    """What is wrong with an answer; `None` for one that is as it must be.

    The one reply that no schema knows is that of an operation outside the API.
    """
    if status not in {HTTPStatus.OK, HTTPStatus.INTERNAL_SERVER_ERROR}:
        return "XML" if answer.lstrip().startswith(b"<?xml") else None
    message = soap.read_envelope(soap.parse(answer, limit=_LIMIT))
    if not message.is_envelope:
        return "no envelope"
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        fault = soap.outcome_of(message.payload).fault
        return None if fault is not None and fault.reason else "HTTP 500 without a SOAP fault"
    if soap.local(message.payload) != f"{operation}Response":
        return f"{soap.local(message.payload)} in answer to {operation}"
    if operation in OLD_OPERATIONS:
        return None
    with _LOCK:
        schema = wire_schema(interface)
        alone = etree.fromstring(etree.tostring(message.payload))
        return None if schema.validate(alone) else str(schema.error_log)


@contextmanager
def judged(trial: Trial) -> Iterator[None]:
    """Whatever is answered to the trial's session meanwhile is as an answer must be.

    What was exchanged before is let go of: it would fill the memory.
    """
    exchanges = trial.session.exchanges
    exchanges.forget()
    yield
    for exchange in exchanges:
        judge(trial, exchange)


def judge(trial: Trial, exchange: Exchange) -> None:
    """Fail unless an answer fits the schema, has no findings, and a code of its operation."""
    status, answer = exchange.status, exchange.response
    if status is None or answer is None or exchange.failure is not None:
        trial.fail(exchange.failure or "there is no answer", exchange=exchange)
    try:
        found = wrong(exchange.interface, exchange.operation, status, answer)
    except MessageError as error:
        found = f"no message: {error}"
    trial.expect(found is None, lambda: f"the answer is {found}", exchange=exchange)
    if status == HTTPStatus.OK and exchange.operation not in OLD_OPERATIONS:
        for finding in trial.contract.lint(answer, limit=REPLY_LIMIT):
            trial.fail(f"the reply: {finding}", rule=finding.rule, exchange=exchange)
        trial.expect(
            exchange.operation != _POLL or b"<customerTokens" in answer,
            "the reply has no customerTokens, which the vendor's own samples read unasked",
            exchange=exchange,
        )
    if exchange.result_code is not None:
        known = schemas.result_codes().get(exchange.result_code)
        trial.expect(
            known is not None and known.fits(exchange.operation),
            f"{exchange.operation} answered {exchange.result_code}, which it is not known to",
            exchange=exchange,
        )
