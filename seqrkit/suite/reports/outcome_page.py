"""The outcome of a run as one self-contained page: what failed, what held, what was exercised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from seqrkit import contract
from seqrkit._version import __version__
from seqrkit.display import exchange_html
from seqrkit.display.demo_page import POLICY
from seqrkit.suite import CHAPTERS, Property, chapter
from seqrkit.suite.reports.contract_coverage import Aspect
from seqrkit.suite.reports.failure_report import Failure
from seqrkit.suite.reports.outcome import Outcome, Result, Verdict

TITLE: Final = "seqrkit verify"
_SIGNAL: Final = {
    Verdict.HELD: "fine",
    Verdict.FAILED: "wrong",
    Verdict.CRASHED: "wrong",
    Verdict.KNOWN: "look",
    Verdict.LEFT_OUT: "",
}
_WRONG: Final = (Verdict.FAILED, Verdict.CRASHED)


def outcome_page(outcome: Outcome) -> str:
    """The whole page; the same outcome gives the same page."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}: {escape(outcome.endpoint)}</title>"
        f"<style>{exchange_html.style()}{exchange_html.read('page.css')}{exchange_html.read('outcome.css')}</style></head>"
        f'<body class="seqr"><a class="skip" href="#main">To the outcome</a>{_top(outcome)}'
        f'<main id="main" class="outcomes">{_figures(outcome)}{_remarks(outcome)}'
        f"{_failures(outcome.results)}{_coverage(outcome)}{''.join(_properties(outcome.results))}"
        f"<footer>Written by seqrkit {__version__}. Passwords are masked.</footer></main>"
        "</body></html>\n"
    )


def _top(outcome: Outcome) -> str:
    wrong = sum(result.verdict in _WRONG for result in outcome.results)
    whole = "" if outcome.interrupted else '<span class="pill fine">all as it should be</span>'
    pills = f'<span class="pill wrong">{wrong} not as it should be</span>' if wrong else whole
    if outcome.interrupted:
        pills += '<span class="pill look">interrupted</span>'
    at = outcome.started_at
    return (
        f'<header class="top"><h1>{TITLE}</h1>'
        f'<span class="pill">{escape(outcome.endpoint)}</span>{pills}'
        f'<time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M} {at.tzname() or ""}</time></header>'
    )


def _figures(outcome: Outcome) -> str:
    counts = outcome.counts
    aside = ", ".join(f"{n} {v}" for v, n in counts.items() if v is not Verdict.HELD)
    seen = {aspect: (many, whole) for aspect, many, whole, _ in outcome.covered()}
    many, whole = seen[Aspect.BROKEN]
    seed = "" if outcome.seed is None else f"seed {outcome.seed}"
    figures = (
        ("checks", f"{len(outcome.results):,}", f"of profile {outcome.profile}"),
        ("held", f"{counts.get(Verdict.HELD, 0):,}", aside),
        ("rules seen broken", f"{many:,}", f"of {whole:,}"),
        ("seconds", f"{outcome.seconds:.0f}", seed),
    )
    return (
        '<dl class="figures">'
        + "".join(
            f"<div><dt>{name}</dt><dd>{figure} <small>{escape(small)}</small></dd></div>"
            for name, figure, small in figures
        )
        + "</dl>"
    )


def _remarks(outcome: Outcome) -> str:
    return "".join(f'<p class="note look">{escape(remark)}</p>' for remark in outcome.remarks)


def _failures(results: Iterable[Result]) -> str:
    wrong = [result for result in results if result.verdict in _WRONG]
    if not wrong:
        return ""
    return _section("failures", "Not as it should be", "".join(map(_failure, wrong)))


def _failure(result: Result) -> str:
    found = result.failure
    if found is None:
        said = f"<pre>{escape(result.why)}</pre>"
        return _article(result, f"<p>The check crashed, which is a defect of it.</p>{said}")
    return _article(
        result,
        f'<p class="said">{escape(found.sentence)}</p><dl class="facts">'
        f"{_fact('demanded', found.statement)}{_fact('source', found.source)}"
        f"{_fact('rule', found.rule)}{_code('again', found.again)}{_code('saved', found.file)}"
        f"{_fact('not saved', found.unsaved)}{_code('start', found.start)}</dl>"
        f"{_messages(found, result)}{_copy('curl', found.curl)}{_copy('Python', found.python)}",
    )


