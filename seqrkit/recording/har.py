"""Exchanges as an HTTP Archive (HAR 1.2), for browsers' developer tools and other tools.

Passwords are masked, in the envelopes and in the headers and address that carry credentials. What
HAR has no field for (findings, result code, failure) stands in fields that begin with an
underscore, as its specification provides for.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from seqrkit import soap
from seqrkit._version import __version__
from seqrkit.exchange import Exchange
from seqrkit.http_client import without_credentials

JsonObject = dict[str, object]

# An archive is attached to bug reports.
_CREDENTIALS: Final = {"authorization", "proxy-authorization", "cookie", "set-cookie"}
# HAR's own word for a size that was not measured.
_UNKNOWN: Final = -1


def har(exchanges: Iterable[Exchange]) -> JsonObject:
    """The archive as plain data, ready for JSON."""
    return har_of_entries(map(_entry, exchanges))


def har_of_entries(entries: Iterable[Mapping[str, object]]) -> JsonObject:
    """Return an archive of entries that other archives have."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "seqrkit", "version": __version__},
            "pages": [],
            "entries": list(entries),
        }
    }


def har_bytes(exchanges: Iterable[Exchange]) -> bytes:
    """The archive as a file has it: JSON in UTF-8."""
    return (json.dumps(har(exchanges), ensure_ascii=False, indent=1) + "\n").encode()


def _entry(exchange: Exchange) -> JsonObject:
    milliseconds = round(exchange.duration * 1000, 3)
    entry: JsonObject = {
        "startedDateTime": exchange.started_at.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        # Only the whole was measured, and HAR wants the parts to add up to `time`.
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{exchange.number} {exchange.operation or 'unknown operation'}",
        "_interface": exchange.interface,
        "_resultCode": exchange.result_code,
        "_findings": [finding.to_dict() for finding in exchange.findings],
        "_replyFindings": [finding.to_dict() for finding in exchange.reply_findings],
    }
    if exchange.failure:
        entry["_error"] = str(exchange.failure)
    return entry


def _request(exchange: Exchange) -> JsonObject:
    body = exchange.masked_request
    url = without_credentials(exchange.endpoint)
    return {
        "method": "POST",
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.request_headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        ],
        "postData": {
            "mimeType": _content_type(exchange.request_headers) or soap.CONTENT_TYPE,
            "params": [],
            "text": body.decode("utf-8", "replace"),
        },
        "headersSize": _UNKNOWN,
        "bodySize": len(body),
    }


def _response(exchange: Exchange) -> JsonObject:
    body = exchange.masked_response or b""
    status = exchange.status or 0  # 0 is what browsers write where no answer came
    return {
        "status": status,
        "statusText": _phrase(status),
        "httpVersion": "HTTP/1.1" if status else "",
        "cookies": [],
        "headers": _headers(exchange.response_headers),
        "content": _content(body, _content_type(exchange.response_headers)),
        "redirectURL": "",
        "headersSize": _UNKNOWN,
        "bodySize": len(body) if status else _UNKNOWN,
    }


def _content(body: bytes, content_type: str) -> JsonObject:
    content: JsonObject = {"size": len(body), "mimeType": content_type or "x-unknown"}
    try:
        content["text"] = body.decode("utf-8")
    except UnicodeDecodeError:
        # The bytes of a broken reply are the evidence; replacing characters would spoil it.
        content["text"] = base64.b64encode(body).decode("ascii")
        content["encoding"] = "base64"
    return content


def _headers(headers: Mapping[str, str] | None) -> list[JsonObject]:
    return [
        {"name": name, "value": soap.MASK if name.lower() in _CREDENTIALS else value}
        for name, value in (headers or {}).items()
    ]


def _content_type(headers: Mapping[str, str] | None) -> str:
    named = {name.lower(): value for name, value in (headers or {}).items()}
    return named.get("content-type", "")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
