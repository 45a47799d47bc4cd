"""Fields and rows of the workbench with the keyboard and the mouse, at two screen sizes."""

from __future__ import annotations

from functools import partial

import pytest

from contract_tests.toolkit.browser.lab import Lab
from contract_tests.toolkit.browser.page import Page
from contract_tests.toolkit.browser.test_workbench import SCREENS, SESSION, is_visible

pytestmark = pytest.mark.browser

ENTER, TAB, UP, BACKSPACE = "\ue007", "\ue004", "\ue013", "\ue003"
CONTROL_ENTER, SELECT_ALL = "\ue009\ue007\ue000", "\ue009a\ue000"
BAR = ".seqr-bar button"
TABLE = "Tea\t2\t30.00\nCake\t1\t20.00\n"


@pytest.fixture(scope="module", params=SCREENS, ids=str)
def opened(window: Page, jupyter: Lab, request: pytest.FixtureRequest) -> Page:
    """A workbench in a window of each size, opened once."""
    width, height = request.param
    window.look(width, height)
    jupyter.run(f"editing-{width}.ipynb", SESSION, "seqr.workbench()")
    window.wait_for(BAR, "Clear")
    jupyter.wait_for_kernel()  # JupyterLab takes the focus when the last cell has run
    jupyter.only_outputs()
    return window


@pytest.fixture
def page(opened: Page) -> Page:
    """The workbench with an empty form."""
    opened.click(BAR, "Clear")
    opened.until("no rows", lambda: not opened.all(".seqr-row"))
    return opened


def in_field(page: Page, name: str) -> bool:
    return page.focus.get_attribute("aria-label") == name


def has_focus(page: Page, field: object) -> bool:
    return page.focus == field


def names(page: Page) -> list[str | None]:
    cells = page.all("[aria-label^=itemDescription]")
    return [each.get_attribute("value") for each in cells]


def paste(page: Page, text: str) -> None:
    """Press Ctrl+V with a text in the clipboard."""
    permitted = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", permitted)
    page.driver.execute_async_script(
        "navigator.clipboard.writeText(arguments[0]).then(arguments[1])", text
    )
    key = {"type": "keyDown", "key": "v", "code": "KeyV", "modifiers": 2, "commands": ["paste"]}
    page.driver.execute_cdp_cmd("Input.dispatchKeyEvent", key)
    page.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", "key": "v"})


def pasted(page: Page) -> None:
    """Paste two rows."""
    page.click(".seqr-add", "+ row")
    page.until("focus", lambda: in_field(page, "itemDescription of row 1"))
    paste(page, TABLE)
    page.until("two rows", lambda: names(page) == ["Tea", "Cake"])


def test_rows_are_filled_by_keyboard(page: Page) -> None:
    page.click(".seqr-add", "+ row")
    page.until("focus", lambda: in_field(page, "itemDescription of row 1"))
    for text in ("Popcorn", "1", "7.50", "", "25"):
        page.press(f"{text}{ENTER}")
    page.until("a second row", lambda: in_field(page, "itemDescription of row 2"))
    page.wait_for(".seqr-envelope code", "<value>7.50</value>")
    page.press(UP)
    page.until("the row above", lambda: in_field(page, "itemDescription of row 1"))
    assert page.focus.get_attribute("value") == "Popcorn"
    amount = page.find("[aria-label='itemTotalAmount of row 1']")
    assert amount.size["width"] >= 60, "an amount must be readable"
    rate = page.find("[aria-label='itemTaxRate of row 1']")
    assert "per cent" in (rate.get_attribute("title") or "")
    page.wait_for(".seqr-envelope code", "<itemTaxRate>25</itemTaxRate>")
    page.click("[aria-label='More fields of row 1']")
    page.wait_for("[aria-label='itemSKU of row 1']").send_keys(f"4711{ENTER}")
    page.until("the row below", lambda: in_field(page, "itemDescription of row 2"))
    page.wait_for(".seqr-envelope code", "<itemSKU>4711</itemSKU>")


def test_an_empty_last_row_is_not_sent(page: Page) -> None:
    page.click(BAR, "Fill with samples")
    pasted(page)
    page.click(".seqr-fix", "use as totalAmount")
    page.click("[aria-label='itemTaxRate of row 2']")
    page.press(ENTER)
    page.until("a third row", lambda: in_field(page, "itemDescription of row 3"))
    page.wait_for(".seqr-row [placeholder='empty: not sent']")
    page.wait_for(".seqr-envelope .pill", "no findings")
    page.focus.send_keys(CONTROL_ENTER)
    page.wait_for(".seqr-bar-note", "SUCCESS")
    page.until("two rows", lambda: names(page) == ["Tea", "Cake"])
    assert in_field(page, "itemDescription of row 2"), "the focus stays in the rows"


