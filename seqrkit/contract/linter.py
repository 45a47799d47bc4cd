"""From bytes to findings: parse, let libxml2 decide, and explain what it refuses.

Bytes that are no message are findings too: nothing a message can hold makes this raise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache, cached_property
from threading import Lock
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.contract import envelope_rules
from seqrkit.contract.content_model import XSI, Comparison, alike, in_document_order
from seqrkit.contract.cross_field_rules import Judge, judges, principal_rule
from seqrkit.contract.documented_schema import Shape
from seqrkit.contract.finding_messages import WHITE
from seqrkit.contract.findings import Finding, quote, shorten
from seqrkit.contract.malformed_xml import first_slip
from seqrkit.contract.message_types import MessageType
from seqrkit.contract.reference_examples import Example, examples
from seqrkit.contract.valid_messages import Plan, judge_valid, plan_of
from seqrkit.contract.value_explainer import Explainer
from seqrkit.errors import MessageError, MustUnderstand, SchemaError
from seqrkit.schemas import SchemaSet
from seqrkit.soap import MAX_BYTES
from seqrkit.vocabulary import NAMESPACE

_NOTHING: Final[Mapping[str, tuple[Judge, ...]]] = {}


class Linter:
    """Judges messages by one documented schema and the rules beside it."""

    def __init__(self, schema_set: SchemaSet, shape: Shape) -> None:
        self._set = schema_set
        self._shape = shape
        self._explain = Explainer(schema_set.documented)
        self._lock = Lock()  # one schema has one log of errors, whichever thread validates

    def lint(
        self, data: bytes, *, limit: int = MAX_BYTES, charset: str | None = None
    ) -> tuple[Finding, ...]:
        """Every finding about a message: an envelope, or an operation's element without one."""
        try:
            document = soap.read_document(data, limit=limit, charset=charset)
        except MessageError as error:
            return (_refused(error, data),)
        return (*envelope_rules.about_document(document), *self.lint_root(document.root))

    def lint_root(self, root: etree._Element) -> tuple[Finding, ...]:
        """Return the findings about an envelope, or about an operation's element without one."""
        if root.tag != soap.ENVELOPE and self._named(root) is not None:
            return self.lint_element(root)
        try:
            message = soap.read_envelope(root)
        except MustUnderstand as error:
            payload = next(root.iterfind(f"{soap.BODY}/*"), None)
            rest = () if payload is None else self._body(payload)
            return (_refused(error), *rest)
        except MessageError as error:
            return (_refused(error),)
        return self._body(message.payload)

    def lint_element(self, element: etree._Element) -> tuple[Finding, ...]:
        """Every finding about an operation's element; comments must be out of it already."""
        known = self._plans.get(element.tag)
        if known is None:
            kind = self._named(element)
            return (self._unknown(element),) if kind is None else self._astray(element, kind)
        name, plan = known
        with self._lock:
            valid = self._schema.validate(element)
            words = "" if valid else _last_words(self._schema)
        if valid:
            if not plan.doubtful(element):
                return ()
            found: list[tuple[etree._Element, Finding]] = []
            judge_valid(element, plan, name, found)
            return in_document_order(found, element)
        findings = self._compare(element, plan.type)
        if findings or self._accepts(_without_harmless(element, plan.type)):
            return findings
        line = element.sourceline
        return (Finding(envelope_rules.SCHEMA, name, line, f"libxml2 says: {words}"),)

    def _accepts(self, element: etree._Element) -> bool:
        with self._lock:
            return self._schema.validate(element)

    def _body(self, payload: etree._Element) -> tuple[Finding, ...]:
        if soap.is_fault(payload):
            return ()
        findings = self.lint_element(payload)
        second = payload.getnext()
        if second is None or payload.getparent() is None:
            return findings
        first, more = soap.local(payload), soap.local(second)
        message = f"<{more}> follows <{first}> in the Body; only the first is read"
        extra = Finding(envelope_rules.ONE_OPERATION, "Envelope/Body", second.sourceline, message)
        return (*findings, extra)

    def lint_as(self, element: etree._Element, kind: MessageType) -> tuple[Finding, ...]:
        """Return the findings about an element that is compared with a type."""
        return self._compare(element, kind)

    def _compare(
        self, element: etree._Element, kind: MessageType, *, qualified: bool = False
    ) -> tuple[Finding, ...]:
        name = soap.local(element)
        comparison = Comparison(self._explain, self._judges(name), kind)
        if not comparison.attributes(element, name, kind):
            comparison.compare(element, kind, name, qualified=qualified)
        return in_document_order(comparison.found, element)

    def _astray(self, element: etree._Element, kind: MessageType) -> tuple[Finding, ...]:
        """An operation in another namespace, or none: said once, then judged as if it were right.

        Elements inside it that are in the same wrong namespace are part of the same mistake.
        """
        name, space = soap.local(element), soap.namespace(element)
        where = f"in the namespace {quote(space)}" if space else "in no namespace"
        message = f"<{name}> is {where}; the namespace of the service is {NAMESPACE}"
        finding = Finding(
            envelope_rules.NAMESPACE, name, element.sourceline, message, shorten(space)
        )
        return (finding, *self._compare(element, kind, qualified=bool(space)))

    def _unknown(self, element: etree._Element) -> Finding:
        name = soap.local(element)
        like = alike(name, list(self._shape.elements))
        hint = f"; did you mean <{like}>?" if like else ""
        message = f"{self._set.interface} has no operation <{shorten(name)}>{hint}"
        return Finding(
            envelope_rules.UNKNOWN_OPERATION, name, element.sourceline, message, shorten(name)
        )

    def _named(self, element: etree._Element) -> MessageType | None:
        return self._shape.elements.get(soap.local(element))

    def _judges(self, name: str) -> Mapping[str, tuple[Judge, ...]]:
        """The cross-field rules for a request; a reply has none."""
        return self._request_judges if name in self._shape.operations else _NOTHING

    @cached_property
    def _request_judges(self) -> Mapping[str, tuple[Judge, ...]]:
        by_path = judges()
        for operation in self._shape.operations.values():
            pair = principal_rule(operation)
            if pair is not None:
                by_path[operation.name] = (pair[1],)
        return by_path

    @cached_property
    def _schema(self) -> etree.XMLSchema:
        try:
            return etree.XMLSchema(etree.parse(self._set.documented))
        except etree.XMLSchemaParseError as error:
            msg = f"{self._set.documented} is not a schema that libxml2 accepts: {error}"
            raise SchemaError(msg) from error

    @cached_property
    def _plans(self) -> Mapping[object, tuple[str, Plan]]:
        """How to judge a valid element, and its short name, by the name with the namespace."""
        return {
            f"{{{NAMESPACE}}}{name}": (name, plan_of(kind, self._judges(name)))
            for name, kind in self._shape.elements.items()
        }


