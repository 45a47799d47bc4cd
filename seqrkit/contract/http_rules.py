"""Findings about the HTTP headers of a captured message."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from seqrkit.captures.captured_message import Captured
from seqrkit.contract import envelope_rules
from seqrkit.contract.findings import Finding, Rule, quote

_XML: Final = frozenset({"text/xml"})
_SOAP_12: Final = "application/soap+xml"
_FAULT: Final = "Fault"


def http_findings(captured: Captured, name: str) -> list[Finding]:
    """Return what is wrong with the headers of a message; `name` is its operation or reply."""
    if not captured.method and captured.status is None:
        return []
    found = _media_type(captured) if captured.method or name else []
    if captured.method:
        found += _action(captured, name)
        if captured.method != "POST":
            found.append((envelope_rules.HTTP_HEADER, f"the method is {captured.method}; use POST"))
    elif captured.status:
        found += _status(captured.status, name)
    return _findings(found)


def status_findings(status: int, name: str) -> list[Finding]:
    """Return what is wrong with the HTTP status of a response; `name` is that of its element."""
    return _findings(_status(status, name))


def framing_findings(headers: Mapping[str, str], size: int, damage: str) -> list[Finding]:
    """Return what is wrong with the framing or compression of a body of `size` bytes.

    `damage` is why its end was not found; it is empty for a body that is complete.
    """
    named = {name.lower(): value.strip() for name, value in headers.items()}
    declared = named.get("content-length", "")
    if declared.isdecimal() and int(declared) > size and "content-encoding" not in named:
        message = f"Content-Length is {declared}, but {size} bytes came; send the number of bytes"
    elif damage:
        message = f"the end of the body was not found ({damage}); frame and compress it correctly"
    else:
        return []
    return _findings([(envelope_rules.HTTP_HEADER, message)])


def _findings(found: list[tuple[Rule, str]]) -> list[Finding]:
    return [Finding(rule, "", 1, message) for rule, message in found]


def _media_type(captured: Captured) -> list[tuple[Rule, str]]:
    given = captured.headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    taken_apart = any(each.rule == envelope_rules.MEDIA_TYPE.id for each in captured.remarks)
    # A capture without any headers has left them out.
    if media_type in _XML or not captured.headers or taken_apart:
        return []
    if not media_type:
        message = "there is no Content-Type; send Content-Type: text/xml; charset=utf-8"
        return [(envelope_rules.HTTP_HEADER, message)]
    what = "the media type of SOAP 1.2" if media_type == _SOAP_12 else "not that of SOAP 1.1"
    message = f"Content-Type is {quote(media_type)}, {what}; send text/xml; charset=utf-8"
    return [(envelope_rules.MEDIA_TYPE, message)]


def _action(captured: Captured, name: str) -> list[tuple[Rule, str]]:
    action = captured.headers.get("soapaction", "").strip().strip("\"'")
    if not action:
        return []
    said = action.rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]
    other = f", but the operation is {name}" if name and said != name else ""
    message = f'SOAPAction is {quote(action)}{other}; send SOAPAction: "", as the WSDL says'
    return [(envelope_rules.HTTP_HEADER, message)]


def _status(status: int, name: str) -> list[tuple[Rule, str]]:
    right = HTTPStatus.INTERNAL_SERVER_ERROR if name == _FAULT else HTTPStatus.OK
    if status == right:
        return []
    if name:
        what = "a fault" if name == _FAULT else "a reply"
        message = f"{what} has HTTP status {status}; the service sends it with {int(right)}"
    else:
        message = f"HTTP status {status} without a SOAP message: the web server answered, not SEQR"
    return [(envelope_rules.HTTP_HEADER, message)]
