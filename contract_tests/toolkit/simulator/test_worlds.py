"""Worlds: endpoints below one address that share nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time
from typing import cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.simulator.messages import PLAIN
from seqrkit.clock import Clock, ManualClock
from seqrkit.errors import ConfigurationError
from seqrkit.session import Session
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.simulator import worlds as module
from seqrkit.simulator.store import world_databases as world_databases_module
from seqrkit.simulator.store.transactional_store import Store
from seqrkit.simulator.store.world_databases import world_databases
from seqrkit.simulator.world import World
from seqrkit.simulator.worlds import TooManyWorlds
from seqrkit.vocabulary import NEWEST, PATHS


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(clock=ManualClock(), worlds=5) as endpoint:
        yield endpoint


@pytest.fixture
def http(endpoint: Endpoint) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=endpoint.base_url, trust_env=False) as client:
        yield client


def connect(address: str) -> Session:
    return seqrkit.connect(
        address + PATHS[NEWEST],
        terminal_id=PUBLISHED.terminal_id,
        terminal_password=PUBLISHED.terminal_password,
        quiet=True,
    )


def sell(session: Session) -> seqrkit.model.SendInvoiceReply:
    return session.send_invoice(
        seqrkit.Invoice(
            title="Tea", client_invoice_id="1", cashier_id="Bob", footer="-", total_amount="10 SEK"
        )
    )


def test_worlds_share_nothing(endpoint: Endpoint, http: httpx.Client) -> None:
    addresses = [endpoint.base_url, *(f"{endpoint.base_url}/w/{name}" for name in ("one", "two"))]
    sessions = [connect(each) for each in addresses]
    sent = [sell(each) for each in sessions]
    for session, reply in zip(sessions[1:], sent[1:], strict=True):
        session.phone.scan(reply.qr).pay()
    http.post("/w/one/control/clock/advance", json={"seconds": 25})
    fault = {"kind": "result-code", "code": 90}
    assert http.post("/w/two/control/faults", json=fault).status_code == 200
    assert sessions[0].get_payment_status(sent[0]).status == "ISSUED"
    assert sessions[1].get_payment_status(sent[1]).status == "CANCELED"
    with pytest.raises(seqrkit.errors.SystemError):
        sessions[2].get_payment_status(sent[2])
    http.post("/w/two/control/reset")
    assert len(http.get("/w/two/control/invoices").json()) == 0
    assert len(http.get("/w/one/control/invoices").json()) == 1
    assert http.get("/control/clock").json() != http.get("/w/one/control/clock").json()
    for session in sessions:
        session.close()


def test_its_addresses_are_below_its_name(endpoint: Endpoint, http: httpx.Client) -> None:
    base = f"{endpoint.base_url}/w/team"
    assert http.get("/w/team/healthz").json()["services"][NEWEST] == base + PATHS[NEWEST]
    assert f'location="{base}{PATHS[NEWEST]}"' in http.get(f"/w/team{PATHS[NEWEST]}?wsdl").text
    assert http.get("/w/team").headers["location"] == "team/"
    page = http.get("/w/team/").text
    for link in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert not link.startswith("/"), link
    assert http.get("/w/team/static/dashboard.js").status_code == 200
    assert http.get("/w/team/phone").status_code == 200
    assert http.get("/w/team/help/29").status_code == 200


def test_the_control_api_makes_lists_and_removes_worlds(
    endpoint: Endpoint, http: httpx.Client
) -> None:
    made = http.post("/control/worlds", json={"name": "job-7", "manual_clock": False}).json()
    assert made["base_url"] == f"{endpoint.base_url}/w/job-7"
    assert made["clock"]["manual"] is False
    unnamed = http.post("/control/worlds").json()
    assert unnamed["clock"]["manual"] is True
    listed = http.get("/control/worlds").json()
    assert [each["name"] for each in listed] == ["job-7", unnamed["name"]]
    assert http.delete("/control/worlds/job-7").status_code == 200
    assert http.delete("/control/worlds/job-7").status_code == 404
    assert http.get("/w/other/control/worlds").status_code == 404
    assert "error" in http.post("/control/worlds", json={"manual_clock": 1}).json()
    other_clock = {"name": unnamed["name"], "manual_clock": False}
    assert "has another clock" in http.post("/control/worlds", json=other_clock).json()["error"]


def test_the_number_of_worlds_is_limited(http: httpx.Client) -> None:
    for number in range(5):
        assert http.get(f"/w/{number}/healthz").status_code == 200
    refused = http.get("/w/6/healthz")
    assert refused.status_code == 503
    assert "DELETE /control/worlds/NAME" in refused.text
    assert http.post("/control/worlds", json={"name": "7"}).status_code == 400
    http.delete("/control/worlds/0")
    assert http.get("/w/6/healthz").status_code == 200


@given(name=st.text(max_size=60))
def test_a_name_is_allowed_or_refused_in_one_sentence(name: str) -> None:
    made: list[str] = []

    def make(name: str, _store: Store, _clock: Clock) -> World:
        made.append(name)
        return cast("World", object())

    worlds = module.Worlds(make, world_databases(None), ManualClock())
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name, re.ASCII):
        worlds.get(name)
        assert made == [name]
    else:
        with pytest.raises(ConfigurationError) as refused:
            worlds.get(name)
        assert "\n" not in str(refused.value)


def test_an_unused_world_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    for each in (module, world_databases_module):
        monkeypatch.setattr(each, "time", lambda: now)
    endpoint = Endpoint(world_idle_seconds=10)
    endpoint.worlds.get("old")
    now = 8
    endpoint.worlds.get("new")
    now = 15
    endpoint.tick()
    assert [name for name, _ in endpoint.worlds] == ["new"]
    endpoint.close()


def test_worlds_survive_a_restart_and_are_shared(database: str) -> None:
    def status(endpoint: Endpoint, sent: seqrkit.model.SendInvoiceReply) -> str | None:
        with connect(f"{endpoint.base_url}/w/Team") as session:
            return session.get_payment_status(sent).status

    with Endpoint(database) as first, connect(f"{first.base_url}/w/Team") as session:
        sent = sell(session)
        sell(connect(f"{first.base_url}/w/team"))
        session.phone.scan(sent.qr).pay()
    with Endpoint(database) as again, Endpoint(database) as other:
        again.tick()
        assert {name for name, _ in again.worlds} == {"team", "Team"}
        assert status(again, sent) == status(other, sent) == "PAID"
        other.tick()
        assert again.worlds.remove("Team")
        other.tick()
        assert {name for name, _ in other.worlds} == {"team"}
        with pytest.raises(seqrkit.errors.ResultError, match="54"):
            status(other, sent)
        assert other.worlds.remove("team")
        assert not again.worlds.remove("nobody")


def test_a_world_that_another_endpoint_uses_is_kept(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time()
    monkeypatch.setattr(module, "time", lambda: now)
    user, other = (Endpoint(database, world_idle_seconds=100) for _ in range(2))
    user.worlds.get("busy")
    user.worlds.get("idle")
    for each in (user, other):
        each.tick()
    for _ in range(5):
        now += 40
        user.worlds.get("busy")
        user.tick()
        other.tick()
    for each in (user, other):
        assert [name for name, _ in each.worlds] == ["busy"]
        each.close()


def test_a_world_that_cannot_be_opened_is_one_sentence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Endpoint(tmp_path / "shop.db") as endpoint:
        endpoint.worlds.get("team")
    (tmp_path / "shop.db.worlds" / "w-team.db").write_bytes(b"damaged")
    with Endpoint(tmp_path / "shop.db") as endpoint:
        endpoint.tick()
        endpoint.tick()
        refused = httpx.get(f"{endpoint.base_url}/w/team/healthz", trust_env=False)
        assert refused.status_code == 503
        assert "file is not a database" in refused.text
        assert caplog.text.count("the world team cannot be used") == 1
        assert endpoint.worlds.remove("team")
        assert httpx.get(f"{endpoint.base_url}/w/team/healthz", trust_env=False).status_code == 200


@pytest.mark.parametrize("path", ["a%2Fb/healthz", "%2E%2E/healthz", "", "%00/", "a b/", "x" * 41])
def test_an_odd_path_is_not_found(http: httpx.Client, path: str) -> None:
    assert http.get(f"/w/{path}").status_code == 404


def test_two_who_use_a_world_first_get_the_same(endpoint: Endpoint) -> None:
    def post(_number: int) -> int:
        address = f"{endpoint.base_url}/w/same{PATHS[NEWEST]}"
        headers = {"content-type": "text/xml"}
        return httpx.post(address, content=PLAIN, headers=headers, trust_env=False).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(post, range(8))) == {200}
    assert len(endpoint.worlds) == 1
    assert endpoint.worlds.get("same").control.exchanges.count == 8


def test_without_permission_there_are_no_worlds() -> None:
    with Endpoint(worlds=0) as endpoint, pytest.raises(TooManyWorlds):
        endpoint.worlds.get("one")
