"""The operation and the principal that a message names, read from bytes that may be invalid."""

from __future__ import annotations

import re
from collections.abc import Mapping

from seqrkit import soap
from seqrkit.contract.message_definitions import Operation
from seqrkit.errors import MessageError
from seqrkit.vocabulary import NAMESPACE, PrincipalType

_TYPE = re.compile(rb"<(?:[^\s<>/:]+:)?type[^>]*>\s*(TERMINALID|RESELLERUSER)\s*<")


def operation_of(data: bytes) -> str:
    """Return the operation that a message names; empty if it cannot be read."""
    try:
        payload = soap.read_envelope(soap.parse(data)).payload
    except MessageError:
        return ""
    return soap.local(payload) if soap.namespace(payload) == NAMESPACE else ""


def sender_of(data: bytes, operation: str, operations: Mapping[str, Operation]) -> PrincipalType:
    """Return the principal type that a message names, or else the usual one of its operation."""
    # In the bytes, because a malformed message can be sent on purpose, and needs its password.
    found = _TYPE.search(plain(data))
    if found:
        return PrincipalType(found[1].decode())
    known = operations.get(operation)
    return PrincipalType(known.principals[0]) if known else PrincipalType.TERMINALID


def plain(data: bytes) -> bytes:
    """Return a message without NUL bytes, so that ASCII can be searched for in UTF-16 too."""
    return data.replace(b"\0", b"")
