"""The OpenAPI description of the control API, derived from its actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from seqrkit._version import __version__
from seqrkit.simulator.control import views
from seqrkit.simulator.control.action import Action
from seqrkit.simulator.store.settings import Settings

DESCRIPTION: Final = "/control/openapi.json"
EVENTS: Final = "/control/events"
CONTENTS: Final = "contents"
"""Query parameter of the events: `no` omits the contents of exchanges and invoices."""
_OF_EVENTS: Final = {
    CONTENTS: (
        "`no` for the kinds of events only.",
        {"type": "string", "enum": ["yes", "no"]},
    )
}
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_JSON: Final = "application/json"


def document(actions: Iterable[Action], *, with_token: bool = False) -> dict[str, Any]:
    """Return the description; `with_token` for an endpoint that requires a token."""
    paths: dict[str, dict[str, Any]] = {
        DESCRIPTION: {
            "get": _operation("getOpenapi", "Return this description.", _JSON, views.OBJECT)
        },
        EVENTS: {
            "get": _operation(
                "getEvents",
                "Stream events (exchange, invoice, clock, faults, reset) as they happen.",
                "text/event-stream",
                views.TEXT,
            )
            | {"parameters": _in_query(_OF_EVENTS)}
        },
    }
    for action in actions:
        paths.setdefault(action.path, {})[action.method.lower()] = _of_action(action)
    security: list[dict[str, Any]] = [{"header": []}, {"query": []}] if with_token else []
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "seqrkit control",
            "version": __version__,
            "description": "What tests do to a seqrkit endpoint besides SOAP.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        # Relative, because the endpoint may be behind a proxy.
        "servers": [{"url": "/"}],
        "security": security,
        "paths": paths,
        "components": {
            "schemas": {"Problem": views.PROBLEM, **_settings_schemas()},
            "securitySchemes": {
                "header": {"type": "http", "scheme": "bearer"},
                "query": {"type": "apiKey", "in": "query", "name": "token"},
            },
        },
    }


def _settings_schemas() -> dict[str, Any]:
    """Return the schemas of the settings and their entries, by name."""
    template = "#/components/schemas/{name}"
    components = msgspec.json.schema_components([Settings], ref_template=template)[1]
    # Through JSON, because the defaults in it are objects of Python.
    schemas: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(components))
    return schemas


def _of_action(action: Action) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": views.TEXT}
        for name in _PARAMETER.findall(action.path)
    ]
    described = _operation(action.name, action.summary, _JSON, action.answer)
    described["parameters"] = [*in_path, *_in_query(action.query)]
    if action.body is not None:
        described["requestBody"] = {
            "required": bool(action.body.get("required")),
            "content": {_JSON: {"schema": action.body}},
        }
    return described


def _in_query(parameters: Mapping[str, tuple[str, views.Schema]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "description": description, "schema": schema}
        for name, (description, schema) in parameters.items()
    ]


def _operation(name: str, summary: str, content_type: str, schema: views.Schema) -> dict[str, Any]:
    problem = {_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": "Success.", "content": {content_type: {"schema": schema}}},
            "4XX": {"description": "The reason for a rejection.", "content": problem},
            "5XX": {"description": "The reason for a failure.", "content": problem},
        },
    }
