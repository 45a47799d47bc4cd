"""Starts the services in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

SPYNE = (sys.executable, "-m", "contract_tests.toolkit.suite.services.spyne_service")


@contextmanager
def served(mistake: str = "", command: Sequence[str] = SPYNE) -> Iterator[str]:
    """Start a service that prints its port, and yield its address without a path."""
    with subprocess.Popen(
        [*command, mistake], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            assert running.stdout is not None
            yield f"http://127.0.0.1:{int(running.stdout.readline())}"
        finally:
            running.terminate()
