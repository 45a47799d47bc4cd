"""Checks of replies: libxml2 with the published schema, the linter, and the documented codes."""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from http import HTTPStatus
from typing import Final, NamedTuple

from lxml import etree

from seqrkit import contract, schemas, soap
from seqrkit.contract import Finding, Rule, Severity, envelope_rules
from seqrkit.errors import MessageError, SeqrError
from seqrkit.exchange import Exchange, header
from seqrkit.schemas import ResultCodeMeaning
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.suite.framework import Aspect, CheckContext, CheckFailure
from seqrkit.suite.framework.example_steps import (
    CONTENT_TYPE,
    DIFFERENT,
    FINDING,
    STATUS,
    Expected,
    literal,
    outcome_of,
    returned_anew,
)
from seqrkit.suite.framework.failure_causes import (
    FAULT,
    OF_CALLERS,
    cause_in_replies,
    cause_of,
    cause_of_refusal,
    unreadable,
)
from seqrkit.vocabulary import NAMESPACE, Interface, InvoiceStatus, PrincipalType, ResultCode

UNKNOWN_CALLER: Final = {
    PrincipalType.TERMINALID: refusal("caller.terminal"),
    PrincipalType.RESELLERUSER: refusal("caller.reseller"),
}
"""The refusal of an unknown id or userId, by the type of principal."""

OF_RECEIPT: Final = " of the receipt"
"""How the cause ends of what is wrong with a part of the receipt's invoice."""
_OF_RECEIPT: Final = re.compile("/receipt/invoice/([a-zA-Z]+)")
_LOCK: Final = threading.Lock()  # a compiled schema has one error log for all threads
_TRIES: Final = 20
"""How often a script sends a request to see whether a reference is given out twice."""
_LIMIT: Final = 64 * soap.MAX_BYTES
_OF_SOAP: Final = (HTTPStatus.OK, HTTPStatus.INTERNAL_SERVER_ERROR)
_REFUSAL: Final = "([1-9][0-9]*)?"
"""The text of any result code but 0; a fault has none."""
_FAULT_IN_200: Final = "fault with HTTP status 200"
_AROUND_CONTENT: Final = (STATUS, CONTENT_TYPE, "faultcode", _FAULT_IN_200)
"""What can be wrong with a reply without changing what it says."""
_BEFORE_THE_REQUEST: Final = (
    *OF_CALLERS,
    ResultCode.ACCESS_DENIED,
    ResultCode.INVALID_INVOICE_DATA,
    ResultCode.SYSTEM_ERROR,
    ResultCode.UNSUPPORTED_OPERATION,
    ResultCode.SERVICE_UNAVAILABLE,
)
"""The codes that do not show whether a service has let the caller in."""
_MEDIA_TYPE: Final = "text/xml"
"""The media type of SOAP 1.1 (WS-I Basic Profile 1.1)."""


@cache
def wire_schema(interface: Interface) -> etree.XMLSchema:
    """Return the published schema of an interface, compiled."""
    return etree.XMLSchema(etree.parse(schemas.schema_set(interface).wire))


def reply_problem(  # noqa: PLR0911 - one for each kind of problem
    interface: Interface, operation: str, status: int, reply: bytes, *, exact: bool = True
) -> str | None:
    """Return what is wrong with an HTTP reply; `None` if it is valid.

    The published schema judges it only if `exact`. The reply to an operation that the interface
    lacks is in no schema.
    """
    if status not in _OF_SOAP:
        is_xml = reply.lstrip().startswith(b"<?xml")
        return f"HTTP {status} must not carry XML" if is_xml else None
    try:
        message = soap.read_envelope(soap.parse(reply, limit=_LIMIT))
    except MessageError as error:
        return str(error)
    if not message.is_envelope:
        return "there is no SOAP envelope"
    outcome = soap.outcome_of(message.payload)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        has_reason = outcome.fault is not None and outcome.fault.reason
        return None if has_reason else "HTTP 500 without a SOAP fault"
    space = soap.namespace(message.payload)
    if outcome.name != f"{operation}Response" or space != NAMESPACE:
        asked = f"{operation}Response in namespace {NAMESPACE}"
        return f"the Body has {outcome.name} in namespace {space or 'none'}, expected {asked}"
    if not exact or operation not in contract.load(interface).operations:
        return None
    found = _schema_error(interface, message.payload)
    return found and f"invalid by the published schema: {found}"


def _schema_error(interface: Interface, payload: etree._Element) -> str | None:
    """Return the first error of a message by the published schema."""
    with _LOCK:
        schema = wire_schema(interface)
        return None if schema.validate(payload) else schema.error_log[0].message


def _is_valid(exchange: Exchange) -> bool:
    """Return whether the published schema accepts a request."""
    payload = _read(exchange)
    return payload is not None and _schema_error(exchange.interface, payload) is None


def _read(exchange: Exchange) -> etree._Element | None:
    """Return the content of a request; `None` if it cannot be read."""
    try:
        return soap.read_envelope(soap.parse(exchange.request, limit=_LIMIT)).payload
    except MessageError:
        return None


