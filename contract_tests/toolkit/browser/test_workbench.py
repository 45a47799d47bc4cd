"""The workbench in a JupyterLab, from the first keystroke to the payment."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.axe import violations
from contract_tests.toolkit.browser.lab import Lab
from contract_tests.toolkit.browser.page import Page

pytestmark = pytest.mark.browser

PICTURES = Path(os.environ.get("SEQRKIT_PICTURES", ".nox/pictures"))
SIZES = {1280: 1000, 640: 1400}
SESSION = """\
import seqrkit
from seqrkit import Invoice, InvoiceRow
seqr = seqrkit.connect(clock=seqrkit.ManualClock(), seed=1)
"""
CHECKOUT = """\
row = InvoiceRow(item_description="Movie ticket", item_quantity=1, item_total_amount="149.99 SEK")
seqr.checkout(
    Invoice(
        title="Grand Cinema",
        client_invoice_id="42",
        cashier_id="=Bob",
        footer="Enjoy the film",
        invoice_rows=[row],
        total_amount="149.99 SEK",
    )
)
"""
BUSY = """\
bench = seqr.workbench()
form = bench.form("sendInvoice")
form.fill_samples()
form.send()
seqr.phone.scan(f"HTTP://SEQR.SE/R{seqr.phone.open_bills()[0].reference}").pay()
seqr.get_payment_status("1397222701693", check=False)
bench.operation = "getPaymentStatus"
bench.form("getPaymentStatus").send()
bench.operation = "sendInvoice"
form.update({"invoice.title": None, "invoice.totalAmount.value": "149,990"})
bench
"""


def test_from_the_first_keystroke_to_the_payment(window: Page, jupyter: Lab) -> None:
    window.look(1280, 1000)
    jupyter.run("payment.ipynb", SESSION, "seqr.workbench()", "seqr.phone")
    window.click(".seqr-bar button", "Fill with samples")
    window.wait_for(".seqr-envelope .pill", "no findings")
    window.click(".seqr-fold-lines")
    window.wait_for(".seqr-envelope code", "<password>********</password>")
    title = window.labelled("title", ".seqr-form-body")
    title.clear()
    title.send_keys("x", "\N{BACKSPACE}", "\N{TAB}")  # an error once it is left
    window.wait_for(".seqr-form-body .seqr-remark", "title")
    window.wait_for(".seqr-envelope .f.wrong", "invoice.title")
    title.send_keys("Grand Cinema")
    window.wait_for(".seqr-envelope code", "<title>Grand Cinema</title>")
    window.wait_for(".seqr-envelope .pill", "no findings")
    assert not [each for each in window.all(".seqr-form-body .seqr-remark") if each.is_displayed()]
    window.wait_for(".seqr-envelope code", "<password>")  # stays unfolded
    window.click(".seqr-envelope .seqr-copy", "Copy envelope")
    window.wait_for(".seqr-envelope .seqr-copy", "Copied")
    window.click(".seqr-send")
    window.wait_for(".seqr-envelope .pill.fine", "0 SUCCESS")
    window.wait_for(".seqr-envelope code", "<invoiceReference>")
    window.wait_for(".seqr-history .seqr-entry", "1 sendInvoice")

    pay(window)

    window.click(".seqr-operations button", "getPaymentStatus")
    window.wait_for(".seqr-form-body h3", "getPaymentStatus")
    assert window.labelled("invoiceReference", ".seqr-form-body").get_attribute("value")
    window.click(".seqr-send")
    window.wait_for(".seqr-envelope code", "<status>PAID</status>")
    window.wait_for(".seqr-history .seqr-entry", "2 getPaymentStatus")
    window.click(".seqr-history button", "Show the difference")
    window.wait_for(".seqr-diff .changed")


def pay(window: Page) -> None:
    window.click(".seqr-phone button", "Grand Cinema")
    window.click(".seqr-phone button", "Pay")
    window.click(".seqr-phone button", "Confirm with the PIN")
    window.wait_for(".seqr-phone", "Receipt")


def test_the_timeline_of_a_checkout_reaches_paid(window: Page, jupyter: Lab) -> None:
    window.look(1280, 1000)
    jupyter.run("checkout.ipynb", SESSION, CHECKOUT, "seqr.phone")
    window.wait_for(".seqr-checkout", "ISSUED")
    pay(window)
    window.click(".seqr-checkout button", "Poll now")
    window.wait_for(".seqr-checkout .seqr-timeline", "PAID")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_it_fits_the_screen(window: Page, jupyter: Lab, width: int, scheme: str) -> None:
    window.look(width, SIZES[width])
    jupyter.run("busy.ipynb", SESSION, BUSY)
    window.wait_for(".seqr-envelope .f.wrong")
    jupyter.dark(yes=scheme == "dark")
    jupyter.only_outputs()
    overflow = window.script(
        "const e = document.querySelector('.seqr-workbench'); return e.scrollWidth - e.clientWidth"
    )
    assert overflow <= 0, "it would have to be moved sideways"
    narrow = width < 800
    assert window.find(".seqr-operation-menu").is_displayed() is narrow
    assert window.find(".seqr-operations").is_displayed() is not narrow
    PICTURES.mkdir(parents=True, exist_ok=True)
    assert window.driver.save_screenshot(str(PICTURES / f"workbench-{width}-{scheme}.png"))
    window.click(".seqr-history button", "Show the difference")
    window.wait_for(".seqr-diff .part")
    window.click(".seqr-history .seqr-entry button", "3 getPaymentStatus")
    window.wait_for(".seqr-envelope code", "<status>PAID</status>")
    assert window.driver.save_screenshot(str(PICTURES / f"workbench-sent-{width}-{scheme}.png"))
    assert not violations(window, ".seqr-workbench")


REPORTED = """\
for number in range(1, 4):
    sent = seqr.send_invoice(
        Invoice(
            title="Grand Cinema",
            client_invoice_id=str(number),
            cashier_id="=Bob",
            footer="Enjoy the film",
            total_amount=f"{number}.50 SEK",
        )
    )
    seqr.phone.scan(sent.qr).pay()
    seqr.get_payment_status(sent)
