"""Who judges what is generated: two validators, each with the wire's schema and the documented."""

from functools import cache
from typing import Any, cast

import xmlschema
from hypothesis import settings
from lxml import etree

from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import soap
from seqrkit.contract import Severity
from seqrkit.schemas import schema_set
from seqrkit.strategies import Message
from seqrkit.strategies.shapes import root
from seqrkit.strategies.writing import written

NAMES = [(interface, name) for interface, judge in CONTRACTS.items() for name in judge.elements]
"""Every message of both interfaces, replies included."""
SOME = max(5, settings().max_examples // 5)
"""Examples of a test that is run for every message."""


@cache
def libxml2(interface: str, which: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(getattr(schema_set(interface), which)))


@cache
def explainer(interface: str, which: str) -> Any:
    return xmlschema.XMLSchema(str(getattr(schema_set(interface), which)))


def verdicts(interface: str, element: etree._Element, which: str) -> tuple[bool, bool]:
    """Whether libxml2 and xmlschema accept an element, by the schema `wire` or `documented`."""
    slow = cast("bool", explainer(interface, which).is_valid(element))
    return libxml2(interface, which).validate(element), slow


def payload(envelope: bytes) -> etree._Element:
    return soap.read_envelope(soap.parse(envelope)).payload


def element_of(interface: str, name: str, message: Message) -> etree._Element:
    """A message as it is read back from its bytes."""
    element = written(message, root(CONTRACTS[interface], name))
    return soap.parse(etree.tostring(element))


def ids(interface: str, envelope: bytes) -> set[str]:
    return {finding.id for finding in CONTRACTS[interface].lint(envelope)}


def errors(interface: str, envelope: bytes) -> set[str]:
    found = CONTRACTS[interface].lint(envelope)
    return {finding.id for finding in found if finding.severity == Severity.ERROR}
