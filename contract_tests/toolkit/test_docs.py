"""The documentation names what exists: objects, commands, options, pages and variables.

`nox -s docs` builds the pages; these checks need no Sphinx.
"""

import ast
import re
import shlex
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner

from seqrkit.baseline import read_baseline
from seqrkit.cli import group
from seqrkit.session import Session
from seqrkit.suite_options import OPTIONS, completed

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/**/*.rst")]
    if page.name != "CHANGELOG.md"  # it also names what a former release had
)
DIRECTIVE = re.compile(r"^\.\. auto(\w+):: (\S+)", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(seqrkit [^`]+)`")
LINK = re.compile(r"\]\(([^)#\s]+\.md)")


class Example(NamedTuple):
    """A piece of text in a page."""

    page: str
    text: str


def _found(pattern: re.Pattern[str], group: int = 1) -> Iterator[Example]:
    for page in PAGES:
        for match in pattern.finditer(page.read_text(encoding="utf-8")):
            yield Example(str(page.relative_to(ROOT)), match[group])


def _blocks(language: str) -> Iterator[Example]:
    for page in PAGES:
        for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
            if match[1] == language:
                yield Example(str(page.relative_to(ROOT)), match[2])


def _commands() -> Iterator[Example]:
    for page, text in _blocks("sh"):
        for line in text.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|\|?|&|;", line):
                words = part.split("#")[0].strip().removeprefix(".venv/bin/")
                if words.startswith("seqrkit "):
                    yield Example(page, words)
    yield from (Example(page, " ".join(text.split())) for page, text in _found(INLINE))


@pytest.mark.parametrize("directive", list(_found(DIRECTIVE, 2)), ids=lambda each: each.text)
def test_each_name_in_the_reference_can_be_imported(directive: Example) -> None:
    parts = directive.text.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return
    pytest.fail(f"no module of {directive.text} can be imported")


@pytest.mark.parametrize("example", list(_commands()), ids=lambda each: each.text)
def test_each_command_in_the_pages_exists_with_its_options(example: Example) -> None:
    command: click.Command = group
    words = shlex.split(example.text)[1:]
    if "--" in words:  # what follows goes to another program
        words = words[: words.index("--")]
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, f"{example.page}: {example.text}"
        command = found
    known = {
        option
        for parameter in command.get_params(click.Context(command))
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= known, example.page


@pytest.mark.parametrize("example", list(_blocks("python")), ids=lambda each: each.page)
def test_each_python_example_compiles(example: Example) -> None:
    ast.parse(example.text)


@pytest.mark.parametrize("example", list(_blocks("toml")), ids=lambda each: each.page)
def test_each_toml_example_is_read(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyproject.toml", "known.toml"):
        (tmp_path / name).write_text(example.text, encoding="utf-8")
    if "[tool.seqrkit]" in example.text:
        monkeypatch.chdir(tmp_path)
        assert completed(OPTIONS, {}, {})
    else:
        assert read_baseline(tmp_path / "known.toml", date.min).deviations


@pytest.mark.parametrize("link", list(_found(LINK)), ids=lambda each: each.text)
def test_each_link_between_pages_leads_to_a_page(link: Example) -> None:
    if not link.text.startswith("http"):
        assert (ROOT / link.page).parent.joinpath(link.text).is_file(), link.page


def test_each_how_to_page_is_reachable_from_the_home_page() -> None:
    home = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    names = {f"howto/{page.stem}" for page in (ROOT / "docs" / "howto").glob("*.md")}
    assert names == set(re.findall(r"^(howto/\S+)$", home, re.MULTILINE))


RUN = ("reconciliation", "notifications", "receipts", "qr-codes", "test-messages", "configuration")
PART = re.compile(r"^```(sh|python|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", RUN)
def test_the_examples_of_a_page_print_what_it_shows(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    printed = ""
    for language, text in PART.findall((ROOT / "docs" / "howto" / f"{name}.md").read_text("utf-8")):
        if language == "text":
            assert printed == text
        elif language == "python":
            exec(compile(text, f"{name}.md", "exec"), namespace)  # noqa: S102 - our own pages
            printed = capsys.readouterr().out
        else:
            for line in filter(lambda each: " serve --config shop" not in each, text.splitlines()):
                arguments, _, file = line.removeprefix("seqrkit ").partition(" > ")
                done = CliRunner().invoke(group, shlex.split(arguments))
                assert done.exit_code == 0, done.output
                if file:
                    Path(file).write_text(done.output)
    for value in namespace.values():
        if isinstance(value, Session):
            value.close()
