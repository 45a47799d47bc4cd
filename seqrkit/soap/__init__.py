"""SOAP messages: bytes to elements and back, with nothing that belongs to one operation.

Takes bytes off the wire, decides their encoding and finds the envelope in them; gives elements,
faults and outcomes. Imports nothing of seqrkit but the vocabulary and the errors.
"""

from __future__ import annotations

from seqrkit.soap.encoding import charset_of
from seqrkit.soap.message import (
    BODY,
    CONTENT_TYPE,
    ENVELOPE,
    ENVELOPE_NAMESPACE,
    FAULT,
    HEADERS,
    MASK,
    MAX_BYTES,
    SOAP12_NAMESPACE,
    Document,
    Fault,
    Message,
    carried,
    envelope,
    fault,
    indent,
    local,
    mask,
    namespace,
    parse,
    read_document,
    read_envelope,
    read_fault,
    unmask,
)
from seqrkit.soap.outcome import Outcome, outcome_of, payload_of, read_outcome

__all__ = [
    "BODY",
    "CONTENT_TYPE",
    "ENVELOPE",
    "ENVELOPE_NAMESPACE",
    "FAULT",
    "HEADERS",
    "MASK",
    "MAX_BYTES",
    "SOAP12_NAMESPACE",
    "Document",
    "Fault",
    "Message",
    "Outcome",
    "carried",
    "charset_of",
    "envelope",
    "fault",
    "indent",
    "local",
    "mask",
    "namespace",
    "outcome_of",
    "parse",
    "payload_of",
    "read_document",
    "read_envelope",
    "read_fault",
    "read_outcome",
    "unmask",
]
