"""The number of models of a workbench in the browser: each widget, layout and style is one."""

from __future__ import annotations

from benchmarks.notebook import ROWS, fill, models
from seqrkit import Session
from seqrkit.widgets import Form

MOST = 1500


def test_a_workbench_with_every_form_has_few_models(seqr: Session) -> None:
    assert models(seqr) <= MOST


def test_the_measured_invoice_has_its_rows_and_no_findings(seqr: Session) -> None:
    form = Form(seqr, "sendInvoice")
    fill(form)
    assert form.draft.count("invoice.invoiceRows") == ROWS
    assert form.findings == ()
