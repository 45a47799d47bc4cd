"""Classifies an answer: a reply, or the error that says why it is not one.

Texts of the answer are quoted with passwords masked.
"""

from __future__ import annotations

import html
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml.etree import _Element

from seqrkit import schemas, soap
from seqrkit.contract.findings import shorten
from seqrkit.errors import HttpError, MessageError, NotAReply, ResultError, SoapFault, for_code
from seqrkit.exchange import Exchange, date_in, header
from seqrkit.http_client import without_credentials
from seqrkit.model import Reply
from seqrkit.vocabulary import PATHS, ResultCode

if TYPE_CHECKING:
    from seqrkit.errors.exceptions import About

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(
    rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)

_STATUS_ADVICE: Final = {
    401: "the web server refused access; SEQR's credentials are in the message, so ask its "
    "operator which login it requires",
    403: "the web server refused access, not SEQR: ask its operator whether your address is "
    "allowed",
    404: "check the path: {path} is where this interface is published",
    405: "check the path: {path} is where this interface is published",
    407: "the proxy requires a login: proxy=http://user:password@host:port",
    408: "the server received the request too slowly: try again",
    413: "the message is too large for the server",
    415: "the server does not accept text/xml: check the address",
    429: "too many requests: poll once a second, not more often",
    502: "a proxy in front of the service cannot reach it: try again in a while",
    503: "the service is not available: try again in a while",
    504: "a proxy in front of the service got no answer from it: try again in a while",
    511: "the network requires a login: open any web page in a browser",
}
_FAILED: Final = "the server failed: try again in a while, or ask its operator for its log"
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SPOKEN_PAGES: Final = (
    (
        re.compile(
            rb"plain HTTP request was sent to (?:an )?HTTPS port"  # nginx
            rb"|speaking plain HTTP to an SSL-enabled server port"  # Apache httpd
            rb"|combination of host and port requires TLS"  # Tomcat
            rb"|sent an HTTP request to an HTTPS server"  # Go
            rb"|\b403\.4\b|secured with Secure Sockets Layer",  # IIS
            re.IGNORECASE,
        ),
        "the port expects HTTPS: write https:// in the address",
    ),
    (
        re.compile(
            rb"No required SSL certificate was sent"  # nginx
            rb"|page requires a (?:valid )?(?:SSL )?client certificate"  # IIS
            rb"|\b403\.(?:7|16|17)\b|\(SSL\) client certificate",
            re.IGNORECASE,
        ),
        "the server requires a client certificate: client_certificate=",
    ),
    (
        re.compile(rb"The SSL certificate error", re.IGNORECASE),
        "the server does not accept the client certificate: client_certificate=",
    ),
)
"""Pages of web servers that name a cause more exactly than their status, with the advice."""
_MOVED: Final = range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST)
_REFUSED: Final = range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.INTERNAL_SERVER_ERROR)
_SEARCHED: Final = 65_536
"""Bytes of a page in which a title or a known phrase is looked for."""
_LONGEST_TITLE: Final = 120
_LONGEST_TEXT: Final = 500
"""Characters of a fault or description that a message quotes."""


class Repetition(NamedTuple):
    """Whether a request may be sent again, and a sentence that explains it."""

    allowed: bool
    advice: str = ""

    def about(self, exchange: Exchange) -> About:
        """The arguments of an error about this exchange."""
        return {
            "exchange": exchange,
            "may_be_repeated": self.allowed,
            "repeat_advice": self.advice,
        }


NEVER_SENT: Final = Repetition(allowed=True, advice="The request was not sent; it may be repeated.")
_REJECTED: Final = Repetition(
    allowed=True, advice="Nothing was carried out; correct the message and send it again."
)
_NOT_REACHED: Final = Repetition(
    allowed=True, advice="The request did not reach the service; it may be repeated."
)


def judged(
    exchange: Exchange, payload: _Element | MessageError, repetition: Repetition
) -> _Element:
    """Return the element in the Body of an answer if it can be a reply.

    `repetition` is the operation's, for a request whose reply is lost. Raises `SoapFault`,
    `HttpError` or `NotAReply`, with the exchange.
    """
    if exchange.failure is not None:
        raise NotAReply(exchange.failure, **repetition.about(exchange))
    outcome = soap.Outcome()
    if not isinstance(payload, MessageError):
        outcome = soap.outcome_of(payload, exchange.secrets)
    if outcome.fault is not None:
        raise _soap_fault(exchange, outcome.fault, repetition)
    # A result code is the service's answer, whatever status a gateway put on it.
    if exchange.status != HTTPStatus.OK and outcome.result_code is None:
        raise _http_error(exchange, repetition)
    if isinstance(payload, MessageError):
        raise NotAReply(
            f"{exchange.endpoint} answered with {_kind(exchange, payload)}: "
            f"{_page_advice(exchange) or _check_address(exchange)}.",
            **repetition.about(exchange),
        )
    return payload


