"""The verdict on a client after a disturbance, from its books and those of the undisturbed run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from seqrkit.assessment import Failure, Item
from seqrkit.drill.client_run import ClientRun
from seqrkit.drill.disturbances import Disturbance

GROUP = "Drills"
SOURCE = "seqrkit's drills: the books of the endpoint"


def judge_drill(
    disturbance: Disturbance,
    run: ClientRun,
    undisturbed: ClientRun,
    command: Sequence[str],
    endpoint: str,
) -> Item:
    """Return the verdict on a run that was disturbed.

    The client has recovered if its sale ended as without the disturbance. It may also give up: then
    it ends with another exit code than 0, and nobody is charged.
    """
    id_ = f"drill.{disturbance.name}.{disturbance.operation}"
    failures = tuple(
        Failure(deviation=f"{id_}: {kind}", sentence=said)
        for kind, said in _failures(run, undisturbed)
    )
    gave_up = run.exit_code != 0 and not run.books.paid
    return Item(
        id=id_,
        group=GROUP,
        title=disturbance.title,
        source=SOURCE,
        was_seen=run.was_disturbed,
        failures=failures if run.was_disturbed else (),
        evidence="" if failures else _evidence(run, gave_up=gave_up),
        exchanges=run.exchanges(endpoint) if failures else (),
        repeat=f"seqrkit drill --only {shlex.quote(disturbance.id)} -- {shlex.join(command)}",
        seconds=run.seconds,
    )


def _evidence(run: ClientRun, *, gave_up: bool) -> str:
    if not run.was_disturbed:
        return "the client did not call it"
    if gave_up:
        return f"it gave up with exit code {run.exit_code}, and nobody is charged"
    return f"it recovered: {run.books.paid} {run.books.currency} paid"


def _failures(run: ClientRun, undisturbed: ClientRun) -> Iterator[tuple[str, str]]:
    now, before = run.books, undisturbed.books
    money = now.currency or before.currency
    succeeded, ended = run.exit_code == 0, f"it ended with exit code {run.exit_code}"
    if run.exit_code is None:
        last = f"; it printed: {run.output[-200:]}" if run.output else ""
        yield "hangs", f"it did not end within {run.seconds:.0f} s{last}"
    for done, sums, other in (
        ("charged", now.paid, before.paid),
        ("refunded", now.refunded, before.refunded),
    ):
        if sums > other:
            yield f"{done} twice", f"{sums} {money} are {done} instead of {other} {money}"
        elif succeeded and sums < other:
            said = f"{ended}, but {sums} {money} are {done} instead of {other} {money}"
            yield f"says it has {done}", said
    if run.exit_code not in {0, None} and now.paid > now.refunded:
        yield "says it has failed", f"{ended}, but the buyer has paid {now.paid} {money}"
    if now.untold and not before.untold:
        references = ", ".join(now.untold)
        said = f"no reply told it of ersReference {references}, which the service has booked"
        yield "lost track of money", said
    if len(now.open) > len(before.open):
        said = f"invoice {', '.join(now.open[:3])} is still open: a buyer can pay it"
        yield "left an invoice open", said
