"""The OpenAPI description of the control API, made of its table of actions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seqrkit._version import __version__
from seqrkit.simulator.control import json_schemas
from seqrkit.simulator.control.action import Action, Problem
from seqrkit.simulator.control.dispatch import check, refusal
from seqrkit.simulator.control.event_stream import PATH as EVENTS

if TYPE_CHECKING:
    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint

PATH: Final = "/control/openapi.json"
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_JSON: Final = "application/json"


def describe(
    panel: ControlledEndpoint, actions: Sequence[Action]
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that serves the description."""

    async def description(request: Request) -> Response:
        try:
            check(panel, request)
        except Problem as problem:
            return refusal(problem)
        return JSONResponse(document(actions, with_token=panel.guard.token is not None))

    return description


def document(actions: Sequence[Action], *, with_token: bool = False) -> dict[str, Any]:
    """The description; `with_token` where the endpoint asks for one."""
    paths: dict[str, dict[str, Any]] = {PATH: {"get": _described()}, EVENTS: {"get": _streamed()}}
    for action in actions:
        paths.setdefault(action.path, {})[action.method.lower()] = _operation(action)
    security: list[dict[str, Any]] = [{"header": []}, {"query": []}] if with_token else []
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "seqrkit control",
            "version": __version__,
            "description": "What a test does to an endpoint of seqrkit besides SOAP.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": security,
        "paths": paths,
        "components": {
            "schemas": {"Problem": json_schemas.PROBLEM},
            "securitySchemes": {
                "header": {"type": "http", "scheme": "bearer"},
                "query": {"type": "apiKey", "in": "query", "name": "token"},
            },
        },
    }


def _operation(action: Action) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": json_schemas.TEXT}
        for name in _PARAMETER.findall(action.path)
    ]
    in_query = [
        {"name": each.name, "in": "query", "description": each.meaning, "schema": each.shape}
        for each in action.query
    ]
    described: dict[str, Any] = {
        "operationId": action.name,
        "summary": action.summary,
        "parameters": [*in_path, *in_query],
        "responses": _responses({_JSON: {"schema": action.answer}}),
    }
    if action.body is not None:
        described["requestBody"] = {
            "required": bool(action.body.get("required")),
            "content": {_JSON: {"schema": action.body}},
        }
    return described


def _responses(content: dict[str, Any]) -> dict[str, Any]:
    problem = {_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "200": {"description": "Done.", "content": content},
        "4XX": {"description": "One sentence that says why not.", "content": problem},
        "5XX": {"description": "The endpoint cannot; one sentence.", "content": problem},
    }


def _described() -> dict[str, Any]:
    return {
        "operationId": "getOpenapi",
        "summary": "This description.",
        "responses": _responses({_JSON: {"schema": json_schemas.ANY}}),
    }


def _streamed() -> dict[str, Any]:
    return {
        "operationId": "getEvents",
        "summary": "What happens, as Server-Sent Events: exchange, invoice, clock, faults, reset.",
        "responses": _responses({"text/event-stream": {"schema": json_schemas.TEXT}}),
    }
