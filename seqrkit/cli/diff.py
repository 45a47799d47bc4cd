"""``seqrkit diff``: what differs in meaning between two sessions or two messages."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from seqrkit.cli import echo
from seqrkit.cli.file_io import SESSION, read_input
from seqrkit.cli.shared_options import interface_option
from seqrkit.contract.findings import shorten
from seqrkit.contract.message_identity import operation_of
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.recording.session_comparison import differences
from seqrkit.recording.session_files import read_session
from seqrkit.vocabulary import Interface


@click.command("diff")
@click.argument("one", metavar="A", type=SESSION)
@click.argument("other", metavar="B", type=SESSION)
@interface_option
@click.pass_context
def command(context: click.Context, one: str, other: str, *, interface: str) -> None:
    """Compare two sessions or messages by meaning.

    A and B are files of record=, HTTP archives (HAR) or single messages. Values are compared by
    their place; the order of elements, prefixes and white space mean nothing. References, ids and
    times of each run are recognized: they differ only if they are used in different places.

    Exit code: 0 if nothing differs, 1 if something does, 2 if a file cannot be read.

    \b
    Examples:
      seqrkit diff yesterday.jsonl today.jsonl
      seqrkit diff register.har seqrkit.jsonl
      seqrkit diff sent.xml expected.xml
    """  # noqa: D301 - \b is click's own
    left, right = (_exchanges(each, Interface(interface)) for each in (one, other))
    found = list(differences(left, right))
    for each in found:
        echo(shorten(str(each), 300))
    if not found:
        echo(f"no difference in {len(left)} exchange{'' if len(left) == 1 else 's'}")
    context.exit(1 if found else 0)


def _exchanges(name: str, interface: Interface) -> tuple[Exchange, ...]:
    """Return the exchanges of a session; a single message is an exchange without a response."""
    data, _ = read_input(name)
    try:
        return read_session(data, interface)
    # A single message, which may be malformed: its bytes are compared, too.
    except ConfigurationError:
        message = Exchange(
            number=1,
            operation=operation_of(data),
            interface=interface,
            endpoint="",
            started_at=datetime.fromtimestamp(0, UTC),
            duration=0.0,
            request=data,
        )
        return (message,)
