"""A series of drills: one undisturbed run, then one for each disturbance, several at a time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from seqrkit.assessment import Failure, Item
from seqrkit.drill.buyer import Rule
from seqrkit.drill.client_run import ClientRun, end, run_client
from seqrkit.drill.disturbances import Disturbance
from seqrkit.drill.verdicts import GROUP, SOURCE, judge_drill
from seqrkit.model import SendInvoice
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import PATHS, Interface

UNDISTURBED_POLLS: Final = 3
"""Polls after which the buyer acts if nothing else is disturbed."""


class Series:
    """Runs of one command, each in a world of its own of one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        command: Sequence[str],
        rules: Sequence[Rule],
        interface: Interface,
        seconds: float,
    ) -> None:
        self._endpoint = endpoint
        self._command = command
        self._rules = rules
        self._interface = interface
        self._seconds = seconds
        self._processes: list[subprocess.Popen[bytes]] = []

    def run(self, disturbance: Disturbance | None = None, late_seconds: float = 0) -> ClientRun:
        """Run the command in a new world; raises `ConfigurationError` if it cannot be started.

        Without a disturbance the buyer acts late, so that the client's polls can be judged.
        """
        rule, fault = None, None
        if disturbance is not None:
            rule = disturbance.rule
            fault = disturbance.fault(late_seconds) if rule is None else None
        # A world for each run: its books must show this run's money alone, also when several run at
        # once.
        name = self._endpoint.worlds.new_name()
        world = self._endpoint.worlds.get(name)
        try:
            return run_client(
                self._command,
                world,
                f"{self._endpoint.base_url}/w/{name}",
                self._rules if rule is None else (rule,),
                interface=self._interface,
                seconds=self._seconds,
                fault=fault,
                polls=UNDISTURBED_POLLS if disturbance is None else 1,
                started=self._processes.append,
            )
        finally:
            self._endpoint.worlds.remove(name)

    def drills(
        self,
        disturbances: Sequence[Disturbance],
        undisturbed: ClientRun,
        *,
        late_seconds: float,
        jobs: int,
    ) -> Iterator[Item]:
        """Yield the verdict of each drill; what the client does not call is not seen."""
        called = [
            each for each in disturbances if each.rule or each.operation in undisturbed.operations
        ]
        with ThreadPoolExecutor(jobs) as pool:
            runs = [pool.submit(self.run, each, late_seconds) for each in called]
            try:
                # In the order of the list, not of their ends, so that reports of two days can be
                # compared.
                for disturbance, run in zip(called, runs, strict=True):
                    yield judge_drill(
                        disturbance, run.result(), undisturbed, self._command, self.url
                    )
            finally:
                for each in runs:
                    each.cancel()
                for process in self._processes:  # an interrupted series does not wait for them
                    if process.poll() is None:
                        end(process)
        for operation in dict.fromkeys(each.operation for each in disturbances if not each.rule):
            if operation not in undisturbed.operations:
                yield Item(
                    id=f"drill.{operation}",
                    group=GROUP,
                    title=f"{operation}: its replies",
                    source=SOURCE,
                    was_seen=False,
                    evidence="the client does not call it",
                )

    @property
    def url(self) -> str:
        """How the endpoint is called in reports."""
        # The real address has a port and a world that differ in each run.
        return f"http://register.test{PATHS[self._interface]}"


def undisturbed_item(run: ClientRun, rules: Sequence[Rule]) -> Item:
    """Return the verdict on the run without a disturbance, which must end with exit code 0."""
    sells = SendInvoice.OPERATION in run.operations and any(each.action == "pay" for each in rules)
    failures: tuple[Failure, ...] = ()
    if run.exit_code == 0 and run.books.reversed:
        sentence = (
            f"it ended with exit code 0 and without the reply that says PAID, so the service takes "
            f"the payment of invoice {', '.join(run.books.reversed)} back after 20 s; poll "
            "getPaymentStatus until it answers PAID"
        )
        failures = (Failure(deviation="drill.undisturbed: reversed", sentence=sentence),)
    elif run.exit_code == 0 and sells and not run.books.paid:
        sentence = "it ended with exit code 0, but nothing is paid; poll until the buyer has paid"
        failures = (Failure(deviation="drill.undisturbed: unpaid", sentence=sentence),)
    elif run.exit_code != 0:
        ended = (
            f"did not end within {run.seconds:.0f} s"
            if run.exit_code is None
            else f"ended with {run.exit_code}"
        )
        said = f"; it printed: {run.output[-300:]}" if run.output else ""
        failures = (Failure(deviation="drill.undisturbed", sentence=f"the command {ended}{said}"),)
    elif not run.observed:
        sentence = "it sent no request to the address in SEQR_ENDPOINT"
        failures = (Failure(deviation="drill.undisturbed", sentence=sentence),)
    return Item(
        id="drill.undisturbed",
        group=GROUP,
        title="The command, undisturbed",
        source=SOURCE,
        failures=failures,
        evidence=f"{len(run.observed)} requests, {run.books.in_currency(run.books.paid)} paid",
        seconds=run.seconds,
    )
