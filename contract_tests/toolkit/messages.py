"""Valid messages, built from the contract's own sample values, to be broken on purpose.

A new operation or field has a message the day it is in the schema.
"""

from collections.abc import Iterator

from lxml import etree

from seqrkit import contract
from seqrkit.contract import Contract, Field, MessageType
from seqrkit.vocabulary import NAMESPACE, Interface

Place = tuple[etree._Element, Field, MessageType]
"""An element of a message, its field, and the type of its parent."""

INTERFACES = tuple(Interface)
CONTRACTS: dict[str, Contract] = {name: contract.load(name) for name in INTERFACES}
NEWEST = CONTRACTS[Interface.CASHREGISTER_2]
OLDEST = CONTRACTS[Interface.EXTCLIENTPROXY_V2]


def build(judge: Contract, name: str, *, every: bool = True) -> etree._Element:
    """The element of an operation or a reply: every field, or the required ones only."""
    element = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"ext": NAMESPACE})
    _fill(element, judge.elements[name], every=every)
    _keep_checks(element, judge.elements[name])
    operation = judge.operations.get(name)
    if operation is not None:
        call_as(element, operation.principals[0])
    return element


def call_as(request: etree._Element, kind: str, user: str | None = "9900") -> None:
    """Make it come from a terminal, or from a user of a reseller."""
    principal = at(request, "context/initiatorPrincipalId")
    at(principal, "type").text = kind
    for given in principal.findall("userId"):
        principal.remove(given)
    if kind == "RESELLERUSER" and user is not None:
        etree.SubElement(principal, "userId").text = user


def _fill(element: etree._Element, kind: MessageType, *, every: bool) -> None:
    for field in kind.fields:
        if not every and not field.required:
            continue
        child = etree.SubElement(element, field.name)
        if field.type is None:
            child.text = field.sample
        elif field.type.path == "amount":
            etree.SubElement(child, "currency").text = "SEK"
            etree.SubElement(child, "value").text = "149.99"
        else:
            _fill(child, field.type, every=every)


def _keep_checks(element: etree._Element, kind: MessageType) -> None:
    """Change a reply of sample values so that it keeps the rules across fields."""
    for child in element:
        inner = kind.by_name[str(child.tag)].type
        if inner is not None:
            _keep_checks(child, inner)
    for check in kind.checks:
        found = element.find(check.element)
        if check.rule.kind == "not-used" and found is not None:
            if check.field:
                at(element, check.field).text = check.values[0]
            else:
                parent = found.getparent()
                assert parent is not None
                parent.remove(found)
        elif (
            check.rule.kind in {"needed", "present"}
            and found is None
            and element.findtext(check.field) in check.values
        ):
            place = [field.name for field in kind.fields].index(check.element)
            before = {field.name for field in kind.fields[:place]}
            number = sum(child.tag in before for child in element)
            needed = etree.Element(check.element)
            needed.text = kind.by_name[check.element].sample
            element.insert(number, needed)


def to_bytes(element: etree._Element) -> bytes:
    etree.indent(element)
    return etree.tostring(element)


def in_envelope(element: etree._Element) -> bytes:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    root = etree.Element(f"{{{soap}}}Envelope", nsmap={"soapenv": soap})
    etree.SubElement(root, f"{{{soap}}}Body").append(element)
    return to_bytes(root)


def places(judge: Contract, element: etree._Element) -> Iterator[Place]:
    """Every element of a message with its field, in document order."""
    yield from _places(element, judge.elements[etree.QName(element).localname])


def _places(element: etree._Element, kind: MessageType) -> Iterator[Place]:
    for child in element:
        field = kind.by_name[str(child.tag)]
        yield child, field, kind
        if field.type is not None:
            yield from _places(child, field.type)


def with_field(judge: Contract, path: str) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each message that has a field, freshly built, with the first element of that field."""
    for name in judge.elements:
        message = build(judge, name)
        for element, field, _ in places(judge, message):
            if field.path == path:
                yield message, element
                break


def ids(judge: Contract, element: etree._Element) -> list[str]:
    """The rules that a message breaks, judged from its bytes."""
    return [finding.id for finding in judge.lint(to_bytes(element))]


def at(element: etree._Element, path: str) -> etree._Element:
    """The element at a path, which is there."""
    found = element.find(path)
    assert found is not None, path
    return found


def copy_of(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element))
