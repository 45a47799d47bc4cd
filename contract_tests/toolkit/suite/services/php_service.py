"""Starts the payment service on PHP, and prints its port: ``python -m ... WSDL``."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory

SCRIPT = Path(__file__).with_name("php_service.php")


def serve(wsdl: str) -> None:
    """Serve until the process is ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        env = os.environ | {"WSDL": wsdl, "STATE": f"{folder}/state", "PHP_CLI_SERVER_WORKERS": "4"}
        command = ["php", "-S", f"127.0.0.1:{port}", str(SCRIPT)]
        # In a group of its own: its workers must end with it.
        with Popen(command, env=env, stdout=DEVNULL, stderr=DEVNULL, process_group=0) as php:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                time.sleep(0.05)
            sys.stdout.write(f"{port}\n")
            sys.stdout.flush()
            try:
                sys.stdin.read()
            finally:
                os.killpg(php.pid, signal.SIGTERM)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    serve(sys.argv[1])
