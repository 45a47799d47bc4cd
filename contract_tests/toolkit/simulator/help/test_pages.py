"""The help on the endpoint itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin

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
    links = re.findall(r'href="help/([^"]+)"', listed.text)
    assert set(map(unquote, links)) == {topic.id for group in groups().values() for topic in group}


@pytest.mark.parametrize("topic", ["54", "reversal", "sendInvoice", "no-reply", "soap.not-xml"])
def test_a_page_has_sections(there: Controlled, topic: str) -> None:
    answer = there.http.get(f"/help/{topic}")
    assert answer.status_code == 200
    assert "<h2>" in answer.text


@pytest.mark.parametrize("page", ["/help", "/help/54", "/help/no/such/page"])
def test_every_link_stays_below_the_prefix_of_a_proxy(there: Controlled, page: str) -> None:
    answer = there.http.get(page)
    links = re.findall(r'(?:href|action)="([^"]+)"', answer.text)
    assert links
    for link in links:
        full = urljoin(f"http://shop.example/prefix{page}", link)
        assert full.startswith("http://shop.example/prefix/")
        path = full.removeprefix("http://shop.example/prefix")
        assert there.http.get(path, follow_redirects=False).status_code == 200, link


def test_the_search_finds_a_code_by_its_name(there: Controlled) -> None:
    found = there.http.get("/help", params={"q": "invalid_invoice_reference"})
    assert "54 INVALID_INVOICE_REFERENCE" in found.text


def test_an_unknown_page_is_answered_404_and_escaped(there: Controlled) -> None:
    answer = there.http.get("/help/<script>alert(1)</script>")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_a_page_has_no_scripts_and_loads_only_own_files(there: Controlled) -> None:
    answer = there.http.get("/help/54")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "<script" not in answer.text
    styles = re.findall(r'href="\.\./(static/[^"]+)"', answer.text)
    assert len(styles) == 4
    assert all(there.http.get(f"/{style}").status_code == 200 for style in styles)


def test_every_help_page_that_an_error_names_exists(there: Controlled) -> None:
    refusals = [
        there.http.get("/control/invoices/1"),
        there.http.post("/control/phone/scan", json={"code": "HTTP://SEQR.SE/R1"}),
        there.http.post("/control/phone/bills/latest/pay", json={}),
        there.http.get("/control/state", headers={"Host": "evil.example"}),
    ]
    pages = {answer.json()["help"] for answer in refusals} | {"/help/clock", "/help/store"}
    assert all(there.http.get(page).status_code == 200 for page in pages)
