"""The file for Locust: users that play scripts, and the counts of their result codes.

`seqrkit load` prepares the scripts, names their file in the environment, and runs Locust with this
file, also as its master or worker. A reply without result code is a failure; result codes are
counted. The linter judges one reply in so many.
"""

from __future__ import annotations

import json
import os
import re
import ssl
import time
from collections import Counter
from functools import cache
from itertools import count, cycle
from pathlib import Path
from random import Random
from typing import Any, Final, cast

import gevent
import msgspec
from locust import FastHttpUser, events, task
from locust.env import Environment
from locust.runners import WorkerRunner

from seqrkit import contract
from seqrkit.errors import ConfigurationError
from seqrkit.http_client import tls_of
from seqrkit.load.sale_scripts import CLIENT_REFERENCE, PAY, VARIABLE, Step, learned
from seqrkit.qr import invoice_code

# A search instead of a parser: the generator must be faster than the service it measures.
_CODE: Final = re.compile(rb"<(?:\w+:)?resultCode>\s*(-?[0-9]{1,9})\s*<")
_PAUSE: Final = 1.0
"""Seconds after a request without a result code: an endpoint that is gone is not besieged."""
_HEADERS: Final = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}

codes: Counter[str] = Counter()
"""How often each operation was answered with each result code: "sendInvoice 0"."""
findings: Counter[str] = Counter()
"""How often each rule was broken by the judged replies."""
judged: Counter[str] = Counter()
"""How many replies were seen, and how many of them judged."""
# What each worker sends to the master and then forgets, so that nothing is counted twice.
_COUNTED: Final = {"codes": codes, "findings": findings, "judged": judged}


@cache
def plan() -> dict[str, Any]:
    """Return what `seqrkit load` has prepared; raises `ConfigurationError` if it has not."""
    if VARIABLE not in os.environ:
        raise ConfigurationError(
            f"{VARIABLE} must name a file that `seqrkit load URL --prepare FILE` has written"
        )
    content: dict[str, Any] = json.loads(Path(os.environ[VARIABLE]).read_text("utf-8"))
    content["scripts"] = msgspec.convert(content["scripts"], list[list[Step]])
    return content


def _prepare(environment: Environment, **_: Any) -> None:
    """Load what requests need, so that the first ones are not slower."""
    contract.load(plan()["interface"])
    if os.getppid() == plan().get("parent"):
        gevent.spawn(_end_with_parent, environment)
    # Timers count from the time of the event loop, which is as old as its last turn: without one
    # more, what was imported meanwhile would be a part of the run time.
    gevent.sleep(0)


def _end_with_parent(environment: Environment) -> None:
    """Stop when `seqrkit load` was killed: nobody would read the figures of the load."""
    while os.getppid() == plan()["parent"]:
        gevent.sleep(1)
    if environment.runner is not None:
        environment.runner.quit()


