"""Text and HTML views of exchanges are complete, safe and deterministic."""

import re
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit import exchanges
from contract_tests.toolkit.display.balance import Balance
from seqrkit.contract import Severity
from seqrkit.display import exchange_html, exchange_text, highlight
from seqrkit.display import outcome_phrases as words
from seqrkit.exchange import Exchange
from seqrkit.palette import DARK, LIGHT, TERMINAL, Palette
from seqrkit.terminal_text import visible

TEXT_ON = {
    "ink": ("ground", "panel", "code", "chip", "fine_soft", "look_soft", "wrong_soft"),
    "muted": ("ground", "panel", "code", "chip"),
    "fine": ("ground", "panel", "fine_soft"),
    "look": ("ground", "panel", "look_soft"),
    "wrong": ("ground", "panel", "wrong_soft"),
    "tag": ("code", "look_soft", "wrong_soft"),
    "attribute": ("code", "look_soft", "wrong_soft"),
    "ground": ("fine",),  # the primary button
}
"""The grounds on which each colour is used for text."""


EVERY = pytest.mark.parametrize("exchange", exchanges.ALL, ids=lambda e: e.failure_kind or e.status)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)


@EVERY
def test_the_result_is_short_and_explained(exchange: Exchange) -> None:
    said = words.short(exchange)
    assert len(said) <= 40
    result, explained = Balance(exchange_html.result_body(exchange)).text
    assert result == said
    assert explained == words.meaning(exchange)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "grounds"), TEXT_ON.items())
def test_text_has_a_contrast_of_at_least_4_5_to_1(
    theme: Palette, ink: str, grounds: tuple[str, ...]
) -> None:
    for ground in grounds:
        assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5, f"{ink} on {ground}"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_colours_are_in_the_palette_and_in_no_stylesheet() -> None:
    package = Path(seqrkit.__file__).parent
    sheets = [*package.glob("display/*.css"), *package.glob("widgets/*.css")]
    assert len(sheets) > 5
    for sheet in (*sheets, package / "display/page.js"):
        assert re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text(encoding="utf-8")) == [], sheet


@given(st.text())
def test_a_listing_contains_the_text_of_any_bytes(message: str) -> None:
    shown = highlight.listing(message.encode("utf-8", "replace"))
    if not shown.reindented and not shown.hidden:
        expected = visible(message.encode("utf-8", "replace").decode())
        assert "\n".join(line.text for line in shown.lines).rstrip() == expected.rstrip()


MARKUP = st.lists(
    st.sampled_from(
        ["<a>", "</a>", "<b c='d'/>", "<!-- ", " -->", "<![CDATA[", "]]>", "<?p ", "?>"]
    )
    | st.text("x<>\"'&;=!? \n", max_size=4)
).map("".join)


@given(MARKUP)
def test_lines_coloured_alone_look_as_in_their_message(message: str) -> None:
    together = [(piece.kind, piece.text) for row in highlight._coloured(message) for piece in row]
    alone = [(piece.kind, piece.text) for row in highlight._rows(message) for piece in row]
    assert alone == together


@given(st.binary(max_size=400))
def test_any_bytes_can_be_listed(message: bytes) -> None:
    shown = highlight.listing(message)
    assert not any(set(line.text) & {"\x1b", "\x9b", "\r", "\n", "\0"} for line in shown.lines)


def test_findings_are_at_their_lines() -> None:
    exchange = exchanges.ANSWERED
    shown = highlight.listing(exchange.masked_request, exchange.findings)
    placed = {f.id: line.text.strip() for line in shown.lines for f in line.findings}
    assert placed["context.channel.recommended"] == "<channel>extWS</channel>"
    assert len(shown.findings) == len(exchange.findings)
    assert shown.elsewhere == ()


def test_a_message_on_one_line_is_indented_and_keeps_its_findings() -> None:
    one_line = exchanges.REQUEST.replace(b"\n", b"")
    shown = highlight.listing(one_line, exchanges.ANSWERED.findings)
    assert shown.reindented
    assert len(shown.lines) > 10
    assert set(shown.elsewhere) == set(exchanges.ANSWERED.findings)


def test_a_long_message_is_cut_with_a_note() -> None:
    shown = highlight.listing(b"<a>\n" * (highlight.MAX_LINES + 5))
    assert len(shown.lines) == highlight.MAX_LINES
    assert shown.hidden == 5
    value = highlight.listing(b"<a>" + b"x" * 1000 + b"</a>").lines[0].text
    assert "680 more characters" in value


def test_findings_are_counted_in_words() -> None:
    findings = exchanges.ANSWERED.findings
    assert highlight.count(findings) == "1 error, 1 warning"
    assert highlight.count(()) == ""
    assert highlight.worst(findings) is Severity.ERROR
    assert highlight.worst(()) is None


