"""From HTTP to an action and back: the guard, the body, the thread, the errors."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seqrkit.errors import CannotPay, ConfigurationError, InvalidAmount, InvalidCode, StoreError
from seqrkit.simulator.control.access_guard import Forbidden
from seqrkit.simulator.control.action import Action, ActionRequest, Problem
from seqrkit.simulator.http.asgi_request import Scope
from seqrkit.simulator.http.request_body import BODY_SECONDS, Headers
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

BaseUrl = Callable[[Scope, Headers], str]
_log = logging.getLogger(__name__)
_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_MISTAKES: Final = (ConfigurationError, InvalidAmount, InvalidCode)


def route(
    panel: ControlledEndpoint, path: str, actions: Sequence[Action], base_url: BaseUrl
) -> Route:
    """The route of a path, with a method for each action."""
    by_method = {action.method: action for action in actions}

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        base = base_url(request.scope, dict(request.headers.raw))
        return await respond(panel, request, by_method[method], base)

    return Route(path, answer, methods=list(by_method))


async def respond(
    panel: ControlledEndpoint, request: Request, action: Action, base: str
) -> Response:
    """The answer to a request; whatever goes wrong is one sentence."""
    try:
        check(panel, request)
        body = await _body(request, action)
        ask = ActionRequest(request.path_params, request.query_params, body, base)
        # In a thread: a snapshot takes its time, and SOAP is answered meanwhile.
        content = await run_in_threadpool(partial(_done, panel, action, ask))
    except Problem as problem:
        return refusal(problem)
    except ClientDisconnect:
        return Response(status_code=499)
    return Response(content, media_type="application/json", headers=_HEADERS)


def check(panel: ControlledEndpoint, request: Request) -> None:
    """Raise `Problem` for a request that may not control this endpoint."""
    try:
        panel.guard.check_control(request.scope, dict(request.headers.raw), request.query_params)
    except Forbidden as refused:
        raise Problem(refused.status, refused.sentence, "/help/control-refused") from None


def refusal(problem: Problem, more: Mapping[str, str] | None = None) -> Response:
    """The answer that says a problem; `more` are headers that belong to it."""
    headers = {**_HEADERS, **(more or {})}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    content = {"error": problem.sentence, "help": problem.help}
    return JSONResponse(content, problem.status, headers)


def _done(panel: ControlledEndpoint, action: Action, ask: ActionRequest) -> bytes:
    try:
        return json.dumps(action.do(panel, ask), ensure_ascii=False).encode("utf-8", "replace")
    except _MISTAKES as error:
        raise Problem(400, error.sentence) from error
    except CannotPay as error:
        unknown = error.code is ResultCode.INVALID_INVOICE_REFERENCE
        help_ = f"/help/{int(error.code)}" if error.code is not None else "/help"
        raise Problem(404 if unknown else 409, error.sentence, help_) from error
    except StoreError as error:
        raise Problem(503, error.sentence, "/help/store") from error
    except Problem:
        raise
    except Exception as error:
        _log.exception("%s %s failed", action.method, action.path)
        sentence = "the endpoint failed over this; that is its own defect, and its log says where"
        raise Problem(500, sentence) from error


async def _body(request: Request, action: Action) -> Mapping[str, Any]:
    """The JSON object in a request; empty for an action that takes none."""
    if action.body is None:
        return {}
    data = await _read(request, action.limit)
    if not data.strip():
        return {}
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is no JSON ({error})") from None
    if not isinstance(found, dict):
        raise Problem(400, "the body is JSON, but no object: it starts with {")
    return found


async def _read(request: Request, limit: int) -> bytes:
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise Problem(413, f"the body is larger than the limit of {limit:,} bytes")
    except TimeoutError:
        raise Problem(408, f"the body was not complete after {BODY_SECONDS} s") from None
    return b"".join(parts)