class Till(FastHttpUser):
    """A register or a shop that plays one script after the other."""

    insecure = False  # Locust does not verify certificates by default

    def __init__(self, environment: Environment) -> None:
        """Connect as the options of `seqrkit load` say."""
        connection = plan()["connection"]
        self.ssl_context_factory = _tls
        self.default_headers = connection["headers"]
        self.network_timeout = connection.get("timeout", self.network_timeout)
        super().__init__(environment)

    def on_start(self) -> None:
        """Begin at another script than the other users, and with a reference of its own."""
        scripts = plan()["scripts"]
        # Not seeded: users with the same numbers would send the same clientReferences, which are
        # refused.
        random = Random()  # noqa: S311 - no secret
        # Users in step would send only invoices in one second and only refunds in the next.
        start = random.randrange(len(scripts))
        self._scripts = cycle(scripts[start:] + scripts[:start])
        self._prefix = b"%016x" % random.getrandbits(64)
        self._numbers = count(1)
        # Each user has its share of the rate, so no process needs to know what the others do.
        self._pause = plan()["users"] / plan()["rate"] if plan()["rate"] else 0.0
        self._next = time.monotonic() + random.random() * self._pause

    @task
    def play(self) -> None:
        """Play a script to its end."""
        values: dict[bytes, bytes] = {}
        for step in next(self._scripts):
            if step.operation == PAY:
                self._pay(values)
                continue
            if self._pause:
                gevent.sleep(max(0.0, self._next - time.monotonic()))
                # Catches up one request at most: after a stall the service must not get all of them
                # at once.
                self._next = max(self._next + self._pause, time.monotonic() - self._pause)
            values[CLIENT_REFERENCE.encode()] = b"%b%d" % (self._prefix, next(self._numbers))
            reply = self._send(step, step.body(values))
            if reply is None:  # what follows would lack its references
                gevent.sleep(_PAUSE)
                return
            values.update(learned(step, reply))

    def _send(self, step: Step, body: bytes) -> bytes | None:
        """Return the reply to a request, or `None` if it has no result code."""
        with self.client.post(
            plan()["url"],
            data=cast("Any", body),  # bytes are sent as they are
            headers=_HEADERS,
            name=step.operation,
            allow_redirects=False,  # the request has passwords
            catch_response=True,
        ) as response:
            reply: bytes = response.content or b""
            found = _CODE.search(reply)
            # Any result code is an answer; which codes count as errors is for the reader of the
            # figures.
            if found is None:
                reason = getattr(response, "error", None) or f"HTTP {response.status_code}"
                response.failure(f"no result code ({reason})")
                return None
            response.success()
        codes[f"{step.operation} {found[1].decode()}"] += 1
        judged["seen"] += 1
        # A sample: linting each reply would make the generator the slowest part.
        if judged["seen"] % plan()["judge_every"] == 0:
            judged["judged"] += 1
            for each in contract.load(plan()["interface"]).lint_message(reply):
                findings[each.rule.id] += 1
        return reply

    def _pay(self, values: dict[bytes, bytes]) -> None:
        reference = values.get(b"invoiceReference", b"").decode()
        # The buyer's part goes to the control API, under a name of its own in the figures.
        for path, content in (
            ("scan", {"code": invoice_code(reference)}),
            (f"bills/{reference}/pay", {}),
        ):
            address = f"{plan()['control']}/phone/{path}"
            self.client.post(address, json=content, name=PAY)


@cache
def _tls() -> ssl.SSLContext:
    """Return what all users trust and show; to read the certificates for each would take longer."""
    connection = plan()["connection"]
    return tls_of(connection.get("ca"), connection.get("client_certificate"))


def _report(client_id: str, data: dict[str, Any]) -> None:  # noqa: ARG001 - Locust's signature
    for name, counted in _COUNTED.items():
        data[f"seqrkit_{name}"] = dict(counted)
        counted.clear()


def _take(client_id: str, data: dict[str, Any]) -> None:  # noqa: ARG001 - Locust's signature
    for name, counted in _COUNTED.items():
        counted.update(data.get(f"seqrkit_{name}", {}))


def _write(environment: Environment, **_: Any) -> None:
    """Write the figures to the file of the plan, in the process that has all of them."""
    runner = environment.runner
    # A worker has only its own figures.
    if runner is None or isinstance(runner, WorkerRunner) or not plan().get("result"):
        return
    total = environment.stats.total
    operations = {
        name: {
            "requests": entry.num_requests,
            "failures": entry.num_failures,
            "rate": entry.total_rps,
            **{
                f"p{percent}": entry.get_response_time_percentile(percent / 100)
                for percent in (50, 90, 95, 99)
            },
            "max": entry.max_response_time,
        }
        for (name, _method), entry in sorted(environment.stats.entries.items())
    }
    failures = [
        {"operation": each.name, "error": str(each.error), "times": each.occurrences}
        for each in environment.stats.errors.values()
    ]
    content = {
        "schema_version": 1,
        "requests": total.num_requests,
        "rate": total.total_rps,
        "operations": operations,
        "codes": dict(codes),
        "judged": judged["judged"],
        "findings": dict(findings),
        "failures": failures,
    }
    Path(plan()["result"]).write_text(f"{json.dumps(content, indent=2)}\n", "utf-8")


events.init.add_listener(_prepare)
events.report_to_master.add_listener(_report)
events.worker_report.add_listener(_take)
events.quitting.add_listener(_write)
