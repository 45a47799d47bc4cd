"""``seqrkit fidelity``: the endpoint's behaviours, and the evidence for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

import click

from seqrkit.certification import Evidence, Sales, evidence
from seqrkit.certification.judge import in_words
from seqrkit.cli import NOTHING_TESTED, echo
from seqrkit.cli.file_io import SESSION, read_session_file
from seqrkit.cli.shared_options import interface_option
from seqrkit.simulator.behaviours import SOURCES, TABLE
from seqrkit.vocabulary import Interface

_REFUTED: Final = "refuted"


@click.command("fidelity")
@click.argument("words", nargs=-1)
@click.option(
    "--against",
    "session",
    metavar="SESSION",
    type=SESSION,
    help="List what this session, recorded at the real service, confirms or refutes.",
)
@click.option(
    "--source",
    "letters",
    type=click.Choice(["D", "V", "C", "A"], case_sensitive=False),
    multiple=True,
    help="List only behaviours with this source; may be repeated.",
)
@interface_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="The output format.",
)
@click.pass_context
def command(
    context: click.Context,
    *,
    words: Sequence[str],
    session: str | None,
    letters: Sequence[str],
    interface: str,
    format_: str,
) -> None:
    """List the endpoint's behaviours and the evidence for each.

    Each line has the behaviour's id, the letter of its source, and a statement. With WORDS, only
    behaviours that contain all of them are listed. The sources are: D documented in the two
    references, V published elsewhere by the vendor, C seen in public client code, A assumed.

    With --against, only those are listed that the session shows: confirmed, or refuted with the
    exchange and what it says. SESSION is the file of record= or an HTTP archive (HAR).

    Exit code: 0, with --against 1 if a behaviour is refuted, 2 if the session cannot be read, 3 if
    it shows none.

    \b
    Examples:
      seqrkit fidelity reversal
      seqrkit fidelity --against session.jsonl
    """  # noqa: D301 - \b is click's own
    shown = None if session is None else _shown(session, Interface(interface))
    behaviours = [
        {"id": each.id, "statement": each.statement, "source": each.source, "place": each.place}
        | ({} if shown is None else {"session": shown[each.id]})
        for each in TABLE.values()
        if (not letters or each.source in letters)
        and all(word.lower() in f"{each.id} {each.statement}".lower() for word in words)
        and (shown is None or each.id in shown)
    ]
    if format_ == "json":
        click.echo(json.dumps(behaviours, indent=2))
    elif format_ == "markdown":
        more = ("", "") if shown is None else (" session |", "---|")
        click.echo(f"| id | behaviour of this endpoint | source | place |{more[0]}")
        click.echo(f"|---|---|---|---|{more[1]}")
        for each in behaviours:
            cells = " | ".join(text.replace("|", "\\|") for text in each.values())
            click.echo(f"| {cells} |")
    else:
        width = max((len(each["id"]) for each in behaviours), default=0)
        for each in behaviours:
            place = f" ({each['place']})" if each["place"] else ""
            click.echo(f"{each['id']:<{width}}  {each['source']}  {each['statement']}{place}")
            if shown is not None:
                echo(f"{'':<{width}}     {each['session']}")
        counts = {letter: sum(b["source"] == letter for b in behaviours) for letter in SOURCES}
        total = ", ".join(f"{number} {letter}" for letter, number in counts.items() if number)
        click.echo(f"\n{len(behaviours)} behaviours: {total or 'none match'}")
    if shown is not None:
        refuted = any(each["session"].startswith(_REFUTED) for each in behaviours)
        context.exit(1 if refuted else 0 if behaviours else NOTHING_TESTED)


def _shown(session: str, interface: Interface) -> dict[str, str]:
    """Return what a session shows of the behaviours, in words, by id."""
    found = evidence(Sales(read_session_file(session, interface)))
    return {id_: "; ".join(_in_words(each)) for id_, each in found.items()}


def _in_words(shown: Evidence) -> Iterator[str]:
    for each in shown.refuted:
        yield f"{_REFUTED} by exchange {each.exchange}: {each.sentence}"
    if shown.confirmed:
        yield f"confirmed by {in_words(shown.confirmed)}"
