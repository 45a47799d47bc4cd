"""Settings of resellers and terminals that no request of the API can change."""

from __future__ import annotations

from dataclasses import replace

from seqrkit.errors import ConfigurationError
from seqrkit.simulator.authentication.principals import PUBLISHED, SHORTEST_PASSWORD
from seqrkit.simulator.store.records import Reseller, Terminal, TerminalKind, TerminalState
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.simulator.transactions.runner import TransactionRunner


class Administration:
    """Changes principals, which leads to result codes that requests alone cannot cause."""

    def __init__(self, transactions: TransactionRunner) -> None:
        self._transactions = transactions

    def change_reseller(
        self,
        reseller_id: str = PUBLISHED.reseller_id,
        *,
        may_refund: bool | None = None,
        account_takes_refunds: bool | None = None,
    ) -> None:
        """Allow or forbid refunds to a reseller (code 97), or to its account (code 99).

        Raises `ConfigurationError` for an unknown reseller.
        """

        def work(ledger: Ledger) -> None:
            reseller = ledger.tx.get(Reseller, id=reseller_id)
            if reseller is None:
                raise _unknown("reseller", reseller_id)
            if may_refund is not None:
                reseller = replace(reseller, may_refund=may_refund)
            if account_takes_refunds is not None:
                reseller = replace(reseller, account_takes_refunds=account_takes_refunds)
            ledger.tx.save(reseller)

        self._transactions.run(work)

    def block_terminal(self, terminal_id: str, *, blocked: bool = True) -> None:
        """Block a terminal (code 33), or unblock it.

        Raises `ConfigurationError` for a terminal that is unknown or unregistered.
        """

        def work(ledger: Ledger) -> None:
            terminal = ledger.tx.get(Terminal, id=terminal_id)
            if terminal is None or terminal.state is TerminalState.UNREGISTERED:
                raise _unknown("terminal", terminal_id)
            state = TerminalState.BLOCKED if blocked else TerminalState.ACTIVE
            ledger.tx.save(replace(terminal, state=state))

        self._transactions.run(work)

    def add_reseller(self, reseller_id: str, user_id: str, password: str, name: str = "") -> None:
        """Add a reseller, or change its user, name and password."""
        stored = self._transactions.passwords.hash(password)
        reseller = Reseller(reseller_id, user_id, name or reseller_id, stored)
        self._transactions.run(lambda ledger: ledger.tx.save(reseller))

    def add_webshop_terminal(
        self,
        terminal_id: str,
        password: str,
        name: str = "",
        reseller_id: str = PUBLISHED.reseller_id,
    ) -> None:
        """Add a webshop terminal.

        Raises `ConfigurationError` for a terminal id that is taken or an unknown reseller.
        """
        stored = self._transactions.passwords.hash(password)

        def work(ledger: Ledger) -> None:
            if ledger.tx.get(Reseller, id=reseller_id) is None:
                raise _unknown("reseller", reseller_id)
            if ledger.tx.get(Terminal, id=terminal_id) is not None:
                msg = f'the terminal id "{terminal_id}" is taken; choose another'
                raise ConfigurationError(msg)
            ledger.tx.save(
                Terminal(
                    id=terminal_id,
                    reseller=reseller_id,
                    kind=TerminalKind.WEBSHOP,
                    name=name or terminal_id,
                    password=stored,
                    short_password=len(password) < SHORTEST_PASSWORD,
                )
            )

        self._transactions.run(work)


def _unknown(what: str, id: str) -> ConfigurationError:
    return ConfigurationError(f'there is no {what} "{id}" here; register or add it first')
