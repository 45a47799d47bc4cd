"""What a network does to a reply, what a buyer does to a sale, and the replies that matter."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from seqrkit.drill.buyer import HALF, Rule
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.faults import Fault, Kind

# In the order of a sale; each of these replies costs money if it is lost and misunderstood.
OPERATIONS: Final = (
    "sendInvoice",
    "getPaymentStatus",
    "updateInvoice",
    "commitReservation",
    "refundPayment",
    "cancelInvoice",
)
"""The operations whose replies are disturbed."""
DISTURBANCES: Final = MappingProxyType(
    {
        "lost": (Kind.DROP_AFTER, "the reply is lost"),
        "late": (Kind.SLOW, "the reply is late"),
        "cut": (Kind.HALF_REPLY, "the reply is cut"),
        "twice": (Kind.CARRIED_OUT_TWICE, "the network repeats the request"),
    }
)
"""The kind of fault, and a sentence, for each disturbance."""
BUYER: Final = "buyer"
"""The name of the disturbances by the buyer, whose `operation` is a key of `BUYERS`."""
BUYERS: Final = MappingProxyType(
    {
        "declines": (Rule("decline"), "the bank of the buyer declines"),
        "cancels": (Rule("cancel"), "the buyer cancels in the app"),
        "underpays": (Rule("pay", HALF), "the buyer pays half of it"),
        "leaves": (Rule("ignore"), "the buyer leaves without paying"),
    }
)
"""The rule that a buyer follows, and a sentence."""
# Longer than a hasty client's timeout, shorter than the 20 s after which a payment is reversed.
LATE_SECONDS: Final = 3.0


class Disturbance(NamedTuple):
    """What happens to a reply: the first of an operation, or the status that says what is paid.

    Or, with the name `BUYER`, what a buyer does who does not pay.
    """

    name: str
    operation: str

    @property
    def rule(self) -> Rule | None:
        """The rule that the buyer follows, `None` if the network disturbs a reply."""
        return BUYERS[self.operation][0] if self.name == BUYER else None

    @property
    def id(self) -> str:
        """The name of the drill, as `--only` takes it."""
        return f"{self.name} {self.operation}"

    @property
    def title(self) -> str:
        """What happens, as a sentence."""
        if self.name == BUYER:
            return BUYERS[self.operation][1].capitalize()
        return f"{self.operation}: {DISTURBANCES[self.name][1]}"

    def fault(self, late_seconds: float = LATE_SECONDS) -> Fault:
        """Return the fault to inject; the buyer's disturbances have none."""
        kind, _ = DISTURBANCES[self.name]
        delay = late_seconds if kind is Kind.SLOW else None
        # Once: a client that repeats the request must find the network healthy.
        given = {"kind": kind, "operation": self.operation, "count": 1, "delay": delay}
        return Fault.from_dict(given)


OF_REPLIES: Final = tuple(Disturbance(name, each) for each in OPERATIONS for name in DISTURBANCES)
"""The disturbances by the network, by operation."""
ALL: Final = (*OF_REPLIES, *(Disturbance(BUYER, each) for each in BUYERS))


def chosen(names: tuple[str, ...], every: tuple[Disturbance, ...] = ALL) -> tuple[Disturbance, ...]:
    """Return the disturbances that have all words of one of some texts; all if there are none.

    Raises `ConfigurationError` for a text that fits none.
    """
    for name in names:
        if not any(_fits(name, each) for each in every):
            known = ", ".join(each.id for each in every)
            raise ConfigurationError(f'there is no drill "{name}"; there are {known}')
    return tuple(each for each in every if not names or any(_fits(name, each) for name in names))


def _fits(name: str, disturbance: Disturbance) -> bool:
    return all(word in disturbance.id for word in name.split())
