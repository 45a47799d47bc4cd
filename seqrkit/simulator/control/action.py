"""What an action of the control API is, and what it is asked with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from seqrkit.simulator.control.json_schemas import Shape

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

SMALL: Final = 65_536
"""The most bytes of a body, but for an action that says otherwise."""
SNAPSHOT: Final = 256 * 1024 * 1024


class Problem(Exception):
    """What was asked cannot be done: HTTP status, one sentence, and a page that helps."""

    def __init__(self, status: int, sentence: str, help: str = "/help") -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.help = help


def missing(what: str, name: str) -> Problem:
    """The 404 of something that is not there."""
    return Problem(404, f"there is no {what} {name} here")


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """What a request says: the parts of its path, its query, its JSON body.

    `base` is scheme, host and port under which the client sees the endpoint.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)
    base: str = ""

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of the query, from 0 to `most`; raises `Problem` for anything else."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit()):
            raise Problem(400, f"{name} is a whole number from 0 to {most}, not {text[:40]!r}")
        return min(int(text[:18]), most)

    def text(self, name: str) -> str | None:
        """A text of the body that may be left out; raises `Problem` for what is no text."""
        given = self.body.get(name)
        if given is not None and not isinstance(given, str):
            raise Problem(400, f'"{name}" is a text, not {given!r:.40}')
        return given or None

    def needed(self, name: str) -> str:
        """A text of the body that may not; raises `Problem` where it is not there."""
        given = self.text(name)
        if given is None:
            raise Problem(400, f'the body needs "{name}", a text')
        return given


Handler = Callable[["ControlledEndpoint", ActionRequest], object]


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter of a query."""

    name: str
    meaning: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Action:
    """One method of one path: what it does, what it takes, what it answers."""

    method: str
    path: str
    summary: str
    do: Handler
    answer: Shape
    body: Shape | None = None
    query: tuple[Query, ...] = ()
    limit: int = SMALL

    @property
    def name(self) -> str:
        """A name of its own, e.g. getInvoicesReference."""
        words = self.path.removeprefix("/control/").replace("{", "").replace("}", "")
        return self.method.lower() + "".join(
            word.capitalize() for part in words.split("/") for word in part.split("_")
        )
