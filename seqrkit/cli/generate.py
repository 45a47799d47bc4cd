"""``seqrkit generate``: write envelopes with their expected findings, for tests in any language."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from seqrkit import contract
from seqrkit.cli import echo, require
from seqrkit.cli.file_io import check_unused, create_directory, hypothesis_storage, save
from seqrkit.cli.shared_options import force_option, interface_option
from seqrkit.contract import Contract

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

SCHEMA_VERSION: Final = 1
"""The version of the JSON; raised if a key changes its meaning or goes away."""
_COUNT: Final = 10
_MOST: Final = 10_000
_BYTES: Final = 65_536
"""More bytes than Hypothesis reads for any message."""


@click.command("generate")
@click.argument("operation")
@click.option(
    "--kind",
    type=click.Choice(["valid", "boundary", "broken"]),
    default="valid",
    show_default=True,
    help="Messages without findings, messages that just meet a limit, or messages that break "
    "exactly one rule.",
)
@click.option(
    "--count",
    type=click.IntRange(1, _MOST),
    default=_COUNT,
    show_default=True,
    help="The number of messages; boundary has at most one for each limit.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="The same seed gives the same messages, with the same versions of seqrkit and Hypothesis.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The directory to write to; it is created.",
)
@interface_option
@force_option
def command(
    operation: str,
    *,
    kind: str,
    count: int,
    seed: int,
    into: Path,
    interface: str,
    force: bool,
) -> None:
    """Write generated requests of an operation as envelopes, with the findings to expect.

    \b
    Beside the envelopes OPERATION-KIND.json is written:
      {"schema_version": 1, "interface", "operation", "kind", "seed",
       "messages": [{"file", "rule", "findings": [...]}]}
    rule is what a broken message breaks or a boundary message just meets, else null;
    findings are those of seqrkit lint --format json.

    \b
    Example:
      seqrkit generate sendInvoice --kind broken --count 50 --seed 1 --into messages
    """  # noqa: D301 - \b is click's own
    require("verify", "hypothesis")
    judge = contract.load(interface)
    judge.operation(operation)  # names the nearest one if there is none of this name
    made = list(_KINDS[kind](judge, operation, count, seed))
    files = {f"{operation}-{kind}-{number:04}.xml": each for number, each in enumerate(made, 1)}
    index = f"{operation}-{kind}.json"
    check_unused((into / name for name in (*files, index)), force=force)
    create_directory(into)
    messages = [
        {
            "file": name,
            "rule": rule,
            "findings": [finding.to_dict() for finding in judge.lint(data)],
        }
        for name, (data, rule) in files.items()
    ]
    for name, (data, _) in files.items():
        save(into / name, data)
    content = {
        "schema_version": SCHEMA_VERSION,
        "interface": interface,
        "operation": operation,
        "kind": kind,
        "seed": seed,
        "messages": messages,
    }
    save(into / index, f"{json.dumps(content, indent=2)}\n".encode())
    echo(f"{len(files)} messages and {index} written to {into}")


_Made = Iterator[tuple[bytes, str | None]]
"""Envelopes, each with the id of the rule that it is about."""


def _valid(judge: Contract, operation: str, count: int, seed: int) -> _Made:
    from seqrkit import strategies

    for each in drawn(strategies.valid(operation, contract=judge), count, seed):
        yield strategies.envelope(each, contract=judge), None


def _boundary(judge: Contract, operation: str, count: int, _seed: int) -> _Made:
    from seqrkit import strategies

    for each in strategies.boundary(operation, contract=judge)[:count]:
        rule = None if each.rule is None else each.rule.id
        yield strategies.envelope(each.message, contract=judge), rule  # type: ignore[arg-type]


def _broken(judge: Contract, operation: str, count: int, seed: int) -> _Made:
    from seqrkit import strategies

    for each in drawn(strategies.broken(operation, contract=judge), count, seed):
        yield each.envelope, each.rule.id


_KINDS: Final[dict[str, Callable[[Contract, str, int, int], _Made]]] = {
    "valid": _valid,
    "boundary": _boundary,
    "broken": _broken,
}


def drawn(strategy: SearchStrategy[Any], count: int, seed: int) -> list[Any]:
    """Return values that are the same for a seed in each installation.

    A run of Hypothesis also draws constants that it finds in the modules outside of site-packages,
    so a checkout and a wheel would differ; what it reads from bytes depends on the bytes only.
    """
    import hypothesis

    values: list[Any] = []

    @hypothesis.settings(database=None)
    @hypothesis.given(strategy)
    def keep(value: object) -> None:
        values.append(value)

    # Hypothesis's interface for fuzzers: its examples depend on the given bytes alone.
    run = cast("Any", keep).hypothesis.fuzz_one_input
    source = random.Random(str(seed))  # noqa: S311 - no secret; an integer would lose its sign
    with hypothesis_storage():
        for _ in range(count):
            run(source.randbytes(_BYTES))
    return values
