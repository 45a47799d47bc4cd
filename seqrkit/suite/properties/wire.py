"""The wire: all descriptions of the messages agree, and messages survive writing and reading.

WSDL, published schema, documented schema, contract, model and the endpoint's tables are compared
with one another; then messages are written and read back by everything that writes and reads.
"""

from __future__ import annotations

import typing
from datetime import datetime
from decimal import Decimal
from html import escape
from itertools import zip_longest
from typing import Any, Final

import attrs
from attrs import evolve
from lxml import etree

from seqrkit import contract, model, schemas, strategies
from seqrkit.client import Client, Credentials
from seqrkit.model_base import wire_names
from seqrkit.model_fields import message_fields
from seqrkit.schemas import CONTRACT
from seqrkit.simulator.wire.message_tables import message_tables
from seqrkit.strategies import Broken
from seqrkit.suite.framework import Case, CheckContext, PropertyGroup
from seqrkit.suite.oracles import field_contents, message_outlines
from seqrkit.suite.oracles.message_cases import (
    message_cases,
    message_name,
    new_boundaries,
    payload_of,
    request_cases,
    with_repeated_items,
)
from seqrkit.suite.oracles.round_trips import round_trip
from seqrkit.suite.oracles.schema_validators import DISAGREEMENTS, compiled, is_known, verdicts
from seqrkit.vocabulary import Interface

GROUP = PropertyGroup("wire")

_PUBLISHED: Final = "wire: the published WSDL and schema"
_PYTHON: Final = {
    "string": str,
    "decimal": Decimal,
    "int": int,
    "long": int,
    "dateTime": datetime,
    "base64Binary": bytes,
}
"""The Python types of the built-in types."""


@GROUP.property(source=_PUBLISHED, cases=lambda interface: [Case(interface)])
def operations_agree(check: CheckContext) -> None:
    """WSDL, schemas, contract, model and endpoint have the same operations, each with its reply."""
    found, known = check.contract.schemas, message_tables(check.interface)
    published = list(message_outlines.description(found.wsdl).all())
    documented = compiled(found.documented).xmlschema.elements
    of_wire = compiled(found.wire).xmlschema.elements
    both = [each for name in published for each in (name, f"{name}Response")]
    for source, names, expected in (
        ("the contract", check.contract.operations, published),
        ("the requests of the model", [n for n in model.REQUESTS if n in published], published),
        ("the replies of the model", [n for n in model.REPLIES if n in published], published),
        ("the requests of the endpoint", known.requests, published),
        ("the replies of the endpoint", known.replies, published),
        ("the documented schema", [each.local_name for each in documented.values()], both),
        ("the messages of the contract", check.contract.elements, both),
        ("the published schema", [name for name in both if name in of_wire], both),
    ):
        check.expect(
            list(names) == expected,
            f"{source}: {', '.join(map(str, names))}; in the WSDL: {', '.join(expected)}",
        )


@GROUP.property(source=_PUBLISHED, cases=message_cases)
def elements_agree(check: CheckContext) -> None:
    """WSDL, schemas, contract and endpoint have the same elements in each message.

    Their order, number and types are equal.
    """
    name, found = message_name(check.case), check.contract.schemas
    known, operation = message_tables(check.interface), check.case.operation
    if name == operation:
        endpoint = message_outlines.of_table(known.requests[name])
    else:
        reply = message_outlines.of_table(known.replies[operation])
        endpoint = message_outlines.nested("return", reply)
    published = list(message_outlines.of_schema(found.wire, name))
    for source, lines in (
        ("the documented schema", message_outlines.of_schema(found.documented, name)),
        ("the WSDL, read by zeep,", message_outlines.of_description(found.wsdl, name)),
        ("the contract", message_outlines.of_contract(check.contract.elements[name])),
        ("the endpoint", endpoint),
    ):
        for expected, line in zip_longest(published, lines):
            check.expect(
                expected == line,
                f"{source} has {line or 'no more elements'} in {name}; the published schema has "
                f"{expected or 'no more elements'}",
            )


@GROUP.property(source=_PUBLISHED, cases=message_cases)
def model_agrees(check: CheckContext) -> None:
    """The model has exactly one field for each element of a message, of a suitable type."""
    try:
        message = message_fields(check.contract, message_name(check.case)).type
    except LookupError as error:
        check.fail(f"the model lacks an element of the contract: {error}")
    contracts = [check.contract, *map(contract.load, Interface)]
    for each in message.types():
        cls, name = each.cls, each.message_type.name
        if not attrs.has(cls):
            continue  # an amount or a map
        # A class of the model has the fields of all interfaces.
        kinds = (known.types[name] for known in contracts if name in known.types)
        more = set(wire_names(cls).values()).difference(*(kind.by_name for kind in kinds))
        check.expect(not more, f"{cls.__name__} has {', '.join(more)}, which no {name} has")
        hints = typing.get_type_hints(cls)
        for field in each.fields:
            base = field.field.base
            check.expect(
                not base or _PYTHON[base] in typing.get_args(hints[field.attribute]),
                f"{cls.__name__}.{field.attribute} cannot hold a value of type {base}",
            )


