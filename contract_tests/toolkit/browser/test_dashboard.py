"""The dashboard while requests arrive."""

import pytest

from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.shop import HOSTILE, Shop
from seqrkit.clock import ManualClock
from seqrkit.simulator import Endpoint

pytestmark = pytest.mark.browser


@pytest.fixture
def dashboard(page: Page, shop: Shop) -> Page:
    page.look(1280, 800)
    page.open(shop.endpoint.base_url)
    page.wait_for("#link", "live")
    return page


def test_a_payment_appears_as_it_happens(dashboard: Page, shop: Shop) -> None:
    dashboard.wait_for("#no-invoices", "No invoices yet")
    sent = shop.send()
    reference = str(sent.invoice_reference)
    row = f'#invoice-rows tr[data-key="{reference}"]'
    dashboard.wait_for(row, "ISSUED")
    dashboard.wait_for("#exchange-rows", "sendInvoice")
    dashboard.click(f"{row} button", reference)
    dashboard.wait_for("#detail-body .timeline", "sendInvoice: ISSUED")
    shop.endpoint.phone.scan(f"HTTP://SEQR.SE/R{reference}").pay()
    dashboard.wait_for(row, "PAID · reversed in 20 s")
    dashboard.wait_for("#detail-body .timeline", "buyer pays: PAID")
    dashboard.wait_for("#detail-body .timeline", "pay.at-once D")  # the basis of the behaviour
    shop.status(sent)
    dashboard.until("the countdown to end", lambda: "reversed" not in dashboard.find(row).text)
    dashboard.wait_for("#exchange-rows", "getPaymentStatus")


def test_advancing_the_clock_makes_due_events_happen(dashboard: Page, shop: Shop) -> None:
    sent = shop.send()
    shop.endpoint.phone.scan(f"HTTP://SEQR.SE/R{sent.invoice_reference}").pay()
    dashboard.wait_for("#invoice-rows", "reversed in")
    dashboard.wait_for("#now", "12:00:00")
    dashboard.click("[data-seconds='20']")
    dashboard.wait_for("#now", "12:00:20")
    dashboard.wait_for("#invoice-rows", "CANCELED")


def test_an_exchange_shows_both_envelopes_and_findings(dashboard: Page, shop: Shop) -> None:
    shop.send(total_amount="10 SEK")  # differs from the sum of the rows
    dashboard.wait_for("#exchange-rows", "1 warning")
    dashboard.click("#exchange-rows button", "sendInvoice")
    dashboard.wait_for(".envelope", "Request")
    dashboard.wait_for(".f", "invoice.invoiceRows.sum")
    dashboard.wait_for(".envelope + .envelope", "<resultCode>0</resultCode>")
    dashboard.click(".fold summary")
    dashboard.wait_for(".envelope", "<password>********</password>")
    dashboard.click(".facts button")
    dashboard.wait_for("#detail-body .timeline")


def test_exchanges_are_filtered_by_reference(dashboard: Page, shop: Shop) -> None:
    one, other = shop.send(title="This one"), shop.send(title="Another")
    dashboard.until("both", lambda: len(dashboard.all("#invoice-rows tr")) == 2)
    dashboard.write("#query", str(one.invoice_reference))
    dashboard.until("the one", lambda: len(dashboard.all("#invoice-rows tr")) == 1)
    dashboard.wait_for("#invoice-rows", "This one")
    asked = shop.client.exchanges[-1]
    dashboard.write("#query", asked.request.decode().split("<clientReference>")[1].split("<")[0])
    dashboard.wait_for("#invoice-rows", str(other.invoice_reference))
    dashboard.until("its exchange", lambda: len(dashboard.all("#exchange-rows tr")) == 1)
    dashboard.write("#query", "nonsense")
    dashboard.wait_for("#matches", "nothing found")
    for words in ("this 149,99", "149.99 sek ONE", "one 42"):
        dashboard.write("#query", words)
        dashboard.wait_for("#matches", "1 invoice")
        dashboard.wait_for("#invoice-rows", "This one")


def test_invoices_are_paged(dashboard: Page, shop: Shop) -> None:
    first = shop.send(title="The first")
    for _ in range(60):
        shop.send()
    dashboard.wait_for("#invoices-count", "61")
    dashboard.click("#more-invoices")
    dashboard.wait_for("#invoice-rows", str(first.invoice_reference))
    assert len(dashboard.all("#invoice-rows tr")) == 11
    assert not dashboard.find("#more-invoices").is_displayed()
    dashboard.click("#newer-invoices")
    dashboard.until("the newest", lambda: len(dashboard.all("#invoice-rows tr")) == 50)
    dashboard.click("#more-exchanges")
    dashboard.until("older exchanges", lambda: len(dashboard.all("#exchange-rows tr")) == 11)


