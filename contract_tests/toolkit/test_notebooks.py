"""The notebooks as they are saved: prose and outputs, and nothing of the machine they ran on.

That they still print the same is what `nox -s notebooks` finds out.
"""

import re
from configparser import ConfigParser
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from contract_tests.toolkit import notebook_writer
from contract_tests.toolkit.notebook_writer import NOTEBOOKS, clean, named
from seqrkit.cli import COMMANDS
from seqrkit.model import REQUESTS

PATHS = named()
FAILS = "raises-exception"
ENDPOINT = 'os.environ.get("SEQR_ENDPOINT")'
EMBEDDED_ONLY = {"10-when-things-go-wrong", "13-the-first-bad-day", "14-a-captured-message"}
"""Their subject is an endpoint that fails on purpose."""
WITHOUT_ENDPOINT = {
    "11-the-contract",
    "12-testing-your-register",
    "15-a-register-in-another-language",
    "16-load-and-worlds",
}

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_they_are_numbered_without_a_gap() -> None:
    assert [path.name[:2] for path in PATHS] == [f"{n:02}" for n in range(1, len(PATHS) + 1)]
    assert "13-the-first-bad-day" in [path.stem for path in PATHS]


@each_notebook
def test_it_has_one_title_and_begins_with_it(path: Path) -> None:
    cells = read(path).cells
    titles = [
        line
        for cell in cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    ]
    assert len(titles) == 1
    assert cells[0].source.startswith(titles[0])


@each_notebook
def test_text_precedes_every_code_cell(path: Path) -> None:
    kinds = [cell.cell_type for cell in read(path).cells]
    assert kinds.count("markdown") >= 0.4 * len(kinds)
    assert kinds[0] == "markdown"


@each_notebook
def test_it_was_run_from_top_to_bottom_in_a_fresh_kernel(path: Path) -> None:
    counts = [cell.execution_count for cell in code(read(path))]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_its_cells_are_short(path: Path) -> None:
    long = [cell.id for cell in code(read(path)) if len(cell.source.splitlines()) > 60]
    assert not long


@each_notebook
def test_it_is_saved_as_the_writer_saves_it(path: Path) -> None:
    notebook = read(path)
    assert clean(read(path)) == notebook
    assert nbformat.writes(notebook).rstrip() == path.read_text(encoding="utf-8").rstrip()


@each_notebook
def test_nothing_in_it_is_of_this_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    words = [str(NOTEBOOKS.parent), str(Path.home()), "/tmp/", "/home/", "site-packages"]  # noqa: S108
    words += [r"\u001b", "object at 0x", notebook_writer.WIDGET]
    assert not [word for word in words if word in text]
    assert not re.findall(r"(?:127\.0\.0\.1|localhost):\d", text)


@each_notebook
def test_only_cells_that_are_to_fail_have_failed(path: Path) -> None:
    for cell in code(read(path)):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == (FAILS in cell.metadata.get("tags", [])), cell.source


@each_notebook
def test_a_picture_or_a_widget_has_a_text_beside_it_that_is_compared(path: Path) -> None:
    for cell in code(read(path)):
        for output in cell.outputs:
            if output.output_type in {"display_data", "execute_result"}:
                assert output.data["text/plain"].strip(), cell.source


@each_notebook
def test_one_cell_at_the_top_connects_and_leads_elsewhere(path: Path) -> None:
    connecting = [cell for cell in code(read(path)) if "seqrkit.connect(" in cell.source]
    if path.stem in WITHOUT_ENDPOINT:
        assert all(re.search(r"with \(?\s*seqrkit.connect\(", c.source) for c in connecting)
        return
    assert len(connecting) == 1
    assert "clock=seqrkit.ManualClock(), seed=" in " ".join(connecting[0].source.split())
    assert (ENDPOINT in connecting[0].source) == (path.stem not in EMBEDDED_ONLY)


@each_notebook
def test_it_ends_with_what_the_reader_can_do_now_and_a_command(path: Path) -> None:
    last = read(path).cells[-1]
    assert last.source.startswith("## What you can do now\n")
    commands = re.findall(r"(?<=```sh\n).*?(?=\n```)", last.source, re.DOTALL)
    names = re.findall(r"^seqrkit (\S+)", "\n".join(commands), re.MULTILINE)
    assert names
    assert COMMANDS.keys() >= {*names}


@each_notebook
def test_its_links_to_other_notebooks_lead_somewhere(path: Path) -> None:
    prose = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)#]+\.ipynb)[^)]*\)", prose):
        assert (NOTEBOOKS / target).is_file(), target


def test_every_operation_is_sent_in_the_notebook_of_every_request() -> None:
    notebook = read(NOTEBOOKS / "02-every-request.ipynb")
    outputs = [output.get("text", "") for cell in code(notebook) for output in cell.outputs]
    assert f"{len(REQUESTS)} of {len(REQUESTS)}\n" in outputs


def test_at_most_three_things_are_left_out_of_the_comparison_each_with_its_reason() -> None:
    file = NOTEBOOKS.parent / "contract_tests" / "notebooks.cfg"
    rules = ConfigParser()
    rules.read(file, encoding="utf-8")
    assert 0 < len(rules.sections()) <= 3
    lines = file.read_text(encoding="utf-8").splitlines()
    headings = {f"[{name}]" for name in rules.sections()}
    reasons = [after for line, after in pairwise(lines) if line in headings]
    assert all(reason.startswith("# Reason: ") for reason in reasons)


def test_an_unknown_notebook_prefix_is_an_error() -> None:
    with pytest.raises(LookupError, match="no notebook's name begins with '99'"):
        named(["99"])
    assert [path.stem for path in named(["05", "16"])] == ["05-reservations", PATHS[-1].stem]


def test_what_differs_from_machine_to_machine_is_left_out() -> None:
    written = nbformat.v4.new_notebook(metadata={"widgets": {"state": {}}})
    output = nbformat.v4.new_output(
        "error", ename="KeyError", evalue="'a'", traceback=["File /home/me/x.py", "KeyError: 'a'"]
    )
    shown = nbformat.v4.new_output(
        "execute_result", {"text/plain": "Form", notebook_writer.WIDGET: {"model_id": "5"}}
    )
    cell = nbformat.v4.new_code_cell("x", outputs=[output, shown], metadata={"trusted": True})
    written.cells = [cell]
    cleaned = clean(written)
    assert cleaned.cells[0].outputs[0].traceback == ["KeyError: 'a'"]
    assert cleaned.cells[0].outputs[1].data == {"text/plain": "Form"}
    assert cleaned.cells[0].metadata == {}
    assert cleaned.metadata == notebook_writer.METADATA


def test_a_run_saves_what_the_cells_print(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cells = [
        nbformat.v4.new_code_cell("import os\nprint(sorted(os.environ.keys() & {'SEQR_ENDPOINT'}))")
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert notebook_writer.run(path).cells[0].outputs[0].text == "[]\n"
