"""The workbench in JupyterLab and Chromium: from a key or click until the result is painted.

Each time begins with the event of a real key or click and ends with the work on the frame that
shows the result, before any other task. All events go through the browser's input handling. For a
key in a field the browser's Event Timing, in steps of 8 ms, says when the frame was on the screen;
a field of an otherwise empty page shows what the machine and the browser need at least.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from selenium.webdriver.common.keys import Keys

from benchmarks.figures import Figure
from contract_tests.toolkit.browser.lab import Lab, lab
from contract_tests.toolkit.browser.page import Page, browser

SIZE = (1400, 1000)
WINDOW = (1420, 1200)
"""The window is larger than the page: what is outside of it the browser does not draw."""
KEYS, CYCLES = 15, 5
"""Numbers of keys, and of repetitions of the other actions, whose median is taken."""
FIELD, SHOWN = "key in a field: the field", "key in a field: on the screen"
ASKED = {
    FIELD: (17, 17),
    SHOWN: (17, 17),
    "key in a field: the envelope": (50, 100),
    "bytes to the browser per key": (4096, 8192),
    "key in a row: the envelope": (50, 100),
    "add a row": (100, 300),
    "move a row": (100, 300),
    "remove a row": (100, 300),
    "undo": (100, 300),
    "fill with samples": (100, 300),
    "leave the form": (100, 300),
    "return to the form": (100, 300),
    "clear": (100, 300),
    "DOM nodes per row": (40, 40),
    "Run All to form shown": (3000, 4000),
}
"""The most at 20 and at 200 rows: milliseconds where nothing else is named."""
CELLS = (
    """\
import seqrkit
seqr = seqrkit.connect(clock=seqrkit.ManualClock(), seed=1, quiet=True)
bench = seqr.workbench("sendInvoice")
rows = {{}}
for number in range({rows}):
    row = f"invoice.invoiceRows[{{number}}]"
    rows[f"{{row}}.itemDescription"] = f"Article {{number}}"
    rows[f"{{row}}.itemQuantity"] = "1"
    rows[f"{{row}}.itemTotalAmount"] = "7.50 SEK"
