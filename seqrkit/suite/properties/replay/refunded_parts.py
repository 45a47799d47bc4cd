"""Refunds of the parts of a payment, which must add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from seqrkit.money import Amount
from seqrkit.simulator.behaviours import refusal
from seqrkit.suite.framework.failure_causes import OF_AMOUNTS
from seqrkit.suite.framework.till import bill
from seqrkit.suite.properties.replay.replayed_request import Replay

PARTS: Final = ((10, 20), (29, 57, 115))
"""Parts of payments, in hundredths, whose sums and multiples are not exact as binary floats."""


def verify_parts(replay: Replay, parts: Sequence[int]) -> None:
    """Have the buyer pay the sum of the parts, refund each, and then a hundredth more."""
    check, session = replay.check, replay.till.session
    payment = replay.paid(_amount(sum(parts)))
    for part in parts:
        reply = session.refund_payment(payment.ers_reference, bill(_amount(part)), check=False)
        cause = check.environment.causes.get(OF_AMOUNTS, "")
        code = int(reply.result_code)
        replay.expect("resultCode of a refund of a part", code, 0, cause=cause)
        replay.ledger.expect((reply.ers_reference, -_value(part)))
    code = session.refund_payment(payment.ers_reference, bill(_amount(1)), check=False).result_code
    expect_beyond_refused(replay, int(code))
    replay.ledger.moves()


def expect_beyond_refused(replay: Replay, code: int) -> None:
    """Fail unless a refund beyond the payment was answered with the code that says so."""
    beyond = refusal("refund.sum")
    cause = replay.check.environment.causes.get(OF_AMOUNTS, "" if code else beyond.id)
    replay.expect("resultCode of a refund beyond the payment", code, beyond.code, cause=cause)


def _value(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def _amount(hundredths: int) -> Amount:
    return Amount(_value(hundredths), "SEK")
