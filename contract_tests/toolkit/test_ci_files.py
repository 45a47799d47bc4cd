"""The ready-made files for continuous integration: valid, and their commands run."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from contract_tests.toolkit.messages import NEWEST, build, in_envelope
from seqrkit import ManualClock
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import PATHS, Interface

ROOT = Path(__file__).resolve().parents[2]
GITHUB, GITLAB, PRE_COMMIT = (
    ROOT / "docs" / "howto" / "ci" / name
    for name in ("github.yml", "gitlab.yml", "pre-commit.yaml")
)
HOOKS = ROOT / ".pre-commit-hooks.yaml"
NOTEBOOK = ROOT / "docs" / "howto" / "ci" / "notebooks.yml"
COMPOSE, CONTAINERFILE = (ROOT / "containers" / name for name in ("compose.yaml", "Containerfile"))


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (GITHUB, "github-workflows.json"),
        (GITLAB, "gitlab-ci.json"),
        (COMPOSE, "compose-spec.json"),
    ],
)
def test_the_published_schemas_allow_the_files(path: Path, schema: str) -> None:
    vendored = files("check_jsonschema.builtin_schemas") / "vendor" / schema
    jsonschema.validate(read(path), json.loads(vendored.read_text(encoding="utf-8")))


def test_the_commands_of_the_containers_exist() -> None:
    from seqrkit.cli import serve, wait

    known = {option for each in serve.command.params for option in each.opts}
    command = read(COMPOSE)["services"]["endpoint"]["command"]
    text = CONTAINERFILE.read_text(encoding="utf-8")
    (standard,) = re.findall(r"^CMD (\[.*\])", text, re.MULTILINE)
    for verb, *options in (command, json.loads(standard)):
        assert verb == "serve"
        names = {each.partition("=")[0] for each in options if each.startswith("--")}
        assert names <= known
    (checked,) = re.findall(r"^\s+CMD (\[.*\])", text, re.MULTILINE)
    assert json.loads(checked)[1] == wait.command.name
    assert "\nUSER 10001\n" in text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with recorded messages and a test of its register."""
    (tmp_path / "envelopes").mkdir()
    message = in_envelope(build(NEWEST, "sendInvoice"))
    (tmp_path / "envelopes" / "sale.xml").write_bytes(message)
    (tmp_path / "test_register.py").write_text(
        "import os\n"
        "def test_it(seqr_endpoint): assert seqr_endpoint != os.environ.get('SEQR_ENDPOINT')\n"
    )
    return tmp_path


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with commands that run this Python, and an endpoint for `seqrkit verify`."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("seqrkit", "pytest"):
        script = commands / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name} "$@"\n')
        script.chmod(0o755)
    with Endpoint(clock=ManualClock()) as served:
        yield {
            "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
            "PYTHONPATH": str(ROOT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "-p seqrkit.pytest_plugin -p no:cacheprovider",
            "SEQR_ENDPOINT": f"{served.base_url}{PATHS[Interface.CASHREGISTER_2]}",
            "SEQR_INTERFACE": "cashregister-2",
            "SEQR_CHECK": "replay.unknown-references[cashregister-2/getPaymentStatus]",
        }


def steps(path: Path) -> dict[str, bool]:
    """Return the commands that need no network, and whether each has the project's variables."""
    content = read(path)
    if path == GITHUB:
        parts = content["jobs"]["seqr"]["steps"]
        commands = {step["run"]: "env" in step for step in parts if "run" in step}
    else:
        commands = dict.fromkeys(content["seqr"]["script"], True)
    return {each: has for each, has in commands.items() if not each.startswith("pip install")}


@pytest.mark.skipif(os.name == "nt", reason="the jobs run in a POSIX shell")
@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.stem)
def test_the_commands_of_the_jobs_pass(
    path: Path, project: Path, environment: dict[str, str]
) -> None:
    assert len(steps(path)) == 3
    for command, has_variables in steps(path).items():
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=project,
            env=environment if has_variables else {**environment, "SEQR_ENDPOINT": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    made = {path.name for path in (project / "reports").iterdir()}
    assert {"junit.xml", "results.json", "results.sarif", "failures.har"} <= made
    left = {path.name for path in project.iterdir()} - {"bin", "envelopes", "test_register.py"}
    assert left - {"__pycache__", "lint.xml", "tests.xml"} == {"reports"}


def test_the_hook_passes_options_and_files(project: Path, environment: dict[str, str]) -> None:
    (hook,) = read(HOOKS)
    (used,) = read(PRE_COMMIT)["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    assert re.search(hook["files"], "envelopes/sale.xml")
    assert re.search(used["files"], "envelopes/sale.xml")
    command = [*hook["entry"].split(), *used["args"], "envelopes/sale.xml"]
    program = shutil.which(command[0], path=environment["PATH"])
    assert program
    subprocess.run([program, *command[1:]], cwd=project, env=environment, check=True)
