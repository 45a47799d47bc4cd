"""SOAP messages: bytes to elements and back, independent of any operation.

Takes bytes from the wire, decides their encoding and finds the envelope in them; returns elements,
faults and outcomes. Imports only the vocabulary and the errors.
"""

from __future__ import annotations

from seqrkit.soap.elements import local, namespace, text_of
from seqrkit.soap.encoding import charset_of
from seqrkit.soap.envelope import (
    BODY,
    CONTENT_TYPE,
    ENVELOPE,
    ENVELOPE_NAMESPACE,
    HEADERS,
    SOAP12_NAMESPACE,
    Message,
    envelope,
    indent,
    must_understand,
    payload_of,
    read_envelope,
)
from seqrkit.soap.fault import FAULT, Fault, carried, fault, is_fault, read_fault
from seqrkit.soap.masking import MASK, mask_personal_data, personal_values, unmask
from seqrkit.soap.outcome import Outcome, outcome_of, read_outcome, read_payload, read_reply
from seqrkit.soap.parser import MAX_BYTES, Document, parse, read_document
from seqrkit.soap.secrets import NO_SECRETS, Secrets, mask

__all__ = [
    "BODY",
    "CONTENT_TYPE",
    "ENVELOPE",
    "ENVELOPE_NAMESPACE",
    "FAULT",
    "HEADERS",
    "MASK",
    "MAX_BYTES",
    "NO_SECRETS",
    "SOAP12_NAMESPACE",
    "Document",
    "Fault",
    "Message",
    "Outcome",
    "Secrets",
    "carried",
    "charset_of",
    "envelope",
    "fault",
    "indent",
    "is_fault",
    "local",
    "mask",
    "mask_personal_data",
    "must_understand",
    "namespace",
    "outcome_of",
    "parse",
    "payload_of",
    "personal_values",
    "read_document",
    "read_envelope",
    "read_fault",
    "read_outcome",
    "read_payload",
    "read_reply",
    "text_of",
    "unmask",
]
