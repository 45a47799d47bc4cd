"""The contract is data: what is deleted from the schema is gone from rules, findings and hints."""

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from contract_tests.toolkit.handbook import LIMITS
from contract_tests.toolkit.messages import CONTRACTS, NEWEST, at, build, ids, with_field
from seqrkit import contract, schemas
from seqrkit.contract import Contract, Field, Severity, schema_rules
from seqrkit.errors import SchemaError
from seqrkit.schemas import CONTRACT, XS, SchemaSet
from seqrkit.vocabulary import Interface

FILES = ("cashregister-2/documented.xsd", "documented-common.xsd", "iso-4217.xsd")
BREAKS = {row.id: row for row in LIMITS}
HINTS = {
    "max-length": "max_length",
    "min-length": "min_length",
    "pattern": "pattern",
    "enumeration": "enumeration",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusive-minimum": "exclusive_minimum",
}


def facets_of(root: etree._Element) -> list[list[etree._Element]]:
    """The facets of a file, an enumeration's values together, and the pieces of advice."""
    found: list[list[etree._Element]] = []
    for restriction in root.iter(f"{XS}restriction"):
        values = list(restriction.iterchildren(f"{XS}enumeration"))
        found += [values] if values else []
        others = (tag for tag in schema_rules.KINDS if tag != f"{XS}enumeration")
        found += [[facet] for facet in restriction.iterchildren(*others)]
    return found + [[each] for each in root.iter(f"{CONTRACT}should", f"{CONTRACT}check")]


FACETS = [
    (file, number)
    for file in FILES
    for number in range(len(facets_of(schemas.read(schemas.bundled() / file))))
]


def named(file: str, number: int) -> str:
    (facet, *_) = facets_of(schemas.read(schemas.bundled() / file))[number]
    owner = next(facet.iterancestors(f"{XS}element", f"{XS}simpleType"), facet)
    named = next((e for e in facet.iterancestors() if e.get("name")), owner)
    return f"{named.get('name')}-{etree.QName(facet).localname}-{facet.get('kind', number)}"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(schemas.bundled(), tmp_path_factory.mktemp("copy") / "schemas"))


def without(root: Path, file: str, number: int) -> Iterator[Contract]:
    """The contract of a copy in which one facet is deleted; the copy is restored after it."""
    path = root / file
    whole = path.read_bytes()
    tree = etree.fromstring(whole)
    for facet in facets_of(tree)[number]:
        parent = facet.getparent()
        assert parent is not None
        parent.remove(facet)
    path.write_bytes(etree.tostring(tree))
    try:
        yield contract.load(schemas=SchemaSet(root, Interface.CASHREGISTER_2))
    finally:
        path.write_bytes(whole)


def fields_of(judge: Contract) -> dict[str, Field]:
    return {field.path: field for kind in judge.types.values() for field in kind.fields}


@pytest.mark.parametrize(
    ("file", "number"), FACETS, ids=[named(file, number) for file, number in FACETS]
)
def test_deleting_a_facet_deletes_its_rule_finding_and_hint(copied: Path, file: str, number: int):
    for judge in without(copied, file, number):
        gone = set(NEWEST.rules) - set(judge.rules)
        assert gone
        assert set(judge.rules) < set(NEWEST.rules)
        for rule_id in gone:
            rule = NEWEST.rules[rule_id]
            for before in fields_of(NEWEST).values():
                after = fields_of(judge)[before.path]
                if rule not in before.rules:
                    continue
                assert rule_id not in {each.id for each in after.rules}
                if rule.severity is Severity.ERROR:
                    hint = HINTS[rule.kind]
                    assert getattr(before, hint) not in {None, ()}
                    assert getattr(after, hint) in {None, ()}
            if rule_id in BREAKS:
                _no_longer_found(judge, rule_id)


def _no_longer_found(judge: Contract, rule_id: str) -> None:
    row = BREAKS[rule_id]
    found = 0
    for message, first in with_field(NEWEST, row.path):
        total = rule_id == "amount.value.positive"
        element = message.find("invoice/totalAmount/value") if total else first
        if element is None:
            continue
        element.text = row.breaks[0]
        found += rule_id in ids(NEWEST, message)
        assert rule_id not in ids(judge, message)
    assert found


def test_deleting_one_value_of_an_enumeration_changes_hint_and_findings(tmp_path: Path):
    root = Path(shutil.copytree(schemas.bundled(), tmp_path / "schemas"))
    path = root / "documented-common.xsd"
    text = path.read_text("utf-8")
    text = re.sub(
        r'<xs:enumeration value="OPTIONAL_ACKNOWLEDGMENT">.*?</xs:enumeration>',
        "",
        text,
        flags=re.DOTALL,
    )
    path.write_text(text, "utf-8")
    judge = contract.load(schemas=schemas.schema_set(root=root))
    field = judge.field("invoice.acknowledgmentMode")
    assert field.enumeration == ("NO_ACKNOWLEDGMENT", "REQUIRE_ACKNOWLEDGMENT")
    message = build(NEWEST, "sendInvoice")
    at(message, "invoice/acknowledgmentMode").text = "OPTIONAL_ACKNOWLEDGMENT"
    assert ids(NEWEST, message) == []
    assert ids(judge, message) == ["invoice.acknowledgmentMode.enumeration"]


