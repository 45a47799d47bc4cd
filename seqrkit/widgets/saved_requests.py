"""Requests in a file of the user: named ones, and a history that outlives the kernel.

The file is in the session format, so that `seqrkit show` and `seqrkit lint` read it too; a named
request has the key ``name``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import platformdirs

from seqrkit import soap
from seqrkit.captures.session_format import SavedExchange, read_lines, to_bytes, to_line
from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.exchange import REFERENCES, Exchange
from seqrkit.terminal_text import one_line

FOLDER: Final = "SEQRKIT_DATA"
"""The environment variable with the folder of the files."""
LARGEST: Final = 8 * 1024 * 1024
"""Bytes from which a new history file is begun; the previous one is kept as ``history.old``."""
_TELLING: Final = ("title", "clientInvoiceId", "reportId", *sorted(REFERENCES))
_NAMED, _HISTORY, _OLD = "named.jsonl", "history.jsonl", "history.old"


class SavedRequests:
    """The saved requests in a folder; several notebooks may use the same one.

    Files can be read by their owner only. Passwords are masked, and with `mask_personal_data` also
    tokens, cards and cashiers. Without a folder it is that of the variable SEQRKIT_DATA, or
    the usual place for data of applications.
    """

    def __init__(self, folder: Path | None = None, *, mask_personal_data: bool = False) -> None:
        given = os.environ.get(FOLDER)
        usual = Path(given) if given else platformdirs.user_data_path("seqrkit")
        self.folder: Path = folder or usual
        self._mask_personal_data = mask_personal_data

    def keep(self, exchange: Exchange, name: str = "") -> None:
        """Append an exchange to the history, or with a name to the named requests.

        Raises `ConfigurationError` if the file cannot be written.
        """
        masked = exchange.masked(personal_data=True) if self._mask_personal_data else exchange
        line = to_line({**masked.to_dict(), "name": name})
        path = self.folder / (_NAMED if name else _HISTORY)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Named requests are never moved away: users have chosen them.
            if not name and path.is_file() and path.stat().st_size > LARGEST:
                path.replace(self.folder / _OLD)
            # Opened for each line, since another notebook may have replaced the file.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(line)
        except OSError as error:
            raise ConfigurationError(
                f"the request cannot be saved in {path}: {error.strerror or error}"
            ) from error

    def find(self, text: str = "", most: int = 20) -> tuple[SavedExchange, ...]:
        """Return the newest saved requests that contain all words: named ones first.

        Words are looked for in name, operation, time, request and reply. Of several named requests
        with the same name the newest is returned.
        """
        words = text.lower().split()

        def matches(saved: SavedExchange) -> bool:
            whole = "\n".join(map(str, saved.values())).lower()
            return all(word in whole for word in words)

        named = {name_of(each): each for each in self._read(_NAMED)}
        newest = (*reversed(named.values()), *reversed([*self._read(_HISTORY)]))
        return tuple(islice(filter(matches, newest), most))

    def _read(self, name: str) -> Iterator[SavedExchange]:
        path = self.folder / name
        data = path.read_bytes() if path.is_file() else b""
        return (each for _, each in read_lines(data))


def name_of(saved: SavedExchange) -> str:
    """Return the name of a saved request; empty for one of the history."""
    return str(dict(saved).get("name") or "")


def described(saved: SavedExchange) -> str:
    """Return the title, report and references of a request, to recognize it by."""
    try:
        payload = soap.payload_of(soap.parse(to_bytes(saved["request"])))
    except MessageError:
        return ""
    others = (each for each in payload if soap.local(each) != "context")
    texts = (each.text for part in others for each in part.iter(*_TELLING))
    return one_line(" · ".join(islice(filter(None, texts), 3)))