@GROUP.property(source=_PUBLISHED, cases=message_cases)
def messages_round_trip(check: CheckContext) -> None:
    """A message is read as it was written.

    A request is written by client and generator and read by endpoint and zeep; a reply is written
    by endpoint and generator and read by client and zeep.
    """
    name = message_name(check.case)
    *limits, complete = (each.message for each in new_boundaries(check.interface)[name])
    for message in (with_repeated_items(complete), complete, *limits):
        round_trip(check, name, message)
    check.explore(
        strategies.valid(name, check.interface), lambda message: round_trip(check, name, message)
    )


@GROUP.property(source="G337-345", cases=request_cases)
def client_fills_in(check: CheckContext) -> None:
    """The context that the client fills in keeps every rule, and its clientReference is unique."""
    complete: Any = strategies.boundary(check.case.operation, check.interface)[-1].message
    request = evolve(complete, context=None)
    session = contract.SessionRules()
    for seed in (None, 0):
        with Client(_NOWHERE, _CREDENTIALS, interface=check.interface, seed=seed) as client:
            for _ in range(2):
                envelope = client.envelope(request)
                repeated = session.request(payload_of(envelope))
                findings = (*check.contract.lint(envelope), *repeated)
                check.expect(
                    not findings,
                    f"the client's own context: {'; '.join(map(str, findings))}",
                    rule=findings[0].rule if findings else None,
                    envelope=envelope,
                )


# The port of the discard service: nothing is sent, and nothing would answer.
_NOWHERE: Final = "http://127.0.0.1:9"
_CREDENTIALS: Final = Credentials(
    terminal_id="till",
    terminal_password="secret",  # noqa: S106 - not used
    reseller_id="shop",
    reseller_user="9900",
    reseller_password="secret",  # noqa: S106 - not used
)


@GROUP.property(
    source="wire: XML Schema 1.0, part 2",
    cases=lambda interface: (Case(interface, name=each.name) for each in DISAGREEMENTS),
)
def validators_disagree(check: CheckContext) -> None:
    """Where libxml2 and xmlschema are known to disagree they do, and the linter is right."""
    (known,) = (each for each in DISAGREEMENTS if each.name == check.case.name)
    for base, examples in known.contents.items():
        location = field_contents.location_for(check.interface, base)
        rule = location.field.rule("type") if known.is_found else None
        for markup in examples:
            envelope = location.envelope(check.interface, markup)
            element = field_contents.payload_with_comments(etree.fromstring(envelope))
            found = verdicts(check.contract.schemas.wire, element)
            check.expect(found == known.verdicts, f"{found}: {known.why}", envelope=envelope)
            ids = {each.id for each in check.contract.lint(envelope)}
            check.expect(
                ids == ({rule.id} if rule else set()),
                f"the linter reports {', '.join(ids) or 'nothing'}, expected "
                f"{rule.id if rule else 'nothing'}",
                rule=rule,
                envelope=envelope,
            )


@GROUP.property(
    source="wire: XML Schema 1.0, part 2",
    cases=lambda interface: (Case(interface, name=base) for base in field_contents.VALID),
)
def validators_agree(check: CheckContext) -> None:
    """libxml2 and xmlschema agree about values of every type, except where known not to."""
    base = check.case.name
    location = field_contents.location_for(check.interface, base)

    def test(text: str) -> None:
        envelope = location.envelope(check.interface, escape(text))
        element = field_contents.payload_with_comments(etree.fromstring(envelope))
        found = verdicts(check.contract.schemas.wire, element)
        read = element.findtext("/".join(location.steps)) or ""
        message = f"{found}: {read!a}"
        check.expect(not found.differ or is_known(base, read), message, envelope=envelope)

    check.explore(field_contents.contents(base), test)


@GROUP.property(source="wire: XML Schema 1.0", cases=message_cases)
def documents_are_stricter(check: CheckContext) -> None:
    """The documented schema accepts nothing that the published one rejects."""
    name, found = message_name(check.case), check.contract.schemas
    documents = dict(message_outlines.declared(found.documented, name))
    marked = schemas.read(found.documented).iterfind(f".//*[@{CONTRACT}unpublished]")
    unpublished = {each.get("value") for each in marked}
    for line, published in message_outlines.declared(found.wire, name):
        documented = documents[line]
        check.expect(
            documented.min_occurs >= published.min_occurs,
            f"{line.path} of {name} is required by the published schema only",
        )
        values, expected = (
            sorted(map(str, getattr(each.type, "enumeration", None) or ()))
            for each in (documented, published)
        )
        check.expect(
            not expected or [each for each in values if each not in unpublished] == expected,
            f"{line.path} of {name} has the values {', '.join(values)} in the documented schema, "
            f"{', '.join(expected)} in the published one",
        )

    def test(broken: Broken) -> None:
        if broken.rule.path == "soap":
            return
        element = payload_of(broken.envelope)
        documented, published = (verdicts(each, element) for each in (found.documented, found.wire))
        check.expect(
            all(loose or not strict for strict, loose in zip(documented, published, strict=True)),
            f"by the documented schema {documented}, by the published one {published}",
            envelope=broken.envelope,
        )

    # Few, because each rule has its own check in the group `requests`.
    few = max(1, check.environment.profile.examples // 5)
    check.explore(strategies.broken(name, check.interface), test, examples=few)
