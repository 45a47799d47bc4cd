"""How requests are read: departures from schema and HTTP that are accepted, and what is refused.

Strict mode refuses the departures in `NOTED`.
"""

from seqrkit.simulator.behaviours.behaviour import FAQ, assumed, published, seen

NO_CONTENT_TYPE = seen("read.no-content-type", "A message without a Content-Type is read as XML.")
COMPRESSED = seen("read.compressed", "A body may be compressed, as its Content-Encoding says.")
SOAP_ACTION = seen(
    "read.soap-action", "SOAPAction is ignored; it may have any value or be missing."
)
CHARSET = seen(
    "read.charset",
    "A Content-Type may name any charset; an unknown one is ignored.",
)
CHUNKED = seen("read.chunked", "A body may be sent in chunks, without a Content-Length.")
ORDER = seen("read.order", "Elements may be in any order.")
HEADER = seen("read.header", "An envelope may have a Header, empty or not.")
PREFIXES = seen("read.prefixes", "Envelope and Body may have different prefixes.")
COMMENTS = seen("read.comments", "Comments and CDATA sections are accepted.")
EMPTY = seen(
    "read.empty",
    "An empty element is read as an empty text, as no rows or parameters, as version 0, or as no "
    "date.",
)
NO_NAMES = seen("read.no-names", "channel, clientId and clientReference may be missing.")
NO_PAYMENT_MODE = seen(
    "read.no-payment-mode", "paymentMode may be missing; the invoice is then paid at once."
)
TERMINAL_WITH_USER = seen("read.terminal-with-user", "A TERMINALID may come with a userId.")
COMBINED_ID = seen(
    "caller.combined-id",
    "A reseller's id may contain its userId after a slash; strict mode refuses that.",
)
AMOUNTS = seen(
    "read.amounts",
    "A row's amount may be negative, and may have any number of decimals.",
)
NUMBERS = seen(
    "read.numbers", "An itemTaxRate may be 25.000 or -100, and an itemQuantity may be 1.5."
)
DATES = seen("read.dates", "A date may lack a zone, and may have milliseconds.")
UNKNOWN_ELEMENT = seen("read.unknown-element", "An unknown element is ignored.")
REPEATED = seen(
    "read.repeated", "If an element that may occur once is repeated, the last one counts."
)
NIL = seen("read.nil", "An element that is marked xsi:nil is read as missing.")
INTEGER = seen("read.integer", "An integer that cannot be read is read as 0.")
DATE = seen("read.date", "A date that cannot be read is read as missing.")
VALUE = assumed(
    "read.value", "A decimal, or binary content, that cannot be read is read as missing."
)
ENUMERATION = seen(
    "read.enumeration",
    "A value that an enumeration lacks is read as missing; space around a value is ignored.",
)
PARAMETER_MAP = published(
    "read.parameter-map",
    "Parameters as the FAQ writes them, without <parameter>, are read as an empty map.",
    place=FAQ,
)

NOTED = frozenset(
    {UNKNOWN_ELEMENT, REPEATED, NIL, INTEGER, DATE, VALUE, ENUMERATION, PARAMETER_MAP}
)
"""Accepted departures from the schema, of which the reader leaves a note."""

# Messages that cannot be read
NOT_XML = assumed("refuse.not-xml", "A message that is not well-formed XML gets a Client fault.")
DTD = assumed(
    "refuse.dtd", "XML with a document type declaration or an entity gets a Client fault."
)
NOT_SOAP = assumed("refuse.not-soap", "XML that is not a SOAP envelope gets a Client fault.")
OTHER_SOAP = assumed("refuse.soap-version", "An envelope of SOAP 1.2 gets a VersionMismatch fault.")
EMPTY_BODY = assumed("refuse.empty-body", "An envelope with an empty Body gets a Client fault.")
UNKNOWN_OPERATION = assumed(
    "refuse.unknown-operation", "An operation that the interface lacks gets a Client fault."
)
MUST_UNDERSTAND = assumed(
    "refuse.must-understand", "A mustUnderstand header gets a MustUnderstand fault."
)
NOT_XML_TYPE = assumed(
    "refuse.content-type", "A Content-Type that is not XML gets HTTP status 415."
)
TOO_LARGE = assumed("refuse.too-large", "A message above the size limit gets HTTP status 413.")
OTHER_METHOD = assumed("refuse.method", "A method other than POST gets HTTP status 405.")
