"""`seqrkit serve` in a process of its own, for the tests that load, kill and besiege it."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from seqrkit.vocabulary import PATHS, Interface

PATIENCE: Final = 30
"""Seconds after which something that should come at once counts as hung."""
ROOT: Final = Path(__file__).resolve().parents[3]
SERVE: Final = ("seqrkit", "serve")
_KILOBYTE: Final = 1024
_OTHERWISE: Final = re.compile("PYTHONDONTWRITEBYTECODE|COV")


class Process:
    """An endpoint in a process of its own, which answers once this object is made.

    Its errors go to a file, so that no pipe fills and holds it up.
    """

    def __init__(self, command: list[str], errors: Path) -> None:
        self._errors = errors
        with errors.open("ab") as into:
            self.popen = subprocess.Popen(
                [sys.executable, "-W", "default", "-m", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=into,
                text=True,
                cwd=ROOT,
                env=_environment(errors.parent),
            )
        assert self.popen.stdin is not None
        assert self.popen.stdout is not None
        self._stdin, self._stdout = self.popen.stdin, self.popen.stdout
        self.said = ""
        for line in self._stdout:
            self.said += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"the endpoint is at (http://[0-9.]+:([0-9]+))", self.said)
        assert found, self.said + self.errors
        self.base_url, self.port = found[1], int(found[2])

    @property
    def errors(self) -> str:
        """What it, and whatever used the same file before it, wrote on standard error."""
        return self._errors.read_text("utf-8", "replace")

    def client(self) -> Client:
        """A connection of its own to it."""
        return Client(self.port)

    def resident(self) -> int:
        """Its resident memory in bytes (Linux)."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text("ascii")
        found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        assert found, status
        return int(found[1]) * _KILOBYTE

    def say(self, line: str) -> str:
        """Say a line to a process that listens, and get its answer."""
        self._stdin.write(f"{line}\n")
        self._stdin.flush()
        return self._stdout.readline().strip()

    def kill(self) -> None:
        """End it as the power would: SIGKILL, no good-byes."""
        self.popen.kill()
        self.gone()

    def gone(self) -> int:
        """Wait until the process has ended, and return its exit code."""
        code = self.popen.wait(PATIENCE)
        with suppress(OSError):  # what was written to it last has nobody to go to
            self._stdin.close()
        self._stdout.close()
        return code


def _environment(home: Path) -> dict[str, str]:
    """Ours, but that bytecode is kept, so that the second start is quicker than the first.

    And without coverage: who is killed cannot save what it has counted.
    """
    ours = {name: value for name, value in os.environ.items() if not _OTHERWISE.match(name)}
    bytecode = str(home / "bytecode")
    return ours | {"NO_COLOR": "1", "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": bytecode}


class Client:
    """A keep-alive connection that posts bytes as they are, and reconnects where it was closed."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def post(
        self,
        body: bytes,
        headers: dict[str, str] | None = None,
        interface: Interface = Interface.CASHREGISTER_2,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer; raises `OSError` or `HTTPException` for none."""
        return self._post(PATHS[interface], body, headers or {})

    def control(self, path: str, **what: object) -> tuple[int, bytes]:
        """The same for something to be done by the control API, at a path below /control/."""
        body = json.dumps(what).encode()
        return self._post(f"/control/{path}", body, {"Content-Type": "application/json"})

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def served(errors: Path, *arguments: str, command: tuple[str, ...] = SERVE) -> Iterator[Process]:
    """Run it on a free port, until the end of the block at the latest."""
    process = Process([*command, "--port", "0", *arguments], errors)
    try:
        yield process
    finally:
        process.kill()
