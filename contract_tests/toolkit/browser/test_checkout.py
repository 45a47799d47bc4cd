"""The checkout and the buyer's phone in Voila."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.axe import violations
from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.server import voila

pytestmark = pytest.mark.browser

PICTURES = Path(os.environ.get("SEQRKIT_PICTURES", ".nox/pictures"))
SIZES = {1280: 740, 640: 740}
SALE = """\
import ipywidgets
import seqrkit
from seqrkit import Invoice, InvoiceRow, ManualClock
from seqrkit.widgets import PhoneWidget

seqr = seqrkit.connect(clock={clock}, quiet=True)
rows = [
    InvoiceRow(item_description="Movie ticket", item_quantity=1, item_total_amount="120.00 SEK"),
    InvoiceRow(item_description="Popcorn", item_quantity=1, item_total_amount="29.99 SEK"),
]
invoice = Invoice(
    title="Grand Cinema", client_invoice_id="42", cashier_id="Bob", footer="Enjoy the film",
    invoice_rows=rows, total_amount="149.99 SEK",
)
side_by_side = ipywidgets.Layout(flex_flow="row wrap", grid_gap="16px")
display(ipywidgets.HBox([seqr.checkout(invoice), PhoneWidget(seqr.phone)], layout=side_by_side))
display(seqr.clock)
"""
NOTEBOOKS = {"live": SALE.format(clock="None"), "turned": SALE.format(clock="ManualClock()")}
SHOP, PHONE, CLOCK = (f".seqr-{name}" for name in ("checkout", "phone", "clock"))


@pytest.fixture(scope="module")
def served(window: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Voila with the notebooks, started once."""
    with voila(window, tmp_path_factory.mktemp("voila"), NOTEBOOKS) as url:
        yield url


@pytest.fixture
def page(window: Page, served: str) -> Iterator[Page]:
    assert served
    window.look(1280, SIZES[1280])
    yield window
    window.open("about:blank")
    _ = window.complaints  # Voila itself requests a stylesheet from another host


def show(page: Page, served: str, name: str, *, dark: bool = False) -> None:
    page.open(f"{served}/{name}.ipynb?theme={'dark' if dark else 'light'}")
    page.wait_for(f"{SHOP} .pill", "ISSUED")
    page.wait_for(f"{PHONE} button", "149.99 SEK")


def pay(page: Page) -> None:
    page.click(f"{PHONE} button", "Grand Cinema")
    page.wait_for(f"{PHONE} .seqr-rows", "Popcorn")
    page.click(f"{PHONE} button", "Pay")
    page.click(f"{PHONE} button", "Confirm with the PIN")
    page.wait_for(f"{PHONE} h3", "Receipt")


def test_a_sale_is_paid_and_the_timeline_follows_by_itself(page: Page, served: str) -> None:
    show(page, served, "live")
    page.wait_for(f"{SHOP} .seqr-small", "polling every second")
    pay(page)
    page.wait_for(f"{SHOP} .pill", "PAID")
    page.wait_for(f"{SHOP} .seqr-timeline li:last-child", "PAID")
    page.wait_for(f"{SHOP} .seqr-small", "polling has ended")
    assert [button.text for button in page.all(f"{SHOP} button") if button.is_displayed()] == []


def test_an_unpolled_payment_is_reversed(page: Page, served: str) -> None:
    show(page, served, "turned")
    page.wait_for(f"{SHOP} .seqr-small", "manual clock")
    pay(page)
    page.wait_for(PHONE, "reversed at 12:00:20")
    page.click(f"{CLOCK} button", "+ 20 s")
    page.wait_for(f"{CLOCK} time", "12:00:20")
    page.wait_for(f"{SHOP} .pill", "CANCELED")
    page.wait_for(f"{PHONE} .seqr-small", "cancelled")


def test_a_sale_is_cancelled_by_keyboard(page: Page, served: str) -> None:
    from selenium.webdriver import ActionChains, Keys

    show(page, served, "turned")
    focused = "return document.activeElement.textContent"
    for _ in range(20):
        ActionChains(page.driver).send_keys(Keys.TAB).perform()
        if page.script(focused) == "Cancel the invoice":
            break
    ActionChains(page.driver).send_keys(Keys.ENTER).perform()
    page.wait_for(f"{SHOP} .pill", "CANCELED")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_it_fits_the_screen_without_serious_axe_violations(
    page: Page, served: str, width: int, scheme: str
) -> None:
    page.look(width, SIZES[width], dark=scheme == "dark")
    show(page, served, "turned", dark=scheme == "dark")
    PICTURES.mkdir(parents=True, exist_ok=True)
    steps = {
        "sent": lambda: None,
        "scanned": lambda: page.click(f"{PHONE} button", "Grand Cinema"),
        "pin": lambda: page.click(f"{PHONE} button", "Pay"),
        "receipt": lambda: page.click(f"{PHONE} button", "Confirm with the PIN"),
        "paid": lambda: page.click(f"{CLOCK} button", "+ 1 s"),
    }
    awaited = {"scanned": "The bill", "pin": "Enter PIN", "receipt": "Receipt"}
    for name, step in steps.items():
        step()
        page.wait_for(PHONE, awaited.get(name, ""))
        if name == "paid":
            page.wait_for(f"{SHOP} .pill", "PAID")
        assert page.script("return document.documentElement.scrollWidth") <= width
        assert page.driver.save_screenshot(str(PICTURES / f"checkout-{name}-{width}-{scheme}.png"))
        assert not violations(page), name
