"""Whatever a user types or presses is kept, at any delay between browser and kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.widgets.interaction import happen
from seqrkit.widgets import Form

pytestmark = pytest.mark.browser

ROWS = "invoice.invoiceRows"
SHOW = """\
const [state, done] = arguments;
window.sent = [];
const listeners = {};
const model = {
  get: (name) => state[name],
  on: (name, listener) => (listeners[name] ??= []).push(listener),
  send: ({ event }) => event[0] === "opened" || window.sent.push(event),
};
window.whole = (whole) => {
  state.state = whole;
  listeners["change:state"].forEach((each) => each());
};
window.receive = (message) => listeners["msg:custom"].forEach((each) => each(message));
window.type = (field, letter) => {
  field.focus();
  field.expected = (field.expected ?? field.value) + letter;
  field.value += letter;
  field.dispatchEvent(new Event("input"));
};
import("data:text/javascript," + encodeURIComponent(state._esm)).then(({ default: view }) => {
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  view.initialize({ model });
  view.render({ model, el });
  done();
});
"""
ACT = """\
const [kind, number] = arguments;
const all = (css) => [...document.querySelectorAll(`[aria-label=invoiceRows] ${css}`)];
const at = (list) => list[number % list.length];
const title = [...document.querySelectorAll("label")].find((each) => each.textContent === "title");
const fields = [title.control, ...all(".seqr-row-line input:not(.seqr-currency)")];
if (kind === "type") window.type(at(fields), "abc"[number % 3]);
else if (kind === "add") at(all(".seqr-add")).click();
else if (kind === "paste") {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", `p${number}\t2\nq${number}\t3`);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  at(all(".seqr-row-line input[data-column=itemDescription]"))?.dispatchEvent(event);
} else if (["undo", "clear", "send"].includes(kind)) { // in the bar, which has events of its own
  document.activeElement.blur();
  window.sent.push([kind]);
}
else at(all(`[aria-label^='${kind}']`))?.click();
"""
DELIVER = "arguments[0].forEach(window.receive); return window.sent.splice(0, arguments[1]);"
LOST = """\
return [...document.querySelectorAll("input")]
  .filter((each) => "expected" in each && each.value !== each.expected)
  .map((each) => [each.ariaLabel ?? each.labels[0].textContent, each.value, each.expected]);
"""
SHOWN = """\
return [...document.querySelectorAll("[aria-label=invoiceRows] .seqr-row")].map((row) =>
  [...row.querySelectorAll(".seqr-row-line input:not(.seqr-currency)")].map((each) => each.value));
"""
STEPS = st.one_of(
    st.tuples(st.just("type"), st.integers(0, 40)),
    st.tuples(st.sampled_from(["add", "Remove", "Move up"]), st.integers(0, 5)),
    st.tuples(st.sampled_from(["paste", "undo", "clear", "send"]), st.integers(0, 5)),
    st.tuples(st.just("deliver"), st.integers(1, 2)),
    st.tuples(st.just("whole"), st.just(0)),
)


@pytest.fixture(scope="module")
def form(window: Page) -> Iterator[Form]:
    window.open("about:blank")
    with seqrkit.connect(clock=seqrkit.ManualClock(), seed=1, quiet=True) as seqr:
        yield seqr.form("sendInvoice")


def plain(value: object) -> Any:
    return json.loads(json.dumps(value, default=str))


def show(window: Page, form: Form) -> None:
    happen(form.body, "opened", form.body.state["version"])
    window.driver.execute_async_script(SHOW, plain(ipywidgets.Widget.get_state(form.body)))


def receive(form: Form, event: list[Any]) -> None:
    """Give the kernel an event of the form, or of the bar below it."""
    pressed = {"undo": form.undo, "clear": form.clear, "send": form.send_or_ask}.get(event[0])
    if pressed:
        pressed()
    else:
        form.body.receive(*event)


def test_send_takes_what_was_typed_in_a_new_row(
    window: Page, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    form.clear()
    form.update({f"{ROWS}[0].itemDescription": "first"})
    show(window, form)
    window.script(ACT, "add", 0)
    window.script(ACT, "type", 4)  # the description of the second row
    window.script(ACT, "send", 0)
    sent: list[str | None] = []
    described = f"{ROWS}[1].itemDescription"
    monkeypatch.setattr(form, "send_or_ask", lambda: sent.append(form.draft.text(described)))
    for event in window.script("return window.sent"):
        receive(form, event)
    assert sent == ["b"]


def test_a_row_added_while_others_are_pasted_stays_itself(window: Page, form: Form) -> None:
    form.clear()
    form.update({f"{ROWS}[0].itemDescription": "first"})
    show(window, form)
    window.script(ACT, "paste", 0)
    window.script(ACT, "add", 0)
    window.script(ACT, "type", 4)
    assert window.script(LOST) == []
    for _ in range(9):
        for event in window.script("return window.sent.splice(0)"):
            receive(form, event)
        window.script("window.whole(arguments[0])", plain(form.body.state))
    assert window.script(LOST) == []
    described = [form.draft.text(f"{ROWS}[{n}].itemDescription") for n in range(3)]
    assert described == ["p0", "q0", "b"]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEPS, min_size=5, max_size=25))
def test_no_key_is_lost_and_no_other_row_is_changed(
    window: Page, form: Form, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int]]
) -> None:
    form.clear()
    form.update({f"{ROWS}[{number}].itemDescription": str(number) for number in range(3)})
    messages: list[Any] = []
    monkeypatch.setattr(form.body, "send", messages.append)
    monkeypatch.setattr(form, "send_in_background", lambda: None)
    show(window, form)

    def deliver(most: int) -> bool:
        """Give the browser what the kernel has sent, and then the kernel some events."""
        given, messages[:] = json.loads(json.dumps(messages)), []
        events = window.script(DELIVER, given, most)
        for event in events:
            receive(form, event)
        return bool(events or given)

    for kind, number in steps:
        if kind == "deliver":
            deliver(number)
        elif kind == "whole":  # and the messages before it are missed
            messages.clear()
            window.script("window.whole(arguments[0])", plain(form.body.state))
        else:
            window.script(ACT, kind, number)
    while deliver(9):
        pass
    # A text that was pasted over, cleared or taken back is not what was typed.
    if not {"paste", "undo", "clear"} & {kind for kind, _ in steps}:
        assert window.script(LOST) == []
    cells = [
        [
            form.draft.text(f"{ROWS}[{number}].{name}") or ""
            for name in ("itemDescription", "itemQuantity", "itemTotalAmount.value")
        ]
        for number in range(form.draft.count(ROWS))
    ]
    assert window.script(SHOWN) == cells
