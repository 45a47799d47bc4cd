"""The options of commands that run a client of the user's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from shlex import join
from typing import Any, Final

import click
from attrs import field, fields, frozen

from seqrkit.assessment import Assessment, Item
from seqrkit.cli import ended_by_sigterm
from seqrkit.cli.shared_options import interface_option, with_tls
from seqrkit.drill.buyer import SYNTAX, Rule, buyer_rules
from seqrkit.drill.client_run import ClientRun
from seqrkit.drill.disturbances import LATE_SECONDS, Disturbance, chosen
from seqrkit.drill.drill_series import Series
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import Interface

JOBS: Final = 4


@frozen
class Client:
    """The command to run and how: the values of the options, by their names."""

    command: tuple[str, ...]
    rules: tuple[Rule, ...] = field(converter=buyer_rules)
    interface: Interface = field(converter=Interface)
    seconds: float
    late_seconds: float
    jobs: int
    drills: tuple[Disturbance, ...] = field(converter=chosen)
    certificate: Path | None
    key: Path | None


def with_client(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the command and its options; the command gets them as `client`."""

    @wraps(command)
    def run(*arguments: object, **given: Any) -> object:
        own = {each.name: given.pop(each.name) for each in fields(Client)}
        return command(*arguments, client=Client(**own), **given)

    options = (
        click.argument("command", nargs=-1, required=True, metavar="-- COMMAND"),
        click.option(
            "--buyer",
            "rules",
            metavar="RULES",
            default="pay",
            show_default=True,
            help=f"What the buyer does: {SYNTAX}.",
        ),
        click.option(
            "--limit",
            "seconds",
            type=click.FloatRange(0.1),
            default=60,
            show_default=True,
            metavar="SECONDS",
            help="How long the command may take.",
        ),
        click.option(
            "--late",
            "late_seconds",
            type=click.FloatRange(0.1),
            default=LATE_SECONDS,
            show_default=True,
            metavar="SECONDS",
            help="How late a late reply is.",
        ),
        click.option(
            "--only",
            "drills",
            multiple=True,
            metavar="DRILL",
            help='Only drills whose name contains this: "lost", "lost sendInvoice". Repeatable.',
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1),
            default=min(JOBS, os.cpu_count() or 1),
            show_default=True,
            help="How many drills run at the same time.",
        ),
        interface_option,
        with_tls,
    )
    made: Callable[..., Any] = run
    for each in reversed(options):
        made = each(made)
    return made


def assessed(tool: str, client: Client, verdicts: Callable[[Series], Iterator[Item]]) -> Assessment:
    """Return the verdicts on a client; those so far if Ctrl-C or SIGTERM ends the run."""
    started_at, items = datetime.now(UTC), list[Item]()
    is_complete = False
    # A world for each run: drills run at the same time, and each is judged by books of its own.
    with (
        Endpoint(
            worlds=len(client.drills) + 1,
            seed=None,
            certificate=client.certificate,
            key=client.key,
        ) as endpoint,
        ended_by_sigterm(),
    ):
        series = Series(endpoint, client.command, client.rules, client.interface, client.seconds)
        try:
            for item in verdicts(series):
                items.append(item)
            is_complete = True
        except KeyboardInterrupt:
            pass
    return Assessment(
        tool=tool,
        subject=join(client.command),
        items=items,
        started_at=started_at,
        is_complete=is_complete,
    )


def disturbed(series: Series, client: Client, undisturbed: ClientRun) -> Iterator[Item]:
    """Yield the verdict of each of the client's drills, and print it as progress."""
    yield from shown(
        series.drills(
            client.drills, undisturbed, late_seconds=client.late_seconds, jobs=client.jobs
        )
    )


def shown(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, and print the verdict of each as progress."""
    for item in items:
        yield item
        click.echo(f"{item.verdict:<12} {item.title}", err=True)
