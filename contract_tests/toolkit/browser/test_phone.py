"""The phone page in a browser."""

import pytest

from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.shop import BACK, HOSTILE, Shop
from seqrkit.clock import ManualClock
from seqrkit.model import CustomerToken, Invoice, InvoiceRow, SendInvoiceReply
from seqrkit.simulator import Endpoint

pytestmark = pytest.mark.browser


def scan(page: Page, shop: Shop, sent: SendInvoiceReply) -> None:
    page.open(f"{shop.endpoint.base_url}/phone")
    page.write("#code", f"HTTP://SEQR.SE/R{sent.invoice_reference}")
    page.click("#scan")


def enter(page: Page, pin: str = "1234") -> None:
    page.wait_for("#key-0")
    for digit in pin:
        page.click(f"#key-{digit}")


def test_a_bill_is_scanned_and_paid(page: Page, shop: Shop) -> None:
    sent = shop.send()
    scan(page, shop, sent)
    page.wait_for("#sum", "149.99 SEK")
    for words in ("Grand Cinema", "Movie ticket", "quantity 2", "cashier Bob", "Enjoy the film"):
        assert words in page.text
    page.click("#pay")
    enter(page)
    page.wait_for("#where", "Receipt")
    assert shop.status(sent) == "PAID"
    receipt = shop.client.get_payment_status(sent.invoice_reference).receipt
    assert receipt is not None
    assert str(receipt.payment_reference) in page.text
    link = page.wait_for("#back-url", "Back to the shop")
    assert link.get_attribute("href") == BACK
    assert page.driver.current_url.startswith(shop.endpoint.base_url), "it is not opened by itself"
    page.click("#done")
    page.wait_for("#code")


HOLD = """\
const ask = window.fetch;
let answers = 0;
const released = new Promise((release) => { window.release = release; });
window.fetch = async (...request) => {
  const answer = await ask(...request);
  window.held = true;
  await released;
  window.answers = ++answers;
  return answer;
};
document.dispatchEvent(new Event("visibilitychange")); // which loads the bill again
"""


def test_a_late_answer_does_not_bring_back_a_bill_that_was_left(page: Page, shop: Shop) -> None:
    scan(page, shop, shop.send())
    page.wait_for("#sum")
    page.script(HOLD)
    page.until("an answer", lambda: page.script("return window.held"))
    page.click("#back")
    page.wait_for("#code")
    page.script("window.release()")
    # The bill and its invoice, and the lists of the home screen.
    page.until("all answers", lambda: page.script("return window.answers >= 4"))
    assert page.all("#code")


def test_an_open_bill_is_selected_and_cancelled(page: Page, shop: Shop) -> None:
    page.open(f"{shop.endpoint.base_url}/phone")
    page.wait_for(".screen", "None yet")
    sent = shop.send()
    page.click(".open-bills button", "Grand Cinema")
    page.click("#cancel")
    page.wait_for("#outcome", "cancelled")
    page.wait_for("#back-url")
    assert shop.status(sent) == "CANCELED"


def test_while_the_pin_dialog_is_open_the_shop_cannot_cancel(page: Page, shop: Shop) -> None:
    sent = shop.send()
    scan(page, shop, sent)
    page.click("#pay")
    page.wait_for("#key-0")
    reply = shop.client.cancel_invoice(sent, check=False)
    assert reply.result_code == 51
    page.click("#key-leave")
    page.wait_for("#pay")
    assert shop.client.cancel_invoice(sent).result_code == 0
    page.wait_for("#outcome", "cancelled")


def test_the_pin_can_be_typed_and_corrected(page: Page, shop: Shop) -> None:
    from selenium.webdriver import ActionChains, Keys

    sent = shop.send()
    scan(page, shop, sent)
    page.click("#pay")
    page.wait_for(".dots")
    ActionChains(page.driver).send_keys("12", Keys.BACKSPACE, "98").perform()
    page.until("three digits", lambda: len(page.all(".dots .set")) == 3)
    ActionChains(page.driver).send_keys("7").perform()
    page.wait_for("#where", "Receipt")
    assert shop.status(sent) == "PAID"


def test_a_part_is_paid_then_the_rest(page: Page, shop: Shop) -> None:
    sent = shop.send()
    scan(page, shop, sent)
    page.click("#pay-part")
    page.write("#amount", "49,99")
    page.click("#part-on")
    enter(page)
    page.wait_for("#sum", "100.00 SEK")
    assert shop.status(sent) == "PARTIALLY_PAID"
    page.click("#pay")
    enter(page)
    page.wait_for("#where", "Receipt")
    assert shop.status(sent) == "PAID"


def test_too_large_an_amount_is_rejected(page: Page, shop: Shop) -> None:
    sent = shop.send()
    scan(page, shop, sent)
    page.click("#pay-part")
    page.write("#amount", "1000")
    page.click("#part-on")
    enter(page)
    page.wait_for("#trouble", "the amount must be more than zero and at most the open amount")
    page.wait_for("#pay")
    assert shop.status(sent) == "ISSUED"
    assert shop.client.cancel_invoice(sent).result_code == 0
    assert any("409" in line for line in page.complaints)


