"""The structure of an envelope: the names and the order of Envelope, Header and Body.

A message whose operation is recognizable is judged despite mistakes in what surrounds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from lxml import etree
from lxml.etree import _Element

from seqrkit import soap
from seqrkit.contract import envelope_rules
from seqrkit.contract.findings import Finding, Rule, quote, shorten, stray
from seqrkit.soap import BODY, ENVELOPE, ENVELOPE_NAMESPACE
from seqrkit.vocabulary import NAMESPACE

_HEADER: Final = f"{{{ENVELOPE_NAMESPACE}}}Header"
_PARTS: Final = ("Header", "Body")


def is_envelope(element: _Element) -> bool:
    """Return whether an element is an envelope, or one whose name is misspelt."""
    name = soap.local(element)
    return name == "Envelope" or (
        soap.namespace(element) == ENVELOPE_NAMESPACE and name not in {*_PARTS, "Fault"}
    )


def with_structure(root: _Element) -> tuple[_Element, list[Finding]]:
    """Return an envelope with its parts in place, and what had to be corrected."""
    if not is_envelope(root):
        return root, []
    strays = list(_stray_texts(root))
    parts = [each.tag for each in root.iterchildren("*")]
    is_right = root.tag == ENVELOPE and parts in ([BODY], [_HEADER, BODY]) and len(root[-1])
    if is_right:
        return root, strays
    # Corrected in a copy: the caller shows and saves the message as it was sent.
    correction = _Correction(deepcopy(root))
    correction.run()
    return correction.root, [*correction.found, *strays]


def _stray_texts(root: _Element) -> Iterator[Finding]:
    """Yield findings about text that is directly inside the Envelope, the Header or the Body."""
    for part in (root, *root.iterchildren("*")):
        texts = [part.text or "", *(child.tail or "" for child in part)]
        text = " ".join(filter(None, (text.strip() for text in texts)))
        if text and len(part):
            message = f"{stray(text)} is directly inside <{soap.local(part)}>; remove it"
            yield Finding(envelope_rules.TEXT, "Envelope", part.sourceline, message)


class _Correction:
    """The correction of one envelope."""

    def __init__(self, root: _Element) -> None:
        self.root = root
        self.found: list[Finding] = []

    def run(self) -> None:
        root = self.root
        self._rename(root, "Envelope")
        others: list[_Element] = []
        for child in root.iterchildren("*"):
            name = soap.local(child).lower()
            part = next((each for each in _PARTS if each.lower() == name), None)
            if part is None:
                others.append(child)
            else:
                self._rename(child, part)
        headers, bodies = (root.findall(self._tag(part)) for part in _PARTS)
        header, body = next(iter(headers), None), next(iter(bodies), None)
        if body is None or not len(body):
            inside = [] if header is None else list(header.iterchildren("*"))
            # Other elements in a Header may belong there, such as WS-Security.
            lost = [each for each in inside if soap.namespace(each) == NAMESPACE]
            self._move(others or lost, body)
        for each in (*headers[1:], *bodies[1:]):
            message = f"the envelope has another {soap.local(each)}; only the first is read"
            self._add(envelope_rules.NOT_SOAP, each, message)
            root.remove(each)
        if header is not None and body is not None and header.getprevious() is not None:
            message = "the Header follows the Body; write it before the Body"
            self._add(envelope_rules.NOT_SOAP, header, message)

    def _tag(self, name: str) -> str:
        return str(etree.QName(soap.namespace(self.root) or None, name))

    def _rename(self, element: _Element, name: str) -> None:
        own, space = soap.local(element), soap.namespace(element)
        if own != name:
            message = f"<{shorten(own)}> is not an element of SOAP; write <{name}>"
            self._add(envelope_rules.NOT_SOAP, element, message)
        elif space != soap.namespace(self.root):
            message = f"<{own}> is in the namespace {quote(space)}; write the one of the Envelope"
            self._add(envelope_rules.NOT_SOAP, element, message)
        element.tag = self._tag(name)

    def _move(self, operations: list[_Element], body: _Element | None) -> None:
        """Put operations that are elsewhere into the Body."""
        if not operations:
            return
        for each in operations:
            parent = each.getparent()
            where = "" if parent is None else soap.local(parent)
            message = (
                f"<{soap.local(each)}> is directly inside <{where}>; put it into <soapenv:Body>"
            )
            self._add(envelope_rules.EMPTY_BODY, each, message)
        if body is None:
            body = etree.SubElement(self.root, self._tag("Body"))
        body.extend(operations)

    def _add(self, rule: Rule, element: _Element, message: str) -> None:
        self.found.append(Finding(rule, "Envelope", element.sourceline, message))
