"""The page of contradictions in a browser."""

from pathlib import Path

import pytest

from contract_tests.toolkit.browser.axe import violations
from contract_tests.toolkit.browser.page import Page
from seqrkit.contract import CONTRADICTIONS, examples
from seqrkit.display.contradictions_page import contradictions_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("page") / "contradictions.html"
    file.write_text(contradictions_page(), "utf-8")
    return file.as_uri()


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_screen_and_loads_nothing(window: Page, url: str, width: int) -> None:
    window.look(width)
    window.open("about:blank")
    _ = window.complaints  # of the previous page
    window.open(url)
    assert window.script("return document.documentElement.scrollWidth") <= width
    assert window.script("return performance.getEntriesByType('resource').length") == 0
    assert not window.complaints


def test_each_message_opens_to_its_lines(window: Page, url: str) -> None:
    window.look(1280)
    window.open(url)
    assert len(window.all(".places")) == len(CONTRADICTIONS)
    for row in window.all(".messages td > details")[:3]:
        row.find_element("css selector", "summary").send_keys("\n")
        assert row.find_element("css selector", ".envelope .l").is_displayed()
    assert len(window.all(".messages td > details")) == len(examples())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_serious_axe_violations(window: Page, url: str, scheme: str) -> None:
    window.look(1280, dark=scheme == "dark")
    window.open(url)
    assert not violations(window)
