"""Messages inside JSON: HAR archives, session files, logs in JSON, and messages written as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lxml import etree
from lxml.etree import _Element

from seqrkit.captures.captured_message import Captured, Remark, trimmed
from seqrkit.captures.har_entries import body_of, har_entries, headers_of, part_of
from seqrkit.captures.session_format import is_exchange, to_bytes, to_text
from seqrkit.soap import carried
from seqrkit.vocabulary import NAMESPACE

_AS_STRING: Final = Remark(
    "soap.wrapped", "the message is inside a JSON string; send the XML itself, as text/xml"
)
_AS_OBJECT: Final = Remark(
    "soap.wrapped", "the message is JSON; the service reads XML: send a SOAP envelope as text/xml"
)
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*")
_TEXT_KEYS: Final = frozenset({"#text", "_", "$t", "$value"})


Unwrap = Callable[[bytes, re.Pattern[bytes]], list[Captured]]
"""Finds a message in another encoding of text, such as base64."""


def json_messages(data: bytes, names: re.Pattern[bytes], unwrap: Unwrap) -> list[Captured] | None:
    """Return the messages in a JSON document or in JSON Lines; `None` for other bytes.

    `names` finds the tag of a message's outermost element.
    """
    finder = _Finder(names, unwrap)
    try:
        return list(finder.document(json.loads(data)))
    except (ValueError, RecursionError):
        return _in_lines(data, finder)


def _in_lines(data: bytes, finder: _Finder) -> list[Captured] | None:
    """Return the messages in several JSON documents, one in a line or over several lines."""
    documents = [each for each in _documents(data) if isinstance(each[1], dict | list)]
    found = [
        replace(each, line=line, origin=f"line {line}, {each.origin}".rstrip(", "))
        for line, value in _joined(documents, finder.is_cut)
        for each in finder.document(value)
    ]
    return found if found or any(isinstance(value, dict) for _, value in documents) else None


def _documents(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the JSON documents that follow each other, with their lines; skip other lines."""
    text = data.decode("utf-8", "surrogateescape")
    decoder = json.JSONDecoder()
    line = 1
    at = counted = failures = 0
    while failures < _MOST_FAILURES and (found := _BEGINNING.search(text, at)):
        start = found.end() - 1
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            at = text.find("\n", start) + 1 or len(text)
            failures += 1
            continue
        line, counted = line + text.count("\n", counted, start), start
        yield line, value


def _joined(
    documents: list[tuple[int, Any]], is_cut: Callable[[str], bool]
) -> Iterator[tuple[int, Any]]:
    """Yield documents; those of a log with one line of a message in each are joined to one."""
    texts: dict[str, list[tuple[int, str]]] = {}
    for line, value in documents:
        for key, text in value.items() if isinstance(value, dict) else ():
            if isinstance(text, str):
                texts.setdefault(key, []).append((line, text.rstrip("\n")))
    for pieces in texts.values():
        if any(is_cut(text) for _, text in pieces):
            yield pieces[0][0], {"lines": "\n".join(text for _, text in pieces)}
            return
    yield from documents


_BEGINNING: Final = re.compile(r"^[ \t\x1e]*[{\[]|(?<=[}\]])[ ,]{0,3}[{\[]", re.MULTILINE)
_MOST_FAILURES: Final = 20
"""How many documents may be damaged: each can take as long as the whole file."""


