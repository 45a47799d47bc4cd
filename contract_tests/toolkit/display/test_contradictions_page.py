"""The page of contradictions shows every contradiction and every example."""

import re
from html import unescape
from pathlib import Path

import pytest

from contract_tests.toolkit.commands import run
from seqrkit import contract, schemas
from seqrkit.contract import CONTRADICTIONS, examples
from seqrkit.display.contradictions_page import contradictions_page
from seqrkit.errors import SchemaError

PAGE = contradictions_page()


def test_every_file_has_an_entry_and_every_entry_a_file() -> None:
    files = set((schemas.bundled() / "examples").rglob("*.xml"))
    assert {each.path for each in examples()} == files


def test_examples_show_known_contradictions_and_are_unique() -> None:
    known = {each.id for each in CONTRADICTIONS}
    assert known >= {key for each in examples() for key in each.shows}
    assert len({(each.interface, each.name) for each in examples()}) == len(examples())


def test_the_reference_shows_each_operation_and_its_reply() -> None:
    shown = {each.source for each in examples() if not each.made}
    for name in contract.load().operations:
        for kind in ("request", "response"):
            assert any(
                s.startswith(f"Glase Merchant API v2.6.0, {name} SOAP {kind} example")
                for s in shown
            ), name


def test_an_unreadable_index_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(schemas, "bundled", lambda: tmp_path)
    with pytest.raises(SchemaError, match=r"index\.toml.*reinstall seqrkit"):
        examples.__wrapped__()


def test_the_page_has_every_contradiction_and_every_message_and_loads_nothing() -> None:
    ids = re.findall(r'<(?:section class="step"|tr) id="([^"]+)"', PAGE)
    messages = [f"{each.interface}-{each.name}" for each in examples()]
    assert sorted(ids) == sorted([*(each.id for each in CONTRADICTIONS), *messages])
    links = re.findall(r'href="([^"]*)"', PAGE)
    assert all(link.startswith("#") and f'id="{link[1:]}"' in PAGE for link in links)
    assert "default-src 'none'" in unescape(PAGE)
    assert "my_password" not in PAGE


def test_a_contradiction_shows_the_lines_that_break_its_rules() -> None:
    sections = re.split(r'<section class="step" id="', PAGE)
    by_id = {part.partition('"')[0]: part for part in sections[1:]}
    for each in CONTRADICTIONS:
        for rule in each.rules:
            assert f"<small><code>{rule}</code>" in by_id[each.id], each.id


def test_the_command_writes_the_page_and_lists_contradictions(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert run(capsys, "explain", "contradictions", "--html", str(page)).code == 0
    assert page.read_text("utf-8") == PAGE
    listed = run(capsys, "explain", "contradictions").out
    assert [each.id for each in CONTRADICTIONS] == re.findall(r"^(\S+)$", listed, re.MULTILINE)
    assert run(capsys, "explain", "54", "--html", str(page)).code == 2
