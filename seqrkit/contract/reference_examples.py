"""The references' own examples, and what is known to be wrong with each.

They are files beside the schemas, written anew: order, omissions and mistakes are the references',
the words are not. What the references only describe stands among them as well, made into a message.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from seqrkit import schemas
from seqrkit.errors import SchemaError
from seqrkit.vocabulary import Interface

_FOLDER: Final = "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """A message that a reference document shows or describes.

    `source` is where; `made` says what of it was made into a message, empty for what stands there
    as one. `shows` are the ids of contradictions, `findings` those of the rules that it breaks, in
    document order, one for each time.
    """

    interface: Interface
    name: str
    path: Path
    source: str
    made: str = ""
    shows: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def envelope(self) -> bytes:
        """The message itself; it need not be well-formed."""
        return self.path.read_bytes()

    def __str__(self) -> str:
        return f"{self.source}{f' ({self.made})' if self.made else ''}"


@cache
def examples() -> tuple[Example, ...]:
    """All of them, in the order of the references' operations.

    Raises `SchemaError` where the index cannot be read, which means a broken installation.
    """
    folder = schemas.bundled() / _FOLDER
    try:
        index = tomllib.loads((folder / "index.toml").read_text("utf-8"))
    except (OSError, ValueError) as error:
        msg = f"the examples in {folder} cannot be read: {error}; reinstall seqrkit"
        raise SchemaError(msg) from error
    return tuple(
        Example(
            Interface(interface),
            name,
            folder / interface / f"{name}.xml",
            said["source"],
            said.get("made", ""),
            tuple(said.get("shows", ())),
            tuple(said.get("findings", ())),
        )
        for interface, named in index.items()
        for name, said in named.items()
    )
