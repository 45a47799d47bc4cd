"""Checks of replies: libxml2 with the published schema, the linter, and the documented codes."""

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
    from seqrkit.suite.framework import CheckContext
    from seqrkit.vocabulary import Interface

UNKNOWN_CALLER: Final = {
    PrincipalType.TERMINALID: ResultCode.INVALID_INITIATOR_PRINCIPAL_ID,
    PrincipalType.RESELLERUSER: ResultCode.INITIATOR_PRINCIPAL_NOT_FOUND,
}
"""The code for an unknown id or userId, by the type of principal (001 Result codes)."""

_LOCK: Final = threading.Lock()  # a compiled schema has one error log for all threads
_LIMIT: Final = 64 * soap.MAX_BYTES


@cache
def wire_schema(interface: Interface) -> etree.XMLSchema:
    """Return the published schema of an interface, compiled."""
    return etree.XMLSchema(etree.parse(schemas.schema_set(interface).wire))


def reply_problem(interface: Interface, operation: str, status: int, reply: bytes) -> str | None:
    """Return what is wrong with an HTTP reply; `None` if it is valid.

    The reply to an operation of the older service is not in any schema, so it is not validated.
    """
    if status not in {HTTPStatus.OK, HTTPStatus.INTERNAL_SERVER_ERROR}:
        is_xml = reply.lstrip().startswith(b"<?xml")
        return f"HTTP {status} must not carry XML" if is_xml else None
    message = soap.read_envelope(soap.parse(reply, limit=_LIMIT))
    if not message.is_envelope:
        return "there is no SOAP envelope"
    outcome = soap.outcome_of(message.payload)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        has_reason = outcome.fault is not None and outcome.fault.reason
        return None if has_reason else "HTTP 500 without a SOAP fault"
    if outcome.name != f"{operation}Response":
        return f"{outcome.name} is the reply to {operation}"
    if operation in OLD_OPERATIONS:
        return None
    with _LOCK:
        schema = wire_schema(interface)
        # Parsed again, because a schema validates documents: the payload without its envelope.
        payload = etree.fromstring(etree.tostring(message.payload))
        return None if schema.validate(payload) else str(schema.error_log)


@contextmanager
def checked_replies(check: CheckContext) -> Iterator[None]:
    """Check every reply that the context's session receives within the ``with`` block.

    Earlier exchanges are forgotten, to bound the memory that a check uses.
    """
    exchanges = check.session.exchanges
    exchanges.forget()
    yield
    for exchange in exchanges:
        check_reply(check, exchange)


def check_reply(check: CheckContext, exchange: Exchange) -> None:
    """Fail unless a reply is valid, has no findings, and has a code of its operation."""
    status, reply, operation = exchange.status, exchange.response, exchange.operation
    if status is None or reply is None or exchange.failure is not None:
        check.fail(exchange.failure or "there is no reply", exchange=exchange)
    try:
        problem = reply_problem(exchange.interface, operation, status, reply)
    except MessageError as error:
        problem = str(error)
    if problem:
        check.fail(f"invalid reply: {problem}", exchange=exchange)
    if status == HTTPStatus.OK and operation not in OLD_OPERATIONS:
        for finding in check.contract.lint_message(reply, limit=REPLY_LIMIT):
            check.fail(f"the reply: {finding}", rule=finding.rule, exchange=exchange)
        if operation == "getPaymentStatus" and b"<customerTokens" not in reply:
            message = "the reply has no customerTokens; the vendor's samples read it without a test"
            check.fail(message, exchange=exchange)
    code = exchange.result_code
    meaning = None if code is None else schemas.result_codes().get(code)
    if code is not None and not (meaning and meaning.fits(operation)):
        check.fail(f"resultCode {code} is not documented for {operation}", exchange=exchange)
