"""The rules of the envelope and of XML itself, the same for every operation."""

from __future__ import annotations

from typing import Final

from seqrkit.contract.findings import Rule, Severity

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
TOO_LARGE: Final = _rule(
    "soap",
    "too-large",
    "a message stays within the size limit",
    "assumed: a limit of this toolkit",
    "the documents name no limit",
)
DTD: Final = _rule("soap", "dtd", "a message has no document type declaration", SOAP_SOURCE)
NOT_SOAP: Final = _rule(
    "soap", "not-soap", "a message is a SOAP envelope, or an operation's element", SOAP_SOURCE
)
VERSION: Final = _rule("soap", "version", "the envelope is one of SOAP 1.1", SOAP_SOURCE)
EMPTY_BODY: Final = _rule("soap", "empty-body", "the Body holds one operation", SOAP_SOURCE)
ONE_OPERATION: Final = _rule(
    "soap",
    "one-operation",
    "the Body holds no more than one operation",
    SOAP_SOURCE,
    "the first one is judged",
)
UNKNOWN_OPERATION: Final = _rule(
    "soap", "unknown-operation", "the Body holds an operation of the interface, or its reply"
)
NAMESPACE: Final = _rule(
    "soap", "namespace", "the operation's element is in the service's namespace"
)
MUST_UNDERSTAND: Final = _rule(
    "soap", "must-understand", "no header demands to be understood", SOAP_SOURCE
)

ATTRIBUTE: Final = _rule(
    "wire",
    "attribute",
    "elements have no attributes",
    note="the service ignores them (vendor's interface)",
)
TEXT: Final = _rule("wire", "text", "between elements stands white space only")
NIL: Final = _rule(
    "wire",
    "nil",
    "no element is nillable: one without a value is left out",
    note="clients in use send xsi:nil, and the service reads it as left out",
)
PARAMETER_MAP: Final = _rule(
    "wire",
    "parameter-map",
    "the entries of parameters stand inside an element called parameter",
    note="the vendor's FAQ shows the map without it; the service then reads no entries",
)
SCHEMA: Final = _rule(
    "wire",
    "schema",
    "the message is valid by the documented schema",
    note="no rule of ours explains what libxml2 finds here: please report it to seqrkit",
)

SOAP_RULES: Final = {
    rule.id: rule
    for rule in (
        NOT_XML,
        SURROUNDINGS,
        ENCODING,
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
"""What bytes have to be before their content can be judged."""

WIRE_RULES: Final = {rule.id: rule for rule in (ATTRIBUTE, TEXT, NIL, PARAMETER_MAP, SCHEMA)}
"""What holds for every element."""
