"""What is documented: documented.xsd says all that others read in it."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
import xmlschema
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit import wire_tables
from seqrkit import schemas
from seqrkit.vocabulary import NAMESPACE, Interface

INTERFACES = tuple(Interface)
XS, CONTRACT = schemas.XS, schemas.CONTRACT
COMMON = ("documented-common.xsd", "iso-4217.xsd", "result-codes.xsd")
FACETS = "maxLength minLength pattern minInclusive maxInclusive minExclusive".split()
SHARED_PATHS = {"amount": {"amount", "positiveAmount"}}
"""Types whose rules are the same ones; a reply shares its path with the element around it."""

VOCABULARY = {
    "schema": {"document"},
    "complexType": {"path", "checksOf"},
    "element": set(
        "source source.S sample note requiredSource requiredSource.S requiredNote secret trimmed "
        "group principal principalSource principalSeverity principalNote repeat requires".split()
    ),
    "restriction": {"says", "source", "source.S", "note", "rule"},
    "enumeration": set(
        "minorUnits name source operations assumed carriedOut final unpublished".split()
    ),
    **{facet: {"says", "source", "source.S", "note", "rule"} for facet in FACETS},
}
SHOULD = {"kind", "values", "value", "id", "says", "source", "source.S", "note"}
SHOULD_KINDS = {"one-of": "values", "minimum": "value", "starts-with": "value"}
SOURCES = r"[GS]\d+|assumed|seqrkit's convention: |wire$|vendor: "


@cache
def documents(interface: Interface) -> tuple[etree._Element, ...]:
    """The files that make up the documented schema of an interface."""
    own = schemas.schema_set(interface).documented
    return tuple(map(schemas.read, (own, *(schemas.bundled() / name for name in COMMON))))


def everything(interface: Interface, *tags: str) -> Iterator[etree._Element]:
    for root in documents(interface):
        yield from root.iter(*(XS + tag for tag in tags))


def fields(interface: Interface) -> list[etree._Element]:
    """The elements inside messages; the global ones are the operations and their replies."""
    roots = documents(interface)
    return [each for root in roots for each in root.iterfind(f".//{XS}sequence/{XS}element")]


def where(element: etree._Element) -> str:
    names = (each.get("name") for each in (*reversed(list(element.iterancestors())), element))
    return ".".join(filter(None, names))


def said(element: etree._Element, attribute: str) -> str | None:
    return element.get(CONTRACT + attribute)


def meaning(element: etree._Element) -> str:
    return " ".join((element.findtext(f"{XS}annotation/{XS}documentation") or "").split())


def names(interface: Interface) -> list[str]:
    listed = wire_tables.rows(wire_tables.OPERATIONS, newer=interface is Interface.CASHREGISTER_2)
    return [name + end for name in listed for end in ("", "Response")]


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_documented_operations_are_those_of_the_interface_in_its_order(interface: Interface):
    root = documents(interface)[0]
    assert [each.get("name") for each in root.findall(f"{XS}element")] == names(interface)


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_element_has_a_meaning_and_a_source(interface: Interface):
    for each in everything(interface, "element"):
        assert meaning(each).endswith("."), where(each)
        assert re.match(SOURCES, said(each, "source") or ""), where(each)


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_type_and_every_enumerated_word_has_a_meaning(interface: Interface):
    for each in everything(interface, "complexType", "group"):
        assert each.get("ref") or meaning(each).endswith("."), where(each)
    for each in everything(interface, "simpleType"):
        assert each.get("name") is None or meaning(each).endswith("."), where(each)
    for each in everything(interface, "enumeration"):
        alone = each.getnext() is None and each.getprevious() is None
        assert alone or said(each, "name") or meaning(each).endswith("."), where(each)


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_facet_has_a_statement(interface: Interface):
    for each in everything(interface, *FACETS):
        assert said(each, "says"), where(each)
        assert re.match(SOURCES, said(each, "source") or "G1"), where(each)
    for each in everything(interface, "restriction"):
        if each.find(f"{XS}enumeration") is not None:
            assert said(each, "says"), where(each)


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_element_says_whether_it_is_required(interface: Interface):
    for each in fields(interface):
        assert each.get("minOccurs") in {"0", "1"}, where(each)
        optional = each.get("minOccurs") == "0"
        assert not (optional and (said(each, "requiredSource") or said(each, "requiredNote")))


@pytest.mark.parametrize("interface", INTERFACES)
def test_only_passwords_are_secret(interface: Interface):
    for each in fields(interface):
        assert (said(each, "secret") == "true") == (each.get("name") == "password"), where(each)


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_type_has_a_path_of_its_own(interface: Interface):
    paths: dict[str, set[str]] = {}
    for each in everything(interface, "complexType"):
        path = said(each, "path")
        assert path, where(each)
        paths.setdefault(path, set()).add(str(each.get("name")))
    for path, types in paths.items():
        wrapped = {name for name in types if name == path and name.endswith("Response")}
        assert len(types - wrapped) <= 1 or types == SHARED_PATHS[path]


@pytest.mark.parametrize("interface", INTERFACES)
def test_annotations_keep_to_the_vocabulary(interface: Interface):
    for root in documents(interface):
        for each in root.iter(f"{XS}*"):
            local = etree.QName(each).localname
            used = {
                str(name).removeprefix(CONTRACT) for name in each.attrib if CONTRACT in str(name)
            }
            assert used <= VOCABULARY.get(local, set()), where(each)
        for each in root.iter(f"{CONTRACT}*"):
            assert etree.QName(each).localname in {"should", "check", "repeat", "advice"}


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_warning_has_a_statement_and_a_source(interface: Interface):
    for root in documents(interface):
        for each in root.iter(f"{CONTRACT}should"):
            assert set(each.attrib) <= SHOULD
            assert each.get("kind") in {*SHOULD_KINDS, "not-blank", "ean", "unit", "public-host"}
            needed = SHOULD_KINDS.get(str(each.get("kind")))
            assert needed is None or each.get(needed)
            assert each.get("says")
            assert re.match(SOURCES, str(each.get("source")))


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_operation_has_annotations_about_principals_and_repeating(interface: Interface):
    root = documents(interface)[0]
    for each in root.findall(f"{XS}element"):
        if str(each.get("name")).endswith("Response"):
            continue
        assert said(each, "group") in {"payments", "terminals", "reconciliation"}
        principals = {"TERMINALID", "RESELLERUSER", "RESELLERUSER TERMINALID"}
        assert said(each, "principal") in principals
        assert re.match(SOURCES, said(each, "principalSource") or "")
        assert said(each, "repeat") in {"yes", "no", "ask-first"}
        (repeat,) = each.iter(f"{CONTRACT}repeat")
        assert re.match(SOURCES, str(repeat.get("source")))
        assert " ".join((repeat.text or "").split()).endswith(".")


def test_both_interfaces_describe_shared_operations_equally():
    newer, older = (
        {each.get("name"): each for each in documents(interface)[0].findall(f"{XS}element")}
        for interface in INTERFACES
    )
    for name in set(older) - {"commitReservation"}:
        assert meaning(older[name]) == meaning(newer[name])
        for attribute in "group principal principalSource repeat note".split():
            assert said(older[name], attribute) == said(newer[name], attribute)


# --- values -------------------------------------------------------------------------------------


class Judges:
    """Both validators, asked about one value of one field."""

    def __init__(self, interface: Interface) -> None:
        self.names: list[str] = []
        own = schemas.schema_set(interface).documented
        root = etree.Element(f"{XS}schema", nsmap={"tns": NAMESPACE, "xs": XS.strip("{}")})
        root.set("targetNamespace", NAMESPACE)
        etree.SubElement(root, f"{XS}include", schemaLocation=own.as_uri())
        for number, each in enumerate(fields(interface)):
            if self.is_leaf(each):
                self.names.append(f"{each.get('name')}-{number}")
                probe = etree.SubElement(root, f"{XS}element", name=self.names[-1])
                probe.extend(map(self.copied, each.findall(f"{XS}simpleType")))
                if each.get("type") is not None:
                    probe.set("type", str(each.get("type")))
        text = etree.tostring(root)
        self.libxml2 = etree.XMLSchema(etree.fromstring(text, base_url=f"{own.as_uri()}.probe"))
        self.xmlschema = xmlschema.XMLSchema(text.decode())

    @staticmethod
    def is_leaf(element: etree._Element) -> bool:
        named = str(element.get("type", "xs:"))
        return named.startswith("xs:") or named in SIMPLE

    @staticmethod
    def copied(part: etree._Element) -> etree._Element:
        return etree.fromstring(etree.tostring(part))

    def ask(self, name: str, value: str) -> tuple[bool, bool]:
        element = etree.Element(f"{{{NAMESPACE}}}{name}")
        element.text = value
        return self.libxml2.validate(element), self.xmlschema.is_valid(etree.tostring(element))


SIMPLE = {
    f"tns:{each.get('name')}"
    for interface in INTERFACES
    for each in everything(interface, "simpleType")
    if each.get("name")
}
judges = cache(Judges)
TEXT = st.characters(codec="utf-8", categories=["L", "No", "P", "S", "Zs"])
VALUES = st.one_of(
    st.text(TEXT, max_size=45),
    st.text("0123456789.-+", max_size=8),
    st.integers(0, 200).map("å".__mul__),
    st.sampled_from(
        "WS extWS SEK sek XXX TERMINALID PAID 1e5 NaN INF http://x ftp:x x: http:".split()
    ),
)


@pytest.mark.parametrize("interface", INTERFACES)
@given(value=VALUES)
@example("")
@example(" ")
@example("00")
@example("+0")
@example("-0")
@example("99999999999999999999")
@example("149.990")
@example(" 149.99\n")
@example("a\nb")
@example("\N{MATHEMATICAL SCRIPT CAPITAL X}" * 40)
def test_both_validators_agree_on_every_limited_value(interface: Interface, value: str):
    judge = judges(interface)
    for name in judge.names:
        if not name.startswith(("issueDate", "paymentDate", "receiptData", "content-")):
            libxml2, other = judge.ask(name, value)
            assert libxml2 == other, name


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_sample_is_valid(interface: Interface):
    judge = judges(interface)
    for number, each in enumerate(fields(interface)):
        name, sample = f"{each.get('name')}-{number}", said(each, "sample")
        if name in judge.names:
            assert sample, where(each)
            assert judge.ask(name, sample) == (True, True), where(each)
        elif sample is not None:
            value, currency = sample.split()
            assert currency in schemas.currencies()
            assert float(value) > 0
        for should in each.iter(f"{CONTRACT}should"):
            assert should.get("kind") != "one-of" or sample in str(should.get("values")).split()
