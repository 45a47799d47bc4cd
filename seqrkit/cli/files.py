"""Files that a command is to write: whether they can be written is known before anything runs."""

from __future__ import annotations

from pathlib import Path

import click

from seqrkit.cli import Failure
from seqrkit.errors import ConfigurationError


def writable(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """Check, as an option's callback, that a file can be written; what is in it stays.

    A command that works for seconds and then cannot save its work has wasted them, so the file is
    opened once when the command line is read. Fails with a sentence.
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
    """A directory that a checkout has beside the package and a wheel inside it.

    Raises `ConfigurationError` where there is none, which means a broken installation.
    """
    package = Path(__file__).resolve().parents[1]
    places = (package / "_data" / name, package.parent / name)
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        where = " nor in ".join(map(str, places))
        raise ConfigurationError(f"{name} is neither in {where}; reinstall seqrkit")
    return found


def save(path: Path, content: bytes) -> None:
    """Write what a command made; fails with a sentence."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Failure(f"{path} could not be written after all: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
