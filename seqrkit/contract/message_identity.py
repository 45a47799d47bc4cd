"""What bytes say of themselves, broken ones too: which operation they ask for, and as whom."""

from __future__ import annotations

import re
from collections.abc import Mapping

from seqrkit import soap
from seqrkit.contract.message_types import Operation
from seqrkit.errors import MessageError
from seqrkit.vocabulary import NAMESPACE, PrincipalType

_TYPE = re.compile(rb"<(?:[^\s<>/:]+:)?type[^>]*>\s*(TERMINALID|RESELLERUSER)\s*<")


def operation_of(data: bytes) -> str:
    """The operation that a message names; empty where it cannot be told."""
    try:
        payload = soap.read_envelope(soap.parse(data)).payload
    except MessageError:
        return ""
    return soap.local(payload) if soap.namespace(payload) == NAMESPACE else ""


def sender_of(data: bytes, operation: str, operations: Mapping[str, Operation]) -> PrincipalType:
    """Whose password a message carries: the principal it names, else who calls its operation."""
    found = _TYPE.search(plain(data))
    if found:
        return PrincipalType(found[1].decode())
    known = operations.get(operation)
    return PrincipalType(known.principals[0]) if known else PrincipalType.TERMINALID


def plain(data: bytes) -> bytes:
    """The message as it can be searched for ASCII, in UTF-16 too."""
    return data.replace(b"\0", b"")
