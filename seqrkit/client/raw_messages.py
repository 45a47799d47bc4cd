"""Bytes that are sent as they are: what they ask for, and their password."""

from __future__ import annotations

from seqrkit import soap
from seqrkit.client.credentials import Credentials
from seqrkit.contract import Contract
from seqrkit.contract.message_identity import plain, sender_of
from seqrkit.errors import ConfigurationError, MessageError

_MASK = soap.MASK.encode()


def unmasked(data: bytes, operation: str, credentials: Credentials, contract: Contract) -> bytes:
    """The message with the caller's own password where its context has the mask.

    Raises `ConfigurationError` where the password is not known, or another one is masked: that of
    the new terminal in registerTerminal, which nobody here knows.
    """
    if _MASK not in plain(data):
        return data
    if soap.unmask(data, "") == data:  # the mask is no password here, or not the context's
        _refuse_masked_terminal(data, operation)
        return data
    who = sender_of(data, operation, contract.operations)
    filled = soap.unmask(data, credentials.password(who, operation or "this message"))
    _refuse_masked_terminal(filled, operation)
    return filled


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
