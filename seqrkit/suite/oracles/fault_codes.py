"""The faultcode of a SOAP 1.1 fault."""

from __future__ import annotations

from seqrkit import soap
from seqrkit.errors import MessageError
from seqrkit.exchange import REPLY_LIMIT


def unknown_fault_code(reply: bytes) -> str | None:
    """Return a faultcode that is not one of SOAP 1.1, and not qualified by another namespace."""
    try:
        payload = soap.read_envelope(soap.parse(reply, limit=REPLY_LIMIT)).payload
    except MessageError:
        return None
    code = payload.find("faultcode")
    if code is None:  # stacks also write the elements of SOAP 1.2
        return None
    text = soap.text_of(code) or ""
    prefix, colon, name = text.rpartition(":")
    space = code.nsmap.get(prefix, soap.ENVELOPE_NAMESPACE) if colon else ""
    is_known = colon and (
        space != soap.ENVELOPE_NAMESPACE or name.partition(".")[0] in soap.FAULT_CODES
    )
    return None if is_known else text
