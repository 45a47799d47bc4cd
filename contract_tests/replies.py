"""The judge of what endpoints answer: libxml2 with wire.xsd, for every reply in the test suite.

Endpoints in this process are watched by a fixture in conftest.py. Who talks to one in a process of
its own gives each answer to `check`.
"""

from __future__ import annotations

import threading
from functools import cache

from lxml import etree

from seqrkit import schemas, soap
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.traffic import Seen
from seqrkit.simulator.wire import OLD_OPERATIONS
from seqrkit.vocabulary import Interface

_LOCK = threading.Lock()


@cache
def wire_schema(interface: Interface) -> etree.XMLSchema:
    """The published schema of an interface, compiled."""
    return etree.XMLSchema(etree.parse(schemas.schema_set(interface).wire))


def wrong(interface: Interface, operation: str, status: int, answer: bytes) -> str | None:
    """What is wrong with an answer; `None` for one that is as it must be.

    The one reply that no schema knows is that of an operation outside the API.
    """
    if status not in {200, 500}:
        return "XML" if answer.lstrip().startswith(b"<?xml") else None
    message = soap.read_envelope(soap.parse(answer, limit=64 * soap.MAX_BYTES))
    if not message.is_envelope:
        return "no envelope"
    if status == 500:
        fault = soap.read_fault(message.payload)
        return None if fault is not None and fault.reason else "HTTP 500 without a SOAP fault"
    if soap.local(message.payload) != f"{operation}Response":
        return f"{soap.local(message.payload)} in answer to {operation}"
    if operation in OLD_OPERATIONS:
        return None
    with _LOCK:
        schema = wire_schema(interface)
        alone = etree.fromstring(etree.tostring(message.payload))
        return None if schema.validate(alone) else str(schema.error_log)


def check(interface: Interface, operation: str, status: int, answer: bytes) -> None:
    """Fail on an answer that is not as it must be."""
    found = wrong(interface, operation, status, answer)
    assert found is None, f"{interface} {operation}, HTTP {status}: {found}\n{answer.decode()}"


def spoiled(seen: Seen) -> bool:
    """Whether it was answered wrongly on purpose: not late, and not with another result code."""
    return seen.struck is not None and seen.struck.kind not in {Kind.SLOW, Kind.RESULT_CODE}


class Watch:
    """An observer of endpoints that remembers what was wrong."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.seen = 0

    def __call__(self, seen: Seen) -> None:
        """Judge one exchange, in the endpoint's thread."""
        self.seen += 1
        try:
            found = (
                None
                if spoiled(seen)
                else wrong(seen.interface, seen.operation, seen.status, seen.response)
            )
        except Exception as error:  # noqa: BLE001 - told by the fixture, in the test's own thread
            found = f"{type(error).__name__}: {error}"
        if found is not None:
            self.problems.append(f"{seen!r}: {found}\n{seen.response.decode()}")
