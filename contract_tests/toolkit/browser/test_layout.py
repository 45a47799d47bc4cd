"""The layout of the pages: screenshots, overflow and accessibility."""

import os
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.axe import violations
from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.shop import Shop

pytestmark = pytest.mark.browser

PICTURES = Path(os.environ.get("SEQRKIT_PICTURES", ".nox/pictures"))
SIZES = {1280: 800, 640: 900, 390: 844}


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """An endpoint with exchanges of every kind."""
    phone = shop.endpoint.phone
    for act in ("pay", "cancel", "decline"):
        getattr(phone.scan(str(shop.send().qr)), act)()
    phone.scan(str(shop.send(title="Bookshop", total_amount="500 SEK").qr)).pay("200 SEK")
    phone.scan(str(shop.send(title="Café", payment_mode="RESERVATION_REQUIRED").qr)).pay()
    phone.scan(str(shop.send(acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT").qr))
    shop.client.send_raw(b"<nonsense")
    shop.client.cancel_invoice("1", check=False)
    shop.send(title="Flower stall")
    shop.endpoint.faults.add("drop-after", operation="sendInvoice", count=1)
    shop.endpoint.faults.add("result-code", code=94, probability=0.05)
    return shop


VIEWS = {
    "dashboard": ("/", "#invoice-rows"),
    "invoice": ("/#invoice={paid}", "#detail-body .timeline"),
    "exchange": ("/#exchange={number}", ".envelope"),
    "phone": ("/phone", ".open-bills li"),
    "help": ("/help/94", "main h1"),
    "bill": ("/phone?code=HTTP://SEQR.SE/R{open}", "#pay"),
}


def open_view(page: Page, shop: Shop, view: str) -> None:
    sent = [each for each in shop.client.exchanges if each.operation == "sendInvoice"]
    references = [
        (each.response or b"").decode().split("<invoiceReference>")[1].split("<")[0]
        for each in sent
    ]
    path, awaited = VIEWS[view]
    page.open("about:blank")
    page.open(
        shop.endpoint.base_url
        + path.format(paid=references[0], open=references[-1], number=len(shop.client.exchanges))
    )
    if view == "bill":
        page.click("#scan")  # the address only fills the code in
    page.wait_for(awaited)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_it_fits_the_screen(page: Page, busy: Shop, view: str, width: int, scheme: str) -> None:
    page.look(width, SIZES[width], dark=scheme == "dark")
    open_view(page, busy, view)
    wide = page.script("return document.documentElement.scrollWidth")
    assert wide <= width, "it would have to be moved sideways"
    ground = page.script("return getComputedStyle(document.body).backgroundColor")
    assert (int(ground.removeprefix("rgb(").split(",")[0]) < 128) == (scheme == "dark")
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = f"{view}-{width}-{scheme}.png"
    assert page.driver.save_screenshot(str(PICTURES / name))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("view", VIEWS)
def test_there_are_no_serious_axe_violations(
    page: Page, busy: Shop, view: str, width: int, scheme: str
) -> None:
    page.look(width, SIZES[width], dark=scheme == "dark")
    open_view(page, busy, view)
    assert not violations(page)
