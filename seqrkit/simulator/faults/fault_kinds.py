"""The kinds of faults, and what each of them means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What goes wrong."""

    RESULT_CODE = "result-code"
    SLOW = "slow"
    NO_ANSWER = "no-answer"
    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    HALF_REPLY = "half-reply"
    GARBAGE = "garbage"
    HTTP_500 = "http-500"
    HTTP_503 = "http-503"
    NOTIFICATION_LOST = "notification-lost"
    NOTIFICATION_TWICE = "notification-twice"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind does: in words, and whether the request is carried out all the same.

    `settled` kinds cannot have it otherwise: the name says it. `of_notifications` are those that
    strike notifications; the others strike requests.
    """

    words: str
    carried_out: bool
    settled: bool = False
    of_notifications: bool = False


MEANINGS: Final[Mapping[Kind, Meaning]] = MappingProxyType(
    {
        Kind.RESULT_CODE: Meaning("answered with", carried_out=False),
        Kind.SLOW: Meaning("answered late", carried_out=True, settled=True),
        Kind.NO_ANSWER: Meaning("never answered", carried_out=False),
        Kind.DROP_BEFORE: Meaning("connection dropped", carried_out=False, settled=True),
        Kind.DROP_AFTER: Meaning("connection dropped", carried_out=True, settled=True),
        Kind.HALF_REPLY: Meaning(
            "connection dropped in the middle of the reply", carried_out=True, settled=True
        ),
        Kind.GARBAGE: Meaning("answered with garbage", carried_out=True),
        Kind.HTTP_500: Meaning("answered with HTTP 500 and no SOAP fault", carried_out=False),
        Kind.HTTP_503: Meaning("answered with HTTP 503", carried_out=False),
        Kind.NOTIFICATION_LOST: Meaning(
            "notification lost", carried_out=True, settled=True, of_notifications=True
        ),
        Kind.NOTIFICATION_TWICE: Meaning(
            "notification sent twice", carried_out=True, settled=True, of_notifications=True
        ),
    }
)
"""Every kind."""
