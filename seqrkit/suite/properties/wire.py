"""The wire: that all who know the messages know the same ones, and that nothing is lost on the way.

WSDL, published schema, documented schema, contract, model and the endpoint's tables are held
against one another, both ways; then messages are written and read back by each who writes and
reads, and compared with the message that was written.
"""

from __future__ import annotations

import typing
from datetime import datetime
from decimal import Decimal
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from attrs import evolve

from seqrkit import contract, model, strategies
from seqrkit.client import Client, Credentials
from seqrkit.model_base import WIRE
from seqrkit.model_fields import message_fields
from seqrkit.simulator.wire.message_tables import message_tables
from seqrkit.suite.framework.check_context import Case
from seqrkit.suite.framework.property import PropertyGroup
from seqrkit.suite.oracles import content_outlines, field_contents
from seqrkit.suite.oracles.message_cases import (
    message_cases,
    message_name,
    new_boundaries,
    payload_of,
    request_cases,
    with_repeated_items,
)
from seqrkit.suite.oracles.round_trips import RoundTrips
from seqrkit.suite.oracles.schema_validators import compiled, verdicts
from seqrkit.suite.oracles.validator_disagreements import DISAGREEMENTS, is_known
from seqrkit.vocabulary import Interface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seqrkit.model import Reply
    from seqrkit.model_base import Request
    from seqrkit.strategies import Broken, Message
    from seqrkit.suite.framework.check_context import CheckContext

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
"""What the model holds the built-in types in."""


def _once(interface: Interface) -> Iterator[Case]:
    yield Case(interface)


@GROUP.property(
    "operations-agree",
    "WSDL, schemas, contract, model and endpoint have the same operations, each with its reply.",
    source=_PUBLISHED,
    cases=_once,
)
def _operations(check: CheckContext) -> None:
    found, known = check.contract.schemas, message_tables(check.interface)
    binding = content_outlines.description(found.wsdl)
    published = list(binding.all())
    documented = compiled(found.documented).xmlschema.elements
    of_wire = compiled(found.wire).xmlschema.elements
    in_model = [name for name in model.REQUESTS if name in published]
    both = [each for name in published for each in (name, f"{name}Response")]
    for who, has, expected in (
        ("the contract", list(check.contract.operations), published),
        ("the model's requests", in_model, published),
        ("the model's replies", [name for name in model.REPLIES if name in in_model], published),
        ("the endpoint, of requests,", list(known.requests), published),
        ("the endpoint, of replies,", list(known.replies), published),
        ("the documented schema", [str(each.local_name) for each in documented.values()], both),
        ("the contract, of messages,", list(check.contract.elements), both),
        ("the published schema", [name for name in both if name in of_wire], both),
    ):
        check.expect(
            has == expected, f"{who} has {', '.join(has)}; the WSDL has {', '.join(expected)}"
        )


@GROUP.property(
    "elements-agree",
    "WSDL, schemas, contract and endpoint have the same elements in each message: in one order, "
    "as often, and of one type.",
    source=_PUBLISHED,
    cases=message_cases,
)
def _elements(check: CheckContext) -> None:
    name, found = message_name(check.case), check.contract.schemas
    known, reply = message_tables(check.interface), check.case.operation
    published = list(content_outlines.of_schema(found.wire, name))
    if name == check.case.operation:
        endpoint = list(content_outlines.of_table(known.requests[name]))
    else:
        endpoint = list(
            content_outlines.nested("return", content_outlines.of_table(known.replies[reply]))
        )
    for who, has in (
        ("the documented schema", content_outlines.of_schema(found.documented, name)),
        ("the WSDL, as zeep reads it,", content_outlines.of_description(found.wsdl, name)),
        ("the contract", content_outlines.of_contract(check.contract.elements[name])),
        ("the endpoint", endpoint),
    ):
        for theirs, ours in zip_longest(published, has):
            check.expect(
                theirs == ours,
                f"{who} has {ours or 'nothing more'} in {name}, where the published schema has "
                f"{theirs or 'nothing more'}",
            )


@GROUP.property(
    "model-agrees",
    "The model has a place for each element of a message, of a fitting type, and no other place.",
    source=_PUBLISHED,
    cases=message_cases,
)
def _model(check: CheckContext) -> None:
    try:
        message = message_fields(check.contract, message_name(check.case)).type
    except LookupError as error:
        check.fail(f"the model has no place for an element of the contract: {error}")
    every = [check.contract.types, *(contract.load(each).types for each in Interface)]
    for each in message.types():
        cls = each.cls
        if not attrs.has(cls):
            continue  # an amount or a map
        places = {field.metadata[WIRE] for field in attrs.fields(cls)}
        name = each.message_type.name
        known = {field for types in every if name in types for field in types[name].by_name}
        more = ", ".join(places - known)
        check.expect(not more, f"{cls.__name__} has {more}; no interface's {name} has")
        hints = typing.get_type_hints(cls)
        for field in each.fields:
            hint, base = hints[field.attribute], field.field.base
            check.expect(
                not base or _PYTHON[base] in typing.get_args(hint),
                f"{cls.__name__}.{field.attribute} is {hint}; on the wire it is {base}",
            )


@GROUP.property(
    "requests-come-back",
    "A request is read as it was meant, whoever wrote it (the client, the generator) and whoever "
    "reads it (zeep, the endpoint, the linter).",
    source=_PUBLISHED,
    cases=request_cases,
)
def _requests(check: CheckContext) -> None:
    trips, name = RoundTrips(check), check.case.operation
    _there_and_back(check, name, lambda message: trips.request(cast("Request", message)))


