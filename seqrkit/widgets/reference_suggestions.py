"""What exchanges brought that the next request asks for: references, and what they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml.etree import _Element

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange
from seqrkit.field_paths import Assignment
from seqrkit.widgets import draft_tree
from seqrkit.widgets.draft import Draft
from seqrkit.widgets.field_specs import Kind

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


def contents(draft: Draft, exchanges: Sequence[Exchange]) -> Iterator[Assignment]:
    """The invoice that a request's reference names, and the tokens that its buyer offered.

    They are those of the last exchange that mentions the reference and has them; of an invoice the
    receipt counts before what was asked for. A token has the status that a merchant answers with.
    """
    given = (draft.text(path) for path, _ in draft.places() if path.endswith("Reference"))
    named = [reference for reference in given if reference]
    about = [each for each in reversed(exchanges) if any(map(each.mentions, named))]
    dates = {path for path, spec in draft.places() if spec.kind is Kind.DATE}
    for spec in draft.specs:
        of_each = map(_CARRIED.get(spec.name, _nothing), about)
        for number, element in enumerate(next(filter(None, of_each), ())):
            place = f"{spec.name}[{number}]." if spec.kind is Kind.ITEMS else f"{spec.name}."
            for path, text in draft_tree.texts(
                spec.inside, draft_tree.read(element, spec.inside), place
            ):
                if path == f"{place}status":
                    yield path, next(s.field.sample for s in spec.inside if s.name == "status")
                elif path not in dates:
                    yield path, text


def _invoice(exchange: Exchange) -> list[_Element]:
    sold = _found(exchange.response, "return/receipt/invoice")
    return sold or _found(exchange.request, "invoice")


def _tokens(exchange: Exchange) -> list[_Element]:
    return _found(exchange.response, "return/customerTokens/token")


def _nothing(_: Exchange) -> list[_Element]:
    return []


_CARRIED: Final = {"invoice": _invoice, "tokens": _tokens}


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
