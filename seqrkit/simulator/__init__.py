"""An endpoint of your own that behaves like the service.

Its parts are loaded when first used: nobody who reads the state machine pays for a web server.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seqrkit.simulator.authentication.principals import PUBLISHED
    from seqrkit.simulator.endpoint import Endpoint
    from seqrkit.simulator.phone import Bill, Phone

__all__ = ["PUBLISHED", "Bill", "Endpoint", "Phone"]

_HOMES = {
    "PUBLISHED": "authentication.principals",
    "Bill": "phone",
    "Endpoint": "endpoint",
    "Phone": "phone",
}

if not TYPE_CHECKING:  # a type checker sees the names above, and is to miss the others

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for."""
        if name not in _HOMES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
