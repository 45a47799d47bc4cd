"""SOAP faults: write those of SOAP 1.1, read those of SOAP 1.1 and 1.2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from lxml import etree

from seqrkit.soap.elements import local, namespace, text_of
from seqrkit.soap.envelope import ENVELOPE_NAMESPACE, SOAP12_NAMESPACE
from seqrkit.soap.masking import MASK, mask_text
from seqrkit.soap.secrets import NO_SECRETS, Secrets
from seqrkit.vocabulary import NAMESPACE

FAULT: Final = f"{{{ENVELOPE_NAMESPACE}}}Fault"
_FAULTS: Final = frozenset({FAULT, f"{{{SOAP12_NAMESPACE}}}Fault", "Fault"})
"""Faults of SOAP 1.1 and 1.2, and one whose author forgot the namespace."""
_PARTS: Final = (("faultcode", "code", "Value"), ("faultstring", "reason", "Text"))
"""Of code and reason: the element of SOAP 1.1, that of SOAP 1.2, and the one with its text."""
FAULT_CODES: Final = ("Client", "Server", "MustUnderstand", "VersionMismatch")
"""The fault codes of SOAP 1.1, section 4.4.1, each of which may be refined after a dot."""
_CODES: Final = {
    **{each.lower(): each for each in FAULT_CODES},
    # The rest of the toolkit knows the names of SOAP 1.1 only.
    "sender": "Client",  # of SOAP 1.2
    "receiver": "Server",
}
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: who caused it (`Client`, `Server`, ...), the reason, and details as text.

    `odd_code` is a faultcode that is not one of SOAP 1.1, and not qualified by another namespace.
    """

    code: str
    reason: str
    detail: str
    odd_code: str | None = None

    @property
    def blames_the_message(self) -> bool:
        """Whether its code is one of SOAP 1.1 for a message that could not be processed."""
        return self.code.partition(".")[0] in {"Client", "MustUnderstand", "VersionMismatch"}


def fault(code: str, reason: str, detail: str = "") -> bytes:
    """Return the envelope of a SOAP fault; `code` is `Client`, `Server` or another of SOAP 1.1."""
    details = f"<detail>{_escaped(detail)}</detail>" if detail else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{ENVELOPE_NAMESPACE}"><soap:Body><soap:Fault>'
        f"<faultcode>soap:{code}</faultcode><faultstring>{_escaped(reason)}</faultstring>"
        f"{details}</soap:Fault></soap:Body></soap:Envelope>\n"
    ).encode()


def is_fault(payload: etree._Element) -> bool:
    """Return whether the element in a Body is a fault, even one in a wrong namespace or case."""
    is_named = local(payload).lower() == "fault" and namespace(payload) != NAMESPACE
    return payload.tag in _FAULTS or is_named


def read_fault(payload: etree._Element, secrets: Secrets = NO_SECRETS) -> Fault | None:
    """Return the content of a fault of SOAP 1.1 or 1.2, or `None` if the payload is not a fault.

    Password elements and `secrets` are masked, because some services repeat the request that they
    refuse.
    """
    if not is_fault(payload):
        return None
    parts = {local(child).lower(): child for child in payload.iterchildren("*")}
    code, reason = (_part(parts, *names) for names in _PARTS)
    # A code may be refined after a dot (SOAP 1.1, section 4.4.1), and is a QName, which Java prints
    # with its namespace in braces.
    code, dot, rest = re.split("[:}]", code)[-1].strip().partition(".")
    code = f"{_CODES.get(code.lower(), code)}{dot}{rest}"
    detail, odd = parts.get("detail"), _odd_code(parts.get("faultcode"))
    return Fault(
        code=secrets.mask(code),
        reason=secrets.mask(mask_text(reason).strip()),
        detail="" if detail is None else secrets.mask(mask_text(_all_text(detail))),
        odd_code=None if odd is None else secrets.mask(odd),
    )


def _odd_code(element: etree._Element | None) -> str | None:
    if element is None:  # stacks also write the elements of SOAP 1.2
        return None
    text = text_of(element) or ""
    prefix, colon, name = text.rpartition(":")
    space = element.nsmap.get(prefix, ENVELOPE_NAMESPACE) if colon else ""
    is_known = colon and (space != ENVELOPE_NAMESPACE or name.partition(".")[0] in FAULT_CODES)
    return None if is_known else text


def carried(text: str) -> str:
    """Return a text with each character that XML cannot carry replaced by U+FFFD."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _escaped(text: str) -> str:
    return escape(carried(text), quote=False)


def _part(parts: Mapping[str, etree._Element], old: str, new: str, inner: str) -> str:
    if old in parts:
        return "".join(_texts(parts[old]))
    found = parts.get(new)
    texts = [] if found is None else [each for each in found if local(each) == inner]
    # SOAP 1.2 may give the reason in several languages.
    english = [each for each in texts if each.get(_LANGUAGE, "").lower().startswith("en")]
    return next((each.text or "" for each in (*english, *texts)), "")


def _all_text(element: etree._Element) -> str:
    return " ".join("".join(_texts(element)).split())


def _texts(element: etree._Element) -> Iterator[str]:
    """Yield all texts in an element, those of passwords masked."""
    if local(element).lower().endswith(("password", "passwd")):
        yield MASK
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
