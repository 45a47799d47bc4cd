"""Listening sockets, and why one cannot be had."""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from seqrkit.errors import EndpointError, PortInUse

# A load test opens hundreds of connections at once; Linux reduces it to somaxconn.
BACKLOG: Final = 1024


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; it is opened before the server starts, so its port is known."""
    listener = _socket(host)
    try:
        if os.name == "posix":  # Windows would share the port with another program
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def shared_socket(host: str, port: int) -> socket.socket:
    """Return a socket of a port that other processes of this user have as well."""
    listener = _socket(host)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, port))
    return listener


def _socket(host: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)


def _cannot_listen(host: str, port: int, error: Exception) -> EndpointError:
    where = f"port {port} of {host}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return PortInUse(f"{where} is in use by another program; choose another port, or 0 for any")
    if isinstance(error, PermissionError):
        return EndpointError(f"{where} requires more privileges; choose a port above 1023")
    if isinstance(error, OverflowError):
        return EndpointError(f"port {port} is invalid; use 0 (any free one) to 65535")
    reason = getattr(error, "strerror", None) or str(error)
    return EndpointError(f"cannot listen on {where}: {reason.lower()}")
