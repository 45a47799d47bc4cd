"""Walks a path of the endpoint's own machine in a world, over the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from seqrkit.simulator.states import invoice_state as what
from seqrkit.suite.properties.life.modelled_shop import SETTLED, World
from seqrkit.suite.properties.life.reference_model import Sale, Terms

if TYPE_CHECKING:
    from seqrkit.suite.properties.life.reachable_transitions import Path

_REGISTER: Final = 1
"""The till: on a cash register a newer invoice takes the place of the open one."""
_CASHIER: Final = "Bob"


def walk(world: World, path: Path) -> None:
    """Send an invoice of the path's terms, and have everything happen to it."""
    terms, total = path.terms, path.terms.total.value or Decimal(0)
    assert terms.mode is not None  # noqa: S101 - no shortest path needs an invoice without one
    reference = world.send(_REGISTER, total, Terms(terms.mode, terms.acknowledgment), _CASHIER)
    for event in path.events:
        ACTIONS[type(event)](world, world.sales[reference], event)


def _scan(world: World, sale: Sale, event: what.Scan) -> None:
    world.scan(sale, tuple((each.id or "", each.value or "") for each in event.tokens))


def _commit(world: World, sale: Sale, event: what.Commit) -> None:
    world.commit(sale, event.amount.value if event.amount else None)


ACTIONS: Final[Mapping[type[what.Event], Callable[[World, Sale, Any], object]]] = {
    what.Scan: _scan,
    what.BeginConfirmation: lambda world, sale, _: world.begin(sale),
    what.LeaveConfirmation: lambda world, sale, _: world.leave(sale),
    what.Confirm: lambda world, sale, event: world.pay(sale, event.amount),
    what.Decline: lambda world, sale, _: world.decline(sale),
    what.BuyerCancel: lambda world, sale, _: world.buyer_cancels(sale),
    what.Update: lambda world, sale, event: world.update(sale, event.total.value, _CASHIER, {}),
    what.Cancel: lambda world, sale, _: world.cancel(sale),
    what.Poll: lambda world, sale, _: world.poll(sale),
    what.Commit: _commit,
    what.Refund: lambda world, sale, event: world.refund(
        sale, event.amount.value, _REGISTER, _CASHIER
    ),
    what.SubmitReceipt: lambda world, sale, _: world.receipt(sale),
    what.Supersede: lambda world, sale, _: world.send(sale.till, sale.total, sale.terms, _CASHIER),
    what.Lapse: lambda world, _sale, _event: world.wait(SETTLED),
}
"""How to make each event of the machine happen."""
