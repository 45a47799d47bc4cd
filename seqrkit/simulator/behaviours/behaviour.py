"""One entry of the table of behaviours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from seqrkit.vocabulary import ResultCode

SOURCES = {
    "D": "documented in the two references",
    "V": "the vendor's other public material",
    "C": "seen in public client code",
    "A": "assumed here, because no source says",
}
"""The meaning of each source letter."""


@dataclass(frozen=True, slots=True, eq=False)
class Behaviour:
    """Something the endpoint does, and the evidence that the service does it too.

    `source` is a letter of `SOURCES`; `place` says where it is written (empty if assumed).
    """

    id: str
    statement: str
    source: str
    place: str = ""

    @property
    def code(self) -> ResultCode | None:
        """The result code it answers, if it is a refusal."""
        return None

    def __post_init__(self) -> None:
        if self.source not in SOURCES or bool(self.place) != (self.source != "A"):
            msg = f"{self.id} needs a source letter, and a place unless it is assumed"
            raise ValueError(msg)

    def __str__(self) -> str:
        return f"{self.id} [{self.source}]"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Refusal(Behaviour):
    """A situation in which a request is refused, and the result code of the reply."""

    code: ResultCode


REFERENCE_CODES = "001 Result codes"
STATUS = "001 getPaymentStatus"
VENDOR = "vendor's public material"
FAQ = "vendor's FAQ"
CLIENTS = "public clients' source code"

documented: Final[Callable[..., Behaviour]] = partial(Behaviour, source="D")
published: Final[Callable[..., Behaviour]] = partial(Behaviour, source="V", place=VENDOR)
seen: Final[Callable[..., Behaviour]] = partial(Behaviour, source="C", place=CLIENTS)
assumed: Final[Callable[..., Behaviour]] = partial(Behaviour, source="A")
