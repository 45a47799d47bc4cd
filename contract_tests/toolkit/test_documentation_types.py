"""The Python examples of README and the pages pass mypy and pyright in a project of their own.

Run by `nox -s packages`: seqrkit is installed from the wheel, and the project is outside the
checkout.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.toolkit.test_packages import Environment, built, environment

pytestmark = pytest.mark.packages
__all__ = ["built", "environment"]

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```", re.MULTILINE | re.DOTALL)
REGISTER = '''"""The register of the examples."""


class Till:
    """A till of the register."""

    drawer_is_open = False

    def __init__(self, address: str) -> None:
        """Use the endpoint at an address."""

    def sell(self, title: str, price: str) -> str:
        """Return the invoiceQRCode."""
        return title + price
'''
NAMES = {
    "my_register": "import my_register\n",
    "pytest": "import pytest\n",
}
"""What pages say in words instead of in an example's imports."""


def _code(kind: str, text: str) -> str:
    if kind == "python":
        return text
    lines = [line[4:] for line in text.splitlines() if line.startswith((">>>", "..."))]
    return "\n".join(lines) + "\n"


def _module(page: Path) -> str:
    """Return the examples of a page as one module, as a reader would type them."""
    code = "".join(_code(*found) for found in BLOCK.findall(page.read_text(encoding="utf-8")))
    missing = [text for name, text in NAMES.items() if name in code and text not in code]
    return "".join(missing) + code


@pytest.fixture(scope="module")
def project(
    built: Path,
    environment: Environment,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A project with a module for each page, and seqrkit from the wheel."""
    environment.pip("install", *built.glob("*.whl"), "pytest", "pandas-stubs", "hypothesis")
    folder = tmp_path_factory.mktemp("project")
    (folder / "my_register.py").write_text(REGISTER, encoding="utf-8")
    for page in PAGES:
        code = _module(page)
        if code:
            name = page.stem.lower().replace("-", "_") + "_page.py"
            (folder / name).write_text(code, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "checker",
    [
        ["mypy", "--strict", "--python-executable", "{python}", "."],
        ["pyright", "--pythonpath", "{python}", "."],
    ],
    ids=["mypy", "pyright"],
)
def test_the_examples_have_no_type_errors(
    checker: list[str],
    project: Path,
    environment: Environment,
) -> None:
    words = [word.format(python=environment.python) for word in checker]
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
