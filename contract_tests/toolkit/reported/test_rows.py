"""Each reported input has a test whose name begins with the name of its row."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).parent


def test_each_row_has_a_test_and_each_test_a_row() -> None:
    rows = tomllib.loads((HERE / "rows.toml").read_text(encoding="utf-8"))
    elsewhere = rows.pop("elsewhere")
    modules = [each for each in HERE.glob("test_*.py") if each != Path(__file__)]
    sources = "\n".join(each.read_text(encoding="utf-8") for each in modules)
    tested = re.findall(r"^def test_([a-z]+_\d\d)_", sources, re.MULTILINE)
    assert len(tested) == len(re.findall(r"^def test_", sources, re.MULTILINE))
    assert not set(tested) & set(elsewhere)
    assert set(tested) | set(elsewhere) == set(rows)
    for file, _, name in (each.partition("::") for tests in elsewhere.values() for each in tests):
        assert f"\ndef {name}(" in (HERE.parent / file).read_text(encoding="utf-8"), name
