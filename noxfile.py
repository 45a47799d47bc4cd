"""The checks of seqrkit, as nox sessions.

``nox`` runs the default sessions: lint, types, tests, notebooks and packages. ``nox --list`` names
the others.

The sessions of the running interpreter share one environment (``.nox/shared``), which is rebuilt
when ``pyproject.toml`` changes, so that they do not install the same packages several times. It is
built with uv if available, otherwise with venv and pip.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.16"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"  # skip interpreters that are not installed
nox.options.error_on_missing_interpreters = False

ROOT = Path(__file__).parent
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
SHARED = ROOT / ".nox" / "shared"
AXE = "axe-core@4"
SANITIZED = "contract_tests/notebooks.cfg"


@nox.session(python=False)
def lint(session: nox.Session) -> None:
    """Check rules and format with ruff, and spelling with codespell."""
    python = shared_python(session)
    session.run(python, "-m", "ruff", "check", ".")
    session.run(python, "-m", "ruff", "format", "--check", ".")
    session.run(python, "-m", "codespell_lib")


@nox.session(python=False)
def types(session: nox.Session) -> None:
    """Check types with mypy, strictly in the package."""
    session.run(shared_python(session), "-m", "mypy", *session.posargs)


@nox.session(python=False)
def tests(session: nox.Session) -> None:
    """Run all tests with branch coverage, or those selected: `nox -s tests -- -k lint`."""
    run_tests(session, shared_python(session))


@nox.session(python=False, default=False)
def quick(session: nox.Session) -> None:
    """Run lint, types and the fast unit tests: the parts below the endpoint and the suite."""
    lint(session)
    types(session)
    slow = ("simulator", "suite", "browser", "widgets", "test_packages.py", "test_readme.py")
    slow_files = ("test_notebooks*.py", "test_cli*.py", "test_benchmarks.py", "test_stories.py")
    ignored = [f"--ignore=contract_tests/toolkit/{name}" for name in slow]
    ignored += [f"--ignore-glob=*/{name}" for name in slow_files]
    fast = ["-n", "auto", *ignored, "contract_tests/toolkit"]
    session.run(shared_python(session), "-m", "pytest", *fast, env=nobodys())


@nox.session(python=False, default=False)
def suite(session: nox.Session) -> None:
    """Run only the contract suite, as `seqrkit verify` does: `nox -s suite -- URL`, or options.

    The tests include it as well. This session uses the endpoint and credentials of the environment.
    """
    session.run(shared_python(session), "-m", "seqrkit", "verify", *session.posargs)


@nox.session(python=False)
def packages(session: nox.Session) -> None:
    """Test checkout, editable install and wheel in an environment outside the checkout."""
    file = "contract_tests/toolkit/test_packages.py"
    session.run(shared_python(session), "-m", "pytest", "-m", "packages", file, *session.posargs)


@nox.session(python=False)
def notebooks(session: nox.Session) -> None:
    """Run the notebooks and compare each output with the saved one; `-- --regenerate` saves them.

    `-- --pictures` takes new pictures of their widgets in Chromium. All take names:
    `nox -s notebooks -- notebooks/05-reservations.ipynb`, `nox -s notebooks -- --regenerate 05`.
    """
    python = shared_python(session)
    makers = {"--regenerate": "notebook_writer", "--pictures": "notebook_pictures"}
    if session.posargs and session.posargs[0] in makers:
        maker, *names = session.posargs
        session.run(python, "-m", f"contract_tests.toolkit.{makers[maker]}", *names)
        return
    compare = ["--nbval", "--nbval-current-env", f"--nbval-sanitize-with={SANITIZED}"]
    where = session.posargs or ["-n", "auto", "--dist", "loadscope", "notebooks"]
    session.run(python, "-m", "pytest", *compare, *where, env=nobodys())


@nox.session(python=False, default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation from the saved notebooks into .nox/docs/html."""
    python = shared_python(session)
    install(session, python, *nox.project.dependency_groups(PYPROJECT, "docs"))
    made = ROOT / ".nox" / "docs"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(ROOT / "docs", made / "source")
    shutil.copytree(ROOT / "notebooks", made / "source" / "notebooks")
    strict = ["--fail-on-warning", "--keep-going", "--quiet", *session.posargs]
    session.run(python, "-m", "sphinx", *strict, str(made / "source"), str(made / "html"))
    session.log(f"{made / 'html' / 'index.html'}")


