"""TLS of a server: a certificate from files, or one that an own authority issues."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterable
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Final

from seqrkit.errors import ConfigurationError

AUTHORITY: Final = "ca.pem"
"""The file that clients trust; `_AUTHORITY_KEY` is its key, with which more can be issued."""
_AUTHORITY_KEY: Final = "ca-key.pem"
_SERVER: Final = "server.pem"
_NAME: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_OWN_NAMES: Final = ("localhost", "127.0.0.1", "::1")


def server_context(
    certificate: str | PathLike[str], key: str | PathLike[str] | None = None
) -> ssl.SSLContext:
    """Return what a server shows: a certificate (PEM), and its key if that is another file.

    Raises `ConfigurationError` for files that cannot be used.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"--certificate {certificate} cannot be used: {reason}") from error
    return context


def certify(directory: Path, hosts: Iterable[str] = ()) -> Path:
    """Issue a certificate for this machine and these hosts; return its file, with its key.

    The authority is kept in the directory, so that clients that trust its ``ca.pem`` also trust the
    next certificate. Raises `ConfigurationError` without the package trustme, for a name that is
    not a host, and for a directory that cannot be used.
    """
    try:
        import trustme
    except ImportError as error:
        raise ConfigurationError(
            "--self-signed needs the package trustme; install it with `pip install seqrkit[tls]`"
        ) from error
    files = directory / AUTHORITY, directory / _AUTHORITY_KEY
    try:
        # The key of an authority that users trust: with it anybody could imitate any server to
        # them.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if all(each.exists() for each in files):
            authority = trustme.CA.from_pem(*(each.read_bytes() for each in files))
        else:
            # Readable in the list of trusted authorities, where it may be forgotten.
            authority = trustme.CA(organization_name="seqrkit", organization_unit_name="tests only")
            _write_private(files[1], authority.private_key_pem.bytes())
            authority.cert_pem.write_to_path(files[0])
        name = socket.gethostname()
        # Some machines have a name that no certificate may contain.
        own = _OWN_NAMES if _NAME.fullmatch(name) is None else (*_OWN_NAMES, name)
        issued = authority.issue_cert(*dict.fromkeys([*own, *hosts]))
        _write_private(directory / _SERVER, issued.private_key_and_cert_chain_pem.bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"--self-signed {directory} cannot be used: {reason}") from error
    return directory / _SERVER


def _write_private(path: Path, content: bytes) -> None:
    with open(path, "wb", opener=partial(os.open, mode=0o600)) as file:
        file.write(content)
