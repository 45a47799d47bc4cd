"""The principals that exist at the start, and the authentication of callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from seqrkit.model import ClientContext, PrincipalId
from seqrkit.simulator.authentication.passwords import Passwords
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.simulator.store.records import Reseller, Terminal, TerminalState
from seqrkit.simulator.store.settings import TerminalKind
from seqrkit.simulator.store.sql_transaction import SqlTransaction
from seqrkit.vocabulary import PrincipalType


@dataclass(frozen=True, slots=True)
class Published:
    """The credentials that the vendor published for testing; both principals exist at the start."""

    reseller_id: str = "public_test_shop"
    reseller_user: str = "9900"
    reseller_password: str = "1234"  # noqa: S105  published for testing
    terminal_id: str = "public_test_shop_terminal"
    terminal_password: str = "12345678"  # noqa: S105  the same


PUBLISHED: Final = Published()

# Slow hashes of the two published passwords, computed once, so that a start does not wait for them.
_RESELLER_HASH: Final = (
    "scrypt:14:d4d9c5a3c358843233c06391c2088ce4:"
    "f74c5604be19705c1775ebba7faa96671ae4bcf6c4577b6faf8e17dd52df1ddd"
)
_TERMINAL_HASH: Final = (
    "scrypt:14:49c8d61ded7f81ce869a7c5636feb727:"
    "055a6a867e9fb6858b9144d253f38bb7949d39863b3c2575cfb0dcad5d3b0922"
)
SHORTEST_PASSWORD: Final = 4
"""Characters; a terminal whose password has fewer is denied some operations."""
_INACTIVE: Final = {
    TerminalState.UNREGISTERED: refusal("caller.unregistered"),
    TerminalState.BLOCKED: refusal("caller.blocked"),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller: a terminal, or a user of the reseller."""

    reseller: str
    terminal: Terminal | None = None
    has_short_password: bool = False
    """Whether the caller is a terminal whose password is too short for some operations."""

    @property
    def type(self) -> PrincipalType:
        """The principal type of the request."""
        return PrincipalType.RESELLERUSER if self.terminal is None else PrincipalType.TERMINALID


def add_published(tx: SqlTransaction) -> None:
    """Add the published principals to the store, unless they are in it."""
    if tx.get(Reseller, id=PUBLISHED.reseller_id) is None:
        tx.save(
            Reseller(
                PUBLISHED.reseller_id, PUBLISHED.reseller_user, "Public Test Shop", _RESELLER_HASH
            )
        )
    if tx.get(Terminal, id=PUBLISHED.terminal_id) is None:
        tx.save(
            Terminal(
                id=PUBLISHED.terminal_id,
                reseller=PUBLISHED.reseller_id,
                kind=TerminalKind.WEBSHOP,
                name="Public Test Shop",
                password=_TERMINAL_HASH,
            )
        )


def remember_published(passwords: Passwords) -> None:
    """Mark the two published passwords as verified, which saves their slow hashes."""
    passwords.remember(_RESELLER_HASH, PUBLISHED.reseller_password, right=True)
    passwords.remember(_TERMINAL_HASH, PUBLISHED.terminal_password, right=True)


def authenticate(
    tx: SqlTransaction, context: ClientContext | None, passwords: Passwords, *, strict: bool = False
) -> Caller | Refusal:
    """Return the caller of a request, or the refusal.

    Raises `passwords.HashNeeded` for a password that has not been verified.
    """
    principal = context.initiator_principal_id if context is not None else None
    if context is None or principal is None or not principal.id:
        return refusal("caller.no-type")
    password = context.password or ""
    if principal.type == PrincipalType.TERMINALID:
        return _terminal(tx, principal.id, password, passwords)
    if principal.type == PrincipalType.RESELLERUSER:
        return _reseller(tx, principal, password, passwords, strict=strict)
    return refusal("caller.no-type")


def _terminal(tx: SqlTransaction, id: str, password: str, passwords: Passwords) -> Caller | Refusal:
    terminal = tx.get(Terminal, id=id)
    if terminal is None:
        return refusal("caller.terminal")
    # Before the password: a register that was unregistered hears of that, not of its password.
    inactive = _INACTIVE.get(terminal.state)
    if inactive is not None:
        return inactive
    if not password:
        return refusal("caller.no-password")
    if not passwords.check(terminal.password, password):
        return refusal("caller.password")
    # Known only here, because the store holds a hash.
    return Caller(terminal.reseller, terminal, len(password) < SHORTEST_PASSWORD)


def _reseller(
    tx: SqlTransaction, principal: PrincipalId, password: str, passwords: Passwords, *, strict: bool
) -> Caller | Refusal:
    id_, user_id = principal.id or "", principal.user_id
    # Public clients send public_test_shop/9900 as the id, and no userId.
    if not user_id and not strict:  # caller.combined-id
        id_, _, user_id = id_.partition("/")
    reseller = tx.get(Reseller, id=id_)
    if reseller is None or reseller.user_id != user_id:
        return refusal("caller.reseller")
    if reseller.blocked:
        return refusal("caller.blocked")
    if not password:
        return refusal("caller.no-password")
    if not passwords.check(reseller.password, password):
        return refusal("caller.password")
    return Caller(reseller.id)
