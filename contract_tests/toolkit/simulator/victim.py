"""`seqrkit serve` that kills itself at a chosen moment, which no kill from outside can hit.

    python -m contract_tests.toolkit.simulator.victim --db FILE --port 0

It is what `seqrkit serve` is, and reads these lines besides, each answered with one line:

    reply N          die between the commit and the reply of the N-th request from now that changed
                     something
    statement N      die right before the N-th SQL statement from now
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from typing import Any

import click
import psycopg

from seqrkit.cli.serve import command
from seqrkit.model import Reply
from seqrkit.simulator.operations import OPERATIONS
from seqrkit.simulator.service import Service, ServiceCall


class Fate:
    """Counts what happens, and ends the process when its count is full."""

    def __init__(self) -> None:
        self.left = 0

    def step(self) -> None:
        """One more; the last one is the end."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


FATES = {"reply": Fate(), "statement": Fate()}


def count_replies() -> None:
    """Have every reply counted that says of a change that it was made."""
    handle_all = Service.handle_all

    def counted(self: Service, calls: Sequence[ServiceCall]) -> Sequence[Reply | Exception]:
        replies = handle_all(self, calls)
        for call, reply in zip(calls, replies, strict=True):
            known = OPERATIONS.get(call.operation)
            changes = known is not None and not known.reading
            if changes and isinstance(reply, Reply) and reply.result_code == 0:
                FATES["reply"].step()
        return replies

    Service.handle_all = counted  # type: ignore[method-assign]


def count_statements() -> None:
    """Have every statement counted before it is carried out."""
    connect = sqlite3.connect

    def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(lambda _: FATES["statement"].step())
        return connection

    sqlite3.connect = counted  # type: ignore[assignment]
    execute = psycopg.Connection.execute

    def executed(*arguments: Any, **options: Any) -> Any:
        FATES["statement"].step()
        return execute(*arguments, **options)

    psycopg.Connection.execute = executed  # type: ignore[method-assign]


def listen() -> None:
    """Take its fate from standard input."""
    for line in sys.stdin:
        way, _, number = line.partition(" ")
        FATES[way].left = int(number)
        click.echo(f"{way} it is")


if __name__ == "__main__":
    count_replies()
    count_statements()
    threading.Thread(target=listen, daemon=True).start()
    command()
