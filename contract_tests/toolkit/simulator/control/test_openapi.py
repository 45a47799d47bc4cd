"""The description of the control API: valid, whole, and true."""

from __future__ import annotations

import re

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from contract_tests.toolkit.simulator.control.controlled import Controlled
from seqrkit.simulator.control.action import Action
from seqrkit.simulator.control.openapi import document
from seqrkit.simulator.control.routes import ACTIONS, routes


@pytest.mark.parametrize("with_token", [False, True])
def test_it_is_valid(with_token: bool) -> None:  # noqa: FBT001 - a case
    assert not list(OpenAPIV31SpecValidator(document(ACTIONS, with_token=with_token)).iter_errors())


def test_it_is_served(there: Controlled) -> None:
    assert there.http.get("/control/openapi.json").json() == document(ACTIONS)


def test_it_describes_every_route_and_every_method_of_it(there: Controlled) -> None:
    served = {
        (route.path, method.lower())
        for route in routes(there.endpoint.control, lambda *_: "")
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {(path, method) for path, of in document(ACTIONS)["paths"].items() for method in of}
    assert described == served


def test_every_operation_has_a_name_of_its_own_and_a_summary() -> None:
    names = [action.name for action in ACTIONS]
    assert len(set(names)) == len(names)
    assert all(action.summary.endswith(".") for action in ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_route_answers_as_described(action: Action, there: Controlled) -> None:
    """With whatever stands for its parameters: done, or refused in a sentence."""
    reference = there.send()
    path = re.sub(r"\{reference\}", reference, action.path)
    path = re.sub(r"\{\w+\}", "1", path)
    answer = there.http.request(action.method, path, json={})
    assert answer.status_code in {200, 400, 404, 409}
    assert answer.headers["content-type"] == "application/json"
    if answer.status_code != httpx.codes.OK:
        assert set(answer.json()) - {"code"} == {"error", "help"}