@EVERY
@pytest.mark.parametrize("width", [30, 80, 100, 200])
def test_the_text_of_an_exchange_is_plain_deterministic_and_fits_its_width(
    exchange: Exchange, width: int
) -> None:
    shown = exchange_text.exchange_text(exchange, width)
    assert shown == exchange_text.exchange_text(exchange, width)
    assert max(map(len, shown.splitlines())) <= width
    assert "\x1b" not in shown
    assert exchanges.PASSWORD not in shown


@EVERY
def test_the_text_names_every_finding_with_its_rule_and_source(exchange: Exchange) -> None:
    shown = " ".join(exchange_text.exchange_text(exchange, 900).split())
    for finding in (*exchange.findings, *exchange.reply_findings):
        assert f"{finding.severity}: {finding.message}" in shown
        assert f"{finding.id} · {finding.source}" in shown


def test_a_result_is_displayed_with_its_meaning() -> None:
    shown = exchange_text.exchange_text(exchanges.ANSWERED, 300)
    assert "54 INVALID_INVOICE_REFERENCE" in shown
    assert "12.5 ms" in shown


@pytest.mark.parametrize(("duration", "shown"), [(0.0031, "3.1 ms"), (20, "20000.0 ms"), (0, "")])
def test_a_duration_that_a_manual_clock_did_not_measure_is_not_shown(
    duration: float, shown: str
) -> None:
    exchange = evolve(exchanges.ANSWERED, duration=duration)
    assert words.milliseconds(exchange) == shown
    assert exchange_text.result_view(exchange).plain.endswith(f"  {shown}" if shown else ".")


def test_an_exchange_without_result_code_shows_the_reason() -> None:
    assert "did not answer within 5 s" in exchange_text.exchange_text(exchanges.UNANSWERED, 300)
    assert "SOAP fault Client: not <b>understood" in exchange_text.exchange_text(
        exchanges.FAULT, 300
    )
    assert "HTTP 502" in exchange_text.exchange_text(exchanges.BINARY, 300)


def test_output_is_coloured_in_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    assert exchange_text.console(StringIO()).width == 140
    monkeypatch.delenv("COLUMNS")
    file = StringIO()
    exchange_text.console(file).print(exchange_text.exchange_view(exchanges.ANSWERED))
    assert "\x1b" not in file.getvalue()
    assert exchange_text.console(file).width == exchange_text.PLAIN_WIDTH
    colours = exchange_text.console(StringIO(), width=120)
    colours._force_terminal = True
    with colours.capture() as captured:
        colours.print(exchange_text.exchange_view(exchanges.ANSWERED))
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", x)) for x in captured.get().splitlines()) <= 120


def test_every_kind_and_signal_has_a_terminal_style() -> None:
    assert set(map(str, highlight.Kind)) <= set(TERMINAL)
    assert set(highlight.SIGNAL.values()) <= set(TERMINAL)


@EVERY
def test_the_html_of_an_exchange_is_balanced_and_loads_nothing(exchange: Exchange) -> None:
    page = exchange_html.exchange_html(exchange)
    assert page == exchange_html.exchange_html(exchange)
    read = Balance(page)
    assert read.open == []
    assert read.loads == []
    assert "url(" not in page
    assert "@import" not in page
    assert exchanges.PASSWORD not in page


def test_html_contains_the_escaped_messages() -> None:
    page = exchange_html.exchange_html(exchanges.ANSWERED)
    for line in exchanges.ANSWERED.masked_request.decode().splitlines():
        assert line.strip() in unescape(re.sub(r"<[^>]*>", "", page))
    hostile = evolve(exchanges.ANSWERED, response=b"<script>alert(1)</script>")
    assert "<script" not in exchange_html.exchange_html(hostile)
    named = evolve(exchanges.ANSWERED, operation='"><script>')
    assert "<script" not in exchange_html.exchange_html(named)


def test_html_has_each_finding_with_rule_source_and_severity() -> None:
    words = " ".join(Balance(exchange_html.exchange_html(exchanges.ANSWERED)).text)
    for finding in exchanges.ANSWERED.findings:
        for said in (finding.severity, finding.message, finding.id, finding.source):
            assert said in words


def test_a_context_is_folded_unless_it_has_a_finding() -> None:
    assert "<details" not in exchange_html.exchange_html(exchanges.ANSWERED)
    quiet = evolve(exchanges.ANSWERED, findings=())
    assert exchange_html.exchange_html(quiet).count("<details") == 1


def test_both_themes_are_in_the_style_for_browsers_and_notebooks() -> None:
    style = exchange_html.style()
    assert ".seqr{color-scheme:light dark;" in style
    assert '[data-jp-theme-light="false"] .seqr{color-scheme:dark}' in style
    assert '[data-jp-theme-light="true"] .seqr{color-scheme:light}' in style
    assert LIGHT.ground in style
    assert DARK.ground in style


def test_findings_can_be_displayed_alone() -> None:
    assert "no findings" in exchange_html.findings_html(())
    shown = exchange_html.findings_html(exchanges.ANSWERED.findings)
    assert "context.channel.recommended" in shown
