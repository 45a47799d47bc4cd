"""``seqrkit demo``: every request of both interfaces, in a story, on the screen."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from seqrkit.cli.output_files import save, writable
from seqrkit.clock import ManualClock, SystemClock
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from rich.console import Console

    from seqrkit.display.demo_step import Scene

TITLE: Final = "seqrkit demo"
LEAD: Final = (
    "A day at the till of a cinema: every request is built, checked against the contract, sent and "
    "answered, with the messages as they went over the wire."
)
EMBEDDED: Final = "embedded endpoint"


@click.command("demo")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    callback=writable,
    metavar="FILE",
    help="Write the same as one self-contained page.",
)
@click.option(
    "--har",
    type=click.Path(path_type=Path),
    callback=writable,
    metavar="FILE",
    help="Write the exchanges as an HTTP Archive (HAR 1.2).",
)
@click.option(
    "--envelopes",
    is_flag=True,
    help="Show every message as it went over the wire; by default only the first exchange.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Run it against this endpoint, as the reseller's user of the SEQR_RESELLER_ variables.",
)
@click.option(
    "--interface",
    type=click.Choice([each.value for each in Interface]),
    help="The one interface to show; both by default, with --endpoint the one of its path.",
)
@click.pass_context
def command(
    context: click.Context,
    *,
    html: Path | None,
    har: Path | None,
    envelopes: bool,
    endpoint: str | None,
    interface: str | None,
) -> None:
    """Watch every request being built, checked, sent and answered.

    Starts an endpoint inside this process, with a simulated buyer and a clock that it moves itself.
    With --endpoint it registers a terminal there, uses it and unregisters it; steps that need the
    buyer are left out.

    Exit code: 0 when every step gave the expected result, else 1.
    """
    from seqrkit.display import exchange_text

    console = exchange_text.console()
    began = time.perf_counter()
    scenes: list[Scene] = []
    try:
        played = _elsewhere(endpoint, interface) if endpoint else _embedded(interface)
        scenes.extend(_shown(played, console, envelopes=envelopes))
    finally:  # what was played is not lost when somebody has seen enough
        _write(scenes, html, har, endpoint or EMBEDDED)
    if envelopes:
        _print_tables(scenes, console)
    went_well = _summed_up(scenes, console, time.perf_counter() - began)
    if not envelopes:
        console.print("All messages: seqrkit demo --envelopes", style="muted")
    for path in filter(None, (html, har)):
        console.print(f"Written: {path}", style="muted")
    context.exit(0 if went_well else 1)


def _embedded(interface: str | None) -> Iterator[Scene]:
    """The stories on an endpoint of our own, whose clock stands still and whose ids are fixed."""
    from seqrkit.client import Client, Credentials
    from seqrkit.demo import Run, play, steps
    from seqrkit.simulator import PUBLISHED, Endpoint

    credentials = Credentials(
        reseller_id=PUBLISHED.reseller_id,
        reseller_user=PUBLISHED.reseller_user,
        reseller_password=PUBLISHED.reseller_password,
    )
    clock = ManualClock(SystemClock().now())
    with Endpoint(clock=clock) as here:
        for number, spoken in enumerate(_chosen(interface), start=1):
            with closing(Client(here.url(spoken), credentials, seed=number)) as client:
                run = Run(client, clock, here.phone, tag=str(number))
                yield from play(steps(client.contract), run)


def _elsewhere(endpoint: str, interface: str | None) -> Iterator[Scene]:
    """The story of one interface on somebody else's endpoint, with what that can do."""
    from seqrkit.demo import Run, play, steps
    from seqrkit.session import connect

    clock = SystemClock()
    with connect(endpoint, interface=interface) as client:
        run = Run(client, clock, tag=f"{clock.now():%y%m%d%H%M%S}")
        yield from play(steps(client.contract), run)


def _chosen(interface: str | None) -> tuple[Interface, ...]:
    return tuple(Interface) if interface is None else (Interface(interface),)


def _shown(scenes: Iterable[Scene], console: Console, *, envelopes: bool) -> Iterator[Scene]:
    """Print each step as soon as it was played; without `envelopes` only the first in full."""
    from rich.text import Text

    from seqrkit.display.demo_text import LineView, SceneView

    interface = None
    in_full = True
    for scene in scenes:
        if scene.interface is not interface:
            interface = scene.interface
            at = scene.exchanges[0].endpoint if scene.exchanges else ""
            console.print(Text.assemble((interface, "heading"), f"  {at}"))
        console.print(SceneView(scene) if in_full else LineView(scene))
        in_full = envelopes
        yield scene


def _print_tables(scenes: list[Scene], console: Console) -> None:
    from seqrkit.display.demo_step import chapters
    from seqrkit.display.demo_text import table_view

    for interface, steps in chapters(scenes).items():
        console.rule(f"{interface}", style="muted")
        console.print(table_view(steps, console.width))


def _summed_up(scenes: list[Scene], console: Console, seconds: float) -> bool:
    """Print the verdict; return whether every step gave the expected result."""
    from seqrkit.display.demo_step import Verdict

    exchanges = sum(len(scene.exchanges) for scene in scenes)
    left_out = sum(scene.verdict is Verdict.LEFT_OUT for scene in scenes)
    failed = sum(scene.verdict is Verdict.FAILED for scene in scenes)
    if left_out:
        steps = "1 step was" if left_out == 1 else f"{left_out} steps were"
        console.print(f"\n{steps} left out; each says above what it needs.")
    console.print(
        f"\n{len(scenes)} steps, {exchanges} exchanges in {seconds:.1f} s: "
        + (f"{failed} not as they should be." if failed else "all as it should be."),
        style="wrong" if failed else "fine",
    )
    return not failed


def _write(scenes: list[Scene], html: Path | None, har: Path | None, endpoint: str) -> None:
    exchanges = [exchange for scene in scenes for exchange in scene.exchanges]
    if har is not None:
        from seqrkit.recording.har import har_bytes

        save(har, har_bytes(exchanges))
    if html is not None and scenes:
        from seqrkit.display.demo_page import story_page

        at = exchanges[0].started_at if exchanges else SystemClock().now()
        page = story_page(scenes, title=TITLE, lead=LEAD, endpoint=endpoint, at=at)
        save(html, page.encode())