@GROUP.property(
    "client-fills-in",
    "What the client fills in keeps every rule, and each request has a clientReference of its own.",
    source="001 ClientContext parameter used in all calls",
    cases=request_cases,
)
def _filled_in(check: CheckContext) -> None:
    operation = check.case.operation
    every = strategies.boundary(operation, check.interface)[-1].message
    request = evolve(cast("Any", every), context=None)
    session = contract.SessionRules()
    for seed in (None, 0):
        with Client(_NOWHERE, _SOMEBODY, interface=check.interface, seed=seed) as client:
            for _ in range(2):
                envelope = client.envelope(request)
                found = check.contract.lint(envelope)
                again = session.request(payload_of(envelope))
                said = (*found, *again)
                check.expect(
                    not said,
                    f"the client's own check: {'; '.join(map(str, said))}",
                    rule=said[0].rule if said else None,
                    envelope=envelope,
                )


_NOWHERE: Final = "http://127.0.0.1:9"
_SOMEBODY: Final = Credentials(
    terminal_id="till",
    terminal_password="secret",  # noqa: S106 - nobody's
    reseller_id="shop",
    reseller_user="9900",
    reseller_password="secret",  # noqa: S106 - nobody's
)


@GROUP.property(
    "replies-come-back",
    "A reply is read as it was meant, whoever wrote it (the endpoint, the generator) and whoever "
    "reads it (the client, the linter).",
    source=_PUBLISHED,
    cases=request_cases,
)
def _replies(check: CheckContext) -> None:
    trips, name = RoundTrips(check), f"{check.case.operation}Response"
    _there_and_back(check, name, lambda message: trips.reply(cast("Reply", message)))


def _there_and_back(check: CheckContext, name: str, look: Callable[[Message], None]) -> None:
    *own, every = new_boundaries(check.interface)[name]
    for each in (
        with_repeated_items(every.message),
        every.message,
        *(each.message for each in own),
    ):
        look(each)
    check.explore(strategies.valid(name, check.interface), look)


@GROUP.property(
    "validators-disagree",
    "Where libxml2 and xmlschema are known to disagree they do, and the linter says what is right.",
    source="wire: XML Schema 1.0, part 2",
    cases=lambda interface: (Case(interface, name=each.name) for each in DISAGREEMENTS),
)
def _disagree(check: CheckContext) -> None:
    (known,) = (each for each in DISAGREEMENTS if each.name == check.case.name)
    for base, examples in known.contents.items():
        place = field_contents.location_for(check.interface, base)
        rule = place.field.rule("type") if known.is_found else None
        for content in examples:
            envelope = field_contents.with_content(check.interface, place, content)
            said = verdicts(check.contract.schemas.wire, field_contents.as_it_is(envelope))
            check.expect(said == known.said, f"{said}: {known.why}", envelope=envelope)
            found = {each.id for each in check.contract.lint(envelope)}
            expected = {rule.id} if rule else set()
            check.expect(
                found == expected,
                f"the linter finds {found or 'nothing'} in place of {expected or 'nothing'}",
                rule=rule,
                envelope=envelope,
            )


@GROUP.property(
    "validators-agree",
    "Of a value of any type libxml2 and xmlschema say the same, but where they are known not to.",
    source="wire: XML Schema 1.0, part 2",
    cases=lambda interface: (Case(interface, name=base) for base in field_contents.SOUND),
)
def _agree(check: CheckContext) -> None:
    base = check.case.name
    place = field_contents.location_for(check.interface, base)

    def look(text: str) -> None:
        envelope = field_contents.with_content(check.interface, place, escape(text))
        element = field_contents.as_it_is(envelope)
        said = verdicts(check.contract.schemas.wire, element)
        read = element.findtext("/".join(place.steps)) or ""
        check.expect(
            not said.differ or is_known(base, read), f"{said}: {read!r}", envelope=envelope
        )

    check.explore(field_contents.texts(base), look)


@GROUP.property(
    "documents-are-stricter",
    "What the documented schema accepts the published one accepts: what it requires, what it lists "
    "and every value.",
    source="wire: XML Schema 1.0",
    cases=message_cases,
)
def _stricter(check: CheckContext) -> None:
    name, found = message_name(check.case), check.contract.schemas
    documents = dict(content_outlines.declared(found.documented, name))
    for line, published in content_outlines.declared(found.wire, name):
        documented = documents[line]
        check.expect(
            documented.min_occurs >= published.min_occurs,
            f"{line.path} has to stand in {name} by the published schema, not by the documented",
        )
        listed, wanted = (
            getattr(each.type, "enumeration", None) for each in (documented, published)
        )
        check.expect(
            not wanted or sorted(listed or ()) == sorted(wanted),
            f"{line.path} of {name} may be {listed} by the documented schema, by the published one "
            f"{wanted}",
        )

    def look(broken: Broken) -> None:
        if broken.rule.path == "soap":
            return
        element = payload_of(broken.envelope)
        accepted = verdicts(found.documented, element)
        also = verdicts(found.wire, element)
        check.expect(
            all(had or not has for has, had in zip(accepted, also, strict=True)),
            f"by the documented schema {accepted}, by the published one {also}",
            envelope=broken.envelope,
        )

    some = max(
        1, check.environment.profile.examples // 5
    )  # each rule has its own check in `requests`
    check.explore(strategies.broken(name, check.interface), look, examples=some)
