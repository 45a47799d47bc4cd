"""A story as one self-contained page: steps to go through, envelopes side by side, a table.

Nothing is loaded from anywhere, which the page's own content security policy enforces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Final

from seqrkit._version import __version__
from seqrkit.display import exchange_html, highlight
from seqrkit.display.demo_step import Scene, Verdict, chapters

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
)
_SIGN: Final = {Verdict.OK: "", Verdict.FAILED: "wrong", Verdict.LEFT_OUT: "out"}


def story_page(
    scenes: Sequence[Scene], *, title: str, lead: str, endpoint: str, at: datetime
) -> str:
    """The whole page; the same scenes give the same page.

    `lead` is a sentence or two above it all, `endpoint` says in words where the requests went,
    `at` is when the story was played.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{exchange_html.style()}{exchange_html.read('page.css')}</style></head>"
        f'<body class="seqr"><a class="skip" href="#steps">To the steps</a>'
        f"{_top(scenes, title, endpoint, at)}"
        f'<div class="layout">{_navigation(scenes)}<main id="steps">'
        f'<p class="lead">{escape(lead)}</p>{_figures(scenes)}'
        f"{''.join(_chapters(scenes))}{_table(scenes)}"
        f"<footer>Written by seqrkit {__version__}. Passwords are masked; everything else is what "
        "was sent and received.</footer></main></div>"
        f"<script>{exchange_html.read('page.js')}</script></body></html>\n"
    )


def _top(scenes: Sequence[Scene], title: str, endpoint: str, at: datetime) -> str:
    failed = sum(scene.verdict is Verdict.FAILED for scene in scenes)
    verdict = f"{failed} not as it should be" if failed else "all as it should be"
    return (
        f'<header class="top"><h1>{escape(title)}</h1>'
        f'<span class="pill">{escape(endpoint)}</span>'
        f'<span class="pill {"wrong" if failed else "fine"}">{verdict}</span>'
        f'<time datetime="{at.isoformat()}">{at:%Y-%m-%d %H:%M} {at.tzname() or ""}</time></header>'
    )


def _navigation(scenes: Iterable[Scene]) -> str:
    groups = "".join(
        f"<h2>{interface}</h2><ol>{''.join(map(_link, steps))}</ol>"
        for interface, steps in chapters(scenes).items()
    )
    return (
        '<nav aria-label="Steps"><details><summary>Steps</summary></details><div>'
        f'{groups}<h2>Summary</h2><ol><li><a href="#table"><span class="no"></span>'
        "Table of all steps</a></li></ol></div></nav>"
    )


def _link(scene: Scene) -> str:
    sign = _SIGN[scene.verdict]
    name = escape(scene.operation or scene.title)
    name = name if scene.operation else f'<span class="aside">{name}</span>'
    spoken = f' role="img" aria-label="{scene.verdict}"'
    return (
        f'<li><a href="#{scene.anchor}"><span class="no">{scene.number}</span>'
        f'<span class="dot {sign}"{spoken}></span><span>{name}</span></a></li>'
    )


def _figures(scenes: Sequence[Scene]) -> str:
    exchanges = [exchange for scene in scenes for exchange in scene.exchanges]
    operations = {(e.interface, e.operation) for e in exchanges}
    findings = [finding for scene in scenes for finding in scene.findings]
    left_out = sum(scene.verdict is Verdict.LEFT_OUT for scene in scenes)
    spent = sum(exchange.duration for exchange in exchanges) * 1000
    wanted = all(scene.verdict is Verdict.OK for scene in scenes if scene.findings)
    purpose = ", on purpose" if findings and wanted else ""
    figures = [
        ("steps", f"{len(scenes)}", f"{left_out} left out" if left_out else ""),
        ("operations", f"{len(operations)}", f"of {len(chapters(scenes))} interfaces"),
        ("exchanges", f"{len(exchanges)}", f"{spent:.0f} ms together"),
        ("findings", f"{len(findings)}", highlight.count(findings) + purpose),
    ]
    return (
        '<dl class="figures">'
        + "".join(
            f"<div><dt>{name}</dt><dd>{figure} <small>{small}</small></dd></div>"
            for name, figure, small in figures
        )
        + "</dl>"
    )


def _chapters(scenes: Iterable[Scene]) -> Iterator[str]:
    for interface, steps in chapters(scenes).items():
        operations = {scene.operation for scene in steps if scene.operation}
        at = next((e.endpoint for scene in steps for e in scene.exchanges), "")
        yield (
            f'<section class="chapter" aria-labelledby="{interface}"><header>'
            f'<h2 id="{interface}">{interface}</h2><p>{len(operations)} operations in '
            f'{len(steps)} steps <span class="ref">{escape(at)}</span></p></header>'
            f"{''.join(map(_step, steps))}</section>"
        )


def _step(scene: Scene) -> str:
    kinds = [_SIGN[scene.verdict], "" if scene.operation else "aside"]
    unseen = "" if scene.exchanges else escape(scene.operation or "")
    operation = f'<span class="op">{unseen}</span>' if unseen else ""
    remarks = "".join(f'<p class="remark">{escape(remark)}</p>' for remark in scene.remarks)
    pill = "" if scene.verdict is Verdict.OK else _verdict(scene)
    return (
        f'<section class="step {" ".join(filter(None, kinds))}" id="{scene.anchor}" data-step>'
        f'<header><span class="no">{scene.number}</span><div>'
        f'<h3><a href="#{scene.anchor}">{escape(scene.title)}</a> {operation} {pill}</h3>'
        f'<p class="why">{escape(scene.why)}</p>{remarks}</div>{_bill(scene)}</header>'
        f"{''.join(map(exchange_html.exchange_body, scene.exchanges))}</section>"
    )


def _bill(scene: Scene) -> str:
    if scene.qr is None:
        return ""
    words = escape(scene.qr.payload).replace("SE/", "SE/<wbr>")
    caption = f'<figcaption class="ref">{words}</figcaption>'
    return f'<figure class="bill">{scene.qr.svg()}{caption}</figure>'


def _verdict(scene: Scene) -> str:
    signal = {Verdict.OK: "fine", Verdict.FAILED: "wrong", Verdict.LEFT_OUT: ""}[scene.verdict]
    return f'<span class="pill {signal}">{scene.verdict}</span>'


def _table(scenes: Iterable[Scene]) -> str:
    body = "".join(map(_row, scenes))
    return (
        '<section class="chapter" data-step id="table"><header><h2>All steps</h2></header>'
        '<div class="panel"><table><thead><tr><th class="n">#</th><th>step</th>'
        '<th class="opt">operation</th><th>result</th><th class="opt">findings</th>'
        '<th class="n">ms</th><th>verdict</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def _row(scene: Scene) -> str:
    codes = " ".join(exchange_html.result_pill(exchange) for exchange in scene.exchanges)
    spent = f"{scene.duration * 1000:.1f}" if scene.exchanges else ""
    aside = "" if scene.operation else ' class="aside"'
    return (
        f'<tr{aside}><td class="n">{scene.number}</td>'
        f'<td><a href="#{scene.anchor}">{escape(scene.title)}</a></td>'
        f'<td class="opt"><span class="op">{escape(scene.operation or "")}</span></td>'
        f'<td>{codes}</td><td class="opt">{exchange_html.findings_pills(scene.findings)}</td>'
        f'<td class="n">{spent}</td><td>{_verdict(scene)}</td></tr>'
    )
