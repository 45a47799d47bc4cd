"""What proves seqrkit.

``nox`` runs the default sessions: lint, types, tests, notebooks, packages. ``nox --list`` names the
others.

The sessions of the running interpreter share one environment (``.nox/shared``), which is made again
when ``pyproject.toml`` changes; each would install the same packages otherwise. uv makes it where
there is one, venv and pip where there is none.
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
nox.options.download_python = "never"  # an interpreter that is not here is skipped, and said so
nox.options.error_on_missing_interpreters = False

ROOT = Path(__file__).parent
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
SHARED = ROOT / ".nox" / "shared"
AXE = "axe-core@4"
SANITIZED = "contract_tests/notebooks.cfg"


@nox.session(python=False)
def lint(session: nox.Session) -> None:
    """Ruff's rules and its format, over everything."""
    python = shared_python(session)
    session.run(python, "-m", "ruff", "check", ".")
    session.run(python, "-m", "ruff", "format", "--check", ".")


@nox.session(python=False)
def types(session: nox.Session) -> None:
    """Mypy: strict over the package, less so over the tests."""
    session.run(shared_python(session), "-m", "mypy", *session.posargs)


@nox.session(python=False)
def tests(session: nox.Session) -> None:
    """All tests with branch coverage; given arguments (`nox -s tests -- -k lint`), just those."""
    run_tests(session, shared_python(session))


@nox.session(python=False, default=False)
def suite(session: nox.Session) -> None:
    """The contract suite by itself, as `seqrkit verify` runs it: `nox -s suite -- URL`, or options.

    It is among the tests as well. The environment's endpoint and credentials count here.
    """
    session.run(shared_python(session), "-m", "seqrkit", "verify", *session.posargs)


@nox.session(python=False)
def packages(session: nox.Session) -> None:
    """The checkout, an editable install and the wheel, in an environment outside the checkout."""
    file = "contract_tests/toolkit/test_packages.py"
    session.run(shared_python(session), "-m", "pytest", "-m", "packages", file, *session.posargs)


@nox.session(python=False)
def notebooks(session: nox.Session) -> None:
    """Run the notebooks: each output is to be the saved one. `-- --regenerate` saves them anew.

    `-- --pictures` takes pictures of their widgets anew, in Chromium. All take names:
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
    """The documentation, out of the notebooks as they are saved, into .nox/docs/html."""
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
    """The endpoint's pages, JupyterLab and Voila in headless Chromium.

    With npm, axe-core judges how accessible they are; pictures for people to look at are in
    .nox/pictures. Fails, and says what to install, where there is no Chromium.
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
    """The tests on every Python of pyproject.toml that is installed here (`pythons-3.12`: one)."""
    session.install("-e", ".[test,notebook]", *nox.project.dependency_groups(PYPROJECT, "lint"))
    run_tests(session, "python")


@nox.session(python=False, default=False)
def nightly(session: nox.Session) -> None:
    """What the tests look for, looked for longer: kills, hostile bodies, money, all properties."""
    session.run(
        shared_python(session),
        "-m",
        "pytest",
        *(session.posargs or ["-n", "auto"]),
        env=nobodys() | {"HYPOTHESIS_PROFILE": "nightly", "SEQR_PROFILE": "nightly"},
    )


@nox.session(python=False, default=False)
def rules(session: nox.Session) -> None:
    """Each rule of both interfaces switched off in the linter: a check of the suite fails."""
    file = "contract_tests/toolkit/suite/test_rules_switched_off.py"
    session.run(shared_python(session), "-m", "pytest", file, *session.posargs)


@nox.session(python=False, default=False)
def mutations(session: nox.Session) -> None:
    """All the mistakes that are made on purpose: a check of the suite fails over each."""
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
    """The figures of benchmarks/, each beside what was asked of it."""
    python = shared_python(session)
    install(session, python, *nox.project.dependency_groups(PYPROJECT, "bench"))
    session.run(python, "-m", "benchmarks", *session.posargs)


@nox.session(python=False, default=False)
def model(session: nox.Session) -> None:
    """Write seqrkit/model.py anew from the schemas."""
    python = shared_python(session)
    session.run(python, "-m", "contract_tests.toolkit.model_writer", *session.posargs)


def run_tests(session: nox.Session, python: str) -> None:
    """Run pytest: everything on all cores with coverage, or what the arguments ask for."""
    everything = ["-n", "auto", "--cov", "--cov-report=term", "--seqr-require-coverage"]
    session.run(python, "-m", "pytest", *(session.posargs or everything), env=nobodys())


def nobodys() -> dict[str, str | None]:
    """The environment without anybody's endpoint: no test sends anything to a real one."""
    return {name: None for name in os.environ if name.startswith("SEQR_")}


def shared_python(session: nox.Session) -> str:
    """Return the interpreter of the shared environment, which is made first where need be."""
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
    """Make the shared environment with uv, or with venv and pip, and install into it."""
    uv = shutil.which("uv")
    if uv:
        session.run(uv, "venv", "--quiet", "--python", sys.executable, str(SHARED))
    else:
        session.run(sys.executable, "-m", "venv", str(SHARED))
    install(session, python, *packages)


def install(session: nox.Session, python: str, *packages: str) -> None:
    """Install into the shared environment, with uv where there is one."""
    uv = shutil.which("uv")
    installer = (
        [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    )
    session.run(*installer, "--quiet", *packages)
