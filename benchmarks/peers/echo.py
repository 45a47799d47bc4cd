"""An ASGI echo: parses the body, does one thing in SQLite, and sends the body back.

`/insert` inserts a row and commits it; `/select` reads one row by its key. SQLite as the endpoint
uses it: a file in WAL mode, synchronous NORMAL.
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from lxml import etree

from benchmarks.peers.hosting import Event, Receive, Send, answer, body_of, serve

ROWS = 1000
"""Rows that are there to be selected from."""


class Echo:
    """The application, on a database in a directory."""

    def __init__(self, directory: str) -> None:
        self.store = sqlite3.connect(Path(directory, "echo.db"), isolation_level=None)
        self.store.execute("PRAGMA journal_mode = WAL")
        self.store.execute("PRAGMA synchronous = NORMAL")
        self.store.execute("CREATE TABLE message (reference INTEGER PRIMARY KEY, body BLOB)")
        self.store.execute("BEGIN")
        rows = ((key, b"x" * 1000) for key in range(1, ROWS + 1))
        self.store.executemany("INSERT INTO message VALUES (?, ?)", rows)
        self.store.execute("COMMIT")

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await body_of(receive)
        root = etree.fromstring(body)
        if scope["path"] == "/insert":
            self.store.execute("INSERT INTO message (body) VALUES (?)", (body,))
        else:
            reference = root.findtext(".//invoiceReference")
            query = "SELECT body FROM message WHERE reference = ?"
            assert self.store.execute(query, (reference,)).fetchone()
        await answer(send, body)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        serve(Echo(home))