def too_large(limit: int, size: int | None = None) -> Finding:
    """The finding about a message past the limit, for those who do not read it to the end."""
    much = "the message has more" if size is None else f"the message has {size:,} bytes, more"
    return Finding(envelope_rules.TOO_LARGE, "", None, f"{much} than the limit of {limit:,} bytes")


def _refused(error: MessageError, data: bytes = b"") -> Finding:
    rule = envelope_rules.SOAP_RULES[error.rule]
    slip = first_slip(data.decode("utf-8", "replace")) if rule is envelope_rules.NOT_XML else None
    if slip is None or slip.kind in _SAID_BY_THE_PARSER or "looks like" in str(error):
        return Finding(rule, "", error.line, str(error))
    message = f"not well-formed XML: {slip.message}"
    same = _slips_of_the_reference().get((slip.kind, slip.tags), ())
    if same:
        others = f" and {len(same) - 1} more" if len(same) > 1 else ""
        message += f"; the reference has this slip too ({same[0].source}{others})"
    return Finding(rule, "", slip.line, message)


_SAID_BY_THE_PARSER: Final = frozenset({"empty", "leading"})
"""Slips of texts that are no XML at all: the parser's message says what they look like."""


@cache
def _slips_of_the_reference() -> Mapping[tuple[str, tuple[str, ...]], Sequence[Example]]:
    """The reference's examples that are not well-formed, by their slip."""
    found: dict[tuple[str, tuple[str, ...]], list[Example]] = {}
    for example in examples():
        if envelope_rules.NOT_XML.id in example.findings:
            slip = first_slip(example.envelope.decode())
            if slip is not None:
                found.setdefault((slip.kind, slip.tags), []).append(example)
    return found


def _last_words(schema: etree.XMLSchema) -> str:
    last = schema.error_log.last_error
    return "invalid" if last is None else shorten(last.message, 300)


def _without_harmless(element: etree._Element, kind: MessageType) -> etree._Element:
    """A copy without what libxml2 refuses and the standard allows, or what changes nothing.

    These are xsi attributes that repeat what the schema says, and white space around a date.
    """
    copy = deepcopy(element)
    for each in copy.iter("*"):
        for name in [name for name in each.attrib if str(name).startswith(XSI)]:
            del each.attrib[name]
    _collapse(copy, kind)
    return copy


def _collapse(element: etree._Element, kind: MessageType) -> None:
    for child in element.iterchildren("*"):
        field = kind.by_name.get(soap.local(child))
        if field is not None and field.type is not None:
            _collapse(child, field.type)
        elif field is not None and field.base != "string":
            child.text = (child.text or "").strip(WHITE)
