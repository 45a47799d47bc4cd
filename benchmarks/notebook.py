"""The workbench in the kernel: a keystroke until all is drawn anew, and how much of it there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from statistics import median
from time import perf_counter

import ipywidgets

from benchmarks.figures import Figure, millis
from seqrkit import Session, connect
from seqrkit.widgets import Form, Workbench

ROWS = 20


def measure(seconds: float) -> Iterator[Figure]:
    """Keystrokes into an invoice of 20 rows with its envelope beside it; then the workbench."""
    with connect(quiet=True, seed=1) as seqr:
        bench = Workbench(seqr)
        form = bench.form("sendInvoice")
        fill(form)
        for what, text in (("right", "{}.50"), ("wrong", "{},50")):
            times = keystrokes(form, text, seconds / 3)
            yield Figure(
                what=f"keystroke to envelope and findings, {ROWS} rows, {what} value",
                against="-",
                ours=millis(times),
                theirs="-",
                measured=median(times) * 1e3,
                asked=30,
                unit="ms",
            )
        times = list(shown(seqr, seconds / 3))
        yield Figure(
            what="workbench shown, from a warm kernel",
            against="-",
            ours=millis(times),
            theirs="-",
            measured=median(times),
            asked=1,
            unit="s",
        )
        yield Figure(
            what="widget models of a workbench with every form opened",
            against="-",
            ours="",
            theirs="-",
            measured=models(seqr),
            asked=1500,
            unit="",
        )


def fill(form: Form) -> None:
    """Make it an invoice of 20 rows, without a finding."""
    form.fill_samples()
    for number in range(ROWS):
        row = f"invoice.invoiceRows[{number}]"
        form.update(
            {
                f"{row}.itemDescription": f"Article {number}",
                f"{row}.itemQuantity": "1",
                f"{row}.itemTotalAmount": "7.50 SEK",
            }
        )
    form.update({"invoice.totalAmount": "150.00 SEK"})
    assert form.findings == ()


def keystrokes(form: Form, text: str, seconds: float) -> list[float]:
    """Write amounts of that form into a row for so long: seconds each."""
    path = "invoice.invoiceRows[0].itemTotalAmount"

    def write(text: str, number: int) -> None:
        form.body.receive("act", ["keys", number], "write", path, "value", text)

    write(text.format(0), 0)  # the first wrong value loads what explains it
    times: list[float] = []
    end = perf_counter() + seconds
    for number in count(1):  # never the same text twice: what is drawn is kept
        start = perf_counter()
        write(text.format(number), number)
        times.append(perf_counter() - start)
        if perf_counter() > end:
            return times
    return times


def shown(seqr: Session, seconds: float) -> Iterator[float]:
    """Make workbenches for so long: seconds each."""
    end = perf_counter() + seconds
    while perf_counter() < end:
        start = perf_counter()
        made: ipywidgets.Widget = Workbench(seqr)
        made._repr_mimebundle_()
        yield perf_counter() - start


def models(seqr: Session) -> int:
    """How many models a browser holds for a workbench in which every operation was opened."""
    made: list[ipywidgets.Widget] = []
    ipywidgets.Widget.on_widget_constructed(made.append)
    try:
        bench = Workbench(seqr)
        for operation in seqr.contract.operations:
            bench.operation = operation
    finally:
        ipywidgets.Widget.on_widget_constructed(None)
    return len(made)
