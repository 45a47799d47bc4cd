"""Applies settings to the store: what no request of the API can change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import Any, Final, TypeVar

from seqrkit.errors import ConfigurationError
from seqrkit.model import Invoice
from seqrkit.simulator.authentication.passwords import Passwords
from seqrkit.simulator.authentication.principals import add_published
from seqrkit.simulator.states import invoice_state as events
from seqrkit.simulator.states.buyer_events import LONGEST
from seqrkit.simulator.states.invoice_state import Event, InvoiceState
from seqrkit.simulator.store.records import (
    Movement,
    Reseller,
    StoredInvoice,
    Terminal,
    TerminalState,
)
from seqrkit.simulator.store.serialization import encode_invoice
from seqrkit.simulator.store.settings import (
    ResellerSettings,
    SeedInvoice,
    Settings,
    SettingsSource,
    TerminalKind,
    TerminalSettings,
    User,
)
from seqrkit.simulator.store.settings_errors import entry_error
from seqrkit.simulator.transactions.ledger import Ledger
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode

_MODES: Final = {InvoiceStatus.RESERVED: PaymentMode.RESERVATION_REQUIRED}
_ACKNOWLEDGMENTS: Final = {
    InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE: AcknowledgmentMode.REQUIRE_ACKNOWLEDGMENT
}
_Principal = TypeVar("_Principal", Reseller, Terminal)
_RESELLER_FIELDS: Final = ("name", "may_refund", "account_takes_refunds", "gaming", "blocked")
_TERMINAL_FIELDS: Final = ("name", "reseller", "kind", "seqr_id")


class Configuration:
    """Settings that can be applied repeatedly; their passwords are hashed once.

    `buyer` is the userId of the simulated buyer, who pays the seed invoices. Raises
    `ConfigurationError` for settings that are not valid.
    """

    def __init__(self, source: SettingsSource, passwords: Passwords, buyer: str) -> None:
        self.settings: Settings = Settings.of(source)
        self._source = source
        self._buyer = buyer
        principals = (*self.settings.resellers, *self.settings.terminals)
        # Hashed once here: each hash takes 50 ms, and settings are applied again after every reset.
        self._hashes = {each: " ".join(map(passwords.hash, each.passwords)) for each in principals}

    def apply(self, ledger: Ledger) -> None:
        """Add and change what the settings name, after the published principals.

        Raises `ConfigurationError` for settings that do not fit together or to what is stored.
        """
        add_published(ledger.tx)
        for reseller in self.settings.resellers:
            self._reseller(ledger, reseller)
        for terminal in self.settings.terminals:
            self._terminal(ledger, terminal)
        for each in (*self.settings.users, *self.settings.tokens, *self.settings.reports):
            ledger.tx.save(each)
        for invoice in self.settings.invoices:
            # Settings are applied at each start, when a seed may have been paid long ago.
            if ledger.tx.invoice(invoice.reference) is None:
                self._invoice(ledger, invoice)

    def _reseller(self, ledger: Ledger, entry: ResellerSettings) -> None:
        known = ledger.tx.get(Reseller, id=entry.id)
        if known is None:
            self._check_complete("reseller", entry, "user")
            known = Reseller(entry.id, "", entry.id, "")
        user = {} if entry.user is None else {"user_id": entry.user}
        ledger.tx.save(self._changed(known, entry, _RESELLER_FIELDS, user))

    def _terminal(self, ledger: Ledger, entry: TerminalSettings) -> None:
        known = ledger.tx.get(Terminal, id=entry.id)
        if known is None:
            self._check_complete("terminal", entry, "reseller")
            known = Terminal(entry.id, "", TerminalKind.WEBSHOP, entry.id, "")
        if entry.reseller and ledger.tx.get(Reseller, id=entry.reseller) is None:
            raise self._error("terminal", entry.id, f'there is no reseller "{entry.reseller}"')
        holder = ledger.tx.get(Terminal, seqr_id=entry.seqr_id) if entry.seqr_id else None
        if holder is not None and holder.id != entry.id:
            problem = f'the terminal "{holder.id}" has the seqr_id {entry.seqr_id}'
            raise self._error("terminal", entry.id, problem)
        state: dict[str, TerminalState] = {}
        # A terminal that a request unregistered stays so: settings do not undo requests.
        if entry.blocked is not None and known.state is not TerminalState.UNREGISTERED:
            state["state"] = TerminalState.BLOCKED if entry.blocked else TerminalState.ACTIVE
        ledger.tx.save(self._changed(known, entry, _TERMINAL_FIELDS, state))

    def _changed(
        self,
        record: _Principal,
        entry: ResellerSettings | TerminalSettings,
        fields: Iterable[str],
        others: dict[str, Any],
    ) -> _Principal:
        """Return a record with the fields that an entry names."""
        named = {name: value for name in fields if (value := getattr(entry, name)) is not None}
        if entry.passwords:
            named["password"] = self._hashes[entry]
        return replace(record, **named, **others)

    def _invoice(self, ledger: Ledger, entry: SeedInvoice) -> None:
        terminal = ledger.tx.get(Terminal, id=entry.terminal)
        if terminal is None:
            problem = f'there is no terminal "{entry.terminal}"'
            raise self._error("invoice", entry.reference, problem)
        if entry.ers_reference and ledger.tx.get(Movement, reference=entry.ers_reference):
            problem = f"another payment has the ers_reference {entry.ers_reference}"
            raise self._error("invoice", entry.reference, problem)
        # The buyer of a seed payment can be credited like any other.
        if ledger.tx.get(User, id=self._buyer) is None:
            ledger.tx.save(User(self._buyer))
        invoice = Invoice(
            title=entry.title,
            cashier_id=entry.cashier,
            issue_date=ledger.now,
            payment_mode=_MODES.get(entry.status, PaymentMode.IMMEDIATE_DEBIT),
            acknowledgment_mode=_ACKNOWLEDGMENTS.get(
                entry.status, AcknowledgmentMode.NO_ACKNOWLEDGMENT
            ),
        )
        state = InvoiceState(
            reference=entry.reference,
            total=entry.amount,
            mode=_MODES.get(entry.status),
            acknowledgment=_ACKNOWLEDGMENTS.get(entry.status, AcknowledgmentMode.NO_ACKNOWLEDGMENT),
            reservation_seconds=LONGEST,  # a seed does not lapse while the endpoint runs
        )
        ledger.add(StoredInvoice(state, terminal.number, ledger.now, encode_invoice(invoice)))
        if terminal.kind is TerminalKind.CASH_REGISTER:
            ledger.tx.save(replace(terminal, current=entry.reference))
        # Led there by real events, so that history, movements and reports fit the status.
        for event in self._events(ledger, entry):
            stored = ledger.tx.invoice(entry.reference)
            if stored is not None:
                ledger.apply(stored, event)

    def _events(self, ledger: Ledger, entry: SeedInvoice) -> tuple[Event, ...]:
        """Return the events that lead a new invoice to the status of an entry."""
        scan = events.Scan(self._buyer)
        match entry.status:
            case InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE:
                return (scan,)
            case InvoiceStatus.RESERVED | InvoiceStatus.PAID:
                reference = entry.ers_reference or ledger.reference()
                # A seed payment counts as seen.
                return (scan, events.Confirm(reference), events.Poll())
            case InvoiceStatus.FAILED:
                return (scan, events.Decline())
            case InvoiceStatus.CANCELED:
                return (events.Cancel(),)
            case _:
                return ()

    def _check_complete(
        self, kind: str, entry: ResellerSettings | TerminalSettings, needed: str
    ) -> None:
        missing = [name for name in (needed, "passwords") if not getattr(entry, name)]
        if missing:
            raise self._error(kind, entry.id, f"it is new, and has no {' and no '.join(missing)}")

    def _error(self, kind: str, key: str, problem: str) -> ConfigurationError:
        name = f"{kind}s"
        keys = [astuple(each)[0] for each in getattr(self.settings, name)]
        return entry_error(self._source, name, keys.index(key), key, f": {problem}")
