"""A Voila server, which displays the outputs of notebooks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.lab import environment, write_notebook
from contract_tests.toolkit.browser.page import Page


@contextmanager
def voila(page: Page, notebooks: Mapping[str, str]) -> Iterator[str]:
    """Serve notebooks of one cell each until the end of the block; yield the address.

    A notebook is shown at ``/voila/render/NAME.ipynb?theme=dark``, run anew each time.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        home = Path(place)
        folder = home / "notebooks"
        folder.mkdir()
        for name, cell in notebooks.items():
            write_notebook(folder / f"{name}.ipynb", cell)
        port = free_port()
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "voila", str(folder), "--no-browser", *_options(port)],
                env={**os.environ, **environment(home)},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        try:
            page.until("Voila", lambda: answers(port, process, home / "log"))
            yield f"http://127.0.0.1:{port}/voila/render"
        finally:
            page.open("about:blank")
            process.terminate()
            process.wait()


def _options(port: int) -> list[str]:
    return [
        f"--port={port}",
        "--Voila.ip=127.0.0.1",
        "--VoilaConfiguration.allow_theme_override=YES",
    ]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answers(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    """Return whether the server listens; fail with its log if it has ended."""
    if process.poll() is not None:
        pytest.fail(f"the server did not start:\n{log.read_text()}", pytrace=False)
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False  # not yet
    return True