def test_an_optional_field_may_be_omitted(tmp_path: Path):
    root = Path(shutil.copytree(schemas.bundled(), tmp_path / "schemas"))
    path = root / "documented-common.xsd"
    text = path.read_text("utf-8")
    changed = text.replace(
        'name="title" type="xs:string" minOccurs="1"', 'name="title" type="xs:string" minOccurs="0"'
    )
    assert changed != text
    path.write_text(changed, "utf-8")
    judge = contract.load(schemas=schemas.schema_set(root=root))
    assert "invoice.title.required" not in judge.rules
    assert not judge.field("invoice.title").required
    message = build(NEWEST, "sendInvoice")
    at(message, "invoice").remove(at(message, "invoice/title"))
    assert ids(judge, message) == []


def test_the_hints_of_a_field_are_the_documents_own():
    field = NEWEST.field
    assert field("context.channel").max_length == 40
    assert field("context.clientReference").max_length == 32
    assert field("context.clientRequestTimeout").enumeration == ("0",)
    assert field("registerTerminal.password").min_length == 4
    assert field("getPaymentStatus.invoiceVersion").minimum == Decimal(0)
    assert field("amount.value").pattern == r"-?[0-9]+(\.[0-9]{1,2})?"
    assert field("invoice.commitReservationTimeout").minimum == Decimal(0)
    assert field("invoice.title").max_length is None
    assert field("invoice.title").maximum is None
    assert field("invoice.title").enumeration == ()
    with pytest.raises(LookupError, match=r"cashregister-2 has no field invoice\.colour"):
        field("invoice.colour")


def test_a_total_must_be_positive_and_the_amount_of_a_row_need_not_be():
    total = NEWEST.types["invoice"].by_name["totalAmount"].type
    row = NEWEST.types["paymentInvoiceRow"].by_name["itemTotalAmount"].type
    assert total is not None
    assert row is not None
    assert total.by_name["value"].exclusive_minimum == 0
    assert row.by_name["value"].exclusive_minimum is None
    assert total.by_name["value"].pattern == row.by_name["value"].pattern


def test_passwords_are_secret_and_nothing_else_is():
    secret = {field.path for field in fields_of(NEWEST).values() if field.secret}
    assert secret == {"context.password", "registerTerminal.password"}


def test_fields_are_in_the_order_of_the_schema_with_groups_and_base_types():
    names = [field.name for field in NEWEST.types["erswsPaymentStatusResponse"].fields]
    assert names == (
        "ersReference resultCode resultDescription status receipt customerTokens version".split()
    )
    names = [field.name for field in NEWEST.types["invoice"].fields]
    assert names[:2] == ["paymentMode", "acknowledgmentMode"]
    assert names[-1] == "commitReservationTimeout"
    assert NEWEST.types["invoice"].by_name["invoiceRows"].type is NEWEST.types["invoiceRows"]


def test_every_field_has_a_meaning_and_a_source():
    for judge in CONTRACTS.values():
        for field in fields_of(judge).values():
            assert field.meaning, field.path
            assert field.source, field.path
            assert (field.type is None) == bool(field.base)
            assert field.sample or field.type is not None, field.path


def test_every_operation_has_principals_and_advice_about_repeating_it():
    for judge in CONTRACTS.values():
        for name, operation in judge.operations.items():
            assert operation.name == name
            assert operation.meaning
            assert operation.principals
            assert operation.group in {"payments", "terminals", "reconciliation"}
            assert operation.repeat in {"yes", "no", "ask-first"}
            assert operation.repeat_sentence
            assert operation.repeat_source
            assert operation.request is judge.elements[name]
            assert operation.reply is judge.elements[f"{name}Response"]
            assert operation.reply.fields[0].name == "return"
    assert NEWEST.operations["registerTerminal"].principals == ("RESELLERUSER",)
    assert NEWEST.operations["executeReport"].principals == ("RESELLERUSER", "TERMINALID")
    assert NEWEST.operations["refundPayment"].repeat == "no"


def test_one_rule_has_one_id_whatever_the_operation():
    for judge in CONTRACTS.values():
        for field in fields_of(judge).values():
            for rule in field.rules:
                assert judge.rules[rule.id] is rule


def changed(tmp_path: Path, old: str, new: str) -> SchemaSet:
    root = Path(shutil.copytree(schemas.bundled(), tmp_path / "schemas"))
    path = root / "documented-common.xsd"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return schemas.schema_set(root=root)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('type="tns:mapArray"', 'type="tns:mapArrays"', "no complexType named 'mapArrays'"),
        ("</xs:schema>", "", "cannot be read"),
        (
            'c:rule="amount.value.positive"',
            'c:rule="amount.value.pattern"',
            "two rules with the id amount.value.pattern",
        ),
    ],
)
def test_an_unreadable_schema_is_an_error_at_once(
    tmp_path: Path, old: str, new: str, sentence: str
):
    with pytest.raises(SchemaError, match=re.escape(sentence)):
        contract.load(schemas=changed(tmp_path, old, new))


def test_a_schema_that_libxml2_rejects_is_an_error_at_the_first_message(tmp_path: Path):
    judge = contract.load(schemas=changed(tmp_path, 'maxLength value="40"', 'maxLength value="x"'))
    with pytest.raises(SchemaError, match="libxml2 does not accept the schema"):
        judge.lint_element(build(NEWEST, "cancelInvoice"))
