"""What seqrkit cites from the reference documents stands in the lines that it names.

The documents are not part of the repository: SEQRKIT_REFERENCE names a folder that has them.
"""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from seqrkit import contract, schemas
from seqrkit.contract import CONTRADICTIONS, Rule, examples
from seqrkit.schemas import Citation, Source, documents
from seqrkit.simulator.behaviours import TABLE
from seqrkit.suite import GROUPS, group
from seqrkit.vocabulary import Interface

FOLDER = os.environ.get("SEQRKIT_REFERENCE")
needs_documents = pytest.mark.skipif(not FOLDER, reason="SEQRKIT_REFERENCE names no folder")
LOADED = {interface: contract.load(interface) for interface in Interface}
RULES = [
    pytest.param(rule, id=f"{interface} {rule.id}")
    for interface, loaded in LOADED.items()
    for rule in loaded.rules.values()
]
DOCUMENTED = [each for each in TABLE.values() if each.source == "D"]
CITING = [
    each for each in TABLE.values() if isinstance(each.place, Source) and each.place.citations
]
REQUIRED = re.compile(r"Required: Y|\| Y \||mandatory|[Mm]ust|Always")


@cache
def texts() -> Mapping[str, list[str]]:
    """The lines of each document by its title."""
    assert FOLDER
    found = {}
    for file in sorted(Path(FOLDER).glob("*.*")):
        lines = file.read_text(encoding="utf-8").splitlines()
        for document in documents().values():
            if f"title: {document.heading}" in lines[:5]:
                found[document.title] = lines
    assert len(found) == len(documents()), f"{FOLDER} lacks a document"
    return found


def cited(citation: Citation) -> str:
    """The cited lines as one text, without tags."""
    lines = texts()[citation.document.title][citation.first - 1 : citation.last]
    assert len(lines) == citation.last - citation.first + 1, citation
    return " ".join(re.sub(r"</?(?:span|li|ul|td|tr|a|br)\b[^>]*>", "", "\n".join(lines)).split())


def citations_of(source: str) -> tuple[Citation, ...]:
    assert not re.search(r"\b[GS]\d", source), f"{source!r} is not read as a source"
    return source.citations if isinstance(source, Source) else ()


def assert_words_occur(source: str) -> None:
    for citation in citations_of(source):
        text = cited(citation)
        assert text, f"{citation} is empty"
        for word in citation.words:
            assert word in text, f"{citation} has no {word!r}"


def key_words(rule: Rule) -> Iterator[str]:
    """What the cited lines say of a rule, if the citation itself names no words."""
    if rule.kind in {"max-length", "min-length", "minimum"}:
        yield rule.parameter
    elif rule.kind in {"enumeration", "one-of"} and not rule.path.endswith("resultCode"):
        values = rule.parameter.split()
        yield from (value for value in values if value != "EXPIRED")  # seqrkit's convention
    if rule.path:
        yield rule.path.rpartition(".")[2]


@needs_documents
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_its_key_words_in_the_lines_it_cites(rule: Rule) -> None:
    assert_words_occur(rule.source)
    assert_words_occur(rule.note)
    citations = citations_of(rule.source)
    text = " ".join(map(cited, citations))
    if any(each.words for each in citations) or not citations:
        return
    for word in key_words(rule):
        assert re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE), word
    assert rule.kind != "required" or REQUIRED.search(text)


@needs_documents
@pytest.mark.parametrize("interface", Interface)
def test_each_field_and_operation_is_named_in_the_lines_it_cites(interface: Interface) -> None:
    loaded = LOADED[interface]
    for kind in loaded.types.values():
        for field in kind.fields:
            assert_words_occur(field.source)
            assert_words_occur(field.note)
            plain = [each for each in citations_of(field.source) if not each.words]
            text = " ".join(map(cited, plain)).lower()
            assert not plain or field.name.lower() in text, field.path
    for operation in loaded.operations.values():
        for source in (operation.source, operation.principal_source, operation.repeat_source):
            assert_words_occur(source)
        for citation in citations_of(operation.source):
            assert operation.name.lower() in cited(citation).lower()


@needs_documents
@pytest.mark.parametrize("behaviour", CITING, ids=lambda each: each.id)
def test_each_behaviour_has_its_key_words_in_the_lines_it_cites(behaviour) -> None:
    assert_words_occur(behaviour.place)


