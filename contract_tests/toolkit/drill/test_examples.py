"""The registers in other languages: the correct ones pass, and the reports find the mistakes.

`python -m contract_tests.toolkit.drill.test_examples` writes the reports anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from contract_tests.profiles import NIGHTLY

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"


class Language(NamedTuple):
    """A language: its programs, the sources and the words that run one."""

    needs: str
    correct: str
    mistaken: str
    runs: tuple[str, ...]


LANGUAGES = {
    "php": Language("php", "register.php", "register_with_mistakes.php", ("php",)),
    "javascript": Language("node", "register.mjs", "register_with_mistakes.mjs", ("node",)),
    "java": Language("javac", "Register.java", "RegisterWithMistakes.java", ("java",)),
    "csharp": Language("mcs", "Register.cs", "RegisterWithMistakes.cs", ("mono",)),
}
ONLY = ("--only", "lost", "--only", "cut", "--only", "buyer")
EVERY_TIME = ("php", "javascript")
"""Java takes longest to start, and Mono aborts now and then on a busy machine."""
ALL = [
    pytest.param(
        each,
        marks=[] if each in EVERY_TIME or NIGHTLY else [pytest.mark.skip("runs every night")],
    )
    for each in LANGUAGES
]


def check(name: str, source: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `seqrkit check-register` with an example."""
    language = LANGUAGES[name]
    if shutil.which(language.needs) is None:
        pytest.skip(f"{language.needs} is not installed")
    program = str(EXAMPLES / name / source)
    if name == "csharp":
        program = str(folder / f"{Path(source).stem}.exe")
        compiled = ["mcs", str(EXAMPLES / name / source), f"-out:{program}"]
        subprocess.run(compiled, check=True, capture_output=True)
    modules = ["php", "-m"]
    if name == "php" and b"soap" not in _output(modules):
        pytest.skip("PHP has no soap extension")
    command = [sys.executable, "-m", "seqrkit", "check-register", "--late", "0.5", *options]
    return subprocess.run(
        [*command, "--", *language.runs, program],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
    )


def _output(command: list[str]) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def report(name: str, folder: Path) -> str:
    """Return the report on the mistakes, without what differs in each run."""
    options = ("--procedure", "none", *ONLY, "--jobs", "1")
    ended = check(name, LANGUAGES[name].mistaken, folder, *options)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    text = re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", ended.stdout)
    text = re.sub(r"\b20\d{15,}\b", lambda found: "9" * len(found[0]), text)
    text = re.sub(r"\b1\d{12}\b", "9" * 13, text)
    return re.sub(r"(mono|php|node|java) \S*/(\S+)", r"\1 \2", text)


@pytest.mark.parametrize("name", ALL)
def test_a_correct_register_passes(name: str, tmp_path: Path) -> None:
    only = () if NIGHTLY else ("--only", "lost", "--only", "buyer declines")
    ended = check(name, LANGUAGES[name].correct, tmp_path, "--procedure", "none", *only)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", ALL)
def test_the_report_finds_the_mistakes(name: str, tmp_path: Path) -> None:
    saved = EXAMPLES / name / "mistakes.txt"
    assert report(name, tmp_path) == saved.read_text("utf-8")
    assert "are charged instead of" in saved.read_text("utf-8")


if __name__ == "__main__":
    for each in sys.argv[1:] or LANGUAGES:
        with tempfile.TemporaryDirectory() as made:
            (EXAMPLES / each / "mistakes.txt").write_text(report(each, Path(made)), "utf-8")
