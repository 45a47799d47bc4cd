"""A JupyterLab with its own profile and the notebooks of a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract_tests.toolkit.browser.page import Page

ROOT = Path(__file__).resolve().parents[3]
FLAGS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.port=0",
    "--LabApp.expose_app_in_browser=True",  # lets tests run JupyterLab commands
)
STARTS_IN = 60
"""Timeout in seconds for starting a server or a kernel."""
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

    def __init__(self, page: Page, url: str, token: str, folder: Path) -> None:
        self.page = page
        self._url, self._token, self._folder = url, token, folder

    def run(self, name: str, *cells: str) -> None:
        """Write a notebook with these cells, open it and run it."""
        write_notebook(self._folder / name, *cells)
        self.page.open(f"{self._url}doc/tree/{name}?reset&token={self._token}")
        self.page.until("kernel", lambda: self.page.script(_IDLE), STARTS_IN)
        self.command("notebook:run-all-cells")

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
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *FLAGS, f"--ServerApp.root_dir={folder}"],
                env={**os.environ, **environment(home)},
                stdout=log,
                stderr=log,
            )
        try:
            url, token = _told(page, process, home)
            yield Lab(page, url, token, folder)
        finally:
            page.open("about:blank")
            process.terminate()
            process.wait()


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook with these cells, without outputs."""
    notebook = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": source,
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a Jupyter server: its own folders and this checkout."""
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "SEQRKIT_DATA": "saved",
    }
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {name: str(home / folder) for name, folder in folders.items()} | {"PYTHONPATH": path}


def _settle(folder: Path) -> None:
    for name, settings in SETTINGS.items():
        file = folder / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")


def _told(page: Page, process: subprocess.Popen[bytes], home: Path) -> tuple[str, str]:
    """Return the server's address and token from its runtime file."""
    file = home / "runtime" / f"jpserver-{process.pid}.json"

    def found() -> dict[str, str] | None:
        if process.poll() is not None:
            pytest.fail(f"JupyterLab did not start:\n{(home / 'log').read_text()}")
        try:
            known: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None  # missing or incomplete
        return known

    known = page.until("JupyterLab", found, STARTS_IN)
    assert known is not None
    return known["url"], known["token"]
