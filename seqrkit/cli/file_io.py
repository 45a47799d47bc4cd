"""Input and output files of commands, and directories shipped with seqrkit."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from seqrkit.cli import Failure, Misuse
from seqrkit.errors import ConfigurationError


def read_input(name: str, limit: int | None = None) -> tuple[bytes, int | None]:
    """Read a file, or standard input for ``-``, up to one byte more than a limit.

    Returns the bytes, and the size of the file if it is known. Raises `Misuse` if it cannot be
    read.
    """
    most = -1 if limit is None else limit + 1
    shown = "standard input" if name == "-" else click.format_filename(name)
    try:
        if name != "-":
            with Path(name).open("rb") as file:
                return file.read(most), os.fstat(file.fileno()).st_size or None
        if sys.stdin is None:  # closed by the shell: <&-
            raise Misuse("standard input cannot be read: it is closed")
        return sys.stdin.buffer.read(most), None
    except OSError as error:
        raise Misuse(f"{shown} cannot be read: {_reason(error)}") from error


def writable(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """Check that a file can be written; a callback for options.

    The file is opened once when the command line is parsed, so that a command does not run for
    seconds and then fail to save its result. Its content is kept.
    """
    if path is None:
        return None
    try:
        created = not path.exists()
        with path.open("ab"):
            pass
        if created:
            path.unlink()
    except OSError as error:
        message = f"{path} cannot be written: {_reason(error)}."
        raise click.BadParameter(message, ctx=context, param=option) from error
    return path


def bundled(name: str) -> Path:
    """Return a directory that a checkout has beside the package and a wheel inside it.

    Raises `ConfigurationError` if neither exists: the installation is incomplete.
    """
    package = Path(__file__).resolve().parents[1]
    places = (package / "_data" / name, package.parent / name)
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        where = " or ".join(map(str, places))
        raise ConfigurationError(f"{name} was not found in {where}; reinstall seqrkit")
    return found


def save(path: Path, content: bytes) -> None:
    """Write a file; raise `Failure` if that fails."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Failure(f"{path} could not be written: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
