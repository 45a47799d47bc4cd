"""The kinds of faults, and the effect of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """The kind of a fault."""

    RESULT_CODE = "result-code"
    SLOW = "slow"
    NO_ANSWER = "no-answer"
    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    HALF_REPLY = "half-reply"
    GARBAGE = "garbage"
    CARRIED_OUT_TWICE = "carried-out-twice"
    HTTP_500 = "http-500"
    HTTP_503 = "http-503"
    NOTIFICATION_LOST = "notification-lost"
    NOTIFICATION_TWICE = "notification-twice"


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a kind in words, and whether the request is carried out by default.

    For kinds that are `is_fixed` that cannot be changed. Kinds that `affects_notifications` apply
    to notifications, all others to requests.
    """

    description: str
    carried_out: bool
    is_fixed: bool = False
    affects_notifications: bool = False


EFFECTS: Final[Mapping[Kind, Effect]] = MappingProxyType(
    {
        Kind.RESULT_CODE: Effect("answered with", carried_out=False),
        Kind.SLOW: Effect("answered late", carried_out=True, is_fixed=True),
        Kind.NO_ANSWER: Effect("never answered", carried_out=False),
        Kind.DROP_BEFORE: Effect("connection dropped", carried_out=False, is_fixed=True),
        Kind.DROP_AFTER: Effect("connection dropped", carried_out=True, is_fixed=True),
        Kind.HALF_REPLY: Effect(
            "connection dropped in the middle of the reply", carried_out=True, is_fixed=True
        ),
        Kind.GARBAGE: Effect("answered with garbage", carried_out=True),
        Kind.CARRIED_OUT_TWICE: Effect("carried out twice", carried_out=True, is_fixed=True),
        Kind.HTTP_500: Effect("answered with HTTP 500 and no SOAP fault", carried_out=False),
        Kind.HTTP_503: Effect("answered with HTTP 503", carried_out=False),
        Kind.NOTIFICATION_LOST: Effect(
            "notification lost", carried_out=True, is_fixed=True, affects_notifications=True
        ),
        Kind.NOTIFICATION_TWICE: Effect(
            "notification sent twice", carried_out=True, is_fixed=True, affects_notifications=True
        ),
    }
)
"""The effect of every kind."""
