"""``seqrkit tail``: print the exchanges of a running endpoint as they happen."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

import click

from seqrkit.cli import echo
from seqrkit.cli.endpoint_options import options
from seqrkit.control_client.client import Remote

_INTERVAL: Final = 0.5
"""Seconds between two requests for new exchanges."""
_MOST: Final = "500"
"""The number of exchanges in one answer; more than the endpoint keeps."""


@click.command("tail")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many of the exchanges so far to print first.",
)
@click.option("--operation", metavar="NAME", help="Print only exchanges of this operation.")
@click.option("--no-follow", is_flag=True, help="End instead of waiting for further exchanges.")
@click.option("--json", "as_json", is_flag=True, help="Print each exchange as a line of JSON.")
@options
def command(
    *, lines: int, operation: str | None, no_follow: bool, as_json: bool, remote: Remote
) -> None:
    """Print the exchanges of an endpoint as they happen.

    The endpoint is one started with `seqrkit serve`. A line has the time, the number, the
    operation, the result code, the invoiceReference and the number of findings. Ctrl-C ends it.
    """
    batches = _batches(remote)
    for number, batch in enumerate(islice(batches, 1) if no_follow else batches):
        chosen = [each for each in batch if operation in {None, each["operation"]}]
        for each in chosen if number else chosen[len(chosen) - min(lines, len(chosen)) :]:
            echo(json.dumps(each) if as_json else _line(each))


def _batches(remote: Remote) -> Iterator[list[dict[str, Any]]]:
    """Yield the exchanges so far, and then repeatedly those since; oldest first."""
    last = 0
    while True:
        # Without `after`, because the numbers begin at 1 again after a reset.
        found = remote.get("exchanges", limit=_MOST)[::-1]
        newest = found[-1]["number"] if found else 0
        if newest < last:
            last = 0  # the endpoint was reset, and counts from 1
        yield [each for each in found if each["number"] > last]
        last = newest
        time.sleep(_INTERVAL)


def _line(exchange: Mapping[str, Any]) -> str:
    counts = exchange["findings"] or {}  # those of a long request are not counted
    findings = ", ".join(
        f"{number} {kind if number > 1 else kind.removesuffix('s')}"
        for kind, number in counts.items()
        if number
    )
    code = f"HTTP {exchange['status']}" if exchange["code"] is None else str(exchange["code"])
    parts = (
        f"{exchange['at'][11:19]}  {exchange['number']:>4}",
        f"{exchange['operation'] or 'unknown operation':<21}",
        f"{code:<8}",
        f"{exchange['invoice_reference'] or '':<14}",
        exchange["fault"] and f"fault: {exchange['fault']}",
        findings,
    )
    return "  ".join(filter(None, parts)).rstrip()
