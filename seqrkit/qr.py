"""QR codes and links of invoices and terminals.

An invoice's code is ``HTTP://SEQR.SE/R<invoiceReference>`` (Glase Merchant API v2.6.0,
sendInvoice), a terminal's static one ``HTTP://SEQR.SE/Q<seqrId>`` (vendor's manual); upper case, so
that a QR code's compact alphanumeric mode applies. On the phone itself a ``seqr:`` link replaces
it, on test servers a ``seqr-debug:`` link (vendor's manual).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from seqrkit.errors import InvalidCode
from seqrkit.html import Markup, html
from seqrkit.notebook_repr import Shown

if TYPE_CHECKING:
    from qrcode.main import QRCode

_HOST = "SEQR.SE"
# Some scanner apps turn the whole address into lower case.
_CODE = re.compile(r"(?:https?|seqr|seqr-debug)://seqr\.se/([rq])([^\s/?#]+)", re.IGNORECASE)
_QUIET_ZONE = 4
"""Light modules required around a code (ISO/IEC 18004)."""


LONGEST: Final = 2331
"""Bytes that the largest QR code holds (ISO/IEC 18004: version 40, error correction M)."""


class CodeKind(StrEnum):
    """What a code identifies."""

    INVOICE = "invoice"
    TERMINAL = "terminal"


class Code(NamedTuple):
    """A parsed code: its kind, and its invoiceReference or seqrId."""

    kind: CodeKind
    reference: str


def invoice_code(invoice_reference: str) -> str:
    """Return the payload of an invoice's QR code."""
    return f"HTTP://{_HOST}/R{invoice_reference}"


def terminal_code(seqr_id: str) -> str:
    """Return the payload of a terminal's static QR code."""
    return f"HTTP://{_HOST}/Q{seqr_id}"


def deep_link(code: str, *, test: bool = False) -> str:
    """Return the link that opens the buyer's app on the phone that displays the shop.

    `code` is any form of an invoice's or a terminal's code; `test` selects the scheme of test
    servers. Raises `InvalidCode` for anything else.
    """
    kind, reference = parse_code(code)
    scheme = "seqr-debug" if test else "seqr"
    return f"{scheme}://{_HOST}/{'R' if kind is CodeKind.INVOICE else 'Q'}{reference}"


def parse_code(text: str) -> Code:
    """Parse a code as scanned or typed, in any of its forms; the host is not case-sensitive.

    Raises `InvalidCode` for any other text.
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        msg = f'"{text}" is not a SEQR code; a valid one looks like {invoice_code("1397222701693")}'
        raise InvalidCode(msg)
    kind = CodeKind.INVOICE if match[1] in "rR" else CodeKind.TERMINAL
    return Code(kind, match[2])


@dataclass(frozen=True)
class QrCode(Shown):
    """The QR code of a payload: text in a terminal, SVG in a notebook, PNG in a file.

    Drawing a payload of more than `LONGEST` bytes raises `InvalidCode`.
    """

    payload: str

    @property
    def data(self) -> bytes:
        """The bytes that the code holds."""
        # A lone surrogate of a reply cannot be encoded and must not end a display.
        return self.payload.encode("utf-8", "replace")

    @cached_property
    def _code(self) -> QRCode[Any]:
        import qrcode  # deferred: takes long to import

        code = qrcode.QRCode(border=_QUIET_ZONE)
        code.add_data(self.data)
        try:
            code.make(fit=True)
        except ValueError as error:
            raise InvalidCode(
                f"{len(self.payload):,} characters are too many for a QR code"
            ) from error
        return code

    def text(self, *, dark_on_light: bool = False, encoding: str = "utf-8") -> str:
        """Return the code as characters.

        By default for light text on a dark terminal; `dark_on_light` is for black text on a white
        ground. Where the encoding has block characters a line shows two rows of modules, else one
        row with two ``#`` a module.
        """
        try:
            "█▀▄".encode(encoding)
        except UnicodeEncodeError:
            rows = self._code.get_matrix()
            signs = {dark_on_light: "##", not dark_on_light: "  "}
            return "\n".join("".join(signs[bool(dark)] for dark in row) for row in rows)
        drawn = io.StringIO()
        self._code.print_ascii(drawn, invert=not dark_on_light)
        # Some terminals and browsers give no-break spaces another width, which breaks the code.
        return drawn.getvalue().replace("\N{NO-BREAK SPACE}", " ").rstrip("\n")

    @property
    def modules(self) -> int:
        """The width of the code in modules, with the quiet zone around it."""
        return len(self._code.get_matrix())

    def svg(self, size: int | None = None) -> Markup:
        """Return the code as an SVG image, dark on white; always the same for a payload.

        `size` is its width in pixels; by default it fills the space that it is put into.
        """
        matrix = self._code.get_matrix()
        extent = "" if size is None else html(' width="{0}" height="{0}"', size)
        path = "".join(
            f"M{x},{y}h1v1h-1z"
            for y, row in enumerate(matrix)
            for x, dark in enumerate(row)
            if dark
        )
        return html(
            '<svg xmlns="http://www.w3.org/2000/svg"{extent} viewBox="0 0 {size} {size}" '
            'role="img" aria-label="QR code {}" shape-rendering="crispEdges">'
            # White in dark themes too: many phones do not read a light code on dark.
            '<rect width="{size}" height="{size}" fill="#fff"/><path d="{}"/></svg>',
            self.payload,
            path,
            size=len(matrix),
            extent=extent,
        )

    def png(self, path: str | PathLike[str] | None = None, *, scale: int = 8) -> bytes:
        """Return the code as a PNG image, `scale` pixels per module; also write it to `path`."""
        # The library's other way to PNG needs Pillow.
        from qrcode.image.pure import PyPNGImage

        self._code.box_size = scale
        written = io.BytesIO()
        self._code.make_image(PyPNGImage).save(written)
        if path is not None:
            Path(path).write_bytes(written.getvalue())
        return written.getvalue()

    def __str__(self) -> str:
        return self.payload
