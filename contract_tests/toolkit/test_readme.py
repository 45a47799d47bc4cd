"""README's promises: two commands and no third, an example that runs, all commands in a table."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/seqrkit demo"
PROOF = "python3 -m venv .venv && .venv/bin/pip install -q 'nox[uv]' && .venv/bin/nox"
STUB = """#!/bin/sh
echo "$(basename "$0") $*"
case "$0" in *nox) echo 3 failed; exit 7;; esac
"""


def test_readme_has_these_two_commands_to_begin_with_and_no_others() -> None:
    lines = README.splitlines()
    assert [line for line in lines if "-m venv" in line] == [DEMO, PROOF]


@pytest.mark.skipif(os.name == "nt", reason="continuous integration runs bash")
def test_ci_runs_readmes_second_command_and_passes_its_end_on(tmp_path: Path) -> None:
    for name in ("README.md", ".ci/run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("bin/python3", ".venv/bin/pip", ".venv/bin/nox"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(STUB, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        [tmp_path / ".ci" / "run"],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        f"+ {PROOF}",
        "python3 -m venv .venv",
        "pip install -q nox[uv]",
        "nox ",
        "3 failed",
    ]
    assert done.returncode == 7


def test_the_python_example_in_readme_runs() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)  # noqa: S102 - our own example
    assert str(names["paid"].status) == "PAID"  # type: ignore[attr-defined]


def test_readmes_table_has_every_command_and_no_other() -> None:
    from seqrkit.cli import COMMANDS

    assert re.findall(r"^\| `seqrkit ([\w-]+)", README, re.MULTILINE) == sorted(COMMANDS)
