"""What a notebook shows when its kernel is interrupted or restarted."""

from __future__ import annotations

import pytest

from contract_tests.toolkit.browser.lab import Lab
from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.test_workbench import PICTURES, SESSION

pytestmark = pytest.mark.browser

STALE = "Kernel restarted: run this cell again."
NOTE = "return getComputedStyle(arguments[0], '::before').content"


def test_an_interrupted_run_of_the_suite_keeps_its_table(window: Page, jupyter: Lab) -> None:
    window.look(1000, 700)
    jupyter.run("verify.ipynb", SESSION, "seqr.verify(profile='nightly')")
    checked = ".jp-OutputArea-output progress[value='1']"
    window.until("the first check", lambda: window.all(checked), 60)
    jupyter.command("kernelmenu:interrupt")
    window.wait_for(".jp-OutputArea-output", "Interrupted: interrupted after")
    window.wait_for(".jp-OutputArea-output", "1 held")


SLOW = """\
import sys

clock = seqrkit.ManualClock()
with seqrkit.connect(clock=clock, record="slow.jsonl", quiet=True) as other:
    for _ in range(3):
        other.send_invoice(Invoice(title="Tea", total_amount="10 SEK"))
        clock.advance(600)
"""
REPLAY = "!{sys.executable} -m seqrkit replay slow.jsonl --keep-timing --to {seqr.address}"
STOP = "[data-jp-item-name='interrupt'] jp-button"


def test_the_stop_button_ends_a_replay_with_the_differences_so_far(
    window: Page, jupyter: Lab
) -> None:
    window.look(1000, 700)
    jupyter.run("replay.ipynb", SESSION + SLOW, REPLAY)
    window.until("the first reply", lambda: "1 of 3 requests sent again" in window.text, 60)
    window.click(STOP)
    window.wait_for(".jp-OutputArea-output", "1 of 3 requests sent again, 0 differences")
    jupyter.wait_for_kernel()
    assert "Traceback" not in window.text
    window.driver.save_screenshot(str(PICTURES / "replay-interrupted.png"))


def test_widgets_are_inert_after_a_restart_until_they_run_again(window: Page, jupyter: Lab) -> None:
    window.look(1000, 700)
    cells = "seqr.workbench()", "seqr.phone", "seqr.form('cancelInvoice')", "seqr.clock"
    jupyter.run("restart.ipynb", SESSION, *cells)
    window.wait_for(".seqr-clock button", "+ 20 s")
    jupyter.command("kernelmenu:restart")
    window.click(".jp-Dialog button.jp-mod-accept")
    stale = ".seqr.jupyter-widgets-disconnected:not(.seqr .seqr)"
    window.until("stale widgets", lambda: len(window.all(stale)) == len(cells))
    for each in window.all(stale):
        assert STALE in window.script(NOTE, each)
    field = window.labelled("title", ".seqr-form-body")
    window.script("arguments[0].focus()", field)
    assert window.focus != field
    jupyter.command("notebook:run-all-cells")
    window.until("live widgets", lambda: window.all(".seqr") and not window.all(stale))
    window.click(".seqr-bar button", "Fill with samples")
    window.wait_for(".seqr-envelope .pill", "no findings")
