"""The wheel, the checkout and an editable install behave alike, outside the checkout.

One clean environment gets the wheel with what it depends on; then the wheel makes room for the
checkout on the path, and for the editable install. Run by `nox -s packages`: it installs.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import seqrkit

pytestmark = pytest.mark.packages

ROOT = Path(__file__).resolve().parents[2]
EMPTY = b'<getPaymentStatus xmlns="http://external.interfaces.ers.seamless.com/"/>'


def run(*command: object, cwd: Path, path: str = "", code: int = 0) -> str:
    """Run a command in a bare environment and give its output; it is to end with that code."""
    names = "HOME PATH SSL_CERT_FILE TMPDIR TEMP SYSTEMROOT USERPROFILE LOCALAPPDATA".split()
    keep = [name for name in os.environ if name in names or name.startswith(("PIP_", "UV_"))]
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={name: os.environ[name] for name in keep} | ({"PYTHONPATH": path} if path else {}),
        capture_output=True,
        check=False,
    )
    output = (done.stdout + done.stderr).decode()
    assert done.returncode == code, output
    return output


class Environment:
    """A virtual environment outside the checkout, with nothing in it at first."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self._uv = shutil.which("uv")
        if self._uv:
            run(self._uv, "venv", "--python", sys.executable, home, cwd=home.parent)
        else:
            run(sys.executable, "-m", "venv", home, cwd=home.parent)

    def pip(self, verb: str, *arguments: object) -> None:
        """Install or uninstall, through the caches that all installs share."""
        if self._uv:
            run(self._uv, "pip", verb, "--python", self.python, *arguments, cwd=self.home)
        else:
            yes = ["--yes"] if verb == "uninstall" else []
            run(self.python, "-m", "pip", verb, *yes, *arguments, cwd=self.home)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the sdist, and the wheel that was built from the sdist."""
    target = tmp_path_factory.mktemp("dist")
    installer = ["--installer", "uv"] if shutil.which("uv") else []
    run(sys.executable, "-m", "build", *installer, "--outdir", target, ROOT, cwd=target)
    return target


@pytest.fixture(scope="module")
def environment(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment that has what the wheel depends on."""
    fresh = Environment(tmp_path_factory.mktemp("packages") / "env")
    fresh.pip("install", *built.glob("*.whl"))
    fresh.pip("uninstall", "seqrkit")
    return fresh


@pytest.fixture(scope="module", params=["wheel", "checkout", "editable"])
def path(request: pytest.FixtureRequest, built: Path, environment: Environment) -> Iterator[str]:
    """What is to be on PYTHONPATH for seqrkit to be there, each way."""
    if request.param == "checkout":
        yield str(ROOT)
        return
    what = built.glob("*.whl") if request.param == "wheel" else ["--editable", ROOT]
    environment.pip("install", "--no-deps", *what)
    yield ""
    environment.pip("uninstall", "seqrkit")


@pytest.fixture
def seqrkit_run(environment: Environment, path: str, tmp_path: Path):
    """Run `python -m seqrkit` in a directory far from the checkout."""

    def start(*arguments: object, code: int = 0) -> str:
        return run(
            environment.python, "-m", "seqrkit", *arguments, cwd=tmp_path, path=path, code=code
        )

    return start


def test_it_prints_its_version(seqrkit_run) -> None:
    assert seqrkit.__version__ in seqrkit_run("--version")


def test_it_judges_a_message(seqrkit_run, tmp_path: Path) -> None:
    sample = tmp_path / "empty.xml"
    sample.write_bytes(EMPTY)
    assert "getPaymentStatus.invoiceReference.required" in seqrkit_run("lint", sample, code=1)


def test_it_plays_the_demo(seqrkit_run) -> None:
    assert "unregisterTerminal" in seqrkit_run("demo")


def test_its_helpers_have_their_files(
    seqrkit_run, environment: Environment, path: str, tmp_path: Path
) -> None:
    seqrkit_run("qr", "--till", "till1", "--sticker", "till.html")
    assert "HTTP://SEQR.SE/Qtill1" in (tmp_path / "till.html").read_text(encoding="utf-8")
    assert '"schema_version": 1' in seqrkit_run("contract", "--json")
    assert "refundPayment" in seqrkit_run("explain", "money back")
    assert "[[resellers]]" in seqrkit_run("serve", "--config-example")
    receipt = "import seqrkit; print(seqrkit.Receipt().html().receipt_data.decode())"
    assert "<h1>Receipt</h1>" in run(environment.python, "-c", receipt, cwd=tmp_path, path=path)
    rows = "from seqrkit.rows import Rows; Rows([]).to_pandas()"
    said = run(environment.python, "-c", rows, cwd=tmp_path, path=path, code=1)
    assert "pandas is not installed; run: pip install pandas" in said


def test_it_runs_the_contract_suite(
    environment: Environment, seqrkit_run, request: pytest.FixtureRequest
) -> None:
    chosen = ["--profile", "quick", "--operations", "markTransactionPeriod"]
    if request.node.callspec.params["path"] == "wheel":
        assert "pip install 'seqrkit[verify]'" in seqrkit_run("verify", *chosen, code=2)
        content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        environment.pip("install", *content["project"]["optional-dependencies"]["verify"])
    ended = seqrkit_run("verify", *chosen)
    assert re.search(r"profile quick, seed \d+: \d+ held$", ended, re.MULTILINE)


def test_it_finds_the_schemas_where_it_lives(environment: Environment, path: str, request) -> None:
    tell = "from seqrkit import schemas; print(schemas.bundled())"
    found = Path(run(environment.python, "-c", tell, cwd=environment.home, path=path).strip())
    inside = found.is_relative_to(environment.home.resolve())
    assert inside == (request.node.callspec.params["path"] == "wheel")
    assert found.is_dir()


def test_the_console_script_is_there(environment: Environment, path: str) -> None:
    if path:
        pytest.skip("a checkout on the path has no console script")
    script = environment.python.with_name("seqrkit" + (".exe" if os.name == "nt" else ""))
    assert seqrkit.__version__ in run(script, "--version", cwd=environment.home)


def test_the_wheel_has_types_licence_and_all_schemas(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    schemas = [p.relative_to(ROOT).as_posix() for p in (ROOT / "schemas").rglob("*") if p.is_file()]
    assert {f"seqrkit/_data/{name}" for name in schemas} <= names
    notebooks = [p.name for p in (ROOT / "notebooks").glob("*.ipynb")]
    assert {f"seqrkit/_data/notebooks/{name}" for name in notebooks} <= names
    static = [p.name for p in (ROOT / "seqrkit/simulator/pages/static").iterdir()]
    assert {f"seqrkit/simulator/pages/static/{name}" for name in static} <= names
    suite = [p.name for p in (ROOT / "contract_tests").glob("test_*.py")]
    assert {f"seqrkit/_data/contract_tests/{name}" for name in suite} <= names
    assert "seqrkit/py.typed" in names
    assert f"seqrkit-{seqrkit.__version__}.dist-info/licenses/LICENSE" in names
    assert not [name for name in names if name.split("/")[0] not in {"seqrkit", _info()}]


def test_the_sdist_has_every_tracked_file(built: Path) -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("what is kept is known to git only")
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert set(run("git", "ls-files", cwd=ROOT).split("\n")) - {""} <= names


def _info() -> str:
    return f"seqrkit-{seqrkit.__version__}.dist-info"
