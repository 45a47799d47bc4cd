"""``seqrkit demo``: every request of each interface in a realistic order."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.text import Text

from seqrkit.cli import exit_code
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.cli.file_io import FILE, save
from seqrkit.cli.shared_options import INTERFACE
from seqrkit.client import Client, Credentials
from seqrkit.clock import ManualClock, SystemClock
from seqrkit.demo import Run, play, scenario
from seqrkit.display import exchange_text
from seqrkit.display.demo_page import demo_page
from seqrkit.display.demo_step import PlayedStep, Verdict
from seqrkit.display.demo_text import LineView, StepView
from seqrkit.recording.har import har_bytes
from seqrkit.session import connect
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import Interface

TITLE: Final = "seqrkit demo"
LEAD: Final = (
    "A day at the till of a cinema. Every request is built, checked against the contract, sent and "
    "answered; each message is shown as it was transmitted."
)
EMBEDDED: Final = "embedded endpoint"


@click.command("demo")
@click.option("--html", type=FILE, help="Also write the demo as one self-contained page.")
@click.option("--har", type=FILE, help="Also write the exchanges as an HTTP Archive (HAR 1.2).")
@click.option(
    "--envelopes",
    is_flag=True,
    help="Print every message; by default only those of the first exchange.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Run against this endpoint; the user is that of SEQR_RESELLER_ID, _USER and _PASSWORD.",
)
@click.option(
    "--interface",
    type=INTERFACE,
    help="The interface to show; by default all of them, with --endpoint the one of its path.",
)
@with_connection
@click.pass_context
def command(
    context: click.Context,
    *,
    html: Path | None,
    har: Path | None,
    envelopes: bool,
    endpoint: str | None,
    interface: str | None,
    connection: dict[str, Any],
) -> None:
    """Show every request being built, checked, sent and answered.

    Starts an endpoint inside this process, with a simulated buyer and a manual clock. With
    --endpoint, registers a terminal there, uses it and unregisters it; steps that need the
    simulated buyer are left out.

    Exit code: 0 if every step gave the expected result, 1 if one did not, 2 if no SOAP service
    answers or it refuses the credentials.
    """
    console = exchange_text.console()
    began = time.perf_counter()
    steps: list[PlayedStep] = []
    try:
        played = _elsewhere(endpoint, interface, connection) if endpoint else _embedded(interface)
        steps.extend(_print_each(played, console, in_full=sys.maxsize if envelopes else 1))
    finally:  # keep the files when the user interrupts the demo
        _write(steps, html, har, endpoint or EMBEDDED)
    if envelopes:
        list(_print_each(steps, console, in_full=0))
    went_well = _summed_up(steps, console, time.perf_counter() - began)
    if not envelopes:
        console.print("All messages: seqrkit demo --envelopes", style="muted")
    for path in filter(None, (html, har)):
        console.print(f"Written: {path}", style="muted")
    exchanges = (exchange for step in steps for exchange in step.exchanges)
    context.exit(exit_code(exchanges, passed=went_well))


def _embedded(interface: str | None) -> Iterator[PlayedStep]:
    """Run the demo on an embedded endpoint with a manual clock and reproducible ids."""
    credentials = Credentials(
        reseller_id=PUBLISHED.reseller_id,
        reseller_user=PUBLISHED.reseller_user,
        reseller_password=PUBLISHED.reseller_password,
    )
    clock = ManualClock(SystemClock().now())
    gaming = {"id": PUBLISHED.reseller_id, "gaming": True}  # creditUser needs its token
    with Endpoint(clock=clock, settings={"resellers": [gaming]}) as here:
        for number, spoken in enumerate(_chosen(interface), start=1):
            with closing(Client(here.url(spoken), credentials, seed=number)) as client:
                run = Run(client, clock, here.phone, tag=str(number))
                yield from play(scenario.steps(client.contract), run)


def _elsewhere(
    endpoint: str, interface: str | None, connection: dict[str, Any]
) -> Iterator[PlayedStep]:
    """Run the steps of one interface that another endpoint can serve."""
    clock = SystemClock()
    with connect(endpoint, interface=interface, **connection) as client:
        # The time makes seqrIds unique at a service that keeps those of earlier runs.
        run = Run(client, clock, tag=f"{clock.now():%y%m%d%H%M%S}")
        yield from play(scenario.steps(client.contract), run)


def _chosen(interface: str | None) -> tuple[Interface, ...]:
    return tuple(Interface) if interface is None else (Interface(interface),)


def _print_each(
    steps: Iterable[PlayedStep], console: Console, *, in_full: int
) -> Iterator[PlayedStep]:
    """Print each step as soon as it is done, the first `in_full` with their messages."""
    interface = None
    for number, step in enumerate(steps):
        if step.interface is not interface:
            interface = step.interface
            console.print(Text.assemble((interface, "heading"), f"  {step.address}"))
        console.print(StepView(step) if number < in_full else LineView(step))
        yield step


def _summed_up(steps: list[PlayedStep], console: Console, seconds: float) -> bool:
    """Print the verdict; return whether every step gave the expected result."""
    exchanges = sum(len(step.exchanges) for step in steps)
    left_out = sum(step.verdict is Verdict.LEFT_OUT for step in steps)
    failed = sum(step.verdict is Verdict.FAILED for step in steps)
    if left_out:
        count = "1 step was" if left_out == 1 else f"{left_out} steps were"
        console.print(f"\n{count} left out; the line of each names what it needs.")
    console.print(
        f"\n{len(steps)} steps, {exchanges} exchanges in {seconds:.1f} s: "
        + (f"{failed} failed." if failed else "all passed."),
        style="wrong" if failed else "fine",
    )
    return not failed


def _write(steps: list[PlayedStep], html: Path | None, har: Path | None, endpoint: str) -> None:
    exchanges = [exchange for step in steps for exchange in step.exchanges]
    if har is not None:
        save(har, har_bytes(exchanges))
    if html is not None and steps:
        at = exchanges[0].started_at if exchanges else SystemClock().now()
        page = demo_page(steps, title=TITLE, lead=LEAD, endpoint=endpoint, at=at)
        save(html, page.encode())