@needs_documents
def test_codes_contradictions_examples_and_properties_cite_existing_lines() -> None:
    for meaning in schemas.result_codes().values():
        assert_words_occur(meaning.source)
        for citation in citations_of(meaning.source):
            row = cited(citation).replace("_ ", "_")
            assert row.startswith(f"| {meaning.code} | {meaning.name} |")
    for each in CONTRADICTIONS:
        assert_words_occur(each.first.where)
        assert_words_occur(each.second.where)
    for example in examples():
        assert_words_occur(example.source)
    for name in GROUPS:
        for checked in group(name):
            assert_words_occur(checked.source)


@needs_documents
def test_sections_begin_where_the_documents_have_their_headings() -> None:
    for document in documents().values():
        lines = texts()[document.title]
        for line, name in list(document.sections.items())[1:]:
            text = re.sub(r"<[^>]*>|[#*`]", "", lines[line - 1])
            assert " ".join(text.split()) == name


def test_each_documented_behaviour_names_lines_and_words() -> None:
    for behaviour in DOCUMENTED:
        assert isinstance(behaviour.place, Source)
        assert behaviour.place.citations, behaviour.id
        assert all(each.words for each in behaviour.place.citations), behaviour.id


def test_each_behaviour_of_the_vendors_other_material_names_the_document_and_its_subject() -> None:
    for behaviour in [each for each in TABLE.values() if each.source == "V"]:
        assert behaviour.place.startswith("vendor: "), behaviour.id
        about = [each.words for each in citations_of(behaviour.place)]
        assert all(about), behaviour.id
        assert about or behaviour.id == "terminal.published"  # the documents name no shop


def test_a_citation_is_written_as_document_section_and_lines() -> None:
    source = Source("G395-403(title; Required) and S39(secure channel); assumed otherwise")
    assert source == (
        "Glase Merchant API v2.6.0, Invoice data, lines 395-403 and SEQR Merchant API v2, Context "
        "parameter used in all calls, line 39; assumed otherwise"
    )
    assert [each.words for each in source.citations] == [("title", "Required"), ("secure channel",)]


def test_the_older_interface_cites_the_older_document_where_it_says_so() -> None:
    older = LOADED[Interface.EXTCLIENTPROXY_V2].rules
    lines = {
        "context.channel.recommended": 45,
        "context.clientRequestTimeout.enumeration": 47,
        "context.clientReference.max-length": 56,
        "context.clientReference.required": 56,
        "context.initiatorPrincipalId.required": 38,
        "token.status.enumeration": 92,
        "getPaymentStatusResponse.status.enumeration": 107,
    }
    title = documents()["S"].title
    for id_, line in lines.items():
        citation = citations_of(older[id_].source)[0]
        assert (citation.document.title, citation.first) == (title, line), id_
    newer = LOADED[Interface.CASHREGISTER_2].rules
    assert not [rule for rule in newer.values() if rule.source.startswith(title)]


def test_a_convention_of_seqrkit_is_labelled_in_one_spelling() -> None:
    rules = [rule for loaded in LOADED.values() for rule in loaded.rules.values()]
    texts = [f"{rule.source} {rule.note}" for rule in rules]
    assert not [each for each in texts if "convention" in each.replace("seqrkit's convention", "")]
    labelled = {rule.id for rule in rules if rule.source.startswith("seqrkit's convention: ")}
    assert labelled >= {
        "invoiceRow.itemEAN.ean",
        "invoiceRow.itemUnit.unit",
        "principalId.userId.not-used",
    }
    for id_ in ("creditUserRequest.userId.pattern", "getPaymentStatusResponse.status.enumeration"):
        assert "seqrkit's convention" in LOADED[Interface.CASHREGISTER_2].rules[id_].note


def test_no_text_names_a_document_by_a_number() -> None:
    root = Path(schemas.__file__).resolve().parents[1]
    files = [*root.glob("seqrkit/**/*.*"), *root.glob("schemas/**/*.*"), *root.glob("docs/**/*.md")]
    numbered = re.compile(r"\bdocuments? 00[01]\b|[\"(\[]00[01] [A-Za-z]+ ?[A-Za-z]*|source\\.000")
    found = {
        f"{file.name}: {line.strip()}"
        for file in files
        if file.suffix in {".py", ".pyi", ".xsd", ".toml", ".md", ".html", ".css", ".js"}
        for line in file.read_text(encoding="utf-8").splitlines()
        if numbered.search(line)
    }
    assert not found
