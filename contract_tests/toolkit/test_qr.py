"""QR codes and links, read by another library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from seqrkit import qr
from seqrkit.errors import InvalidCode

REFERENCES = st.text("0123456789", min_size=1, max_size=25)
SEQR_IDS = st.text("ABCdef0123456789_", min_size=1, max_size=40)


def _scanned(rows: list[list[bool]], scale: int = 4) -> str:
    pixels = [
        bytes(0 if dark else 255 for dark in row for _ in range(scale))
        for row in rows
        for _ in range(scale)
    ]
    image = memoryview(b"".join(pixels)).cast("B", shape=[len(pixels), len(pixels[0])])
    return str(zxingcpp.read_barcodes(image)[0].text)


def _drawn(text: str) -> list[list[bool]]:
    """Return the modules drawn with half-block characters, light text on a dark ground."""
    upper = [[character in " ▄" for character in line] for line in text.splitlines()]
    lower = [[character in " ▀" for character in line] for line in text.splitlines()]
    return [row for pair in zip(upper, lower, strict=True) for row in pair]


@given(REFERENCES)
def test_a_code_drawn_as_text_scans_as_its_payload(reference: str) -> None:
    code = qr.QrCode(qr.invoice_code(reference))
    assert _scanned(_drawn(code.text())) == code.payload


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_code_in_an_encoding_without_blocks_is_drawn_with_two_signs_a_module(
    encoding: str,
) -> None:
    code = qr.QrCode(qr.invoice_code("1397222701693"))
    drawn = code.text(encoding=encoding)
    assert drawn.encode(encoding)
    modules = [
        [line[i : i + 2] == "  " for i in range(0, len(line), 2)] for line in drawn.split("\n")
    ]
    assert _scanned(modules) == code.payload


def test_dark_on_light_is_the_inverted_code() -> None:
    code = qr.QrCode(qr.terminal_code("SHOP1"))
    exchanged = code.text(dark_on_light=True).translate(str.maketrans("█ ▀▄", " █▄▀"))
    # The last line has a single row of modules, whose lower half is the terminal's ground.
    assert exchanged.splitlines()[:-1] == code.text().splitlines()[:-1]


def test_the_svg_draws_the_same_modules_on_white() -> None:
    code = qr.QrCode(qr.invoice_code("1397222701693"))
    modules = {(int(x), int(y)) for x, y in re.findall(r"M(\d+),(\d+)h1", code.svg())}
    size = int(re.search(r'viewBox="0 0 (\d+)', code.svg())[1])  # type: ignore[index]
    drawn = [[(x, y) in modules for x in range(size)] for y in range(size)]
    assert _scanned(drawn) == code.payload
    assert 'fill="#fff"' in code.svg()


def test_a_payload_is_escaped_in_the_svg() -> None:
    assert '"><script' not in qr.QrCode('"><script>').svg()


def test_a_png_is_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "code.png"
    written = qr.QrCode(qr.invoice_code("1397222701693")).png(target)
    assert target.read_bytes() == written
    assert written.startswith(b"\x89PNG\r\n")


@given(REFERENCES)
def test_an_invoice_code_is_read_in_all_its_forms(reference: str) -> None:
    code = qr.invoice_code(reference)
    forms = (code, code.lower(), qr.deep_link(code), qr.deep_link(code, test=True), f" {code}\n")
    for form in forms:
        assert qr.parse_code(form) == (qr.CodeKind.INVOICE, reference)


@given(SEQR_IDS)
def test_a_terminal_code_keeps_the_letter_case_of_its_id(seqr_id: str) -> None:
    for form in (qr.terminal_code(seqr_id), qr.deep_link(qr.terminal_code(seqr_id))):
        assert qr.parse_code(form) == (qr.CodeKind.TERMINAL, seqr_id)


@pytest.mark.parametrize(
    "text", ["", "1397222701693", "HTTP://EXAMPLE.COM/R1", "HTTP://SEQR.SE/X1"]
)
def test_another_text_is_rejected_with_an_example(text: str) -> None:
    with pytest.raises(
        InvalidCode, match=r"is not a SEQR code; a valid one looks like HTTP://SEQR\.SE/R"
    ):
        qr.parse_code(text)
