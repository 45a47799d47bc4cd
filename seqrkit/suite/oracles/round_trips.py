"""Messages written and read back, and compared with what they were before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from zeep.exceptions import Error as ZeepError

from seqrkit.client.reply_reader import read_reply
from seqrkit.client.zeep_envelopes import envelopes
from seqrkit.contract import load
from seqrkit.errors import SeqrError
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.suite.oracles import independent_readers
from seqrkit.suite.oracles.message_cases import envelope_of, payload_of
from seqrkit.suite.oracles.schema_validators import Verdicts, verdicts

if TYPE_CHECKING:
    from seqrkit.model import Reply
    from seqrkit.model_base import Request
    from seqrkit.strategies import Message
    from seqrkit.suite.framework.check_context import CheckContext

_Result = TypeVar("_Result")

_REFUSED: Final = (SeqrError, ZeepError, ArithmeticError, LookupError, TypeError, ValueError)
"""What writers and readers raise over a message that they cannot make out."""


class RoundTrips:
    """The ways of one operation's messages, at the interface of a check."""

    def __init__(self, check: CheckContext) -> None:
        self._check = check
        self._interface = check.interface
        self._operation = check.case.operation

    def request(self, request: Request) -> None:
        """By the client, and by the writer of what is generated."""
        name = self._operation
        by_client = self._done(
            lambda: envelopes(self._interface).write(request),
            f"the client cannot write it: {request}",
        )
        for writer, envelope in (
            ("the client", by_client),
            ("the generator", envelope_of(self._interface, name, request)),
        ):
            self._right(writer, envelope)
            read = self._read(
                "the endpoint", lambda e: independent_readers.by_endpoint(self._interface, e)
            )
            self._same(f"{writer} and read by the endpoint", read(envelope), request, envelope)
            self._linter(writer, name, request, envelope)
            read = self._read("zeep", self._by_zeep)
            self._alike(f"{writer} and read by zeep", read(envelope), request, envelope)

    def reply(self, reply: Reply) -> None:
        """By the endpoint, and by the writer of what is generated."""
        name = f"{self._operation}Response"
        by_endpoint = wire_codec(self._interface).write(self._operation, reply)
        for writer, envelope in (
            ("the endpoint", by_endpoint),
            ("the generator", envelope_of(self._interface, name, reply)),
        ):
            self._right(writer, envelope)
            read = self._read("the client", self._by_client)
            self._alike(f"{writer} and read by the client", read(envelope), reply, envelope)
            self._linter(writer, name, reply, envelope)

    def _by_zeep(self, envelope: bytes) -> Message:
        found = self._check.contract.schemas.wsdl
        return independent_readers.by_zeep(load(self._interface), found, self._operation, envelope)

    def _by_client(self, envelope: bytes) -> Message:
        return read_reply(payload_of(envelope), self._operation, self._interface)

    def _linter(self, writer: str, name: str, message: Message, envelope: bytes) -> None:
        read = self._read(
            "the linter", lambda e: independent_readers.by_linter(self._check.contract, name, e)
        )
        where = f"{writer} and read as the linter does"
        self._alike(where, read(envelope), message, envelope)

    def _right(self, writer: str, envelope: bytes) -> None:
        """Whoever writes a message that keeps every rule writes it so."""
        # A map of two entries has an undocumented key, since some operations have one key only.
        every = self._check.contract.lint(envelope)
        found = [each for each in every if each.rule.kind != "keys"]
        self._check.expect(
            not found,
            lambda: f"written by {writer}: {'; '.join(map(str, found))}",
            rule=found[0].rule if found else None,
            envelope=envelope,
        )
        said = verdicts(self._check.contract.schemas.wire, payload_of(envelope))
        self._check.expect(
            said == Verdicts(libxml2=True, xmlschema=True),
            f"written by {writer}, by the published schema {said}",
            envelope=envelope,
        )

    def _read(self, reader: str, read: Callable[[bytes], _Result]) -> Callable[[bytes], _Result]:
        return lambda envelope: self._done(
            lambda: read(envelope), f"{reader} cannot read it", envelope
        )

    def _done(
        self, do: Callable[[], _Result], sentence: str, envelope: bytes | None = None
    ) -> _Result:
        try:
            return do()
        except _REFUSED as error:
            said = f"{sentence}: {type(error).__name__}: {error}"
            self._check.fail(said, envelope=envelope)

    def _same(self, how: str, read: object, written: object, envelope: bytes) -> None:
        self._check.expect(
            read == written,
            lambda: f"written by {how}, {independent_readers.difference(read, written)}",
            envelope=envelope,
        )

    def _alike(self, how: str, read: object, written: object, envelope: bytes) -> None:
        """The same, where an element with nothing in it and none at all are one."""
        self._same(how, independent_readers.said(read), independent_readers.said(written), envelope)
