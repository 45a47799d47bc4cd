"""QR codes and links: what they say, and how they look.

An invoice's code is ``HTTP://SEQR.SE/R<invoiceReference>`` (document 001, "sendInvoice"), a
terminal's static one ``HTTP://SEQR.SE/Q<seqrId>`` (vendor's manual); upper case, so that a QR
code's compact alphanumeric mode applies. On the phone itself the same is a ``seqr:`` link, and a
``seqr-debug:`` link against test servers (vendor's manual).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from seqrkit.errors import InvalidCode
from seqrkit.notebook_repr import Shown

_HOST = "SEQR.SE"
_CODE = re.compile(r"(?:https?|seqr|seqr-debug)://seqr\.se/([rq])([^\s/?#]+)", re.IGNORECASE)
_QUIET_ZONE = 4
"""Light modules around a code, which scanners need (ISO/IEC 18004)."""


class CodeKind(StrEnum):
    """What a code stands for."""

    INVOICE = "invoice"
    TERMINAL = "terminal"


class Code(NamedTuple):
    """A code that was read: what it stands for, and its invoiceReference or seqrId."""

    kind: CodeKind
    reference: str


def invoice_code(invoice_reference: str) -> str:
    """The payload of an invoice's QR code."""
    return f"HTTP://{_HOST}/R{invoice_reference}"


def terminal_code(seqr_id: str) -> str:
    """The payload of a terminal's static QR code."""
    return f"HTTP://{_HOST}/Q{seqr_id}"


def deep_link(code: str, *, test: bool = False) -> str:
    """The link that opens the buyer's app on the phone the shop is shown on.

    `code` is any form of an invoice's or a terminal's code; `test` is for test servers. Raises
    `InvalidCode` for anything else.
    """
    kind, reference = parse_code(code)
    scheme = "seqr-debug" if test else "seqr"
    return f"{scheme}://{_HOST}/{'R' if kind is CodeKind.INVOICE else 'Q'}{reference}"


def parse_code(text: str) -> Code:
    """Read a code as scanned or typed, in any of its forms; the letter case of the host is free.

    Raises `InvalidCode` for a text that is none.
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        msg = f'"{text}" is no SEQR code; it looks like {invoice_code("1397222701693")}'
        raise InvalidCode(msg)
    kind = CodeKind.INVOICE if match[1] in "rR" else CodeKind.TERMINAL
    return Code(kind, match[2])


@dataclass(frozen=True)
class QrCode(Shown):
    """A QR code of a payload: text in a terminal, SVG in a notebook, PNG in a file."""

    payload: str

    @cached_property
    def _matrix(self) -> list[list[bool]]:
        import qrcode  # deferred: only needed once a code is looked at

        code = qrcode.QRCode(border=_QUIET_ZONE)
        code.add_data(self.payload)
        code.make(fit=True)
        return [[bool(module) for module in row] for row in code.get_matrix()]

    def text(self, *, dark_on_light: bool = False) -> str:
        """The code in half-block characters, two modules high each.

        By default for the usual light text on a dark terminal; `dark_on_light` is for black text
        on white ground.
        """
        drawn = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
        rows = self._matrix
        if len(rows) % 2:
            rows = [*rows, [False] * len(rows[0])]
        return "\n".join(
            "".join(
                drawn[upper == dark_on_light, lower == dark_on_light]
                for upper, lower in zip(*pair, strict=True)
            )
            for pair in zip(rows[::2], rows[1::2], strict=True)
        )

    def svg(self) -> str:
        """The code as an SVG image, dark on a white ground, the same every time."""
        rows = self._matrix
        path = "".join(
            f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
        )
        size = len(rows)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" '
            f'aria-label="QR code {escape(self.payload)}" shape-rendering="crispEdges">'
            f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}"/></svg>'
        )

    def png(self, path: str | PathLike[str] | None = None, *, scale: int = 8) -> bytes:
        """The code as a PNG image, `scale` pixels a module; written to `path` when given."""
        import png  # pypng, as qrcode's own pure writer uses it

        rows = [
            [0 if dark else 1 for dark in row for _ in range(scale)]
            for row in self._matrix
            for _ in range(scale)
        ]
        written = io.BytesIO()
        png.Writer(len(rows[0]), len(rows), greyscale=True, bitdepth=1).write(written, rows)
        if path is not None:
            Path(path).write_bytes(written.getvalue())
        return written.getvalue()

    def __str__(self) -> str:
        return self.payload
