"""Sends a recorded session again: with own credentials, new references and a simulated buyer."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from seqrkit import soap
from seqrkit.contract.message_identity import sender_of
from seqrkit.errors import CannotPay, ConfigurationError, SeqrError
from seqrkit.exchange import Exchange
from seqrkit.model import ClientContext, CommitReservation, CreditUser, RegisterTerminal
from seqrkit.qr import invoice_code
from seqrkit.recording.session_comparison import SHORTEST, Difference, references, values
from seqrkit.session import Session
from seqrkit.vocabulary import USER_TOKEN, InvoiceStatus, ResultCode

_CONTEXT: Final = "/context/"
_STATUS: Final = "reply/getPaymentStatusResponse/return/status"
_REQUEST: Final = "request"
_INVOICE: Final = "invoiceReference"
_TOKENS: Final = "reply/getPaymentStatusResponse/return/customerTokens"
_BUYER: Final = {
    InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE.value: "",
    InvoiceStatus.PAID.value: "pay",
    InvoiceStatus.RESERVED.value: "pay",
    InvoiceStatus.FAILED.value: "decline",
    InvoiceStatus.CANCELED.value: "cancel",
}
"""What the buyer does with a scanned bill before a reply has a status."""
_USER: Final = "creditUser/creditUserRequest/userId"
# Bytes and patterns instead of a parser: all else of a request must stay as the client sent it.
_TEXT: Final = re.compile(rb"(?<=>)(\s*)([^\s<>][^<>]*?)(\s*)(?=<)")
_ID: Final = re.compile(rb"<(?:\w+:)?id(?:\s[^>]*)?>([^<]*)")
_CONTEXT_END: Final = re.compile(rb"</(?:\w+:)?context\s*>")
_PRINCIPAL: Final = re.compile(
    rb"<(?:\w+:)?initiatorPrincipalId\b.*?</(?:\w+:)?initiatorPrincipalId\s*>", re.DOTALL
)


class Replayed(NamedTuple):
    """A recorded exchange and the new one; `trouble` says why there is none."""

    recorded: Exchange
    new: Exchange | None
    trouble: str = ""


def in_meaning(found: Iterable[Difference]) -> list[Difference]:
    """Return the differences without those of the context, which a replay has of its own."""
    return [each for each in found if _CONTEXT not in each.path]


class Replay:
    """Sends the requests of a recorded session to the endpoint of another one.

    References in later requests are those of the new replies. The principal is the session's own,
    except for a terminal that was registered in the recording. A simulated phone, if there is one,
    pays, declines or cancels an invoice before the first status that says so, and has the cards of
    the recorded replies; a userId is that of its tokens. A `buyer` pays instead, each invoice once.
    With `keep_timing` the client's clock waits as long between two requests as in the recording.
    """

    def __init__(
        self,
        session: Session,
        *,
        keep_timing: bool = False,
        buyer: Callable[[str], None] | None = None,
    ) -> None:
        self._session = session
        self._buyer = buyer
        self._paid: set[str] = set()
        self._keep_timing = keep_timing
        self._new: dict[str, str] = {}
        """New references by the recorded ones."""
        self._passwords: dict[str, str] = {}
        """Passwords of terminals that were registered, by their new ids."""

    def run(self, recorded: Iterable[Exchange]) -> Iterator[Replayed]:
        """Yield each exchange after its request was sent again."""
        before = None
        for each in recorded:
            if before is not None and self._keep_timing:
                self._session.clock.sleep(each.seconds_after(before))
            before = each
            yield self.send(each)

    def send(self, recorded: Exchange) -> Replayed:
        """Send the request of the next exchange again."""
        self._let_the_buyer_act(recorded)
        try:
            new = self._session.send_raw(self._request(recorded), recorded.operation or None)
        except SeqrError as error:
            return Replayed(recorded, None, error.sentence)
        self._learn(recorded, new)
        return Replayed(recorded, new)

    def _request(self, recorded: Exchange) -> bytes:
        """Return the request with own principal, password and new references."""
        simulator = self._session.simulator
        if simulator is not None and recorded.operation == CreditUser.OPERATION:
            user = dict(values(recorded.masked_request)).get(_USER, "")
            if recorded.succeeded and len(user) >= SHORTEST:
                self._new.setdefault(user, simulator.phone.user_id)
        data = with_references(recorded.masked_request, self._new)
        operations = self._session.contract.operations
        principal = _PRINCIPAL.search(data)
        if principal is None or recorded.operation not in operations:
            return data
        named = _ID.search(principal[0])
        password = (
            self._passwords.get(named[1].decode("utf-8", "replace").strip()) if named else None
        )
        if password is not None:
            return soap.unmask(data, password)
        who = sender_of(data, recorded.operation, operations)
        # A refused password is masked in the recording. At a real service none is tried: it may
        # block the terminal.
        if recorded.result_code == ResultCode.AUTHENTICATION_FAILED and simulator is not None:
            # Wrong in any case, as the recorded one was.
            return soap.unmask(data, secrets.token_urlsafe(12))
        own = self._session.context(recorded.operation, principal=who)
        data = with_references(data, {recorded.client_reference or "": own.client_reference or ""})
        data = with_principal(data, own)
        if recorded.operation == RegisterTerminal.OPERATION:
            # registerTerminal has two passwords: the caller's in the context and the terminal's
            # after it.
            end = max((each.end() for each in _CONTEXT_END.finditer(data)), default=0)
            new = with_text(data[end:], b"password", secrets.token_urlsafe(12))
            data = data[:end] + new
        return data

    def _learn(self, recorded: Exchange, new: Exchange) -> None:
        """Remember which new reference stands for which recorded one."""
        old, found = references(recorded), references(new)
        self._new |= {
            value: found[path]
            for path, value in old.items()
            # A short value such as 1 would be replaced in amounts and counts as well.
            if path in found and len(value) >= SHORTEST
        }
        if recorded.operation == RegisterTerminal.OPERATION and new.succeeded:
            password = dict(values(new.request)).get("registerTerminal/password", "")
            terminal = found.get("reply/registerTerminalResponse/return/terminalId", "")
            self._passwords[terminal] = password

    def _let_the_buyer_act(self, recorded: Exchange) -> None:
        """Do with the invoice what the buyer did, as the recorded status and tokens show it."""
        told = dict(values(recorded.masked_response, "reply/"))
        asked = dict(values(recorded.masked_request, f"{_REQUEST}/"))
        reference = self._new.get(asked.get(f"{_REQUEST}/{recorded.operation}/{_INVOICE}", ""))
        status = told.get(_STATUS)
        if recorded.operation == CommitReservation.OPERATION and recorded.succeeded:
            status = InvoiceStatus.RESERVED.value
        if reference is None or status not in _BUYER:
            return
        try:
            if self._buyer is not None:
                if _BUYER[status] == "pay" and reference not in self._paid:
                    self._paid.add(reference)
                    self._buyer(reference)
                return
            phone = self._session.phone
            cards = {p: text for p, text in told.items() if p.startswith(f"{_TOKENS}/")}
            phone.remove_cards()
            for path, value in cards.items():
                token, _, name = path.rpartition("/")
                if name == "value" and cards.get(f"{token}/description") != USER_TOKEN:
                    phone.add_card(
                        value, cards.get(f"{token}/id", ""), cards.get(f"{token}/description", "")
                    )
            bill = phone.scan(invoice_code(reference))
            if action := _BUYER[status]:
                getattr(bill, action)()
        except (CannotPay, ConfigurationError):
            return  # done already, or no phone: the differences show what the service answers


def with_principal(data: bytes, context: ClientContext) -> bytes:
    """Return a request with the id and the user of a context's principal, if it has one."""
    found, own = _PRINCIPAL.search(data), context.initiator_principal_id
    if found is None or own is None:
        return data
    block = with_text(found[0], b"id", own.id or "")
    return data.replace(found[0], with_text(block, b"userId", own.user_id or ""), 1)


def with_references(data: bytes, new: Mapping[str, str]) -> bytes:
    """Return a request with other texts in elements that are references, in one pass."""

    def text(found: re.Match[bytes]) -> bytes:
        made = new.get(found[2].decode("utf-8", "replace"))
        return found[0] if made is None else found[1] + escape(made).encode() + found[3]

    return _TEXT.sub(text, data)


def with_text(data: bytes, name: bytes, text: str) -> bytes:
    """Return a request with another text in the first element of that name."""
    pattern = rb"(<(?:\w+:)?%s(?:\s[^>]*)?>)[^<]*" % name
    # A function, because `re` would read backslashes in a password as groups.
    return re.sub(pattern, lambda found: found[1] + escape(text).encode(), data, count=1)
