"""Servers of notebooks, each a process with folders of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.page import Page

ROOT = Path(__file__).resolve().parents[3]
STARTS_IN = 120
"""Timeout in seconds for starting a server."""
VOILA = (
    "voila {home}/notebooks --no-browser --port={port} --Voila.ip=127.0.0.1 "
    "--VoilaConfiguration.allow_theme_override=YES"
)


@contextmanager
def served(page: Page, home: Path, command: str) -> Iterator[str]:
    """Run a module as a server until the end of the block; yield its address.

    The command is the module and its options, with ``{port}`` and ``{home}`` for its port and
    folder.
    """
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    module, *options = command.format(port=port, home=home).split()
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *options],
            env={**os.environ, **environment(home)},
            stdout=log,
            stderr=log,
        )
    try:
        page.until(module, lambda: _listens(port, process, home / "log"), STARTS_IN)
        yield f"http://127.0.0.1:{port}"
    finally:
        page.open("about:blank")
        process.terminate()
        process.wait()


@contextmanager
def voila(page: Page, home: Path, notebooks: Mapping[str, str]) -> Iterator[str]:
    """Serve notebooks of one cell each until the end of the block; yield the address.

    A notebook is shown at ``NAME.ipynb?theme=dark``, run anew each time.
    """
    (home / "notebooks").mkdir()
    for name, cell in notebooks.items():
        write_notebook(home / "notebooks" / f"{name}.ipynb", cell)
    with served(page, home, VOILA) as url:
        yield f"{url}/voila/render"


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
    """Return the environment of a Jupyter server: its own folders and this checkout.

    Kernels write bytecode, as installed programs have it: to compile all takes longer than to run.
    """
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "SEQRKIT_DATA": "saved",
        "PYTHONPYCACHEPREFIX": "bytecode",
    }
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    own = {name: str(home / folder) for name, folder in folders.items()}
    return {**own, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": ""}


def _listens(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    """Return whether the server listens; fail with its log if it has ended."""
    if process.poll() is not None:
        pytest.fail(f"the server did not start:\n{log.read_text()}", pytrace=False)
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False  # not yet
    return True
