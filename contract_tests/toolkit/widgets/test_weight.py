"""A workbench is light enough for a browser: each widget, layout and style is a model there."""

from __future__ import annotations

from benchmarks.notebook import ROWS, fill, models
from seqrkit import Session
from seqrkit.widgets import Form

MOST = 1500


def test_a_workbench_with_every_form_opened_is_no_burden(seqr: Session) -> None:
    assert models(seqr) <= MOST


def test_the_invoice_that_is_measured_has_its_rows_and_no_findings(seqr: Session) -> None:
    form = Form(seqr, "sendInvoice")
    fill(form)
    assert form.draft.count("invoice.invoiceRows") == ROWS
    assert form.findings == ()
