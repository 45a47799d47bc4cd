"""Whatever is posted to the control API: done or refused in a sentence, never a defect."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.control.controlled import Controlled
from seqrkit.simulator.control.action import Action
from seqrkit.simulator.control.routes import ACTIONS

TAKING = [action for action in ACTIONS if action.body is not None]
TELLING = [action for action in ACTIONS if action.query or "{" in action.path]
WORDS = [
    *("1 SEK", "-1 SEK", "1e999999 SEK", "NaN SEK", "0.000 SEK", "9" * 40 + " SEK", "1234"),
    *("9" * 5000, "9" * 5000 + " SEK", "\ud800", "1e" + "9" * 5000),
    *("HTTP://SEQR.SE/R1", "HTTP://SEQR.SE/QX", "result-code", "slow", "94", "uniform 1 2", "\x00"),
]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**4000)
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
quick = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def path_of(action: Action, reference: str) -> str:
    return re.sub(r"\{\w+\}", lambda found: reference if "ref" in found[0] else "1", action.path)


def check_answer(answer: httpx.Response) -> None:
    """Fail unless an answer is JSON, and an error one sentence."""
    content = answer.json()
    if answer.status_code >= 400:
        assert "\n" not in content["error"]
        assert 10 < len(content["error"]) < 600
    assert isinstance(content, dict | list)


@pytest.mark.parametrize("action", TAKING, ids=lambda action: action.name)
def test_any_body_is_done_or_refused(action: Action, there: Controlled) -> None:
    reference = there.send()
    there.ask("POST", "/control/phone/scan", {"code": f"HTTP://SEQR.SE/R{reference}"})
    names = [*(action.body or {}).get("properties", {}), "other"]

    @quick
    @given(st.dictionaries(st.sampled_from(names), values))
    def check(body: dict[str, Any]) -> None:
        answer = there.http.request(action.method, path_of(action, reference), content=_json(body))
        assert answer.status_code in {200, 400, 404, 409}, answer.text
        check_answer(answer)

    check()
    assert there.http.get("/control/state").status_code == 200


@pytest.mark.parametrize("action", TELLING, ids=lambda action: action.name)
def test_any_path_and_query_is_answered(action: Action, there: Controlled) -> None:
    if action.body is not None:
        return  # the test above is theirs

    @quick
    @given(st.text(min_size=1, max_size=9) | st.sampled_from(["9" * 5000, "x" * 5000]), st.data())
    def check(part: str, data: st.DataObject) -> None:
        path = re.sub(r"\{\w+\}", lambda _: _quoted(part), action.path)
        drawn = st.text(max_size=25) | st.just("9" * 5000)
        query = {name: data.draw(drawn) for name in action.query}
        answer = there.http.request(action.method, path, params=query or None)
        # 307 is for a path that ends with a slash
        assert answer.status_code in {200, 307, 400, 404, 405, 409}, answer.text
        if answer.content:
            check_answer(answer)

    check()


def _quoted(part: str) -> str:
    return quote(part.encode("utf-8", "replace"), safe="")


def _json(body: object) -> bytes:
    return json.dumps(body).encode("utf-8", "replace")