def result_error(
    reply: Reply, exchange: Exchange, operation: str, repetition: Repetition
) -> ResultError:
    """Return the exception for a reply with a code other than 0: its meaning, and what to do.

    `repetition` applies to codes that leave open whether the request was carried out.
    """
    code = int(reply.result_code)
    known = schemas.result_codes().get(code)
    name = known.name if known else "an undocumented result code"
    said = reply.result_description or ""
    words = [f"{operation} was answered with {code} {name}"]
    if said and said != name:
        words.append(f' ("{shorten(said, _LONGEST_TEXT)}")')
    words.append(f": {known.meaning.rstrip('.')}." if known else ".")
    if known and known.advice:
        words.append(f" {known.advice}")
    if known and known.source:
        words.append(f" [{known.source}]")
    # The code says more about this request than the rule for its operation.
    if known is not None and known.carried_out != "unknown":
        repetition = Repetition(allowed=known.carried_out == "no")
    return for_code(code)(
        "".join(words),
        code=code,
        meaning=known.meaning if known else "",
        source=known.source if known else "",
        reply=reply,
        **repetition.about(exchange),
    )


def failed(reply: Reply) -> bool:
    """Whether the result code is another than success."""
    return reply.result_code != ResultCode.SUCCESS


def _soap_fault(exchange: Exchange, fault: soap.Fault, repetition: Repetition) -> SoapFault:
    rejected = fault.blames_the_message
    what = "rejected the message" if rejected else "failed while processing the message"
    said = ": ".join(filter(None, (fault.code, shorten(fault.reason, _LONGEST_TEXT))))
    detail = f" ({shorten(fault.detail, _LONGEST_TEXT)})" if fault.detail else ""
    errors = [each for each in exchange.findings if each.severity == "error"]
    hint = (
        f"the message's first error is {errors[0]}"
        if errors
        else "the linter finds no error in the message, so show this exchange to the service's "
        "operator"
    )
    return SoapFault(
        f"The service {what}{', ' if said else ''}{said}{detail}; {hint}.",
        fault_code=fault.code,
        fault_string=fault.reason,
        nothing_was_done=rejected,
        **(_REJECTED if rejected else repetition).about(exchange),
    )


def _http_error(exchange: Exchange, repetition: Repetition) -> HttpError:
    status = exchange.status or 0
    title, said = _title(exchange), _said_in_json(exchange)
    words = [f"{exchange.endpoint} answered with HTTP {status}{_phrase(status)}"]
    if title or said:
        words.append(f', a page titled "{title}"' if title else f', "{said}"')
    location = header(exchange.response_headers, "Location")
    if location and status in _MOVED:
        address = without_credentials(location)
        words.append(f": it has moved to {address}; connect there if you trust that address.")
    else:
        default = (
            _FAILED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _check_address(exchange)
        )
        advice = _page_advice(exchange) or _STATUS_ADVICE.get(status, default)
        words.append(f": {advice.format(path=PATHS[exchange.interface])}.")
    return HttpError(
        "".join(words),
        status=status,
        retry_after=retry_after(exchange),
        # 3xx and 4xx without a reply come from a server in front; 5xx may come after the payment.
        **(_NOT_REACHED if status in _REFUSED else repetition).about(exchange),
    )


def retry_after(exchange: Exchange) -> float | None:
    """Return the seconds of the Retry-After header: a number, or the time until a date."""
    text = (header(exchange.response_headers, "Retry-After") or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    moment = date_in(exchange.response_headers, "Retry-After")
    if moment is None:
        return None
    # Against the exchange's clock, which tests can set.
    return max(0.0, (moment - exchange.started_at).total_seconds())


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def _check_address(exchange: Exchange) -> str:
    path = PATHS[exchange.interface]
    return f"check the address, {exchange.interface} is published at {path}"


def _page_advice(exchange: Exchange) -> str:
    page = (exchange.response or b"")[:_SEARCHED]
    return next((advice for phrase, advice in _SPOKEN_PAGES if phrase.search(page)), "")


def _kind(exchange: Exchange, error: MessageError) -> str:
    body = exchange.response or b""
    if not body.strip():
        return "an empty body"
    if _HTML.match(body):
        title = _title(exchange)
        return f'an HTML page titled "{title}"' if title else "an HTML page"
    packed = header(exchange.response_headers, "Content-Encoding")
    if packed and not body.lstrip().startswith(b"<"):
        return f"a body compressed as {packed}, although the request asked for none"
    if "multipart/" in (header(exchange.response_headers, "Content-Type") or "").lower():
        return "a MIME message (MTOM, or SOAP with attachments) whose parts contain no XML as it is"
    return f"something that is not a SOAP message ({exchange.secrets.mask(str(error))})"


def _title(exchange: Exchange) -> str:
    found = _TITLE.search((exchange.masked_response or b"")[:_SEARCHED])
    text = found[1].decode("utf-8", "replace") if found else ""
    return " ".join(html.unescape(text).split())[:_LONGEST_TITLE]


def _said_in_json(exchange: Exchange) -> str:
    """Return the message in a JSON object, as API gateways send it."""
    try:
        body = json.loads((exchange.masked_response or b"")[:_SEARCHED])
    except ValueError:  # JSONDecodeError and UnicodeDecodeError
        return ""
    body = body if isinstance(body, dict) else {}
    body |= body["error"] if isinstance(body.get("error"), dict) else {}
    said = (body.get(key) for key in _JSON_KEYS)
    return shorten(next((each for each in said if isinstance(each, str) and each), ""))


_JSON_KEYS: Final = ("message", "Message", "error_description", "detail", "title", "error")
"""Keys of messages in JSON objects of API gateways, and of RFC 9457."""
