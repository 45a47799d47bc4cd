"""What an entry of the table is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from seqrkit.vocabulary import ResultCode

SOURCES = {
    "D": "documented in the two references",
    "V": "the vendor's other public material",
    "C": "seen in public client code",
    "A": "assumed here, because nothing says",
}
"""What a source letter means."""


@dataclass(frozen=True, slots=True, eq=False)
class Behaviour:
    """One thing the endpoint does.

    `statement` says what, `source` is a letter of `SOURCES`, `place` says where that is written
    (empty for an assumption), and `code` is the result code it answers, if it is a refusal.
    """

    id: str
    statement: str
    source: str
    place: str = ""
    code: ResultCode | None = None

    def __post_init__(self) -> None:
        if self.source not in SOURCES or bool(self.place) != (self.source != "A"):
            msg = f"{self.id} needs a source letter, and a place unless it is assumed"
            raise ValueError(msg)

    def __str__(self) -> str:
        return f"{self.id} [{self.source}]"


REFERENCE_CODES = "001 Result codes"
STATUS = "001 getPaymentStatus"
VENDOR = "vendor's public material"
FAQ = "vendor's FAQ"
CLIENTS = "public clients' source code"

documented = partial(Behaviour, source="D")
published = partial(Behaviour, source="V", place=VENDOR)
seen = partial(Behaviour, source="C", place=CLIENTS)
assumed = partial(Behaviour, source="A")
