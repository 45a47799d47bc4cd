"""Who may control an endpoint: this machine, its own pages, and those who have the token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.toolkit.simulator.control.controlled import SEND, Controlled
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.control.access_guard import Guard, is_loopback
from seqrkit.simulator.control.openapi import document
from seqrkit.simulator.control.routes import ACTIONS
from seqrkit.simulator.http.request_body import HttpError
from seqrkit.vocabulary import PATHS, Interface

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
def test_without_the_token_nothing_is_answered(method: str, path: str, guarded: Controlled) -> None:
    for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = guarded.http.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN not in answer.text


def test_with_the_token_it_is_open(guarded: Controlled) -> None:
    header = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.http.get("/control/state", headers=header).status_code == 200
    other_name = {**header, "Host": "shop.example"}
    assert guarded.http.get("/control/state", headers=other_name).status_code == 200


def test_a_token_in_an_address_is_for_the_event_stream_only(guarded: Controlled) -> None:
    assert guarded.http.get("/control/state", params={"token": TOKEN}).status_code == 401
    with guarded.http.stream("GET", "/control/events", params={"token": TOKEN}) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "token", ["a", "secret", "a" * 40, "abcabcabcabcabcabc", "123456789abcdef"]
)
def test_a_token_that_is_easily_guessed_is_refused(token: str) -> None:
    with pytest.raises(ConfigurationError, match="too easy to guess"):
        Guard("127.0.0.1", token)


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


@pytest.mark.parametrize(("method", "path"), EVERY)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_cannot_load_it_either(
    there: Controlled, method: str, path: str, site: str
) -> None:
    """As an image or a script, which a browser requests without an Origin."""
    answer = there.http.request(method, path, headers={"Sec-Fetch-Site": site})
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
    with pytest.raises(HttpError, match="the token is wrong"):
        guard.check_control({"method": "GET"}, {}, {"token": "ключ\udc80"})


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://["},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Host": "evil.example"},
    {"Host": "evil.example:8080", "Origin": "http://evil.example:8080"},
    {"Host": "[", "Origin": "http://["},
]
"""Headers of browsers that show a page of another site, or one behind a rebound name."""


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("interface", Interface)
def test_a_web_page_of_another_site_cannot_use_soap(
    there: Controlled, headers: dict[str, str], interface: Interface
) -> None:
    count = there.endpoint.control.count_invoices()
    answer = there.http.post(PATHS[interface], content=SEND % b"r", headers=headers)
    assert answer.status_code == 403
    assert "--allow-host" in answer.text
    assert there.endpoint.control.count_invoices() == count


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost"},
        {"Host": "LOCALHOST:8080"},
        {"Host": "[::1]:8080"},
        {"Host": "127.0.0.1:1"},
        {"Host": ""},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Host": "localhost:1", "Origin": "http://localhost:1", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_programs_and_the_endpoints_own_pages_use_soap(
    there: Controlled, headers: dict[str, str]
) -> None:
    answer = there.http.post(PATHS[Interface.CASHREGISTER_2], content=SEND % b"r", headers=headers)
    assert answer.status_code == 200


def test_a_link_on_another_site_opens_pages_and_descriptions(there: Controlled) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    for path in ("/", "/phone", "/help", f"{PATHS[Interface.CASHREGISTER_2]}?wsdl"):
        assert there.http.get(path, headers=followed).status_code == 200


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({"allow_hosts": ["shop.example"]}, {"Host": "shop.example:80"}),
        ({"allow_hosts": ["Shop.example"]}, {"Host": "SHOP.example"}),
        ({"allow_hosts": ["shop.example"]}, {"Origin": "https://shop.example"}),
        ({"base_url": "https://shop.example/seqr"}, {"Host": "shop.example"}),
        ({"base_url": "https://shop.example/seqr"}, {"Origin": "https://shop.example"}),
        (
            {"trust_forwarded": True},
            {"X-Forwarded-Host": "shop.example", "Origin": "https://shop.example"},
        ),
        ({"trust_forwarded": True}, {"Host": "shop.example"}),
        ({"token": TOKEN, "allow_hosts": ["shop.example"]}, {"Host": "shop.example"}),
    ],
    ids=str,
)
def test_configured_names_are_accepted(options: dict[str, Any], headers: dict[str, str]) -> None:
    there = Controlled(**options)
    path = PATHS[Interface.CASHREGISTER_2]
    try:
        assert there.http.post(path, content=SEND % b"r", headers=headers).status_code == 200
        evil = {**headers, "Origin": "https://evil.example"}
        assert there.http.post(path, content=SEND % b"r", headers=evil).status_code == 403
    finally:
        there.close()
