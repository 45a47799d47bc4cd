"""The help as web pages, rendered on the server: they need neither scripts nor the internet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from seqrkit.errors import ConfigurationError
from seqrkit.html import Markup, html, joined, render
from seqrkit.simulator.pages.help.topic_index import explain, groups, suggestions
from seqrkit.simulator.pages.screens import HEADERS, POLICY

if TYPE_CHECKING:
    from starlette.requests import Request

_CODE: Final = re.compile(r"`([^`]+)`")
_HEADERS: Final = {
    **HEADERS,
    "content-security-policy": POLICY.replace("form-action 'none'", "form-action 'self'"),
}


def help_pages() -> list[BaseRoute]:
    """Return the routes of the help: the list of pages, and each page."""
    return [Route("/help", _respond), Route("/help/{topic:path}", _respond)]


async def _respond(request: Request) -> Response:
    name = request.path_params.get("topic") or request.query_params.get("q", "").strip()
    topic, error = None, ""
    if name:
        try:
            topic = explain(name)
        except ConfigurationError as unknown:
            error = f"{unknown.sentence[:1].upper()}{unknown.sentence[1:]}"
    content = render(
        "simulator/pages/help/help.html",
        # relative, so that links also work behind a proxy that adds a prefix to the path
        root="../" * (request.scope["path"].count("/") - 1),
        topic=topic,
        error=error,
        typed="" if topic else name[:200],
        suggested=suggestions(name) if error else (),
        groups=groups(),
        with_code=_with_code,
    )
    return HTMLResponse(content, 404 if error else 200, headers=_HEADERS)


def _with_code(text: str) -> Markup:
    """Return a text with what stands between backticks as code."""
    parts = _CODE.split(text)
    return joined(html("<code>{}</code>", part) if i % 2 else part for i, part in enumerate(parts))
