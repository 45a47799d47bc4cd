"""``seqrkit fidelity``: what the endpoint does, and how anybody knows that the service does so."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click


@click.command("fidelity")
@click.argument("words", nargs=-1)
@click.option(
    "--source",
    "letters",
    type=click.Choice(["D", "V", "C", "A"], case_sensitive=False),
    multiple=True,
    help="Only of this source; may be repeated.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to write the table.",
)
def command(*, words: Sequence[str], letters: Sequence[str], form: str) -> None:
    """Print what the endpoint does, and how anybody knows that the service does so.

    Each line has the behaviour's id, a letter for its source, and what it says; with WORDS only
    those that contain all of them. D is documented in the two references, V published elsewhere by
    the vendor, C seen in public client code, A assumed here.
    """
    from seqrkit.simulator.behaviours import SOURCES, TABLE

    wanted = [
        {"id": each.id, "statement": each.statement, "source": each.source, "place": each.place}
        for each in TABLE.values()
        if (not letters or each.source in letters)
        and all(word.lower() in f"{each.id} {each.statement}".lower() for word in words)
    ]
    if form == "json":
        click.echo(json.dumps(wanted, indent=2))
    elif form == "markdown":
        click.echo("| id | what this endpoint does | source | place |\n|---|---|---|---|")
        for line in wanted:
            cells = " | ".join(text.replace("|", "\\|") for text in line.values())
            click.echo(f"| {cells} |")
    else:
        width = max((len(line["id"]) for line in wanted), default=0)
        for line in wanted:
            place = f" ({line['place']})" if line["place"] else ""
            click.echo(f"{line['id']:<{width}}  {line['source']}  {line['statement']}{place}")
        count = {letter: sum(line["source"] == letter for line in wanted) for letter in SOURCES}
        told = ", ".join(f"{number} {letter}" for letter, number in count.items() if number)
        click.echo(f"\n{len(wanted)} behaviours: {told or 'none of that kind'}")
