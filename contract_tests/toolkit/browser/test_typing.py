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
from seqrkit import Session
from seqrkit.widgets import Form

pytestmark = pytest.mark.browser

ROWS = "invoice.invoiceRows"
SHOW = """\
const [state, done] = arguments;
window.sent = [];
window.meant = []; // every event at once, also of keys whose text waits
const listeners = {};
const model = {
  get: (name) => state[name],
  on: (name, listener) => (listeners[name] ??= []).push(listener),
  send: ({ event }) => {
    const [name, , action, path] = event;
    if (name === "opened") return;
    window.sent.push(event);
    if (action === "enter") document.activeElement.path = path;
    if (action !== "write") window.meant.push(event);
  },
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
  const part = field.path.endsWith("Amount") ? "value" : null;
  window.meant.push(["act", ["meant", 0], "write", field.path, part, field.value]);
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
const all = (css) => [...document.querySelectorAll(`[aria-label=invoiceRows] ${css}`)];
const title = [...document.querySelectorAll("label")].find((each) => each.textContent === "title");
for (const [kind, number] of arguments[0]) {
  const at = (list) => list[number % list.length];
  const fields = [title.control, ...all(".seqr-row-line input:not(.seqr-currency)")];
  const isInBar = ["undo", "clear", "send"].includes(kind);
  if (isInBar) document.activeElement.blur();
  if (isInBar || kind === "paste") for (const each of fields) delete each.expected; // it may change
  if (kind === "type") window.type(at(fields), "abc"[number % 3]);
  else if (kind === "add") at(all(".seqr-add")).click();
  else if (kind === "paste") {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", `p${number}\\t2\\nq${number}\\t3`);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    at(all(".seqr-row-line input[data-column=itemDescription]"))?.dispatchEvent(event);
  } else if (kind === "Enter") {
    const event = new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true });
    document.activeElement.dispatchEvent(event);
  } else if (isInBar) { // which has events of its own
    window.sent.push([kind]);
    window.meant.push([kind]);
  } else at(all(`[aria-label^='${kind}']`))?.click();
}
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
ACTIONS = st.one_of(
    st.tuples(st.just("type"), st.integers(0, 9)),
    st.tuples(st.sampled_from(["add", "Remove", "Move up"]), st.integers(0, 3)),
    st.tuples(st.sampled_from(["paste", "undo", "clear", "send", "Enter"]), st.integers(0, 3)),
)
Burst = tuple[list[tuple[str, int]], int]
BURSTS = st.tuples(st.lists(ACTIONS, min_size=1, max_size=5), st.integers(0, 4))
"""What is done before anything arrives, and how many events arrive then: for 0, a whole state."""


@pytest.fixture(scope="module")
def seqr(window: Page) -> Iterator[Session]:
    window.open("about:blank")
    with seqrkit.connect(clock=seqrkit.ManualClock(), seed=1, quiet=True) as session:
        yield session


@pytest.fixture
def form(seqr: Session) -> Form:
    return seqr.form("sendInvoice")


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
    form.update({f"{ROWS}[0].itemDescription": "first"})
    show(window, form)
    window.script(ACT, [("add", 0)])
    window.script(ACT, [("type", 5)])  # the description of the second row
    window.script(ACT, [("send", 0)])
    sent: list[str | None] = []
    described = f"{ROWS}[1].itemDescription"
    monkeypatch.setattr(form, "send_or_ask", lambda: sent.append(form.draft.text(described)))
    for event in window.script("return window.sent"):
        receive(form, event)
    assert sent == ["c"]


def test_a_row_added_while_others_are_pasted_stays_itself(window: Page, form: Form) -> None:
    form.update({f"{ROWS}[0].itemDescription": "first"})
    show(window, form)
    window.script(ACT, [("paste", 0)])
    window.script(ACT, [("add", 0)])
    window.script(ACT, [("type", 5)])
    assert window.script(LOST) == []
    for _ in range(9):
        for event in window.script("return window.sent.splice(0)"):
            receive(form, event)
        window.script("window.whole(arguments[0])", plain(form.body.state))
    assert window.script(LOST) == []
    described = [form.draft.text(f"{ROWS}[{n}].itemDescription") for n in range(3)]
    assert described == ["p0", "q0", "c"]


def test_a_row_that_was_cleared_before_it_arrived_is_removed(window: Page, form: Form) -> None:
    show(window, form)
    window.script(ACT, [("add", 0), ("clear", 0)])
    for event in window.script("return window.sent.splice(0)"):
        receive(form, event)
    window.script("window.whole(arguments[0])", plain(form.body.state))
    assert window.script(SHOWN) == []


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(BURSTS, min_size=1, max_size=6))
def test_what_users_do_arrives_as_if_there_were_no_delay(
    window: Page, seqr: Session, monkeypatch: pytest.MonkeyPatch, bursts: list[Burst]
) -> None:
    form, undelayed = seqr.form("sendInvoice"), seqr.form("sendInvoice")
    sent: dict[Form, list[object]] = {form: [], undelayed: []}
    for each, texts in sent.items():
        each.update({f"{ROWS}[{number}].itemDescription": str(number) for number in range(3)})
        monkeypatch.setattr(each, "send_or_ask", lambda e=each, t=texts: t.append(texts_of(e)))
    messages: list[Any] = []
    show(window, form)
    monkeypatch.setattr(form.body, "send", messages.append)

    def deliver(most: int) -> bool:
        """Give the browser what the kernel has sent, and then the kernel some events."""
        given, messages[:] = plain(messages), []
        events = window.script(DELIVER, given, most)
        for event in events:
            receive(form, event)
        return bool(events or given)

    for actions, arriving in bursts:
        window.script(ACT, actions)
        if arriving:
            deliver(arriving)
        else:  # the messages before it are missed
            messages.clear()
            window.script("window.whole(arguments[0])", plain(form.body.state))
    while deliver(9):
        pass
    for event in window.script("return window.meant"):
        receive(undelayed, event)
    assert texts_of(form) == texts_of(undelayed)
    assert sent[form] == sent[undelayed]
    assert window.script(LOST) == []
    cells = [
        [
            form.draft.text(f"{ROWS}[{number}].{name}") or ""
            for name in ("itemDescription", "itemQuantity", "itemTotalAmount.value", "itemTaxRate")
        ]
        for number in range(form.draft.count(ROWS))
    ]
    assert window.script(SHOWN) == cells
    form.close()
    undelayed.close()


def texts_of(form: Form) -> dict[str, str]:
    """Return the texts that do not differ from one form to the next."""
    return {path: text for path, text in form.value.items() if not path.startswith("context.")}