def test_the_bank_declines(page: Page, shop: Shop) -> None:
    sent = shop.send()
    scan(page, shop, sent)
    page.click("#pay")
    page.click("#decline")
    page.wait_for("#outcome", "declined by the bank")
    assert shop.status(sent) == "FAILED"


def test_it_waits_for_the_shop_and_then_shows_the_new_amount(page: Page, shop: Shop) -> None:
    page.open(f"{shop.endpoint.base_url}/phone")
    page.click("#cards summary")
    page.write("#card", "5550001")
    page.click("#add-card")
    page.wait_for("#cards", "1 loyalty card")
    sent = shop.send(acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT")
    page.click(".open-bills button", "Grand Cinema")
    page.wait_for(".screen", "Waiting for the shop")
    assert not page.all("#pay")
    status = shop.client.get_payment_status(sent.invoice_reference)
    (token,) = status.customer_tokens or ()
    assert token.value == "5550001"
    cheaper = InvoiceRow(item_description="Ticket for members", item_total_amount="99.00 SEK")
    shop.client.update_invoice(
        sent,
        Invoice(title="Grand Cinema", invoice_rows=(cheaper,), total_amount="99.00 SEK"),
        (CustomerToken(id=token.id, value=token.value, status=1),),
    )
    page.wait_for("#sum", "99.00 SEK")
    page.wait_for(".rows", "Ticket for members")
    page.click("#pay")
    enter(page)
    page.wait_for("#where", "Receipt")


def test_an_unpolled_payment_is_shown_as_reversed(page: Page, shop: Shop) -> None:
    scan(page, shop, shop.send())
    page.click("#pay")
    enter(page)
    page.wait_for(".screen", "Reversed 20 s after the payment unless the shop polls")
    shop.endpoint.clock.sleep(21)
    page.wait_for("#outcome", "cancelled")


def test_an_invalid_code_is_rejected(page: Page, shop: Shop) -> None:
    page.open(f"{shop.endpoint.base_url}/phone")
    page.write("#code", "1397222701693")
    page.click("#scan")
    page.wait_for("#trouble", "is not a SEQR code")
    assert any("400" in line for line in page.complaints), "and nothing else is complained about"


def test_a_code_in_the_address_is_filled_in_and_scanned_on_click(page: Page, shop: Shop) -> None:
    sent = shop.send(acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT")
    page.open(f"{shop.endpoint.base_url}/phone?code=HTTP://SEQR.SE/R{sent.invoice_reference}")
    page.wait_for(".open-bills li")
    assert page.script("return document.getElementById('code').value").endswith(
        sent.invoice_reference
    )
    assert shop.client.get_payment_status(sent).status == "ISSUED"
    page.click("#scan")
    page.wait_for(".screen", "Waiting for the shop")


CAMERA = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) { return video.srcObject ? [{ rawValue: %r }] : []; }
};
navigator.mediaDevices.getUserMedia = async () => {
  if (%s) throw new DOMException("no", "NotAllowedError");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  setInterval(() => pen.fillRect(0, 0, Math.random() * 99, 9), 50);
  return canvas.captureStream();
};
"""


@pytest.mark.parametrize("refused", [False, True], ids=["allowed", "refused"])
def test_a_code_is_read_by_the_camera(page: Page, shop: Shop, refused) -> None:
    sent = shop.send()
    source = CAMERA % (f"HTTP://SEQR.SE/R{sent.invoice_reference}", str(refused).lower())
    early = {"source": source}
    made = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", early)
    try:
        page.open(f"{shop.endpoint.base_url}/phone")
        page.click("#use-camera")
        if refused:
            page.wait_for("#trouble", "the camera cannot be used (NotAllowedError)")
            page.wait_for("#code")
        else:
            page.wait_for("#sum", "149.99 SEK")
    finally:
        page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


def test_a_token_is_requested_if_required(page: Page) -> None:
    with Endpoint(clock=ManualClock(), token="the-secret-of-ours") as endpoint:
        page.open(f"{endpoint.base_url}/phone")
        page.write("#token", "the-secret-of-ours")
        page.click(".beside .go")
        page.wait_for(".screen", "None yet")
        page.open("about:blank")
    assert all("401" in line for line in page.complaints)


@pytest.mark.parametrize("address", ["javascript:document.title='owned'", "data:text/html,x"])
def test_hostile_texts_are_escaped(page: Page, shop: Shop, address: str) -> None:
    row = InvoiceRow(item_description=HOSTILE, item_unit=HOSTILE[:20], item_total_amount="1 SEK")
    sent = shop.send(
        title=HOSTILE[:49],
        footer=HOSTILE,
        cashier_id=HOSTILE,
        invoice_rows=(row,),
        total_amount="1 SEK",
        back_url=address,
    )
    scan(page, shop, sent)
    page.wait_for(".rows", HOSTILE)
    assert page.all(".screen script, .screen img") == []
    page.click("#cancel")
    page.wait_for("#outcome", "cancelled")
    assert page.all("#back-url") == []
    page.wait_for(".why", address)
    assert "owned" not in page.driver.title
