"""Requests from elsewhere, below a form: a message that is pasted, and those that were saved."""

from __future__ import annotations

from collections.abc import Callable

from seqrkit.captures.session_format import SavedExchange
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.widgets.browser_view import BrowserView, script
from seqrkit.widgets.form import Form
from seqrkit.widgets.saved_requests import SavedRequests, described, name_of


class PasteView(BrowserView):
    """Gives what is pasted to `take`, and displays the sentence of an error that it raises."""

    _esm = script("paste_view.js")

    def __init__(self, take: Callable[[str], object]) -> None:
        super().__init__({"open": self._open})
        self._take = take
        self.note: str = ""
        """The sentence that is displayed."""
        self._opened = 0
        self._show()

    def _open(self, text: str) -> None:
        try:
            self._take(text)
        except SeqrError as error:
            self.note = str(error)
        else:
            self.note = ""
        self._opened += 1
        self._show()

    def _show(self) -> None:
        """Display the note; the number tells the browser that something was opened without one."""
        self.show({"note": self.note, "opened": self._opened})


class SavedView(BrowserView):
    """Saves the request in the form of `current`, finds saved requests, and gives one to `take`.

    Nothing of the history is displayed, and so saved with a notebook, before the user opens it.
    """

    _esm = script("saved_view.js")

    def __init__(
        self,
        saved: SavedRequests,
        current: Callable[[], Form],
        take: Callable[[SavedExchange], object],
    ) -> None:
        super().__init__({"search": self.search, "save": self.save, "open": self.open_request})
        self._saved, self._current, self._take = saved, current, take
        self._words: str | None = None
        self.found: tuple[SavedExchange, ...] = ()
        """The saved requests that are displayed."""
        self.show({"note": "", "found": [], "folder": str(saved.folder)})

    def search(self, words: str = "") -> None:
        """Display the saved requests that contain the words."""
        self._words = words
        self._show("")

    def save(self, name: str) -> None:
        """Save the open request under a name."""
        self._attempt(lambda: self._saved.keep(_unsent(self._current()), name), f"saved as {name}")

    def keep(self, exchange: Exchange) -> None:
        """Append an exchange to the history."""
        self._attempt(lambda: self._saved.keep(exchange), "")

    def open_request(self, number: int) -> None:
        """Open a displayed request in its form."""
        self._attempt(lambda: self._take(self.found[number]), "")

    def _attempt(self, work: Callable[[], object], done: str) -> None:
        try:
            work()
        except SeqrError as error:
            done = str(error)
        self._show(done)

    def _show(self, note: str) -> None:
        self.found = () if self._words is None else self._saved.find(self._words)
        self.show({"note": note, "found": [_entry(each) for each in self.found]})


def _unsent(form: Form) -> Exchange:
    """Return the request in a form as an exchange that has not happened."""
    return Exchange(
        operation=form.operation,
        interface=form.client.interface,
        endpoint=form.client.address,
        started_at=form.client.clock.now(),
        duration=0,
        request=form.envelope,
        failure="saved, not sent",
    )


def _entry(saved: SavedExchange) -> dict[str, object]:
    code = saved.get("result_code")
    return {
        "name": name_of(saved) or saved["operation"] or "raw bytes",
        "operation": saved["operation"],
        "described": described(saved),
        "at": saved["started_at"][:16].replace("T", " "),
        "result": "" if code is None else str(code),
    }
