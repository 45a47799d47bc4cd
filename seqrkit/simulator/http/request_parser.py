"""An HTTP/1.1 request parser that ignores upgrade offers.

Java's HttpClient and `curl --http2` offer an upgrade to HTTP/2 with each POST, and a server that
does not take the offer has to read the request as if it were not there (RFC 9110, section 7.8).
httptools stops after the head of such a request and skips its body, so the head is parsed a second
time without its Upgrade header, and the body after it.
"""

from __future__ import annotations

from typing import Protocol

from httptools import HttpParserUpgrade, HttpRequestParser


class Callbacks(Protocol):
    """What the parser calls, and where it finds the head that was parsed."""

    url: bytes
    headers: list[tuple[bytes, bytes]]

    def on_message_begin(self) -> None:
        """Called at the first byte of a request."""

    def on_url(self, url: bytes) -> None:
        """Called with each part of the request's target."""

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called with each header."""

    def on_headers_complete(self) -> None:
        """Called after the last header."""

    def on_body(self, body: bytes) -> None:
        """Called with each part of the body."""

    def on_message_complete(self) -> None:
        """Called after the last byte of a request."""


class UnsupportedMethod(Exception):
    """A CONNECT request, which asks for a tunnel and has no body to read."""


class RequestParser:
    """httptools' request parser, for a server that never changes to another protocol."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._is_offer = False
        self.on_message_begin = callbacks.on_message_begin
        self.on_url = callbacks.on_url
        self.on_header = callbacks.on_header
        self.on_body = callbacks.on_body
        self._parser = HttpRequestParser(self)

    def feed_data(self, data: bytes) -> None:
        """Parse what has arrived; raises `HttpParserError` where it is not HTTP."""
        while True:
            try:
                self._parser.feed_data(data)
            except HttpParserUpgrade as offer:
                data = self._head_without_upgrade() + data[offer.args[0] :]
                self._parser = HttpRequestParser(self)
            else:
                return

    def get_method(self) -> bytes:
        """Return the request's method, e.g. b"POST"."""
        return self._parser.get_method()

    def get_http_version(self) -> str:
        """Return the request's version, e.g. "1.1"."""
        return self._parser.get_http_version()

    def should_keep_alive(self) -> bool:
        """Return whether the client may send another request on the same connection."""
        return self._parser.should_keep_alive()

    def should_upgrade(self) -> bool:
        """Return False: no upgrade is taken."""
        return False

    def on_headers_complete(self) -> None:
        """Pass the head on, unless it will be parsed again."""
        self._is_offer = self._parser.should_upgrade()
        if not self._is_offer:
            self._callbacks.on_headers_complete()
        elif self._parser.get_method() == b"CONNECT":
            raise UnsupportedMethod

    def on_message_complete(self) -> None:
        """Pass the end of a request on."""
        if not self._is_offer:
            self._callbacks.on_message_complete()

    def _head_without_upgrade(self) -> bytes:
        head = self._callbacks
        version = self._parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self._parser.get_method(), head.url, version)]
        lines += [b"%b: %b" % each for each in head.headers if each[0].lower() != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])
