"""The help as web pages, made on the server: they need neither a script nor the internet."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from seqrkit.errors import ConfigurationError
from seqrkit.simulator.pages.help.topic import Topic
from seqrkit.simulator.pages.help.topics import explain, groups
from seqrkit.simulator.pages.screens import HEADERS, POLICY

if TYPE_CHECKING:
    from starlette.requests import Request

_NOT_FOUND: Final = 404
_CODE: Final = re.compile(r"`([^`]+)`")
_POLICY: Final = POLICY.replace("form-action 'none'", "form-action 'self'")
_SEARCH: Final = (
    "<h1>Help</h1><form action='/help'><input name='q' aria-label='What goes wrong' "
    "placeholder='A result code, operation, symptom, behaviour or rule'></form>"
)
_STYLES: Final = "".join(
    f"<link rel='stylesheet' href='/static/{name}.css'>" for name in ("theme", "base", "help")
)


def help_pages() -> list[BaseRoute]:
    """The routes of the help: the list, and a page each."""
    return [Route("/help", _list), Route("/help/{topic:path}", _page)]


async def _list(request: Request) -> Response:
    asked = request.query_params.get("q", "").strip()
    if asked:
        return _answer(asked)
    parts = [_SEARCH]
    for name, topics in groups().items():
        lines = "".join(map(_line, topics))
        parts.append(f"<details{' open' if name != 'Rules' else ''}><summary>{escape(name)}")
        parts.append(f"</summary><ul>{lines}</ul></details>")
    return _html("Help", "".join(parts))


async def _page(request: Request) -> Response:
    return _answer(str(request.path_params["topic"]))


def _answer(asked: str) -> Response:
    try:
        topic = explain(asked)
    except ConfigurationError as error:
        return _html("Help", f"<h1>No help on that</h1><p>{_text(str(error))}</p>", _NOT_FOUND)
    return _html(topic.title, _body(topic))


def _body(topic: Topic) -> str:
    parts = [f"<h1>{escape(topic.title)}</h1>"]
    for section in topic.sections:
        parts.append(f"<h2>{escape(section.heading)}</h2>")
        parts += [f"<p>{_text(paragraph)}</p>" for paragraph in section.paragraphs]
    if topic.see:
        links = "".join(f"<li>{_link(id_, id_)}</li>" for id_ in topic.see)
        parts.append(f"<h2>See also</h2><ul>{links}</ul>")
    return "".join(parts)


def _html(title: str, body: str, status: int = 200) -> Response:
    content = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{escape(title)} - seqrkit</title>{_STYLES}</head>"
        "<body><nav><a href='/'>Dashboard</a> &middot; <a href='/help'>Help</a></nav>"
        f"<main>{body}</main></body></html>"
    )
    headers = {**HEADERS, "content-security-policy": _POLICY}
    return HTMLResponse(content, status, headers=headers)


def _text(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def _line(topic: Topic) -> str:
    return f"<li>{_link(topic.id, topic.title)}<br>{_text(topic.summary)}</li>"


def _link(id_: str, title: str) -> str:
    return f"<a href='/help/{escape(id_)}'>{escape(title)}</a>"
