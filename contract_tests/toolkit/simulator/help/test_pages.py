"""The help on the endpoint itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from contract_tests.toolkit.simulator.control.controlled import Controlled
from seqrkit.simulator.pages.help import groups


@pytest.fixture(scope="module")
def there() -> Iterator[Controlled]:
    controlled = Controlled()
    yield controlled
    controlled.close()


def test_the_list_links_to_every_page(there: Controlled) -> None:
    listed = there.http.get("/help")
    assert listed.headers["content-type"].startswith("text/html")
    links = set(re.findall(r"href='/help/([^']+)'", listed.text))
    assert links == {topic.id for group in groups().values() for topic in group}


@pytest.mark.parametrize("topic", ["54", "reversal", "sendInvoice", "no-reply", "soap.not-xml"])
def test_a_page_has_what_the_command_line_says(there: Controlled, topic: str) -> None:
    answer = there.http.get(f"/help/{topic}")
    assert answer.status_code == 200
    assert "<h2>" in answer.text


def test_it_can_be_searched_by_whatever_names_a_page(there: Controlled) -> None:
    found = there.http.get("/help", params={"q": "invalid_invoice_reference"})
    assert "54 INVALID_INVOICE_REFERENCE" in found.text


def test_what_is_not_there_is_said_and_not_run(there: Controlled) -> None:
    answer = there.http.get("/help/<script>alert(1)</script>")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_it_runs_no_script_and_loads_nothing_from_elsewhere(there: Controlled) -> None:
    answer = there.http.get("/help/54")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "<script" not in answer.text
    for style in re.findall(r"href='(/static/[^']+)'", answer.text):
        assert there.http.get(style).status_code == 200


def test_every_help_that_a_refusal_names_is_there(there: Controlled) -> None:
    refusals = [
        there.http.get("/control/invoices/1"),
        there.http.post("/control/phone/scan", json={"code": "HTTP://SEQR.SE/R1"}),
        there.http.post("/control/phone/bills/latest/pay", json={}),
        there.http.get("/control/state", headers={"Host": "evil.example"}),
    ]
    pages = {answer.json()["help"] for answer in refusals} | {"/help/clock", "/help/store"}
    assert all(there.http.get(page).status_code == 200 for page in pages)
