"""Send one request, of the model or as bytes, and read its reply."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Self, TypeVar, cast, overload

from attrs import evolve

from seqrkit import soap
from seqrkit.client import reply_classification
from seqrkit.client.credentials import Credentials
from seqrkit.client.recording_transport import Answered, Transport
from seqrkit.client.reply_reader import read_reply
from seqrkit.client.request_context import filled, principal_of
from seqrkit.client.zeep_envelopes import envelopes
from seqrkit.clock import Clock
from seqrkit.contract import Contract
from seqrkit.contract.message_identity import operation_of, plain, sender_of
from seqrkit.errors import ConfigurationError, MessageError, NotAReply
from seqrkit.exchange import Exchange, Journal
from seqrkit.model import ClientContext, Reply
from seqrkit.model_base import Request, RequestFor
from seqrkit.vocabulary import Interface, PrincipalType

_MASK = soap.MASK.encode()
_Reply = TypeVar("_Reply", bound=Reply)


class Sender:
    """Sends requests to one endpoint, as a terminal or a reseller's user."""

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        *,
        clock: Clock,
        strict: bool,
        new_reference: Callable[[], str],
    ) -> None:
        self.clock = clock
        self.strict = strict
        self._transport = transport
        self._credentials = credentials
        self._new_reference = new_reference

    @property
    def exchanges(self) -> Journal:
        """All exchanges so far, failed ones included."""
        return self._transport.journal

    @property
    def interface(self) -> Interface:
        """The interface that the client uses."""
        return self._transport.interface

    @property
    def endpoint(self) -> str:
        """The endpoint's address as exchanges show it."""
        return self._transport.endpoint

    @property
    def address(self) -> str:
        """The address that requests are posted to; for an embedded endpoint, its port here."""
        return self._transport.address

    @property
    def contract(self) -> Contract:
        """The contract of the interface."""
        return self._transport.contract

    @overload
    def send(
        self, request: RequestFor[_Reply], *, check: bool = True, envelope: bytes | None = None
    ) -> _Reply: ...
    @overload
    def send(
        self, request: Request, *, check: bool = True, envelope: bytes | None = None
    ) -> Reply: ...
    def send(self, request: Request, *, check: bool = True, envelope: bytes | None = None) -> Reply:
        """Send a request as given; only a missing context is filled in.

        `envelope` are the bytes to post, if the caller has written the request. Raises the
        `ResultError` named for the reply's code if that is not 0, unless `check` is false; a
        `TransportError` without a reply; `UnwritableRequest` for values that the wire types cannot
        carry; `ContractViolation` if the client is strict and the request breaks the contract;
        `ConfigurationError` for credentials that are not known.
        """
        return self._sent(request, check=check, envelope=envelope)

    def send_raw(
        self, data: bytes, operation: str | None = None, *, check: bool = False
    ) -> Exchange:
        """Send bytes as they are, even malformed ones, and return the exchange.

        A masked password in the context is replaced by the client's own. `operation` is needed only
        if the bytes do not name it. Raises a `TransportError` without an answer, and
        `ConfigurationError` if a password stays masked; with `check` also what `send` raises.
        """
        name = operation if operation is not None else operation_of(data)
        data = _unmasked(data, name, self._credentials, self.contract)
        answered = self._transport.post(
            data, name, strict=self.strict, secrets=self._credentials.secrets
        )
        if check:
            self._reply(answered, check=True)
        return answered.exchange

    def envelope(self, request: Request) -> bytes:
        """Return the bytes that `send` would post, passwords masked."""
        return soap.mask(self._written(request))

    def context(
        self, operation: str, *, principal: PrincipalType | str | None = None
    ) -> ClientContext:
        """Return a context for a request of this operation, with a new clientReference.

        `principal` sends it; by default the first one that may and whose credentials are known.
        Raises `ConfigurationError` for credentials that are not known.
        """
        who = principal_of(self.contract, operation, principal)
        if principal is None:
            # A shop may know only its terminal, or only its reseller's user.
            allowed = map(PrincipalType, self.contract.operations[operation].principals)
            who = next((each for each in allowed if self._credentials.are_known(each)), who)
        return filled(self._credentials, who, operation, self._new_reference())

    def _acting_as(self, credentials: Credentials) -> Self:
        other = copy.copy(self)
        other._credentials = credentials  # noqa: SLF001 - a copy of this object
        return other

    def _sent(
        self,
        request: Request,
        *,
        check: bool,
        timeout: float | None = None,
        envelope: bytes | None = None,
    ) -> Reply:
        answered = self._transport.post(
            self._written(request) if envelope is None else envelope,
            request.OPERATION,
            strict=self.strict,
            timeout=timeout,
            secrets=self._credentials.secrets,
        )
        return self._reply(answered, check=check)

    def _written(self, request: Request) -> bytes:
        if getattr(request, "context", None) is None:
            whole = cast("Any", request)  # each request is an attrs class with a context
            request = evolve(whole, context=self.context(request.OPERATION))
        return envelopes(self.interface).write(request)

    def _reply(self, answered: Answered, *, check: bool) -> Reply:
        exchange, payload = answered
        operation = exchange.operation
        repetition = self._transport.repetition(operation)
        payload = reply_classification.judged(exchange, payload, repetition)
        try:
            reply = read_reply(payload, operation, self.interface, exchange.secrets)
        except NotAReply as error:
            raise NotAReply(error.sentence, **repetition.about(exchange)) from None
        if check and reply_classification.failed(reply):
            raise reply_classification.result_error(reply, exchange, operation, repetition)
        return reply


def _unmasked(data: bytes, operation: str, credentials: Credentials, contract: Contract) -> bytes:
    """Return a message with the caller's own password instead of the mask in its context.

    Raises `ConfigurationError` if that password is not known, and if another one is masked: that of
    the new terminal in registerTerminal.
    """
    if _MASK not in plain(data):
        return data
    if soap.unmask(data, "") == data:  # the mask is not the context's password
        _refuse_masked_terminal(data, operation)
        return data
    who = sender_of(data, operation, contract.operations)
    filled = soap.unmask(data, credentials.password(who, operation or "this message"))
    _refuse_masked_terminal(filled, operation)
    return filled


def _refuse_masked_terminal(data: bytes, operation: str) -> None:
    if operation != "registerTerminal":
        return
    try:
        payload = soap.read_envelope(soap.parse(data)).payload
    except MessageError:
        return  # malformed, and sent as it is
    if (payload.findtext("password") or "").strip() == soap.MASK:
        raise ConfigurationError(
            f"the password of the new terminal is masked ({soap.MASK}), and only the context's "
            "password is known: write the new terminal's password into the message"
        )
