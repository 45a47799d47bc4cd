"""Every change of a service's WSDL is named with the operations it affects; its layout is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from contract_tests.toolkit.commands import run
from seqrkit.contract.service_drift import WSDL, ServiceDescription, drift
from seqrkit.errors import ConfigurationError
from seqrkit.schemas import schema_set
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import Interface

NEWEST = schema_set()
Change = Callable[[str], str]


def described(
    interface: str = Interface.CASHREGISTER_2, change: Change = str
) -> ServiceDescription:
    files = schema_set(interface)
    texts = (files.wsdl.read_text("utf-8"), change(files.wire.read_text("utf-8")))
    return ServiceDescription(etree.fromstring(each.encode()) for each in texts)


def found(change: Change) -> list[str]:
    return list(drift(described(change=change), described()))


@pytest.mark.parametrize("interface", Interface)
def test_a_description_does_not_differ_from_itself(interface: Interface) -> None:
    assert list(drift(described(interface), described(interface))) == []


def test_one_file_with_other_prefixes_is_the_same() -> None:
    wsdl = etree.fromstring(NEWEST.wsdl.read_bytes())
    wire = NEWEST.wire.read_text("utf-8").replace("tns:", "q:").replace("xmlns:tns", "xmlns:q")
    types = wsdl.find(f"{WSDL}types")
    assert types is not None
    types[:] = [etree.fromstring(wire.encode())]
    assert list(drift(ServiceDescription([wsdl]), described())) == []


def test_the_older_interface_lacks_an_operation() -> None:
    shown = list(drift(described(Interface.EXTCLIENTPROXY_V2), described()))
    assert shown[0] == "operation creditUser is missing"


def after(pattern: str, replacement: str) -> Change:
    def change(text: str) -> str:
        changed, count = re.subn(pattern, replacement, text, count=1)
        assert count
        return changed

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (after(r'<xs:element name="seqrId"[^>]*/>', ""), "assignSeqrId: request/seqrId is missing"),
        (
            after(r'<xs:element name="seqrId"', '<xs:element name="more" type="xs:int"/>\\g<0>'),
            "assignSeqrId: request/more is new and required",
        ),
        (
            after(r'name="seqrId" type="xs:string"', 'name="seqrId" type="xs:int"'),
            "assignSeqrId: request/seqrId is int instead of string",
        ),
        (
            after(r'<xs:enumeration value="ISSUED"/>', ""),
            "getPaymentStatus: reply/return/status no longer allows ISSUED",
        ),
        (
            after(r'<xs:enumeration value="ISSUED"/>', '\\g<0><xs:enumeration value="WAITING"/>'),
            "getPaymentStatus: reply/return/status also allows WAITING",
        ),
        (
            after(
                r'name="seqrId" type="xs:string" minOccurs="0"', 'name="seqrId" type="xs:string"'
            ),
            "assignSeqrId: request/seqrId is required now",
        ),
        (
            after(r'name="seqrId"', 'name="seqrId" maxOccurs="unbounded"'),
            "assignSeqrId: request/seqrId may be repeated now",
        ),
        (
            after(r'targetNamespace="[^"]*"', 'targetNamespace="urn:new"'),
            "the namespace is urn:new instead of http://external.interfaces.ers.seamless.com/",
        ),
    ],
)
def test_a_change_is_one_sentence(change: Change, said: str) -> None:
    assert found(change) == [said]


def test_a_type_of_several_operations_names_all_of_them() -> None:
    shown = found(after(r'<xs:element name="clientComment"[^>]*/>', ""))
    assert shown == ["every operation: request/context/clientComment is missing"]


def test_a_type_that_contains_itself_ends() -> None:
    inside = '<xs:element name="seqrId" type="tns:assignSeqrId"'
    assert found(after(r'<xs:element name="seqrId" type="xs:string"', inside))


def test_types_that_nest_beyond_all_bounds_are_refused() -> None:
    nested = "".join(
        f'<xs:complexType name="t{n}"><xs:sequence>'
        f'<xs:element name="a" type="tns:t{n + 1}"/><xs:element name="b" type="tns:t{n + 1}"/>'
        "</xs:sequence></xs:complexType>"
        for n in range(40)
    )
    inside = f'<xs:complexType name="t40"/>{nested}<xs:complexType name="amount">'
    change = after(r'<xs:complexType name="amount">', inside)
    element = '<xs:element name="seqrId" type="tns:t0"'
    with pytest.raises(ConfigurationError, match="more than 10000 elements"):
        found(
            lambda text: after(r'<xs:element name="seqrId" type="xs:string"', element)(change(text))
        )


def test_a_type_that_extends_itself_ends() -> None:
    base = '<xs:complexContent><xs:extension base="tns:amount"/></xs:complexContent>'
    amount = after(r'(<xs:complexType name="amount">).*?(</xs:complexType>)', f"\\1{base}\\2")
    assert found(lambda text: amount(text.replace("\n", " ")))


def test_imports_from_another_host_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wsdl = NEWEST.wsdl.read_text("utf-8")
    elsewhere = wsdl.replace('schemaLocation="wire.xsd"', 'schemaLocation="http://127.0.0.1:1/x"')
    (tmp_path / "service.wsdl").write_text(elsewhere)
    ended = run(capsys, "drift", str(tmp_path / "service.wsdl"))
    assert ended.code == 1
    assert "http://127.0.0.1:1/x is left out: it is on another host" in ended.out


def test_a_running_endpoint_does_not_drift(capsys: pytest.CaptureFixture[str]) -> None:
    with Endpoint() as endpoint:
        for interface in Interface:
            ended = run(capsys, "drift", endpoint.url(interface))
            assert ended.code == 0, ended.out
            assert f"operations of {interface} as the bundled WSDL" in ended.out


def test_a_saved_wsdl_is_compared_with_its_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "service.wsdl").write_bytes(NEWEST.wsdl.read_bytes())
    wire = NEWEST.wire.read_text("utf-8")
    (tmp_path / "wire.xsd").write_text(after(r'<xs:element name="seqrId"[^>]*/>', "")(wire))
    ended = run(capsys, "drift", str(tmp_path / "service.wsdl"))
    assert (ended.code, ended.out) == (1, "assignSeqrId: request/seqrId is missing\n")


def test_a_schema_that_was_not_saved_is_a_misuse_and_no_drift(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "service.wsdl").write_bytes(NEWEST.wsdl.read_bytes())
    ended = run(capsys, "drift", str(tmp_path / "service.wsdl"))
    assert (ended.code, ended.out) == (2, "")
    assert "wire.xsd cannot be read" in ended.err


@pytest.mark.parametrize("content", ["", "hello", "<html/>", "<a/>"])
def test_what_is_no_wsdl_is_a_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "other.wsdl").write_text(content)
    ended = run(capsys, "drift", str(tmp_path / "other.wsdl"))
    assert ended.code == 2
    assert "has no WSDL" in ended.err


def test_a_server_that_does_not_answer_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with Endpoint() as endpoint:
        address = endpoint.url()
    ended = run(capsys, "drift", address)
    assert ended.code == 2
    assert "cannot be reached" in ended.err
