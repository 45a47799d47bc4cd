"""The web application for every path that is not a SOAP interface's."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from seqrkit._version import __version__
from seqrkit.simulator.control.access_guard import BaseUrl
from seqrkit.simulator.control.action import Problem
from seqrkit.simulator.control.routes import problem_response, routes
from seqrkit.simulator.pages.help.pages import help_pages
from seqrkit.simulator.pages.screens import screens
from seqrkit.vocabulary import PATHS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint


def pages(
    base_url: BaseUrl,
    control: ControlledEndpoint | None = None,
    problem: Callable[[], str] = str,
) -> Starlette:
    """Return the application with the control API, the pages and the help.

    `base_url` returns the address under which the client sees this endpoint. Without `control`
    there is only /healthz, which answers 503 if `problem` returns one.
    """

    def base_of(request: Request) -> str:
        return base_url(request.scope, dict(request.headers.raw))

    async def healthz(request: Request) -> Response:
        services = {each.value: base_of(request) + path for each, path in PATHS.items()}
        wrong = problem()
        known = {"server": "seqrkit", "status": wrong or "ok", "version": __version__}
        status = HTTPStatus.SERVICE_UNAVAILABLE if wrong else HTTPStatus.OK
        return JSONResponse({**known, "services": services}, status)

    async def no_route(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls it for no other
        # Cut, because it stands in the answer, and a scanner sends paths of kilobytes.
        path = request.scope["path"][:200]
        wrong = (
            f"there is nothing at {path}"
            if error.status_code == HTTPStatus.NOT_FOUND
            else f"{path} does not support {request.method}"
        )
        if path.startswith("/control/"):
            sentence = f"{wrong}; {base_of(request)}/control/openapi.json lists all actions"
            return problem_response(Problem(error.status_code, sentence), error.headers)
        # The most frequent reason is an address without its path.
        descriptions = " and ".join(f"{base_of(request)}{each}?wsdl" for each in PATHS.values())
        sentence = f"{wrong}; the services are described at {descriptions}\n"
        return PlainTextResponse(sentence, error.status_code, error.headers)

    controlled = [] if control is None else [*routes(control, base_url), *screens(), *help_pages()]
    return Starlette(
        routes=[Route("/healthz", healthz), *controlled],
        exception_handlers={
            HTTPStatus.NOT_FOUND: no_route,
            HTTPStatus.METHOD_NOT_ALLOWED: no_route,
        },
    )
