"""A PostgreSQL server of the tests' own, with its files and its socket in a scratch folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_schemas = count(1)
_UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB")


def programs() -> Path | None:
    """The folder of the server's programs; Debian has one for each version, outside PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


class Server:
    """A running server; `new_database` is an address of an empty schema."""

    def __init__(self, socket: Path) -> None:
        self.address = f"postgresql:///postgres?host={socket}&user=seqrkit"

    def new_database(self) -> str:
        """Return the address of an empty schema."""
        name = f"test_{os.getpid()}_{next(_schemas)}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.address}&options=-csearch_path%3D{name}"


@contextmanager
def running() -> Iterator[Server]:
    """Run a server; as root it runs as another user, because PostgreSQL refuses root."""
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL is not installed: Debian's package is postgresql")
    # Not in pytest's folders: the path of a socket is 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="seqrkit-") as name:
        yield from _running(where, Path(name))


def _running(where: Path, folder: Path) -> Iterator[Server]:
    user = "nobody" if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [where / "initdb", "--no-sync", "--auth=trust", "--username=seqrkit", "-D", data],
        user=user,
        check=True,
        capture_output=True,
        cwd=folder,
    )
    settings = [f"-c{each}" for each in (*_UNSAFE_BUT_FAST, "listen_addresses=")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [where / "postgres", "-D", data, "-k", folder, *settings],
            user=user,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        yield _when_ready(Server(folder))
    finally:
        server.send_signal(signal.SIGINT)  # a "fast" shutdown: it waits for no client
        server.wait(30)


def _when_ready(server: Server) -> Server:
    give_up = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(server.address).close()
        except psycopg.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return server
