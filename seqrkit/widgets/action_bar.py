"""The bar below a form: fill it in, clear it, send it, and how that went."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from seqrkit.display import exchange_html
from seqrkit.display import phrases as words
from seqrkit.display.highlight import SIGNAL, count, worst
from seqrkit.exchange import Exchange
from seqrkit.widgets.buttons import button
from seqrkit.widgets.primitives import mark

if TYPE_CHECKING:
    from seqrkit.widgets.form import Form


class Bar:
    """Buttons, and one line that says where the form stands."""

    def __init__(self, form: Form) -> None:
        atoms = form.atoms
        self._form = form
        send = button("Send", lambda: form.send_in_background().join(), primary=True)
        send.add_class("seqr-send")
        samples = "Give every required field that is left out the contract's sample value"
        self._buttons = (
            atoms.button("Fill with samples", form.fill_samples, tooltip=samples),
            atoms.button("Clear", form.clear, tooltip="Leave out all that was filled in"),
        )
        self._said = atoms.html("", "seqr-bar-note")
        self.box = atoms.line((*self._buttons, self._said, send), "seqr-bar")
        form.observe(self._tell, ["busy", "findings", "failure", "exchange"])
        self._tell()

    def _tell(self, change: Mapping[str, Any] | None = None) -> None:
        form = self._form
        mark(self.box, "seqr-busy", on=form.busy)
        if change is not None and change["name"] == "findings":
            self._said.value = self._of_findings()
        elif form.failure:
            self._said.value = _said(f'<span class="wrong">{escape(form.failure)}</span>')
        elif form.exchange is not None:
            self._said.value = _said(outcome(form.exchange))
        else:
            self._said.value = self._of_findings()

    def _of_findings(self) -> str:
        findings = self._form.findings
        said = count(findings)
        if not said:
            return _said("no findings")
        grave = worst(findings)
        strict = self._form.client.strict and grave is not None and SIGNAL[grave] == "wrong"
        more = (
            "this client is strict and will not send it"
            if strict
            else "it can be sent all the same"
        )
        return _said(f"{said}: {more}")


def outcome(exchange: Exchange) -> str:
    """How an exchange ended: result code and duration."""
    return f"{exchange_html.result_pill(exchange)} <small>{words.milliseconds(exchange)}</small>"


def _said(words: str) -> str:
    return f'<p role="status">{words}</p>'
