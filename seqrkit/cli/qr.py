"""``seqrkit qr``: draw the QR code of an invoice or a till, as text, picture or sticker."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from seqrkit.cli import Misuse, echo
from seqrkit.cli.file_io import FILE, check_unused, save
from seqrkit.cli.shared_options import force_option
from seqrkit.html import render
from seqrkit.qr import CodeKind, QrCode, deep_link, invoice_code, parse_code, terminal_code

_PNG_SIZE: Final = 480


@click.command("qr")
@click.argument("reference", metavar="REFERENCE|URL")
@click.option("--till", is_flag=True, help="REFERENCE is the seqrId of a till, not an invoice.")
@click.option("--png", type=FILE, help="Write a PNG image.")
@click.option("--svg", type=FILE, help="Write an SVG image.")
@click.option("--sticker", type=FILE, help="Write an HTML page to print, A6 in size.")
@click.option(
    "--size",
    type=click.IntRange(1, 10_000),
    default=_PNG_SIZE,
    show_default=True,
    metavar="PIXELS",
    help="Width of the image; a PNG is the largest that fits, with whole pixels per module.",
)
@click.option("--title", default="", help="Heading of the sticker, such as the name of the till.")
@force_option
def command(
    reference: str,
    *,
    till: bool,
    png: Path | None,
    svg: Path | None,
    sticker: Path | None,
    size: int,
    title: str,
    force: bool,
) -> None:
    """Draw the QR code of an invoice, or the static code of a till.

    REFERENCE is an invoiceReference, with --till a seqrId; URL is a code as scanned. Without a file
    the code is drawn in the terminal, with the links that open the buyer's app on a phone.

    \b
    Examples:
      seqrkit qr 1397222701693
      seqrkit qr HTTP://SEQR.SE/R1397222701693 --png invoice.png --size 600
      seqrkit qr --till grandcinema1 --sticker till.html --title "Till 1"
    """  # noqa: D301 - \b is click's own
    code = QrCode(_payload(reference, till=till))
    images: list[tuple[Path | None, Callable[[], bytes]]] = [
        (png, lambda: code.png(scale=max(1, size // code.modules))),
        (svg, lambda: code.svg(size).encode()),
        (sticker, lambda: str(render("display/sticker.html", code=code, title=title)).encode()),
    ]
    made: list[tuple[Path, Callable[[], bytes]]] = [
        (path, content) for path, content in images if path is not None
    ]
    paths = [path for path, _ in made]
    # The last one written would silently replace the others.
    if len({path.resolve() for path in paths}) < len(paths):
        raise Misuse("two of --png, --svg and --sticker name the same file")
    if title and not sticker:
        raise Misuse("--title is the heading of a sticker; add --sticker FILE")
    check_unused(paths, force=force)
    for path, content in made:
        save(path, content())
        echo(f"{code.payload} written to {path}")
    if not made:
        click.echo(code.text(encoding=sys.stdout.encoding))
        echo(f"code       {code.payload}")
        echo(f"app link   {deep_link(code.payload)}")
        echo(f"test link  {deep_link(code.payload, test=True)}")


def _payload(reference: str, *, till: bool) -> str:
    if ":" in reference:
        kind, reference = parse_code(reference)
        till = kind is CodeKind.TERMINAL
    if till and not (reference.isascii() and reference.isalnum()):
        raise Misuse(f'"{reference}" is not a seqrId; it consists of letters and digits')
    if not till and not (reference.isascii() and reference.isdigit()):
        raise Misuse(f'"{reference}" is not an invoiceReference (digits); add --till for a seqrId')
    return terminal_code(reference) if till else invoice_code(reference)
