"""The rules of the envelope and of XML itself, the same for every operation."""

from __future__ import annotations

from typing import Final

from seqrkit.contract.findings import Finding, Rule, Severity
from seqrkit.soap import Document

SOAP_SOURCE: Final = "wire: SOAP 1.1"


def _rule(path: str, kind: str, statement: str, source: str = "wire", note: str = "") -> Rule:
    return Rule(f"{path}.{kind}", path, kind, statement, Severity.ERROR, source, note)


def _advice(path: str, kind: str, statement: str, source: str, note: str) -> Rule:
    return Rule(f"{path}.{kind}", path, kind, statement, Severity.WARNING, source, note)


NOT_XML: Final = _rule("soap", "not-xml", "a message is well-formed XML", SOAP_SOURCE)
SURROUNDINGS: Final = _rule(
    "soap",
    "surroundings",
    "a message is nothing but its envelope, from the first byte to the last",
    SOAP_SOURCE,
    "the envelope is judged without what stands around it",
)
ENCODING: Final = _advice(
    "soap",
    "encoding",
    "byte order mark, charset of the Content-Type and XML declaration name one encoding",
    "wire: RFC 7303, section 3",
    "of several, the first in this order counts; without any it is UTF-8",
)
WRAPPED: Final = _rule(
    "soap",
    "wrapped",
    "a message is sent as XML, not as text inside another format",
    SOAP_SOURCE,
    "the message inside is judged",
)
MEDIA_TYPE: Final = _rule(
    "soap", "media-type", "a message is sent as text/xml, without attachments", SOAP_SOURCE
)
HTTP_HEADER: Final = _advice(
    "soap",
    "http-header",
    "a message has the HTTP method, headers and status of SOAP 1.1",
    "wire: SOAP 1.1, section 6",
    "the service ignores SOAPAction and accepts a missing Content-Type (public clients)",
)
DOCUMENT_LITERAL: Final = _rule(
    "soap",
    "document-literal",
    "messages are document/literal: no encodingStyle, no href and no multiRef",
    "wire: WSDL 1.1",
    "the message is judged as if it were document/literal",
)
HEADER: Final = _advice(
    "soap",
    "header",
    "a message has no headers of WS-Security or WS-Addressing",
    SOAP_SOURCE,
    "the API defines no headers; the service ignores them (public clients)",
)
EXCERPT: Final = _advice(
    "soap",
    "excerpt",
    "a file contains whole messages and no other text",
    SOAP_SOURCE,
    "not a mistake in a log or a document; only the messages are judged",
)
TOO_LARGE: Final = _rule(
    "soap",
    "too-large",
    "a message is not larger than the size limit",
    "convention: a limit of seqrkit",
    "the documents name no limit; the limit is an option",
)
DTD: Final = _rule("soap", "dtd", "a message has no document type declaration", SOAP_SOURCE)
NOT_SOAP: Final = _rule(
    "soap", "not-soap", "a message is a SOAP envelope or the element of an operation", SOAP_SOURCE
)
VERSION: Final = _rule("soap", "version", "the envelope has the namespace of SOAP 1.1", SOAP_SOURCE)
EMPTY_BODY: Final = _rule("soap", "empty-body", "the Body contains an operation", SOAP_SOURCE)
ONE_OPERATION: Final = _rule(
    "soap",
    "one-operation",
    "the Body contains only one operation",
    SOAP_SOURCE,
    "only the first operation is checked",
)
UNKNOWN_OPERATION: Final = _rule(
    "soap", "unknown-operation", "the Body contains an operation of the interface or its reply"
)
NAMESPACE: Final = _rule(
    "soap", "namespace", "the operation's element is in the service's namespace"
)
MUST_UNDERSTAND: Final = _rule(
    "soap",
    "must-understand",
    "no header has mustUnderstand, because the API defines no headers",
    SOAP_SOURCE,
)

ATTRIBUTE: Final = _rule(
    "wire",
    "attribute",
    "elements have no attributes",
    note="the service ignores them (vendor's interface)",
)
XSI_TYPE: Final = _rule(
    "wire",
    "xsi-type",
    "xsi:type names the type of the element in the published schema, or one derived from it",
    note="the service ignores the attribute (assumed)",
)
TEXT: Final = _rule("wire", "text", "only white space is allowed between elements")
ESCAPED_TWICE: Final = _advice(
    "wire",
    "escaped-twice",
    "a text is escaped once",
    "wire: XML 1.0, section 2.4",
    "the buyer sees the text as it is after one unescaping",
)
MISREAD: Final = _advice(
    "wire",
    "misread",
    "a text is encoded once",
    "wire: XML 1.0, section 4.3.3",
    "the buyer sees two or three wrong characters in place of one",
)
NIL: Final = _rule(
    "wire",
    "nil",
    "no element is nillable; an element without a value is omitted",
    note="public clients send xsi:nil, and the service reads the element as absent",
)
PARAMETER_MAP: Final = _rule(
    "wire",
    "parameter-map",
    "the entries of parameters are inside an element named parameter",
    note="the vendor's FAQ shows the map without it; the service then reads an empty map",
)
SCHEMA: Final = _rule(
    "wire",
    "schema",
    "the message is valid by the documented schema",
    note="libxml2 rejects the message and no rule explains why; please report this to seqrkit",
)

SOAP_RULES: Final = {
    rule.id: rule
    for rule in (
        NOT_XML,
        SURROUNDINGS,
        ENCODING,
        WRAPPED,
        MEDIA_TYPE,
        HTTP_HEADER,
        DOCUMENT_LITERAL,
        HEADER,
        EXCERPT,
        TOO_LARGE,
        DTD,
        NOT_SOAP,
        VERSION,
        EMPTY_BODY,
        ONE_OPERATION,
        UNKNOWN_OPERATION,
        NAMESPACE,
        MUST_UNDERSTAND,
    )
}
"""Rules about the envelope and about XML, by id."""

WIRE_RULES: Final = {
    rule.id: rule
    for rule in (
        ATTRIBUTE,
        XSI_TYPE,
        TEXT,
        ESCAPED_TWICE,
        MISREAD,
        NIL,
        PARAMETER_MAP,
        SCHEMA,
    )
}
"""Rules about every element, by id."""


def about_document(document: Document) -> tuple[Finding, ...]:
    """Return the findings about the encoding of a document and about what surrounds it."""
    refusal = [Finding(NOT_XML, "", 1, document.refusal)] if document.refusal else []
    return (
        *refusal,
        *(Finding(SURROUNDINGS, "", 1, remark) for remark in document.surroundings),
        *(Finding(ENCODING, "", 1, label) for label in document.labels),
    )
