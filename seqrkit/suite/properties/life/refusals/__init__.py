"""The situations in which a request is refused, each brought about, with the code it must have.

Where the reference names a code for one operation only, that others answer it too is assumed: see
``c:assumed`` in schemas/result-codes.xsd.
"""

from __future__ import annotations

from seqrkit.suite.properties.life.refusals import invoices, payments, service
from seqrkit.suite.properties.life.refusals.refusal import (
    BUYER,
    INSIDE,
    NOBODY,
    SITUATIONS,
    Situation,
)

__all__ = [
    "BUYER",
    "INSIDE",
    "NOBODY",
    "SITUATIONS",
    "Situation",
    "invoices",
    "payments",
    "service",
]
