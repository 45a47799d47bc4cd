"""The buyer's phone as a widget: scan, see the bill, pay it or not, and the receipt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets
import traitlets

from seqrkit.errors import SeqrError
from seqrkit.money import Amount
from seqrkit.qr import QrCode, invoice_code
from seqrkit.simulator.phone import OPEN, Bill, Phone
from seqrkit.widgets import phone_screens
from seqrkit.widgets.background_work import Redrawing
from seqrkit.widgets.buttons import button, stack
from seqrkit.widgets.primitives import see
from seqrkit.widgets.stylesheet import sheet


class PhoneWidget(ipywidgets.VBox):
    """The simulated buyer's phone; `screen` is home, bill, confirm or end.

    Its methods are what the buyer does. What cannot be done is in `trouble`, as a sentence.
    """

    screen = traitlets.Unicode("home")
    trouble = traitlets.Unicode()

    def __init__(self, phone: Phone, **options: Any) -> None:
        self._phone = phone
        self._bill: Bill | None = None
        self._drawing = threading.RLock()
        self._top, self._said, self._body, self._cards = (ipywidgets.HTML() for _ in range(4))
        self._code = _field("Code, typed or pasted", "HTTP://SEQR.SE/R…")
        self._part = _field("Part of it, if not all", "50.00 SEK")
        self._card = _field("Number of a loyalty card")
        self._offered: list[tuple[str, str]] = []
        self._offers = stack()
        self._below = ipywidgets.VBox()
        self._pay = button("Pay", self.pay, "Open the PIN dialog", primary=True)
        self._no_cards = button("Take all cards off", self.remove_cards)
        self._actions = self._build()
        super().__init__([sheet(), self._top, self._said, self._body, self._below], **options)
        self.add_class("seqr")
        self.add_class("seqr-phone")
        self._redrawing = Redrawing(self.redraw)
        self._leave = phone.subscribe(self._redrawing.ask)
        self._do(self._screen)

    def scan(self, code: QrCode | str | None = None) -> None:
        """Scan a code, by default the one in the field."""

        def work() -> str:
            self._bill = self._phone.scan(code or self._code.value)
            self._code.value = self._part.value = ""
            return _screen_of(self._bill)

        self._do(work)

    def pay(self) -> None:
        """Open the PIN dialog, for all that is open or the part that is in the field."""

        def begin(bill: Bill) -> Bill:
            Amount.of(self._part_of(bill))  # refused before the dialog opens
            return bill.begin_confirmation()

        self._act(begin, "confirm")

    def confirm(self) -> None:
        """Enter the PIN: pay what the dialog says."""
        self._act(lambda bill: bill.pay(self._part_of(bill)))

    def decline(self) -> None:
        """Have the buyer's bank decline."""
        self._act(Bill.decline)

    def cancel(self) -> None:
        """Press cancel in the app."""
        self._act(Bill.cancel)

    def back(self) -> None:
        """Leave the screen: from the PIN dialog to the bill, else home."""
        if self.screen == "confirm":
            self._act(Bill.leave_confirmation)
            return
        self._bill = None
        self._do(lambda: "home")

    def add_card(self, value: str | None = None) -> None:
        """Put a loyalty card on the phone, by default the one in the field."""
        number = (value or self._card.value).strip()
        if number:
            self._phone.add_card(number)
        self._card.value = ""
        self.refresh()

    def remove_cards(self) -> None:
        """Take all cards off the phone."""
        self._phone.remove_cards()
        self.refresh()

    def refresh(self) -> None:
        """Show what is so just now: shops change and cancel bills, payments are reversed."""
        self._go(self._screen())

    def close(self) -> None:
        """Take the widget away; the phone stays as it is."""
        self._leave()
        super().close()

    def redraw(self) -> None:
        """`refresh`, or in `trouble` why it cannot be."""
        try:
            self.refresh()
        except SeqrError as error:  # the endpoint has been closed, for instance
            self._say(error.sentence)

    def _screen(self) -> str:
        """The screen that fits what is so just now."""
        bill = self._bill
        if bill is None:
            return "home"
        return "confirm" if bill.state.confirming else _screen_of(bill)

    def _build(self) -> dict[str, tuple[ipywidgets.Widget, ...]]:
        """The fields and buttons of each screen."""
        scan = button("Scan", self.scan, primary=True)
        add = button("Add", self.add_card, "Put the card on the phone")
        cancel = button("Cancel", self.cancel, "Press cancel in the app")
        aside = button("Back", self.back, "Leave the bill as it is")
        confirm = button("Confirm with the PIN", self.confirm, primary=True)
        decline = button("Have the bank decline", self.decline)
        leave = button("Back", self.back, "Close the PIN dialog")
        done = button("Done", self.back, primary=True)
        return {
            "home": (
                _beside(self._code, scan),
                self._offers,
                self._cards,
                _beside(self._card, add),
                self._no_cards,
            ),
            "bill": (self._part, stack(self._pay, cancel, aside)),
            "confirm": (stack(confirm, decline, leave),),
            "end": (stack(done),),
        }

    def _act(self, act: Callable[[Bill], Bill], screen: str = "") -> None:
        """Do something with the bill, and go to the screen, by default the one of its status."""
        bill = self._bill
        if bill is not None:
            self._do(lambda: screen or _screen_of(bill), lambda: act(bill))

    def _do(self, screen: Callable[[], str], work: Callable[[], object] = lambda: None) -> None:
        """Do it and go to the screen that it leads to; or say why it cannot be."""
        try:
            work()
            self._go(screen())
        except SeqrError as error:
            self._say(error.sentence)
        else:
            self._say("")

    def _say(self, sentence: str) -> None:
        self.trouble = sentence
        self._said.value = phone_screens.trouble(sentence)
        see(self._said, seen=bool(sentence))

    def _go(self, screen: str) -> None:
        with self._drawing:
            self._top.value = phone_screens.top(screen, self._bill)
            if screen == "home" or self._bill is None:
                self._body.value = phone_screens.HOME
                self._offer()
            else:
                self._body.value = self._drawn(screen, self._bill)
                for payable in (self._pay, self._part):
                    see(payable, seen=not self._bill.waiting)
            if screen != self.screen or not self._below.children:
                self._below.children = self._actions[screen]
            self.screen = screen

    def _drawn(self, screen: str, bill: Bill) -> str:
        if screen == "confirm":
            return phone_screens.confirm(bill, self._part_of(bill))
        return phone_screens.bill(bill) if screen == "bill" else phone_screens.end(bill)

    def _part_of(self, bill: Bill) -> str:
        """What is to be paid: what is written in the field, else all that is open."""
        state = bill.state
        return str(self._part.value).strip() or f"{state.open:f} {state.total.currency}"

    def _offer(self) -> None:
        """The bills that could be scanned, a button each; and the cards."""
        self._cards.value = phone_screens.cards(self._phone)
        see(self._no_cards, seen=bool(self._phone.cards))
        offered = _offered(self._phone.open_bills())
        if offered == self._offered and self._offers.children:
            return
        gone, self._offered = self._offers.children, offered
        buttons = [_bill_button(self, *offer) for offer in offered]
        self._offers.children = (ipywidgets.HTML(phone_screens.offers(len(offered))), *buttons)
        for widget in gone:
            widget.close()

    def __repr__(self) -> str:
        if self._bill is not None:
            return f"Phone: {self.screen}, {self._bill!r}"
        offered = ", ".join(words for _, words in self._offered)
        return f"Phone: {self.screen}, {offered or 'no open bill'}"


def _screen_of(bill: Bill) -> str:
    return "bill" if bill.status in OPEN else "end"


def _offered(bills: Iterable[Bill]) -> list[tuple[str, str]]:
    """The reference of each bill, and words that no other of them has."""
    named = [(bill.reference, f"{bill.title or 'untitled'} · {bill.total}") for bill in bills]
    words = [each for _, each in named]
    return [
        (reference, each if words.count(each) == 1 else f"{each} · …{reference[-4:]}")
        for reference, each in named
    ]


def _bill_button(phone: PhoneWidget, reference: str, words: str) -> ipywidgets.Button:
    code = invoice_code(reference)
    return button(words, lambda: phone.scan(code), f"Scan {code}")


def _field(label: str, example: str = "") -> ipywidgets.Text:
    return ipywidgets.Text(description=label, placeholder=example)


def _beside(field: ipywidgets.Text, act: ipywidgets.Button) -> ipywidgets.HBox:
    row = ipywidgets.HBox([field, act])
    row.add_class("seqr-beside")
    return row