bench.form("sendInvoice").update(rows)
""",
    "bench",
)
WATCH = """\
window.seqrBytes = 0;
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({ data }) => {
      window.seqrBytes += data.byteLength ?? data.length;
    });
  }
};
let began = 0;
for (const name of ["keydown", "click"]) {
  window.addEventListener(name, (event) => { began = event.timeStamp; }, { capture: true });
}
window.seqrShown = [];
new PerformanceObserver((list) => {
  const keys = list.getEntries().filter(({ name }) => name === "keydown");
  seqrShown.push(...keys.map(({ duration }) => duration));
}).observe({ type: "event", durationThreshold: 16 });
// Resolve with the milliseconds from the next key or click to the end of the frame that shows the
// result.
window.seqrPainted = (test, from) => new Promise((resolve) => {
  if (from === undefined) began = 0;
  const condition = new Function(`const all = (css) => [...document.querySelectorAll(css)];
    const envelope = all(".seqr-form:not(.seqr-hidden) .seqr-one");
    const rows = all(".seqr-form:not(.seqr-hidden) .seqr-row");
    ${test}`);
  const painted = () => {
    const start = from ?? began;
    const done = () => resolve(performance.now() - start);
    scheduler.postTask(done, { priority: "user-blocking" });
  };
  // Once a frame, when the layout is computed anyway: to look at each change would slow all down.
  let waits = false;
  const look = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      if (!(from ?? began) || !condition()) return;
      painted();
      for (const name of ["input", "focusin"]) removeEventListener(name, look);
      observer.disconnect();
    });
  };
  const observer = new MutationObserver(look);
  const what = { subtree: true, childList: true, characterData: true, attributes: true };
  observer.observe(document, what);
  for (const name of ["input", "focusin"]) addEventListener(name, look);
});
"""
PAINTED = """\
Promise.race([painted, new Promise((_, refuse) => setTimeout(refuse, 20000))])
"""
NODES = """\
const walker = document.createTreeWalker(document.querySelectorAll(".seqr-row")[9]);
let count = 1;
while (walker.nextNode()) count += 1;
return count;
"""
SETTLED = """\
const [done] = arguments;
let last = -1;
const look = () => {
  if (window.seqrBytes === last) {
    window.seqrBytes = 0;
    done(last);
    return;
  }
  last = window.seqrBytes;
  setTimeout(look, 150);
};
look();
"""


def measure(seconds: float) -> Iterator[Figure]:
    """Measure at 20 and at 200 rows; the number of keys is fixed, not the time."""
    del seconds
    with browser() as page, lab(page) as jupyter:
        page.driver.set_window_size(*WINDOW)
        page.look(*SIZE)
        page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        page.open("data:text/html,<input>")
        page.find("input").click()
        least = _field(page)
        jupyter.run("first.ipynb", *(cell.format(rows=1) for cell in CELLS))  # writes bytecode
        page.wait_for(".seqr-row")
        for column, rows in enumerate((20, 200)):
            for what, measured in _figures(jupyter, rows):
                unit = "" if "DOM" in what or "bytes" in what else "ms"
                yield Figure(
                    what=f"{what}, {rows} rows",
                    against="an empty page" if what in least else "-",
                    ours=f"{measured:.1f} {unit}".rstrip(),
                    theirs=f"{least[what]:.1f} ms" if what in least else "-",
                    measured=measured,
                    asked=ASKED[what][column],
                    unit=unit,
                )


def _figures(jupyter: Lab, rows: int) -> Iterator[tuple[str, float]]:
    page = jupyter.page
    jupyter.open(f"rows-{rows}.ipynb", *(cell.format(rows=rows) for cell in CELLS))
    shown = f"return rows.length === {rows} && envelope.length > {rows * 5};"
    page.script("window.painted = window.seqrPainted(arguments[0], performance.now())", shown)
    jupyter.command("notebook:run-all-cells")
    yield "Run All to form shown", _painted(page)
    jupyter.only_outputs()
    yield "DOM nodes per row", page.script(NODES)
    title = page.labelled("title", ".seqr-form")
    title.click()
    yield from _field(page).items()
    title.send_keys(f"{Keys.CONTROL}a{Keys.NULL}{Keys.BACKSPACE}")
    envelope, sizes = zip(
        *(_press(page, text, _in_envelope(f"<title>{text}</title>")) for text in _texts("klmnop")),
        strict=True,
    )
    yield "key in a field: the envelope", median(envelope)
    yield "bytes to the browser per key", max(sizes)
    page.all(".seqr-row")[-1].find_element("css selector", "input").click()
    page.press("\ue010")  # End
    in_row = [
        _press(page, text, _in_envelope(f"{text}</itemDescription>"))[0]
        for text in _texts("uvwxyz")
    ]
    yield "key in a row: the envelope", median(in_row)
    filled = "return !all('.seqr-todo').length;"
    yield "fill with samples", _click(page, ".seqr-bar button", "Fill with samples", filled)
    times: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(CYCLES):
        for what, css, label, condition in _actions(rows):
            times[what].append(_click(page, css, label, condition))
    for what, measured in times.items():
        if what:
            yield what, median(measured)


def _field(page: Page) -> dict[str, float]:
    """Measure keys in the focused field, which is empty."""
    page.script("seqrShown.length = 0")
    typed = "return document.activeElement.value === '{}';"
    times = [_press(page, text, typed.format(text))[0] for text in _texts("abcdefghij")]
    shown = page.script("return seqrShown")
    faster = [8] * (KEYS - len(shown))  # Event Timing reports 16 ms and more
    return {FIELD: median(times), SHOWN: median([*faster, *shown])}


def _actions(rows: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is measured, the button with its label, and the condition; restore the form."""
    bar, menu = ".seqr-bar button", ".seqr-operations button"
    one_more = f"return rows.length === {rows + 1}"
    focused = "rows.at(-1).contains(document.activeElement)"
    answered = "rows.at(-1).querySelector('[placeholder^=empty]');"
    yield "add a row", ".seqr-add", "+ row", f"{one_more} && {focused} && {answered}"
    first = "return envelope.find((each) => each.textContent.includes('<itemDescription>'))"
    moved = f"{first}.textContent.includes('Article 1<');"
    yield "move a row", "[aria-label='Move up row 2']", "", moved
    fewer = f"return rows.length === {rows} && envelope.length < before;"
    yield "remove a row", "[aria-label='Remove row 1']", "", fewer
    yield "undo", bar, "Undo", f"{one_more} && envelope.length > before;"
    yield "", "[aria-label='Move up row 2']", "", moved.replace("Article 1", "Article 0")
    yield "", f"[aria-label='Remove row {rows + 1}']", "", f"return rows.length === {rows};"
    other = "all('.seqr-form h3').find((each) => each.checkVisibility())?.textContent"
    left = f"return {other} === 'getPaymentStatus' && envelope.length < before;"
    yield "leave the form", menu, "getPaymentStatus", left
    back = f"return {other} === 'sendInvoice' && envelope.length > before;"
    yield "return to the form", menu, "sendInvoice", back
    yield "clear", bar, "Clear", "return !rows.length && envelope.length < before;"
    yield "", bar, "Undo", f"return rows.length === {rows} && envelope.length > before;"


def _texts(letters: str) -> list[str]:
    """Return texts that grow by one letter each."""
    return [(letters * KEYS)[:length] for length in range(1, KEYS + 1)]


def _in_envelope(text: str) -> str:
    return f"return envelope.some((each) => each.textContent.includes('{text}'));"


def _press(page: Page, text: str, condition: str) -> tuple[float, int]:
    """Press the last key of a text; return milliseconds and the bytes that came."""
    _settled_bytes(page)
    _arm(page, condition)
    page.press(text[-1])
    return _painted(page), _settled_bytes(page)


def _click(page: Page, css: str, label: str, condition: str) -> float:
    target = page.wait_for(css, label)
    _settled_bytes(page)
    _arm(page, condition)
    target.click()
    return _painted(page)


def _arm(page: Page, condition: str) -> None:
    """Prepare to measure the next key or click; `before` is the number of lines until then."""
    lines = "document.querySelectorAll('.seqr-form:not(.seqr-hidden) .seqr-one').length"
    arm = f"window.painted = window.seqrPainted(arguments[0].replaceAll('before', {lines}))"
    page.script(arm, condition)


def _painted(page: Page) -> float:
    # Not as a script of the driver, which would run in the page while it draws.
    what = {"expression": PAINTED, "awaitPromise": True, "returnByValue": True}
    took: float = page.driver.execute_cdp_cmd("Runtime.evaluate", what)["result"]["value"]
    return took


def _settled_bytes(page: Page) -> int:
    """Return the bytes that came since the last call, once no more come."""
    count: int = page.driver.execute_async_script(SETTLED)
    return count
