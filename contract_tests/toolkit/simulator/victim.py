"""`seqrkit serve` with a buyer at its standard input, and a death at a moment chosen beforehand.

    python -m contract_tests.toolkit.simulator.victim --db FILE --port 0

It is what `seqrkit serve` is, and reads these lines besides, each answered with one line:

    pay REFERENCE    the buyer scans the invoice's code and confirms; "done", or "no" with a reason
    reply N          die between the commit and the reply of the N-th request from now that changed
                     something
    statement N      die right before the N-th SQL statement from now, whoever makes it
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from itertools import count
from typing import Any

import click

from seqrkit.cli.serve import command
from seqrkit.errors import SeqrError
from seqrkit.model import Reply
from seqrkit.simulator import Endpoint
from seqrkit.simulator.operations import OPERATIONS
from seqrkit.simulator.service import Service


class Fate:
    """Counts what happens, and ends the process when its count is full."""

    def __init__(self) -> None:
        self.left = 0

    def step(self) -> None:
        """One more; the last one is the end."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


REPLIES, STATEMENTS = Fate(), Fate()


def count_replies() -> None:
    """Have every reply counted that says of a change that it was made."""
    handle = Service.handle

    def counted(self: Service, operation: str, *arguments: Any, **options: Any) -> Reply:
        reply = handle(self, operation, *arguments, **options)
        known = OPERATIONS.get(operation)
        if known is not None and not known.reading and reply.result_code == 0:
            REPLIES.step()
        return reply

    Service.handle = counted  # type: ignore[method-assign]


def count_statements() -> None:
    """Have every statement counted before it is carried out."""
    connect = sqlite3.connect

    def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(lambda _: STATEMENTS.step())
        return connection

    sqlite3.connect = counted  # type: ignore[assignment]


def listen() -> None:
    """Do what standard input says, once there is an endpoint."""
    start = Endpoint.start
    number = count()

    def started(self: Endpoint) -> Endpoint:
        endpoint = start(self)
        if next(number) == 0:
            threading.Thread(target=_obey, args=(endpoint,), daemon=True).start()
        return endpoint

    Endpoint.start = started  # type: ignore[method-assign,assignment]


def _obey(endpoint: Endpoint) -> None:
    for line in sys.stdin:
        verb, _, word = line.strip().partition(" ")
        answer = "done"
        if verb == "pay":
            try:
                endpoint.phone.scan(f"HTTP://SEQR.SE/R{word}").pay()
            except SeqrError as error:
                answer = f"no: {error}"
        elif verb == "reply":
            REPLIES.left = int(word)
        else:
            STATEMENTS.left = int(word)
        click.echo(answer)


if __name__ == "__main__":
    count_replies()
    count_statements()
    listen()
    command()
