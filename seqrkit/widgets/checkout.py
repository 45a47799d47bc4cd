"""The checkout widget: QR code, amount, remaining time and the statuses so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import ipywidgets
import traitlets

from seqrkit.client import Client
from seqrkit.client.payment_wait import DEADLINE, DONE, INTERVAL, check_times
from seqrkit.clock import ManualClock
from seqrkit.display import summary_html
from seqrkit.html import render
from seqrkit.model import CustomerToken, Invoice
from seqrkit.widgets.background_work import Ticker, button
from seqrkit.widgets.basic_widgets import Root, classed, see
from seqrkit.widgets.payment_flow import Moment, Payment

_PARTS: Final = ("head", "scan", "wait", "timeline", "trouble")
_LONGEST_TITLE: Final = 30
"""Characters of the title in the representation."""


class Checkout(Root):
    """Sends an invoice, shows its QR code, and polls until it is paid, ended or too late.

    It polls every `interval` seconds (vendor's guides: once a second) for `deadline` seconds of the
    client's clock; with a manual clock, whenever that is advanced. `step` and the button poll at
    once. `status` is the last status that was seen, `trouble` the last problem as a sentence.
    Raises what `Client.send_invoice` raises, and `ConfigurationError` for an invalid interval or
    deadline before anything is sent.
    """

    status: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()
    trouble: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()

    def __init__(
        self,
        client: Client,
        invoice: Invoice,
        tokens: Sequence[CustomerToken] = (),
        *,
        interval: float = INTERVAL,
        deadline: float = DEADLINE,
        **options: Any,
    ) -> None:
        # Before the payment sends the invoice: a wrong argument must not leave one open.
        check_times(interval, deadline)
        self.payment: Payment = Payment(client, invoice, tokens, deadline=deadline)
        """The payment that is displayed."""
        self._interval = interval
        self._clock = client.clock
        self._parts = {name: ipywidgets.HTML() for name in _PARTS}
        self._poll = button("Poll now", self.step, "Send getPaymentStatus")
        self._extend = button("Keep waiting", self.go_on, "Start the deadline again")
        cancel = button("Cancel the invoice", self.cancel, "Send cancelInvoice")
        self._actions = classed(ipywidgets.VBox([self._poll, self._extend, cancel]), "seqr-stack")
        super().__init__([*self._parts.values(), self._actions], "seqr-checkout", **options)
        self._draw()
        self._follow()

    @property
    def timeline(self) -> tuple[Moment, ...]:
        """Every status that was seen, in order."""
        return tuple(self.payment.moments)

    def step(self) -> str:
        """Poll once; return the status."""
        return self._after(self.payment.poll)

    def cancel(self) -> str:
        """Cancel the invoice; return its status afterwards."""
        return self._after(self.payment.cancel)

    def go_on(self) -> str:
        """Start the deadline again and poll; return the status."""
        self.payment.extend()
        self._follow()
        return self.step()

    def _follow(self) -> None:
        """Poll from now on: whenever a manual clock is advanced, else at each interval."""
        self.unsubscribe()
        if isinstance(self._clock, ManualClock):
            self._subscriptions = (self._clock.subscribe(self._advanced),)
        else:
            self._subscriptions = (Ticker(self._interval, self._tick).stop,)

    def _advanced(self, _now: datetime) -> None:
        self._tick()

    def _tick(self) -> bool:
        if not self.payment.over:
            self.step()
        # Nobody should poll for an invoice that is over, also in a notebook that stays open for
        # days.
        if not self.payment.waiting:
            self.unsubscribe()
        return self.payment.waiting

    def _after(self, work: Callable[[], object]) -> str:
        work()
        self._draw()
        return self.payment.status

    def _draw(self) -> None:
        payment = self.payment
        self.status, self.trouble = payment.status, payment.trouble
        signal = "fine" if payment.status in DONE else "wrong" if payment.over else "look"
        share = 0 if payment.over or not payment.deadline else 100 * payment.left / payment.deadline
        for name, part in self._parts.items():
            part.value = render(
                "widgets/checkout.html",
                part=name,
                payment=payment,
                amount=str(payment.invoice.total_amount or "no amount"),
                code=summary_html.code_body(payment.code),
                signal=signal,
                share=share,
                interval=self._interval,
                manual=isinstance(self._clock, ManualClock),
            )
            see(part, seen=bool(part.value))
        see(self._poll, seen=payment.waiting)
        see(self._extend, seen=not (payment.over or payment.waiting))
        see(self._actions, seen=not payment.over)

    def __repr__(self) -> str:
        payment = self.payment
        title = (payment.invoice.title or "no title")[:_LONGEST_TITLE]
        amount = payment.invoice.total_amount or "no amount"
        return f"Checkout: {title}, {amount}, {payment.status}, {payment.code}"

    def __str__(self) -> str:
        """Return the representation and a line for each status that was seen."""
        lines = (
            f"  {moment.at:%H:%M:%S}  {moment.status:<8}  {moment.meaning}"
            for moment in self.timeline
        )
        return "\n".join((repr(self), *lines))
