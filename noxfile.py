"""The checks of seqrkit, as nox sessions.

``nox`` runs the default sessions: lint, types, tests, packages, notebooks and pythons.
``nox --list`` names the others.

The sessions share one environment (``.nox/shared``), which is rebuilt when ``pyproject.toml``
changes, so that they do not install the same packages several times. It is built with uv if
available, otherwise with venv and pip.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.16"

ROOT = Path(__file__).parent
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
SHARED = ROOT / ".nox" / "shared"
WHEEL = ROOT / ".nox" / "wheel"
AXE = "axe-core@4"
NODE_PACKAGES = ("soap@1", "@microsoft/jest-sarif@1.0.0-beta.0")  # the second has SARIF's schema
PYPI = "https://pypi.org/pypi/pip/19.0/json"
"""An address as pip-audit reads them: mirrors often have the newest version's page only."""
COMPLETE_TYPES = 0.99
"""The part of the public names whose types must be known to other type checkers."""
SANITIZED = "contract_tests/notebooks.cfg"
# Some container images set it. Each of the many processes would then compile all modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
SLOW = (  # tests that start endpoints, processes, kernels or browsers
    "browser",
    "certification",
    "drill",
    "proxy",
    "simulator",
    "suite",
    "widgets",
    "test_benchmarks.py",
    "test_ci_files.py",
    "test_cli*.py",
    "test_demo.py",
    "test_load.py",
    "test_new_interface.py",
    "test_notebooks*.py",
    "test_notification_receiver.py",
    "test_packages.py",
    "test_pytest_plugin.py",
    "test_readme.py",
    "test_session*.py",
    "test_users_notebooks.py",
    "test_verification.py",
)
PARALLEL = ["-n", "auto", "-p", "no:nbval"]  # which takes each worker seconds to load
QUICK_TESTS = [
    *(*PARALLEL, "--hypothesis-profile=quick"),
    # pytest puts the working directory before them, so nothing may match in between.
    *(f"--ignore-glob=contract_tests/toolkit/{name}" for name in SLOW),
    "contract_tests/toolkit",
]
MEASURED = ["--cov", "--cov-report=term"]


@nox.session(python=False)
def lint(session: nox.Session) -> None:
    """Check rules and format with ruff, and spelling with codespell."""
    python = shared_python(session)
    session.run(python, "-m", "ruff", "check", ".")
    session.run(python, "-m", "ruff", "format", "--check", ".")
    session.run(python, "-m", "codespell_lib")


@nox.session(python=False)
def types(session: nox.Session) -> None:
    """Check types with mypy, strictly in the package, and their completeness with pyright."""
    python = shared_python(session)
    session.run(python, "-m", "mypy", *session.posargs)
    if session.posargs:
        return
    # pyright exits with 1 if any type is incomplete, and warns of newer versions of itself.
    options = ["--verifytypes", "seqrkit", "--ignoreexternal", "--outputjson"]
    # It does not follow the path file of an editable install.
    quiet = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "PYTHONPATH": str(ROOT)}
    output = session.run(
        *(python, "-m", "pyright", "--pythonpath", python, *options),
        env=quiet,
        silent=True,
        success_codes=[0, 1],
    )
    report = json.loads(str(output)[str(output).index("{") :])["typeCompleteness"]
    score = report["completenessScore"]
    session.log(f"pyright knows the types of {score:.1%} of the public names")
    if score < COMPLETE_TYPES:
        exported = [each for each in report["symbols"] if each["isExported"]]
        vague = [e["name"] for e in exported if e["isTypeAmbiguous"] or not e["isTypeKnown"]]
        session.error(f"at least {COMPLETE_TYPES:.0%} are required; annotate {', '.join(vague)}")


@nox.session(python=False)
def tests(session: nox.Session) -> None:
    """Run all tests, or those selected: `nox -s tests -- -k lint`."""
    selected = session.posargs or [*PARALLEL, "--seqr-require-coverage"]
    python = shared_python(session)
    session.run(python, "-m", "pytest", *selected, env=nobodys() | node_modules(session))


@nox.session(python=False, default=False)
def coverage(session: nox.Session) -> None:
    """Run all tests with branch coverage, which takes about twice as long."""
    python = shared_python(session)
    env = nobodys() | node_modules(session)
    session.run(python, "-m", "pytest", *PARALLEL, *MEASURED, env=env)


