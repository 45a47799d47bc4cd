"""The context of a request: its sender, its password and its clientReference."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Final

from seqrkit._version import __version__
from seqrkit.client.credentials import Credentials
from seqrkit.contract import Contract
from seqrkit.errors import ConfigurationError, UnwritableRequest
from seqrkit.model import ClientContext
from seqrkit.vocabulary import PrincipalType

CHANNEL: Final = "WS"
CLIENT_ID: Final = f"seqrkit {__version__}"
_BITS = 128


def references(seed: int | None) -> Callable[[], str]:
    """Return a generator of clientReferences of 32 characters, repeatable with a seed."""
    if seed is None:
        # Unique for the clientId (G285-297), which all processes with this version share.
        return lambda: uuid.uuid4().hex
    generator = random.Random(seed)  # noqa: S311 - references are unique, not secret
    return lambda: f"{generator.getrandbits(_BITS):032x}"


def principal_of(
    contract: Contract, operation: str, wanted: PrincipalType | str | None = None
) -> PrincipalType:
    """Return the principal that calls an operation: `wanted`, else the first that may.

    Raises `UnwritableRequest` if the interface does not have the operation, `ConfigurationError`
    for an unknown principal.
    """
    known = contract.operations.get(operation)
    if known is None:
        raise UnwritableRequest(
            f"{contract.interface} has no operation {operation!r}; "
            f"it has {', '.join(contract.operations)}"
        )
    try:
        return PrincipalType(wanted if wanted is not None else known.principals[0])
    except ValueError as error:
        names = " or ".join(PrincipalType)
        raise ConfigurationError(f"{wanted!r} is not a principal; use {names}") from error


def filled(
    credentials: Credentials, principal: PrincipalType, operation: str, reference: str
) -> ClientContext:
    """Return a context with every field that the contract requires."""
    identity, password = credentials.of(principal, operation)
    return ClientContext(
        channel=CHANNEL,
        client_id=CLIENT_ID,
        client_reference=reference,
        client_request_timeout=0,
        initiator_principal_id=identity,
        password=password,
    )
