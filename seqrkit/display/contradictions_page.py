"""Where the references contradict themselves, as one self-contained page.

Made of the contradictions that the contract knows and of the references' examples, which the linter
judges for it: nothing on the page is written here but the words around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from seqrkit import contract, soap
from seqrkit._version import __version__
from seqrkit.contract import CONTRADICTIONS, Contradiction, Example, Finding, Place, examples
from seqrkit.display import exchange_html, highlight

TITLE: Final = "Where the references contradict themselves"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_LEAD: Final = (
    "Two places of the published documents that cannot both be right, and what to make of them: "
    "where following one of them breaks a rule, the rule is named, and a message shows it. The "
    "messages are the documents' own examples, written anew. 000 is the SEQR Merchant API (v2), "
    "001 the Glase Merchant API (v2.6.0)."
)
_AROUND: Final = 1
"""Lines shown before and after one with a finding."""

Judged = Mapping[Example, tuple[Finding, ...]]
"""The examples with what the linter says of each."""


def contradictions_page() -> str:
    """The whole page; the same contract gives the same page."""
    judged = {each: contract.load(each.interface).lint(each.envelope) for each in examples()}
    sheets = "".join(map(exchange_html.read, ("page.css", "contradictions.css")))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{exchange_html.style()}{sheets}</style></head>"
        f'<body class="seqr"><a class="skip" href="#contradictions">To the contradictions</a>'
        f'<header class="top"><h1>{TITLE}</h1>'
        f'<span class="pill">{len(CONTRADICTIONS)} contradictions</span>'
        f'<span class="pill">{len(judged)} messages</span></header>'
        f'<div class="layout">{_navigation()}<main id="contradictions">'
        f'<p class="lead">{_LEAD}</p>{"".join(_topics(judged))}{_table(judged)}'
        f"<footer>Written by seqrkit {__version__}.</footer></main></div></body></html>\n"
    )


def _by_topic() -> dict[str, list[Contradiction]]:
    found: dict[str, list[Contradiction]] = {}
    for each in CONTRADICTIONS:
        found.setdefault(each.topic, []).append(each)
    return found


def _navigation() -> str:
    links = "".join(
        f'<li><a href="#{_anchor(topic)}"><span class="no">{len(each)}</span>'
        f"<span>{topic}</span></a></li>"
        for topic, each in _by_topic().items()
    )
    return (
        '<nav aria-label="Topics"><details><summary>Topics</summary></details><div><h2>Topics</h2>'
        f'<ol>{links}</ol><h2>Summary</h2><ol><li><a href="#examples"><span class="no"></span>'
        "All messages</a></li></ol></div></nav>"
    )


def _anchor(topic: str) -> str:
    return topic.replace(" ", "-").lower()


def _topics(judged: Judged) -> Iterator[str]:
    for topic, found in _by_topic().items():
        name = _anchor(topic)
        yield (
            f'<section class="chapter" aria-labelledby="{name}"><header><h2 id="{name}">'
            f"{topic.capitalize()}</h2></header>"
            f"{''.join(_contradiction(each, judged) for each in found)}</section>"
        )


def _contradiction(contradiction: Contradiction, judged: Judged) -> str:
    rules = ", ".join(f"<code>{escape(rule)}</code>" for rule in contradiction.rules)
    said = f'<p class="rules">Who follows the first place breaks {rules}.</p>' if rules else ""
    showing = [each for each in judged if contradiction.id in each.shows]
    return (
        f'<section class="step" id="{contradiction.id}"><h3><a href="#{contradiction.id}">'
        f"{contradiction.id}</a></h3>"
        f'<dl class="places">{_place(contradiction.first)}{_place(contradiction.second)}</dl>'
        f"{said}{''.join(_shown(contradiction, each, judged[each]) for each in showing[:1])}"
        f"{_others(showing[1:])}</section>"
    )


def _place(place: Place) -> str:
    return f"<div><dt>{escape(place.where)}</dt><dd>{escape(place.says)}</dd></div>"


def _shown(contradiction: Contradiction, example: Example, findings: tuple[Finding, ...]) -> str:
    """The lines of an example at which the contradiction's rules are broken."""
    about = [each for each in findings if each.id in contradiction.rules]
    lines = highlight.listing(soap.mask(example.envelope), about).lines
    near = {
        number + away
        for number in (line.number for line in lines if line.findings)
        for away in range(-_AROUND, _AROUND + 1)
    }
    code = "".join(exchange_html.line_body(line) for line in lines if line.number in near)
    where = f'<a href="#{_id(example)}">{escape(example.name)}</a>'
    return (
        f'<section class="envelope shown"><header><b>{where}</b>'
        f"<small>{escape(str(example))}</small></header>{code}</section>"
    )


def _others(others: list[Example]) -> str:
    links = ", ".join(f'<a href="#{_id(each)}">{escape(each.name)}</a>' for each in others)
    return f'<p class="rules">Also in {links}.</p>' if links else ""


def _id(example: Example) -> str:
    return f"{example.interface}-{example.name}"


def _table(judged: Judged) -> str:
    rows = "".join(_row(each, findings) for each, findings in judged.items())
    return (
        '<section class="chapter"><header><h2 id="examples">All messages</h2><p>The documents\' '
        "examples, and messages made of what they describe.</p></header>"
        '<div class="panel"><table class="messages"><thead><tr><th>message</th>'
        '<th class="opt">from</th><th>shows</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _row(example: Example, findings: tuple[Finding, ...]) -> str:
    shows = ", ".join(f'<a href="#{each}">{each}</a>' for each in example.shows)
    message = exchange_html.envelope_body(
        escape(example.name), soap.mask(example.envelope), findings
    )
    return (
        f'<tr id="{_id(example)}"><td><details><summary>{escape(example.name)} '
        f"{exchange_html.findings_pills(findings)}</summary>{message}</details></td>"
        f'<td class="opt">{escape(str(example))}</td><td>{shows}</td></tr>'
    )
