"""What every request carries besides its own content: who sends it, and how it is told apart."""

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
    """A source of clientReferences, 32 characters each; with a seed the same every time."""
    if seed is None:
        return lambda: uuid.uuid4().hex
    generator = random.Random(seed)  # noqa: S311 - to be told apart, not to be secret
    return lambda: f"{generator.getrandbits(_BITS):032x}"


def principal_of(
    contract: Contract, operation: str, wanted: PrincipalType | str | None = None
) -> PrincipalType:
    """Who calls an operation: the one that is wanted, or the first of those who may.

    Raises `UnwritableRequest` where the interface does not have it, `ConfigurationError` for a
    principal that is none.
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
        raise ConfigurationError(f"{wanted!r} is no principal; it is {names}") from error


def filled(
    credentials: Credentials, principal: PrincipalType, operation: str, reference: str
) -> ClientContext:
    """A context with everything the contract asks for."""
    identity, password = credentials.of(principal, operation)
    return ClientContext(
        channel=CHANNEL,
        client_id=CLIENT_ID,
        client_reference=reference,
        client_request_timeout=0,
        initiator_principal_id=identity,
        password=password,
    )
