"""Runs a client's command against a world, with a buyer, and keeps what it did."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import IO, Final

from seqrkit.contract import SessionRules
from seqrkit.drill.buyer import Rule, ScriptedBuyer
from seqrkit.drill.merchant_books import Books, books_of
from seqrkit.environment_variables import client_variables, variable
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.model import GetPaymentStatus
from seqrkit.session import published
from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.faults import Fault
from seqrkit.simulator.world import World
from seqrkit.vocabulary import PATHS, Interface

CONTROL: Final = variable("control")
"""The environment variable with the address of the control API."""
# Enough to write a log; each of almost thirty drills may hang.
GRACE_SECONDS: Final = 2.0
"""How long a command that is to end may take after SIGTERM."""
# The end has the exception; a report with whole logs would not be read.
_OUTPUT: Final = 2_000
"""The last bytes of the output that are kept."""


@dataclass(frozen=True, slots=True)
class ClientRun:
    """How a command ended, and what it did.

    `exit_code` is `None` if it was ended after the time limit. `was_disturbed` says whether the
    fault, if there is one, was injected.
    """

    exit_code: int | None
    output: str
    seconds: float
    observed: tuple[ObservedExchange, ...]
    books: Books
    was_disturbed: bool

    @property
    def operations(self) -> frozenset[str]:
        """The operations that it has called."""
        return frozenset(each.operation for each in self.observed)

    def exchanges(self, endpoint: str) -> tuple[Exchange, ...]:
        """Return what it sent and what arrived, judged."""
        session = SessionRules()
        return tuple(
            _exchange(n, each, endpoint).judged(session) for n, each in enumerate(self.observed, 1)
        )


def run_client(
    command: Sequence[str],
    world: World,
    base_url: str,
    rules: Sequence[Rule],
    *,
    interface: Interface,
    seconds: float,
    fault: Fault | None = None,
    polls: int = 1,
    started: Callable[[subprocess.Popen[bytes]], object] = id,
) -> ClientRun:
    """Run a command until it ends, at most that long; the buyer acts after so many polls.

    `started` is called with the process. Raises `ConfigurationError` if it cannot be started.
    """
    observed: list[ObservedExchange] = []
    log = world.application.exchanges
    # An own list: the log of the world forgets old exchanges, and the books need all.
    log.observers.append(observed.append)
    inject = None if fault is None else partial(world.faults.add, fault)
    # What matters of the status is the reply that says what the buyer has done.
    is_later = fault is not None and fault.operation == GetPaymentStatus.OPERATION
    if inject is not None and not is_later:
        inject()
    buyer = ScriptedBuyer(world, rules, polls=polls, when_done=inject if is_later else None)
    start = monotonic()
    try:
        added = client_variables(base_url + PATHS[interface], published())
        added[CONTROL] = f"{base_url}/control"
        exit_code, output = _run(command, os.environ | added, seconds, started)
    finally:
        buyer.close()
        log.observers.remove(observed.append)
    observed = [_as_received(each, observed) for each in observed]
    return ClientRun(
        exit_code=exit_code,
        output=output,
        seconds=monotonic() - start,
        observed=tuple(observed),
        books=books_of(world, observed),
        was_disturbed=fault is None or any(each.times for each in world.faults),
    )


def _as_received(exchange: ObservedExchange, every: Sequence[ObservedExchange]) -> ObservedExchange:
    """Return an exchange without its reply if the client went on before that arrived."""
    if not exchange.reply_delay:
        return exchange
    arrival = exchange.started_at + timedelta(seconds=exchange.reply_delay)
    if any(exchange.started_at < each.started_at < arrival for each in every):
        return exchange._replace(status=0, response=b"")
    return exchange


def _run(
    command: Sequence[str],
    variables: Mapping[str, str],
    seconds: float,
    started: Callable[[subprocess.Popen[bytes]], object],
) -> tuple[int | None, str]:
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command
            command,
            env=dict(variables),
            # A command that asks for something would wait for the terminal until the time limit.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            # A group of its own, so that shells and their children can be ended together.
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        advice = "; for a line of the shell write: -- sh -c '...'" if len(command) == 1 else ""
        raise ConfigurationError(f"{command[0]} cannot be started: {reason}{advice}") from error
    started(process)
    output = bytearray()
    # A thread, because a process that the command leaves behind keeps the pipe open.
    reader = threading.Thread(target=_keep_end, args=(process.stdout, output), daemon=True)
    reader.start()
    exit_code: int | None
    try:
        exit_code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        exit_code = None
    finally:
        end(process)
        reader.join(GRACE_SECONDS)
    return exit_code, output.decode("utf-8", "replace").strip()


def _keep_end(stream: IO[bytes], output: bytearray) -> None:
    """Read a stream to its end, and keep the last bytes of it."""
    with stream:
        while part := stream.read(1 << 16):
            output += part
            del output[:-_OUTPUT]


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started, which may live longer than it."""
    # Also after it has ended by itself: what it left behind would disturb the next drill's port.
    for each in (signal.SIGTERM, signal.SIGKILL):
        # macOS refuses a group that has only ended processes.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, each)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)


def _failure(observed: ObservedExchange) -> str:
    is_late = bool(observed.reply_delay)
    return "the reply came too late" if is_late else "the reply was lost on its way"


def _exchange(number: int, observed: ObservedExchange, endpoint: str) -> Exchange:
    arrived = bool(observed.status)
    was_lost = observed.injected is not None and not arrived
    return Exchange(
        number=number,
        operation=observed.operation,
        interface=observed.interface,
        endpoint=endpoint,
        started_at=observed.started_at,
        duration=observed.duration,
        request=observed.request,
        status=observed.status or None,
        response=observed.response if arrived else None,
        failure=_failure(observed) if was_lost else None,
        failure_kind="ConnectionLost" if was_lost else None,
    )
