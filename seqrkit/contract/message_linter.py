"""The linter: parses bytes, lets libxml2 validate them, and explains what it rejects.

Bytes that are not a message are findings as well: no input makes the linter raise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final

from lxml import etree

from seqrkit import soap
from seqrkit.contract import envelope_rules
from seqrkit.contract.content_model import XSI, Comparison, in_document_order
from seqrkit.contract.cross_field_rules import Judge, judge_whole, judges_of
from seqrkit.contract.documented_schema import Shape
from seqrkit.contract.envelope_structure import with_structure
from seqrkit.contract.finding_messages import WHITE, alike, followed
from seqrkit.contract.findings import LONGEST_VALUE, Finding, Rule, Severity, quote, shorten
from seqrkit.contract.message_definitions import Field, MessageType
from seqrkit.contract.misplaced_and_wrapped_elements import rewritten
from seqrkit.contract.reference_examples import malformed_examples
from seqrkit.contract.soap_library_mistakes import corrected, text_findings
from seqrkit.contract.value_rules import Explainer, doubt, remarks
from seqrkit.contract.xsi_types import XsiTypes
from seqrkit.errors import MessageError, MustUnderstand, SchemaError, WrongSoapVersion
from seqrkit.schemas import SchemaSet
from seqrkit.soap import MASK, MAX_BYTES
from seqrkit.vocabulary import NAMESPACE

if TYPE_CHECKING:
    from seqrkit.contract.xml_slips import Slip

MOST_FINDINGS: Final = 200
"""The most findings about one message; another one counts the rest."""


@dataclass(frozen=True)
class _Plan:
    """What to look at in a valid element: fields with advice, and the checks of its type.

    Nearly every message goes through a plan. `doubt` is one XPath predicate of all fields and
    checks: only if it is true, Python walks the message.
    """

    type: MessageType
    fields: Mapping[object, tuple[Field, _Plan | None]]
    judges: Sequence[Judge]
    doubt: str

    @classmethod
    def of(cls, kind: MessageType, *, of_request: bool) -> _Plan:
        """Return the plan of a type, without the parts that no advice or check is about."""
        fields: dict[object, tuple[Field, _Plan | None]] = {}
        doubts: list[str] = []
        for field in kind.fields:
            inner = None if field.type is None else cls.of(field.type, of_request=of_request)
            about = doubt(field) if inner is None else inner.doubt
            if about:
                fields[field.name] = (field, inner)
                doubts.append(f"{field.name}[{about}]")
        judges = judges_of(kind, of_request=of_request)
        doubts += [judge.doubt for judge in judges]
        return cls(kind, fields, judges, " or ".join(f"({each})" for each in doubts))

    @cached_property
    def doubtful(self) -> etree.XPath:
        """The XPath that is true for an element that findings are possible about."""
        return etree.XPath(f"boolean(self::node()[{self.doubt or 'false()'}])")

    def judge(
        self, element: etree._Element, path: str, found: list[tuple[etree._Element, Finding]]
    ) -> None:
        """Add the findings about a valid element to `found`."""
        start = len(found)
        number = 0
        for child in element:
            field, inner = self.fields.get(child.tag, (None, None))
            if field is None:
                continue
            number = number + 1 if field.repeated else 0
            if inner is None:
                self._remark(child, field, path, found)
            elif inner.doubtful(child):
                inner.judge(child, f"{path}/{field.name}{f'[{number}]' if number else ''}", found)
        judge_whole(self.judges, element, path, found, start)

    def _remark(
        self,
        element: etree._Element,
        field: Field,
        path: str,
        found: list[tuple[etree._Element, Finding]],
    ) -> None:
        text = element.text or ""
        for rule, message in remarks(field, text, None):
            shown = MASK if field.secret else shorten(text, LONGEST_VALUE)
            place = f"{path}/{field.name}"
            found.append((element, Finding(rule, place, element.sourceline, message, shown)))


class Linter:
    """Judges messages by a documented schema and by the rules of the wire and the envelope."""

    def __init__(self, schema_set: SchemaSet, shape: Shape) -> None:
        self._set = schema_set
        self._shape = shape
        self._explain = Explainer(schema_set.documented, shape.declarations)
        self._xsi_types = XsiTypes(schema_set.wire)
        self._lock = Lock()  # a libxml2 schema has one error log for all threads

    def lint(
        self,
        data: bytes,
        *,
        limit: int = MAX_BYTES,
        charset: str | None = None,
        document: soap.Document | None = None,
    ) -> tuple[Finding, ...]:
        """Return the findings about bytes; `document` is what was read from them before, if any."""
        try:
            if document is None or document.is_repaired:
                document = soap.read_document(data, limit=limit, charset=charset)
        except MessageError as error:
            return (_refused(error, data),)
        about = envelope_rules.about_document(document)
        return _at_most((*about, *self.lint_root(document.root, data)))

    def lint_root(self, root: etree._Element, data: bytes) -> tuple[Finding, ...]:
        """Return the findings about an envelope, or about an operation's element without one.

        `data` are the bytes that it was parsed from.
        """
        root, structure = with_structure(root)
        root, about = corrected(root, data)
        found = (*structure, *about, *self._root(root))
        return _at_most((*found, *text_findings(root, data, {each.path for each in found})))

    def lint_as(self, element: etree._Element, kind: MessageType) -> tuple[Finding, ...]:
        """Return the findings about an element that is compared with a type."""
        return _at_most(self._compare(element, kind))

    def lint_element(self, element: etree._Element) -> tuple[Finding, ...]:
        """Return the findings about an operation's element, which has no comments inside."""
        return _at_most(self._element(element))

    def _root(self, root: etree._Element) -> tuple[Finding, ...]:
        if soap.is_fault(root):
            return ()
        if root.tag != soap.ENVELOPE and self._named(root) is not None:
            return self._element(root)
        try:
            message = soap.read_envelope(root)
        except (MustUnderstand, WrongSoapVersion) as error:
            payload = next(root.iterfind("{*}Body/*"), None)
            rest = () if payload is None else self._body(payload)
            return (_refused(error), *rest)
        except MessageError as error:
            return (_refused(error),)
        return self._body(message.payload)

    def _element(self, element: etree._Element) -> tuple[Finding, ...]:
        known = self._plans.get(element.tag)
        if known is None:
            kind = self._named(element)
            return self._unknown(element) if kind is None else self._astray(element, kind)
        name, plan = known
        with self._lock:
            valid = self._schema.validate(element)
            words = "" if valid else _last_words(self._schema)
        if valid and not self._xsi_types.used_in(element):
            if not plan.doubtful(element):
                return ()
            found: list[tuple[etree._Element, Finding]] = []
            plan.judge(element, name, found)
            return in_document_order(found, element)
        findings = self._compare(element, plan.type)
        if findings or valid or self._accepts(_without_harmless(element, plan.type)):
            return findings
        line = element.sourceline
        return (Finding(envelope_rules.SCHEMA, name, line, f"libxml2 says: {words}"),)

    def _accepts(self, element: etree._Element) -> bool:
        with self._lock:
            return self._schema.validate(element)

    def _body(self, payload: etree._Element) -> tuple[Finding, ...]:
        if soap.is_fault(payload):
            return ()
        findings = self._element(payload)
        second = payload.getnext()
        if second is None or payload.getparent() is None:
            return findings
        first, more = soap.local(payload), soap.local(second)
        message = f"<{more}> follows <{first}> in the Body; only the first is read"
        extra = Finding(envelope_rules.ONE_OPERATION, "Envelope/Body", second.sourceline, message)
        return (*findings, extra)

    def _compare(
        self, element: etree._Element, kind: MessageType, *, qualified: bool = False
    ) -> tuple[Finding, ...]:
        name = soap.local(element)
        of_request = name in self._shape.operations
        comparison = Comparison(self._explain, self._xsi_types, kind, of_request=of_request)
        if not comparison.attributes(element, name, kind):
            element, corrections = rewritten(element, kind)
            comparison.found += corrections
            comparison.compare(element, kind, name, qualified=qualified)
        return in_document_order(comparison.found, element)

    def _astray(self, element: etree._Element, kind: MessageType) -> tuple[Finding, ...]:
        """Return the findings about an operation in a wrong namespace or in none.

        Elements inside it that are in the same namespace are part of the same mistake.
        """
        name, space = soap.local(element), soap.namespace(element)
        where = f"in the namespace {quote(space)}" if space else "in no namespace"
        message = f"<{name}> is {where}; the namespace of the service is {NAMESPACE}"
        finding = Finding(
            envelope_rules.NAMESPACE, name, element.sourceline, message, shorten(space)
        )
        return (finding, *self._compare(element, kind, qualified=bool(space)))

    def _unknown(self, element: etree._Element) -> tuple[Finding, ...]:
        """Return the findings about an unknown operation, judged as the one that is meant."""
        name, inside = soap.local(element), [soap.local(each) for each in element.iterchildren("*")]
        known = self._shape.elements
        fitting = [each for each in known if inside and set(inside) <= known[each].by_name.keys()]
        like = alike(name, list(known)) or (fitting[0] if len(fitting) == 1 else "")
        hint = f"; did you mean <{like}>?" if like else ""
        if not like and len(inside) == 1 and inside[0] in known:
            hint = f"; put <{inside[0]}> directly into the Body"
        names = {name, *(soap.local(each) for each in element.itersiblings("*"))}
        lost = [each for each in known.values() if names <= each.by_name.keys()]
        if lost and not like and element.getparent() is not None:
            likely = min(lost, key=lambda each: len(each.fields))
            hint = f"; put it into the element of its operation, such as <{likely.path}>"
        message = f"{self._set.interface} has no operation <{shorten(name)}>{hint}{followed(name)}"
        finding = Finding(
            envelope_rules.UNKNOWN_OPERATION, name, element.sourceline, message, shorten(name)
        )
        kind = known.get(like)
        if kind is None:
            return (finding, *(self._element(element[0]) if hint and not lost else ()))
        qualified = soap.namespace(element) != NAMESPACE
        return (finding, *(self._compare(element, kind, qualified=qualified) if inside else ()))

    def _named(self, element: etree._Element) -> MessageType | None:
        return self._shape.elements.get(soap.local(element))

    @cached_property
    def _schema(self) -> etree.XMLSchema:
        try:
            return etree.XMLSchema(etree.parse(self._set.documented))
        except etree.XMLSchemaParseError as error:
            msg = f"libxml2 does not accept the schema {self._set.documented}: {error}"
            raise SchemaError(msg) from error

    @cached_property
    def _plans(self) -> Mapping[object, tuple[str, _Plan]]:
        """The short name of an element and how to judge it, by its qualified name."""
        return {
            f"{{{NAMESPACE}}}{name}": (
                name,
                _Plan.of(kind, of_request=name in self._shape.operations),
            )
            for name, kind in self._shape.elements.items()
        }


