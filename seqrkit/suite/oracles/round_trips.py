"""Round trips: a message that one part of seqrkit writes is the same when another one reads it.

zeep, which reads what a WSDL describes, is the reader that shares no code with seqrkit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar, cast

from zeep.exceptions import Error as ZeepError
from zeep.helpers import serialize_object

from seqrkit.client.reply_reader import read_reply
from seqrkit.client.zeep_envelopes import envelopes
from seqrkit.contract import load
from seqrkit.errors import SeqrError
from seqrkit.model_fields import Kind, ModelField, ModelType, message_fields
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.strategies import Message
from seqrkit.suite.framework import CheckContext
from seqrkit.suite.oracles.message_cases import envelope_of, payload_of
from seqrkit.suite.oracles.message_outlines import description
from seqrkit.suite.oracles.message_values import first_difference, normalized
from seqrkit.suite.oracles.schema_validators import ACCEPTED, verdicts

_Result = TypeVar("_Result")

_ERRORS: Final = (SeqrError, ZeepError, ArithmeticError, LookupError, TypeError, ValueError)
"""What writers and readers raise for a message that they cannot write or read."""
_ENDPOINT: Final = "the endpoint"


def round_trip(check: CheckContext, name: str, message: Message) -> None:
    """Write a message with each of its writers, and compare what each of its readers returns."""
    interface, operation = check.interface, check.case.operation
    generate = partial(envelope_of, interface, name, message)
    readers: dict[str, Callable[[bytes], object]] = {"zeep": partial(_read_by_zeep, check, name)}
    writers: dict[str, Callable[[], bytes]] = {"the generator": generate}
    if name == operation:
        writers["the client"] = lambda: envelopes(interface).write(cast("Any", message))
        readers[_ENDPOINT] = lambda data: wire_codec(interface).read(data).request
    else:
        writers[_ENDPOINT] = lambda: wire_codec(interface).write(operation, cast("Any", message))
        readers["the client"] = lambda data: read_reply(payload_of(data), operation, interface)
    for writer, write in writers.items():
        envelope = _attempt(check, f"{writer} cannot write it", write)
        _expect_valid(check, writer, envelope)
        for reader, read in readers.items():
            route = f"written by {writer} and read by {reader}"
            found = _attempt(check, f"{route}: ", partial(read, envelope), envelope)
            # Only the endpoint distinguishes an empty element from none.
            simplified = (lambda value: value) if reader == _ENDPOINT else normalized
            ours, theirs = simplified(found), simplified(message)
            if ours != theirs:
                check.fail(f"{route}: {first_difference(ours, theirs)}", envelope=envelope)


def _attempt(
    check: CheckContext, problem: str, do: Callable[[], _Result], envelope: bytes | None = None
) -> _Result:
    try:
        return do()
    except _ERRORS as error:
        check.fail(f"{problem}: {type(error).__name__}: {error}", envelope=envelope)


def _expect_valid(check: CheckContext, writer: str, envelope: bytes) -> None:
    # A map of two entries has an undocumented key, since some operations have one key only.
    findings = [each for each in check.contract.lint(envelope) if each.rule.kind != "keys"]
    if findings:
        texts = "; ".join(map(str, findings))
        check.fail(f"written by {writer}: {texts}", rule=findings[0].rule, envelope=envelope)
    found = verdicts(check.contract.schemas.wire, payload_of(envelope))
    message = f"written by {writer}, by the published schema {found}"
    check.expect(found == ACCEPTED, message, envelope=envelope)


def _read_by_zeep(check: CheckContext, name: str, envelope: bytes) -> object:
    operation = description(check.contract.schemas.wsdl).get(check.case.operation)
    side = operation.input if name == check.case.operation else operation.output
    values = serialize_object(side.body.parse(payload_of(envelope), side.wsdl.types), dict) or {}
    fields = message_fields(load(check.interface), name)
    return _part(values if fields.around is None else values[fields.around.name], fields.type)


def _part(values: Mapping[str, Any], kind: ModelType) -> object:
    """Return an element that zeep has read as an object of the model."""
    return kind.cls(**{each.attribute: _value(values.get(each.name), each) for each in kind.fields})


def _value(found: Any, field: ModelField) -> object:  # noqa: ANN401 - zeep has no types
    if field.type is None:
        return found
    if not field.repeated:
        return None if found is None else _part(found, field.type)
    if found is None and field.wrap:
        return None
    for each in field.wrap:
        found = (found or {}).get(each.name)
    if field.kind is Kind.MAP:
        return {each["key"]: each.get("value") for each in found or ()}
    kind = field.type
    return tuple(_part(each or {}, kind) for each in found or ())