"""
KEEP_FILES = """\
window.files = [];
const make = URL.createObjectURL;
URL.createObjectURL = (file) => {
  file.text().then((text) => window.files.push(text));
  return make(file);
};
"""
VISIBLE = """\
const [element] = arguments;
const { left, top, width, height } = element.getBoundingClientRect();
const hit = document.elementFromPoint(left + width / 2, top + height / 2);
return element.contains(hit);
"""
"""Whether the middle of an element is visible."""
OFFERED = "button[title='Reconciliation/STD_RECON_003.xml']"
BAR = ".seqr-form:not(.seqr-hidden) > .seqr-bar"
FIELDS = ".seqr-form-body :is(input, select, textarea)"
SCREENS = [(1400, 1000), (1000, 700)]


@pytest.fixture(params=SCREENS, ids=str)
def bench(window: Page, jupyter: Lab, request: pytest.FixtureRequest) -> Page:
    """A workbench with a form that is longer than its column."""
    window.look(*request.param)
    jupyter.run("busy.ipynb", SESSION, BUSY)
    window.wait_for(".seqr-envelope .f.wrong")
    jupyter.only_outputs()
    return window


def is_visible(page: Page, css: str) -> bool:
    return bool(page.script(VISIBLE, page.find(css)))


def assert_all_columns_and_send_are_visible(page: Page) -> None:
    for css in (".seqr-head h2", ".seqr-menu", ".seqr-tabs button", ".seqr-send"):
        assert is_visible(page, css), css


@pytest.mark.parametrize(
    ("column", "first", "last"),
    [
        (".seqr-form-body", "h3", "> :last-child"),
        (".seqr-menu", "h3", ".seqr-operations > :last-child"),
        (".seqr-code", ".l", ".seqr-lines > :last-child > :last-child"),
    ],
)
def test_a_mouse_wheel_scrolls_each_column(bench: Page, column: str, first: str, last: str) -> None:
    bench.wheel(column, 1, until=lambda: is_visible(bench, f"{column} {last}"))
    assert_all_columns_and_send_are_visible(bench)
    bench.wheel(column, -1, until=lambda: is_visible(bench, f"{column} {first}"))
    assert_all_columns_and_send_are_visible(bench)


@pytest.mark.parametrize("bench", [(700, 700)], indirect=True, ids=str)
def test_one_below_the_other_field_envelope_and_send_stay_in_view(bench: Page) -> None:
    bench.wheel(".seqr-head", 1, until=lambda: is_visible(bench, ".seqr-send"))
    bench.click(".seqr-bar-note button", "error")
    bench.until("focus", lambda: bench.focus in bench.all(FIELDS))
    while bench.focus in bench.all(".seqr-form-body *"):
        assert bench.script(VISIBLE, bench.focus)
        for css in (".seqr-tabs button", ".seqr-send"):
            assert is_visible(bench, css), css
        bench.press("\N{TAB}")


def test_the_tab_key_reaches_every_field_and_moves_no_other_column(bench: Page) -> None:
    fields = [each for each in bench.all(FIELDS) if each.is_displayed()]
    fields[0].click()
    reached = {fields[0]}
    while bench.focus in bench.all(".seqr-form-body *"):
        assert bench.script(VISIBLE, bench.focus)
        assert_all_columns_and_send_are_visible(bench)
        reached.add(bench.focus)
        bench.press("\N{TAB}")
    assert reached >= {*fields}


def test_a_form_that_is_not_open_is_shown_alone_in_a_cell(window: Page, jupyter: Lab) -> None:
    cells = ("bench = seqr.workbench()\nbench", "bench.form('getPaymentStatus')")
    jupyter.run("alone.ipynb", SESSION, *cells)
    forms = (
        "return [...document.querySelectorAll('.seqr-form h3')].filter(e => e.checkVisibility())"
    )
    window.until("both forms", lambda: len(window.script(forms)) == 2)
    assert {each.text for each in window.script(forms)} == {"sendInvoice", "getPaymentStatus"}


def test_a_typed_password_is_sent_and_not_saved_in_the_notebook(window: Page, jupyter: Lab) -> None:
    window.look(1400, 1000)
    jupyter.run("password.ipynb", SESSION, "seqr.workbench('registerTerminal')")
    window.click(".seqr-bar button", "Fill with samples")
    password = window.labelled("password")
    window.until("mask", lambda: password.get_attribute("placeholder") == "********")
    password.send_keys("typ")
    window.wait_for(".seqr-form-body .seqr-remark", "registerTerminal.password.min-length")
    password.send_keys("ed-secret")
    window.wait_for(".seqr-bar-note", "no findings")
    window.click(".seqr-send")
    window.wait_for(".seqr-envelope .pill.fine", "0 SUCCESS")
    assert password.get_attribute("value") == "typed-secret"
    saved = jupyter.save("password.ipynb")
    assert "registerTerminal" in json.dumps(saved["metadata"]["widgets"])
    assert "typed-secret" not in json.dumps(saved)


def test_an_invoice_is_paid_with_the_docked_phone(window: Page, jupyter: Lab) -> None:
    window.look(700, 700)  # the phone is below the code
    jupyter.run("docked.ipynb", SESSION, "seqr.workbench()")
    jupyter.only_outputs()
    window.click(".seqr-bar button", "Fill with samples")
    window.wait_for(".seqr-envelope .pill", "no findings")
    window.click(".seqr-send")
    window.wait_for(".seqr-next figcaption", "HTTP://SEQR.SE/R")
    scan = ".seqr-next .seqr-primary"
    window.until("the next steps in view", lambda: is_visible(window, scan))
    window.click(scan, "Scan with the phone")
    window.until("the phone in view", lambda: is_visible(window, ".seqr-dock input"))
    window.write(".seqr-dock input", "100")  # in the currency of the invoice
    for paid in ("100 of 149.99 SEK is paid", "Receipt"):
        window.click(".seqr-dock button", "Pay")
        window.click(".seqr-dock button", "Confirm with the PIN")
        window.wait_for(".seqr-dock", paid)
    ask = ".seqr-next .seqr-primary"
    window.wait_for(ask, "Ask for the status")  # the code is gone, so that everything moved up
    window.until("the next step in view", lambda: is_visible(window, ask))
    outcome = ".seqr-form:not(.seqr-hidden) .seqr-bar-note"
    assert not is_visible(window, outcome), "nothing would have to be scrolled to it"
    window.click(ask)
    window.wait_for(outcome, "PAID")
    window.until("the outcome in view", lambda: is_visible(window, outcome))
    window.click(".seqr-next button", "Refund the payment")
    window.wait_for(".seqr-form-body h3", "refundPayment")
    assert window.labelled("ersReference", ".seqr-form-body").get_attribute("value")


def test_a_pasted_message_opens_as_a_form(window: Page, jupyter: Lab) -> None:
    window.look(1000, 700)
    jupyter.run("pasted.ipynb", SESSION, "seqr.workbench()")
    window.click(".seqr-bar button", "Fill with samples")
    window.wait_for(".seqr-envelope .pill", "no findings")
    window.click(".seqr-send")
    window.wait_for(".seqr-next figcaption", "HTTP://SEQR.SE/R")
    window.click(".seqr-paste summary")
    field = window.wait_for(".seqr-paste textarea")
    button = ".seqr-paste button"
    window.wheel(BAR, 1, until=lambda: is_visible(window, button))
    assert not is_visible(window, ".seqr-form-body h3"), "nothing would have to be scrolled to it"
    field.send_keys("<cancelInvoice><invoiceReference>4711</invoiceReference></cancelInvoice>")
    window.click(button, "Open")
    window.wait_for(".seqr-form-body h3", "cancelInvoice")
    form = ".seqr-form:not(.seqr-hidden) h3"
    window.until("the form in view", lambda: is_visible(window, form))
    assert window.labelled("invoiceReference", ".seqr-form-body").get_attribute("value") == "4711"
    window.wait_for(".seqr-envelope .pill.wrong", "error")
    window.click(".seqr-paste summary")
    window.wait_for(".seqr-paste textarea").send_keys("hello")
    window.click(button, "Open")
    window.wait_for(".seqr-paste p", "no request of cashregister-2 can be read")


def test_a_transaction_is_found_in_a_report(window: Page, jupyter: Lab) -> None:
    window.look(1000, 700)
    jupyter.run("report.ipynb", SESSION + REPORTED, "seqr.workbench('markTransactionPeriod')")
    window.click(".seqr-send")
    window.click(".seqr-next button", "Fetch a report")
    window.wait_for(".seqr-form-body h3", "executeReport")
    window.wheel(".seqr-form-body", 1, until=lambda: is_visible(window, OFFERED))
    window.click(OFFERED)
    window.wait_for(".seqr-envelope code", "STD_RECON_003")
    window.click(".seqr-clock button", "+ 20 s")
    window.click(".seqr-send")
    window.wait_for(".seqr-report", "3 rows")
    window.until("the report in view", lambda: is_visible(window, ".seqr-report input"))
    window.find(".seqr-report input").send_keys("2.50")
    window.wait_for(".seqr-report", "1 of 3 rows")
    assert [each.text for each in window.all(".seqr-report td.n")] == ["2.50"]
    window.script(KEEP_FILES)
    window.click(".seqr-report button", "Save as CSV")
    window.until("the file", lambda: window.script("return window.files.length"))
    assert "'=Bob" in window.script("return window.files[0]")  # not a formula


def test_an_exchange_opened_in_the_history_is_in_view(window: Page, jupyter: Lab) -> None:
    window.look(1000, 700)
    jupyter.run("history.ipynb", SESSION, "seqr.workbench()")
    jupyter.only_outputs()
    window.click(".seqr-bar button", "Fill with samples")
    window.click(".seqr-send")
    window.wait_for(".seqr-history .seqr-entry", "1 sendInvoice")
    shown = ".seqr-history .seqr-entry button"
    window.wheel(BAR, 1, until=lambda: not is_visible(window, ".seqr-tabs button"))
    window.click(shown, "1 sendInvoice")
    window.wait_for(".seqr-history button", "Fill the form with 1")
    window.until("the envelope in view", lambda: is_visible(window, ".seqr-tabs button"))
