"""The routes of the control API: from HTTP to an action and back."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from seqrkit.errors import (
    CannotPay,
    ConfigurationError,
    InvalidAmount,
    InvalidCode,
    MessageError,
    StoreError,
)
from seqrkit.simulator.control import (  # noqa: F401 - importing them registers their actions
    fault_actions,
    invoice_actions,
    openapi,
    phone_actions,
    search_action,
    state_actions,
    world_actions,
)
from seqrkit.simulator.control.access_guard import BaseUrl
from seqrkit.simulator.control.action import ACTIONS, Action, ActionRequest, Problem
from seqrkit.simulator.control.event_stream import events
from seqrkit.simulator.http.connection import STREAM
from seqrkit.simulator.http.request_body import (
    BODY_SECONDS,
    ClientDisconnected,
    HttpError,
    read_body,
)
from seqrkit.simulator.http.worker_threads import in_thread
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

__all__ = ["ACTIONS", "problem_response", "routes"]

Responder = Callable[[Request], Awaitable[Response]]

_HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_MAX_SENTENCE: Final = 500
_log = logging.getLogger(__name__)


def routes(control: ControlledEndpoint, base_url: BaseUrl) -> list[BaseRoute]:
    """Return the routes below ``/control/``.

    `base_url` returns the address under which the client sees this endpoint.
    """
    by_path: dict[str, dict[str, Action]] = {}
    for action in ACTIONS:
        by_path.setdefault(action.path, {})[action.method] = action

    def route(path: str, methods: Mapping[str, Action]) -> Route:
        async def respond(request: Request) -> Response:
            action = methods["GET" if request.method == "HEAD" else request.method]
            base = base_url(request.scope, dict(request.headers.raw))
            with suppress(ClientDisconnected):
                body = await _body(request, action)
                parameters = ActionRequest(request.path_params, request.query_params, body, base)
                # in a thread: a snapshot takes time, and SOAP requests are answered meanwhile
                content = await in_thread(lambda: _perform(control, action, parameters))
                return Response(content, media_type="application/json", headers=_HEADERS)
            return Response(status_code=499)  # nobody receives it

        return _guarded(control, path, respond, list(methods))

    async def describe(_request: Request) -> Response:
        return JSONResponse(openapi.document(ACTIONS, with_token=control.guard.token is not None))

    async def stream(request: Request) -> Response:
        if not request.scope["extensions"][STREAM]():
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "too many event streams; close some")
        # nginx would otherwise collect events until its buffer is full.
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        contents = request.query_params.get(openapi.CONTENTS) != "no"
        return StreamingResponse(
            events(control, contents=contents), media_type="text/event-stream", headers=headers
        )

    return [
        _guarded(control, openapi.DESCRIPTION, describe),
        _guarded(control, openapi.EVENTS, stream),
        *(route(path, methods) for path, methods in by_path.items()),
    ]


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as JSON; `headers` are added."""
    all_headers = {**_HEADERS, **(headers or {})}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        all_headers["www-authenticate"] = "Bearer"
    sentence = problem.sentence
    if len(sentence) > _MAX_SENTENCE:  # it repeats what was sent
        sentence = f"{sentence[:_MAX_SENTENCE]}..."
    content: dict[str, object] = {"error": sentence, "help": problem.help}
    if problem.code is not None:
        content["code"] = int(problem.code)
    return JSONResponse(content, problem.status, all_headers)


def _guarded(
    control: ControlledEndpoint, path: str, respond: Responder, methods: list[str] | None = None
) -> Route:
    """Return a route that refuses requests that may not control this endpoint."""

    async def guarded(request: Request) -> Response:
        headers = dict(request.headers.raw)
        # A browser's EventSource cannot send headers. Other addresses with a token would be seen in
        # logs and histories.
        query = request.query_params if path == openapi.EVENTS else {}
        try:
            control.guard.check_control(request.scope, headers, query)
        except HttpError as error:
            if error.status == HTTPStatus.UNAUTHORIZED:
                await control.throttle.delay(request.scope["client"][0])
            refusal = Problem(error.status, error.sentence, "/help/control-refused")
            return problem_response(refusal)
        try:
            return await respond(request)
        except Problem as problem:
            return problem_response(problem)

    return Route(path, guarded, methods=methods)


def _perform(control: ControlledEndpoint, action: Action, request: ActionRequest) -> bytes:
    try:
        answer = action.handler(control, request)
        # A lone surrogate in a stored text must not make the whole list unreadable.
        return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    except (ConfigurationError, InvalidAmount, InvalidCode) as error:
        raise Problem(400, error.sentence) from error
    except CannotPay as error:
        unknown = error.code is ResultCode.INVALID_INVOICE_REFERENCE
        help_ = f"/help/{error.topic}" if error.topic else "/help"
        raise Problem(404 if unknown else 409, error.sentence, help_, error.code) from error
    except StoreError as error:
        raise Problem(503, error.sentence, "/help/store") from error
    except Problem:
        raise
    # The client gets a sentence; the log gets the trace.
    except Exception as error:
        _log.exception("%s %s failed", action.method, action.path)
        sentence = "internal error while handling this request; see the endpoint's log"
        raise Problem(500, sentence) from error


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    # JSON leaves open which one counts, so a test could mean the other.
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


async def _body(request: Request, action: Action) -> Mapping[str, Any]:
    """Return the JSON object in a request; empty for an action without a body."""
    if action.body is None:
        return {}
    headers = dict(request.headers.raw)
    try:
        data = await read_body(headers, request.receive, action.limit, BODY_SECONDS)
    except HttpError as error:
        raise Problem(error.status, error.sentence) from None
    except MessageError as error:
        raise Problem(400, error.sentence) from None
    if not data.strip():
        return {}
    try:
        found = json.loads(data, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        reason = str(error).partition(";")[0]  # without Python's advice on its own settings
        raise Problem(400, f"the body is not valid JSON: {reason}") from None
    if not isinstance(found, dict):
        raise Problem(400, "the body is not a JSON object; it must begin with {")
    return found
