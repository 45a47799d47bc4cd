"""The parts of findings, exchanges and replies that errors refer to.

Protocols, because errors are imported by everything and import nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypedDict


class FindingLike(Protocol):
    """A finding; see `seqrkit.Finding`."""

    @property
    def id(self) -> str:
        """The id of the broken rule."""

    @property
    def path(self) -> str:
        """The location in the message."""

    @property
    def line(self) -> int | None:
        """The line of the message."""

    @property
    def message(self) -> str:
        """What is wrong with the value."""

    @property
    def source(self) -> str:
        """The document that states the rule."""


class ExchangeLike(Protocol):
    """An exchange; `seqrkit.Exchange` has the rest."""

    @property
    def number(self) -> int:
        """The position in the journal, from 1."""

    @property
    def operation(self) -> str:
        """The wire name of the operation."""

    @property
    def duration(self) -> float:
        """The duration in seconds."""

    @property
    def masked_request(self) -> bytes:
        """The request with its passwords masked."""

    @property
    def status(self) -> int | None:
        """The HTTP status; `None` without a response."""

    @property
    def response(self) -> bytes | None:
        """The body of the response, byte for byte."""

    @property
    def failure(self) -> str | None:
        """Why there is no complete response."""

    @property
    def failure_kind(self) -> str | None:
        """The name of the exception behind `failure`."""

    @property
    def findings(self) -> Sequence[FindingLike]:
        """The linter's findings about the request."""

    @property
    def reply_findings(self) -> Sequence[FindingLike]:
        """The linter's findings about the response."""


class ReplyLike(Protocol):
    """A reply; the operation's own class has the rest."""

    @property
    def ers_reference(self) -> str | None:
        """The service's reference of the payment."""

    @property
    def result_code(self) -> int:
        """The result code, which is not 0."""

    @property
    def result_description(self) -> str | None:
        """The service's description of the result."""


class About(TypedDict, total=False):
    """The arguments of every `SeqrError`."""

    exchange: ExchangeLike | None
    may_be_repeated: bool
    repeat_advice: str
