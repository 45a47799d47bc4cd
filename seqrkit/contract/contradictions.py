"""The contradictions between the reference documents, each with its two places.

The data is in schemas/contradictions.toml: facts about the reference documents, about the published
schemas and about the vendor's other material.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from seqrkit import schemas

_FILE: Final = "contradictions.toml"


class Topic(StrEnum):
    """What a contradiction is about."""

    WELL_FORMED = "not well-formed"
    ORDER = "out of schema order"
    REQUIRED = "required fields omitted"
    VALUE = "values that break their own rule"
    FIELD = "fields"
    MEANING = "meaning"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Place:
    """A section of a document, and what it says."""

    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.where}: {self.says}"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that cannot both be right.

    `rules` are the ids of the rules that a message breaks if it follows the first place. `literal`
    says what such a message contains: an element that the type does not have (``token.type``), a
    value (``context.channel=extWS``) or the name of an operation.
    """

    id: str
    topic: Topic
    first: Place
    second: Place
    rules: tuple[str, ...] = ()
    literal: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.first}; but {self.second}"


@cache
def contradictions() -> tuple[Contradiction, ...]:
    """Return all known contradictions, those of XML itself first.

    Raises `SchemaError` if the file cannot be read, which means a broken installation.
    """
    return tuple(
        Contradiction(
            key,
            Topic(entry["topic"]),
            _place(entry["first"]),
            _place(entry["second"]),
            tuple(entry.get("rules", ())),
            tuple(entry.get("literal", ())),
        )
        for key, entry in schemas.read_toml(_FILE).items()
    )


def _place(said: Mapping[str, str]) -> Place:
    return Place(schemas.Source(said["where"]), said["says"])


@cache
def _by_trace() -> Mapping[str, Contradiction]:
    return {trace: each for each in contradictions() for trace in each.literal}


def followed_literally(trace: str) -> Contradiction | None:
    """Return the contradiction whose first place a message follows, by what it contains."""
    return _by_trace().get(trace)


CONTRADICTIONS: Final = contradictions()
"""All known contradictions, those of XML itself first."""
