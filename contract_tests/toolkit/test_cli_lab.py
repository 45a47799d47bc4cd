"""``seqrkit lab``: it copies the notebooks and starts JupyterLab."""

import ast
import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.request
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from jupyterlab.labapp import LabApp

from contract_tests.toolkit.commands import run
from contract_tests.toolkit.notebook_writer import named
from seqrkit.cli import lab

ROOT = Path(__file__).resolve().parents[2]
NAMES = [path.name for path in named()]


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What JupyterLab would be started with."""
    calls: list[list[str]] = []
    monkeypatch.setattr(LabApp, "launch_instance", calls.append)
    return calls


def test_every_notebook_is_copied_and_the_first_is_opened(capsys, tmp_path: Path, launched) -> None:
    folder = tmp_path / "mine"
    ended = run(capsys, "lab", "--into", str(folder))
    assert ended.code == 0
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert launched == [
        [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{NAMES[0]}"]
    ]
    assert NAMES[0] == lab.FIRST


def test_changed_notebooks_are_kept(capsys, tmp_path: Path, launched) -> None:
    run(capsys, "lab", "--into", str(tmp_path))
    (tmp_path / NAMES[0]).write_text("mine", encoding="utf-8")
    (tmp_path / NAMES[1]).unlink()
    ended = run(capsys, "lab", "--into", str(tmp_path))
    assert (tmp_path / NAMES[0]).read_text(encoding="utf-8") == "mine"
    assert (tmp_path / NAMES[1]).exists()
    assert f"1 of {len(NAMES)} notebooks copied" in ended.err
    assert len(launched) == 2


def test_other_options_are_passed_to_jupyterlab(capsys, tmp_path: Path, launched) -> None:
    run(capsys, "lab", "--into", str(tmp_path), "--no-browser", "--port", "9000")
    assert launched[0][2:] == ["--no-browser", "--port", "9000"]


def test_without_jupyterlab_the_error_says_what_to_install(
    capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqrkit.cli.find_spec", lambda _: None)
    ended = run(capsys, "lab", "--into", str(tmp_path / "none"))
    assert ended.code == 2
    assert "pip install 'seqrkit[notebook]'" in ended.err
    assert not (tmp_path / "none").exists()


def test_the_command_requires_what_the_notebooks_import() -> None:
    """And comes with seqrkit[notebook], or with seqrkit itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = {re.split(r"\W", each)[0] for each in project["optional-dependencies"]["notebook"]}
    always = {re.split(r"\W", each)[0] for each in project["dependencies"]}
    assert extra == set(lab.NEEDED)
    assert imported() - set(sys.stdlib_module_names) <= extra | always | {"seqrkit"}


def imported() -> set[str]:
    """The packages that the notebooks import."""
    found: set[str] = set()
    for path in named():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                for node in ast.walk(ast.parse(cell.source)):
                    if isinstance(node, ast.Import):
                        found |= {each.name.partition(".")[0] for each in node.names}
                    elif isinstance(node, ast.ImportFrom):
                        found.add((node.module or "").partition(".")[0])
    return found


def test_a_real_jupyterlab_serves_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.port_retries=50"]
    process = subprocess.Popen(
        [sys.executable, "-m", "seqrkit", "lab", "--into", tmp_path / "mine", *options],
        env={**os.environ, **{name: str(home / name) for name in folders}},
        stderr=subprocess.PIPE,
    )
    try:
        listed = told(home / "JUPYTER_RUNTIME_DIR" / f"jpserver-{process.pid}.json", process)
        assert sorted(each["name"] for each in listed) == NAMES
    finally:
        process.terminate()
        process.communicate(timeout=30)


def told(file: Path, process: subprocess.Popen) -> list[dict[str, str]]:
    """What the server has in its folder, as soon as it answers at the address that it wrote."""
    for _ in range(600):
        with suppress(OSError, ValueError):  # not there yet, half written, not listening yet
            server = json.loads(file.read_text(encoding="utf-8"))
            url = f"{server['url']}api/contents?token={server['token']}"
            with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own server
                return json.load(answer)["content"]
        assert process.poll() is None, process.communicate()[1].decode()
        time.sleep(0.1)
    pytest.fail("JupyterLab did not start")
