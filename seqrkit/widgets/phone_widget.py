"""The buyer's phone as a widget: scan, see the bill, pay or decline it, see the receipt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets
import traitlets

from seqrkit.display.message_fields import bill_of
from seqrkit.errors import SeqrError
from seqrkit.html import Markup, html, joined, render
from seqrkit.money import Amount
from seqrkit.qr import QrCode, invoice_code
from seqrkit.simulator.phone import OPEN, Bill, Phone
from seqrkit.vocabulary import ResultCode
from seqrkit.widgets.background_work import Redrawing, button
from seqrkit.widgets.basic_widgets import Root, classed, close_all, see
from seqrkit.widgets.browser_view import HtmlView
from seqrkit.widgets.browser_view import button as html_button


class PhoneWidget(Root):
    """The simulated buyer's phone; `screen` is home, bill, confirm or end.

    Its methods are the buyer's actions. `trouble` says why the last one failed, in a sentence.
    """

    screen: traitlets.Unicode[str, str | bytes] = traitlets.Unicode("home")
    trouble: traitlets.Unicode[str, str | bytes] = traitlets.Unicode()

    def __init__(self, phone: Phone, **options: Any) -> None:
        self._phone = phone
        self._bill: Bill | None = None
        self._drawing = threading.RLock()
        self._top, self._trouble, self._body = (ipywidgets.HTML() for _ in range(3))
        self._code = _text("Code, typed or pasted", "HTTP://SEQR.SE/R…")
        self._part = _text("Amount, if only a part")
        self._card = _text("Number of a loyalty card")
        self._offered: list[tuple[str, str]] = []
        self._offers = HtmlView({"scan": self.scan, "remove cards": self.remove_cards})
        self._below = ipywidgets.VBox()
        self._pay = button("Pay", self.pay, "Open the PIN dialog", primary=True)
        self._actions = self._build()
        children = [self._top, self._trouble, self._body, self._below]
        super().__init__(children, "seqr-phone", **options)
        self._redrawing = Redrawing(self.redraw)
        every = [each for screen in self._actions.values() for each in screen]
        self._subscriptions = (
            phone.subscribe(self._redrawing.request),
            lambda: close_all(every),  # also those that are not on the screen
        )
        self._do(lambda: None)

    @property
    def reference(self) -> str | None:
        """The invoiceReference of the bill on the screen; `None` if there is no bill."""
        return None if self._bill is None else self._bill.reference

    def scan(self, code: QrCode | str | None = None) -> None:
        """Scan a code, by default the one in the field."""

        def work() -> None:
            self._bill = self._phone.scan(code or self._code.value)
            self._code.value = self._part.value = ""

        self._do(work)

    def pay(self) -> None:
        """Open the PIN dialog for the open amount, or for the part in the field."""

        def begin(bill: Bill) -> Bill:
            Amount.of(self._amount(bill))  # an unreadable amount fails before the dialog opens
            return bill.begin_confirmation()

        self._act(begin)

    def confirm(self) -> None:
        """Enter the PIN: pay the amount in the dialog."""

        def pay(bill: Bill) -> Bill:
            paid = bill.pay(self._amount(bill))
            self._part.value = ""  # the next part is another one
            return paid

        self._act(pay)

    def decline(self) -> None:
        """Make the buyer's bank decline the payment."""
        self._act(Bill.decline)

    def cancel(self) -> None:
        """Cancel the payment in the app."""
        self._act(Bill.cancel)

    def back(self) -> None:
        """Leave the screen: from the PIN dialog to the bill, else home."""
        if self.screen == "confirm":
            self._act(Bill.leave_confirmation)
            return
        self._bill = None
        self._do(lambda: None)

    def add_card(self, value: str | None = None) -> None:
        """Add a loyalty card to the phone, by default the one in the field."""
        number = (value or self._card.value).strip()
        if number:
            self._phone.add_card(number)
        self._card.value = ""
        self.refresh()

    def remove_cards(self) -> None:
        """Remove all loyalty cards from the phone."""
        self._phone.remove_cards()
        self.refresh()

    def refresh(self) -> None:
        """Show the present state; shops change and cancel invoices, payments are reversed."""
        with self._drawing:
            # Read under the lock: of two threads, the last to draw shows the later state.
            bill = self._bill
            screen = _screen_of(bill)
            if bill is None:
                self._offer()
            else:
                for payable in (self._pay, self._part):
                    see(payable, seen=not bill.waiting)
                self._part.placeholder = str(bill.state.open)  # which is paid without a text
            self._top.value = self._drawn("top", screen, bill)
            self._body.value = self._drawn("body", screen, bill)
            # New children would take the focus from the field that the user types in.
            if screen != self.screen or not self._below.children:
                self._below.children = self._actions[screen]
            self.screen = screen

    def redraw(self) -> None:
        """Refresh; a failure goes to `trouble`."""
        try:
            self.refresh()
        except SeqrError as error:  # for instance, the endpoint has been closed
            self._report(error.sentence)

    def _build(self) -> dict[str, tuple[ipywidgets.Widget, ...]]:
        """Return the fields and buttons of each screen."""
        scan = button("Scan", self.scan, primary=True)
        add = button("Add", self.add_card, "Add the card to the phone")
        cancel = button("Cancel", self.cancel, "Cancel the payment in the app")
        leave = button("Back", self.back, "Leave the bill unchanged")
        confirm = button("Confirm with the PIN", self.confirm, primary=True)
        decline = button("Have the bank decline", self.decline)
        close = button("Back", self.back, "Close the PIN dialog")
        done = button("Done", self.back, primary=True)
        return {
            "home": (
                _beside(self._code, scan),
                self._offers,
                _beside(self._card, add),
            ),
            "bill": (self._part, _stack(self._pay, cancel, leave)),
            "confirm": (_stack(confirm, decline, close),),
            "end": (_stack(done),),
        }

    def _act(self, act: Callable[[Bill], Bill]) -> None:
        """Act on the bill, if one has been scanned, and show the result."""
        bill = self._bill
        if bill is not None:
            self._do(lambda: act(bill))

    def _do(self, work: Callable[[], object]) -> None:
        """Work and show the resulting state, or report why that failed."""
        try:
            work()
            self.refresh()
        except SeqrError as error:
            self._report(error.sentence)
        else:
            self._report("")

    def _report(self, sentence: str) -> None:
        self.trouble = sentence
        self._trouble.value = html('<p class="f wrong" role="alert">{}</p>', sentence)
        see(self._trouble, seen=bool(sentence))

    def _drawn(self, part: str, screen: str, bill: Bill | None) -> Markup:
        values = dict[str, object]()
        if bill is not None:
            state, rows = bill.state, list(bill_of(bill.invoice, in_full=True))[:-1]
            values = {"state": state, "rows": rows, "open": str(state.open)}
            values["amount"] = self._amount(bill)
        return render(
            "widgets/phone.html", part=part, screen=screen, bill=bill, codes=ResultCode, **values
        )

    def _amount(self, bill: Bill) -> str:
        """Return the amount to pay: the text in the field, else the open amount.

        A number without a currency is in that of the bill.
        """
        whole = str(bill.state.open)
        part = str(self._part.value).strip()
        return f"{part} {whole.rpartition(' ')[2]}" if part and " " not in part else part or whole

    def _offer(self) -> None:
        """Show a button for each open bill, and the cards."""
        cards, self._offered = self._phone.cards, _offered(self._phone.open_bills())
        none = "No open bill. Bills appear here when a shop sends an invoice."
        note = html('<p class="seqr-small">{}</p>', "Or an open bill" if self._offered else none)
        codes = ((str(invoice_code(reference)), label) for reference, label in self._offered)
        bills = (html_button(label, "scan", code, tooltip=f"Scan {code}") for code, label in codes)
        listed = (
            html("<li><code>{}</code><small>{}</small></li>", card.value or "", card.id or "")
            for card in cards
        )
        held = html(
            '<p class="seqr-small">Loyalty cards, offered at each scan</p>'
            '<ul class="seqr-rows" aria-label="Loyalty cards">{}</ul>'
            '<div class="seqr-stack">{}</div>',
            joined(listed),
            html_button("Remove all cards", "remove cards"),
        )
        self._offers.show(
            {
                "bills": html('<div class="seqr-stack">{}{}</div>', note, joined(bills)),
                "cards": held if cards else "",
            }
        )

    def __repr__(self) -> str:
        if self._bill is not None:
            return f"Phone: {self.screen}, {self._bill!r}"
        offered = ", ".join(label for _, label in self._offered)
        return f"Phone: {self.screen}, {offered or 'no open bill'}"


def _screen_of(bill: Bill | None) -> str:
    if bill is None:
        return "home"
    if bill.state.confirming:
        return "confirm"
    return "bill" if bill.status in OPEN else "end"


def _offered(bills: Iterable[Bill]) -> list[tuple[str, str]]:
    """Return the reference and a unique label of each bill."""
    named = [(bill.reference, f"{bill.title or 'untitled'} · {bill.total}") for bill in bills]
    labels = [label for _, label in named]
    return [
        (reference, label if labels.count(label) == 1 else f"{label} · …{reference[-4:]}")
        for reference, label in named
    ]


def _text(label: str, example: str = "") -> ipywidgets.Text:
    return ipywidgets.Text(description=label, placeholder=example)


def _stack(*children: ipywidgets.Widget) -> ipywidgets.VBox:
    return classed(ipywidgets.VBox(children), "seqr-stack")


def _beside(field: ipywidgets.Text, action: ipywidgets.Button) -> ipywidgets.HBox:
    return classed(ipywidgets.HBox([field, action]), "seqr-beside")
