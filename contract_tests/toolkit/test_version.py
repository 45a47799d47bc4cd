"""The changelog is for users, and it tells of the version they have."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import seqrkit

ROOT = Path(__file__).resolve().parents[2]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
VERSIONS = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", CHANGELOG, re.MULTILINE)


def test_the_changelogs_newest_heading_is_the_version() -> None:
    assert VERSIONS[0] == seqrkit.__version__


def test_the_changelog_goes_from_new_to_old() -> None:
    numbers = [tuple(map(int, version.split("."))) for version in VERSIONS]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers)


def test_every_heading_of_the_changelog_is_a_version_or_a_kind_of_change() -> None:
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "[Unreleased]"}
    for heading in re.findall(r"^###? (.+)$", CHANGELOG, re.MULTILINE):
        assert heading in kinds or re.fullmatch(r"\[[\d.]+\] - \d{4}-\d\d-\d\d", heading)


@pytest.mark.parametrize(
    "start", [["-m", "seqrkit"], ["-c", "from seqrkit.cli import main; main()"]]
)
def test_the_command_prints_the_version(start: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *start, "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert seqrkit.__version__ in done.stdout
