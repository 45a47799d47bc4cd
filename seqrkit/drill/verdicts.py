"""The verdict on a client after a disturbance, from its books and those of the undisturbed run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from seqrkit.assessment import Failure, Item
from seqrkit.contract import Severity
from seqrkit.drill.client_run import ClientRun
from seqrkit.drill.disturbances import BUYERS, Disturbance
from seqrkit.model import RefundPayment

GROUP = "Drills"
SOURCE = "seqrkit's drills: the books of the endpoint"
UNPREVENTABLE = Disturbance("twice", RefundPayment.OPERATION)
"""The service pays each of two equal refunds, and no reply says so: its failures are advice."""
REPEATED = "; repeat no refundPayment in an HTTP library or a gateway"
UNDERPAYS = BUYERS["underpays"][0]


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
        for kind, said in _failures(disturbance, run, undisturbed)
    )
    return Item(
        id=id_,
        group=GROUP,
        title=disturbance.title,
        source=SOURCE,
        was_seen=run.was_disturbed,
        failures=failures if run.was_disturbed else (),
        evidence="" if failures else _evidence(disturbance, run),
        severity=Severity.WARNING if disturbance == UNPREVENTABLE else Severity.ERROR,
        exchanges=run.exchanges(endpoint) if failures else (),
        repeat=f"seqrkit drill --only {shlex.quote(disturbance.id)} -- {shlex.join(command)}",
        seconds=run.seconds,
    )


def _evidence(disturbance: Disturbance, run: ClientRun) -> str:
    if not run.was_disturbed:
        return "the client did not call it"
    money = run.books.in_currency(run.books.paid)
    if run.exit_code == 0:
        return f"it recovered: {money} paid"
    ended = f"it gave up with exit code {run.exit_code}"
    if disturbance.operation == RefundPayment.OPERATION:
        return f"{ended}: {money} paid, {run.books.refunded} refunded"
    return f"{ended}, and {f'{money} are paid' if run.books.paid else 'nobody is charged'}"


def _failures(
    disturbance: Disturbance, run: ClientRun, undisturbed: ClientRun
) -> Iterator[tuple[str, str]]:
    now, before = run.books, undisturbed.books
    money = now.currency or before.currency
    succeeded, ended = run.exit_code == 0, f"it ended with exit code {run.exit_code}"
    # Whether a refund was paid is only in the service's reports: to say that it failed is right.
    may_be_unclear = disturbance.operation == RefundPayment.OPERATION and not succeeded
    if run.exit_code is None:
        last = f"; it printed: {run.output[-200:]}" if run.output else ""
        yield "hangs", f"it did not end within {run.seconds:.0f} s{last}"
    if disturbance.rule is not None and succeeded:
        paid = f"only {now.paid} {money} are paid" if now.paid else "nothing is paid"
        yield "says it has charged", f"{ended}, but {paid}"
        return
    for done, sums, other in (
        ("charged", now.paid, before.paid),
        ("refunded", now.refunded, before.refunded),
    ):
        if sums > other:
            advice = REPEATED if disturbance == UNPREVENTABLE else ""
            yield f"{done} twice", f"{sums} {money} are {done} instead of {other} {money}{advice}"
        elif succeeded and sums < other:
            said = f"{ended}, but {sums} {money} are {done} instead of {other} {money}"
            yield f"says it has {done}", said
    if disturbance.rule == UNDERPAYS:
        return  # the service offers no way to give the half back before the rest is paid
    # The cashier sees a failure and will ask the buyer to pay again.
    if run.exit_code not in {0, None} and now.paid > now.refunded and not may_be_unclear:
        yield "says it has failed", f"{ended}, but the buyer has paid {now.paid} {money}"
    # A client that never polls loses track undisturbed as well; that is not a failure of the drill.
    if now.untold and not before.untold and not may_be_unclear:
        references = ", ".join(now.untold)
        said = f"no reply told it of ersReference {references}, which the service has booked"
        yield "lost track of money", said
    if len(now.open) > len(before.open):
        said = f"invoice {', '.join(now.open[:3])} is still open: a buyer can pay it"
        yield "left an invoice open", said