@nox.session(python=False, default=False)
def quick(session: nox.Session) -> None:
    """Run lint, types and the fast unit tests: the parts below the endpoint and the suite."""
    lint(session)
    types(session)
    session.run(shared_python(session), "-m", "pytest", *QUICK_TESTS, env=nobodys())


@nox.session(python=False, default=False)
def suite(session: nox.Session) -> None:
    """Run only the contract suite, as `seqrkit verify` does: `nox -s suite -- URL`, or options.

    The tests include it as well. This session uses the endpoint and credentials of the environment.
    """
    session.run(shared_python(session), "-m", "seqrkit", "verify", *session.posargs)


@nox.session(python=False)
def packages(session: nox.Session) -> None:
    """Test checkout, editable install, wheel and the pages' examples outside the checkout."""
    files = [
        f"contract_tests/toolkit/test_{name}.py" for name in ("packages", "documentation_types")
    ]
    python, uv = shared_python(session), find_uv()
    path = os.pathsep.join([os.environ["PATH"], *([str(Path(uv).parent)] if uv else [])])
    where = ["-n", "auto", "--dist", "loadfile", *files]
    session.run(
        python, "-m", "pytest", "-m", "packages", *where, *session.posargs, env={"PATH": path}
    )


@nox.session(python=False)
def notebooks(session: nox.Session) -> None:
    """Run the notebooks from a wheel and compare each output with the saved one.

    `-- --regenerate` saves the outputs; `-- --pictures` takes new pictures of
    the widgets in Chromium. All take names: `nox -s notebooks -- notebooks/05-reservations.ipynb`,
    `nox -s notebooks -- --regenerate 05`.
    """
    python = wheel_python(session)
    makers = {"--regenerate": "notebook_writer", "--pictures": "notebook_pictures"}
    if session.posargs and session.posargs[0] in makers:
        maker, *names = session.posargs
        session.run(python, "-m", f"contract_tests.toolkit.{makers[maker]}", *names)
        return
    compare = ["--nbval", "--nbval-current-env", f"--nbval-sanitize-with={SANITIZED}"]
    where = session.posargs or ["-n", "auto", "--dist", "loadscope", "notebooks"]
    session.run(python, "-P", "-m", "pytest", *compare, *where, env=nobodys())


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


@nox.session(python=False)
def pythons(session: nox.Session) -> None:
    """Run the quick tests on the other installed Pythons that pyproject.toml lists.

    `nox -s pythons -- contract_tests` runs all tests on them.
    """
    for version in PYTHONS:
        name = f"python{version}"
        if version == f"{sys.version_info.major}.{sys.version_info.minor}" or not runs(name):
            session.log(f"{name} is the running Python or not installed: skipped")
            continue
        python = environment_python(ROOT / ".nox" / name)
        build(session, python, name, "-e", ".[test,notebook]")
        session.run(str(python), "-m", "pytest", *(session.posargs or QUICK_TESTS), env=nobodys())


@nox.session(python=False, default=False)
def nightly(session: nox.Session) -> None:
    """Run all tests with the long profiles and coverage: kills, hostile bodies, properties.

    Afterwards the quick tests run with the lowest declared versions (`nox -s lowest`).
    """
    session.notify("lowest", [])
    session.run(
        shared_python(session),
        "-m",
        "pytest",
        *(session.posargs or [*PARALLEL, *MEASURED]),
        env=nobodys()
        | node_modules(session)
        | {"HYPOTHESIS_PROFILE": "nightly", "SEQR_PROFILE": "nightly"},
    )


@nox.session(python=False, default=False)
def lowest(session: nox.Session) -> None:
    """Run the quick tests with the lowest versions that pyproject.toml declares; needs uv.

    Then pip-audit looks for known vulnerabilities of these versions, unless PyPI is out of reach.
    """
    uv = find_uv()
    if uv is None:
        session.error("uv is missing, which finds the lowest versions: pip install 'nox[uv]'")
    home = ROOT / ".nox" / "lowest"
    python = environment_python(home)
    session.run(uv, "venv", "--quiet", "--clear", "--python", PYTHONS[0], str(home))
    options = ["--quiet", "--python", str(python), "--resolution", "lowest-direct"]
    session.run(uv, "pip", "install", *options, "-e", ".[test,notebook]")
    session.run(str(python), "-m", "pytest", *(session.posargs or QUICK_TESTS), env=nobodys())
    pinned = str(session.run(uv, "pip", "freeze", "--python", str(python), silent=True))
    versions = home / "versions.txt"
    versions.write_text("".join(f"{line}\n" for line in pinned.splitlines() if "==" in line))
    try:
        urllib.request.urlopen(PYPI, timeout=10).close()
    except OSError as error:
        session.log(f"{PYPI} is out of reach ({error}): known vulnerabilities were not looked for")
        return
    options = ["--no-deps", "--disable-pip", "--requirement", str(versions)]
    session.run(uv, "tool", "run", "pip-audit", *options)


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
    session.run(python, "-m", "benchmarks", *session.posargs, env=node_modules(session))


