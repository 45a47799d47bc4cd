"""Convert texts from the wire to Python values, by built-in type of XML Schema.

A reader returns `None` for a text that is not of its type, and for a value that Python cannot
represent (the year 10000), so that nothing raises later.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Final

_WHITE: Final = " \t\r\n"
# At most 40 digits: int() of a hostile text would take quadratic time.
_INTEGER = re.compile(r"[+-]?0*[0-9]{1,40}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T)([0-9]{2})(:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)"
    r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
)
_MIDNIGHT = re.compile(r":00:00(?:\.0+)?")


def decimal(text: str) -> Decimal | None:
    """Read an xs:decimal: digits and a point, no exponent."""
    text = text.strip(_WHITE)
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def integer(text: str, bits: int = 32) -> int | None:
    """Read an integer of so many bits: xs:int has 32."""
    text = text.strip(_WHITE)
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text)
    # Java's parser refuses what does not fit, so a larger number is unreadable rather than cut off.
    return value if -(1 << bits - 1) <= value < 1 << bits - 1 else None


def date_time(text: str) -> datetime | None:
    """Read an xs:dateTime; hour 24 is the midnight that ends the day (XML Schema 1.0, 3.2.7)."""
    found = _DATE_TIME.fullmatch(text.strip(_WHITE))
    if found is None:
        return None
    day, hour, rest, zone = found.groups()
    ends_day = hour == "24" and _MIDNIGHT.fullmatch(rest) is not None
    try:
        moment = datetime.fromisoformat(f"{day}{'00' if ends_day else hour}{rest}{zone or ''}")
        moment += timedelta(days=ends_day)
        if moment.tzinfo is not None:
            moment.astimezone(UTC)  # the first and the last day of all may have no other zone
    except (ValueError, OverflowError):
        return None
    return moment


def base64(text: str) -> bytes | None:
    """Read an xs:base64Binary; white space is allowed anywhere."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None


READERS: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType(
    {
        "int": integer,
        "long": partial(integer, bits=64),
        "decimal": decimal,
        "dateTime": date_time,
        "base64Binary": base64,
    }
)
"""The reader of each built-in type that is not text."""
