"""The help pages: complete, with links to existing pages and commands that work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from contract_tests.toolkit.commands import run
from seqrkit import contract, schemas
from seqrkit.cli import COMMANDS
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.behaviours import TABLE
from seqrkit.simulator.pages.help import Topic, explain, groups
from seqrkit.simulator.pages.help.topics import _data, recipes
from seqrkit.vocabulary import Interface, ResultCode

TOPICS = [topic for group in groups().values() for topic in group]
SYMPTOMS = _data("symptoms")
RECIPES = {ResultCode[name]: texts for name, texts in _data("recipes").items()}
QUOTED = re.compile(r"`(seqrkit [^`]+)`")


def commands() -> Iterator[tuple[Topic, str]]:
    for topic in TOPICS:
        for section in topic.sections:
            for paragraph in section.paragraphs:
                yield from ((topic, command) for command in QUOTED.findall(paragraph))


def _headings(topic: Topic) -> set[str]:
    return {section.heading for section in topic.sections}


@pytest.mark.parametrize("code", schemas.result_codes())
def test_every_result_code_has_meaning_advice_and_repetition(code: int) -> None:
    topic = explain(str(code))
    assert {"What it means", "What to do", "May the request be repeated?"} <= _headings(topic)
    assert ("How to reproduce it here" in _headings(topic)) == (code != 0)
    assert explain(schemas.result_codes()[code].name) is topic


def test_every_result_code_of_a_behaviour_has_a_recipe() -> None:
    answered = {behaviour.code for behaviour in TABLE.values()} - {None}
    assert answered <= set(RECIPES)
    assert len(recipes(94)) == 2


def test_every_behaviour_and_symptom_has_a_page() -> None:
    for id_ in (*TABLE, *SYMPTOMS):
        assert explain(id_).sections


@pytest.mark.parametrize("interface", Interface)
def test_every_rule_and_operation_has_a_page(interface: Interface) -> None:
    judge = contract.load(interface)
    for id_ in (*judge.rules, *judge.operations):
        assert explain(id_).id.lower() == id_.lower()


def test_every_link_leads_to_a_page() -> None:
    for id_ in {id_ for topic in TOPICS for id_ in topic.see}:
        assert explain(id_).sections


def test_no_paragraph_is_empty_or_has_an_open_backtick() -> None:
    for section in (section for topic in TOPICS for section in topic.sections):
        for paragraph in section.paragraphs:
            assert paragraph
            assert paragraph.count("`") % 2 == 0


def test_no_two_pages_have_the_same_id() -> None:
    ids = [topic.id.lower() for topic in TOPICS]
    assert sorted({id_ for id_ in ids if ids.count(id_) > 1}) == []


@pytest.mark.parametrize("what", ["544", "resversal", "", "x" * 99])
def test_an_unknown_page_is_reported_in_one_sentence(what: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        explain(what)
    assert len(str(refusal.value)) < 300


def test_the_closest_page_is_suggested() -> None:
    with pytest.raises(ConfigurationError, match="did you mean reversal"):
        explain("reversall")


@pytest.mark.parametrize(
    ("topic", "command"),
    sorted({re.sub(r"\d+", "54", c): (t.id, c) for t, c in commands()}.values()),
    ids=lambda text: text[:40],
)
def test_every_command_in_the_help_exists(
    topic: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, *arguments = shlex.split(command)[1:]
    assert name in COMMANDS, topic
    groups_ = [word for word in arguments[:1] if not word.startswith("-")]
    if name in {"phone", "clock", "faults"}:
        assert run(capsys, name, *groups_, "--help").code == 0
    listed = run(capsys, name, *(groups_ if name in {"phone", "faults"} else []), "--help").out
    for word in arguments:
        assert not word.startswith("--") or word in listed


@pytest.mark.parametrize(
    ("code", "command"),
    [
        (code, command)
        for code, paragraphs in RECIPES.items()
        for paragraph in paragraphs
        for command in QUOTED.findall(paragraph)
    ],
    ids=lambda value: str(int(value)) if isinstance(value, ResultCode) else "",
)
def test_every_recipe_that_is_a_command_reproduces_its_code(
    code: ResultCode,
    command: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SEQR_ENDPOINT", raising=False)
    ended = run(capsys, *shlex.split(command)[1:], "--format", "json")
    assert f"<resultCode>{int(code)}</resultCode>" in ended.out, ended
