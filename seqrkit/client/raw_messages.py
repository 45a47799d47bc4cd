"""Passwords in messages that are sent as bytes."""

from __future__ import annotations

from seqrkit import soap
from seqrkit.client.credentials import Credentials
from seqrkit.contract import Contract
from seqrkit.contract.message_identity import plain, sender_of
from seqrkit.errors import ConfigurationError, MessageError

_MASK = soap.MASK.encode()


def unmasked(data: bytes, operation: str, credentials: Credentials, contract: Contract) -> bytes:
    """Return a message with the caller's own password instead of the mask in its context.

    Raises `ConfigurationError` if that password is not known, and if another one is masked: that of
    the new terminal in registerTerminal.
    """
    if _MASK not in plain(data):
        return data
    if soap.unmask(data, "") == data:  # the mask is not the context's password
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
        return  # malformed, and sent as it is
    if (payload.findtext("password") or "").strip() == soap.MASK:
        raise ConfigurationError(
            f"the password of the new terminal is masked ({soap.MASK}), and only the context's "
            "password is known: write the new terminal's password into the message"
        )