@nox.session(python=False, default=False)
def browser(session: nox.Session) -> None:
    """Test the endpoint's pages, JupyterLab and Voila in headless Chromium.

    With npm, axe-core checks accessibility. Screenshots are saved in .nox/pictures. Without
    Chromium, the session fails and says what to install.
    """
    axe = ROOT / ".nox" / "axe"
    if shutil.which("npm"):
        session.run("npm", "install", "--silent", "--no-save", "--prefix", str(axe), AXE)
    script = axe / "node_modules" / "axe-core" / "axe.min.js"
    env = {"SEQRKIT_AXE": str(script)} if script.is_file() else {}
    python = shared_python(session)
    session.run(python, "-m", "pytest", "-m", "browser", *session.posargs, env=env)


@nox.session(python=PYTHONS, reuse_venv=True, default=False)
def pythons(session: nox.Session) -> None:
    """Run the tests on every installed Python that pyproject.toml lists; `pythons-3.12` on one."""
    session.install("-e", ".[test,notebook]", *nox.project.dependency_groups(PYPROJECT, "lint"))
    run_tests(session, "python")


@nox.session(python=False, default=False)
def nightly(session: nox.Session) -> None:
    """Run all tests with the long profiles: kills, hostile bodies, money, all properties."""
    session.run(
        shared_python(session),
        "-m",
        "pytest",
        *(session.posargs or ["-n", "auto"]),
        env=nobodys() | {"HYPOTHESIS_PROFILE": "nightly", "SEQR_PROFILE": "nightly"},
    )


@nox.session(python=False, default=False)
def rules(session: nox.Session) -> None:
    """Switch off each rule in the linter, and expect a check of the suite to fail."""
    file = "contract_tests/toolkit/suite/test_rules_switched_off.py"
    session.run(shared_python(session), "-m", "pytest", file, *session.posargs)


@nox.session(python=False, default=False)
def mutations(session: nox.Session) -> None:
    """Seed every known mistake, one at a time, and expect a check of the suite to fail."""
    session.run(
        shared_python(session),
        "-m",
        "pytest",
        "contract_tests/toolkit/suite/test_mutations.py",
        *(session.posargs or ["-n", "auto"]),
        env={"HYPOTHESIS_PROFILE": "nightly"},
    )


@nox.session(python=False, default=False)
def bench(session: nox.Session) -> None:
    """Run the benchmarks and print each figure beside its target."""
    python = shared_python(session)
    install(session, python, *nox.project.dependency_groups(PYPROJECT, "bench"))
    session.run(python, "-m", "benchmarks", *session.posargs)


@nox.session(python=False, default=False)
def model(session: nox.Session) -> None:
    """Generate vocabulary.py, errors/result_errors.py and model.py from the schemas."""
    python = shared_python(session)
    session.run(python, "-m", "contract_tests.toolkit.names_writer")
    session.run(python, "-m", "contract_tests.toolkit.model_writer")


def run_tests(session: nox.Session, python: str) -> None:
    """Run pytest on all cores with coverage, or with the given arguments."""
    everything = ["-n", "auto", "--cov", "--cov-report=term", "--seqr-require-coverage"]
    session.run(python, "-m", "pytest", *(session.posargs or everything), env=nobodys())


def nobodys() -> dict[str, str | None]:
    """Return the environment without SEQR_ variables, so that no test uses a real endpoint."""
    return {name: None for name in os.environ if name.startswith("SEQR_")}


def shared_python(session: nox.Session) -> str:
    """Return the interpreter of the shared environment; build the environment if necessary."""
    python = SHARED / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = SHARED / "made-for"
    asked = (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    digest = hashlib.sha256(asked).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(SHARED, ignore_errors=True)
        groups = nox.project.dependency_groups(PYPROJECT, "lint", "browser")
        make_environment(session, str(python), "-e", ".[test,notebook]", *groups)
        stamp.write_text(digest)
    return str(python)


def make_environment(session: nox.Session, python: str, *packages: str) -> None:
    """Create the shared environment with uv, or with venv and pip, and install into it."""
    uv = shutil.which("uv")
    if uv:
        session.run(uv, "venv", "--quiet", "--python", sys.executable, str(SHARED))
    else:
        session.run(sys.executable, "-m", "venv", str(SHARED))
    install(session, python, *packages)


def install(session: nox.Session, python: str, *packages: str) -> None:
    """Install into the shared environment, with uv if available."""
    uv = shutil.which("uv")
    installer = (
        [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    )
    session.run(*installer, "--quiet", *packages)
