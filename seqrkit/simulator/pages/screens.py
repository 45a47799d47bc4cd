"""The dashboard and the buyer's phone, served from the files in ``static/``.

The files contain no data. Their scripts request it from ``/control/`` and insert it as text, never
as HTML; the content security policy lets pages run and load nothing but these files. The colours
come from the palette.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from starlette.routing import Route

from seqrkit.model import REQUESTS
from seqrkit.palette import DARK, LIGHT
from seqrkit.simulator.behaviours import SOURCES, TABLE
from seqrkit.simulator.faults.fault_kinds import EFFECTS, Effect, Kind
from seqrkit.vocabulary import ResultCode

if TYPE_CHECKING:
    from starlette.requests import Request

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Pages may run and load the endpoint's own files and send requests to it, nothing else."""

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(self), geolocation=(), microphone=()",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-cache",  # validated each time, and answered 304
    }
)

_STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_NOT_MODIFIED: Final = 304


def screens() -> list[Route]:
    """Return the routes of the pages and of their files."""

    def route(path: str, name: str) -> Route:
        async def answer(request: Request) -> Response:
            return _respond(request, name)

        return Route(path, answer)

    # One route for each file: a path from a request never reaches the file system.
    files = [route(f"/static/{path.name}", path.name) for path in sorted(_STATIC.iterdir())]
    pages = [route("/", "dashboard.html"), route("/phone", "phone.html")]
    pages.append(route("/favicon.ico", "icon.svg"))  # browsers request it for the JSON pages
    return [*pages, *files, *(route(f"/static/{name}", name) for name in _GENERATED)]


def theme() -> str:
    """Return the palette as a style sheet: light, and dark if the browser prefers it."""
    return (
        f":root{{color-scheme:light dark;{LIGHT.variables()}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{DARK.variables()}}}}}\n"
        # a QR code is dark on light in every theme
        f":root{{--paper:{LIGHT.panel};--print:{LIGHT.ink}}}\n"
    )


def facts() -> str:
    """Return the constants of the scripts: operations, codes, faults, behaviours."""
    kinds = [(kind, _label(kind, effect)) for kind, effect in EFFECTS.items()]
    # Without 0: success is not a fault.
    codes = [(int(code), code.name) for code in ResultCode if code]
    constants: dict[str, object] = {
        "OPERATIONS": list(REQUESTS),
        "CODES": codes,
        "KINDS": kinds,
        "SOURCES": SOURCES,
        "BEHAVIOURS": {each.id: [each.source, each.statement] for each in TABLE.values()},
    }
    return "".join(
        f"export const {name} = {json.dumps(value)};\n" for name, value in constants.items()
    )


def _label(kind: Kind, effect: Effect) -> str:
    """Return the label of a kind of fault in the dialog."""
    words = effect.description + (" a result code" if kind is Kind.RESULT_CODE else "")
    if kind is Kind.SLOW or effect.affects_notifications:
        return words
    return f"{words}, {'carried out' if effect.carried_out else 'not carried out'}"


def icon() -> str:
    """Return the icon of the browser's tab: the corner of a QR code."""
    shape = "M8 8h6v6H8zm10 0h6v6h-6zM8 18h6v6H8zm10 0h3v3h-3zm3 3h3v3h-3z"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="8" fill="{LIGHT.accent}"/>'
        f'<path fill="{LIGHT.panel}" d="{shape}"/></svg>'
    )


_GENERATED: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {"theme.css": theme, "facts.js": facts, "icon.svg": icon}
)
"""Files that are generated from the code."""


def _respond(request: Request, name: str) -> Response:
    body, tag = _content(name)
    headers = {**HEADERS, "etag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type=_TYPES[Path(name).suffix])


@cache
def _content(name: str) -> tuple[bytes, str]:
    body = _GENERATED[name]().encode() if name in _GENERATED else (_STATIC / name).read_bytes()
    # Of the content, not of the file's time, which several workers and installations do not share.
    return body, f'"{blake2b(body, digest_size=12).hexdigest()}"'
