"""``seqrkit check-register``: one verdict on a register in any language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from attrs import evolve

from seqrkit.assessment import Failure, Item
from seqrkit.certification import PROCEDURES, Sales, judge
from seqrkit.cli.assessment_options import Reporting, with_reports
from seqrkit.cli.register_options import Client, assessed, disturbed, with_client
from seqrkit.contract import Finding, Severity
from seqrkit.drill.client_run import ClientRun
from seqrkit.drill.drill_series import Series, undisturbed_item
from seqrkit.exchange import Exchange


@click.command("check-register")
@click.option(
    "--procedure",
    type=click.Choice([*PROCEDURES, "none"]),
    default="webshop",
    show_default=True,
    help="The certification procedure to judge the sale by.",
)
@click.option("--drills/--no-drills", "has_drills", default=True, help="Also disturb the replies.")
@with_client
@with_reports
@click.pass_context
def command(
    context: click.Context,
    *,
    procedure: str,
    has_drills: bool,
    client: Client,
    reporting: Reporting,
) -> None:
    """Check a register in any language with one verdict.

    COMMAND is the register's test: it sells with the endpoint in SEQR_ENDPOINT and the credentials
    in SEQR_TERMINAL_ID and so on, and ends with exit code 0 if all went well. A buyer follows the
    rules of --buyer. The verdict has the findings in all its requests, the balance of its books,
    the certification procedure, and the drills of `seqrkit drill`.

    Exit code: 0 if nothing failed, 1 if something failed, 2 if the command cannot be started, 3 if
    nothing could be tested.

    \b
    Examples:
      seqrkit check-register -- php register.php
      seqrkit check-register --procedure pos --html verdict.html -- dotnet test
    """  # noqa: D301 - \b is click's own
    exchanges: tuple[Exchange, ...] = ()

    def verdicts(series: Series) -> Iterator[Item]:
        nonlocal exchanges
        run = series.run()
        exchanges = run.exchanges(series.url)
        yield from (undisturbed_item(run, client.rules), books_item(run), *message_items(exchanges))
        if procedure != "none":
            yield from judge(Sales(exchanges), procedure)
        if has_drills and run.exit_code == 0:
            yield from disturbed(series, client, run)

    assessment = assessed("seqrkit check-register", client, verdicts)
    context.exit(reporting.finish(evolve(assessment, exchanges=exchanges)))


def books_item(run: ClientRun) -> Item:
    """Return whether the register was told of all money that moved."""
    books = run.books
    failures = [
        Failure(
            deviation="books.untold",
            sentence=f"no reply told the register of ersReference {reference}",
        )
        for reference in books.untold
    ]
    failures += [
        Failure(deviation="books.open", sentence=f"invoice {reference} is still open at the end")
        for reference in books.open
    ]
    return Item(
        id="books",
        group="Books",
        title="The register knows of each payment and refund, and leaves nothing open",
        source="the books of the endpoint",
        was_seen=bool(run.observed),
        failures=tuple(failures),
        evidence=f"payments: {books.payments}, {books.in_currency(books.paid)}; "
        f"refunds: {books.refunds}, {books.in_currency(books.refunded)}",
    )


def message_items(exchanges: Sequence[Exchange]) -> Iterator[Item]:
    """Yield an item for each rule that requests break, and one if none does."""
    found: dict[str, list[tuple[Exchange, Finding]]] = {}
    for exchange in exchanges:
        for finding in exchange.findings:
            found.setdefault(finding.id, []).append((exchange, finding))
    for rule, broken in found.items():
        first = broken[0][1]
        times = f" ({len(broken)} times)" if len(broken) > 1 else ""
        yield Item(
            id=rule,
            group="Messages",
            title=f"{first.rule.statement}{times}",
            source=first.rule.source,
            severity=first.severity,
            failures=(
                Failure(
                    deviation=f"message.{rule}",
                    sentence=first.message,
                    exchange=broken[0][0].number,
                ),
            ),
        )
    if not any(broken[0][1].severity is Severity.ERROR for broken in found.values()):
        yield Item(
            id="messages",
            group="Messages",
            title="The requests keep the rules",
            source="the contract of the interface",
            was_seen=bool(exchanges),
            evidence=f"{len(exchanges)} requests",
        )
