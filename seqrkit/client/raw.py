"""Bytes that are sent as they are: what they ask for, and their password."""

from __future__ import annotations

import re

from seqrkit import soap
from seqrkit.client.context import principal_of
from seqrkit.client.credentials import Credentials
from seqrkit.contract import Contract
from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.vocabulary import NAMESPACE, PrincipalType

_MASK = soap.MASK.encode()
_TYPE = re.compile(rb"<(?:[^\s<>/:]+:)?type[^>]*>\s*(TERMINALID|RESELLERUSER)\s*<")


def operation_of(data: bytes) -> str:
    """The operation that a message names; empty where it cannot be told."""
    try:
        payload = soap.read_envelope(soap.parse(data)).payload
    except MessageError:
        return ""
    return soap.local(payload) if soap.namespace(payload) == NAMESPACE else ""


def unmasked(data: bytes, operation: str, credentials: Credentials, contract: Contract) -> bytes:
    """The message with the caller's own password where its context has the mask.

    Raises `ConfigurationError` where the password is not known, or another one is masked: that of
    the new terminal in registerTerminal, which nobody here knows.
    """
    if _MASK not in _plain(data):
        return data
    if soap.unmask(data, "") == data:  # the mask is no password here, or not the context's
        _refuse_masked_terminal(data, operation)
        return data
    who = _sender(data, operation, contract)
    filled = soap.unmask(data, credentials.password(who, operation or "this message"))
    _refuse_masked_terminal(filled, operation)
    return filled


def _sender(data: bytes, operation: str, contract: Contract) -> PrincipalType:
    found = _TYPE.search(_plain(data))
    if found:
        return PrincipalType(found[1].decode())
    known = operation in contract.operations
    return principal_of(contract, operation) if known else PrincipalType.TERMINALID


def _plain(data: bytes) -> bytes:
    """The message as it can be searched for ASCII, in UTF-16 too."""
    return data.replace(b"\0", b"")


def _refuse_masked_terminal(data: bytes, operation: str) -> None:
    if operation != "registerTerminal":
        return
    try:
        payload = soap.read_envelope(soap.parse(data)).payload
    except MessageError:
        return  # broken on purpose, and sent as it is
    if (payload.findtext("password") or "").strip() == soap.MASK:
        raise ConfigurationError(
            f"the password of the new terminal is masked ({soap.MASK}), and only the context's can "
            "be put back: write the one it is to have into the message"
        )
