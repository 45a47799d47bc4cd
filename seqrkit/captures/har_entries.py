"""The entries of an HTTP archive (HAR 1.2). Tools leave out or misuse what they do not know."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from seqrkit.captures.session_format import to_bytes


def har_entries(document: object) -> list[Mapping[str, Any]] | None:
    """Return the entries of an archive; `None` for another JSON document."""
    log = document.get("log") if isinstance(document, dict) else None
    if not isinstance(log, dict):
        return None
    entries = log.get("entries")
    return [each for each in entries if isinstance(each, dict)] if type(entries) is list else []


def part_of(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a part of an entry, such as `request` or `postData`; empty if there is none."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def body_of(part: Mapping[str, Any]) -> bytes:
    """Return the body in a `postData` or `content`; its text if it is not the base64 it claims."""
    params = part.get("params")
    values = (str(each.get("value")) for each in params or () if isinstance(each, dict))
    text = str(part.get("text") or "\n".join(values))
    try:
        return base64.b64decode(text) if part.get("encoding") == "base64" else to_bytes(text)
    except ValueError:
        return text.encode("utf-8", "surrogatepass")


def headers_of(message: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the headers of a request or response, by lower-case name."""
    headers = message.get("headers")
    return {
        str(each.get("name", "")).lower(): str(each.get("value", ""))
        for each in (headers if isinstance(headers, list) else ())
        if isinstance(each, dict)
    }
