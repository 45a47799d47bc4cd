"""``seqrkit fidelity``: the endpoint's behaviours, and the evidence for each."""

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
    help="List only behaviours with this source; may be repeated.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="The output format.",
)
def command(*, words: Sequence[str], letters: Sequence[str], format_: str) -> None:
    """List the endpoint's behaviours and the evidence for each.

    Each line has the behaviour's id, the letter of its source, and a statement. With WORDS, only
    behaviours that contain all of them are listed. The sources are: D documented in the two
    references, V published elsewhere by the vendor, C seen in public client code, A assumed.
    """
    from seqrkit.simulator.behaviours import SOURCES, TABLE

    behaviours = [
        {"id": each.id, "statement": each.statement, "source": each.source, "place": each.place}
        for each in TABLE.values()
        if (not letters or each.source in letters)
        and all(word.lower() in f"{each.id} {each.statement}".lower() for word in words)
    ]
    if format_ == "json":
        click.echo(json.dumps(behaviours, indent=2))
    elif format_ == "markdown":
        click.echo("| id | behaviour of this endpoint | source | place |\n|---|---|---|---|")
        for each in behaviours:
            cells = " | ".join(text.replace("|", "\\|") for text in each.values())
            click.echo(f"| {cells} |")
    else:
        width = max((len(each["id"]) for each in behaviours), default=0)
        for each in behaviours:
            place = f" ({each['place']})" if each["place"] else ""
            click.echo(f"{each['id']:<{width}}  {each['source']}  {each['statement']}{place}")
        counts = {letter: sum(b["source"] == letter for b in behaviours) for letter in SOURCES}
        total = ", ".join(f"{number} {letter}" for letter, number in counts.items() if number)
        click.echo(f"\n{len(behaviours)} behaviours: {total or 'none match'}")
