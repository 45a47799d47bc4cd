"""A violation as it is told and kept: what was demanded and found, and how to see it again.

Passwords are masked in all of it; what runs again takes them from the environment.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from attrs import asdict, frozen

from seqrkit import soap
from seqrkit.contract.findings import shorten
from seqrkit.display import copy_as_code
from seqrkit.errors import SeqrError
from seqrkit.suite.runner.property import Check
from seqrkit.suite.runner.violation import Violation

_LINES: Final = 120
"""The most lines of a message that a report shows: a file has all of it."""
_WIDTH: Final = 500
_NAME: Final = re.compile(r"[^A-Za-z0-9.-]+")


@frozen(kw_only=True)
class Failure:
    """What a violation says, as texts.

    `rule`, `request`, `reply`, `curl`, `python` and `file`, where the request was saved, are empty
    where there is none; `again` is the command that leads back to it.
    """

    check: str
    statement: str
    source: str
    sentence: str
    again: str
    rule: str = ""
    request: str = ""
    reply: str = ""
    curl: str = ""
    python: str = ""
    start: str = ""
    file: str = ""
    unsaved: str = ""

    def __str__(self) -> str:
        said = [
            f"{self.check}\n",
            f"demanded  {self.statement}",
            f"source    {self.source}",
            f"found     {self.sentence}",
        ]
        if self.rule:
            said.append(f"rule      {self.rule}")
        said.append(f"again     {self.again}")
        if self.request:
            said += [f"\nThe smallest request that shows it:\n\n{self.request}"]
        if self.reply:
            said += [f"The reply:\n\n{self.reply}"]
        if self.file:
            lint, send = f"seqrkit lint {self.file}", f"seqrkit send --xml {self.file}"
            said += [f"It is saved; judge it with `{lint}`, send it with `{send}`.\n"]
        if self.unsaved:
            said.append(f"It is not saved: {self.unsaved}\n")
        if self.curl:
            where = f", once `{self.start}` runs" if self.start else ""
            said += [f"With curl{where}:\n\n{self.curl}", f"In Python:\n\n{self.python}"]
        return "\n".join(said)

    def to_dict(self) -> dict[str, str]:
        """All of it, ready for JSON; the constructor takes it as keywords."""
        return asdict(self)


def failure(
    check: Check,
    violation: Violation,
    *,
    endpoint: str,
    again: str,
    directory: Path | None,
    start: str = "",
) -> Failure:
    """What is to be told of a violation; its request is saved in the directory, if there is one.

    `endpoint` is what curl and Python are to send it to, `start` the command that starts it.
    """
    envelope, exchange = violation.envelope, violation.exchange
    interface = check.case.interface
    told = Failure(
        check=str(check),
        statement=check.property.statement,
        source=check.property.source,
        sentence=violation.sentence,
        again=again,
        rule=str(violation.rule or ""),
        reply=_shown(exchange.response) if exchange and exchange.response else "",
    )
    if envelope is None:
        return told
    return Failure(
        **told.to_dict()
        | {"request": _shown(envelope), "start": start}
        | ({} if directory is None else _saved(directory, str(check), soap.mask(envelope)))
        | (_copies(envelope, endpoint, interface) if _is_short(envelope) else {})
    )


def _copies(envelope: bytes, endpoint: str, interface: str) -> dict[str, str]:
    said = {}
    for name, copy in (("curl", copy_as_code.curl), ("python", copy_as_code.python)):
        try:
            said[name] = copy(envelope, endpoint, interface)
        except SeqrError as error:  # a message that a shell cannot write, for one
            said[name] = f"{error}\n"
    return said


def _saved(directory: Path, name: str, content: bytes) -> dict[str, str]:
    path = directory / f"{_NAME.sub('-', name).strip('-')}.xml"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:  # a failure is told wherever it happens
        return {"unsaved": f"{path} cannot be written: {error.strerror or error}"}
    return {"file": str(path)}


def _is_short(message: bytes) -> bool:
    return message.count(b"\n") <= _LINES and len(message) <= _LINES * _WIDTH


def _shown(message: bytes) -> str:
    """A message as a report shows it: masked, nothing in it that acts unseen, long ones cut."""
    lines = soap.mask(message).decode("utf-8", "replace").split("\n")
    more = len(lines) - _LINES
    said = "\n".join(shorten(line, _WIDTH) for line in lines[:_LINES]).rstrip("\n")
    return f"{said}\n" + (f"... and {more} lines more\n" if more > 0 else "")