@contextmanager
def checked_replies(check: CheckContext, *, begins: bool = True) -> Iterator[None]:
    """Check every reply that the context's session receives within the ``with`` block.

    Unless `begins` is false, the trace of the example begins here.
    """
    exchanges = check.session.exchanges
    if begins:
        check.environment.begin(check.interface)
    start = len(exchanges)
    try:
        yield
    except (CheckFailure, SeqrError) as error:
        check.is_interrupted = True
        # A wrong reply is the cause of what follows; a service that has stopped sent none.
        is_end = isinstance(error, SeqrError) and check.is_end(error)
        received = (each for each in exchanges[start:] if each.status is not None or not is_end)
        _check_replies(check, received)
        raise
    _check_replies(check, exchanges[start:])


def _check_replies(check: CheckContext, exchanges: Iterable[Exchange]) -> None:
    for exchange in exchanges:
        check_reply(check, exchange)


def check_reply(check: CheckContext, exchange: Exchange) -> None:
    """Fail unless a reply is valid, has no findings, and has a code of its operation.

    What is wrong around the content of replies is a failure once, whatever the operation, and does
    not end the example.
    """
    for deviation, message, rule, expects, part in _reply_problems(check, exchange):
        cause = "" if deviation in {"none", "schema"} else cause_in_replies(deviation)
        # A receipt of an invoice that nobody has paid is a consequence.
        cause = check.environment.causes.get(InvoiceStatus.ISSUED, part) if part else cause
        is_around = deviation in _AROUND_CONTENT
        if is_around and (cause in check.environment.shown or cause in check.kept):
            continue
        with check.going_on() if is_around else nullcontext():
            check.fail(
                f"the reply to {exchange.operation or 'this request'}: {message}",
                rule=rule,
                exchange=exchange,
                deviation=cause if is_around else f"{exchange.operation} reply: {deviation}",
                cause=cause,
                expects=expects,
            )


class _Problem(NamedTuple):
    """What is wrong with a reply.

    `expects` is what it should have, if the linter does not find that; `part` names the part of the
    receipt that is wrong.
    """

    kind: str
    message: str
    rule: Rule | None = None
    expects: Expected | None = None
    part: str = ""


def _reply_problems(  # noqa: C901, PLR0912 - one for each kind of problem
    check: CheckContext, exchange: Exchange
) -> Iterator[_Problem]:
    """Yield what is wrong with a reply."""
    status, reply, operation = exchange.status, exchange.response, exchange.operation
    exact, code = check.requires("C"), exchange.result_code
    if exchange.fault:
        yield from _fault_problems(exchange, exchange.fault)
        # What else is wrong with a fault does not depend on its status.
        status = HTTPStatus.INTERNAL_SERVER_ERROR if status == HTTPStatus.OK else status
    # How a message is answered that has no known operation, or is invalid, is assumed.
    is_known = operation in check.contract.operations
    if not exact and not (is_known and (code is not None or _is_valid(exchange))):
        return
    if status is None or reply is None or exchange.failure is not None:
        answered = Expected(STATUS, f"{HTTPStatus.OK:d}|{HTTPStatus.INTERNAL_SERVER_ERROR:d}")
        said = exchange.failure or "the service sent no reply"
        yield _Problem("none", said, expects=answered)
        return
    ok = Expected(STATUS, f"{HTTPStatus.OK:d}")
    if code is not None and status != HTTPStatus.OK:
        said = f"it is sent with {STATUS} {status:d}, expected {ok.pattern}"
        yield _Problem(STATUS, said, expects=ok)
        status = HTTPStatus.OK
    kind = header(exchange.response_headers, "Content-Type") or ""
    # That a page is not XML says more than that it is one.
    if (
        status in _OF_SOAP
        and not any(each.rule == envelope_rules.NOT_XML for each in exchange.reply_findings)
        and kind.partition(";")[0].strip().lower() != _MEDIA_TYPE
    ):
        said = f"its {CONTENT_TYPE} is {kind or 'absent'}, expected {_MEDIA_TYPE}"
        yield _Problem(CONTENT_TYPE, said, expects=Expected(CONTENT_TYPE, _MEDIA_TYPE))
    # The references' own example replies break the order of elements: a warning.
    known = operation in contract.load(exchange.interface).operations
    for finding in exchange.reply_findings if known else ():
        if finding.id in contract.SESSION_RULES:
            continue  # advice for the client
        if exact or _is_grave(finding, exchange):
            absent = Expected(FINDING, literal(finding.id), matches=False)
            found = _OF_RECEIPT.search(finding.path)
            part = f"{found[1]}{OF_RECEIPT}" if found and not unreadable([finding]) else ""
            yield _Problem(finding.id, str(finding), finding.rule, absent, part)
    problem = reply_problem(exchange.interface, operation, status, reply, exact=exact)
    if problem:
        is_odd = status != HTTPStatus.OK and exchange.fault is None
        yield _Problem("schema", problem, expects=ok if is_odd else _of_operation(exchange))
    for name, value in returned_anew(exchange):
        # The number tells a repeated reference from a second look at the same reply.
        first = check.environment.references.setdefault(
            (exchange.interface, name, value), exchange.number
        )
        if first != exchange.number:
            new = Expected(f"{DIFFERENT}{name}", str(_TRIES), times=_TRIES)
            said, kind = f"{name} {value} was given out before", f"repeated {name}"
            check.environment.causes.setdefault(name, cause_in_replies(kind))
            yield _Problem(kind, said, expects=new)
    codes = schemas.result_codes()
    meaning = None if code is None else codes.get(code)
    # The references say that codes also occur elsewhere than they list.
    may_answer = ResultCodeMeaning.fits if exact else ResultCodeMeaning.may_occur
    if code is not None and not (meaning and may_answer(meaning, operation)):
        fitting = (f"{number:d}" for number, each in codes.items() if may_answer(each, operation))
        said = f"resultCode {code} is not documented for {operation}"
        yield _Problem(
            f"resultCode {code}", said, expects=Expected("resultCode", "|".join(fitting))
        )
    is_status = exact and operation == "getPaymentStatus" and code is not None
    if is_status and b"<customerTokens" not in reply:
        said = "it has no customerTokens; the vendor's samples read them"
        yield _Problem("customerTokens", said)


