"""Notebook representations in JupyterLab, together with its stylesheets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.axe import violations
from contract_tests.toolkit.browser.lab import Lab
from contract_tests.toolkit.browser.page import Page

pytestmark = pytest.mark.browser

PICTURES = Path(os.environ.get("SEQRKIT_PICTURES", ".nox/pictures"))
SIZES = {1280: 2700, 640: 3300}
ALL = """\
import seqrkit
from seqrkit import Invoice, InvoiceRow, ManualClock

seqr = seqrkit.connect(clock=ManualClock(), seed=1, quiet=True)
row = InvoiceRow(item_description="Movie ticket", item_quantity=1, item_total_amount="149.99 SEK")
invoice = Invoice(
    title="Grand Cinema", client_invoice_id="42", cashier_id="Bob",
    invoice_rows=[row], total_amount="149.99 SEK",
)
sent = seqr.send_invoice(invoice)
for _ in range(4):
    seqr.get_payment_status(sent)
seqr.phone.scan(sent.qr).pay()
paid = seqr.get_payment_status(sent)
period = seqr.mark_transaction_period().transaction_period_id
seqr.clock.advance(5)
report = seqr.execute_report("STD_RECON_003", parameters={"transactionPeriodId": period})
failed = seqr.get_payment_status("1", check=False)
seqr.send_raw(b"<x/>")
display(invoice, sent, paid, sent.qr, report, failed, seqr, seqr.exchanges[0])
display(seqr.exchanges[0].findings[0])
"""
PADDED = """\
const padding = (line) => parseFloat(getComputedStyle(line).paddingLeft);
return [...document.querySelectorAll(".envelope .l > code")].slice(1, 4).map(padding);
"""
GROUND = "return getComputedStyle(document.querySelector('.seqr .card')).backgroundColor"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_all_displays_fit_without_serious_axe_violations(
    window: Page, jupyter: Lab, width: int, scheme: str
) -> None:
    window.look(width, SIZES[width])
    jupyter.run("displays.ipynb", ALL)
    jupyter.dark(yes=scheme == "dark")
    window.wait_for(".seqr .sequence", "4 times")
    window.wait_for(".seqr .rows", "public_test_shop_terminal")
    window.wait_for(".seqr .f.wrong", "footer is missing")
    jupyter.only_outputs()
    envelope, body, operation = window.script(PADDED)
    assert envelope < body < operation, "lines are indented, whatever the theme says of code"
    dark = int(window.script(GROUND).removeprefix("rgb(").split(",")[0]) < 128
    assert dark == (scheme == "dark")
    PICTURES.mkdir(parents=True, exist_ok=True)
    assert window.driver.save_screenshot(str(PICTURES / f"displays-{width}-{scheme}.png"))
    assert not violations(window, ".jp-OutputArea")
