"""The references that an exchange brought, written where the next request asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element

from seqrkit import soap
from seqrkit.assignments import Assignment
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange
from seqrkit.widgets.draft import Draft

_ANSWERS: Final = {"invoiceVersion": "version"}
"""Fields that are called otherwise in the reply that brings them."""


def references(draft: Draft, exchange: Exchange) -> Iterator[Assignment]:
    """What an exchange knows of the fields of a request, by the paths in its draft.

    The reply's word counts before the request's, but for the same operation again: a refund's
    reply has the refund's own ersReference, and what is asked for once more is the payment's.
    """
    said = _texts(exchange.response, "return/*")
    asked = _texts(exchange.request, "*")
    same = exchange.operation == draft.operation
    known = said | asked if same else asked | said
    for path, spec in draft.places():
        name = _ANSWERS.get(path, path)
        if (path.endswith("Reference") or path in _ANSWERS) and name in known:
            yield path, known[name]
        elif path in _ANSWERS and "invoiceReference" in said:
            yield path, spec.field.sample  # a new invoice, asked for the first time
        if spec.keyed:
            entries = _entries(exchange.request, path) | said
            meant = re.findall(r"\w+", spec.field.meaning)
            yield from ((f"{path}.{key}", entries[key]) for key in meant if key in entries)


def _texts(data: bytes | None, path: str) -> dict[str, str]:
    return {
        soap.local(each): each.text.strip()
        for each in _found(data, path)
        if each.text and each.text.strip()
    }


def _entries(data: bytes, name: str) -> dict[str, str]:
    """The entries of a parameter map."""
    return {
        each.findtext("key") or "": each.findtext("value") or ""
        for each in _found(data, f"{name}/*/entry")
    }


def _found(data: bytes | None, path: str) -> list[_Element]:
    try:
        return soap.read_envelope(soap.parse(data or b"", limit=REPLY_LIMIT)).payload.findall(path)
    except MessageError:
        return []  # no SOAP, or nothing: then it brought nothing
