"""What an answer is: a reply, or one of the errors that say why it is none."""

from __future__ import annotations

import html
import re
from http import HTTPStatus
from typing import Final

from lxml.etree import _Element

from seqrkit import schemas, soap
from seqrkit.errors import HttpError, MessageError, NotAReply, ResultError, SoapFault, for_code
from seqrkit.exchange import REPLY_LIMIT, Exchange
from seqrkit.model import Reply
from seqrkit.vocabulary import PATHS, ResultCode

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(
    rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)

_STATUS_ADVICE: Final = {
    401: "this is the web server's refusal, not SEQR's, whose credentials are in the message: "
    "ask who runs it what it asks for",
    403: "this is the web server's refusal, not SEQR's: ask who runs it whether your address is "
    "let in",
    404: "check the path: {path} is where this interface is published",
    405: "check the path: {path} is where this interface is published",
    407: "the proxy asks for a login: proxy=http://user:password@host:port",
    413: "the message is too large for the server",
    415: "the server does not take text/xml: check the address",
    429: "too many requests: poll once a second, not more often",
    502: "something in front of the service cannot reach it: try again in a while",
    503: "the service is not available: try again in a while",
    504: "something in front of the service waited in vain for it: try again in a while",
}
_NOTHING_DONE: Final = "Nothing was done; once it is right, it may be sent again."
_MOVED: Final = range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST)


def payload(exchange: Exchange, advice: str) -> _Element:
    """The element in the Body of an answer.

    `advice` says whether the request may be repeated. Raises `SoapFault`, `HttpError` or
    `NotAReply`, with the exchange.
    """
    body = exchange.response or b""
    if exchange.failure is not None:
        raise NotAReply(exchange.failure, exchange=exchange, may_be_repeated=advice)
    try:
        found = soap.payload_of(
            soap.read_document(body, limit=REPLY_LIMIT, charset=exchange.charset).root
        )
    except MessageError as error:
        if exchange.status != HTTPStatus.OK:
            raise _http_error(exchange, advice) from None
        raise NotAReply(
            f"{exchange.endpoint} answered with {_what(body, error)}: {_check_address(exchange)}.",
            exchange=exchange,
            may_be_repeated=advice,
        ) from error
    fault = soap.read_fault(found)
    if fault is not None:
        raise _soap_fault(exchange, fault, advice)
    if exchange.status != HTTPStatus.OK and soap.outcome_of(found).result_code is None:
        raise _http_error(exchange, advice)
    return found


def result_error(reply: Reply, exchange: Exchange, operation: str, advice: str) -> ResultError:
    """The exception for a reply whose code is not 0, with what the code means and what to do.

    `advice` says whether a request may be repeated of which nobody knows whether it was done.
    """
    code = int(reply.result_code)
    known = schemas.result_codes().get(code)
    name = known.name if known else "an undocumented result code"
    said = reply.result_description or ""
    words = [f"{operation} was answered with {code} {name}"]
    if said and said != name:
        words.append(f' ("{said}")')
    words.append(f": {known.meaning.rstrip('.')}." if known else ".")
    if known and known.advice:
        words.append(f" {known.advice}")
    if known and known.source:
        words.append(f" [{known.source}]")
    return for_code(code)(
        "".join(words),
        code=code,
        meaning=known.meaning if known else "",
        source=known.source if known else "",
        reply=reply,
        exchange=exchange,
        may_be_repeated=advice if known is None or known.carried_out == "unknown" else None,
    )


def failed(reply: Reply) -> bool:
    """Whether a reply says anything but success."""
    return reply.result_code != ResultCode.SUCCESS


def _soap_fault(exchange: Exchange, fault: soap.Fault, advice: str) -> SoapFault:
    refused = fault.blames_the_message
    what = "refused the message itself" if refused else "failed over the message"
    detail = f" ({fault.detail})" if fault.detail else ""
    errors = [each for each in exchange.findings if each.severity == "error"]
    hint = (
        f"its first error is {errors[0]}"
        if errors
        else "the linter finds no error in it, so ask the service, and show it this exchange"
    )
    return SoapFault(
        f"The service {what}, {fault.code}: {fault.reason}{detail}; {hint}.",
        fault_code=fault.code,
        fault_string=fault.reason,
        nothing_was_done=refused,
        exchange=exchange,
        may_be_repeated=_NOTHING_DONE if refused else advice,
    )


def _http_error(exchange: Exchange, advice: str) -> HttpError:
    status = exchange.status or 0
    title = _title(exchange.response or b"")
    words = [f"{exchange.endpoint} answered with HTTP {status}{_phrase(status)}"]
    if title:
        words.append(f', a page titled "{title}"')
    location = exchange.response_headers.get("Location")
    if location and status in _MOVED:
        words.append(f": it has moved to {location}, connect there if you trust it.")
    else:
        path = PATHS[exchange.interface]
        words.append(f": {_STATUS_ADVICE.get(status, _check_address(exchange)).format(path=path)}.")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        advice = "It did not reach the service, so it may be repeated."
    return HttpError(
        "".join(words),
        status=status,
        exchange=exchange,
        may_be_repeated=advice,
    )


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def _check_address(exchange: Exchange) -> str:
    path = PATHS[exchange.interface]
    return f"check the address, {exchange.interface} is published at {path}"


def _what(body: bytes, error: MessageError) -> str:
    if not body.strip():
        return "nothing at all"
    if _HTML.match(body):
        title = _title(body)
        return f'an HTML page titled "{title}"' if title else "an HTML page"
    return f"what is no SOAP message ({error})"


def _title(body: bytes) -> str:
    found = _TITLE.search(body[:65536])
    text = found[1].decode("utf-8", "replace") if found else ""
    return " ".join(html.unescape(text).split())[:120]
