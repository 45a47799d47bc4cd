"""The rules about a message as a whole, about each element, and about sessions of messages.

Their statements are in schemas/message-rules.toml.
"""

from __future__ import annotations

from typing import Final

from seqrkit import schemas
from seqrkit.contract.findings import Finding, Rule, Severity
from seqrkit.soap import Document

_FILE: Final = "message-rules.toml"


def _rule(id_: str, statement: str, source: str, severity: str = "error", note: str = "") -> Rule:
    path, _, kind = id_.rpartition(".")
    return Rule(id_, path, kind, statement, Severity(severity), schemas.Source(source), note)


_RULES: Final = {key: _rule(key, **entry) for key, entry in schemas.read_toml(_FILE).items()}

SOAP_RULES: Final = {key: rule for key, rule in _RULES.items() if rule.path == "soap"}
"""The rules about the envelope and about XML, by id."""

WIRE_RULES: Final = {key: rule for key, rule in _RULES.items() if rule.path == "wire"}
"""The rules about every element, by id."""

SESSION_RULES: Final = {
    key: rule for key, rule in _RULES.items() if key not in SOAP_RULES | WIRE_RULES
}
"""The rules across the messages of a session, by id."""

NOT_XML: Final = _RULES["soap.not-xml"]
SURROUNDINGS: Final = _RULES["soap.surroundings"]
ENCODING: Final = _RULES["soap.encoding"]
WRAPPED: Final = _RULES["soap.wrapped"]
MEDIA_TYPE: Final = _RULES["soap.media-type"]
HTTP_HEADER: Final = _RULES["soap.http-header"]
DOCUMENT_LITERAL: Final = _RULES["soap.document-literal"]
HEADER: Final = _RULES["soap.header"]
EXCERPT: Final = _RULES["soap.excerpt"]
TOO_LARGE: Final = _RULES["soap.too-large"]
DTD: Final = _RULES["soap.dtd"]
NOT_SOAP: Final = _RULES["soap.not-soap"]
EMPTY_BODY: Final = _RULES["soap.empty-body"]
ONE_OPERATION: Final = _RULES["soap.one-operation"]
UNKNOWN_OPERATION: Final = _RULES["soap.unknown-operation"]
NAMESPACE: Final = _RULES["soap.namespace"]
ATTRIBUTE: Final = _RULES["wire.attribute"]
XSI_TYPE: Final = _RULES["wire.xsi-type"]
TEXT: Final = _RULES["wire.text"]
ESCAPED_TWICE: Final = _RULES["wire.escaped-twice"]
MISREAD: Final = _RULES["wire.misread"]
PLACEHOLDER: Final = _RULES["wire.placeholder"]
NIL: Final = _RULES["wire.nil"]
PARAMETER_MAP: Final = _RULES["wire.parameter-map"]
SCHEMA: Final = _RULES["wire.schema"]


def about_document(document: Document) -> tuple[Finding, ...]:
    """Return the findings about the encoding of a document and about what surrounds it."""
    refusal = [Finding(NOT_XML, "", 1, document.refusal)] if document.refusal else []
    return (
        *refusal,
        *(Finding(SURROUNDINGS, "", 1, remark) for remark in document.surroundings),
        *(Finding(ENCODING, "", 1, label) for label in document.labels),
    )


def too_large(limit: int, size: int | None = None) -> Finding:
    """Return the finding about a message that is larger than a limit in bytes."""
    much = "the message has more" if size is None else f"the message has {size:,} bytes, more"
    return Finding(TOO_LARGE, "", None, f"{much} than the limit of {limit:,} bytes")
