"""The endpoint's own wire layer: bytes to a request, a reply to bytes.

It knows neither the client's SOAP library nor the linter, so that a mistake in one of the three is
caught by another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final, cast

from lxml import etree

from seqrkit import schemas, soap
from seqrkit.errors import NotSoap, UnknownOperation
from seqrkit.model import Reply
from seqrkit.simulator.wire.message_tables import message_tables
from seqrkit.simulator.wire.reply_writer import reply_writer
from seqrkit.simulator.wire.request_reader import Note, Notes, part_reader
from seqrkit.vocabulary import NAMESPACE, Interface

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.model_base import Request

OLD_OPERATIONS: Final = frozenset(
    {
        "requestTopup",
        "requestTransfer",
        "requestPurchase",
        "requestPrincipalInformation",
        "changePrincipalPassword",
        "confirmCustomerRegistration",
        "benchmarkingNop",
    }
)
"""What the service once had besides; outside both reference documents, and answered 91."""

_LONGEST_REASON: Final = 300
"""Characters of a validator's message, which may repeat a long value."""


@dataclass(frozen=True, slots=True)
class DecodedRequest:
    """A request as it was read; `request` is `None` for an operation of the old service."""

    operation: str
    request: Request | None
    notes: tuple[Note, ...]


class WireCodec:
    """Reads the requests and writes the replies of one interface."""

    def __init__(self, interface: Interface) -> None:
        self.interface = interface
        known = message_tables(interface)
        self._readers = {
            f"{{{NAMESPACE}}}{name}": (name, part_reader(part))
            for name, part in known.requests.items()
        }
        self._writers = {name: reply_writer(name, part) for name, part in known.replies.items()}
        # Any interface has an operation whose reply has the common fields only.
        common = next(part for part in known.replies.values() if part.make is Reply)
        self._writers |= {name: reply_writer(name, common) for name in OLD_OPERATIONS}
        self._schema = etree.XMLSchema(etree.parse(schemas.schema_set(interface).wire))
        self._validating = Lock()  # a validator keeps its errors, and endpoints share this one

    def read(
        self, data: bytes, *, encoding: str | None = None, limit: int = soap.MAX_BYTES
    ) -> DecodedRequest:
        """A request out of an envelope; `encoding` is the HTTP charset parameter.

        Raises a `MessageError` for bytes that are no request of this interface.
        """
        message = soap.read_envelope(parse(data, encoding, limit))
        payload = message.payload
        if not message.is_envelope:
            msg = f"<{soap.local(payload)}> stands alone; put it into a SOAP 1.1 envelope's Body"
            raise NotSoap(msg, line=payload.sourceline)
        found = self._readers.get(payload.tag)  # type: ignore[arg-type]
        if found is None:
            return self._other(payload)
        operation, reader = found
        notes = Notes()
        request = cast("Request", reader(payload, notes))
        return DecodedRequest(operation, request, tuple(notes))

    def schema_error(
        self, data: bytes, *, encoding: str | None = None, limit: int = soap.MAX_BYTES
    ) -> str | None:
        """Return why the published schema rejects a request, as libxml2 says it, with the line.

        None for a request that is valid. `data` must be one that `read` accepts.
        """
        payload = soap.read_envelope(parse(data, encoding, limit)).payload
        with self._validating:
            if payload.tag not in self._readers or self._schema.validate(payload):
                return None
            first = self._schema.error_log[0]
            return f"line {first.line}: {first.message[:_LONGEST_REASON]}"

    def write(self, operation: str, reply: Reply) -> bytes:
        """The envelope of an operation's reply."""
        return self._writers[operation](reply)

    def _other(self, payload: _Element) -> DecodedRequest:
        name, namespace = soap.local(payload), soap.namespace(payload)
        if namespace == NAMESPACE and name in OLD_OPERATIONS:
            return DecodedRequest(name, None, ())
        shown = name[:40]
        if namespace != NAMESPACE:
            where = f"in namespace {namespace[:80]}" if namespace else "in no namespace"
            msg = f"<{shown}> is {where}; the operations are in {NAMESPACE}"
        elif others := [each for each in Interface if name in message_tables(each).requests]:
            msg = f"{self.interface} has no {shown}; {others[0]} has it"
        else:
            names = ", ".join(name for name, _ in self._readers.values())
            msg = f"there is no operation {shown}; there are {names}"
        raise UnknownOperation(msg, line=payload.sourceline)


@cache
def wire_codec(interface: Interface) -> WireCodec:
    """The wire layer of an interface, built once."""
    return WireCodec(interface)


def parse(data: bytes, charset: str | None, limit: int) -> _Element:
    """The root element; `charset` is that of HTTP."""
    return soap.parse(data, limit=limit, charset=charset)
