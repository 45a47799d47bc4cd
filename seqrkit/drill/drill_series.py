"""A series of drills: one undisturbed run, then one for each disturbance, several at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from seqrkit.assessment import Failure, Item
from seqrkit.drill.buyer import Rule
from seqrkit.drill.client_run import ClientRun, run_client
from seqrkit.drill.disturbances import Disturbance
from seqrkit.drill.verdicts import GROUP, SOURCE, judge_drill
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import PATHS, Interface


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

    def run(self, disturbance: Disturbance | None = None, late_seconds: float = 0) -> ClientRun:
        """Run the command in a new world; raises `ConfigurationError` if it cannot be started."""
        name = self._endpoint.worlds.new_name()
        world = self._endpoint.worlds.get(name)
        try:
            return run_client(
                self._command,
                world,
                f"{self._endpoint.base_url}/w/{name}",
                self._rules,
                interface=self._interface,
                seconds=self._seconds,
                fault=None if disturbance is None else disturbance.fault(late_seconds),
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
        called = [each for each in disturbances if each.operation in undisturbed.operations]
        with ThreadPoolExecutor(jobs) as pool:
            runs = [pool.submit(self.run, each, late_seconds) for each in called]
            try:
                for disturbance, run in zip(called, runs, strict=True):
                    yield judge_drill(
                        disturbance, run.result(), undisturbed, self._command, self.url
                    )
            finally:
                for each in runs:
                    each.cancel()
        for operation in dict.fromkeys(each.operation for each in disturbances):
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
        return f"http://register.test{PATHS[self._interface]}"


def undisturbed_item(run: ClientRun) -> Item:
    """Return the verdict on the run without a disturbance, which must end with exit code 0."""
    failures: tuple[Failure, ...] = ()
    if run.exit_code != 0:
        ended = "did not end in time" if run.exit_code is None else f"ended with {run.exit_code}"
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
        evidence=f"{len(run.observed)} requests, {run.books.paid} {run.books.currency} paid",
        seconds=run.seconds,
    )
