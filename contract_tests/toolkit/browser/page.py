"""A page in headless Chromium, used through what is visible."""

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
"""Pixels of one notch of a mouse wheel."""
_MIDDLE = """\
const { left, top, width, height } = arguments[0].getBoundingClientRect();
return { x: left + width / 2, y: top + height / 2 };
"""
_LABELLED = """\
const [within, label] = arguments;
return [...document.querySelectorAll(within + " label")]
  .find((each) => each.textContent.trim() === label && each.control?.checkVisibility())?.control;
"""


class Page:
    """One browser window; lookups wait up to some seconds."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Open an address."""
        self.driver.get(url)

    def look(self, width: int, height: int = 844, *, dark: bool = False) -> None:
        """Set the window size in CSS pixels and the preferred colour scheme."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def until(self, what: str, found: Callable[[], Found], seconds: int = SECONDS) -> Found:
        """Wait until `found` returns a true value; `what` describes it."""
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
        """The visible text."""
        return self.find("body").text

    def find(self, css: str) -> WebElement:
        """Return an existing element."""
        return self.driver.find_element("css selector", css)

    def all(self, css: str) -> list[WebElement]:
        """Return all matching elements."""
        return self.driver.find_elements("css selector", css)

    def wait_for(self, css: str, text: str = "") -> WebElement:
        """Wait for the first visible element that contains a text."""

        def found() -> WebElement | None:
            seen = [each for each in self.all(css) if each.is_displayed() and text in each.text]
            return seen[0] if seen else None

        element = self.until(f'{css} with "{text}"', found)
        assert element is not None
        return element

    def click(self, css: str, text: str = "") -> None:
        """Click an element when it is there; repeat if it was redrawn meanwhile."""

        def pressed() -> bool:
            self.wait_for(css, text).click()
            return True

        self.until(f"{css} to press", pressed)

    def write(self, css: str, text: str) -> None:
        """Replace the text of a field."""
        field = self.wait_for(css)
        field.clear()
        field.send_keys(text)

    def labelled(self, label: str, within: str = "body") -> WebElement:
        """Wait for the field with an accessible name."""
        field = self.until(f'field "{label}"', lambda: self.script(_LABELLED, within, label))
        assert field is not None
        return field

    def wheel(self, css: str, direction: int, *, until: Callable[[], bool]) -> None:
        """Turn the mouse wheel over an element, notch by notch, until a condition is true."""
        at = self.script(_MIDDLE, self.find(css))

        def turned() -> bool:
            if until():
                return True
            notch = {"type": "mouseWheel", **at, "deltaX": 0, "deltaY": direction * NOTCH}
            self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", notch)
            return False

        self.until(f"effect of the wheel over {css}", turned)

    def press(self, key: str) -> None:
        """Press a key in the focused element."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(key).perform()

    @property
    def focus(self) -> WebElement:
        """The focused element."""
        return self.driver.switch_to.active_element

    def script(self, source: str, *arguments: object) -> Any:
        """Run a script in the page and return its result."""
        return self.driver.execute_script(source, *arguments)

    @property
    def complaints(self) -> list[str]:
        """The console's errors since the last call."""
        return [str(line["message"]) for line in self.driver.get_log("browser")]


@contextmanager
def browser() -> Iterator[Page]:
    """Run a browser with an empty profile; fail with advice if there is none."""
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
