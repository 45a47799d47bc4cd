"""The actions of the control API: what an action is, and what a request to it contains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from seqrkit.simulator.control.views import Schema
from seqrkit.simulator.http.request_body import HttpError
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

MAX_BYTES: Final = 65_536
"""The size limit of a request body, unless the action has another one."""


class Problem(HttpError):
    """An action that cannot be carried out: HTTP status, one sentence, and a page of the help.

    `code` is the result code with which the buyer's phone was refused.
    """

    def __init__(
        self, status: int, sentence: str, help: str = "/help", code: ResultCode | None = None
    ) -> None:
        super().__init__(status, sentence)
        self.help = help
        self.code = code


def not_found(kind: str, name: str) -> Problem:
    """Return the problem of something that does not exist."""
    return Problem(404, f"there is no {kind} {name}")


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """The parameters of a request: path, query and JSON body.

    `base_url` is the address under which the client sees the endpoint.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)
    base_url: str = ""

    def integer(self, name: str, default: int, maximum: int) -> int:
        """Return a query parameter from 0 to `maximum`; raises `Problem` for anything else."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit()):
            raise Problem(400, f"{name} is {text[:40]!r}; use an integer from 0 to {maximum}")
        # Cut, because int() of thousands of digits is slow, and any number that long is above the
        # limit.
        return min(int(text[:18]), maximum)

    def text(self, name: str) -> str | None:
        """Return an optional string of the body; raises `Problem` for another type."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise Problem(400, f'"{name}" is {value!r:.40}; it must be a string')
        return value or None

    def required_text(self, name: str) -> str:
        """Return a string of the body; raises `Problem` if it is missing."""
        value = self.text(name)
        if value is None:
            raise Problem(400, f'the body has no "{name}"; add it as a string')
        return value


Handler = Callable[["ControlledEndpoint", ActionRequest], object]


@dataclass(frozen=True, slots=True)
class Action:
    """One method of one path, with the schemas of its answer, body and query parameters.

    `query` maps the name of a parameter to its description and schema; `limit` is in bytes.
    """

    method: str
    path: str
    handler: Handler
    answer: Schema
    body: Schema | None
    query: Mapping[str, tuple[str, Schema]]
    limit: int

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").partition("\n")[0]

    @property
    def name(self) -> str:
        """A unique name, e.g. getInvoicesReference."""
        words = self.path.removeprefix("/control/").replace("{", "").replace("}", "")
        return self.method.lower() + "".join(
            word.capitalize() for part in words.split("/") for word in part.split("_")
        )


ACTIONS: Final[list[Action]] = []
"""Every action, filled by the decorator when the modules of actions are imported."""


def action(
    method: str,
    path: str,
    answer: Schema,
    *,
    body: Schema | None = None,
    query: Mapping[str, tuple[str, Schema]] | None = None,
    limit: int = MAX_BYTES,
) -> Callable[[Handler], Handler]:
    """Make a function the handler of a path below /control."""

    def register(handler: Handler) -> Handler:
        ACTIONS.append(Action(method, f"/control{path}", handler, answer, body, query or {}, limit))
        return handler

    return register
