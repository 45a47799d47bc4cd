"""Sends a message and looks at what came of it: done, or refused and then nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqrkit.suite.oracles.reply_checks import checked_replies
from seqrkit.suite.properties.replay.preconditions import Scene, dressed, scene

if TYPE_CHECKING:
    from seqrkit.contract import Rule
    from seqrkit.exchange import Exchange
    from seqrkit.suite.framework.check_context import CheckContext


def sent(check: CheckContext, data: bytes, *, rule: Rule | None = None) -> Exchange:
    """Send a message into a scene of its operation; what is not done changes nothing."""
    into = scene(check.shop, check.case.operation)
    return _sent(check, dressed(data, check.case.operation, into), into, rule)


def sent_as_it_is(check: CheckContext, data: bytes) -> Exchange:
    """The same with a message as it is, whoever sends it and whatever it is about."""
    return _sent(check, data, None, None)


def _sent(check: CheckContext, data: bytes, into: Scene | None, rule: Rule | None) -> Exchange:
    shop, invoices = check.shop, into.invoices if into else ()
    with checked_replies(check):
        before = shop.statuses(*invoices)
        shop.mark()
        exchange = check.session.send_raw(data)
        fault = exchange.fault
        check.expect(
            fault is None or fault.blames_the_message,
            lambda: f"the endpoint failed over it: {fault}",
            rule=rule,
            exchange=exchange,
        )
        if exchange.result_code != 0:
            after, moved = shop.statuses(*invoices), shop.transactions()
            check.expect(
                after == before,
                lambda: f"it was refused, and all the same {before} is now {after}",
                rule=rule,
                exchange=exchange,
            )
            check.expect(
                not moved,
                lambda: f"it was refused, and all the same {moved} has moved",
                rule=rule,
                exchange=exchange,
            )
    return exchange
