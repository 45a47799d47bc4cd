"""The help pages: complete, with links to existing pages and commands that work."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
import pytest

import seqrkit
from contract_tests.toolkit.commands import run
from seqrkit import contract, errors, model, schemas, vocabulary
from seqrkit.cli import COMMANDS
from seqrkit.errors import ConfigurationError
from seqrkit.simulator.behaviours import TABLE
from seqrkit.simulator.pages.help import Topic, explain, groups
from seqrkit.simulator.pages.help.topic_index import _data, recipes
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
    ids = [topic.id for topic in TOPICS]
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


FOLDER = os.environ.get("SEQRKIT_REFERENCE")
ENUMERATIONS = [
    each
    for each in vars(vocabulary).values()
    if isinstance(each, type) and issubclass(each, Enum) and each.__module__ == vocabulary.__name__
]


@pytest.mark.parametrize(
    "spelling",
    [
        *("29", "code 29", "ResultCode 29", "resultcode: 29", "result_code=29", "#29", "0x1D"),
        *("error code 29", "err 29", "felkod 29", "invalid-initiator-principal-id"),
        *("029", "29.", "E29", "<resultCode>29</resultCode>", "29 INVALID_INITIATOR_PRINCIPAL_ID"),
        *("INVALID_INITIATOR_ PRINCIPAL_ID", "seqrkit.errors.InvalidInitiatorPrincipalId"),
    ],
)
def test_a_code_is_found_by_every_spelling(spelling: str) -> None:
    assert explain(spelling).id == "29"


@pytest.mark.parametrize("code", ResultCode)
def test_a_code_is_found_by_its_names(code: ResultCode) -> None:
    for name in (code.name, f"ResultCode.{code.name}", errors.for_code(code).__name__):
        assert explain(name).id == str(int(code)) or code == 0


@pytest.mark.parametrize("values", ENUMERATIONS, ids=lambda each: each.__name__)
def test_every_value_of_the_vocabulary_has_a_page(values: type[Enum]) -> None:
    for value in values:
        assert explain(value.name if isinstance(value, int) else value.value).sections
        if values not in {vocabulary.Interface, vocabulary.ReportId}:
            assert explain(f"{values.__name__}.{value.name}").sections


def test_every_field_is_known_by_its_wire_name_its_python_name_and_its_path() -> None:
    for interface in Interface:
        for kind in contract.load(interface).types.values():
            for field in kind.fields:
                if field.name != "return":
                    assert explain(field.name).id in {field.name, field.name.lower()}
                    assert explain(field.path).sections
    for cls in vars(model).values():
        if isinstance(cls, type) and attrs.has(cls):
            for attribute in attrs.fields(cls):
                assert explain(attribute.name).sections, attribute.name


@pytest.mark.parametrize("name", contract.load().operations)
def test_an_operation_lists_the_fields_of_its_request_and_its_reply(name: str) -> None:
    tables = {s.heading: s.rows for s in explain(name).sections if s.rows}
    operation = contract.load().operations[name]
    reply = operation.reply.fields[0].type
    assert reply is not None
    for heading, kind in (("request", operation.request), ("reply", reply)):
        rows = tables[f"Fields of the {heading}"]
        listed = [row[0] for row in rows if not row[0].startswith(" ")]
        assert listed[1:] == [field.name for field in kind.fields]


def _classes(cls: type[errors.SeqrError]) -> Iterator[type[errors.SeqrError]]:
    yield cls
    for each in cls.__subclasses__():
        yield from _classes(each)


@pytest.mark.parametrize("cls", dict.fromkeys(_classes(errors.SeqrError)))
def test_every_error_has_a_page_and_points_to_one(cls: type[errors.SeqrError]) -> None:
    if cls is not errors.SeqrError:
        assert explain(cls.__name__).sections
    if cls.topic:
        assert explain(cls.topic).id == cls.topic


def _printed() -> Iterator[str]:
    """The names in the tables of the documents."""
    assert FOLDER
    for file in sorted(Path(FOLDER).glob("*.*")):
        text = file.read_text(encoding="utf-8")
        if "SEQR Merchant API" in text[:200]:
            yield from re.findall(r"<td>(\w+) ?</td>", text)
            yield from re.findall(r"^(\w+) (?:-|\u2013|Invoice) ?", text, re.MULTILINE)
            yield from (
                each for each in re.findall(r"^([a-z]\w+)$", text, re.MULTILINE) if each != "or"
            )
        else:
            yield from re.findall(r"<td>\s*(?:<a [^>]*>)?(\w+)(?:</a>)?\s*(?:</td>|<ul>)", text)
            yield from re.findall(r"<li>(?:[\w<>/]+ )?(\w+) - ", text)
            yield from re.findall(r"^\| (\w+) \| [YN] \|", text, re.MULTILINE)
            yield from re.findall(r"^\| \d+ \| ([A-Z_ ]+?) \|", text, re.MULTILINE)
            yield from re.findall(r"<li>(?:String|int|Map|ReceiptDocument) (\w+)</li>", text)
            yield from re.findall(r"</?(?:\w+:)?([a-z]+[A-Z]\w*|return|customertoken)>", text)
            yield from re.findall(r"Sample value: <span class=\"seqrhl\">([A-Z]+_[A-Z_]+)<", text)
            yield from ("glaseID", "unRegisterTerminal", "assingSeqrId", "submitPaymentReciept")


@pytest.mark.skipif(not FOLDER, reason="SEQRKIT_REFERENCE names no folder")
def test_every_name_in_the_tables_of_the_documents_is_known() -> None:
    names = set(_printed())
    assert len(names) > 90
    unknown = []
    for name in sorted(names):
        try:
            explain(name)
        except ConfigurationError:
            unknown.append(name)
    assert unknown == []


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        *(
            ("refund", "refundPayment"),
            ("återbetalning", "refundPayment"),
            ("QR-kod", "invoiceQRCode"),
        ),
        *(("Lösenord", "password"), ("losenord", "password"), ("fel lösenord", "20")),
        *(("polling", "getPaymentStatus"), ("timeout", "no-reply"), ("webhook", "notificationUrl")),
        *(("404", "http-error"), ("HTTP 503", "http-error"), ("HTTP status 500", "soap-fault")),
        *(("500", "soap-fault"), ("ers-reference", "ersReference"), ("moms", "itemTaxRate")),
        *(("Reconciliation/Shop.xml", "report.shop-sum"), ("dagsavslut", "markTransactionPeriod")),
    ],
)
def test_words_that_people_type_lead_to_a_page(typed: str, id_: str) -> None:
    assert explain(typed).id == id_


def test_each_synonym_leads_to_its_page() -> None:
    for id_, words in _data("synonyms").items():
        assert {explain(word).id for word in words} == {id_}


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("refundPaymnet", "refundPayment"),
        ("title required", "invoice.title.required"),
        ("loyalty programme", "`seqrkit explain` lists all pages"),
        ("waits merchant", "bill-waits"),
    ],
)
def test_unknown_words_get_suggestions(typed: str, suggested: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(suggested)):
        explain(typed)


PROGRAMS = [
    (code, paragraph) for code, texts in RECIPES.items() for paragraph in texts if "\n" in paragraph
]


@pytest.mark.parametrize(("code", "program"), PROGRAMS, ids=lambda value: str(value)[:2])
def test_every_recipe_that_is_a_program_reproduces_its_code(
    code: ResultCode, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEQR_ENDPOINT", raising=False)
    names: dict[str, Any] = {}
    refused: object = None
    try:
        exec(program, names)  # noqa: S102 - a program of the help itself
    except (errors.ResultError, errors.CannotPay) as refusal:
        refused = refusal.code
    assert (refused or names["seqr"].exchanges[-1].result_code) == code


@pytest.mark.parametrize("code", sorted(set(schemas.result_codes()) - {0}))
def test_the_fault_of_every_code_reproduces_it(code: int) -> None:
    assert f"--code {code} --count 1" in recipes(code)[-1]
    with seqrkit.connect() as session:
        session.faults.add("result-code", code=ResultCode(code), count=1)
        with pytest.raises(errors.ResultError) as refusal:
            session.mark_transaction_period()
    assert refusal.value.code == code


def test_every_code_that_a_request_can_provoke_has_a_command_or_a_program() -> None:
    runnable = {code for code, _ in PROGRAMS}
    runnable |= {code for code, texts in RECIPES.items() if any(map(QUOTED.search, texts))}
    by_fault_only = {58, 94}
    assert set(RECIPES) - runnable == by_fault_only
