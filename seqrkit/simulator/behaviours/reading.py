"""What clients send although the schema or HTTP would have it otherwise, and what is made of it.

Without an entry, what it puts up with is refused: by a SOAP fault, or by HTTP status 415; and what
it refuses is refused all the same, but by an unspecific fault or HTTP status 400. Strict mode is
without those that leave a note.
"""

from seqrkit.simulator.behaviours.entry import FAQ, assumed, published, seen

NO_CONTENT_TYPE = seen("read.no-content-type", "A message without a Content-Type is taken as XML.")
COMPRESSED = seen("read.compressed", "A body may be compressed, as its Content-Encoding says.")
SOAP_ACTION = seen("read.soap-action", "A SOAPAction is not looked at: any will do, or none.")
CHARSET = seen(
    "read.charset", "The charset of a Content-Type may be any; one that nobody knows says nothing."
)
CHUNKED = seen("read.chunked", "A body may come in chunks, its length unsaid.")
ORDER = seen("read.order", "Elements are taken in any order.")
HEADER = seen("read.header", "An envelope may have a Header, empty or not.")
PREFIXES = seen("read.prefixes", "Envelope and Body may have different prefixes.")
COMMENTS = seen("read.comments", "Comments and CDATA are taken.")
EMPTY = seen(
    "read.empty", "An element may be empty: no text, no rows, no parameters, version 0, no date."
)
NO_NAMES = seen("read.no-names", "channel, clientId and clientReference may be missing.")
NO_PAYMENT_MODE = seen(
    "read.no-payment-mode", "paymentMode may be missing; the invoice is paid at once."
)
TERMINAL_WITH_USER = seen("read.terminal-with-user", "A TERMINALID may come with a userId.")
AMOUNTS = seen(
    "read.amounts", "A row's amount may be negative, or have other than two decimals, or none."
)
NUMBERS = seen("read.numbers", "An itemTaxRate may be 25.000 or -100, and an itemQuantity 1.5.")
DATES = seen("read.dates", "A date may have no zone, and may have milliseconds.")
UNKNOWN_ELEMENT = seen(
    "read.unknown-element", "An element that its place does not know is ignored."
)
REPEATED = seen(
    "read.repeated", "Of an element that comes again where it may not, the last one counts."
)
NIL = seen("read.nil", "An element that is marked xsi:nil is read as left out.")
INTEGER = seen("read.integer", "An integer that cannot be read is read as 0.")
DATE = seen("read.date", "A date that cannot be read is read as left out.")
VALUE = assumed("read.value", "So is a decimal, or binary content, that cannot be read.")
ENUMERATION = seen(
    "read.enumeration",
    "A value that an enumeration does not have is read as left out; space around one is taken off.",
)
PARAMETER_MAP = published(
    "read.parameter-map",
    "Parameters in the form of the FAQ, without <parameter>, are read as an empty map.",
    place=FAQ,
)

PUT_UP_WITH = frozenset(
    {UNKNOWN_ELEMENT, REPEATED, NIL, INTEGER, DATE, VALUE, ENUMERATION, PARAMETER_MAP}
)
"""Those that leave a note."""

# What is no message
NOT_XML = assumed("refuse.not-xml", "What is no well-formed XML is answered by a Client fault.")
DTD = assumed("refuse.dtd", "So is XML with a document type declaration or an entity.")
NOT_SOAP = assumed("refuse.not-soap", "So is XML that is no SOAP envelope.")
OTHER_SOAP = assumed(
    "refuse.soap-version", "An envelope of SOAP 1.2 is answered by a VersionMismatch fault."
)
EMPTY_BODY = assumed("refuse.empty-body", "An envelope with an empty Body is answered by a fault.")
UNKNOWN_OPERATION = assumed(
    "refuse.unknown-operation", "So is an operation that the interface does not have."
)
MUST_UNDERSTAND = assumed(
    "refuse.must-understand", "A mustUnderstand header is answered by a MustUnderstand fault."
)
NOT_XML_TYPE = assumed(
    "refuse.content-type", "A Content-Type that is not XML is answered by HTTP status 415."
)
TOO_LARGE = assumed("refuse.too-large", "A message past the size limit is answered by 413.")
OTHER_METHOD = assumed("refuse.method", "Another method than POST is answered by 405.")
