"""HTTP for this API: POST to one endpoint, with errors that say whether the request was sent.

The connections are those of `seqrkit.http_client`; only this module translates its failures.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from seqrkit import soap
from seqrkit.captures.http_captures import http_messages
from seqrkit.captures.packed_replies import read_reply
from seqrkit.errors import (
    ConnectionLost,
    EndpointUnreachable,
    MessageError,
    NotAReply,
    TimedOut,
    TlsError,
    TransportError,
)
from seqrkit.exchange import REPLY_LIMIT, charset_in
from seqrkit.http_client import (
    AnswerTimeout,
    ConnectionBroken,
    HttpClient,
    HttpFailure,
    NotHttp,
    NotSent,
    Response,
    TlsFailed,
    request_target,
)

TRANSLATED: Final[Mapping[type[HttpFailure], type[TransportError]]] = MappingProxyType(
    {
        TlsFailed: TlsError,
        NotSent: EndpointUnreachable,
        AnswerTimeout: TimedOut,
        ConnectionBroken: ConnectionLost,
        NotHttp: NotAReply,
    }
)
"""The exception for each failure of the HTTP client."""


class Http:
    """Posts to one endpoint over kept-alive connections; threads may share it.

    `client` is for the origin of `url`, and errors name the endpoint `shown_as`.
    """

    def __init__(self, client: HttpClient, url: str, shown_as: str) -> None:
        self.url = url
        self._shown_as = shown_as
        self._target = request_target(url)
        self._client = client

    def post(
        self,
        body: bytes,
        headers: Mapping[str, str],
        *,
        timeout: float,
        limit: int,
        while_waiting: Callable[[], object],
    ) -> Response:
        """Post a body and return the response, whatever its status; redirects are not followed.

        `timeout` is in seconds, from the connection to the last byte of the response, without the
        time of `while_waiting`, which is called when the body has been sent. Raises the exceptions
        of `TRANSLATED`. A response that is not valid HTTP, or never ends, but has a
        whole message is returned with its `damage`: the framing is wrong, not the reply.
        """
        try:
            return self._client.request(
                "POST",
                self._target,
                headers=headers,
                body=body,
                timeout=timeout,
                limit=limit,
                while_waiting=while_waiting,
            )
        except HttpFailure as failure:
            for received in _readings(failure):
                # Whatever the framing, a complete reply is proof of what the service did.
                if _is_whole(received):
                    return replace(received, complete=True, damage=failure.reason)
            raise translated(failure, self._shown_as, timeout) from failure

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()


def translated(failure: HttpFailure, url: str, timeout: float) -> TransportError:
    """Return the error for a failure at an address that had `timeout` seconds to answer."""
    # A new kind of failure must be translated on purpose: no default.
    kind = TRANSLATED[type(failure)]
    reason = failure.reason
    if kind is TlsError and any(sign in reason for sign in _PLAIN_HTTP):
        reason += "; the server seems to expect plain http"
    # Users of requests and zeep have set this one, and wonder why it has no effect.
    is_untrusted = kind is TlsError and any(sign in reason for sign in _UNTRUSTED)
    if is_untrusted and "REQUESTS_CA_BUNDLE" in os.environ:
        reason += "; REQUESTS_CA_BUNDLE is not read, but SSL_CERT_FILE is"
    if kind is EndpointUnreachable and "HTTP 407" in reason:
        reason += "; it requires a login: proxy=http://user:password@host:port"
    if kind is NotAReply and _TLS_ALERT in reason:
        reason = "it expects TLS: write https:// in the address"
    return kind(_SENTENCES[kind].format(url=url, reason=reason, timeout=timeout))


_TLS_ALERT: Final = repr(b"\x15\x03")[:-1]
"""How the answer of a server that expects TLS begins."""
_PLAIN_HTTP: Final = ("WRONG_VERSION_NUMBER", "wrong version number", "record layer failure")
"""How OpenSSL's releases report bytes that are not TLS."""
_UNTRUSTED: Final = ("self-signed", "self signed", "unable to get")
"""How OpenSSL's releases report a certificate of an authority that is not trusted."""
_SENTENCES: Final[Mapping[type[TransportError], str]] = {
    EndpointUnreachable: (
        "{url} cannot be reached ({reason}): check its host name and port, whether the endpoint "
        "runs, and whether a firewall or proxy is in between."
    ),
    TlsError: (
        "The TLS connection to {url} failed ({reason}): check the host name and the certificate; "
        "trust a private authority with ca=, present a certificate with client_certificate=."
    ),
    TimedOut: (
        "{url} did not answer completely within {timeout:g} s: "
        "allow more time with timeout=, or check whether the service works."
    ),
    ConnectionLost: "The connection to {url} broke before the reply was complete ({reason}).",
    NotAReply: "The server at {url} does not answer with valid HTTP ({reason}).",
}


def _readings(failure: HttpFailure) -> Iterator[Response]:
    """Yield what may be the response of a failed request, as HTTP reads it, and leniently."""
    if failure.received is not None:
        yield failure.received
    for found in http_messages(failure.raw):
        if found.status is not None:
            yield Response(found.status, found.headers, found.data, complete=True)


def _is_whole(received: Response) -> bool:
    charset = charset_in(received.headers)
    try:
        soap.payload_of(read_reply(received.body, limit=REPLY_LIMIT, charset=charset).root)
    except MessageError:
        return False
    return True
