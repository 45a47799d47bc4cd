"""Lint whatever a file contains: one message, several, a capture, a log, or a part of a message.

A message is unpacked until it is XML, and each packing that the sender must undo is a finding. What
was unpacked is judged as the message that it should have been.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from lxml import etree

from seqrkit import soap
from seqrkit.captures.captured_message import Captured, Remark
from seqrkit.captures.logs_and_hexdumps import without_colors
from seqrkit.captures.message_finder import find_literal, find_messages, is_literal, tags
from seqrkit.contract import envelope_rules
from seqrkit.contract.documented_schema import Shape
from seqrkit.contract.envelope_structure import is_envelope, with_structure
from seqrkit.contract.findings import Finding, LintedMessage
from seqrkit.contract.http_rules import http_findings
from seqrkit.contract.malformed_xml import repaired
from seqrkit.contract.message_fragments import Fragments
from seqrkit.contract.message_linter import Linter, slip_finding
from seqrkit.contract.session_rules import SessionRules
from seqrkit.errors import DtdRefused, MessageError, NotXml
from seqrkit.soap.character_encoding import decide
from seqrkit.vocabulary import NAMESPACE

_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[\]<>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_OTHER_TEXT = frozenset({"empty", "leading", "trailing", "dtd"})
"""Mistakes that are not in the message, but in what surrounds it."""
_SHORTEST = 40
"""The fewest characters of a text that can be a message."""
_DEEPEST = 5
"""How many packings inside each other are undone."""


class FileLinter:
    """Judges files by the rules of one interface."""

    def __init__(self, linter: Linter, shape: Shape) -> None:
        self._linter = linter
        self._shape = shape

    def lint(
        self, data: bytes, *, limit: int, charset: str | None = None, as_: str | None = None
    ) -> tuple[LintedMessage, ...]:
        """Return the messages in a file with their findings; at least one."""
        if len(data) > limit:
            return (LintedMessage("", "", (envelope_rules.too_large(limit, len(data)),)),)
        # Logs that were copied from a terminal.
        data = without_colors(data)
        if as_ is None and not is_literal(data):
            plain = self._plain(data, charset)
            if plain is not None:
                return (plain,)
        headers = {} if charset is None else {"content-type": f"text/xml; charset={charset}"}
        run = _Run(self, as_)
        return tuple(run.messages(Captured(data=data, headers=headers)))

    def _plain(self, data: bytes, charset: str | None) -> LintedMessage | None:
        """Return the findings about a file that is one well-formed message, as most are."""
        try:
            document = soap.read_document(data, limit=len(data), charset=charset, alone=True)
            payload = soap.payload_of(document.root)
        except MessageError:
            return None
        if not self.is_message(document.root) or soap.local(payload) not in self._shape.elements:
            return None
        about = envelope_rules.about_document(document)
        findings = (*about, *self._linter.lint_root(document.root, data))
        return LintedMessage("", soap.local(payload), findings)

    @property
    def linter(self) -> Linter:
        """The judge of one message."""
        return self._linter

    def is_message(self, element: etree._Element) -> bool:
        """Return whether an element is an envelope, a reply or a request, in any namespace."""
        is_known = soap.local(element) in self._shape.elements or soap.is_fault(element)
        return is_known or is_envelope(element)

    @cached_property
    def fragments(self) -> Fragments:
        """The judge of parts of messages."""
        return Fragments(self._shape.types, self._shape.operations, self._linter.lint_as)

    @cached_property
    def names(self) -> re.Pattern[bytes]:
        """A pattern for the outermost tags of messages."""
        return tags(("Envelope", *self._shape.elements))

    @cached_property
    def parts(self) -> re.Pattern[bytes]:
        """A pattern for the tags of fragments."""
        return tags(("Body", "Fault", *self.fragments.names))


class _Run:
    """The linting of one file."""

    def __init__(self, rules: FileLinter, as_: str | None) -> None:
        self._rules = rules
        self._as = as_
        self._session = SessionRules()

    def messages(self, captured: Captured, depth: int = 0) -> Iterator[LintedMessage]:
        """Judge the bytes of a file, or of a part of it."""
        charset = soap.charset_of(captured.headers.get("content-type"))
        data, limit = captured.data, len(captured.data)
        literal = find_literal(data, self._rules.names)
        if literal is not None and depth < _DEEPEST:
            yield from self.messages(_inside(captured, literal), depth + 1)
            return
        try:
            document = soap.read_document(data, limit=limit, charset=charset, alone=True)
        except DtdRefused as error:
            yield from self._without_document_type(captured, error, depth)
            return
        except NotXml:
            # Before the search: a message with a slip must not be taken for a capture with a
            # message.
            slips, root = self._repaired(data, charset)
            if root is not None:
                yield from self._root(captured, root, slips, depth)
                return
            inner = self._find(data)
            if inner and depth < _DEEPEST:
                for each in inner:
                    yield from self.messages(_inside(captured, each), depth + 1)
                return
            try:
                document = soap.read_document(data, limit=limit, charset=charset)
            except MessageError:
                findings = self._rules.linter.lint(data, limit=limit, charset=charset)
                yield self._message(captured, "", slips or findings)
                return
        about = envelope_rules.about_document(document)
        yield from self._root(captured, document.root, about, depth)

    def _find(self, data: bytes) -> list[Captured]:
        return find_messages(data, self._rules.names, self._rules.parts)

    def _find_whole(self, data: bytes, depth: int = 0) -> list[Captured]:
        """Return what is found in bytes, if whole messages are, however they are packed."""
        found = self._find(data)
        names = self._rules.names
        is_whole = any(
            names.search(each.data) or (depth < _DEEPEST and self._find_whole(each.data, depth + 1))
            for each in found
        )
        return found if is_whole else []

    def _repaired(
        self, data: bytes, charset: str | None
    ) -> tuple[list[Finding], etree._Element | None]:
        """Return the mistakes in malformed XML, and the root of the message without them.

        The root is `None` if a mistake has several likely corrections, and the findings are empty
        if the text does not begin with a message or a part of one.
        """
        encoding = decide(data, charset)
        slips, text = repaired(encoding.decoded(data))
        if not slips or slips[-1].kind in _OTHER_TEXT:
            return [], None
        found = [slip_finding(slip) for slip in slips]
        if encoding.refusal:
            found.insert(0, Finding(envelope_rules.NOT_XML, "", 1, encoding.refusal))
        if text is None:
            return found, None
        try:
            # A message in Latin-1 is longer in UTF-8, and corrections add text.
            root = soap.parse(text.encode(), limit=2 * len(text) + len(data), charset="utf-8")
        except MessageError:
            return [], None
        return (found, root) if self._is_known(root) else ([], None)

    def _is_known(self, root: etree._Element) -> bool:
        known = {"Body", *self._rules.fragments.names}
        return self._rules.is_message(root) or soap.local(root) in known

    def _without_document_type(
        self, captured: Captured, error: DtdRefused, depth: int
    ) -> Iterator[LintedMessage]:
        """Report a document type, and judge the message after it if it can be read."""
        # Replaced by line ends, so that findings stay on their lines.
        data = _DOCTYPE.sub(lambda found: b"\n" * found[0].count(b"\n"), captured.data, count=1)
        found = _DOCTYPE.search(captured.data)
        remark = Remark(envelope_rules.DTD.id, error.sentence)
        inside = self._rules.names.search(data) or self._find(data)
        if inside and depth < _DEEPEST:
            # The type of a document that contains a message is not that of the message.
            is_own = found is None or self._rules.names.match(captured.data[found.end() :].lstrip())
            remarks = (*captured.remarks, *([remark] if is_own else ()))
            yield from self.messages(replace(captured, data=data, remarks=remarks), depth + 1)
        else:
            yield self._message(replace(captured, remarks=(*captured.remarks, remark)), "", ())

    def _root(
        self, captured: Captured, root: etree._Element, about: Sequence[Finding], depth: int
    ) -> Iterator[LintedMessage]:
        """Judge a document: a message, a fragment, or something that contains messages."""
        if self._as is not None and soap.local(root) != "Envelope":
            findings = self._rules.fragments.lint_as(root, self._as)
            yield self._message(captured, soap.local(root), (*about, *findings))
        elif self._rules.is_message(root):
            yield from self._envelope(captured, root, about, depth)
        else:
            yield from self._other(captured, root, about, depth)

    def _envelope(
        self, captured: Captured, root: etree._Element, about: Sequence[Finding], depth: int
    ) -> Iterator[LintedMessage]:
        """Judge a message, or the one that it carries in place of an operation."""
        payload = next(root.iterfind("{*}Body/*"), root)
        is_whole = payload is not root and self._rules.is_message(payload)
        texts = [] if is_whole or not is_envelope(root) else self._texts(payload)
        if payload is not root and soap.local(payload) == "Envelope":
            sentence = "the Body contains another envelope; send the inner one alone"
            remark = Remark(envelope_rules.WRAPPED.id, sentence)
            outer = replace(captured, remarks=(*captured.remarks, remark))
            yield from self._root(outer, payload, about, depth)
        elif texts and depth < _DEEPEST:
            for each in texts:
                yield from self.messages(_inside(captured, each), depth + 1)
        else:
            yield self._judged(captured, root, about)

    def _other(
        self, captured: Captured, root: etree._Element, about: Sequence[Finding], depth: int
    ) -> Iterator[LintedMessage]:
        """Judge the messages inside a document of another kind, or a part of a message."""
        fragments, name = self._rules.fragments, soap.local(root)
        inside = [each for each in root.iter("*") if self._begins_message(each)]
        texts = [] if inside or depth >= _DEEPEST else self._texts(root)
        if inside:
            for number, each in enumerate(inside, 1):
                part = replace(captured, origin=f"message {number}") if inside[1:] else captured
                yield self._judged(part, each, about if number == 1 else ())
        elif texts:
            for text in texts:
                yield from self.messages(_inside(captured, text), depth + 1)
        elif fragments.is_one(root) and soap.namespace(root) in {"", NAMESPACE}:
            yield self._message(captured, name, (*about, *fragments.lint(root)))
        elif depth < _DEEPEST and (wrapped := self._find_whole(captured.data)):
            for inner in wrapped:
                yield from self.messages(_inside(captured, inner), depth + 1)
        else:
            findings = self._rules.linter.lint_root(root, captured.data)
            yield self._message(captured, "", (*about, *findings))

    def _begins_message(self, element: etree._Element) -> bool:
        """Return whether an element inside a document is the outermost one of a message."""
        if element.tag == soap.ENVELOPE:
            return True
        return (
            soap.namespace(element) == NAMESPACE
            and self._rules.is_message(element)
            and not any(soap.local(each) == "Envelope" for each in element.iterancestors())
        )

    def _texts(self, root: etree._Element) -> list[Captured]:
        """Return the messages that are text (escaped, or CDATA) inside an XML document."""
        found = [each for each in root.iter("*") if each.text and self._contains_message(each.text)]
        return [
            Captured(
                data=(each.text or "").strip().encode(),
                origin=f"message {number}" if found[1:] else "",
                line=each.sourceline or 1,
                remarks=(
                    Remark(
                        envelope_rules.WRAPPED.id,
                        f"the message is text inside <{soap.local(each)}>; send the envelope alone",
                    ),
                ),
            )
            for number, each in enumerate(found, 1)
        ]

    def _contains_message(self, text: str) -> bool:
        # Most texts are short, and the search is slow.
        is_long = len(text) >= _SHORTEST
        return is_long and bool(
            self._rules.names.search(text.encode()) or self._find_whole(text.encode())
        )

    def _judged(
        self, captured: Captured, root: etree._Element, about: Sequence[Finding]
    ) -> LintedMessage:
        linter = self._rules.linter
        findings = [*about, *linter.lint_root(root, captured.data)]
        try:
            payload = soap.payload_of(with_structure(root)[0]) if is_envelope(root) else root
        except MessageError:
            return self._message(captured, "", findings)
        findings += self._session.check(payload)
        return self._message(captured, soap.local(payload), findings)

    def _message(self, captured: Captured, name: str, findings: Sequence[Finding]) -> LintedMessage:
        """Return the findings about a message and its packing, on the lines of the file."""
        packing = [
            Finding(envelope_rules.SOAP_RULES[each.rule], "", 1, each.sentence)
            for each in captured.remarks
        ]
        placed = [
            replace(each, origin=captured.origin, line=_line(captured, each.line))
            for each in (*packing, *findings)
        ]
        sent = [
            replace(each, origin=captured.origin, line=captured.head_line or captured.line)
            for each in http_findings(captured, name)
        ]
        return LintedMessage(captured.origin, name, (*sent, *placed))


def _line(captured: Captured, line: int | None) -> int | None:
    return captured.line + line - 1 if captured.keeps_lines and line is not None else captured.line


def _inside(outer: Captured, inner: Captured) -> Captured:
    """Return a message that was found inside another, with what both know."""
    return replace(
        inner,
        origin=", ".join(filter(None, (outer.origin, inner.origin))),
        line=_line(outer, inner.line) or 1,
        keeps_lines=outer.keeps_lines and inner.keeps_lines,
        headers={**outer.headers, **inner.headers},
        head_line=inner.head_line or outer.head_line,
        method=inner.method or outer.method,
        status=inner.status if outer.status is None else outer.status,
        remarks=(*outer.remarks, *inner.remarks),
    )
