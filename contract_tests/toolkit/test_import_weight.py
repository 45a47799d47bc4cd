"""Nobody waits for a part that is not used: what an import loads, seen from a fresh process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = "zeep lxml xmlschema requests starlette uvicorn sqlalchemy hypothesis pytest jinja2".split()
NOTEBOOK = "ipywidgets IPython".split()


def loaded_by(*arguments: str) -> set[str]:
    """The top-level modules that a Python started so has loaded when it ends."""
    watch = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", watch + arguments[0], *arguments[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {module.split(".")[0] for module in done.stderr.split()}


@pytest.mark.parametrize("module", [*HEAVY, *NOTEBOOK, "rich", "click", "attr", "qrcode"])
def test_import_seqrkit_loads_none_of(module: str, bare_import: set[str]) -> None:
    assert module not in bare_import


@pytest.mark.parametrize("module", [*HEAVY, *NOTEBOOK])
def test_the_model_loads_none_of(module: str, model_import: set[str]) -> None:
    assert module not in model_import


@pytest.mark.parametrize("module", [*HEAVY, *NOTEBOOK])
def test_the_help_loads_none_of(module: str, help_text: set[str]) -> None:
    assert module not in help_text


def test_a_contract_loads_no_reader_of_captures_and_no_second_validator() -> None:
    assert not loaded_by("from seqrkit import contract; contract.load()") & {
        "email", "h11", "xmlschema"
    }  # fmt: skip


def test_the_views_do_not_load_jinja2_before_the_first_template() -> None:
    assert "jinja2" not in loaded_by("import seqrkit.display.demo_page, seqrkit.widgets.checkout")


def test_import_seqrkit_loads_nothing_of_its_own_but_the_version() -> None:
    own = "{m for m in sys.modules if m.startswith('seqrkit')}"
    loaded_by(f"import seqrkit; assert {own} == {{'seqrkit', 'seqrkit._version'}}, {own}")


@pytest.mark.parametrize("module", ["attr", "lxml", "requests", "hypothesis"])
def test_a_project_that_does_not_ask_for_it_is_not_slowed_by_the_plugin(
    module: str, foreign_project: set[str]
) -> None:
    assert module not in foreign_project


@pytest.fixture(scope="module")
def bare_import() -> set[str]:
    return loaded_by("import seqrkit")


@pytest.fixture(scope="module")
def model_import() -> set[str]:
    return loaded_by("from seqrkit import Invoice, SendInvoice, Amount, ResultCode")


@pytest.fixture(scope="module")
def help_text() -> set[str]:
    return loaded_by("from seqrkit.cli import main; main()", "--help")


@pytest.fixture(scope="module")
def foreign_project(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    test = tmp_path_factory.mktemp("foreign") / "test_it.py"
    test.write_text("def test_it(): pass")
    alone = ("-p", "seqrkit.pytest_plugin", "-p", "no:cacheprovider", "-c", os.devnull)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return loaded_by("import pytest; raise SystemExit(pytest.main())", str(test), *alone)