def test_a_fault_is_added_injected_and_removed(dashboard: Page, shop: Shop) -> None:
    dashboard.click("#add-fault")
    dashboard.wait_for("#fault-dialog")
    dashboard.script("document.getElementById('f-operation').value = 'sendInvoice'")
    dashboard.write("#f-count", "2")
    dashboard.click("#fault-form .go")
    dashboard.wait_for("#fault-rows", "94 SERVICE_UNAVAILABLE")
    assert not dashboard.find("#fault-dialog").is_displayed()
    sent = shop.client.send_raw(b"<x/>")  # another operation: the fault is not injected
    assert sent.status == 500
    with pytest.raises(Exception, match="94"):
        shop.send()
    dashboard.wait_for("#fault-rows", "injected once, 1 remaining")
    dashboard.click("#fault-rows button")
    dashboard.wait_for("#no-faults", "None")
    assert not list(shop.endpoint.faults)


def test_an_invalid_fault_is_rejected_in_the_dialog(dashboard: Page) -> None:
    dashboard.click("#add-fault")
    dashboard.write("#f-delay", "soon")
    dashboard.click("#fault-form .go")
    dashboard.wait_for("#fault-trouble", '"soon" is not a delay')
    assert any("400" in line for line in dashboard.complaints)


def test_hostile_texts_are_escaped(dashboard: Page, shop: Shop) -> None:
    sent = shop.send(title=HOSTILE[:49], cashier_id=HOSTILE)
    dashboard.wait_for("#invoice-rows", HOSTILE[:8])
    dashboard.click("#invoice-rows button", str(sent.invoice_reference))
    dashboard.wait_for("#detail-body .facts", HOSTILE[:49])
    dashboard.click("#exchange-rows button", "sendInvoice")
    dashboard.wait_for(".envelope", "<cashierId>&lt;script&gt;")
    assert dashboard.all("main script, main img") == []
    assert dashboard.driver.title == "seqrkit endpoint"


def test_the_page_does_not_jump_when_exchanges_arrive(dashboard: Page, shop: Shop) -> None:
    places = "return [...document.querySelectorAll('.panel')].map(e => e.getBoundingClientRect().y)"
    shop.send()
    dashboard.wait_for("#exchange-rows", "sendInvoice")
    before = dashboard.script(places)
    kept = dashboard.find("#exchange-rows tr")
    for _ in range(30):
        shop.client.get_payment_status("", check=False)
    dashboard.until("all of them", lambda: len(dashboard.all("#exchange-rows tr")) == 31)
    assert dashboard.script(places) == before
    assert "sendInvoice" in kept.text, "a row stays the element it was"


def test_rows_are_reached_by_keyboard(dashboard: Page, shop: Shop) -> None:
    from selenium.webdriver import ActionChains, Keys

    older, newer = shop.send(), shop.send()
    dashboard.until("both", lambda: len(dashboard.all("#invoice-rows tr")) == 2)
    dashboard.click("#invoice-rows button", str(newer.invoice_reference))
    dashboard.wait_for("#detail-body h2", str(newer.invoice_reference))
    ActionChains(dashboard.driver).send_keys(Keys.ARROW_DOWN).perform()
    dashboard.wait_for("#detail-body h2", str(older.invoice_reference))
    assert dashboard.script("return document.activeElement.textContent") == older.invoice_reference
    ActionChains(dashboard.driver).send_keys("/").perform()
    assert dashboard.script("return document.activeElement.id") == "query"


def test_it_reports_an_unreachable_endpoint_and_reconnects(page: Page) -> None:
    page.look(1280, 800)
    endpoint = Endpoint(clock=ManualClock())
    try:
        with endpoint.start():
            page.open(endpoint.base_url)
            page.wait_for("#link", "live")
            endpoint.stop()
            page.wait_for("#trouble", "cannot be reached")
            endpoint.start()
            page.wait_for("#link", "live")
            page.until("peace", lambda: not page.find("#trouble").is_displayed())
    finally:
        endpoint.close()
    assert page.complaints, "the browser says itself that it did not get through"


def test_a_token_is_requested_and_removed_from_the_address(page: Page) -> None:
    page.look(1280, 800)
    with Endpoint(clock=ManualClock(), token="the-secret-of-ours") as endpoint:
        page.open(endpoint.base_url)
        page.wait_for("#token-form", "requires a token")
        page.write("#token", "the-secret-of-ours")
        page.click("#token-form .go")
        page.wait_for("#link", "live")
        page.open(f"{endpoint.base_url}/phone#token=the-secret-of-ours")
        page.wait_for("#code")
        assert "secret" not in page.driver.current_url
        page.open("about:blank")
    assert all("401" in line for line in page.complaints)
