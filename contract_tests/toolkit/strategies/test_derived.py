"""The strategies follow the schema: a change there changes the generated messages."""

import shutil
from pathlib import Path
from typing import cast

import pytest
from hypothesis import Phase, find, given, settings

from seqrkit import contract, schemas, strategies
from seqrkit.contract import Contract
from seqrkit.model import CancelInvoice, SendInvoice
from seqrkit.strategies import Message

LIMIT = "context.clientReference.max-length"
FACET = '<xs:maxLength value="32" c:says="clientReference has at most 32 characters"/>'
QUICK = settings(max_examples=1000, database=None, phases=[Phase.generate, Phase.shrink])


def changed(tmp_path: Path, old: str, new: str) -> Contract:
    root = tmp_path / "schemas"
    shutil.copytree(schemas.bundled(), root)
    common = root / "documented-common.xsd"
    text = common.read_text("utf-8")
    assert text.count(old) == 1
    common.write_text(text.replace(old, new), "utf-8")
    return contract.load("cashregister-2", schemas.schema_set("cashregister-2", root))


def reference(message: Message) -> str:
    context = cast("CancelInvoice", message).context
    assert context is not None
    return context.client_reference or ""


def test_a_shorter_limit_changes_valid_boundary_and_broken_messages(
    tmp_path: Path,
) -> None:
    judge = changed(tmp_path, FACET, FACET.replace('"32"', '"5"').replace("32", "5"))

    @settings(max_examples=50, database=None)
    @given(strategies.valid("cancelInvoice", contract=judge))
    def short(message: Message) -> None:
        assert len(reference(message)) <= 5

    short()
    met = [b for b in strategies.boundary("cancelInvoice", contract=judge) if b.rule]
    assert [len(b.value) for b in met if b.rule and b.rule.id == LIMIT] == [5, 4]
    (first, *_) = strategies.broken_examples("cancelInvoice", rule=LIMIT, contract=judge)
    assert [finding.id for finding in judge.lint(first.envelope)] == [LIMIT]


def test_a_deleted_limit_has_no_effect_and_its_replacement_holds(
    tmp_path: Path,
) -> None:
    longer = '<xs:minLength value="40" c:says="at least 40 characters"/>'
    judge = changed(tmp_path, FACET, longer)
    assert LIMIT not in {r.id for r in strategies.broken_rules("cancelInvoice", contract=judge)}
    made = strategies.boundary("cancelInvoice", contract=judge)
    assert LIMIT not in {each.rule.id for each in made if each.rule}

    @settings(max_examples=50, database=None)
    @given(strategies.valid("cancelInvoice", contract=judge))
    def long(message: Message) -> None:
        assert len(reference(message)) >= 40

    long()


def test_a_new_enumeration_value_is_drawn(tmp_path: Path) -> None:
    value = '<xs:enumeration value="OPTIONAL_ACKNOWLEDGMENT">'
    judge = changed(tmp_path, value, f'<xs:enumeration value="NEW"/>{value}')

    def is_new(message: Message) -> bool:
        invoice = cast("SendInvoice", message).invoice
        return invoice is not None and invoice.acknowledgment_mode == "NEW"

    found = find(strategies.valid("sendInvoice", contract=judge), is_new, settings=QUICK)
    assert is_new(found)


def test_a_rule_without_a_recipe_is_an_error(tmp_path: Path) -> None:
    judge = changed(tmp_path, FACET, '<xs:length value="32" c:says="32 characters"/>')
    with pytest.raises(KeyError, match="length"):
        list(strategies.broken_examples("cancelInvoice", contract=judge))
