"""The control API of a standalone endpoint, over HTTP."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from seqrkit.errors import CannotPay, ConfigurationError, EndpointError
from seqrkit.vocabulary import ENDPOINT, PATHS, ResultCode, variable

USUAL: Final = "http://127.0.0.1:8080"
"""Where `seqrkit serve` listens unless told otherwise."""
TOKEN: Final = variable("control_token")
_SECONDS: Final = 30


class Remote:
    """A standalone endpoint; every method raises `EndpointError` where it says no."""

    def __init__(self, endpoint: str | None, token: str | None) -> None:
        self.base_url = base_of(endpoint or os.environ.get(ENDPOINT) or USUAL)
        self._token = token or os.environ.get(TOKEN)
        # Not through a proxy of the environment: it would look for 127.0.0.1 on its own machine.
        self._opener = build_opener(ProxyHandler({}))

    def get(self, *path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
        """What a GET answers."""
        return self._ask("GET", path, None, query)

    def post(self, *path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
        """What a POST answers."""
        return self._ask("POST", path, body or {}, {})

    def delete(self, *path: str) -> Any:  # noqa: ANN401
        """What a DELETE answers."""
        return self._ask("DELETE", path, None, {})

    def _ask(
        self,
        method: str,
        path: tuple[str, ...],
        body: Mapping[str, Any] | None,
        query: Mapping[str, str],
    ) -> Any:  # noqa: ANN401
        url = "/".join([f"{self.base_url}/control", *(quote(part, safe="") for part in path)])
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        asked = f"{url}?{urlencode(query)}" if query else url
        request = Request(asked, data, headers, method=method)  # noqa: S310 - see base_of
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return self._read(answer.read())
        except HTTPError as error:
            with error:
                raise self._refusal(error.read()) from None
        except URLError as error:
            raise self._unreachable(error.reason) from None
        except (OSError, HTTPException) as error:
            raise self._unreachable(error) from None

    def _read(self, data: bytes) -> Any:  # noqa: ANN401
        try:
            return json.loads(data)
        except ValueError:
            raise self._another() from None

    def _refusal(self, data: bytes) -> EndpointError:
        """The endpoint's own sentence, with where to read on: a result code, or a symptom."""
        try:
            said = json.loads(data)
            sentence, topic = str(said["error"]), str(said["help"])
        except (ValueError, KeyError, TypeError):
            return self._another()
        topic = topic.removeprefix("/help").strip("/")
        if topic.isdecimal():
            return CannotPay(sentence, code=ResultCode(int(topic)))
        return EndpointError(f"{sentence} (`seqrkit explain {topic}`)" if topic else sentence)

    def _another(self) -> EndpointError:
        return EndpointError(
            f"what answers at {self.base_url} is no endpoint of seqrkit: only one started with "
            "`seqrkit serve` has a phone, a clock and faults"
        )

    def _unreachable(self, reason: object) -> EndpointError:
        if isinstance(reason, ConnectionRefusedError):
            return EndpointError(
                f"nothing listens at {self.base_url}: start an endpoint with `seqrkit serve`, or "
                f"name another one with --endpoint or {ENDPOINT}"
            )
        why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        return EndpointError(f"{self.base_url} cannot be reached: {why.lower()}")


def base_of(address: str) -> str:
    """Scheme, host and whatever is before an interface's path; raises `ConfigurationError`."""
    parts = urlsplit(address)
    try:
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(f'"{address}" is no address of an endpoint; it looks like {USUAL}')
    path = parts.path.rstrip("/")
    for known in PATHS.values():
        path = path.removesuffix(known)
    return f"{parts.scheme}://{parts.netloc}{path}"
