"""The examples of the reference documents, with the rules that each of them breaks.

They are files in schemas/examples. Order, omissions and mistakes are those of the documents; the
texts are our own. Fragments and tables of the documents have been made into messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from seqrkit import schemas
from seqrkit.vocabulary import Interface

_FOLDER: Final = "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """A message that a reference document shows or describes.

    `source` is the section of the document. `made` describes what the message was made from, and
    is empty for a message of the document. `shows` are the ids of contradictions, `findings` the
    ids of the broken rules in document order, once for each finding.
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
        """The bytes of the message, which may not be well-formed."""
        return self.path.read_bytes()

    def __str__(self) -> str:
        return f"{self.source}{f' ({self.made})' if self.made else ''}"


@cache
def examples() -> tuple[Example, ...]:
    """Return all examples, in the order of the documents' operations.

    Raises `SchemaError` if the index cannot be read, which means a broken installation.
    """
    folder = schemas.bundled() / _FOLDER
    return tuple(
        Example(
            Interface(interface),
            name,
            folder / interface / f"{name}.xml",
            schemas.Source(said["source"]),
            said.get("made", ""),
            tuple(said.get("shows", ())),
            tuple(said.get("findings", ())),
        )
        for interface, named in schemas.read_toml(f"{_FOLDER}/index.toml").items()
        for name, said in named.items()
    )


@cache
def malformed_examples() -> Mapping[tuple[str, tuple[str, ...]], Sequence[Example]]:
    """Return the examples that are not well-formed, by kind and tags of their slip."""
    from seqrkit.contract.malformed_xml import first_slip

    found: dict[tuple[str, tuple[str, ...]], list[Example]] = {}
    for example in examples():
        slip = first_slip(example.envelope.decode())
        if slip is not None:
            found.setdefault((slip.kind, slip.tags), []).append(example)
    return found
