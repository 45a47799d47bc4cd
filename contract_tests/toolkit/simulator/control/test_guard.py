"""Who may control an endpoint: this machine, its own pages, and those who have the token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.toolkit.simulator.control.controlled import Controlled
from seqrkit.simulator.control.guard import Guard, Guarded, is_loopback
from seqrkit.simulator.control.openapi import document
from seqrkit.simulator.control.table import ACTIONS

EVERY = [(method, path) for path, of in document(ACTIONS)["paths"].items() for method in of]
TOKEN = "a-token-of-the-test"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Controlled]:
    there = Controlled(token=TOKEN)
    yield there
    there.close()


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("10.0.0.1", False),
        ("192.168.1.5", False),
        ("::", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(host: str, own: bool) -> None:  # noqa: FBT001
    assert is_loopback(host) is own


def test_on_loopback_it_is_open() -> None:
    assert Guard("127.0.0.1").token is None


@pytest.mark.parametrize("host", ["10.0.0.1", "::", "192.168.1.5", "shop.example"])
def test_anywhere_else_there_is_a_token_even_if_none_is_given(host: str) -> None:
    first, second = Guard(host).token, Guard(host).token
    assert first
    assert first != second
    assert len(first) > 20


def test_behind_a_proxy_there_is_one_too() -> None:
    assert Guard("127.0.0.1", behind_proxy=True).token


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_without_the_token_nothing_is_told(method: str, path: str, guarded: Controlled) -> None:
    for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = guarded.http.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN not in answer.text


def test_with_the_token_it_is_open(guarded: Controlled) -> None:
    header = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.http.get("/control/state", headers=header).status_code == 200
    assert guarded.http.get("/control/state", params={"token": TOKEN}).status_code == 200
    other_name = {**header, "Host": "shop.example"}
    assert guarded.http.get("/control/state", headers=other_name).status_code == 200


def test_a_name_that_is_not_this_machines_is_refused(there: Controlled) -> None:
    """An attacker's name that resolves to 127.0.0.1."""
    for host in ("evil.example", "evil.example:8080", "localhost.evil.example"):
        answer = there.http.get("/control/state", headers={"Host": host})
        assert answer.status_code == 403
        assert "localhost" in answer.json()["error"]
    for host in ("localhost:1", "127.0.0.1", "[::1]:8080"):
        assert there.http.get("/control/state", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Host": "["}, {"Host": "a]b"}, {"Origin": "http://["}], ids=str
)
def test_a_name_that_cannot_be_read_is_refused(headers: dict[str, str], there: Controlled) -> None:
    answer = there.http.get("/control/state", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["help"] == "/help/control-refused"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_cannot_post(there: Controlled, headers: dict[str, str]) -> None:
    answer = there.http.post("/control/reset", headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.json()["error"]


def test_the_endpoints_own_page_can(there: Controlled) -> None:
    own = {"Origin": there.endpoint.base_url, "Sec-Fetch-Site": "same-origin"}
    assert there.http.post("/control/reset", headers=own).status_code == 200


def test_a_token_does_not_help_a_page_of_another_site(guarded: Controlled) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Origin": "https://evil.example"}
    assert guarded.http.post("/control/reset", headers=headers).status_code == 403


def test_a_token_of_other_letters_is_only_wrong() -> None:
    guard = Guard("127.0.0.1", TOKEN)
    with pytest.raises(Guarded, match="not this endpoint's token"):
        guard.check("GET", {}, {"token": "ключ\udc80"})
