"""A buyer who follows rules: "decline number 3; pay below 100 SEK; ignore"."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from seqrkit.drill.merchant_books import told
from seqrkit.errors import CannotPay, ConfigurationError, InvalidAmount, StoreError
from seqrkit.model import GetPaymentStatus, SendInvoice
from seqrkit.money import Amount
from seqrkit.qr import invoice_code
from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.phone import Bill
from seqrkit.simulator.world import World
from seqrkit.vocabulary import InvoiceStatus

# Some registers wait for notificationUrl and never poll first.
PATIENCE: Final = 2.0
HALF: Final = "half"
"""The part of an invoice's total that is paid, whatever its currency."""
ACTIONS: Final = ("pay", "decline", "cancel", "scan", "ignore")
SYNTAX: Final = (
    "rules are separated by ; and the first that applies counts: pay, pay 10 SEK, pay half, "
    "decline, cancel, scan or ignore, alone or with a condition: number 3, below 100 SEK, "
    "above 100 SEK, titled Tea"
)
_RULE: Final = re.compile(
    r"(?P<action>[a-z]+)(?:\s+(?P<part>half|[0-9.]+ [A-Z]{3}))?"
    r"(?:\s+(?P<condition>number|below|above|titled)\s+(?P<value>.+))?"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What the buyer does with an invoice, and when; `part` is the amount that is paid."""

    action: str
    part: str | None = None
    condition: str = ""
    value: str = ""

    def applies(self, number: int, bill: Bill) -> bool:
        """Return whether it applies to the invoice with that number, from 1."""
        if self.condition == "number":
            return number == int(self.value)
        if self.condition == "titled":
            return self.value.lower() in bill.title.lower()
        if self.condition:
            limit, total = Amount.of(self.value), bill.total
            if limit.currency != total.currency:
                return False
            is_below = (total.value or 0) < (limit.value or 0)
            return is_below is (self.condition == "below")
        return True


def buyer_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules in a text; raises `ConfigurationError` for one that cannot be read."""
    rules = []
    for part in filter(None, map(str.strip, re.split(r"[;\n]", text))):
        found = _RULE.fullmatch(part)
        if found is None or found["action"] not in ACTIONS or (found["part"] and found[1] != "pay"):
            raise ConfigurationError(f'the buyer\'s rule "{part[:80]}" cannot be read: {SYNTAX}')
        rule = Rule(found["action"], found["part"], found["condition"] or "", found["value"] or "")
        try:
            if rule.condition == "number":
                int(rule.value)
            elif rule.condition in {"below", "above"}:
                Amount.of(rule.value)
        except (ValueError, InvalidAmount) as error:
            raise ConfigurationError(
                f'the buyer\'s rule "{part[:80]}" cannot be read: "{rule.value}" is not '
                f"{'a number' if rule.condition == 'number' else 'an amount such as 100 SEK'}"
            ) from error
        rules.append(rule)
    if not rules:
        raise ConfigurationError(f"the buyer has no rules: {SYNTAX}")
    return tuple(rules)


def _half(total: Amount) -> Amount:
    value = total.value or Decimal()
    return Amount((value / 2).quantize(value, ROUND_DOWN), total.currency)


class ScriptedBuyer:
    """Acts on each invoice of a world as the first rule says, until it is closed.

    The buyer sees an invoice once the reply to sendInvoice has reached the client, which shows its
    code, and acts after the client has polled its status `polls` times, or after `PATIENCE`
    seconds. So a client sees the invoice unpaid and then paid, in each run. An
    invoice that waits for the merchant is tried again when the merchant has updated it. `when_done`
    is called after the first invoice with which the buyer has finished.
    """

    def __init__(
        self,
        world: World,
        rules: Sequence[Rule],
        *,
        polls: int = 1,
        when_done: Callable[[], object] | None = None,
    ) -> None:
        self._polls = polls
        self._when_done = when_done
        self._world = world
        self._rules = rules
        self._seen: dict[str, int] = {}
        """The numbers of the invoices whose codes were shown."""
        self._polled: Counter[str] = Counter()
        self._begun: set[str] = set()
        self._done: set[str] = set()
        # Reentrant: paying changes the invoice, whose listener calls `_begin` in the same thread.
        self._lock = threading.RLock()
        self._timers: list[threading.Timer] = []
        world.application.exchanges.observers.append(self._observe)
        world.service.transactions.listeners.append(self._listen)

    def close(self) -> None:
        """Do nothing more."""
        self._world.application.exchanges.observers.remove(self._observe)
        self._world.service.transactions.listeners.remove(self._listen)
        for each in self._timers:
            each.cancel()

    def _observe(self, exchange: ObservedExchange) -> None:
        if exchange.operation == SendInvoice.OPERATION:
            for reference in told(exchange, "invoiceReference"):
                self._seen.setdefault(reference, len(self._seen) + 1)
                after = PATIENCE + exchange.reply_delay
                timer = threading.Timer(after, self._begin, (reference,))
                # A drill that is interrupted must not wait for its buyer.
                timer.daemon = True
                timer.start()
                self._timers.append(timer)
        elif exchange.operation == GetPaymentStatus.OPERATION:
            for reference in self._seen:
                # In the bytes: quicker than parsing each poll, and a reference is long enough to be
                # unmistakable.
                if reference.encode() in exchange.request:
                    self._polled[reference] += 1
                    if self._polled[reference] >= self._polls:
                        self._begin(reference)

    def _listen(self, changed: Sequence[str]) -> None:
        for reference in self._begun.intersection(changed):
            self._begin(reference)

    def _begin(self, reference: str) -> None:
        with self._lock:
            if reference in self._done:
                return
            self._begun.discard(reference)  # what the buyer does is a change as well
            try:
                if self._act(self._seen[reference], reference):
                    self._done.add(reference)
                    when_done, self._when_done = self._when_done, None
                    if when_done is not None:
                        when_done()
            except CannotPay:
                self._begun.add(reference)  # it waits for the merchant
            except StoreError:
                return  # the world is closed

    def _act(self, number: int, reference: str) -> bool:
        """Follow the rules; return whether nothing more is to be done."""
        phone = self._world.phone
        bill = phone.bill(reference)
        # The merchant was quicker, for example with cancelInvoice.
        if bill.status not in {InvoiceStatus.ISSUED, InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE}:
            return True
        rule = next((each for each in self._rules if each.applies(number, bill)), Rule("ignore"))
        if rule.action == "ignore":
            return True
        if bill.status is InvoiceStatus.ISSUED:
            bill = phone.scan(invoice_code(reference))
        if rule.action == "scan":
            return True
        if rule.action == "pay":
            bill.pay(_half(bill.total) if rule.part == HALF else rule.part)
        elif rule.action == "decline":
            bill.decline()
        else:
            bill.cancel()
        return True
