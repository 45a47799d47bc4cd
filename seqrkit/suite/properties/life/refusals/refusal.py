"""What a situation is, and the table of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from seqrkit import contract
from seqrkit.suite.framework.property import Need
from seqrkit.suite.oracles.message_cases import has
from seqrkit.vocabulary import Interface, ResultCode

if TYPE_CHECKING:
    from seqrkit.model import Reply
    from seqrkit.suite.framework.shop import Shop

Ask = Callable[["Shop"], "Reply | int | None"]
"""Brings the situation about and asks: the reply, or its code where it is none of this API."""


@dataclass(frozen=True)
class Situation:
    """A situation, the operation that is asked in it, and the code that it must answer."""

    name: str
    operation: str
    code: ResultCode
    ask: Ask
    needs: frozenset[Need]
    """Besides an endpoint to write to."""
    element: str
    """The path of a field that it is about and that not each interface has, or empty."""

    def fits(self, interface: Interface) -> bool:
        """Whether an interface has what it is about."""
        operations = contract.load(interface).operations
        asked = not self.operation or self.operation in operations
        return asked and (not self.element or has(interface, self.element))


SITUATIONS: Final[dict[str, Situation]] = {}
"""Every situation, by its name."""
NOBODY: Final[frozenset[Need]] = frozenset()
BUYER: Final = frozenset({Need.BUYER, Need.CLOCK})
INSIDE: Final = frozenset({Need.BUYER, Need.CLOCK, Need.INSIDE})
FTP: Final = {"notification_url": "ftp://shop.example/"}
"""A notificationUrl of a scheme that is not taken."""


def situation(
    operation: str,
    code: ResultCode,
    needs: frozenset[Need] = NOBODY,
    element: str = "",
) -> Callable[[Ask], Ask]:
    """Keep the decorated function as a situation, by its name."""

    def keep(ask: Ask) -> Ask:
        name = getattr(ask, "__name__", "").strip("_").replace("_", " ")
        SITUATIONS[name] = Situation(name, operation, code, ask, needs, element)
        return ask

    return keep
