"""Input and output files of commands, and directories shipped with seqrkit."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import click

from seqrkit import report_files
from seqrkit.cli import Misuse
from seqrkit.errors import ConfigurationError
from seqrkit.suite_options import REPORTS
from seqrkit.terminal_text import visible
from seqrkit.vocabulary import NEWEST, Interface

if TYPE_CHECKING:
    from seqrkit.exchange import Exchange

_Subject = TypeVar("_Subject")
_STORAGE: Final = "HYPOTHESIS_STORAGE_DIRECTORY"


def read_input(name: str, limit: int | None = None) -> tuple[bytes, int | None]:
    """Read a file, or standard input for ``-``, up to one byte more than a limit.

    Returns the bytes, and the size of the file if it is known. Raises `Misuse` if it cannot be
    read.
    """
    # One byte more tells that the file is too large.
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
        raise Misuse(f"{shown} cannot be read: {report_files.reason(error)}") from error


def read_session_file(name: str, interface: Interface = NEWEST) -> tuple[Exchange, ...]:
    """Read the exchanges of a session; raises `Misuse` if there are none."""
    from seqrkit.recording.session_files import read_session  # deferred: few commands need it

    try:
        return read_session(read_input(name)[0], interface)
    except ConfigurationError as error:
        raise Misuse(f"{name}: {error.sentence}") from error


def why_unwritable(path: Path) -> str:
    """Return why a file cannot be written; empty if it can. Its content is kept."""
    try:
        # Opening creates the file, and a run that fails later should not leave an empty one.
        created = not path.exists()
        with path.open("ab"):
            pass
        if created:
            path.unlink()
    except OSError as error:
        return report_files.reason(error)
    return ""


class _OutputFile(click.Path):
    """The type of an option that names a file to write.

    The file is opened once when the command line is parsed, so that a command does not run for
    seconds and then fail to save its result. Its content is kept.
    """

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Return the path of a file that can be written."""
        path = cast("Path", super().convert(value, param, ctx))
        if why := why_unwritable(path):
            self.fail(f"{path} cannot be written: {why}.", param, ctx)
        return path


FILE: Final = _OutputFile(path_type=Path, dir_okay=False)
"""The type of an option that names a file to write."""
SESSION: Final = click.Path(exists=True, dir_okay=False, allow_dash=True)
"""The type of an argument that names a file to read, or standard input."""


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


def check_unused(paths: Iterable[Path], *, force: bool) -> None:
    """Raise `Misuse` if one of the files to write exists, unless `force` is given."""
    existing = next((path for path in paths if path.exists()), None)
    if existing is not None and not force:
        raise Misuse(f"{existing} exists; --force overwrites it")


def create_directory(path: Path) -> None:
    """Create a directory unless it exists; raise `Misuse` if that fails."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"{path} cannot be created: {report_files.reason(error)}") from error


def save(path: Path, content: bytes) -> None:
    """Write a file; raise `Misuse` if that fails."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Misuse(f"{path} could not be written: {report_files.reason(error)}") from error


def write_reports(
    writers: Mapping[str, Callable[[_Subject], str | bytes]],
    subject: _Subject,
    files: Mapping[str, Any],
    *,
    err: bool = False,
) -> None:
    """Write a subject in each format that has a file in `files`, or all to its ``output``.

    Raises `Misuse` if some of them cannot be written, after the others.
    """
    directory = files["output"]
    if directory is not None:
        create_directory(Path(directory))
    named = {
        name: files[name] or (directory and Path(directory) / REPORTS[name].file)
        for name in writers
    }
    written = report_files.write_reports(writers, subject, named)
    for path in written.files:
        click.echo(f"written: {visible(str(path))}", err=err)
    if written.failures:
        raise Misuse("; ".join(written.failures))


@contextmanager
def hypothesis_storage() -> Iterator[None]:
    """Let Hypothesis keep its files in a temporary directory instead of the current one.

    Processes that are started meanwhile use it as well.
    """
    if _STORAGE in os.environ:
        yield
        return
    from hypothesis.configuration import set_hypothesis_home_dir  # deferred: takes long to import

    with TemporaryDirectory() as directory:
        os.environ[_STORAGE] = directory
        try:
            yield
        finally:
            del os.environ[_STORAGE]
            set_hypothesis_home_dir(None)  # it remembers the directory, which is gone now
