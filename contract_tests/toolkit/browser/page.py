"""A page in headless Chromium, as a test handles it: by what a person sees."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

Found = TypeVar("Found")
BROWSERS = "chromium chromium-browser google-chrome google-chrome-stable".split()
MISSING = (
    "there is no {} here, in which the pages are tested; on Debian and Ubuntu: "
    "apt-get install chromium chromium-driver. Others: set {} to where it is."
)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-dev-shm-usage "
    "--hide-scrollbars"
).split()
SECONDS = 20
NOTCH = 120
"""Pixels that one notch of a mouse wheel scrolls."""
_MIDDLE = """\
const { left, top, width, height } = arguments[0].getBoundingClientRect();
return { x: left + width / 2, y: top + height / 2 };
"""
_LABELLED = """\
const [within, label] = arguments;
return [...document.querySelectorAll(within + " label")]
  .find((each) => each.textContent.trim() === label && each.control?.offsetParent)?.control;
"""


class Page:
    """One browser window; waits for what it is asked for, up to some seconds."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Go there."""
        self.driver.get(url)

    def look(self, width: int, height: int = 844, *, dark: bool = False) -> None:
        """Be a screen of that size (CSS pixels), and of somebody who likes it light or dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def until(self, what: str, found: Callable[[], Found], seconds: int = SECONDS) -> Found:
        """Wait until `found` gives something true; `what` says it in words."""
        from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
        from selenium.webdriver.support.ui import WebDriverWait

        wait = WebDriverWait(
            self.driver, seconds, 0.05, ignored_exceptions=[StaleElementReferenceException]
        )
        try:
            return wait.until(lambda _: found())
        except TimeoutException:
            pytest.fail(f"no {what} within {seconds} s; the page reads\n{self.text}")

    @property
    def text(self) -> str:
        """All that can be read on it."""
        return self.find("body").text

    def find(self, css: str) -> WebElement:
        """The element, which is there already."""
        return self.driver.find_element("css selector", css)

    def all(self, css: str) -> list[WebElement]:
        """Every such element."""
        return self.driver.find_elements("css selector", css)

    def wait_for(self, css: str, text: str = "") -> WebElement:
        """The first such element that can be seen and has that text in it."""

        def found() -> WebElement | None:
            seen = [each for each in self.all(css) if each.is_displayed() and text in each.text]
            return seen[0] if seen else None

        element = self.until(f'{css} with "{text}"', found)
        assert element is not None
        return element

    def click(self, css: str, text: str = "") -> None:
        """Press it, once it is there; again where it was drawn anew meanwhile."""

        def pressed() -> bool:
            self.wait_for(css, text).click()
            return True

        self.until(f"{css} to press", pressed)

    def write(self, css: str, text: str) -> None:
        """Write into a field, in the place of what stands in it."""
        field = self.wait_for(css)
        field.clear()
        field.send_keys(text)

    def labelled(self, label: str, within: str = "body") -> WebElement:
        """The field with that label, once it is there: what a screen reader says it is."""
        field = self.until(f'field "{label}"', lambda: self.script(_LABELLED, within, label))
        assert field is not None
        return field

    def wheel(self, css: str, direction: int, *, until: Callable[[], bool]) -> None:
        """Turn a mouse wheel over the middle of an element, notch by notch, until it is true."""
        at = self.script(_MIDDLE, self.find(css))

        def turned() -> bool:
            if until():
                return True
            notch = {"type": "mouseWheel", **at, "deltaX": 0, "deltaY": direction * NOTCH}
            self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", notch)
            return False

        self.until(f"effect of the wheel over {css}", turned)

    def press(self, key: str) -> None:
        """Press a key, which goes to the element that has the focus."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(key).perform()

    @property
    def focus(self) -> WebElement:
        """The element that has the focus."""
        return self.driver.switch_to.active_element

    def script(self, source: str, *arguments: object) -> Any:
        """What a script gives that is run in the page."""
        return self.driver.execute_script(source, *arguments)

    @property
    def complaints(self) -> list[str]:
        """What the browser wrote to its console since it was asked last: errors, refusals."""
        return [str(line["message"]) for line in self.driver.get_log("browser")]


@contextmanager
def browser() -> Iterator[Page]:
    """A browser with an empty profile; fails, and says what to do, where there is none."""
    program = _program("SEQRKIT_CHROMIUM", *BROWSERS)
    control = _program("SEQRKIT_CHROMEDRIVER", "chromedriver")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ChromeOptions()
        options.binary_location = program
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = Chrome(options=options, service=Service(control))
        try:
            yield Page(driver)
        finally:
            driver.quit()


def _program(variable: str, *names: str) -> str:
    given = os.environ.get(variable)
    found = given if given and Path(given).is_file() else None
    path = found or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail(MISSING.format(names[0], variable), pytrace=False)
    return path
