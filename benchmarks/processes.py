"""Servers in processes of their own, as benchmarks use them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from seqrkit.vocabulary import NEWEST

ROOT = Path(__file__).resolve().parent.parent
WSDL = ROOT / "schemas" / NEWEST / "service.wsdl"
PATIENCE = 30.0
"""Seconds that a server may take until it takes connections."""


@contextmanager
def server(module: str, *arguments: str) -> Iterator[int]:
    """Run `python -m MODULE ARGUMENTS --port N` and yield the port once it takes connections."""
    port = _free_port()
    command = [sys.executable, "-m", module, *arguments, "--port", str(port)]
    with running(command) as process:
        _await(process, port, command)
        yield port


def node_soap(stack: ExitStack) -> int | None:
    """Run npm's soap until the stack ends; its port, or `None` where it is not installed."""
    modules = os.environ.get("SEQRKIT_TESTS_NODE_MODULES", "")
    if not modules or shutil.which("node") is None:
        print("node's soap is not installed: its rows are left out", file=sys.stderr)
        return None
    port = _free_port()
    command = ["node", "benchmarks/peers/soap_server.js", str(WSDL), "--port", str(port)]
    process = stack.enter_context(running(command, NODE_PATH=modules))
    _await(process, port, command)
    return port


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until the end of the block."""
    env = os.environ | environment
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=env)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, command: list[str]) -> None:
    end = monotonic() + PATIENCE
    while monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    msg = f"{' '.join(command)} did not start to serve (exit code {process.returncode})"
    raise RuntimeError(msg)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
