"""The workbench in JupyterLab and Chromium: from a key or click until the result is painted.

Each time begins with the event of a real key or mouse button and ends after the frame that shows the
result. All events go through the browser's input handling; nothing is called from the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.figures import Figure
from contract_tests.toolkit.browser.lab import Lab, lab
from contract_tests.toolkit.browser.page import Page, browser

SIZE = (1400, 1000)
KEYS = 15
"""Number of keys whose median is taken."""
ASKED = {
    "key in a field: the field": (17, 17),
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
    this.addEventListener("message", ({ data }) => { window.seqrBytes += data.byteLength ?? data.length; });
  }
};
let began = 0;
for (const name of ["keydown", "click"]) {
  window.addEventListener(name, (event) => { began = event.timeStamp; }, { capture: true });
}
// Resolve with the milliseconds from the next key or click to the end of the frame that shows the result.
window.seqrPainted = (test, from) => new Promise((resolve) => {
  if (from === undefined) began = 0;
  const condition = new Function(`const all = (css) => [...document.querySelectorAll(css)];
    const envelope = document.querySelector(".seqr-envelope .seqr-lines")?.children ?? [];
    const rows = all(".seqr-form-slot .seqr-row");
    const title = all(".seqr-form-slot label").find((each) => each.textContent === "title")?.control;
    ${test}`);
  const painted = () => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now() - (from ?? began));
    channel.port2.postMessage(null);
  });
  const look = () => {
    if ((from ?? began) && condition()) {
      painted();
      for (const name of ["input", "focusin"]) removeEventListener(name, look);
      observer.disconnect();
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  for (const name of ["input", "focusin"]) addEventListener(name, look);
});
"""


def measure(seconds: float) -> Iterator[Figure]:
    """Measure at 20 and at 200 rows; the number of keys is fixed, not the time."""
    del seconds
    with browser() as page, lab(page) as jupyter:
        page.look(*SIZE)
        page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        for column, rows in enumerate((20, 200)):
            for what, measured in _figures(jupyter, rows):
                yield Figure(
                    what=f"{what}, {rows} rows",
                    against="-",
                    ours="",
                    theirs="-",
                    measured=measured,
                    asked=ASKED[what][column],
                    unit="" if "DOM" in what or "bytes" in what else "ms",
                )


def _figures(jupyter: Lab, rows: int) -> Iterator[tuple[str, float]]:
    page = jupyter.page
    jupyter.open("rows.ipynb", *(cell.format(rows=rows) for cell in CELLS))
    shown = f"return rows.length === {rows} && envelope.length > {rows * 5};"
    page.script("window.painted = window.seqrPainted(arguments[0], performance.now())", shown)
    jupyter.command("notebook:run-all-cells")
    yield "Run All to form shown", _painted(page)
    jupyter.only_outputs()

    title = page.labelled("title", ".seqr-form-slot")
    title.click()
    times: dict[str, list[float]] = {"field": [], "envelope": [], "bytes": []}
    for number in range(KEYS):
        text = ("abcdefghij" * 3)[: number + 1]
        _arm(page, f"return title.value === '{text}';")
        page.press(text[-1])
        times["field"].append(_painted(page))
        _settled_bytes(page)
    title.clear()
    title.click()
    for number in range(KEYS):
        text = ("klmnopqrst" * 3)[: number + 1]
        _settled_bytes(page)
        _arm(page, _in_envelope(f"<title>{text}</title>"))
        page.press(text[-1])
        times["envelope"].append(_painted(page))
        times["bytes"].append(_settled_bytes(page))
    yield "key in a field: the field", median(times["field"])
    yield "key in a field: the envelope", median(times["envelope"])
    yield "bytes to the browser per key", max(times["bytes"])

    page.all(".seqr-row")[-1].find_element("css selector", "input").click()
    page.press("\ue010")  # End
    typed = []
    for number in range(KEYS):
        text = ("uvwxyz" * 3)[: number + 1]
        _arm(page, _in_envelope(f"{text}</itemDescription>"))
        page.press(text[-1])
        typed.append(_painted(page))
    yield "key in a row: the envelope", median(typed)

    nodes = """const walker = document.createTreeWalker(document.querySelectorAll(".seqr-row")[9]);
let count = 1;
while (walker.nextNode()) count += 1;
return count;"""
    yield "DOM nodes per row", page.script(nodes)

    one = f"return rows.length === {rows + 1} && envelope.length > before && rows.at(-1).contains(document.activeElement);"
    yield "add a row", _click(page, ".seqr-add", one)
    moved = "return rows[0].querySelector('input').value === 'Article 1' && " + _in_envelope(
        "Article 1<", "find"
    )
    yield "move a row", _click(page, "[aria-label='Move up row 2']", moved)
    removed = f"return rows.length === {rows} && envelope.length < before;"
    yield "remove a row", _click(page, "[aria-label='Remove row 1']", removed)
    undone = f"return rows.length === {rows + 1} && envelope.length > before;"
    yield "undo", _click(page, ".seqr-bar button", undone, "Undo")
    filled = "return envelope.length > before && all('.seqr-todo').length === 0;"
    yield "fill with samples", _click(page, ".seqr-bar button", filled, "Fill with samples")
    left = "return !rows.length && all('.seqr-form-slot h3')[0]?.textContent === 'getPaymentStatus' && envelope.length < before;"
    yield "leave the form", _click(page, ".seqr-operations button", left, "getPaymentStatus")
    back = f"return rows.length === {rows + 1} && envelope.length > before;"
    yield "return to the form", _click(page, ".seqr-operations button", back, "sendInvoice")
    cleared = "return !rows.length && envelope.length < before;"
    yield "clear", _click(page, ".seqr-bar button", cleared, "Clear")


def _in_envelope(text: str, how: str = "some") -> str:
    """Return a condition: the envelope has a line with a text; or its first item is that line."""
    if how == "find":
        return (
            "[...envelope].find((each) => each.textContent.includes('<itemDescription>'))"
            f".textContent.includes('{text}');"
        )
    return f"return [...envelope].some((each) => each.textContent.includes('{text}'));"


def _arm(page: Page, condition: str) -> None:
    lines = "document.querySelector('.seqr-envelope .seqr-lines').children.length"
    page.script(
        f"window.painted = window.seqrPainted(arguments[0].replaceAll('before', {lines}))", condition
    )


def _click(page: Page, css: str, condition: str, text: str = "") -> float:
    target = page.wait_for(css, text)
    _settled_bytes(page)
    _arm(page, condition)
    target.click()
    return _painted(page)


def _painted(page: Page) -> float:
    took: float = page.driver.execute_async_script("window.painted.then(arguments[0])")
    return took


def _settled_bytes(page: Page) -> int:
    """Return the bytes that came since the last call, once no more come."""
    count: int = page.driver.execute_async_script(
        """const done = arguments[0];
let last = -1;
const look = () => {
  if (window.seqrBytes === last) { window.seqrBytes = 0; done(last); }
  else { last = window.seqrBytes; setTimeout(look, 150); }
};
look();"""
    )
    return count