def _at_most(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return at most 200 findings in document order, and one that counts the rest.

    Errors are kept rather than warnings. The last finding has a rule of its own, which is not
    among the rules of the contract because no message breaks it.
    """
    if len(findings) <= MOST_FINDINGS:
        return findings
    by_severity = sorted(  # stable, so the order of the document remains
        range(len(findings)), key=lambda n: findings[n].severity is not Severity.ERROR
    )
    kept = [findings[n] for n in sorted(by_severity[:MOST_FINDINGS])]
    first = findings[by_severity[MOST_FINDINGS]]
    more = Rule(
        "lint.more",
        "lint",
        "more",
        f"the linter lists at most {MOST_FINDINGS} findings of a message, errors first",
        first.severity,
        "seqrkit's convention: a limit of its own",
    )
    message = f"and {len(findings) - MOST_FINDINGS:,} more findings"
    return (*kept, Finding(more, "", None, message))


def _refused(error: MessageError, data: bytes = b"") -> Finding:
    from seqrkit.contract.malformed_xml import first_slip  # deferred: few messages are refused

    rule = envelope_rules.SOAP_RULES[error.rule]
    is_searched = rule is envelope_rules.NOT_XML and len(data) <= MAX_BYTES
    slip = first_slip(data.decode("utf-8", "replace")) if is_searched else None
    if slip is None or slip.kind in _SAID_BY_THE_PARSER or "looks like" in error.sentence:
        return Finding(rule, "", error.line, error.sentence)
    return slip_finding(slip)


def slip_finding(slip: Slip) -> Finding:
    """Return the finding about a mistake in XML; it says if the reference has the same one."""
    message = f"not well-formed XML: {slip.message}"
    same = malformed_examples().get((slip.kind, slip.tags), ())
    if same:
        others = f" and {len(same) - 1} more" if len(same) > 1 else ""
        message += f"; the reference has this slip too ({same[0].source}{others})"
    return Finding(envelope_rules.NOT_XML, "", slip.line, message)


_SAID_BY_THE_PARSER: Final = frozenset({"empty", "leading"})
"""Slips of texts that are not XML at all: the parser's message describes them."""


def _last_words(schema: etree.XMLSchema) -> str:
    last = schema.error_log.last_error
    return "invalid" if last is None else shorten(last.message, 300)


def _without_harmless(element: etree._Element, kind: MessageType) -> etree._Element:
    """Return a copy without what libxml2 rejects although it is valid or has no effect.

    That is xsi attributes, which the comparison has judged, and white space around dates.
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
