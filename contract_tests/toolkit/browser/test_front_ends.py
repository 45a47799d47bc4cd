"""The widgets in Jupyter Notebook 7, Voila and marimo."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.server import served, voila, write_notebook
from contract_tests.toolkit.browser.test_workbench import SESSION

pytestmark = pytest.mark.browser

PICTURES = Path(os.environ.get("SEQRKIT_PICTURES", ".nox/pictures"))
RUN_ALL = """\
const app = window.jupyterapp;
const shown = app && [...app.shell.widgets("main")][0];
if (shown?.sessionContext?.session?.kernel?.status !== "idle") return false;
app.commands.execute("notebook:run-all-cells");
return true;
"""
NOTEBOOK = (
    "notebook --no-browser --allow-root --IdentityProvider.token= --ServerApp.port={port} "
    "--ServerApp.root_dir={home} --JupyterNotebookApp.expose_app_in_browser=True"
)
MARIMO = """\
import marimo

app = marimo.App()


@app.cell
def _():
    import seqrkit
    seqr = seqrkit.connect(clock=seqrkit.ManualClock(), seed=1, quiet=True)
    return (seqr,)


@app.cell
def _(seqr):
    seqr.workbench("cancelInvoice")
    return


@app.cell
def _(seqr):
    seqr.phone
    return
"""


def save_picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    assert page.driver.save_screenshot(str(PICTURES / f"front-end-{name}.png"))


def send_with_samples(page: Page) -> None:
    page.click(".seqr-bar button", "Fill with samples")
    page.wait_for(".seqr-envelope .pill", "no findings")
    page.click(".seqr-send")
    page.wait_for(".seqr-envelope .pill.fine", "0 SUCCESS")
    page.wait_for(".seqr-history .seqr-entry", "1 sendInvoice")


def test_the_workbench_sends_in_notebook_7(window: Page, tmp_path: Path) -> None:
    window.look(1000, 700)
    write_notebook(tmp_path / "bench.ipynb", SESSION, "seqr.workbench()")
    with served(window, tmp_path, NOTEBOOK) as url:
        window.open(f"{url}/notebooks/bench.ipynb")
        window.until("kernel", lambda: window.script(RUN_ALL), 60)
        send_with_samples(window)
        save_picture(window, "notebook-7")


def test_the_workbench_sends_in_voila(window: Page, tmp_path: Path) -> None:
    window.look(1000, 700)
    with voila(window, tmp_path, {"bench": f"{SESSION}\ndisplay(seqr.workbench())"}) as url:
        window.open(f"{url}/bench.ipynb")
        send_with_samples(window)
        save_picture(window, "voila")


def test_form_and_envelope_work_in_marimo(window: Page, tmp_path: Path) -> None:
    window.look(1000, 1000, dark=True)  # while marimo is light, as usual
    (tmp_path / "bench.py").write_text(MARIMO, encoding="utf-8")
    with served(
        window, tmp_path, "marimo -q run {home}/bench.py --headless --no-token --port {port}"
    ) as url:
        window.open(url)
        window.wait_for("body", "In marimo there are no menu, history and next steps")
        field = window.until(
            "field", lambda: _in_shadows(window, "input[id^=seqr-]:not([readonly])")
        )
        assert window.script("return getComputedStyle(arguments[0]).colorScheme", field) == "light"
        field.send_keys("4711", "\ue009\ue007")  # Ctrl+Enter
        window.until("the reply", lambda: "INVALID_INVOICE_REFERENCE" in _text(window))
        window.wait_for("body", "open seqr.simulator.base_url")
        save_picture(window, "marimo")


_DEEP = """\
const [css] = arguments;
const search = (root) => {
  for (const each of root.querySelectorAll(css)) if (each.checkVisibility()) return each;
  for (const each of root.querySelectorAll("*")) {
    const found = each.shadowRoot && search(each.shadowRoot);
    if (found) return found;
  }
};
return search(document);
"""
_WHOLE = """\
const text = (root) => [...root.querySelectorAll("*")].map(
  (each) => each.shadowRoot ? text(each.shadowRoot) : each.children.length ? "" : each.textContent
).join(" ");
return text(document);
"""


def _in_shadows(page: Page, css: str):
    return page.script(_DEEP, css)


def _text(page: Page) -> str:
    return str(page.script(_WHOLE))
