"""One exchange in a line, with its findings below it."""

from __future__ import annotations

from collections.abc import Iterator

from seqrkit.contract.findings import shorten
from seqrkit.display import outcome_phrases
from seqrkit.exchange import Exchange
from seqrkit.terminal_text import visible


def exchange_line(exchange: Exchange) -> str:
    """Return number, time, operation and outcome."""
    started = f"{exchange.started_at:%H:%M:%S}"
    result = shorten(outcome_phrases.result(exchange))
    took = outcome_phrases.milliseconds(exchange)
    line = f"{exchange.number:>4}  {started}  {exchange.name:<22} {result}  {took}"
    return visible(line.rstrip())


def exchange_lines(exchange: Exchange) -> Iterator[str]:
    """Yield the line of an exchange, and one for each finding."""
    yield exchange_line(exchange)
    for side, found in (("request", exchange.findings), ("reply", exchange.reply_findings)):
        for each in found:
            line = f"line {each.line}, " if each.line else ""
            yield visible(f"      {side}: {line}{each.severity}: {each.message} ({each.id})")