def _article(result: Result, body: str) -> str:
    return (
        f'<article class="panel failure"><h3><code>{escape(result.property)}</code> '
        f'<small>{escape(result.case)}</small> <span class="pill wrong">{result.verdict}</span>'
        f"</h3>{body}</article>"
    )


def _messages(found: Failure, result: Result) -> str:
    judge = contract.load(result.case.partition("/")[0])
    shown = [
        exchange_html.envelope_body(
            title, text.encode(), judge.lint(text.encode()) if found.curl else ()
        )
        for title, text in (("Request", found.request), ("Reply", found.reply))
        if text
    ]
    boxes = "".join(shown)
    return f'<div class="exchange"><div class="envelopes">{boxes}</div></div>' if boxes else ""


def _fact(name: str, said: str) -> str:
    return f"<div><dt>{name}</dt><dd>{escape(said)}</dd></div>" if said else ""


def _code(name: str, said: str) -> str:
    return f"<div><dt>{name}</dt><dd><code>{escape(said)}</code></dd></div>" if said else ""


def _copy(name: str, said: str) -> str:
    if not said:
        return ""
    return f"<details><summary>{name}</summary><pre>{escape(said)}</pre></details>"


def _coverage(outcome: Outcome) -> str:
    rows = "".join(
        f"<tr><td>{aspect}</td><td><meter min=0 max={whole or 1} value={seen} "
        f'aria-label="{aspect}"></meter></td><td class="n">{seen:,} of {whole:,}</td>'
        f"<td>{_missing(missing)}</td></tr>"
        for aspect, seen, whole, missing in outcome.covered()
    )
    return _section(
        "coverage",
        "The contract, as far as it was exercised",
        '<div class="panel"><table><thead><tr><th>what</th><th>how much</th><th class="n">seen</th>'
        f"<th>not seen</th></tr></thead><tbody>{rows}</tbody></table></div>",
    )


def _missing(items: Sequence[str]) -> str:
    if not items:
        return '<span class="pill fine">all seen</span>'
    listed = "".join(f"<li><code>{escape(item)}</code></li>" for item in items)
    return f"<details><summary>{len(items):,} not seen</summary><ul>{listed}</ul></details>"


def _properties(results: Sequence[Result]) -> Iterator[str]:
    ordered = sorted(results, key=lambda result: result.property)
    of = {name: list(found) for name, found in groupby(ordered, lambda result: result.property)}
    for name in CHAPTERS:
        properties = [each for each in chapter(name) if each.id in of]
        if properties:
            rows = "".join(_property(each, of[each.id]) for each in properties)
            yield _section(
                name,
                f"Chapter {name}",
                '<div class="panel"><table><thead><tr><th>property</th><th>demands</th>'
                '<th class="n">s</th><th>cases</th></tr></thead>'
                f"<tbody>{rows}</tbody></table></div>",
            )


def _property(demanded: Property, results: Sequence[Result]) -> str:
    counted = Counter(result.verdict for result in results)
    pills = " ".join(
        f'<span class="pill {_SIGNAL[verdict]}">{counted[verdict]:,} {verdict}</span>'
        for verdict in Verdict
        if counted[verdict]
    )
    reasons = dict.fromkeys(result.why for result in results if result.why)
    why = "".join(f"<br><small>{escape(reason)}</small>" for reason in reasons)
    return (
        f"<tr><td><code>{escape(demanded.id.partition('.')[2])}</code></td>"
        f"<td>{escape(demanded.statement)}<br><small>{escape(demanded.source)}</small></td>"
        f'<td class="n">{sum(result.seconds for result in results):.1f}</td>'
        f"<td>{pills}{why}</td></tr>"
    )


def _section(name: str, title: str, body: str) -> str:
    return (
        f'<section class="chapter" aria-labelledby="{name}"><header><h2 id="{name}">{title}</h2>'
        f"</header>{body}</section>"
    )
