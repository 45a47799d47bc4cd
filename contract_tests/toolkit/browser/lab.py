"""A JupyterLab with its own profile and the notebooks of a test."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.server import served, write_notebook

LAB = (
    "jupyterlab --no-browser --allow-root --IdentityProvider.token= --ServerApp.port={port} "
    "--ServerApp.root_dir={home}/notebooks "
    "--LabApp.expose_app_in_browser=True"  # lets tests run JupyterLab commands
)
STARTS_IN = 120
"""Timeout in seconds for starting a kernel."""
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/apputils-extension/themes": {"adaptive-theme": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
}
"""No notifications, no removal of cells outside the viewport; widget state is saved."""

_IDLE = """\
const shown = window.jupyterapp && [...window.jupyterapp.shell.widgets("main")][0];
return shown?.context?.isReady && shown.sessionContext.session?.kernel?.status === "idle";
"""


class Lab:
    """A running JupyterLab in a page."""

    def __init__(self, page: Page, url: str, folder: Path) -> None:
        self.page = page
        self._url, self._folder = url, folder

    def run(self, name: str, *cells: str) -> None:
        """Write a notebook with these cells, open it and run it."""
        self.open(name, *cells)
        self.command("notebook:run-all-cells")

    def open(self, name: str, *cells: str) -> None:
        """Write a notebook with these cells, open it and wait for its kernel."""
        write_notebook(self._folder / name, *cells)
        self.page.open(f"{self._url}/doc/tree/{name}?reset")
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the kernel is idle."""
        self.page.until("kernel", lambda: self.page.script(_IDLE), STARTS_IN)

    def dark(self, *, yes: bool) -> None:
        """Select JupyterLab's dark or light theme."""
        theme = f"JupyterLab {'Dark' if yes else 'Light'}"
        self.command("apputils:change-theme", theme=theme)
        self.page.wait_for(f"body[data-jp-theme-light='{'false' if yes else 'true'}']")

    def only_outputs(self) -> None:
        """Hide the cells' code and scroll to the top."""
        self.command("notebook:hide-all-cell-code")
        self.page.script("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")

    def save(self, name: str) -> dict[str, Any]:
        """Save the open notebook with its widget state; return the file's content."""
        self.command("docmanager:save")

        def saved() -> dict[str, Any] | None:
            try:
                notebook: dict[str, Any] = json.loads((self._folder / name).read_text("utf-8"))
            except ValueError:
                return None  # JupyterLab is writing it
            return notebook if "widgets" in notebook["metadata"] else None

        notebook = self.page.until("saved widget state", saved)
        assert notebook is not None
        return notebook

    def command(self, name: str, **arguments: object) -> None:
        """Start a JupyterLab command."""
        self.page.script("window.jupyterapp.commands.execute(...arguments)", name, arguments)


@contextmanager
def lab(page: Page) -> Iterator[Lab]:
    """Run a JupyterLab in its own folder until the end of the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        home = Path(place)
        folder = home / "notebooks"
        folder.mkdir()
        _settle(home / "settings")
        with served(page, home, LAB) as url:
            yield Lab(page, url, folder)


def _settle(folder: Path) -> None:
    for name, settings in SETTINGS.items():
        file = folder / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")