def test_a_table_from_a_spreadsheet_becomes_rows_and_the_total_offers_its_sum(page: Page) -> None:
    page.click(BAR, "Fill with samples")
    pasted(page)
    page.wait_for(".seqr-envelope code", "<itemDescription>Cake</itemDescription>")
    page.click(".seqr-fix", "use as totalAmount")
    page.wait_for(".seqr-envelope .pill", "no findings")
    page.focus.send_keys(CONTROL_ENTER)  # the focus is still in the form
    page.wait_for(".seqr-bar-note", "SUCCESS")


def test_the_focus_stays_in_the_rows_when_one_is_moved_or_removed(page: Page) -> None:
    pasted(page)
    page.click("[aria-label='Move up row 2']")
    page.until("the other order", lambda: names(page) == ["Cake", "Tea"])
    assert in_field(page, "Move up row 1")
    page.click("[aria-label='Remove row 1']")
    page.until("one row", lambda: names(page) == ["Tea"])
    assert in_field(page, "Remove row 1")


def test_a_removed_row_and_a_cleared_form_can_be_restored(page: Page) -> None:
    pasted(page)
    page.click("[aria-label='Remove row 1']")
    page.until("one row", lambda: names(page) == ["Cake"])
    page.click(BAR, "Undo")
    page.until("both rows", lambda: names(page) == ["Tea", "Cake"])
    page.click(BAR, "Clear")
    page.until("no rows", lambda: not names(page))
    page.click(BAR, "Undo")
    page.until("both rows", lambda: names(page) == ["Tea", "Cake"])


def test_a_required_field_is_an_error_once_it_is_left(page: Page) -> None:
    remarks = ".seqr-form-body .seqr-remark"
    assert not [each for each in page.all(remarks) if each.is_displayed()]
    page.labelled("title", ".seqr-form-body").click()
    assert not [each for each in page.all(remarks) if each.is_displayed()]
    page.press(TAB)
    page.wait_for(remarks, "title is missing")
    (only,) = [each for each in page.all(remarks) if each.is_displayed()]
    assert "title" in only.text


def test_the_number_of_errors_leads_to_the_first_one(page: Page) -> None:
    page.click(BAR, "Fill with samples")
    pasted(page)
    page.click(".seqr-fix", "use as totalAmount")
    page.wait_for(".seqr-envelope .pill", "no findings")
    fold = ".seqr-form-body .seqr-fold-head"
    page.click(fold, "context")
    fields = [page.labelled(name, ".seqr-form-body") for name in ("channel", "title")]
    fields.append(page.find("[aria-label='itemTotalAmount of row 2']"))
    texts = [str(each.get_attribute("value")) for each in fields]
    for each in fields:
        each.send_keys(SELECT_ALL, "x,y" if each is fields[-1] else BACKSPACE, TAB)
    page.click(fold, "context")
    for number, (each, text) in enumerate(zip(fields, texts, strict=True)):
        page.click(".seqr-bar-note button", f"{len(fields) - number} error")
        page.until("focus", partial(has_focus, page, each))
        assert is_visible(page, ":focus")
        page.focus.send_keys(SELECT_ALL, text)
    page.wait_for(".seqr-bar-note", "no findings")


def test_a_request_with_errors_is_sent_after_one_question_by_control_and_enter(page: Page) -> None:
    size = page.script("return [innerWidth, innerHeight]")
    page.look(700, 700)  # the form above envelope and bar, longer than the window
    page.click(BAR, "Fill with samples")
    page.wait_for(".seqr-envelope .pill", "no findings")
    page.labelled("footer", ".seqr-form-body").click()
    page.focus.send_keys(SELECT_ALL, BACKSPACE)
    page.wait_for(".seqr-code-words", "1 to do")
    before = len(page.all(".seqr-history .seqr-entry:not(.seqr-hidden)"))
    page.focus.send_keys(CONTROL_ENTER)
    page.wait_for(".seqr-bar-note", "1 error. Send it anyway?")
    page.until("the question in view", lambda: is_visible(page, ".seqr-bar-note"))
    assert len(page.all(".seqr-history .seqr-entry:not(.seqr-hidden)")) == before
    page.labelled("footer", ".seqr-form-body").send_keys(CONTROL_ENTER)
    page.wait_for(".seqr-bar-note", "SUCCESS")
    page.until("the result in view", lambda: is_visible(page, ".seqr-bar-note"))
    page.look(*size)