def _of_operation(exchange: Exchange) -> Expected | None:
    """Return how a script sees that a reply is one of another operation; else `None`."""
    own = f"{exchange.operation}Response"
    if exchange.fault or own.encode() in (exchange.response or b""):
        return None
    return Expected(f"{own}.resultCode", ".+")


def _fault_problems(exchange: Exchange, fault: soap.Fault) -> Iterator[_Problem]:
    """Yield what is wrong around a fault."""
    if exchange.status == HTTPStatus.OK:  # SOAP 1.1, 6.2
        wanted = Expected(STATUS, f"{HTTPStatus.INTERNAL_SERVER_ERROR:d}")
        said = f"a SOAP fault is sent with {STATUS} {exchange.status:d}, expected {wanted.pattern}"
        yield _Problem(_FAULT_IN_200, said, expects=wanted)
    # Some stacks answer what is not XML themselves: npm's soap with faultcode 500.
    if fault.odd_code is not None and _read(exchange) is not None:
        said = f'its faultcode is "{fault.odd_code}", expected one of {", ".join(soap.FAULT_CODES)}'
        listed = Expected("faultcode", f".+:({'|'.join(soap.FAULT_CODES)})([.].*)?")
        yield _Problem("faultcode", said, expects=listed)


def _is_grave(finding: Finding, exchange: Exchange) -> bool:
    """Return whether a finding about a reply is an error that every service must avoid.

    A refusal may lack what only a success has.
    """
    if finding.rule == envelope_rules.ENCODING:
        # XML allows a byte order mark; what names another encoding is a finding besides.
        about = [each for each in exchange.reply_findings if each.rule == finding.rule]
        return len(about) > 1 or not (exchange.response or b"").startswith(codecs.BOM_UTF8)
    of_success = finding.rule.kind == "required" and not finding.id.startswith("return.resultCode")
    return finding.severity is Severity.ERROR and not (exchange.result_code and of_success)


def expect_code(
    check: CheckContext,
    exchange: Exchange,
    reason: str,
    refused: Refusal,
    letter: str = "D",
) -> None:
    """Fail unless a request is refused, with this code if its source letter is required.

    `reason` is why it must be refused; failures of the same behaviour have one cause, whatever the
    operation, as have those in which one code stands for another. A fault refuses as well where
    only the refusal itself is certain.
    """
    check_reply(check, exchange)
    exact, code, causes = check.requires(letter), refused.code, check.environment.causes
    group = cause_of_refusal(refused.id, causes)
    if exchange.fault:
        known = cause_of(exchange.fault)
        group = known if known in check.environment.shown else FAULT
    expected = f"resultCode {code:d} {code.name}" if exact else "a refusal"
    of_caller = code in {*OF_CALLERS, ResultCode.ACCESS_DENIED}
    by_code = exact and exchange.result_code is not None and bool(exchange.result_code or of_caller)
    if by_code and group not in causes.values():
        group = f"{outcome_of(exchange)} instead of {code:d}"
        of_refused = check.cause_of_code(exchange.result_code or 0)
        is_consequence = of_refused in causes.values()
        if is_consequence or (exchange.result_code in OF_CALLERS and code not in OF_CALLERS):
            group = of_refused
    if of_caller and exchange.result_code not in OF_CALLERS and group not in causes.values():
        accepted = f"resultCode 0 instead of {code:d}"
        if exchange.result_code not in {None, *_BEFORE_THE_REQUEST}:
            causes.setdefault(accepted, accepted)
        # A caller that was let in can be refused for other reasons.
        group = causes.get(accepted, group)
    check.expect(
        exchange.result_code == code if exact else exchange.result_code != 0,
        f"{reason}: {exchange.operation} is answered with {outcome_of(exchange)}, expected "
        f"{expected}",
        exchange=exchange,
        deviation=f"{exchange.operation}: {reason}",
        cause=group,
        expects=Expected("resultCode", f"{code:d}" if exact else _REFUSAL),
        behaviour=refused if exact or refused.place else None,
    )
    check.record(Aspect.CODE, str(int(code)))
