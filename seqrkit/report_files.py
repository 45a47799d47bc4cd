"""Writes reports to files, each in its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import NamedTuple, TypeVar

_Subject = TypeVar("_Subject")


class Written(NamedTuple):
    """The files that were written, and a sentence for each one that could not be."""

    files: list[Path]
    failures: list[str]


def write_reports(
    writers: Mapping[str, Callable[[_Subject], str | bytes]],
    subject: _Subject,
    files: Mapping[str, str | PathLike[str] | None],
) -> Written:
    """Write a subject in each format that has a file.

    One that cannot be written costs no other. A report that a full disk has cut off is removed,
    because it would look like a whole one.
    """
    written = Written([], [])
    for name, write in writers.items():
        if not (file := files.get(name)):
            continue
        content = write(subject)
        try:
            _write(Path(file), content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            written.failures.append(f"{file} cannot be written: {reason(error)}")
        else:
            written.files.append(Path(file))
    return written


def reason(error: OSError) -> str:
    """Return why a file cannot be read or written, as the end of a sentence."""
    return (error.strerror or type(error).__name__).lower()


def _write(path: Path, content: bytes) -> None:
    # One that cannot be opened is left as it is.
    with path.open("wb") as file:
        try:
            file.write(content)
            file.flush()
        except OSError:
            if path.is_file():  # and not a device
                with suppress(OSError):
                    path.unlink()
            raise
