"""A client of the control API of a standalone endpoint."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import closing, suppress
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from seqrkit.environment_variables import ENDPOINT, variable
from seqrkit.errors import CannotPay, ConfigurationError, EndpointError
from seqrkit.http_client import HttpClient, HttpFailure, TlsFailed, check_seconds, client_of
from seqrkit.vocabulary import PATHS, ResultCode

USUAL: Final = "http://127.0.0.1:8080"
"""The default address of `seqrkit serve`."""
TOKEN: Final = variable("control_token")
SECONDS: Final = 30
"""The default timeout: restoring a large snapshot takes seconds."""
_WSDL: Final = b"http://schemas.xmlsoap.org/wsdl/"
"""The namespace of a WSDL."""
_MAX_ANSWER: Final = 1 << 30
"""Maximum bytes of an answer: a snapshot contains everything that an endpoint keeps."""


class Remote:
    """The control API of a standalone endpoint; methods raise `EndpointError` if it refuses.

    `connection` are arguments of `seqrkit.connect`, such as ca, proxy and headers.
    """

    def __init__(self, endpoint: str | None, token: str | None, **connection: Any) -> None:
        self.base_url: str = base_of(endpoint or os.environ.get(ENDPOINT) or USUAL)
        self._token = token or os.environ.get(TOKEN)
        self._client, self._timeout = _client(self.base_url, **connection)

    def get(self, *path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
        """Return the answer to a GET."""
        return self._ask("GET", path, None, query)

    def post(self, *path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Return the answer to a POST."""
        return self._ask("POST", path, body or {}, {})

    def delete(self, *path: str) -> Any:  # noqa: ANN401
        """Return the answer to a DELETE."""
        return self._ask("DELETE", path, None, {})

    def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        body: Mapping[str, Any] | None,
        query: Mapping[str, str],
    ) -> Any:  # noqa: ANN401
        base = urlsplit(self.base_url).path
        target = "/".join([f"{base}/control", *(quote(part, safe="") for part in path)])
        # A command sends one or two requests; an idle connection would outlive it.
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            answer = self._client.request(
                method,
                f"{target}?{urlencode(query)}" if query else target,
                headers=headers,
                body=b"" if body is None else json.dumps(body).encode(),
                timeout=self._timeout,
                limit=_MAX_ANSWER,
            )
        except HttpFailure as failure:
            raise self._unreachable(failure) from None
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise self._refusal(answer.body)
        return self._read(answer.body)

    def _read(self, data: bytes) -> Any:  # noqa: ANN401
        try:
            return json.loads(data)
        except ValueError:
            raise self._another() from None

    def _refusal(self, data: bytes) -> EndpointError:
        """Return the endpoint's own message, with the result code or topic that explains it."""
        try:
            said = json.loads(data)
            sentence, topic = str(said["error"]), str(said["help"])
        except (ValueError, KeyError, TypeError):
            return self._another()
        topic = topic.removeprefix("/help").strip("/")
        if "code" in said:
            # The same exception as from the embedded phone, so tests run against both.
            return CannotPay(sentence, code=ResultCode(int(said["code"])), topic=topic)
        return EndpointError(f"{sentence} (`seqrkit explain {topic}`)" if topic else sentence)

    def _another(self) -> EndpointError:
        return EndpointError(
            f"the server at {self.base_url} is not an endpoint of seqrkit; start one with "
            "`seqrkit serve`, which has a phone, a clock and faults"
        )

    def _unreachable(self, failure: HttpFailure) -> EndpointError:
        # By far the most frequent mistake, so it has advice of its own.
        if isinstance(failure.__cause__, ConnectionRefusedError):
            return EndpointError(
                f"no server listens at {self.base_url}: start an endpoint with `seqrkit serve`, or "
                f"name another one with --endpoint or {ENDPOINT}"
            )
        advice = "; trust a private authority with ca=" if isinstance(failure, TlsFailed) else ""
        return EndpointError(f"{self.base_url} cannot be reached ({failure.reason}){advice}")


def base_of(address: str) -> str:
    """Return scheme, host and the path before that of an interface; raises `ConfigurationError`."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        parts, usable = urlsplit(""), False
    if not usable:
        raise ConfigurationError(
            f'"{address}" is not the address of an endpoint; it looks like {USUAL}'
        )
    path = parts.path.rstrip("/")
    # Users have the address of the interface in SEQR_ENDPOINT.
    for known in PATHS.values():
        path = path.removesuffix(known)
    return f"{parts.scheme}://{parts.netloc}{path}"


def control_of(endpoint: str, token: str | None = None, **connection: Any) -> Remote | None:
    """Return the control API of an endpoint.

    `None` if the server is not one of seqrkit, does not answer, or refuses the token.
    """
    remote = Remote(endpoint, token, **connection)
    try:
        # The cheapest request that needs the token, and changes nothing.
        remote.get("clock")
    except EndpointError:
        return None
    return remote


def fetched(url: str, path: str, **connection: Any) -> bytes:
    """Return what a GET finds at a path of the host of a URL; empty if there is nothing.

    Raises `HttpFailure` if no answer comes.
    """
    client, timeout = _client(url, **connection)
    headers = {"Connection": "close"}
    with closing(client):
        answer = client.request(
            "GET", path or "/", headers=headers, body=b"", timeout=timeout, limit=_MAX_ANSWER
        )
    return answer.body if answer.status == HTTPStatus.OK else b""


def health_of(endpoint: str, **connection: Any) -> bytes:
    """Return what an endpoint answers at /healthz; empty if it is not one of seqrkit."""
    with suppress(HttpFailure):
        health = fetched(endpoint, f"{urlsplit(base_of(endpoint)).path}/healthz", **connection)
        if b'"seqrkit"' in health:  # other servers have a /healthz of their own
            return health
    return b""


def wsdl_of(endpoint: str, **connection: Any) -> bytes:
    """Return what a service has at its address with ``?wsdl``; empty if it is not a WSDL."""
    with suppress(HttpFailure):
        found = fetched(endpoint, f"{urlsplit(endpoint).path or '/'}?wsdl", **connection)
        if _WSDL in found:  # servers of other things answer each path with a page of theirs
            return found
    return b""


def _client(url: str, *, timeout: float = SECONDS, **settings: Any) -> tuple[HttpClient, float]:
    check_seconds(timeout=timeout)
    # Without the environment's proxy, which would look for 127.0.0.1 on its own machine.
    return client_of(url, connect_timeout=timeout, **{"proxy": "", **settings}), timeout
