"""The published files wire.xsd and service.wsdl, compared with wire_tables and two libraries."""

from pathlib import Path

import iso4217
import pytest
import xmlschema
import zeep
from lxml import etree

from contract_tests.toolkit import wire_tables
from seqrkit import schemas
from seqrkit.vocabulary import NAMESPACE, PATHS, Interface, ResultCode

INTERFACES = tuple(Interface)
XS = schemas.XS
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
EVERY_SCHEMA = [
    path
    for interface in INTERFACES
    for path in (schemas.schema_set(interface).wire, schemas.schema_set(interface).documented)
]


def table(text: str, interface: Interface) -> dict[str, str]:
    return wire_tables.rows(text, newer=interface is Interface.CASHREGISTER_2)


def operations(interface: Interface) -> list[str]:
    return list(table(wire_tables.OPERATIONS, interface))


def shown(element: etree._Element) -> str:
    """An element declaration in the notation of the tables."""
    said = f"{element.get('name')} {content(element)}"
    if element.get("maxOccurs") == "unbounded":
        assert element.get("minOccurs") == "0"
        return f"{said} 0..n"
    return said if element.get("minOccurs") == "0" else f"{said} (1)"


def content(element: etree._Element) -> str:
    if (named := element.get("type")) is not None:
        return named.partition(":")[2]
    return "{" + sequence(element.find(f"{XS}complexType")) + "}"


def sequence(part: etree._Element | None) -> str:
    assert part is not None
    (found,) = part.findall(f"{XS}sequence")
    return ", ".join(map(shown, found))


def complex_types(path: Path) -> dict[str, str]:
    """The named complex types of a wire schema, in the notation of the tables."""
    found = {}
    for part in schemas.read(path).findall(f"{XS}complexType"):
        extension = part.find(f"{XS}complexContent/{XS}extension")
        if extension is None:
            found[str(part.get("name"))] = sequence(part)
        else:
            base = str(extension.get("base")).partition(":")[2]
            found[f"{part.get('name')} < {base}"] = sequence(extension)
    return found


@pytest.mark.parametrize("path", EVERY_SCHEMA, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_both_validators_accept_every_schema(path: Path):
    assert etree.XMLSchema(etree.parse(path)) is not None
    assert xmlschema.XMLSchema(path).target_namespace == NAMESPACE


@pytest.mark.parametrize("path", EVERY_SCHEMA, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_only_the_operation_element_is_qualified(path: Path):
    root = schemas.read(path)
    assert root.get("elementFormDefault") == "unqualified"
    assert not [each for each in root.iter(f"{XS}element") if each.get("form") is not None]


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_wire_types_are_those_published(interface: Interface):
    expected = table(wire_tables.TYPES, interface)
    for name, text in table(wire_tables.OPERATIONS, interface).items():
        expected[name], _, reply = text.partition(" -> ")
        expected[f"{name}Response"] = f"return {reply}"
    assert complex_types(schemas.schema_set(interface).wire) == expected


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_wire_enumerations_are_those_published(interface: Interface):
    found = {
        str(each.get("name")): {str(value.get("value")) for value in each.iter(f"{XS}enumeration")}
        for each in schemas.read(schemas.schema_set(interface).wire).iter(f"{XS}simpleType")
    }
    expected = table(wire_tables.ENUMERATIONS, interface)
    assert found == {name: set(values.split(", ")) for name, values in expected.items()}


@pytest.mark.parametrize("interface", INTERFACES)
def test_global_elements_are_the_operations_and_four_for_old_scripts(interface: Interface):
    root = schemas.read(schemas.schema_set(interface).wire)
    found = {str(each.get("name")): content(each) for each in root.findall(f"{XS}element")}
    named = [name + end for name in operations(interface) for end in ("", "Response")]
    assert found == {name: name for name in named} | wire_tables.EXTRA_ELEMENTS


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_wire_schema_limits_no_value_but_by_type_and_enumeration(interface: Interface):
    root = schemas.read(schemas.schema_set(interface).wire)
    limits = {
        etree.QName(each).localname
        for restriction in root.iter(f"{XS}restriction")
        for each in restriction
    }
    assert limits == {"enumeration"}


@pytest.mark.parametrize("interface", INTERFACES)
def test_zeep_reads_the_wsdl_and_finds_every_operation(interface: Interface):
    client = zeep.Client(str(schemas.schema_set(interface).wsdl))
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()
    assert service.name == "ERSWSExternalClientServiceService"
    assert port.name == "ERSWSExternalClientServicePort"
    assert port.binding.name.localname == "ERSWSExternalClientServiceServiceSoapBinding"
    assert port.binding.port_type.name.localname == "ERSWSExternalClientService"
    assert list(port.binding.all()) == operations(interface)
    for name, operation in port.binding.all().items():
        assert operation.soapaction == ""
        assert operation.style == "document"
        assert operation.input.body.qname.text == f"{{{NAMESPACE}}}{name}"
        assert operation.output.body.qname.text == f"{{{NAMESPACE}}}{name}Response"


@pytest.mark.parametrize("interface", INTERFACES)
def test_the_wsdl_names_the_path_the_interface_was_published_at(interface: Interface):
    root = schemas.read(schemas.schema_set(interface).wsdl)
    (address,) = root.iter(f"{SOAP}address")
    assert address.get("location") == f"http://127.0.0.1{PATHS[interface]}"


def test_currencies_are_those_of_iso_4217_that_have_minor_units():
    assert dict(schemas.currencies()) == {
        each.code: each.exponent for each in iso4217.Currency if each.exponent is not None
    }


def test_all_result_codes_of_the_reference_are_present():
    known = schemas.result_codes()
    for row, text in wire_tables.rows(wire_tables.RESULT_CODES, newer=True).items():
        code, name = row.split()
        meaning = known[int(code)]
        assert meaning.name == name
        assert meaning.source.startswith(f"{wire_tables.GLASE}, Result codes, line ")
        assert meaning.operations == (None if text == "all" else tuple(text.split()))


def test_result_codes_and_their_names_are_those_of_the_vocabulary():
    assert {code: each.name for code, each in schemas.result_codes().items()} == {
        int(each): each.name for each in ResultCode
    }


def test_every_result_code_has_a_meaning_an_advice_and_a_source():
    offered = set(operations(Interface.CASHREGISTER_2))
    for each in schemas.result_codes().values():
        assert each.meaning.endswith("."), each
        assert each.advice.endswith("."), each
        assert each.source.startswith((wire_tables.GLASE, "vendor: ")), each
        assert set(each.operations or ()) <= offered, each
        assert set(each.assumed or ()) <= offered - set(each.operations or ()), each
