"""What the endpoint serves besides SOAP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from seqrkit._version import __version__
from seqrkit.simulator.control.action import Problem
from seqrkit.simulator.control.dispatch import BaseUrl, refusal
from seqrkit.simulator.control.routes import routes
from seqrkit.simulator.pages.help.pages import help_pages
from seqrkit.simulator.pages.screens import screens
from seqrkit.vocabulary import PATHS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint


def pages(base_url: BaseUrl, panel: ControlledEndpoint | None = None) -> Starlette:
    """The application for every path that is not a SOAP one.

    `base_url` says under which scheme, host and port the client sees this endpoint; without a
    `panel` there is nothing to control or to look at.
    """

    async def healthz(request: Request) -> Response:
        """Whether the endpoint answers, and which one it is."""
        base = base_url(request.scope, dict(request.headers.raw))
        services = {interface.value: base + path for interface, path in PATHS.items()}
        return JSONResponse({"status": "ok", "version": __version__, "services": services})

    async def refused(request: Request, error: Exception) -> Response:
        """One sentence, whatever is wrong with the path or the method."""
        base = base_url(request.scope, dict(request.headers.raw))
        descriptions = " and ".join(f"{base}{path}?wsdl" for path in PATHS.values())
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        what = "there is nothing at" if status == NOT_FOUND else f"{request.method} does not go to"
        if request.url.path.startswith("/control/"):
            listed = f"{base}/control/openapi.json lists what there is"
            return refusal(Problem(status, f"{what} {request.url.path[:200]}; {listed}"), headers)
        sentence = (
            f"{what} {request.url.path[:200]}; the services are described at {descriptions}\n"
        )
        return PlainTextResponse(sentence, status, headers)

    handlers = {NOT_FOUND: refused, NOT_ALLOWED: refused}
    controlled = [] if panel is None else [*routes(panel, base_url), *screens(), *help_pages()]
    every = [Route("/healthz", healthz), *controlled]
    return Starlette(routes=every, exception_handlers=handlers)


NOT_FOUND, NOT_ALLOWED = 404, 405
