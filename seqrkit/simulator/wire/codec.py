"""Bytes to requests, and replies to bytes, for each interface."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final, cast

from lxml import etree

from seqrkit import model, schemas, soap
from seqrkit.errors import NotSoap, UnknownOperation
from seqrkit.simulator.behaviours import Note, behaviour
from seqrkit.simulator.wire import unpublished_fields
from seqrkit.simulator.wire.message_tables import message_tables
from seqrkit.simulator.wire.reply_writer import reply_writer
from seqrkit.simulator.wire.request_reader import part_reader
from seqrkit.simulator.wire.tolerated_departures import Notes, similar
from seqrkit.vocabulary import NAMESPACE, Interface

if TYPE_CHECKING:
    from lxml.etree import _Element

    from seqrkit.model import Reply
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
"""Operations of the old service, which neither reference document has; answered 91."""

SOAP_12_TYPE: Final = "application/soap+xml"
_OF_ENVELOPE: Final = frozenset({"read.more-operations", "read.media-type"})
"""Departures from SOAP itself, which the schema of the operations does not cover."""
_MAX_REASON: Final = 300
"""Characters of a validator's message, which may repeat a long value."""


@dataclass(frozen=True, slots=True)
class DecodedRequest:
    """A request and the notes on it; `request` is `None` for an operation that is answered 91."""

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
        self._writers = {
            name: reply_writer(name, unpublished_fields.extended(part, interface))
            for name, part in known.replies.items()
        }
        # Other operations get the reply with the fewest fields, a result without anything else.
        plain = min(known.replies.values(), key=lambda part: len(part.children))
        plain_operations = OLD_OPERATIONS.union(model.REQUESTS) - known.replies.keys()
        self._writers |= {name: reply_writer(name, plain) for name in plain_operations}
        self._schema = etree.XMLSchema(etree.parse(schemas.schema_set(interface).wire))
        self._validating = Lock()  # a validator keeps its errors, and endpoints share this one

    def read(
        self,
        data: bytes,
        *,
        charset: str | None = None,
        media_type: str = "",
        limit: int = soap.MAX_BYTES,
    ) -> DecodedRequest:
        """Read the request in an envelope; charset and media type are those of HTTP.

        Raises a `MessageError` for bytes that are not a request of this interface.
        """
        message = soap.read_envelope(soap.parse(data, limit=limit, charset=charset))
        payload = message.payload
        # The linter accepts a bare operation from a file; a service does not.
        if not message.is_envelope:
            msg = f"<{soap.local(payload)}> has no envelope; put it into a SOAP 1.1 Body"
            raise NotSoap(msg, line=payload.sourceline)
        found = self._readers.get(payload.tag)  # type: ignore[arg-type]
        if found is None:
            return self._other(payload)
        operation, reader = found
        notes = Notes()
        if media_type == SOAP_12_TYPE or payload.getnext() is not None:
            notes += _notes_on_envelope(payload, media_type)
        request = cast("Request", reader(payload, notes))
        return DecodedRequest(operation, request, tuple(notes))

    def rejection(
        self,
        decoded: DecodedRequest,
        data: bytes,
        *,
        charset: str | None = None,
        limit: int = soap.MAX_BYTES,
    ) -> str | None:
        """Return why strict mode rejects a request that was read, `None` if it accepts it.

        The published schema decides, in libxml2's words, with the line.
        """
        for note in decoded.notes:
            if note.behaviour.id in _OF_ENVELOPE:
                return f"{note.wrong} [{note.rule}]"
        payload = soap.read_envelope(soap.parse(data, limit=limit, charset=charset)).payload
        with self._validating:
            # An operation that is answered 91 has no schema to be valid for.
            if payload.tag not in self._readers or self._schema.validate(payload):
                return None
            first = self._schema.error_log[0]
            return f"line {first.line}: {first.message[:_MAX_REASON]}"

    def write(self, operation: str, reply: Reply) -> bytes:
        """Return the envelope of a reply."""
        return self._writers[operation](reply)

    def _other(self, payload: _Element) -> DecodedRequest:
        name, namespace = soap.local(payload), soap.namespace(payload)
        others = [each for each in Interface if name in message_tables(each).requests]
        if namespace == NAMESPACE and (others or name in OLD_OPERATIONS):
            return DecodedRequest(name, None, ())
        shown = name[:40]
        names = [name for name, _ in self._readers.values()]
        if namespace != NAMESPACE:
            where = f"in namespace {namespace[:80]}" if namespace else "in no namespace"
            msg = f"<{shown}> is {where}; the operations are in {NAMESPACE}"
        elif close := similar(name, names):
            msg = f"there is no operation {shown}; is {close} meant?"
        else:
            msg = f"there is no operation {shown}; the operations are {', '.join(names)}"
        raise UnknownOperation(msg, line=payload.sourceline)


@cache
def wire_codec(interface: Interface) -> WireCodec:
    """Return the codec of an interface, built once."""
    return WireCodec(interface)


def _notes_on_envelope(payload: _Element, media_type: str) -> Notes:
    notes = Notes()
    if media_type == SOAP_12_TYPE:
        wrong = f"Content-Type is {SOAP_12_TYPE}, that of SOAP 1.2; send text/xml; charset=utf-8"
        notes.append(
            Note(
                behaviour("read.media-type"),
                "soap.media-type",
                "Content-Type",
                wrong,
                "read as SOAP 1.1",
            )
        )
    for second in payload.itersiblings("*"):
        name = soap.local(second)[:40]
        advice = "rpc/encoded is not supported" if name == "multiRef" else "send one operation"
        wrong = f"line {second.sourceline}: the Body also contains <{name}>; {advice}"
        more = behaviour("read.more-operations")
        notes.append(Note(more, "soap.one-operation", name, wrong, "ignored"))
        break
    return notes
