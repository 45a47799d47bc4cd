"""References from earlier exchanges, and the invoices and tokens they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lxml.etree import _Element

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT, Exchange
from seqrkit.field_paths import Assignment
from seqrkit.widgets.field_specs import Kind, texts_of
from seqrkit.widgets.request_draft import Draft

_ANSWERS: Final = {"invoiceVersion": "version"}
"""Fields whose name in the reply differs."""
_CARRIED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "invoice": (("response", "return/receipt/invoice"), ("request", "invoice")),
    "tokens": (("response", "return/customerTokens/token"),),
}
"""Parts of a message that earlier exchanges have: request or reply, and the path there."""


def references(draft: Draft, exchange: Exchange) -> Iterator[Assignment]:
    """Yield references from an exchange for the fields of a draft.

    The reply takes precedence over the request, except for the same operation: the reply to
    refundPayment has the ersReference of the refund, and a second refund needs the payment's.
    """
    replied = _texts(exchange.response, "return/*")
    requested = _texts(exchange.request, "*")
    same = exchange.operation == draft.operation
    known = replied | requested if same else requested | replied
    for path, spec in draft.places():
        name = _ANSWERS.get(path, path)
        if (path.endswith("Reference") or path in _ANSWERS) and name in known:
            yield path, known[name]
        elif path in _ANSWERS and "invoiceReference" in replied:
            yield path, spec.field.sample  # the first poll of a new invoice
        if spec.keyed:
            entries = _entries(exchange.request, path) | replied
            meant = re.findall(r"\w+", spec.field.meaning)
            yield from ((f"{path}.{key}", entries[key]) for key in meant if key in entries)


def contents(draft: Draft, exchanges: Sequence[Exchange]) -> Iterator[Assignment]:
    """Yield the invoice that a draft's reference names, and the tokens that its buyer offered.

    They come from the last exchange that mentions the reference and has them; the invoice in a
    receipt takes precedence over that of a request. Tokens get the status of a merchant's answer.
    """
    given = (draft.text(path) for path, _ in draft.places() if path.endswith("Reference"))
    named = [reference for reference in given if reference]
    about = [each for each in reversed(exchanges) if any(map(each.mentions, named))]
    dates = {path for path, spec in draft.places() if spec.kind is Kind.DATE}
    for spec in draft.specs:
        places = _CARRIED.get(spec.name, ())
        of_each = (_found(getattr(each, part), path) for each in about for part, path in places)
        for number, element in enumerate(next(filter(None, of_each), ())):
            place = f"{spec.name}[{number}]." if spec.kind is Kind.ITEMS else f"{spec.name}."
            for path, text in texts_of(element, spec.inside, place):
                if path == f"{place}status":
                    yield path, next(s.field.sample for s in spec.inside if s.name == "status")
                # The date of an earlier invoice would be wrong for a new one.
                elif isinstance(text, str) and path not in dates:
                    yield path, text


def texts_of_exchange(exchange: Exchange) -> dict[str, str]:
    """Return the texts of request and reply by element name, without those inside parts."""
    return _texts(exchange.request, "*") | _texts(exchange.response, "return/*")


def _texts(data: bytes | None, path: str) -> dict[str, str]:
    return {
        soap.local(each): each.text.strip()
        for each in _found(data, path)
        if each.text and each.text.strip()
    }


def _entries(data: bytes, name: str) -> dict[str, str]:
    """Return the entries of a parameter map."""
    return {
        each.findtext("key") or "": each.findtext("value") or ""
        for each in _found(data, f"{name}/*/entry")
    }


def _found(data: bytes | None, path: str) -> list[_Element]:
    try:
        return soap.read_envelope(soap.parse(data or b"", limit=REPLY_LIMIT)).payload.findall(path)
    except MessageError:
        return []  # not SOAP, or no bytes: no references
