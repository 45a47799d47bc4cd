"""Names and values of environment variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seqrkit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def variable(argument: str) -> str:
    """Return the environment variable for an argument: SEQR_TERMINAL_ID for terminal_id."""
    return f"SEQR_{argument.upper()}"


ENDPOINT: Final = variable("endpoint")
"""The environment variable with the endpoint's address."""


def client_variables(address: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that tell a client where to send, and as whom."""
    return {ENDPOINT: address, **{variable(name): value for name, value in credentials.items()}}


def flag(name: str, environment: Mapping[str, str]) -> bool:
    """Return the value of a boolean variable; an unset or empty one is false.

    Raises `ConfigurationError` for any other word than 1, true, yes, 0, false and no.
    """
    # CI systems cannot unset a variable, only leave it empty.
    text = environment.get(name, "").strip()
    value = _WORDS.get(text.lower()) if text else False
    if value is None:
        raise ConfigurationError(f'{name} is "{text}"; set it to 1 or 0 (true, yes, false, no)')
    return value
