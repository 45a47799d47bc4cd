"""A message that was found in a file, with what is known about how it was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Remark(NamedTuple):
    """What is wrong with how a message is packed: the id of a rule, and a sentence."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """The bytes of one message in a file.

    `origin` names the message within the file (`request 2`), and is empty if it is the only one.
    `line` is the line of the file on which it begins, `head_line` that of its HTTP start line, if
    there is one; `keeps_lines` tells whether its own lines are lines of the file. `headers` are
    those of HTTP by lower-case name; `method` is that of an HTTP request, `status` that of an HTTP
    response.
    """

    data: bytes
    origin: str = ""
    line: int = 1
    keeps_lines: bool = True
    head_line: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = ""
    status: int | None = None
    remarks: tuple[Remark, ...] = ()


def trimmed(data: bytes, opening: re.Match[bytes]) -> bytes:
    """Cut off what surrounds a message, such as quotes; `opening` is the match of its first tag."""
    end = data.rfind(b"</" + opening[1])
    end = len(data) if end < 0 else data.find(b">", end) + 1
    return b"\n" * data.count(b"\n", 0, opening.start()) + data[opening.start() : end]
