"""The checkout: the code to scan, what is to be paid, how long there is, what has happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

import ipywidgets
import traitlets

from seqrkit.client import Client
from seqrkit.client.payment_wait import DEADLINE, DONE, INTERVAL, check_times
from seqrkit.clock import ManualClock
from seqrkit.display import summary_html
from seqrkit.model import CustomerToken, Invoice
from seqrkit.widgets.background_work import Ticker
from seqrkit.widgets.buttons import button, stack
from seqrkit.widgets.payment_flow import Moment, Payment
from seqrkit.widgets.primitives import see
from seqrkit.widgets.stylesheet import sheet

_LONGEST_TITLE: Final = 30
"""Characters of a title in the one line that stands for the widget."""


class Checkout(ipywidgets.VBox):
    """Sends an invoice, shows its code, and asks about it until it is paid, ended or too late.

    It asks every `interval` seconds (vendor's guides: once a second), for `deadline` seconds of
    the client's clock. A manual clock stands still, so with one it asks whenever that is advanced;
    `step` and the button ask at once. `status` is the status that was seen last, `trouble` what
    went wrong last, in a sentence. Raises what `Client.send_invoice` raises, and
    `ConfigurationError` for an interval or a deadline that cannot be, before anything is sent.
    """

    status = traitlets.Unicode()
    trouble = traitlets.Unicode()

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
        self._leave: Callable[[], None] = lambda: None
        check_times(interval, deadline)
        self.payment = Payment(client, invoice, tokens, deadline=deadline)
        """What the widget shows."""
        self._interval = interval
        self._clock = client.clock
        self._parts = {name: ipywidgets.HTML() for name in ("head", "scan", "wait", "time", "said")}
        self._buttons = {
            "ask": button("Ask now", self.step, "Send getPaymentStatus"),
            "on": button("Go on waiting", self.go_on, "Give the buyer as long again"),
            "cancel": button("Cancel the invoice", self.cancel, "Send cancelInvoice"),
        }
        self._actions = stack(*self._buttons.values())
        super().__init__([sheet(), *self._parts.values(), self._actions], **options)
        self.add_class("seqr")
        self.add_class("seqr-checkout")
        self._draw()
        self._follow()

    @property
    def timeline(self) -> tuple[Moment, ...]:
        """Each status that was seen, in order."""
        return tuple(self.payment.moments)

    def step(self) -> str:
        """Ask about the payment once, and return the status."""
        return self._done(self.payment.ask)

    def cancel(self) -> str:
        """Withdraw the invoice, and return the status that it has then."""
        return self._done(self.payment.cancel)

    def go_on(self) -> str:
        """Wait as long again, ask at once, and return the status."""
        self.payment.go_on()
        self._follow()
        return self.step()

    def close(self) -> None:
        """Ask no more, and take the widget away; the invoice stays as it is."""
        self._leave()
        super().close()

    def _follow(self) -> None:
        """Ask from now on: when the manual clock moves, else by the second."""
        self._leave()
        if isinstance(self._clock, ManualClock):
            self._leave = _once(self._clock.subscribe(self._moved))
        else:
            self._leave = Ticker(self._interval, self._tick).stop

    def _moved(self, _now: datetime) -> None:
        self._tick()

    def _tick(self) -> bool:
        if not self.payment.over:
            self.step()
        if not self.payment.waiting:
            self._leave()
        return self.payment.waiting

    def _done(self, work: Callable[[], object]) -> str:
        work()
        self._draw()
        return self.payment.status

    def _draw(self) -> None:
        payment = self.payment
        self.status, self.trouble = payment.status, payment.trouble
        manual = isinstance(self._clock, ManualClock)
        drawn = {
            "head": _head(payment),
            "scan": _scan(payment),
            "wait": _wait(payment, self._interval, manual=manual),
            "time": _timeline(payment),
            "said": _said(payment),
        }
        for name, body in drawn.items():
            self._parts[name].value = body
            see(self._parts[name], seen=bool(body))
        see(self._buttons["ask"], seen=payment.waiting)
        see(self._buttons["on"], seen=not (payment.over or payment.waiting))
        see(self._actions, seen=not payment.over)

    def __repr__(self) -> str:
        payment = self.payment
        title = (payment.invoice.title or "no title")[:_LONGEST_TITLE]
        return f"Checkout: {title}, {_amount(payment)}, {payment.status}, {payment.code}"

    def __str__(self) -> str:
        """The same as text: what it is, and a line for each status that was seen."""
        lines = (
            f"  {moment.at:%H:%M:%S}  {moment.status:<8}  {moment.meaning}"
            for moment in self.timeline
        )
        return "\n".join((repr(self), *lines))


def _once(leave: Callable[[], None]) -> Callable[[], None]:
    """A way out that may be taken more than once."""
    ways = [leave]
    return lambda: ways.pop()() if ways else None


def _amount(payment: Payment) -> str:
    return str(payment.invoice.total_amount or "no amount")


def _signal(payment: Payment) -> str:
    if payment.status in DONE:
        return "fine"
    return "wrong" if payment.over else "look"


def _head(payment: Payment) -> str:
    title = escape(payment.invoice.title or "no title")
    return (
        f'<h3>{title}</h3><span class="pill {_signal(payment)}" role="status">'
        f"{escape(payment.status)}</span>"
    )


def _scan(payment: Payment) -> str:
    over = " over" if payment.over else ""
    amount = _amount(payment)
    return (
        f'<div class="seqr-scan{over}">{summary_html.code_body(payment.code)}'
        f'<p class="seqr-sum" style="--characters:{len(amount)}">{escape(amount)}</p></div>'
    )


def _wait(payment: Payment, interval: float, *, manual: bool) -> str:
    """The bar of the time that is left, and a line that says what is going on."""
    share = 0 if payment.over else payment.left / payment.deadline if payment.deadline else 0
    if payment.over:
        words = "nothing more is asked"
    elif not payment.waiting:
        words = "no longer asking; the invoice is still open"
    elif manual:
        words = f"the clock stands still, {payment.left:.0f} s left"
    else:
        often = "once a second" if interval == INTERVAL else f"every {interval:g} s"
        words = f"polling {often}, {payment.left:.0f} s left"
    return (
        f'<div class="seqr-left" aria-hidden="true"><i style="width:{share:.1%}"></i></div>'
        f'<p class="seqr-small">{words}</p>'
    )


def _timeline(payment: Payment) -> str:
    rows = [_row(moment) for moment in payment.moments]
    if not payment.over:
        rows.append(
            '<li class="to-come"><time></time><b></b><span>'
            f"<code>{payment.awaited}</code> <small>Still to come.</small></span></li>"
        )
    return f'<ol class="seqr-timeline" aria-label="What has happened">{"".join(rows)}</ol>'


def _row(moment: Moment) -> str:
    reference = f"<code>{escape(moment.reference)}</code>" if moment.reference else ""
    return (
        f"<li><time>{moment.at:%H:%M:%S}</time><b></b><span>"
        f"<code>{escape(moment.status)}</code> <small>{escape(moment.meaning)}</small>{reference}"
        "</span></li>"
    )


def _said(payment: Payment) -> str:
    if not payment.trouble:
        return ""
    signal = "look" if payment.waiting else "wrong"
    return f'<p class="f {signal}" role="alert">{escape(payment.trouble)}</p>'