class _Finder:
    """Finds the messages in a value from JSON."""

    def __init__(self, names: re.Pattern[bytes], unwrap: Unwrap) -> None:
        self._names = names
        self._unwrap = unwrap

    def is_cut(self, text: str) -> bool:
        """Return whether a text has the first tag of a message, and not the last one."""
        opening = self._names.search(to_bytes(text))
        return opening is not None and f"</{opening[1].decode()}" not in text

    def document(self, value: Any) -> Iterator[Captured]:  # noqa: ANN401 - any JSON
        """Yield the messages of a whole document."""
        if isinstance(value, str):
            yield from (replace(each, remarks=(_AS_STRING,)) for each in self._value(value, ""))
        elif (entries := har_entries(value)) is not None:
            yield from self._archive(entries)
        elif is_exchange(value):
            yield from self._exchange(value)
        else:
            yield from self._value(value, "")

    def _archive(self, entries: list[Mapping[str, Any]]) -> Iterator[Captured]:
        for number, entry in enumerate(entries, 1):
            request, response = part_of(entry, "request"), part_of(entry, "response")
            body = body_of(part_of(request, "postData"))
            if not (self._names.search(body) or self._unwrap(body, self._names)):
                continue  # a browser's archive is full of pages, images and scripts
            yield Captured(
                data=body,
                origin=f"entry {number}, request",
                keeps_lines=False,
                headers=headers_of(request),
                method=request.get("method") or "",
            )
            if not response.get("status"):
                continue  # no response arrived
            yield Captured(
                data=body_of(part_of(response, "content")),
                origin=f"entry {number}, response",
                keeps_lines=False,
                headers=headers_of(response),
                status=response.get("status") or 0,
            )

    def _exchange(self, saved: Mapping[str, Any]) -> Iterator[Captured]:
        for key in ("request", "response"):
            if isinstance(saved.get(key), str):
                headers = saved.get(f"{key}_headers") or {}
                yield Captured(
                    data=to_bytes(saved[key]),
                    origin=key,
                    keeps_lines=False,
                    headers={str(name).lower(): str(text) for name, text in headers.items()},
                    method="POST" if key == "request" else "",
                    status=saved.get("status") if key == "response" else None,
                )

    def _value(self, value: Any, place: str) -> Iterator[Captured]:  # noqa: ANN401 - any JSON
        if isinstance(value, str):
            data = to_bytes(value)
            opening = self._names.search(data)
            if opening is not None:
                yield Captured(data=trimmed(data, opening), origin=place, keeps_lines=False)
            else:
                for each in self._unwrap(data, self._names):
                    yield replace(each, origin=place, keeps_lines=False)
        elif isinstance(value, list):
            whole = self._text_of(value)
            for number, each in enumerate(value if whole is None else (), 1):
                yield from self._value(each, f"{place}[{number}]")
            if whole is not None:
                yield from self._value(whole, place)
        elif isinstance(value, dict):
            for key, each in value.items():
                name = _local(key)
                # An envelope as JSON is searched for the operation inside.
                is_message = name != "Envelope" and self._names.search(to_bytes(f"<{name}>"))
                if isinstance(each, dict | list) and is_message:
                    element = etree.Element(f"{{{NAMESPACE}}}{name}")
                    _fill(element, each[0] if isinstance(each, list) and each else each)
                    xml = etree.tostring(element)
                    yield Captured(data=xml, origin=place, keeps_lines=False, remarks=(_AS_OBJECT,))
                else:
                    yield from self._value(each, f"{place}.{key}".lstrip("."))

    def _text_of(self, values: list[Any]) -> str | None:
        """Return the text that an array is: its bytes, or the lines of a message."""
        types = set(map(type, values))
        if types == {int}:
            # Java writes bytes from -128 to 127.
            return to_text(bytes(each % 256 for each in values))
        is_text = types == {str} and any(map(self.is_cut, values))
        return "\n".join(values) if is_text else None


def _fill(element: _Element, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Write a JSON value into an element, as common converters between XML and JSON do."""
    if isinstance(value, dict):
        for key, inside in value.items():
            if key in _TEXT_KEYS:
                _fill(element, inside)
            elif _NAME.fullmatch(_local(key)) and not key.startswith(("@", "$", "xmlns")):
                for each in inside if isinstance(inside, list) else [inside]:
                    _fill(etree.SubElement(element, _local(key)), each)
    elif value is not None:
        element.text = carried(str(value).lower() if isinstance(value, bool) else str(value))


def _local(key: str) -> str:
    return key.rpartition(":")[2]
