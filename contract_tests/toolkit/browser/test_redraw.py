"""A view that is drawn anew tells the kernel each thing once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import ipywidgets
import pytest

import seqrkit
from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.calls import INVOICE
from seqrkit.widgets.browser_view import BrowserView

pytestmark = pytest.mark.browser

USED = """\
const [states, draws, done] = arguments;
const pressed = { key: "Enter", ctrlKey: true, bubbles: true };
const identities = /"seqr-\\w+-\\d+",\\d+|seqr-\\w+-\\d+/g;
const use = async (state) => {
  const { default: view } = await import("data:text/javascript," + encodeURIComponent(state._esm));
  const sent = [], listeners = { "change:state": [] };
  const model = {
    get: (name) => state[name],
    on: (name, listener) => (listeners[name] ??= []).push(listener),
    // Without the number of an event and the identities of new rows, which differ.
    send: ({ event }) => sent.push(JSON.stringify(event).replace(identities, "")),
  };
  const el = document.body.appendChild(document.createElement("div"));
  view.render({ model, el });
  for (let draw = 1; draw < draws; draw++) listeners["change:state"].forEach((each) => each());
  for (const each of el.querySelectorAll("button")) each.click();
  for (const each of el.querySelectorAll("input:not([type=file]), select")) {
    each.dispatchEvent(new KeyboardEvent("keydown", pressed));
    each.dispatchEvent(new Event("change", { bubbles: true }));
  }
  el.remove();
  return sent;
};
Promise.all(states.map(use)).then(done, (error) => done(String(error)));
"""


def views(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Yield the views in a widget."""
    if isinstance(widget, BrowserView):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from views(child)


def test_a_view_drawn_anew_tells_each_event_once(window: Page) -> None:
    with seqrkit.connect(clock=seqrkit.ManualClock(), seed=1, quiet=True) as seqr:
        bench = seqr.workbench()
        seqr.send_invoice(INVOICE)
        bench.form("sendInvoice").send()
        bench.next_steps.use_phone()
        every = [*views(bench), *views(seqr.checkout(INVOICE))]
        states = json.loads(json.dumps([each.get_state() for each in every], default=str))
    window.open("about:blank")
    once, twice, often = (
        window.driver.execute_async_script(USED, states, draws) for draws in (1, 2, 5)
    )
    assert sum(map(len, once)) > len(every)
    assert once == twice == often