@nox.session(python=False, default=False)
def model(session: nox.Session) -> None:
    """Generate vocabulary.py, errors/result_errors.py and model.py from the schemas."""
    python = shared_python(session)
    session.run(python, "-m", "contract_tests.toolkit.names_writer")
    session.run(python, "-m", "contract_tests.toolkit.model_writer")


def node_modules(session: nox.Session) -> dict[str, str | None]:
    """Install the packages of npm that tests use, and return the variable that names their folder.

    Without npm these tests are skipped.
    """
    folder = ROOT / ".nox" / "node"
    if not shutil.which("npm"):
        return {}
    if not (folder / "node_modules" / "@microsoft").is_dir():
        install = ("npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix")
        session.run(*install, str(folder), *NODE_PACKAGES)
    return {"SEQRKIT_TESTS_NODE_MODULES": str(folder / "node_modules")}


def nobodys() -> dict[str, str | None]:
    """Return the environment without SEQR_ variables, so that no test uses a real endpoint.

    Requests that notebooks save are kept out of the user's folders.
    """
    data = {"SEQRKIT_DATA": str(ROOT / ".nox" / "data")}
    return data | {name: None for name in os.environ if name.startswith("SEQR_")}


def shared_python(session: nox.Session) -> str:
    """Return the interpreter of the shared environment; build the environment if necessary."""
    python = environment_python(SHARED)
    groups = nox.project.dependency_groups(PYPROJECT, "lint", "browser")
    build(session, python, sys.executable, "-e", ".[test,notebook]", *groups)
    return str(python)


def wheel_python(session: nox.Session) -> str:
    """Return an interpreter that imports seqrkit from a new wheel, the rest as the shared one."""
    shared = shared_python(session)
    shutil.rmtree(WHEEL, ignore_errors=True)
    session.run(shared, "-m", "build", "--wheel", "--outdir", str(WHEEL), ".", silent=True)
    environment = WHEEL / "environment"
    python = str(environment_python(environment))
    session.run(shared, "-m", "venv", str(environment))
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site, shared_site = (
        str(session.run(interpreter, "-c", where, silent=True)).strip()
        for interpreter in (python, shared)
    )
    # A path file adds the packages of the shared environment, after those of this one.
    (Path(site) / "shared.pth").write_text(f"{shared_site}\n")
    (wheel,) = WHEEL.glob("*.whl")
    install(session, python, "--no-deps", str(wheel))
    return python


def build(session: nox.Session, python: Path, base: str, *packages: str) -> None:
    """Build an environment from the base interpreter unless an earlier run built the same."""
    home = python.parent.parent
    stamp = home / "made-for"
    wanted = (ROOT / "pyproject.toml").read_bytes() + f"{base} {sys.version} {packages}".encode()
    digest = hashlib.sha256(wanted).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    shutil.rmtree(home, ignore_errors=True)
    uv = find_uv()
    if uv:
        session.run(uv, "venv", "--quiet", "--python", base, str(home))
    else:
        session.run(base, "-m", "venv", str(home))
    install(session, str(python), *packages)
    stamp.write_text(digest)


def install(session: nox.Session, python: str, *packages: str) -> None:
    """Install into an environment, with uv if available."""
    uv = find_uv()
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    session.run(*pip, "--quiet", *packages)


def find_uv() -> str | None:
    """Return the path of uv, which `pip install nox[uv]` puts beside the running interpreter."""
    return shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")


def environment_python(home: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def runs(interpreter: str) -> bool:
    """Whether an interpreter starts; pyenv leaves commands that do not."""
    found = shutil.which(interpreter)
    if found is None:
        return False
    return not subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode  # noqa: S603 - a name from pyproject.toml
