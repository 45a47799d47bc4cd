"""Starts the services in processes of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

SPYNE = (sys.executable, "-m", "contract_tests.toolkit.suite.services.spyne_service")

HERE = Path(__file__).parent
WSDL = str(Path("schemas/cashregister-2/service.wsdl").resolve())
NODE_MODULES = Path(os.environ.get("SEQRKIT_TESTS_NODE_MODULES", "node_modules")).resolve()
NODE = ("node", str(HERE / "node_service.js"))
PHP = (sys.executable, str(HERE / "php_service.py"))

CREDENTIALS = {
    "terminal_id": "T1",
    "terminal_password": "secret1",
    "reseller_id": "shop",
    "reseller_user": "9900",
    "reseller_password": "secret2",
}
"""The credentials that every service knows."""
ENVIRONMENT = {f"SEQR_{name.upper()}": value for name, value in CREDENTIALS.items()}


def missing(command: Sequence[str]) -> str:
    """Return what a service needs and this machine lacks; empty if it can be started."""
    if command is SPYNE and find_spec("spyne") is None:
        return "Spyne is not installed"
    if command is NODE and not (shutil.which("node") and (NODE_MODULES / "soap").is_dir()):
        return "npm's soap is not installed: run `nox -s tests`"
    if command is PHP:
        modules = ["php", "-m"]
        if not shutil.which("php") or b"\nsoap\n" not in subprocess.check_output(modules):
            return "PHP with ext-soap is not installed"
    return ""


@contextmanager
def served(mistake: str = "", command: Sequence[str] = SPYNE) -> Iterator[str]:
    """Start a service that prints its port, and yield its address without a path."""
    if lacking := missing(command):
        pytest.skip(lacking)
    with subprocess.Popen(
        [*command, mistake],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"NODE_PATH": str(NODE_MODULES)},
        text=True,
    ) as running:
        try:
            assert running.stdout is not None
            yield f"http://127.0.0.1:{int(running.stdout.readline())}"
        finally:
            running.terminate()
