"""Sends a message and looks at what came of it: done, or refused and then nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqrkit.suite.oracles.reply_judge import judged
from seqrkit.suite.properties.replay.preconditions import Scene, dressed, scene

if TYPE_CHECKING:
    from seqrkit.contract import Rule
    from seqrkit.exchange import Exchange
    from seqrkit.suite.runner.check_context import Trial


def sent(trial: Trial, data: bytes, *, rule: Rule | None = None) -> Exchange:
    """Send a message into a scene of its operation; what is not done changes nothing."""
    into = scene(trial.shop, trial.case.operation)
    return _sent(trial, dressed(data, trial.case.operation, into), into, rule)


def sent_as_it_is(trial: Trial, data: bytes) -> Exchange:
    """The same with a message as it is, whoever sends it and whatever it is about."""
    return _sent(trial, data, None, None)


def _sent(trial: Trial, data: bytes, into: Scene | None, rule: Rule | None) -> Exchange:
    shop, invoices = trial.shop, into.invoices if into else ()
    with judged(trial):
        before = shop.look(*invoices)
        shop.mark()
        exchange = trial.session.send_raw(data)
        fault = exchange.fault
        trial.expect(
            fault is None or fault.blames_the_message,
            lambda: f"the endpoint failed over it: {fault}",
            rule=rule,
            exchange=exchange,
        )
        if exchange.result_code != 0:
            after, moved = shop.look(*invoices), shop.books()
            trial.expect(
                after == before,
                lambda: f"it was refused, and all the same {before} is now {after}",
                rule=rule,
                exchange=exchange,
            )
            trial.expect(
                not moved,
                lambda: f"it was refused, and all the same {moved} has moved",
                rule=rule,
                exchange=exchange,
            )
    return exchange
